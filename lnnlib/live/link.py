"""The kernel's end of the wire: every message from a canvas is answered by one atomic frame.

A message says all that a frame depends on but prediction and pin, so the answer depends on nothing
else (least of all on what a slider's own, slower, message has or has not yet said):

    {"n": number, "client": id, "at": {name: [index, grid length]}, "have": [stages],
     "size": [width, height, pixel ratio, dark], "listening": bool, "drag": [handle, x, y]}

Width and height are CSS pixels, the height null where a canvas does not know what is seen of it.
The answer repeats n and client and carries "ops" with a buffer of points, "readout", "verdict",
"pinned", "handles", "ms", for a stage that the canvas does not have its PNG as a second buffer, or
"error".

Unasked the kernel says {"hold": bool} around setting several sliders, {"refresh": true} where all
frames are others now (a run was pinned), {"error": text} of what went wrong elsewhere, and
{"typed": control} when a value has come from a field, with "refused": text where it was refused.
"""
import time
from pathlib import Path

import anywidget
import traitlets as T

HERE = Path(__file__).parent


class Canvas(anywidget.AnyWidget):
    """The browser's picture: paints stage and marks, sends numbered messages, says the readout."""

    # As text: anywidget keeps every widget alive that watches a file.
    _esm = "\n".join(
        (HERE / name).read_text(encoding="utf-8")
        for name in ("replay.js", "flight.js", "link.js", "view.js"))
    _css = (HERE / "canvas.css").read_text(encoding="utf-8")
    controls = T.Dict().tag(sync=True)          # name -> [model reference, label]
    breakpoint = T.Int().tag(sync=True)         # CSS pixels from which on panels stand side by side
    widths = T.List().tag(sync=True)            # narrowest and widest picture, CSS pixels
    ratios = T.List().tag(sync=True)            # height over width, side by side and stacked
    readout = T.Unicode().tag(sync=True)        # of the first frame, until one is painted


def answer(explorer, message):
    """The reply to a canvas's `message`: (content, buffers). An exception becomes its "error"."""
    reply = {"n": message.get("n"), "client": message.get("client")}
    start = time.perf_counter()
    try:
        with explorer.lock:
            content, buffers = _frame(explorer, message)
    except Exception as error:                  # shown under the picture, in the student's sight
        where = "".join(f" (in “{name}”)" for name in getattr(error, "__notes__", ()))
        return reply | {"error": f"{type(error).__name__}: {error}{where}"}, []
    return reply | content | {"ms": round(1e3 * (time.perf_counter() - start), 1)}, buffers


def _frame(explorer, message):
    controls, at, values = explorer.controls, message["at"], explorer.values
    if at:                                      # else the canvas cannot hear the sliders
        values = {name: controls[name].at(position) for name, position in at.items()}
    size = dict(zip(("width", "height", "pixel_ratio", "dark"), message["size"], strict=True))
    scene = explorer.scene(values, **size)
    if message.get("drag"):
        values |= _dragged(explorer, scene, *message["drag"])
    run = explorer.run(values)
    ghost = explorer.ghost_at(values)
    recording = scene.record(run, ghost)
    content = {
        "at": {name: controls[name].position(value) for name, value in values.items()},
        "stage": scene.key,
        "ops": recording.ops,
        "readout": explorer.describe(run),
        "verdict": explorer.predict.verdict(explorer.predicted, run) if explorer.predict else "",
        "pinned": explorer.pin_says if ghost is explorer.pinned else "",
        "handles": scene.handles(),
    }
    buffers = [recording.points.tobytes()]
    if scene.key not in message["have"]:
        buffers.append(scene.png())
    return content, buffers


def _dragged(explorer, scene, k, x, y):
    """The grid values nearest to where draggable point number `k` is held."""
    names, place = scene.held(k, x, y)
    held = zip(names, place, strict=True)
    return {name: explorer.controls[name].near(value) for name, value in held if name}
