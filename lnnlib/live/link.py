"""The kernel's end of the wire: every message from a canvas is answered by one atomic frame.

What a message says stands in `message`. The answer repeats n and client and carries "ops" with a
buffer of points, "at", "readout", "verdict", "pinned", "handles", "ms", for a stage that the canvas
does not have its PNG as a second buffer, or "error". One that asks for a sweep is answered by
{"sweep": places to come}, or {"declined": true} where none can be made, and packs follow it (see
`sweep`).

Unasked the kernel says {"hold": bool} around setting several sliders, {"refresh": true} where all
frames are others now (a run was pinned), {"error": text} of what went wrong elsewhere, and
{"typed": control} when a value has come from a field, with "refused": text where it was refused.
"""
import time
from pathlib import Path

import anywidget
import traitlets as T

from .message import read, sender
from .record import joined

HERE = Path(__file__).parent
SCRIPTS = (
    "replay.js", "flight.js", "kept.js", "sweep.js", "places.js", "link.js", "row.js", "view.js")


class Canvas(anywidget.AnyWidget):
    """The browser's picture: paints stage and marks, sends numbered messages, says the readout."""

    # As text: anywidget keeps every widget alive that watches a file.
    _esm = "\n".join(
        (HERE / name).read_text(encoding="utf-8")
        for name in SCRIPTS)
    _css = (HERE / "canvas.css").read_text(encoding="utf-8")
    controls = T.Dict().tag(sync=True)          # name -> [model reference, label, is a slider]
    breakpoint = T.Int().tag(sync=True)         # CSS pixels from which on panels stand side by side
    widths = T.List().tag(sync=True)            # narrowest and widest picture, CSS pixels
    ratios = T.List().tag(sync=True)            # height over width, side by side and stacked
    readout = T.Unicode().tag(sync=True)        # of the first frame, until one is painted


def answer(explorer, message, sweeps=None):
    """The reply to a canvas's `message`: (content, buffers). An exception becomes its "error".

    `sweeps` are those of the explorer's panel; without them a sweep is declined.
    """
    reply, start = sender(message), time.perf_counter()
    try:
        with explorer.lock:
            content, buffers = _answer(explorer, read(message, explorer), sweeps)
    except Exception as error:                  # shown under the picture, in the student's sight
        where = "".join(f" (in “{name}”)" for name in getattr(error, "__notes__", ()))
        return reply | {"error": f"{type(error).__name__}: {error}{where}"}, []
    return reply | content | {"ms": round(1e3 * (time.perf_counter() - start), 1)}, buffers


def _answer(explorer, wish, sweeps):
    if wish.sweep:
        places = sweeps.start(wish) if sweeps else None
        return ({"declined": True} if places is None else {"sweep": places}), []
    if sweeps:
        sweeps.heard(wish)
    scene, pieces, content = frame(explorer, wish.values, wish.size, wish.drag)
    recording = joined(pieces)
    buffers = [recording.points.tobytes()]
    if scene.key not in wish.have:
        buffers.append(scene.png())
    return content | {"ops": recording.ops}, buffers


def frame(explorer, values, size, drag=None):
    """The scene that shows `values`, its marks as recordings, and all else that a frame says."""
    scene = explorer.scene(values, **size)
    if drag:
        values = values | _dragged(explorer, scene, *drag)
    return scene, *contents(explorer, scene, values, explorer.run(values))


def contents(explorer, scene, values, run):
    """The marks of `run` on its scene as recordings, and all else that a frame says."""
    ghost = explorer.ghost_at(values)
    pieces = scene.pieces(run, ghost)
    return pieces, {
        "at": {name: explorer.controls[name].position(value) for name, value in values.items()},
        "stage": scene.key,
        "readout": explorer.describe(run),
        "verdict": explorer.predict.verdict(explorer.predicted, run) if explorer.predict else "",
        "pinned": explorer.pin_says if ghost is explorer.pinned else "",
        "handles": scene.handles(),
    }


def _dragged(explorer, scene, k, x, y):
    """The grid values nearest to where draggable point number `k` is held."""
    names, place = scene.held(k, x, y)
    held = zip(names, place, strict=True)
    return {name: explorer.controls[name].near(value) for name, value in held if name}
