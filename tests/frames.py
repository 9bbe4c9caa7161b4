"""Maintainers' command: is every explorer's picture the same as before?

    python -m tests.frames save FOLDER [names]        writes what the explorers show, one file an explorer
    python -m tests.frames compare FOLDER [names]     shows it again and says what differs; exit code 1 if anything does

An explorer is seen as it opens, at its presets and at the ends and critical values of every control, wide and narrow, on
either paper. Readout, handles and operations with their points must be the same, the latter in any order; of the pixels,
which say what lies above what, a few may differ.
"""
import json
import sys
from collections import Counter
from numbers import Real
from pathlib import Path

import numpy as np

from lnnlib import explorers

SIZES = [dict(width=width, dark=dark) for width in (900, 400) for dark in (False, True)]
ALLOWED = 1e-4               # the share of pixels that may differ


def seen(name):
    """Pairs of a name of setting and size, and what is seen there: a dict of arrays."""
    figure = getattr(explorers, name)()
    ends = [{name: value} for name, control in figure.controls.items() for value in control.ends()]
    for size in SIZES:
        for change in [{}, *figure.presets, *ends]:
            figure.reset()
            figure.set(**change) if isinstance(change, dict) else figure.show(change)
            at = ", ".join(f"{name} = {_plain(value)}" for name, value in figure.values.items())
            yield f"{size['width']} {'dark' if size['dark'] else 'light'}, {at}", _frame(figure, size)


def _plain(value):
    """A value's text, the same for 1/2 and .5."""
    return f"{float(value):g}" if isinstance(value, Real) and not isinstance(value, bool) else str(value)


def _frame(figure, size):
    frame, scene = figure.frame(**size), figure.scene(figure.values, **size)
    says = [figure.readout, scene.handles(), frame.ops]
    return {"says": np.array(json.dumps(says, ensure_ascii=False)), "points": frame.points,
            "pixels": scene.paint(figure.run()).copy()}


def differences(before, after):
    """One phrase for each thing in which two frames differ."""
    (*said, old_ops), (*says, new_ops) = (json.loads(str(frame["says"])) for frame in (before, after))
    for thing, old, new in zip(("readout", "handles"), said, says, strict=True):
        if old != new:
            yield f"{thing}: {old} -> {new}"
    old, new = _drawn(old_ops, before["points"]), _drawn(new_ops, after["points"])
    if old != new:
        gone, come = ([json.loads(op) for op, *_ in one - other] for one, other in ((old, new), (new, old)))
        yield f"operations: {len(old_ops)} -> {len(new_ops)}, without {gone}, with {come}"
    old, new = before["pixels"], after["pixels"]
    share = (old != new).any(axis=2).mean() if old.shape == new.shape else 1
    if share > ALLOWED:
        yield f"{share:.2%} of the pixels"


def _drawn(ops, points):
    """How often each operation occurs with its points: what is drawn, in whatever order."""
    drawn, place = Counter(), 0
    for op in ops:
        size = sum(op.get("p", op.get("m", [1]))) + op.get("n", 0)
        if size:
            drawn[json.dumps(op, sort_keys=True), points[place:place + size].tobytes()] += 1
        place += size
    return drawn


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
