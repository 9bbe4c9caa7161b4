"""A matplotlib renderer that writes down what it is told to draw, for a browser's canvas to draw.

A recording is a list of operations and one float32 array of points, in device pixels from the top
left. An operation is

    {"p": [n, ..], "s": "#rrggbbaa", "w": width, "f": fill, "d": dashes, "c": clip}
        polylines of n points each
    {"m": [k, ..], "n": n, ..}
        a marker of polylines, at n points
    {"t": text, "z": size, "f": fill, "h": "left" | "center" | "right", "r": angle}
        one line of text, at one point
"""
import functools
import json
from dataclasses import dataclass

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path

FAR = 3e4                    # canvases lose precision far outside; so far out nothing is seen
LONG, CLOSE = 16, .25        # a line of more than LONG points is thinned, by less than CLOSE pixels
TEXTS = 4096                 # so many texts a recorder remembers the sizes of


@dataclass(frozen=True)
class Recording:
    """What was drawn: `ops`, a list of JSON-able dicts, and `points`, float32 (n, 2)."""

    ops: list
    points: np.ndarray

    @functools.cached_property
    def text(self):
        """The operations as JSON."""
        return json.dumps(self.ops, ensure_ascii=False, separators=(",", ":"))

    @functools.cached_property
    def bytes(self):
        """The points as bytes, float32."""
        return self.points.tobytes()

    def __eq__(self, other):
        return self.ops == other.ops and np.array_equal(self.points, other.points)


def joined(recordings):
    """Several recordings, one after the other, as one."""
    recordings = list(recordings)
    points = [recording.points for recording in recordings]
    return Recording(
        [op for recording in recordings for op in recording.ops],
        np.concatenate([np.empty((0, 2), np.float32), *points]))


class Recorder(RendererBase):
    """Records the operations our explorers use; any other raises NotImplementedError."""

    def __init__(self, width, height, dpi):
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self._ops, self._points = [], []
        self._sizes = {}             # of texts: to measure one takes longer than to record it

    def take(self):
        """The recording so far; the recorder starts anew."""
        points = np.concatenate(self._points) if self._points else np.empty((0, 2), np.float32)
        recording, self._ops, self._points = Recording(self._ops, points), [], []
        return recording

    # ---- what matplotlib asks of a renderer
    def get_canvas_width_height(self):
        return self.width, self.height

    def points_to_pixels(self, points):
        return points * self.dpi / 72

    def get_text_width_height_descent(self, s, prop, ismath):
        key = s, hash(prop), ismath
        if key not in self._sizes:
            if len(self._sizes) >= TEXTS:
                self._sizes.clear()
            self._sizes[key] = super().get_text_width_height_descent(s, prop, ismath)
        return self._sizes[key]

    def draw_path(self, gc, path, transform, rgbFace=None):
        style = self._style(gc, rgbFace)
        if style:
            lines = self._lines(path, transform, gc, filled=rgbFace is not None)
            lengths = [self._put(line) for line in lines if len(line) > 1]
            if lengths:
                self._add({"p": lengths, **style})

    def draw_path_collection(
            self, gc, master, paths, transforms, offsets, offset_transform, faces, edges,
            linewidths, linestyles, *more, **named):
        """Lines of one style are one path, and so cleaned, and written down, at once."""
        lists = (transforms, faces), (edges, linewidths, linestyles)
        plain = len(offsets) == 1 and not np.any(offsets)
        if not plain or any(map(len, lists[0])) or any(len(each) != 1 for each in lists[1]):
            super().draw_path_collection(
                gc, master, paths, transforms, offsets, offset_transform, faces, edges,
                linewidths, linestyles, *more, **named)
        elif len(paths):
            style = self.new_gc()
            style.copy_properties(gc)
            style.set_linewidth(linewidths[0])
            style.set_dashes(*linestyles[0])
            style.set_foreground(edges[0], isRGBA=True)
            self.draw_path(style, Path.make_compound_path(*paths), master)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        where = trans.transform(path.vertices) * [1, -1] + [0, self.height]
        where = where[np.isfinite(where).all(axis=1)]
        where = where[((where > -50) & (where < [self.width + 50, self.height + 50])).all(axis=1)]
        if len(where):
            where = np.floor(where + .5)                         # whole pixels, as Agg has it
            first = np.sort(np.unique(where, axis=0, return_index=True)[1])     # one marker a pixel
            shape = self._lines(marker_path, marker_trans, gc, filled=True, marker=True)
            lengths = [self._put(line) for line in shape]
            self._add({"m": lengths, "n": self._put(where[first]), **self._style(gc, rgbFace)})

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if ismath:
            raise NotImplementedError(
                f"recording mathtext is not supported, write Unicode instead: {s!r}")
        width, align = self.get_text_width_height_descent(s, prop, ismath)[0], "left"
        if mtext is not None and angle == 0:         # a browser without our font aligns as asked
            align = mtext.get_ha()
            x += {"left": 0, "center": width / 2, "right": width}[align]
        self._put(np.array([[x, y]]))                # for text y already counts from the top
        size = round(self.points_to_pixels(prop.get_size_in_points()), 2)
        bold = prop.get_weight() in ("bold", 700)
        op = {"t": s, "z": size, "h": align, "f": self._hex(gc.get_rgb()), **self._clip(gc)}
        self._add(op | {"r": angle or None, "b": 1 if bold else None})

    def draw_image(self, gc, x, y, im, transform=None):
        raise NotImplementedError(
            "recording draw_image is not supported: an image belongs to the stage")

    def draw_quad_mesh(self, *args, **kwargs):
        raise NotImplementedError(
            "recording draw_quad_mesh is not supported: a mesh belongs to the stage")

    def draw_gouraud_triangles(self, *args, **kwargs):
        raise NotImplementedError(
            "recording draw_gouraud_triangles is not supported: shading belongs to the stage")

    # ---- how it is written down
    def _add(self, op):
        op = {key: value for key, value in op.items() if value is not None}
        last = self._ops[-1] if self._ops else {}
        if "f" not in op and op | {"p": 0} == last | {"p": 0}:   # one style, one operation
            last["p"] += op["p"]
        else:
            self._ops.append(op)

    def _put(self, points):
        points = np.clip(points, -FAR, FAR)
        self._points.append(points.astype(np.float32))
        return len(points)

    def _lines(self, path, transform, gc, filled, marker=False):
        """`path` as polylines in pixels: curves flattened, cut at NaN.

        They are thinned and clipped only where nothing is filled. A marker's points count from its
        own centre.
        """
        box = None if filled else (-9, -9, self.width + 9, self.height + 9)
        path = Path(path.vertices, path.codes)
        path.simplify_threshold = CLOSE
        clean = path.cleaned(
            transform, remove_nans=True, clip=box, curves=False, snap=gc.get_snap(),
            simplify=not filled and len(path.vertices) > LONG,
            stroke_width=self.points_to_pixels(gc.get_linewidth()))
        codes = clean.codes[:-1]                                 # the last one is STOP
        points = clean.vertices[:-1] * [1, -1] + [0, 0 if marker else self.height]
        starts = np.flatnonzero(codes == Path.MOVETO)[1:]
        lines = zip(np.split(points, starts), np.split(codes, starts), strict=True)
        return [
            np.vstack([line[:-1], line[:1]]) if ends[-1] == Path.CLOSEPOLY else line
            for line, ends in lines if len(line)]

    def _style(self, gc, face):
        """Stroke, fill, dashes, caps and clip of a graphics context; empty when nothing is seen."""
        if gc.get_hatch() is not None:
            raise NotImplementedError("recording a hatch is not supported: it belongs to the stage")
        if gc.get_sketch_params() is not None:
            raise NotImplementedError("recording sketch parameters is not supported")
        width, fill = self.points_to_pixels(gc.get_linewidth()), None
        if face is not None:
            opacity = gc.get_alpha() if gc.get_forced_alpha() or len(face) == 3 else face[3]
            fill = self._hex((*face[:3], opacity))
        if not width and fill is None:
            return {}
        offset, dashes = gc.get_dashes()
        stroke = {"s": self._hex(gc.get_rgb()), "w": round(width, 2)} if width else {}
        if width and dashes is not None:
            stroke |= {"d": [round(self.points_to_pixels(length), 2) for length in dashes],
                       "o": round(self.points_to_pixels(offset), 2) or None}
        if width and gc.get_capstyle() != "butt":
            stroke["e"] = {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle())
        if width and gc.get_joinstyle() != "round":
            stroke["j"] = gc.get_joinstyle()
        return stroke | {"f": fill} | self._clip(gc)

    def _clip(self, gc):
        if gc.get_clip_path()[0] is not None:
            raise NotImplementedError(
                "recording a clip path that is not a rectangle is not supported")
        box = gc.get_clip_rectangle()
        if box is None:
            return {}
        return {"c": [round(v) for v in (box.x0, self.height - box.y1, box.width, box.height)]}

    @staticmethod
    def _hex(colour):
        return to_hex(colour, keep_alpha=len(colour) == 4 and colour[3] < 1)
