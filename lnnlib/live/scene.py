"""One stage at one size: Agg draws it once, its marks are recorded or painted over it."""
import io
import textwrap

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from .defaults import undisturbed
from .look import CSS_DPI, DARK, LIGHT, TEXT
from .marks import Scale
from .record import Recorder, joined
from .stage import StageFigure

CHARACTER, LINE = 6.9, 19    # CSS pixels: the mean width of a character, the height of a line
AXES = 256                   # so many drawn axes are kept


class Ghost:
    """A pinned run's renderer before another: lines and markers in one grey, no fills, no text."""

    draw_path_collection = RendererBase.draw_path_collection        # path by path

    def __init__(self, renderer, colour):
        self._renderer, self._colour = renderer, colour

    def __getattr__(self, name):
        return getattr(self._renderer, name)

    def draw_path(self, gc, path, transform, rgbFace=None):
        gc.set_foreground(self._colour)
        self._renderer.draw_path(gc, path, transform)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        gc.set_foreground(self._colour)
        seen = rgbFace is not None and (len(rgbFace) < 4 or rgbFace[3] > 0)
        face = to_rgb(self._colour) if seen else rgbFace
        self._renderer.draw_markers(gc, marker_path, marker_trans, path, trans, face)

    def draw_text(self, *args, **kwargs):
        """A ghost says nothing."""


class Scene:
    """What `draw(fig, **parameters)` has drawn and declared, on `width` x `height` CSS pixels."""

    @undisturbed()
    def __init__(self, draw, parameters, *, width, height, pixel_ratio, dark):
        self.look = DARK if dark else LIGHT
        self.figure = StageFigure(width, height, pixel_ratio, self.look)
        self.canvas = self.figure.canvas
        draw(self.figure, **parameters)
        self.figure.dress()
        self.scales = [mark for mark in self.figure.marks if isinstance(mark, Scale)]
        self.marks = [mark for mark in self.figure.marks if mark not in self.scales]
        self.actors = _from_below(self.figure.marks)
        for artist in self.actors:
            artist.set_animated(True)           # so that drawing the figure leaves them out
        self.canvas.draw()
        self.size = self.canvas.get_width_height(physical=True)
        self.pixels = np.array(self.canvas.buffer_rgba())[..., :3]
        # one for all frames: it remembers how wide texts are
        self._recorder = Recorder(*self.size, self.figure.dpi)
        self._recorded, self._pinned, self._ghost = {}, None, None
        self._axes = {}                         # the axes that follow the run, by their ends
        self._png = None

    def record(self, run, pinned=None):
        """The marks of `run` recorded in device pixels, a `pinned` run's below them in grey."""
        return joined(self.pieces(run, pinned))

    @undisturbed()
    def pieces(self, run, pinned=None):
        """The same in pieces, one for each artist: what has not changed is the same object."""
        self._scale(run, pinned)
        if self._ghost is None or pinned is not self._pinned:
            self._ghost = self._record_ghost(pinned)
            self._pinned = pinned
        self._set(run)
        for artist in self.actors:
            if artist not in self._recorded:
                self._recorded[artist] = self._drawn(artist)
        ghost = [] if pinned is None else [self._ghost]
        return [*ghost, *(self._recorded[artist] for artist in self.actors)]

    @undisturbed()
    def paint(self, run, pinned=None):
        """The same by Agg over the stage, as an RGB array."""
        renderer = self.canvas.get_renderer()
        np.asarray(renderer.buffer_rgba())[..., :3] = self.pixels
        self._scale(run, pinned)
        if pinned is not None:
            self._set(pinned, ghosts=True)
            for artist in self.ghosts:
                artist.draw(Ghost(renderer, self.look.ghost))
        self._set(run)
        for artist in self.actors:
            artist.draw(renderer)
        return np.asarray(renderer.buffer_rgba())[..., :3]

    def png(self):
        """The stage alone as the bytes of a PNG: encoded once."""
        if self._png is None:
            self._png = png(self.pixels)
        return self._png

    @property
    def ghosts(self):
        """The artists that a pinned run is drawn with."""
        return _from_below(mark for mark in self.marks if mark.ghost)

    @undisturbed()
    def handles(self):
        """Where the points stand that can be dragged, in device pixels from the top left."""
        return [self._place(mark.artist) for mark in self.marks if mark.drag]

    @undisturbed()
    def held(self, k, x, y):
        """The controls that draggable point `k` moves, and their values where it is held.

        x, y are device pixels from the top left.
        """
        marks = [mark for mark in self.marks if mark.drag]
        if k >= len(marks):
            raise ValueError(f"handle {k} is dragged, expected one of {len(marks)}")
        mark = marks[k]
        to_data = mark.artist.axes.transData.inverted()
        return mark.drag, to_data.transform((x, self.size[1] - y))

    def _place(self, point):
        """None where the point is not shown."""
        for x, y in point.get_transform().transform(np.column_stack(point.get_data())):
            if np.isfinite([x, y]).all():
                return [round(float(x), 1), round(self.size[1] - float(y), 1)]

    def _scale(self, run, pinned):
        """Bring the axes that follow the run to it; what is in an axis that moves is drawn anew."""
        for scale in self.scales:
            moved = True                        # where it raises, too
            try:
                moved = scale.follow(run, pinned)
            finally:
                if moved:
                    self._ghost = None
                    for mark in self.marks:
                        mark.artist.stale |= mark.artist.axes is scale.artist.axes

    def _set(self, run, ghosts=False):
        """Bring the marks, or the `ghosts` alone, to `run`; what this touches is recorded anew."""
        for mark in self.marks:
            if ghosts and mark.ghost:
                mark.forget()
                mark.follow(run)
                mark.forget()
            elif not ghosts:
                mark.follow(run)
        for artist in self.actors:
            if artist.stale:                    # set since it was last drawn, says matplotlib
                self._recorded.pop(artist, None)
                artist.stale = False

    def _record_ghost(self, pinned):
        if pinned is None:
            return None
        self._set(pinned, ghosts=True)
        renderer = Ghost(self._recorder, self.look.ghost)
        return joined([self._take(artist, renderer) for artist in self.ghosts])

    def _drawn(self, artist):
        """An artist's recording; an axis, which takes as long as all else, is drawn once."""
        ends = next((scale.ends for scale in self.scales if scale.artist is artist), None)
        if ends is None:
            return self._take(artist, self._recorder)
        if (artist, ends) not in self._axes:
            if len(self._axes) >= AXES:
                self._axes.clear()
            self._axes[artist, ends] = self._take(artist, self._recorder)
        return self._axes[artist, ends]

    def _take(self, artist, renderer):
        self._recorder.take()                           # what a drawing that failed has left
        try:
            artist.draw(renderer)
        except Exception as error:
            marks = self.figure.marks
            error.add_note(next(mark.name for mark in marks if mark.artist is artist))
            raise
        return self._recorder.take()


def _from_below(marks):
    """The artists of `marks`, each once, in the order in which they are drawn."""
    artists = dict.fromkeys(mark.artist for mark in marks)
    return sorted(artists, key=lambda artist: artist.get_zorder())


def png(pixels):
    """An RGB array as the bytes of a PNG, quickly."""
    return _saved(Image.fromarray(np.ascontiguousarray(pixels)), compress_level=1)


def small_png(pixels):
    """The same in 256 colours of its own and a quarter of the size, for notebooks that are kept."""
    return _saved(_few_colours(pixels), optimize=True)


def small_webp(pixels):
    """The same as a WebP of three fifths of that, for pages that play a tape."""
    return _saved(_few_colours(pixels).convert("RGB"), "WEBP", lossless=True, quality=100, method=4)


def _few_colours(pixels):
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


@undisturbed()
def captioned(pixels, texts, look, pixel_ratio):
    """An RGB picture with `texts` set below it, one below the other, for where it stands alone."""
    wide = pixels.shape[1] / pixel_ratio
    lines = [line for text in texts for line in textwrap.wrap(text, int((wide - 24) / CHARACTER))]
    tall = LINE * len(lines) + 12
    strip = Figure(
        figsize=(wide / CSS_DPI, tall / CSS_DPI), dpi=CSS_DPI * pixel_ratio, facecolor=look.paper)
    for k, line in enumerate(lines):
        strip.text(
            12 / wide, 1 - (k + .7) * LINE / tall, line,
            fontsize=TEXT, family=look.font, color=look.ink)
    canvas = FigureCanvasAgg(strip)
    canvas.draw()
    return np.vstack([pixels, np.asarray(canvas.buffer_rgba())[..., :3]])


def _saved(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
