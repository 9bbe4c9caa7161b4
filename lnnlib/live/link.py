"""The kernel's end of the wire: every message from a canvas is answered by one atomic frame.

A message says all that a frame depends on, so the answer depends on nothing else (least of all on what a slider's own,
slower, message has or has not yet said):

    {"n": number, "client": id, "at": {name: [index, grid length]}, "size": [width, pixel ratio, dark], "have": [stages],
     "listening": bool, "drag": [handle, x, y]}

The answer repeats n and client and carries "ops" with a buffer of points, "readout", "verdict", "handles", "ms", for a
stage that the canvas does not have its PNG as a second buffer, or "error".
"""
import time
from pathlib import Path

import anywidget
import traitlets as T

HERE = Path(__file__).parent


class Canvas(anywidget.AnyWidget):
    """The picture in the browser: paints stage and actors, sends numbered messages, says the readout."""

    # As text: anywidget keeps every widget alive that watches a file.
    _esm = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("replay.js", "link.js", "view.js"))
    _css = (HERE / "canvas.css").read_text(encoding="utf-8")
    controls = T.Dict().tag(sync=True)          # name -> [model reference, label]
    breakpoint = T.Int().tag(sync=True)         # CSS pixels from which on panels stand side by side
    widths = T.List().tag(sync=True)            # narrowest and widest picture, CSS pixels
    ratios = T.List().tag(sync=True)            # height over width, side by side and stacked
    readout = T.Unicode().tag(sync=True)        # of the first frame, until one is painted


def answer(explorer, message):
    """The reply to a canvas's `message`, as (content, buffers). Never raises: an exception becomes the reply's "error"."""
    reply = {"n": message["n"], "client": message["client"]}
    start = time.perf_counter()
    try:
        with explorer.lock:
            content, buffers = _frame(explorer, message)
    except Exception as error:                  # shown under the picture, in the student's sight
        where = "".join(f" (in “{name}”)" for name in getattr(error, "__notes__", ()))
        return reply | {"error": f"{type(error).__name__}: {error}{where}"}, []
    return reply | content | {"ms": round(1e3 * (time.perf_counter() - start), 1)}, buffers


def _frame(explorer, message):
    controls, at = explorer.controls, message["at"]         # no `at` from a canvas that cannot hear the sliders: the kernel knows
    values = {name: controls[name].at(position) for name, position in at.items()} if at else explorer.values
    width, pixel_ratio, dark = message["size"]
    scene = explorer.scene(values, width=width, pixel_ratio=pixel_ratio, dark=dark)
    if message.get("drag"):
        values |= _dragged(explorer, scene, *message["drag"])
    run = explorer.run(values)
    recording = scene.record(run, explorer.pinned_run)
    content = {
        "at": {name: controls[name].position(value) for name, value in values.items()},
        "stage": scene.key,
        "ops": recording.ops,
        "readout": explorer.describe(run),
        "verdict": explorer.predict.verdict(explorer.predicted, run) if explorer.predict else "",
        "handles": scene.handles(),
    }
    buffers = [recording.points.tobytes()]
    if scene.key not in message["have"]:
        buffers.append(scene.png())
    return content, buffers


def _dragged(explorer, scene, k, x, y):
    """The grid values nearest to where draggable point number `k` is held."""
    names, place = scene.held(k, x, y)
    return {name: explorer.controls[name].near(v) for name, v in zip(names, place, strict=True) if name}
