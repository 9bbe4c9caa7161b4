"""`landscape_slice`: Phi on a plane through a point of weight space, and a chord it may pierce."""
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from operator import attrgetter

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Choice, Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.values import linear_grid, number_text
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...saddles import classify

TARGET = np.diag([2., 1.])                     # M
REACH = 3.2                                    # the plane is shown from -REACH to REACH
SIDE = np.linspace(-REACH, REACH, 97)
ALONG = np.linspace(0, 1, 61)                  # the segment, 0 at A and 1 at B
LEVELS = (.03, .12, .35, .7, 1.1, 1.6, 2.2, 3.2, 5, 8, 13, 21, 34)    # no saddle is so high
LEARNED = {"nothing": (), "mode 1": (0,), "both modes": (0, 1)}


def _entries(mode, ratio):
    """Layers for every depth: the matrix unit of a mode's entry times 1, ratio, ratio^2, .."""
    unit = np.diag(np.eye(2)[mode])
    return lambda depth: [ratio**n * unit for n in range(depth)]


DIRECTIONS = {
    "mode 1, every layer": _entries(0, 1),
    "mode 1, alternating signs": _entries(0, -1),
    "mode 2, every layer": _entries(1, 1),
    "random": lambda depth: np.random.default_rng(3).normal(size=(depth, 2, 2)),
}


@dataclass(frozen=True)
class WeightPlane:
    """The plane w + x U + y V in the space of all weights of N = `depth` layers, each 2 x 2.

    w is the balanced point that has learned `learned`; U, V are the directions `first`, `second`.
    """

    depth: int
    first: str
    second: str
    learned: str

    @cached_property
    def net(self):
        return LinearNetwork(SquaredLoss(TARGET), hidden=(2,) * (self.depth - 1))

    @cached_property
    def centre(self):
        """The balanced weights of the learned modes, the others 0: stationary from N = 2 on."""
        learned = [mode in LEARNED[self.learned] for mode in range(len(TARGET))]
        return self.net.balanced(np.where(learned, TARGET, 0))

    @cached_property
    def directions(self):
        """U and V, two unit vectors."""
        entries = [DIRECTIONS[name](self.depth) for name in (self.first, self.second)]
        return [w / np.linalg.norm(w) for w in map(self.net.join, entries)]

    def weights(self, x, y):
        """The points of weight space at the coordinates x, y of the plane."""
        U, V = self.directions
        return self.centre + np.asarray(x)[..., None] * U + np.asarray(y)[..., None] * V

    @cached_property
    def point(self):
        """The certificate of the point in the middle."""
        return classify(self.net, self.centre, grad_tol=1e-9, curvature_tol=1e-9)


weight_plane = lru_cache(maxsize=16)(WeightPlane)        # what a plane has computed is kept


@dataclass(frozen=True)
class Slice:
    """The segment from A = (ax, ay) to B = (bx, by) in a plane, and Phi and l above it."""

    depth: int
    first: str
    second: str
    learned: str
    ax: float
    ay: float
    bx: float
    by: float

    @property
    def plane(self):
        return weight_plane(self.depth, self.first, self.second, self.learned)

    @property
    def net(self):
        return self.plane.net

    @cached_property
    def ends(self):
        """A and B in weight space."""
        return self.plane.weights([self.ax, self.bx], [self.ay, self.by])

    @cached_property
    def phi(self):
        """Phi on the segment, at ALONG."""
        A, B = self.ends
        return self.net(A + ALONG[:, None] * (B - A))

    @property
    def chord(self):
        return self.phi[0] + ALONG * (self.phi[-1] - self.phi[0])

    @cached_property
    def straight(self):
        """l on the straight line from the product at A to the product at B, at ALONG."""
        A, B = self.net.product(self.ends)
        return self.net.loss(A + ALONG[:, None, None] * (B - A))

    @cached_property
    def top(self):
        """Of the axis: the least of 1, 1.5, 2, 3, 4, 6, 8 times 10^k, 0.1 or more, above all."""
        highest = max(self.phi.max(), self.straight.max())
        unit = 10. ** np.floor(np.log10(max(highest, .1)))
        return next(k * unit for k in (1, 1.5, 2, 3, 4, 6, 8, 10) if k * unit >= highest)

    @cached_property
    def excess(self):
        """How far Phi rises above its chord on the segment; 0 where it does not, rounding aside.

        Phi is a polynomial of degree 2N there: what rises between two points of ALONG is found
        where its slope is 0.
        """
        rise = np.polynomial.Polynomial.fit(
            ALONG, self.phi - self.chord, 2 * self.depth, domain=[0, 1])
        turns = rise.deriv().roots()
        turns = turns[np.abs(turns.imag) < 1e-6].real
        highest = max([0, *rise(turns[(turns > 0) & (turns < 1)])])
        return float(highest) if highest > 1e-9 * (1 + self.phi.max()) else 0.


def _draw(fig, depth, first, second, learned):
    levels, cut = fig.panels(
        ("Level curves of Φ on the plane", "Level curves of Φ"),
        ("Φ on the segment from A to B", "Φ from A to B"))
    levels.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    levels.set(xlabel=f"U: {first}", ylabel=f"V: {second}")
    _draw_levels(levels, weight_plane(depth, first, second, learned), fig.look)
    _draw_segment(fig, levels)
    _draw_cut(fig, cut)
    fig.key(levels, 3)
    fig.key(cut, 3)


def _draw_levels(ax, plane, look):
    """Level curves: dashed as high as the point, ever darker blue below, grey above."""
    heights = plane.net(plane.weights(*np.meshgrid(SIDE, SIDE)))
    same = float(plane.net(plane.centre))
    levels = [level for level in LEVELS if heights.min() < level < heights.max()]
    lower = [level for level in levels if level < same]
    higher = [level for level in levels if level > same]
    if lower:
        bands = len(lower) + 1
        shades = [to_rgba(look.value, .08 + .36 * (1 - band / bands)) for band in range(bands)]
        ax.contourf(SIDE, SIDE, heights, [0, *lower, same], colors=shades)
        ax.contour(SIDE, SIDE, heights, lower, colors=[look.value], linewidths=.8)
        ax.contour(
            SIDE, SIDE, heights, [same], colors=[look.ink], linewidths=1.6, linestyles=[DASHED])
    if higher:
        ax.contour(SIDE, SIDE, heights, higher, colors=[look.ghost], linewidths=.8)
    ax.plot([], [], color=look.ghost, lw=.8, label="higher")
    ax.plot([], [], color=look.value, lw=5, alpha=.4, label="lower")
    ax.plot([], [], color=look.ink, lw=1.6, ls=DASHED, label="level of +")
    ax.plot([0], [0], "P", color=look.ink, mec=look.paper, ms=10, zorder=4)


def _draw_segment(fig, levels):
    look = fig.look
    fig.line(levels, lambda run: ([run.ax, run.bx], [run.ay, run.by]),
             color=look.fault, lw=2, ghost=True)
    for name, marker, x, y in (("A", "o", "ax", "ay"), ("B", "s", "bx", "by")):
        end = attrgetter(x, y)
        fig.dot(levels, end, marker, mfc=look.paper, mec=look.fault, mew=1.8, ms=14, drag=(x, y),
                ghost=True)
        fig.label(
            levels, end, name, color=look.ink, ha="center", va="center", clip_on=True, zorder=6)


def _draw_cut(fig, cut):
    look = fig.look
    cut.set(xlim=(-.02, 1.02))
    cut.set_xticks([0, .5, 1], ["A", "halfway", "B"])
    cut.grid(True, color=look.faint, lw=.6)
    fig.scale(cut, y=lambda run: (-.05 * run.top, 1.08 * run.top), ticks=_heights)
    fig.region(cut, _above, facecolor=to_rgba(look.fault, .22), lw=0)
    fig.line(cut, lambda run: (ALONG, run.phi), color=look.value, lw=2.2, label="Φ", ghost=True)
    fig.line(cut, lambda run: (ALONG, run.chord),
             color=look.fault, lw=1.6, ls=DASHED, label="chord of Φ", ghost=True)
    fig.line(cut, lambda run: (ALONG, run.straight),
             color=look.bound, lw=2.2, ls=DOTTED, zorder=4, label="l", ghost=True)


def _heights(_, high):
    """Ticks at the quarters of `top`: the places and their texts."""
    places = [share * high / 1.08 for share in (0, .25, .5, .75, 1)]
    return places, [number_text(height) for height in places]


def _above(run):
    """The outline of what lies between the chord and a higher Phi."""
    upper, lower = np.maximum(run.phi, run.chord), run.chord[::-1]
    return np.column_stack([np.append(ALONG, ALONG[::-1]), np.append(upper, lower)])


def _readout(run):
    """What the point is, then what the segment proves."""
    point, half = run.plane.point, len(ALONG) // 2
    text = partial(number_text, zero=1e-9)
    kind = point.kind if point.kind == "not stationary" else f"a {point.kind}"
    here = (f"With {run.depth} layer{'s' if run.depth > 1 else ''} the point in the middle is "
            f"{kind}: ‖∇Φ‖ = {text(point.grad_norm)} and "
            f"λₘᵢₙ = {text(point.lambda_min)}.")
    if run.excess:
        chord = f"rises above its chord by {text(run.excess)}, so Φ is not convex"
    elif run.depth == 1:
        chord = "stays at or below its chord, as it must: l is convex"
    else:
        chord = "stays at or below its chord, which decides nothing"
    return (f"{here} On the segment Φ {chord}; halfway Φ = {text(run.phi[half])}, "
            f"the mean of its ends is {text(run.chord[half])}.")


PRESETS = (
    Preset("Three layers", "The origin is flat, and still no minimum",
           depth=3, ax=2.2, ay=1.75, bx=0, by=0),
    Preset("Saddle", "The same origin in another plane: down along U, up along V",
           second="mode 1, alternating signs", ay=0, bx=-2, by=0),
    Preset(
        "Two minima",
        "W₁ scaled up and W₂ down, and the other way round: the same product, not the same weights",
        learned="both modes", second="mode 1, alternating signs", ax=.5, ay=1.5, bx=.5, by=-1.5),
)


@explorer_factory
def landscape_slice(
        depth=2, first="mode 1, every layer", second="mode 2, every layer", learned="nothing",
        ax=2, ay=1.4, bx=-2.5, by=-1):
    """Phi(W_1, .., W_N) = 1/2 ||W_N .. W_1 - diag(2, 1)||^2 on a plane through a point.

    `depth` is N, every layer is 2 x 2; `first` and `second` are the plane's directions U and V,
    unit vectors in the space of all weights; `learned` is the point in the middle, the balanced one
    that has learned "nothing", "mode 1" or "both modes": stationary from N = 2 on. A and B, at
    (`ax`, `ay`) and (`bx`, `by`) of the plane, are the ends of a segment, with the chord of Phi
    above it. Lecture 6.2.4.

    >>> landscape_slice(depth=3, ax=2.2, ay=1.75, bx=0, by=0).readout
    'With 3 layers the point in the middle is a non-strict saddle: ‖∇Φ‖ = 0 and λₘᵢₙ = 0.
    On the segment Φ rises above its chord by 0.6837, so Φ is not convex;
    halfway Φ = 1.9, the mean of its ends is 1.251.'
    """
    place = linear_grid(-3, 3, "0.05")
    directions = {name: name for name in DIRECTIONS}
    return Explorer([Choice("depth", "depth N", {str(n): n for n in range(1, 5)}, depth),
                     Choice("first", "direction U", directions, first),
                     Choice("second", "direction V", directions, second),
                     Choice("learned", "point: learned", {name: name for name in LEARNED}, learned),
                     Slider("ax", "A along U", place, ax),
                     Slider("ay", "A along V", place, ay),
                     Slider("bx", "B along U", place, bx),
                     Slider("by", "B along V", place, by)],
                    compute=Slice, draw=_draw, readout=_readout, main=("depth", "learned"),
                    presets=PRESETS, unpinned_by=("depth", "first", "second", "learned"),
                    ratios=(.46, 1.6))
