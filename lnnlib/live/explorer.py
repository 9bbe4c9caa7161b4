"""An explorer: a few functions and controls that become a live picture, a static picture and a sentence.

    compute(**parameters) -> run      everything that is computed, once for a setting
    stage(fig, **parameters) -> dict  what stands still, drawn once; gives the actors by name. It is told drop-downs and
                                      toggles only: no slider redraws the stage
    act(actors, run)                  sets the data of what moves
    readout(run) -> str               one sentence: what is seen, numbers included
"""
import base64
import threading
import zlib
from collections import OrderedDict

from .defaults import undisturbed
from .look import NARROWEST, WIDEST
from .scene import Scene, captioned, small_png

STATIC_WIDTH, STATIC_RATIO = 900, 2
SCENES = 6                   # stages kept per explorer: sizes, themes and drop-downs that a student goes back and forth between


class Explorer:
    """A figure to display. `figure.set(eta=.3)`, `.values`, `.readout`, `.frame()`, `.png()` work without a browser."""

    def __init__(self, controls, *, compute, stage, act, readout, presets=(), handles=(), predict=None, ghosts=(),
                 ratios=(0.46, 1.55)):
        self.controls = {control.name: control for control in controls}
        self.presets, self.handles, self.predict, self.ghosts, self.ratios = presets, handles, predict, ghosts, ratios
        self.compute, self.stage, self.act, self.describe = compute, stage, act, undisturbed()(readout)
        self.predicted = None                              # the 0-based option that the student chose
        self._pinned = None
        self._scenes = OrderedDict()
        self._panel = None
        self.lock = threading.RLock()                      # front ends may answer messages in a thread of their own

    # ---- settings
    @property
    def values(self):
        """The exact value of every control, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values):
        """Set parameters by name; a ValueError names a bad one, and then nothing is changed."""
        unknown = set(values) - set(self.controls)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))} is no parameter here, expected one of {', '.join(self.controls)}")
        with self.lock:
            accepted = {name: self.controls[name].accept(value) for name, value in values.items()}
            for name, value in accepted.items():
                self.controls[name].value = value
        if self._panel:
            self._panel.show_values()

    def reset(self):
        """Back to the settings that the explorer started with, nothing pinned."""
        self._pinned = None
        self.set(**{name: control.start for name, control in self.controls.items()})

    def pin(self, keep=True):
        """Leave the present run as a grey ghost behind all later ones; `pin(False)` takes it away."""
        self._pinned = self.values if keep else None
        if self._panel:
            self._panel.refresh()

    @property
    def pinned(self):
        return self._pinned is not None

    # ---- pictures
    @property
    def readout(self):
        """What the present setting shows, in one sentence."""
        return self.describe(self.run())

    @undisturbed()
    def run(self, values=None):
        """What `compute` gives for `values` (all of them), by default the present ones."""
        values = self.values if values is None else values
        parameters = {name: control.parameter(values[name]) for name, control in self.controls.items()}
        return self.compute(**parameters)

    def frame(self, **size):
        """The present setting's actors as recorded operations. `size` as for `scene`."""
        with self.lock:
            return self.scene(self.values, **size).record(self.run())

    def png(self, width=STATIC_WIDTH, pixel_ratio=STATIC_RATIO, dark=False):
        """The present setting as the bytes of a PNG, drawn by Agg, the readout below the picture."""
        with self.lock:
            scene, run = self.scene(self.values, width=width, pixel_ratio=pixel_ratio, dark=dark), self.run()
            return small_png(captioned(scene.paint(run), self.describe(run), scene.look, pixel_ratio))

    def scene(self, values, *, width=STATIC_WIDTH, pixel_ratio=1.0, dark=False):
        """The stage for `values` at `width` CSS pixels, drawn when it is first asked for."""
        width = int(min(max(width, NARROWEST), WIDEST))
        parameters = {name: control.parameter(values[name]) for name, control in self.controls.items() if control.moves_stage}
        key = repr((width, pixel_ratio, bool(dark), parameters, self._pinned))
        if key not in self._scenes:
            self._scenes[key] = Scene(
                self.stage, self.act, parameters, width=width, ratios=self.ratios, pixel_ratio=pixel_ratio, dark=dark,
                pinned=self.run(self._pinned) if self.pinned else None, ghosts=self.ghosts)
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
