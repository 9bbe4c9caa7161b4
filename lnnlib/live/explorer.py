"""An explorer: functions and controls that become a live picture, a static one and a sentence.

    compute(**parameters) -> run    everything that is computed, once for a setting
    draw(fig, **parameters)         what stands still, and the marks: what moves, as functions of
                                    the run (see `marks`). It is told drop-downs and toggles only:
                                    no slider redraws what stands still
    readout(run) -> str             one sentence: what is seen, numbers included
"""
import base64
import functools
import inspect
import threading
import zlib
from collections import OrderedDict

from .defaults import undisturbed
from .look import NARROWEST, WIDEST
from .scene import Scene, captioned, small_png

STATIC_WIDTH, STATIC_RATIO = 900, 2
MOST_RATIO = 3               # device pixels per CSS pixel; more are not seen, and take seconds
SCENES = 6                   # stages kept: those a student goes back and forth between


class Explorer:
    """A figure to display.

    `figure.set(eta=.3)`, `.values`, `.readout`, `.frame()`, `.png()` work without a browser.
    """

    def __init__(self, controls, *, compute, draw, readout,
                 presets=(), predict=None, ratios=(0.46, 1.55)):
        self.controls = {control.name: control for control in controls}
        self.compute, self.draw, self.describe = compute, draw, undisturbed()(readout)
        self.presets, self.predict, self.ratios = presets, predict, ratios
        # where presets count from
        self.usual = {name: control.start for name, control in self.controls.items()}
        self.predicted = None                   # the 0-based option that the student chose
        self.pinned = None                      # the run that is kept in grey behind all others
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
            self.pinned = self.run() if keep else None
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

    def png(self, width=STATIC_WIDTH, pixel_ratio=STATIC_RATIO, dark=False):
        """The present setting as the bytes of a PNG by Agg, the readout below the picture."""
        with self.lock:
            scene = self.scene(self.values, width=width, pixel_ratio=pixel_ratio, dark=dark)
            run = self.run()
            picture = scene.paint(run, self.pinned)
            return small_png(captioned(picture, self.describe(run), scene.look, pixel_ratio))

    def scene(self, values, *, width=STATIC_WIDTH, pixel_ratio=1.0, dark=False):
        """The stage for `values` at `width` CSS pixels, drawn when it is first asked for."""
        width = int(min(max(width, NARROWEST), WIDEST))
        pixel_ratio = min(pixel_ratio, MOST_RATIO)
        parameters = _parameters((c for c in self.controls.values() if c.moves_stage), values)
        key = repr((width, pixel_ratio, bool(dark), parameters))
        if key not in self._scenes:
            self._scenes[key] = Scene(
                self.draw, parameters,
                width=width, ratios=self.ratios, pixel_ratio=pixel_ratio, dark=dark)
            self._scenes[key].key = f"{zlib.crc32(key.encode()):08x}"
            if len(self._scenes) > SCENES:
                self._scenes.popitem(last=False)
        self._scenes.move_to_end(key)
        return self._scenes[key]

    # ---- display
    def _repr_mimebundle_(self, include=None, exclude=None):
        readout = self.readout
        picture = base64.b64encode(self.png()).decode()
        data = {"text/plain": readout, "image/png": picture}
        metadata = {"image/png": {"alt": readout, "width": STATIC_WIDTH}}
        from .panel import show  # widgets are made only for a notebook
        data["application/vnd.jupyter.widget-view+json"] = show(self)
        return data, metadata

    def close(self):
        """Give back what a displayed explorer holds: widgets, comms, stages."""
        if self._panel:
            self._panel.close()
        self._panel = None
        self._scenes.clear()


def presets_from_defaults(make):
    """Decorates a function that makes an explorer: its presets always count from its defaults."""
    defaults = {name: p.default for name, p in inspect.signature(make).parameters.items()}

    @functools.wraps(make)
    def made(*args, **kwargs):
        figure = make(*args, **kwargs)
        controls = figure.controls.items()
        figure.usual = {name: control.accept(defaults[name]) for name, control in controls}
        return figure

    return made


def _parameters(controls, values):
    """What an explorer's functions get for these exact `values`, by name."""
    return {control.name: control.parameter(values[control.name]) for control in controls}
