"""Tapes: the frames of an explorer in one compact file, shown without a kernel (see tape.js).

A tape holds frames at positions: one for each control, counted in those of its values that the tape
knows. What is not on the tape does not exist there, so all that is shown is true. Before gzip it is
a number of 4 bytes, so many bytes of JSON, the stages as WebP, and all points:

    {"controls": {name: [label, ..]},
     "frames": [[[position, ..], stage, [text, points, ..], [readout, verdict, ..], handles, axes],
                ..],
     "texts": [..], "points": [n, ..], "stages": [[bytes of the light one, of the dark one], ..],
     "ghosts": [[part, ..], ..], "drags": [[name or null, name or null], ..],
     "dark": {light colour: dark colour}, "ghost": the light colour of a pinned run}

Texts and points that several frames share stand there once and are named by their number. There is
a verdict for every option that one can predict. `axes` numbers the ends of the axes that follow the
run; `ghosts` are, for each stage, the parts that a pinned run is drawn with, `drags` the controls
that each draggable point moves. A point is a whole number of 1/8 pixel, written as the difference
to the one before it, byte by byte: the lowest byte of every x, the next, .. and then of every y.
"""
import gzip
import itertools
import json
import struct

import numpy as np

from .link import contents
from .look import DARK, LIGHT
from .scene import small_webp

COLOURS = ("paper", "ink", "faint", "ghost", "run", "value", "slope", "bound", "fault")
GRAIN = 8                    # parts of a pixel
ALONE, SHARE = 120, 5        # places of a control that moves alone; of two together a fifth each


def settings(explorer, alone=ALONE):
    """The values of every frame on the explorer's tape, each once.

    From the start each control goes over its grid, and the first two sliders in use over the
    product of a coarser one; from each scene the controls in use go alone. With fewer places than
    usual no scene has drop-downs that redraw what stands still: pictures weigh most.
    """
    begin, scenes, found = explorer.values, scenes_of(explorer), {}

    def take(values):
        found.setdefault(tuple(values.items()), values)

    for start in (begin, *scenes.values()):
        take(start)
    for name in explorer.controls:
        for value in places(explorer, name, begin, alone):
            take(begin | {name: value})
    pair = next(iter(_drags(explorer.scene(begin))), None) or [
        name for name in explorer.in_use if hasattr(explorer.controls[name], "grid")][:2]
    pair = [name for name in pair if name]
    if len(pair) == 2:
        grids = [places(explorer, name, begin, alone // SHARE) for name in pair]
        for both in itertools.product(*grids):
            take(begin | dict(zip(pair, both, strict=True)))
    for start in scenes.values():
        for name in explorer.in_use:
            if explorer.controls[name].moves_stage and alone < ALONE:
                continue
            for value in places(explorer, name, start, alone // 2):
                take(start | {name: value})
    return list(found.values())


def scenes_of(explorer):
    """The values of each scene by its label; they get a place on the controls' grids."""
    begin, scenes = explorer.values, {}
    try:
        for preset in explorer.presets:
            explorer.show(preset)
            scenes[preset.label] = explorer.values
    finally:
        explorer.set(**begin)
    return scenes


def places(explorer, name, values, most):
    """Some `most` values of a control: its grid thinned, critical ones and `values` kept."""
    control = explorer.controls[name]
    grid = list(getattr(control, "grid", None) or control.options.values())
    thin = {round(k) for k in np.linspace(0, len(grid) - 1, min(len(grid), most))}
    kept = {*getattr(control, "named", {}).values(), values[name]}
    return [value for k, value in enumerate(grid) if k in thin or value in kept]


def _drags(scene):
    """The names of the controls that each draggable point moves by its x and its y."""
    return [mark.drag for mark in scene.marks if mark.drag]


class Tape:
    """Frames as they are recorded, in a picture of `width` CSS pixels."""

    def __init__(self, explorer, width, pixel_ratio=2):
        self.explorer = explorer
        self.size = {"width": width, "height": None, "pixel_ratio": pixel_ratio, "dark": False}
        self.frames, self.stages = [], {}
        self._texts, self._points, self._axes = {}, {}, {}

    def record(self, values, run):
        """One more frame: that of `run`, which is what the explorer computes for `values`."""
        explorer, predict = self.explorer, self.explorer.predict
        scene = explorer.scene(values, **self.size)
        pieces, said = contents(explorer, scene, values, run)
        if scene.key not in self.stages:
            self.stages[scene.key] = scene, explorer.scene(values, **self.size | {"dark": True})
        parts = [number for piece in pieces for number in (
            _number(self._texts, piece.text), _number(self._points, piece.bytes))]
        verdicts = [predict.verdict(k, run) for k in range(len(predict.options))] if predict else []
        says = [_number(self._texts, json.dumps(text, ensure_ascii=False))
                for text in (said["readout"], *verdicts)]
        axes = _number(self._axes, tuple(scale.ends for scale in scene.scales))
        self.frames.append([values, scene.key, parts, says, said["handles"], axes])

    def known(self):
        """The values of each control that the tape has frames of, in the order of its grid."""
        return {name: sorted({values[name] for values, *_ in self.frames}, key=_order(control))
                for name, control in self.explorer.controls.items()}

    def bytes(self):
        """The whole tape, compressed."""
        explorer, known = self.explorer, self.known()
        order = {key: k for k, key in enumerate(self.stages)}
        stages = [[small_webp(scene.pixels) for scene in both] for both in self.stages.values()]
        lights = [light for light, _ in self.stages.values()]
        head = {
            "controls": {name: [_label(explorer.controls[name], value) for value in values]
                         for name, values in known.items()},
            "frames": [[place(values, known), order[key], *rest]
                       for values, key, *rest in self.frames],
            "points": [len(points) // 8 for points in self._points],
            "stages": [[len(picture) for picture in both] for both in stages],
            "ghosts": [[k for k, artist in enumerate(scene.actors) if artist in scene.ghosts]
                       for scene in lights],
            "drags": _drags(lights[0]),
            "dark": {getattr(LIGHT, name): getattr(DARK, name) for name in COLOURS},
            "ghost": LIGHT.ghost}
        said = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
        said = f'{said[:-1]},"texts":[{",".join(self._texts)}]}}'.encode()
        body = [struct.pack("<I", len(said)), said, *itertools.chain(*stages),
                _planes(self._points)]
        return gzip.compress(b"".join(body), 9, mtime=0)


def recorded(explorer, widths, alone=ALONE):
    """The tapes of an explorer as it stands, one for each width of its picture.

    `alone`: how many places a control has that moves alone.
    """
    tapes = [Tape(explorer, width) for width in widths]
    for values in settings(explorer, alone):
        run = explorer.run(values)
        for tape in tapes:
            tape.record(values, run)
    return tapes


def place(values, known):
    """Where `values` stand on a tape: the position of each among those that it knows."""
    return [known[name].index(value) for name, value in values.items()]


def _number(numbers, one):
    return numbers.setdefault(one, len(numbers))


def _order(control):
    grid = getattr(control, "grid", None)
    return None if grid else list(control.options.values()).index


def _label(control, value):
    """What a control is labelled with at a value."""
    if hasattr(control, "option"):
        return control.option(value)
    return next(label for label, option in control.options.items() if option == value)


def _planes(points):
    """Float points of several recordings as differences of whole numbers, byte by byte."""
    xy = np.frombuffer(b"".join(points), np.float32).reshape(-1, 2)
    steps = np.diff(np.rint(xy * GRAIN), axis=0, prepend=0).astype("<i4")
    return steps.T.copy().view(np.uint8).reshape(2, -1, 4).transpose(0, 2, 1).tobytes()
