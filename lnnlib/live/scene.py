"""One stage with its actors at one size: Agg draws the stage once, actors are recorded or drawn over it."""
import io
import textwrap
from types import SimpleNamespace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from .defaults import undisturbed
from .look import CSS_DPI, DARK, LIGHT, TEXT, StageFigure
from .record import Recorder, joined

CHARACTER, LINE = 6.9, 19    # CSS pixels: the mean width of a character of text, the height of a line


class Ghost:
    """A renderer in front of another that draws lines and markers in one grey and leaves out text: a pinned run."""

    def __init__(self, renderer, colour):
        self._renderer, self._colour = renderer, colour

    def __getattr__(self, name):
        return getattr(self._renderer, name)

    def draw_path(self, gc, path, transform, rgbFace=None):
        gc.set_foreground(self._colour)
        self._renderer.draw_path(gc, path, transform)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        gc.set_foreground(self._colour)
        face = None if rgbFace is None else to_rgb(self._colour)
        self._renderer.draw_markers(gc, marker_path, marker_trans, path, trans, face)

    def draw_text(self, *args, **kwargs):
        """A ghost says nothing."""


class Actors(SimpleNamespace):
    """What moves, by name."""

    def changed(self, part, *key):
        """Whether `key`, on which the `part` of the actors depends, is another than when this was last asked.

        What has not changed need not be set again, and what is not set again is not recorded again.
        """
        keys = self.__dict__.setdefault("_keys", {})
        before, keys[part] = keys.get(part), key
        return before != key


class Scene:
    """`stage(fig, **params)` drawn at `width` CSS pixels; it returns the actors, which `act(actors, run)` sets.

    `pinned`, the result of an earlier run, is drawn into the stage as a grey ghost of the actors named in `ghosts`.
    """

    @undisturbed()
    def __init__(self, stage, act, stage_params, *, width, ratios, pixel_ratio, dark, pinned=None, ghosts=()):
        self.look = DARK if dark else LIGHT
        self.figure = StageFigure(width, ratios, pixel_ratio, self.look)
        self.canvas = FigureCanvasAgg(self.figure)
        self.named = Actors(**stage(self.figure, **stage_params))
        self._act, self._recorded = act, {}
        self.figure.dress()
        self.actors = sorted(_artists(vars(self.named).values()), key=lambda artist: artist.get_zorder())
        for artist in self.actors:
            artist.set_animated(True)                       # so that drawing the figure leaves them out
        self.canvas.draw()
        self.size = self.canvas.get_width_height(physical=True)
        if pinned is not None:
            self._draw_ghost(pinned, ghosts)
        self._stage = np.array(self.canvas.buffer_rgba())[..., :3]
        self._recorder = Recorder(*self.size, self.figure.dpi)      # one for all frames: it remembers how wide texts are
        self._png = None

    @undisturbed()
    def record(self, run):
        """The actors of `run` as a recording in device pixels."""
        self._set(run)
        for artist in self.actors:
            if artist not in self._recorded:
                self._recorder.take()                       # what a drawing that failed has left
                artist.draw(self._recorder)
                self._recorded[artist] = self._recorder.take()
        return joined(self._recorded[artist] for artist in self.actors)

    @undisturbed()
    def paint(self, run):
        """The stage with the actors of `run` over it, as an RGB array by Agg."""
        renderer = self.canvas.get_renderer()
        np.asarray(renderer.buffer_rgba())[..., :3] = self._stage
        self._set(run)
        for artist in self.actors:
            artist.draw(renderer)
        return np.asarray(renderer.buffer_rgba())[..., :3]

    def png(self):
        """The stage alone, ghost included, as the bytes of a PNG: encoded once."""
        if self._png is None:
            self._png = png(self._stage)
        return self._png

    @undisturbed()
    def handle(self, actor):
        """Where a draggable point stands, in device pixels from the top left."""
        line = getattr(self.named, actor)
        x, y = line.get_transform().transform(np.column_stack(line.get_data()))[0]
        return [round(float(x), 1), round(self.size[1] - float(y), 1)]

    @undisturbed()
    def data(self, actor, x, y):
        """The inverse: the data coordinates of a point given in device pixels from the top left."""
        return getattr(self.named, actor).axes.transData.inverted().transform((x, self.size[1] - y))

    def _set(self, run):
        """Set the actors to `run`; the recordings of those that this has touched are void."""
        self._act(self.named, run)
        for artist in self.actors:
            if artist.stale:                                # matplotlib's mark of what was set since it was last drawn
                self._recorded.pop(artist, None)
                artist.stale = False

    def _draw_ghost(self, pinned, ghosts):
        self._set(pinned)
        renderer = Ghost(self.canvas.get_renderer(), self.look.ghost)
        for artist in sorted(_artists([getattr(self.named, name) for name in ghosts]), key=lambda a: a.get_zorder()):
            artist.draw(renderer)


def png(pixels):
    """An RGB array as the bytes of a PNG, quickly."""
    return _saved(Image.fromarray(np.ascontiguousarray(pixels)), compress_level=1)


def small_png(pixels):
    """The same in 256 colours of its own and a quarter of the size, for notebooks that are kept."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return _saved(picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), optimize=True)


@undisturbed()
def captioned(pixels, text, look, pixel_ratio):
    """An RGB picture with `text` set below it, for where a picture stands alone."""
    wide = pixels.shape[1] / pixel_ratio
    lines = textwrap.wrap(text, int((wide - 24) / CHARACTER))
    tall = LINE * len(lines) + 12
    strip = Figure(figsize=(wide / CSS_DPI, tall / CSS_DPI), dpi=CSS_DPI * pixel_ratio, facecolor=look.paper)
    for k, line in enumerate(lines):
        strip.text(12 / wide, 1 - (k + .7) * LINE / tall, line, fontsize=TEXT, family=look.font, color=look.ink)
    canvas = FigureCanvasAgg(strip)
    canvas.draw()
    return np.vstack([pixels, np.asarray(canvas.buffer_rgba())[..., :3]])


def _saved(picture, **options):
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def _artists(values):
    for value in values:
        if isinstance(value, Artist):
            yield value
        elif isinstance(value, dict):
            yield from _artists(value.values())
        elif isinstance(value, (list, tuple)):
            yield from _artists(value)
