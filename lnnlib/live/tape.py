"""Tapes: the frames of an explorer in one compact file, shown without a kernel (see tape.js).

A tape holds frames at positions: one for each control, counted in those of its values that the tape
knows. What is not on the tape does not exist there, so all that is shown is true. Before gzip it is
a number of 4 bytes, so many bytes of JSON, the stages as WebP, and all points:

    {"controls": {name: [label, ..]},
     "frames": [[[position, ..], stage, [text, points, ..], [readout, verdict, ..], handles, axes],
                ..],
     "texts": [..], "points": [n, ..],
     "stages": [[bytes of the light one, of the dark one], ..], or null where they lie elsewhere,
     "ghosts": [[part, ..], ..], "drags": [[[name or null, name or null], ..], ..],
     "dark": {light colour: dark colour}, "ghost": the light colour of a pinned run}

Texts and points that several frames share stand there once and are named by their number. There is
a verdict for every option that one can predict. `axes` numbers what the axes show and where: a
pinned run can be drawn where they are the same. For each stage `ghosts` are the parts that a pinned
run is drawn with, `drags` the controls that each of its draggable points moves. A point is a whole
number of 1/8 pixel, written as the difference to the one before it, byte by byte: the lowest byte
of every x, the next, .. and then of every y.
"""
import gzip
import itertools
import json
import math
import struct

import numpy as np

from .link import contents
from .look import DARK, LIGHT
from .scene import small_webp

COLOURS = ("paper", "ink", "faint", "ghost", "run", "value", "slope", "bound", "fault")
GRAIN = 8                    # parts of a pixel
ALONE = 120                  # places of a control that moves alone


def settings(explorer, alone=ALONE):
    """The values of every frame on the explorer's tape, each once.

    From the start each control goes over its grid, each point that can be dragged (or else the
    first two sliders in use) over the product of a coarser one, any two controls in use over that
    of a coarser one still, and all of these together over that of a few places. From each scene
    the controls in use go alone. With fewer places than usual what redraws the standing picture
    moves alone, from the start: pictures weigh most.
    """
    begin, scenes, found = explorer.values, scenes_of(explorer), {}
    free = [name for name in explorer.controls
            if not explorer.controls[name].moves_stage or alone == ALONE]

    def take(start, names, most):
        grids = [places(explorer, name, begin, most) for name in names]
        for values in itertools.product(*grids):
            one = start | dict(zip(names, values, strict=True))
            found.setdefault(tuple(one.items()), one)

    for start in (begin, *scenes.values()):
        take(start, [], 0)
    for name in explorer.controls:
        take(begin, [name], alone if name in explorer.in_use else alone // 8)
    used = [name for name in explorer.in_use if name in free]
    sliders = [name for name in used if not explorer.controls[name].moves_stage]
    points = [[name for name in pair if name] for pair in _drags(explorer.scene(begin))]
    for pair in points or [sliders[:2]]:
        take(begin, pair, alone // 5)
    for two in itertools.combinations(used, 2):
        take(begin, two, alone // 15)
    together = list(dict.fromkeys([*itertools.chain(*points), *used]))
    many = 2 * alone * max(1, len(points)) ** 2
    take(begin, together, _share(many, explorer, together))
    for start in scenes.values():
        for name in explorer.in_use:
            if name in free:
                take(start, [name], alone // 4)
    still = [name for name, control in explorer.controls.items() if control.moves_stage]
    # one standing picture after the other: an explorer keeps but a few
    return sorted(found.values(), key=lambda values: [str(values[name]) for name in still])


def _share(many, explorer, names):
    """The places of each slider among `names`, so that their product has some `many` frames."""
    controls = [explorer.controls[name] for name in names]
    choices = [len(control.options) for control in controls if control.moves_stage]
    sliders = len(controls) - len(choices)
    return max(2, int((many / math.prod(choices)) ** (1 / max(1, sliders))))


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
    """All choices of a drop-down, some `most` of a slider's grid.

    The ends are among them, where it stands in `values`, and the critical ones while they are few.
    """
    control = explorer.controls[name]
    if control.moves_stage:
        return list(control.options.values())
    thin = {round(k) for k in np.linspace(0, len(control.grid) - 1, min(len(control.grid), most))}
    named = set(control.named.values())
    kept = {values[name]} | (named if len(named) <= most // 3 else set())
    return [value for k, value in enumerate(control.grid) if k in thin or value in kept]


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
        axes = _number(self._axes, tuple(map(_window, scene.figure.axes)))
        self.frames.append([values, scene.key, parts, says, said["handles"], axes])

    def known(self):
        """The values of each control that the tape has frames of, in the order of its grid."""
        return {name: sorted({values[name] for values, *_ in self.frames}, key=_order(control))
                for name, control in self.explorer.controls.items()}

    def pictures(self):
        """Its stages as WebP, [light, dark] each."""
        return [[small_webp(scene.pixels) for scene in both] for both in self.stages.values()]

    def bytes(self, stages=()):
        """The whole tape, compressed, with `stages` such as `pictures()`; or with none."""
        explorer, known = self.explorer, self.known()
        order = {key: k for k, key in enumerate(self.stages)}
        lights = [light for light, _ in self.stages.values()]
        head = {
            "controls": {name: [_label(explorer.controls[name], value) for value in values]
                         for name, values in known.items()},
            "frames": [[place(values, known), order[key], *rest]
                       for values, key, *rest in self.frames],
            "points": [len(points) // 8 for points in self._points],
            "stages": [[len(picture) for picture in both] for both in stages] or None,
            "ghosts": [[k for k, artist in enumerate(scene.actors) if artist in scene.ghosts]
                       for scene in lights],
            "drags": [_drags(scene) for scene in lights],
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


def _window(ax):
    """Where axes stand in their figure, and what they show of the plane."""
    return (*ax.get_position().bounds, *ax.get_xlim(), *ax.get_ylim(),
            ax.get_xscale(), ax.get_yscale())


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
