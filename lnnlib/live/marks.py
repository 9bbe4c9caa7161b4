"""Marks: what moves in a picture, each declared once, as a function of the run.

    fig.line(ax, lambda run: (run.steps, run.value), color=look.value, label="f", ghost=True)
    fig.vline(ax, lambda run: run.first, color=look.run, label="first escape")
    fig.dot(ax, lambda run: (run.eta, run.ratio), color=look.run, drag=("eta", None))

What is drawn with `ax` stands still, what is declared with `fig` moves: it is recorded, above all
that stands still. A function that gives None shows nothing; a value in its place stays as it is.
What a function has given is not changed afterwards.
Besides matplotlib's styles every mark takes

    when=("alpha", "eps")     the attributes of the run on which it depends, where that saves work
    ghost=True                it is drawn for the pinned run too, in grey
    drag=("eta", None)        the controls that a dragged point moves by its x and its y

Where an axis has to follow the run, its ends and ticks are a mark too:

    fig.scale(ax, x=lambda run: (0, run.end), ticks=lambda low, high: (places, texts))
"""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection

from .look import SMALL

_UNSET = object()


@dataclass(eq=False)
class Mark:
    """`put(data(run))` makes `artist` show a run."""

    artist: Artist
    put: Callable
    data: Callable
    kind: str
    when: tuple = ()
    ghost: bool = False
    drag: tuple | None = None

    _key = _shown = _UNSET

    def __post_init__(self):
        self.when = (self.when,) if isinstance(self.when, str) else self.when
        label = getattr(self.artist, "get_text", str)() or str(self.artist.get_label() or "")
        self._label = "" if label.startswith("_") else label

    @property
    def name(self):
        """What an error calls it: its label in the key, its text, or its kind and panel."""
        panel = self.artist.axes and self.artist.axes.get_title(loc="left")
        return self._label or f"{self.kind} in {panel or 'the picture'}"

    def forget(self):
        """Ask anew, whatever `when` says: the next run may differ in what is not shown here."""
        self._key = _UNSET

    def follow(self, run):
        """Show `run`; only what has changed is put, and so recorded, anew."""
        try:
            key = [getattr(run, name) for name in self.when]
            if self.when and _same(key, self._key):
                return
            data = self.data(run)
            if not _same(data, self._shown):
                self._key = self._shown = _UNSET            # until all of it is put
                self.put(data)
                self.artist.stale = True                    # not every setter of matplotlib says so
            self._key, self._shown = key, data
        except Exception as error:
            error.add_note(self.name)
            raise


class Scale(Mark):
    """An axis whose ends follow the run, and the pinned run where there is one: both are seen."""

    def __post_init__(self):
        self._label = ""

    @property
    def ends(self):
        """The ends that are shown, (low, high)."""
        return self._shown

    def follow(self, run, pinned=None):
        """Whether the ends have moved, and with them all that stands between them."""
        before = self._shown
        super().follow([run] if pinned is None else [run, pinned])
        return not _same(self._shown, before)


class Marks:
    """The methods of a figure that declare marks, in `self.marks`; the figure has a `look`."""

    def line(self, ax, xy, fmt="", *, when=(), ghost=False, drag=None, kind="line", **style):
        """A line, or markers, at xy(run) = (x, y)."""
        artist = ax.plot([], [], *([fmt] if fmt else []), **style)[0]
        return self._mark(artist, artist.set_data, xy, ([], []), kind, when, ghost, drag)

    def dot(self, ax, xy, fmt="o", **style):
        """One point at xy(run) = (x, y), with a rim of paper."""
        def point(run):
            at = _at(xy, run)
            return None if at is None else ([at[0]], [at[1]])

        style = {"mec": self.look.paper, "zorder": 5} | style
        return self.line(ax, point, fmt, kind="point", **style)

    def vline(self, ax, x, **style):
        """A line from bottom to top at x(run)."""
        def upright(run):
            at = _at(x, run)
            return None if at is None else ([at, at], [0, 1])

        return self.line(ax, upright, transform=ax.get_xaxis_transform(), **style)

    def hline(self, ax, y, **style):
        """A line from left to right at y(run)."""
        def level(run):
            at = _at(y, run)
            return None if at is None else ([0, 1], [at, at])

        return self.line(ax, level, transform=ax.get_yaxis_transform(), **style)

    def region(self, ax, corners, *, when=(), ghost=False, **style):
        """A filled polygon with corners(run), shape (n, 2)."""
        artist = ax.fill([], [], **style)[0]
        return self._mark(artist, artist.set_xy, corners, np.empty((0, 2)), "region", when, ghost)

    def levels(self, ax, curves, *, when=(), ghost=False, color, lw=.8, **style):
        """Many lines in one style: curves(run), a list of arrays of shape (n, 2)."""
        artist = LineCollection([], colors=[color], linewidths=[lw], **style)
        ax.add_collection(artist, autolim=False)
        return self._mark(artist, artist.set_segments, curves, [], "lines", when, ghost)

    def label(self, ax, place, text, *, when=(), **style):
        """A text at place(run) = (x, y); `text` may be a function of the run, too."""
        style = {"family": self.look.font, "fontsize": SMALL} | style
        artist = ax.text(0, 0, "", visible=False, **style)          # until it has a place

        def put(at):
            artist.set_visible(at is not None)
            if at is not None:
                artist.set_position(at)

        if callable(text):
            self._mark(artist, artist.set_text, text, "", "text", when)
        else:
            artist.set_text(text)
        return self._mark(artist, put, place, None, "text", when)

    def moves(self, artist, setter, data, *, when=(), ghost=False):
        """Any other artist, or another property of a mark's: its method `setter` gets data(run)."""
        return self._mark(artist, getattr(artist, setter), data, None, setter, when, ghost)

    def scale(self, ax, *, x=None, y=None, ticks=None):
        """The x or y axis of `ax` from x(run) = (low, high) on, with ticks(low, high), see above.

        Without `ticks` matplotlib chooses them. No point in `ax` can be dragged.
        """
        axis, limits = (ax.xaxis, x) if x else (ax.yaxis, y)
        set_limits = ax.set_xlim if x else ax.set_ylim

        def ends(runs):
            lows, highs = zip(*map(limits, runs), strict=True)
            return min(lows), max(highs)

        def put(low_high):
            set_limits(*low_high)
            if ticks:
                axis.set_ticks(*ticks(*low_high))
                ax.minorticks_off()

        if ticks:
            axis.set_ticks([])                              # until a run has put its own
        self.marks.append(Scale(axis, put, ends, "axis"))

    def _mark(self, artist, put, data, nothing, kind, when, ghost=False, drag=None):
        def shown(run):
            found = _at(data, run)
            return nothing if found is None else found

        self.marks.append(Mark(artist, put, shown, kind, when, ghost, drag))
        return artist


def _at(value, run):
    return value(run) if callable(value) else value


def _same(a, b):
    """Whether two data are equal, NaN where NaN is: numbers, texts, arrays, tuples or lists."""
    if a is b:
        return True
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(_same, a, b))
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ma.MaskedArray):
        return False                                    # comparing looks past the masks
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and bool(((a == b) | ((a != a) & (b != b))).all())
    return bool(a == b or (a != a and b != b))
