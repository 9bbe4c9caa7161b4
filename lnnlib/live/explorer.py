"""An explorer: functions and controls that become a live picture, a static one and a sentence.

    compute(**parameters) -> run    everything that is computed, once for a setting
    draw(fig, **parameters)         what stands still, and the marks: what moves, as functions of
                                    the run (see `marks`). It is told drop-downs and toggles only:
                                    no slider redraws what stands still
    readout(run) -> str             one sentence: what is seen, numbers included
"""
import functools
import inspect
import threading
import zlib
from collections import OrderedDict
from pathlib import Path

from .defaults import undisturbed
from .look import BREAKPOINT, LOWEST, NARROWEST, TALLEST, WIDEST
from .scene import Scene, captioned, small_png

STATIC_WIDTH, STATIC_RATIO = 900, 2
MOST_RATIO = 3               # device pixels per CSS pixel; more are not seen, and take seconds
SCENES = 6                   # stages kept: those a student goes back and forth between


class Explorer:
    """A figure to display.

    `figure.set(eta=.3)`, `.values`, `.readout`, `.frame()`, `.png()` work without a browser.
    """

    def __init__(self, controls, *, compute, draw, readout, main=(), presets=(), unpinned_by=(),
                 predict=None, ratios=(0.46, 1.55)):
        """`main` names the controls in use at first, `unpinned_by` those that release a pin.

        `ratios` are height over width of a picture that stands alone, in a row and stacked.
        """
        self.controls = {control.name: control for control in controls}
        self.compute, self.draw, self.describe = compute, draw, undisturbed()(readout)
        self.presets, self.predict, self.ratios = presets, predict, ratios
        self.in_use = tuple(main) or tuple(self.controls)[:3]
        self.unpinned_by = unpinned_by
        # where presets count from
        self.usual = {name: control.start for name, control in self.controls.items()}
        self.predicted = None                   # the 0-based option that the student chose
        self.pinned = None                      # the run that is kept in grey behind all others
        self.pin_says = ""                      # its readout, or why it was released
        self._pinned_at = self.usual            # the settings at which it was pinned
        self._scenes = OrderedDict()
        self._panel = None
        self.lock = threading.RLock()           # messages may be answered in threads of their own

    # ---- settings
    @property
    def values(self):
        """The exact value of every control, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values):
        """Set parameters by name; a ValueError names a bad one, and then nothing is changed."""
        unknown = set(values) - set(self.controls)
        if unknown:
            raise ValueError(
                f"{', '.join(sorted(unknown))} is no parameter here, "
                f"expected one of {', '.join(self.controls)}")
        with self.lock:
            accepted = {name: self.controls[name].accept(value) for name, value in values.items()}
            for name, value in accepted.items():
                self.controls[name].set(value)
            self.check_pin()
        if self._panel:
            self._panel.show_values()

    def show(self, preset):
        """Set the scene of a preset: what it changes, and all else as it usually is."""
        self.set(**self.usual | preset.changes)

    def reset(self):
        """Back to the settings that the explorer started with, nothing pinned."""
        self.pin(False)
        self.set(**{name: control.start for name, control in self.controls.items()})

    def pin(self, keep=True):
        """Leave the present run in grey behind all later ones; `pin(False)` takes it away.

        A run that raises is not pinned: its error comes at once.
        """
        with self.lock:
            run = self.run() if keep else None
            says = f"Pinned: {self.describe(run)}" if keep else ""
            self.pinned, self.pin_says, self._pinned_at = run, says, self.values
        self._refresh()

    def ghost_at(self, values):
        """The pinned run where it can be drawn behind that of `values`, else None."""
        kept = all(values[name] == self._pinned_at[name] for name in self.unpinned_by)
        return self.pinned if kept else None

    def check_pin(self):
        """Release the pinned run where a control was moved through which it cannot be kept."""
        with self.lock:
            moved = [] if self.pinned is None else [
                control for name, control in self.controls.items()
                if name in self.unpinned_by and control.value != self._pinned_at[name]]
            for control in moved[:1]:
                was = control.said(self._pinned_at[control.name])
                self.pinned = None
                self.pin_says = f"The pin is released: its {control.label} was {was}."
        if moved:
            self._refresh()

    def _refresh(self):
        if self._panel:
            self._panel.refresh()

    @property
    def has_ghosts(self):
        """Whether there is anything to pin."""
        return bool(self.scene(self.values, pixel_ratio=STATIC_RATIO).ghosts)

    # ---- pictures
    @property
    def readout(self):
        """What the present setting shows, in one sentence."""
        return self.describe(self.run())

    @undisturbed()
    def run(self, values=None):
        """What `compute` gives for `values` (all of them), by default the present ones."""
        values = self.values if values is None else values
        return self.compute(**_parameters(self.controls.values(), values))

    def frame(self, **size):
        """The present setting's marks as recorded operations. `size` as for `scene`."""
        with self.lock:
            return self.scene(self.values, **size).record(self.run(), self.pinned)

    def png(self, width=STATIC_WIDTH, pixel_ratio=STATIC_RATIO, dark=False, hint=""):
        """The present setting as the bytes of a PNG by Agg, the readout and a `hint` below it."""
        with self.lock:
            scene = self.scene(self.values, width=width, pixel_ratio=pixel_ratio, dark=dark)
            run = self.run()
            picture = scene.paint(run, self.pinned)
            caption = [self.describe(run), hint]
            return small_png(captioned(picture, caption, scene.look, pixel_ratio))

    def save(self, path, title="An explorer of LNN Landscapes"):
        """Write the explorer as one HTML file that lives without a kernel or a network.

        It holds recorded frames, which takes up to a minute and 2 MB: from the present setting
        every control alone over its grid, the first two in use (or a point that can be dragged)
        together, and each scene. What is not recorded cannot be reached there.
        """
        from .page import page  # nobody else needs it

        with self.lock:
            pin = self.pinned, self.pin_says, self._pinned_at
            self.pinned = None                  # the page has a Pin of its own
            try:
                text = page(self, title)
            finally:
                self.pinned, self.pin_says, self._pinned_at = pin
        Path(path).write_text(text, encoding="utf-8")

    def scene(self, values, *, width=STATIC_WIDTH, height=None, pixel_ratio=1.0, dark=False):
        """The stage for `values` at this size in CSS pixels, drawn when it is first asked for.

        Without a height the width decides.
        """
        width = int(min(max(width, NARROWEST), WIDEST))
        height = self.height(width) if height is None else int(min(max(height, LOWEST), TALLEST))
        pixel_ratio = float(min(pixel_ratio, MOST_RATIO))
        parameters = _parameters((c for c in self.controls.values() if c.moves_stage), values)
        key = repr((width, height, pixel_ratio, bool(dark), parameters))
        if key not in self._scenes:
            self._scenes[key] = Scene(
                self.draw, parameters,
                width=width, height=height, pixel_ratio=pixel_ratio, dark=dark)
            self._scenes[key].key = f"{zlib.crc32(key.encode()):08x}"
            if len(self._scenes) > SCENES:
                self._scenes.popitem(last=False)
        self._scenes.move_to_end(key)
        return self._scenes[key]

    def height(self, width):
        """Of a picture of so many CSS pixels that stands alone."""
        return round(width * self.ratios[0 if width >= BREAKPOINT else 1])

    # ---- display
    def _repr_mimebundle_(self, include=None, exclude=None):
        from .display import bundle  # Jupyter alone needs it

        return bundle(self)

    def close(self):
        """Give back what a displayed explorer holds: widgets, comms, stages."""
        if self._panel:
            self._panel.close()
        self._panel = None
        self._scenes.clear()


def explorer_factory(make):
    """Decorates a function that makes an explorer: a lecturer may then set the scene.

    The function takes two more keywords: show=("theta",) names the controls in use, the others wait
    behind "More"; scenes=("Flicker",) the presets that are offered, by their labels. Presets count
    from the function's defaults, wherever a call starts.
    """
    signature = inspect.signature(make)
    defaults = {name: parameter.default for name, parameter in signature.parameters.items()}

    @functools.wraps(make)
    def made(*args, show=None, scenes=None, **kwargs):
        figure = make(*args, **kwargs)
        controls = figure.controls.items()
        figure.usual = {name: control.accept(defaults[name]) for name, control in controls}
        if show is not None:
            figure.in_use = _known("show", show, figure.controls)
        if scenes is not None:
            presets = {preset.label: preset for preset in figure.presets}
            figure.presets = tuple(presets[label] for label in _known("scenes", scenes, presets))
        return figure

    more = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None)
            for name in ("show", "scenes")]
    made.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *more])
    return made


def _known(keyword, names, known):
    """`names` as a tuple; a ValueError where one of them is not known."""
    names = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
    for name in names:
        if name not in known:
            raise ValueError(f"{keyword} names {name!r}, expected some of {', '.join(known)}")
    return names


def _parameters(controls, values):
    """What an explorer's functions get for these exact `values`, by name."""
    return {control.name: control.parameter(values[control.name]) for control in controls}
