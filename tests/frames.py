"""Maintainers' command: is every explorer's picture the same as before?

    python -m tests.frames save FOLDER [names]        writes what the explorers show, one file an explorer
    python -m tests.frames compare FOLDER [names]     shows it again and says what differs; exit code 1 if anything does

An explorer is seen as it opens, at its presets and at the ends and critical values of every control, wide and narrow, on
either paper. Readout, handles, operations and points must be the same; of the pixels a few may differ.
"""
import json
import sys
from pathlib import Path

import numpy as np

from lnnlib import explorers

SIZES = [dict(width=width, dark=dark) for width in (900, 400) for dark in (False, True)]
ALLOWED = 1e-4               # the share of pixels that may differ


def settings(figure):
    """The changes from the start at which an explorer is seen."""
    yield {}
    yield from (preset.values for preset in figure.presets)
    for name, control in figure.controls.items():
        yield from ({name: value} for value in control.ends())


def seen(name):
    """Pairs of a name of setting and size, and what is seen there: a dict of arrays."""
    figure = getattr(explorers, name)()
    for size in SIZES:
        for change in settings(getattr(explorers, name)()):
            figure.reset()
            figure.set(**change)
            at = ", ".join(f"{key} = {value}" for key, value in change.items()) or "as it opens"
            yield f"{size['width']} {'dark' if size['dark'] else 'light'}, {at}", _frame(figure, size)


def _frame(figure, size):
    frame, scene = figure.frame(**size), figure.scene(figure.values, **size)
    says = [figure.readout, [scene.handle(handle.actor) for handle in figure.handles], frame.ops]
    return {"says": np.array(json.dumps(says, ensure_ascii=False)), "points": frame.points,
            "pixels": scene.paint(figure.run()).copy()}


def differences(before, after):
    """One phrase for each thing in which two frames differ."""
    for thing, old, new in zip(("readout", "handles", "operations"), *(json.loads(str(f["says"])) for f in (before, after)),
                               strict=True):
        if old != new:
            yield f"{thing}: {old} -> {new}" if thing != "operations" else f"{len(old)} -> {len(new)} operations, not the same"
    old, new = before["points"], after["points"]
    if not np.array_equal(old, new):
        yield ("points: " + (f"{len(old)} -> {len(new)}" if len(old) != len(new) else f"{np.abs(old - new).max():.3g} pixels"))
    old, new = before["pixels"], after["pixels"]
    share = (old != new).any(axis=2).mean() if old.shape == new.shape else 1
    if share > ALLOWED:
        yield f"{share:.2%} of the pixels"


def save(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        arrays = {f"{where}|{part}": array for where, frame in seen(name) for part, array in frame.items()}
        np.savez_compressed(folder / name, **arrays)
        print(f"{name}: {len(arrays) // 3} frames", flush=True)


def compare(folder, names):
    """The number of frames that differ, each of them named."""
    found = 0
    for name in names:
        with np.load(folder / f"{name}.npz") as kept:
            there = {key.rpartition("|")[0] for key in kept}
            left, count = set(there), 0
            for where, frame in seen(name):
                new = where not in there
                left.discard(where)
                before = {} if new else {part: kept[f"{where}|{part}"] for part in frame}
                said = ["not there before"] if new else list(differences(before, frame))
                count += bool(said)
                for phrase in said:
                    print(f"  {name}, {where}: {phrase}")
            for where in sorted(left):
                print(f"  {name}, {where}: no longer there")
        found += count + len(left)
        print(f"{name}: {count + len(left)} frames differ" if count or left else f"{name}: the same", flush=True)
    return found


def main(command, folder, *names):
    names = names or explorers.__all__
    if command == "save":
        return save(Path(folder), names)
    return 1 if compare(Path(folder), names) else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("save", "compare"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
