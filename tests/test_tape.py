"""Tapes hold what an explorer shows: read back by another way than the browser's, each frame is that of its values."""
import gzip
import itertools
import json
import random
import re

import numpy as np
import pytest

from lnnlib import explorers
from lnnlib.live.look import DARK, LIGHT
from lnnlib.live.page import about
from lnnlib.live.tape import GRAIN, Tape, places, recorded, scenes_of, settings
from tests import pages

WIDTH, RATIO = 720, 2
PREDICTED = {"octopus": explorers.octopus, "gauge": explorers.gauge, "depth_dial": lambda: explorers.depth_dial(predict=True)}


class Read:
    """A tape as its docstring describes it."""

    def __init__(self, data):
        file = gzip.decompress(data)
        size = int.from_bytes(file[:4], "little")
        vars(self).update(json.loads(file[4:4 + size]))
        self.pictures, start = [], 4 + size
        for both in self.stages:
            self.pictures.append([file[start:start + both[0]], file[start + both[0]:start + sum(both)]])
            start += sum(both)
        planes, n = np.frombuffer(file[start:], np.uint8), sum(self.points)
        assert len(planes) == 8 * n
        planes = planes.reshape(2, 4, n).astype(np.int64)
        whole = sum(planes[:, k] << 8 * k for k in range(4))
        steps = np.where(whole >= 2**31, whole - 2**32, whole)
        self.xy = np.split(np.cumsum(steps, axis=1).T / GRAIN, np.cumsum(self.points)[:-1])

    def drawn(self, frame):
        """The operations and points of a frame."""
        parts = frame[2]
        return [op for k in parts[::2] for op in self.texts[k]], np.concatenate([self.xy[k] for k in parts[1::2]])


@pytest.fixture(scope="module", params=["octopus", "gauge", "depth_dial"])
def taped(request):
    explorer = PREDICTED[request.param]()
    [tape] = recorded(explorer, [WIDTH])
    return explorer, tape, Read(tape.bytes(tape.pictures())), settings(explorer)


def test_every_frame_is_that_of_its_values(taped):
    explorer, _, read, frames = taped
    assert len(read.frames) == len(frames) == len({tuple(frame[0]) for frame in read.frames})
    for k in random.Random(0).sample(range(len(frames)), 20):
        explorer.set(**frames[k])
        ops, points = read.drawn(read.frames[k])
        wanted = explorer.frame(width=WIDTH, pixel_ratio=RATIO)
        assert ops == wanted.ops
        assert np.abs(points - wanted.points).max() <= .5 / GRAIN + 1e-3
        readout, *verdicts = (read.texts[number] for number in read.frames[k][3])
        assert readout == explorer.readout
        predict, run = explorer.predict, explorer.run()
        assert verdicts == ([predict.verdict(choice, run) for choice in range(len(predict.options))] if predict else [])
    explorer.reset()


def test_dark_is_the_same_in_other_colours(taped):
    explorer, _, read, frames = taped
    assert read.dark == {getattr(LIGHT, name): getattr(DARK, name) for name in vars(LIGHT) if name != "font"}

    def dark(colour):
        return read.dark.get(colour[:7], colour[:7]) + colour[7:]

    for k in random.Random(1).sample(range(len(frames)), 20):
        explorer.set(**frames[k])
        ops, _ = read.drawn(read.frames[k])
        tinted = [op | {key: dark(op[key]) for key in ("s", "f") if key in op} for op in ops]
        assert tinted == explorer.frame(width=WIDTH, pixel_ratio=RATIO, dark=True).ops
        assert read.pictures[read.frames[k][1]][0] != read.pictures[read.frames[k][1]][1]
    explorer.reset()


def test_it_begins_where_the_explorer_stands_and_has_its_scenes(taped):
    explorer, tape, read, frames = taped
    known, said, scenes = tape.known(), about(explorer, tape, layouts=2), scenes_of(explorer)
    at = {tuple(frame[0]): values for frame, values in zip(read.frames, frames, strict=True)}
    assert at[tuple(said["begin"])] == explorer.values
    assert {scene["label"]: at[tuple(scene["place"])] for scene in said["scenes"]} == scenes
    assert set(scenes) == {preset.label for preset in explorer.presets}
    for name, values in known.items():
        assert len(read.controls[name]) == len(values)


def test_controls_go_alone_over_their_grids_and_two_together(taped):
    explorer, _, _, frames = taped
    seen = {tuple(values.items()) for values in frames}
    for name in explorer.controls:
        for value in places(explorer, name, explorer.values, 120 if name in explorer.in_use else 15):
            assert tuple((explorer.values | {name: value}).items()) in seen
    pair = [name for name in explorer.in_use if not explorer.controls[name].moves_stage][:2]
    for both in itertools.product(*(places(explorer, name, explorer.values, 24) for name in pair)):
        assert tuple((explorer.values | dict(zip(pair, both, strict=True))).items()) in seen


def test_any_two_controls_in_use_go_together_and_all_of_them_in_few_places():
    explorer = explorers.learning_dynamics(show=("depth", "scale", "step"))
    frames = settings(explorer)
    for one, other in itertools.combinations(explorer.in_use, 2):
        assert len({(values[one], values[other]) for values in frames if values[one] != explorer.values[one]}) >= 20
    moved = [values for values in frames if all(values[name] != explorer.values[name] for name in explorer.in_use)]
    assert {values["depth"] for values in moved} == set(explorer.controls["depth"].grid) - {explorer.values["depth"]}
    assert min(len({values[name] for values in moved}) for name in ("scale", "step")) >= 4


def test_two_points_that_can_be_dragged_go_together():
    explorer = explorers.escape_hatch()
    assert any(all(values[name] != explorer.values[name] for name in ("w21", "w22", "w31", "w32")) for values in settings(explorer))


def test_each_stage_has_its_own_draggable_points():
    explorer = explorers.saddle_escape()
    tape = Tape(explorer, WIDTH)
    for landscape in ("rotated", "saddle"):
        values = explorer.values | {"landscape": landscape}
        tape.record(values, explorer.run(values))
    assert Read(tape.bytes(tape.pictures())).drags == [[], [["theta", "theta2"]]]


def test_what_is_recorded_decides_every_prediction():
    asked = [use.make() for page in pages.read().values() for use in page.uses if use.keywords.get("predict")]
    assert len(asked) >= 9
    for figure in asked:
        assert any(figure.predict.answer(figure.run(values)) is not None for values in settings(figure)), figure.predict.question


def test_places_keep_the_ends_the_critical_ones_and_where_one_stands():
    explorer = explorers.saddle_escape()
    for name, control in explorer.controls.items():
        kept = places(explorer, name, explorer.values, 10)
        grid = list(getattr(control, "grid", None) or control.options.values())
        assert {grid[0], grid[-1], explorer.values[name], *getattr(control, "named", {}).values()} <= set(kept)
        assert len(kept) <= 10 + 1 + len(getattr(control, "named", {}))


def test_saving_leaves_the_explorer_as_it_was(tmp_path):
    explorer = explorers.octopus()
    explorer.pin()
    explorer.set(L=2)
    before = explorer.values, explorer.readout, explorer.pin_says, explorer.frame(width=WIDTH)
    explorer.save(tmp_path / "pinned.html")
    assert (explorer.values, explorer.readout, explorer.pin_says, explorer.frame(width=WIDTH)) == before
    explorer.pin(False)
    explorer.save(tmp_path / "free.html")
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in ("pinned.html", "free.html")]
    tapes = [re.findall('class="lnn-tape">([^<]*)<', text) for text in texts]
    assert tapes[0] == tapes[1] and len(tapes[0]) == 2
