"""`two_zeros`: every network is the midpoint of two networks that compute zero."""
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from matplotlib.colors import ListedColormap, to_rgb

from ...feedforward import FeedForward
from ...live import Choice, Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import linear_grid, number_text

SIZE = 3                                                  # the plane is drawn for |a|, |b| <= SIZE
TICKS = np.linspace(-SIZE, SIZE, 81)
REACH = 1.25                                              # how far W can be moved
ALONG = np.linspace(0, 1, 65)
SHADES = 17                                               # odd: the middle one is L(0)
PAIRS = (("A", "B", "W"), ("−A", "−B", "−W"), ("W", "−W", "0"))    # two points and their midpoint
STYLES = ("-", DASHED, DOTTED)

ZERO_AT_ZERO = ("tanh", "linear", "relu", "sin", "step")  # sigma(0) = 0; the other is the sigmoid
SCALE = 1.2                                               # of random weights
SAMPLES = np.random.default_rng(3).normal(size=(2, 14)).round(1)
LABELS = np.where(SAMPLES[:1] + .4 * SAMPLES[1:] ** 2 > .2, 1., -1.)
NETS = {                                                  # widths, seed, trained
    "random, depth 2": ((2, 3, 1), 11, False), "trained, depth 2": ((2, 3, 1), 11, True),
    "random, depth 3": ((2, 3, 3, 1), 23, False), "trained, depth 3": ((2, 3, 3, 1), 23, True)}


def _wrong_signs(outputs, Y):
    """The share of the outputs that lie on the wrong side of 0."""
    return ((outputs > 0) != (Y > 0)).mean((-2, -1))


LOSSES = {"squared": "squared", "absolute": "absolute", "wrong signs": _wrong_signs}


class PlaneOfZeros:
    """The weights (a W_1, .., a W_{N-1}, b W_N) for all a, b: at (1, 1), W itself."""

    def __init__(self, activation, loss, net, data):
        dims, seed, trained = NETS[net]
        self.net = FeedForward(dims, activation)
        samples = (np.zeros((2, 1)), np.ones((1, 1))) if data == "zero" else (SAMPLES, LABELS)
        self.L = self.net.objective(*samples, LOSSES[loss])
        *self.hidden, self.last = self.net.split(self.net.random(seed, SCALE))
        if trained:
            self.last = self._fitted()
        self.zero = float(self.L(self.net.zeros()))

    def _fitted(self):
        """W_N by least squares on the samples, rounded, the hidden layers as they are."""
        width = self.net.dims[-2]
        layers = FeedForward((*self.net.dims[:-1], width), self.net.activation)
        h = layers.forward(layers.join([*self.hidden, np.eye(width)]), SAMPLES)
        return np.linalg.lstsq(h.T, LABELS.T, rcond=1e-9)[0].T.round(3)

    def weights(self, a, b):
        a, b = np.asarray(a)[..., None, None], np.asarray(b)[..., None, None]
        return self.net.join([*(a * W for W in self.hidden), b * self.last])

    def loss(self, a, b):
        return self.L(self.weights(a, b))

    @cached_property
    def grid(self):
        """The loss on TICKS x TICKS, the rows along b."""
        return self.loss(*np.meshgrid(TICKS, TICKS))

    @cached_property
    def heights(self):
        """The lowest and the highest loss that a segment can meet, with some room around them."""
        near = self.grid[np.add.outer(np.abs(TICKS), np.abs(TICKS)) <= 2 * REACH]
        low, spread = near.min(), max(np.ptp(near), .5)
        return low - .08 * spread, low + 1.08 * spread


plane_of_zeros = cache(PlaneOfZeros)


@dataclass(frozen=True)
class Midpoint:
    """The point (a, b) as the midpoint of A and B, and what three pairs say of convexity."""

    a: float
    b: float
    activation: str
    loss: str
    net: str
    data: str

    @property
    def plane(self):
        return plane_of_zeros(self.activation, self.loss, self.net, self.data)

    @cached_property
    def places(self):
        """The points of PAIRS by name."""
        a, b = self.a, self.b
        return {"A": (2 * a, 0), "B": (0, 2 * b), "W": (a, b),
                "−A": (-2 * a, 0), "−B": (0, -2 * b), "−W": (-a, -b)}

    @cached_property
    def curves(self):
        """The loss from the start to the end of each pair, shape (3, 65)."""
        starts, ends = ([self.places[pair[k]] for pair in PAIRS] for k in (0, 1))
        return self.plane.loss(*np.linspace(starts, ends, len(ALONG)).T)

    @cached_property
    def losses(self):
        """The loss at the start, the midpoint and the end of each pair, shape (3, 3)."""
        return self.curves[:, [0, len(ALONG) // 2, -1]]

    @cached_property
    def certificate(self):
        """The place in PAIRS of the first that violates convexity by more than 1e-9, or None."""
        start, middle, end = self.losses.T
        above = middle - (start + end) / 2 > 1e-9
        return int(above.argmax()) if above.any() else None

    @property
    def chord(self):
        """The losses at the ends of the pair that is the certificate, or None."""
        return None if self.certificate is None else self.losses[self.certificate, ::2]

    @property
    def gap(self):
        """The mean of the losses at its ends, and the loss at its midpoint, or None."""
        if self.certificate is None:
            return None
        return self.chord.mean(), self.losses[self.certificate, 1]


def _draw(fig, activation, loss, net, data):
    heat, along = fig.panels(
        ("Loss on the plane through A, B and 0", "Loss on the plane of A, B, 0"),
        "Loss along three segments", shares=[1, .95])
    plane = plane_of_zeros(activation, loss, net, data)
    _draw_heat(heat, fig.look, plane, smooth=activation != "step" and loss != "wrong signs")
    _draw_points(fig, heat)
    _draw_along(fig, along)


def _draw_heat(heat, look, plane, smooth):
    """L - L(0) in two hues, its levels solid above 0 and dashed below; paper where it is 0."""
    excess, near = plane.grid - plane.zero, np.abs(TICKS) <= REACH
    levels = np.linspace(-1, 1, SHADES + 1) * max(np.abs(excess[np.ix_(near, near)]).max(), .1)
    strength = np.abs(np.linspace(-1, 1, SHADES))[:, None] * .6
    low = np.arange(SHADES)[:, None] < SHADES // 2
    hues = np.where(low, to_rgb(look.value), to_rgb(look.slope))
    shades = ListedColormap(strength * hues + (1 - strength) * np.array(to_rgb(look.paper)))
    heat.contourf(TICKS, TICKS, np.clip(excess, levels[0], levels[-1]), levels, cmap=shades)
    if smooth:
        line = dict(colors=[look.faint], linewidths=.7)
        heat.contour(TICKS, TICKS, excess, levels[levels > 0], linestyles=["-"], **line)
        heat.contour(TICKS, TICKS, excess, levels[levels < 0], linestyles=[DASHED], **line)
    heat.fill([], [], color=shades(SHADES - 3), label="L > L(0)")
    heat.fill([], [], color=shades(2), label="L < L(0)")
    heat.axhline(0, color=look.bound, lw=2, ls=DASHED, label="zero map")
    if plane.net.activation in ZERO_AT_ZERO:
        heat.axvline(0, color=look.bound, lw=2, ls=DASHED)
    heat.set(xlim=(-SIZE, SIZE), xlabel="first layers × a")
    heat.set(ylim=(-SIZE, SIZE), ylabel="last layer × b")


def _draw_points(fig, heat):
    look = fig.look
    for (U, V, _), style in zip(PAIRS, STYLES, strict=True):
        fig.line(heat, lambda run, names=(U, V): _points(run, *names), ghost=True,
                 color=look.run, lw=1.5, ls=style)
    fig.line(heat, lambda run: _points(run, "A", "B", "−A", "−B"), "o", ghost=True,
             mfc=look.paper, mec=look.run, mew=1.5, ms=7, zorder=4)
    fig.line(heat, lambda run: ([0, -run.a], [0, -run.b]), "o", ghost=True,
             color=look.run, mec=look.paper, ms=7, zorder=4)
    fig.dot(heat, lambda run: (run.a, run.b), "s", ghost=True,
            color=look.fault, ms=10, drag=("a", "b"))
    for name in ("A", "B", "−A", "−B", "W", "−W"):
        letter = fig.label(heat, lambda run, name=name: _beside(run, name), name,
                           va="center", fontsize=SMALL + 1, color=look.run, clip_on=True)
        fig.moves(letter, "set_ha",
                  lambda run, name=name: "left" if run.places[name][0] >= 0 else "right")
    fig.key(heat, 3)


def _points(run, *names):
    """The points of these names as (x, y)."""
    return np.transpose([run.places[name] for name in names])


def _beside(run, name):
    """Where a point's letter stands: away from 0; what has come to 0 is not named twice."""
    x, y = run.places[name]
    if name != "W" and abs(x) + abs(y) <= .3:
        return None
    return x + (.15 if x >= 0 else -.15), y + (.24 if y >= 0 else -.24)


def _draw_along(fig, along):
    look = fig.look
    along.set(xlim=(-.03, 1.2), xlabel="place on the segment")
    along.set_xticks([0, .5, 1], ["start", "midpoint", "end"])
    fig.scale(along, y=lambda run: run.plane.heights)
    fig.line(along, lambda run: ([-1, 1.03], [run.plane.zero] * 2), ghost=True,
             color=look.bound, lw=1.4, ls=DASHED)
    fig.label(along, lambda run: (1.045, run.plane.zero), "L(0)", va="center", color=look.bound)
    for k, ((U, V, _), style) in enumerate(zip(PAIRS, STYLES, strict=True)):
        curve = fig.line(along, lambda run, k=k: (ALONG, run.curves[k]), ghost=True,
                         color=look.run, lw=1.8, ls=style, label=f"{U} to {V}")
        fig.moves(curve, "set_linewidth", lambda run, k=k: 2.6 if k == run.certificate else 1.3,
                  ghost=True)
    fig.line(along, lambda run: None if run.chord is None else ([0, 1], run.chord), ghost=True,
             color=look.fault, lw=1.2)
    fig.line(along, lambda run: None if run.gap is None else ([.5, .5], run.gap), ghost=True,
             color=look.fault, lw=5, solid_capstyle="butt", label="excess")
    fig.key(along, 4)


def _readout(run):
    """What the two ends compute, and which of the three pairs certifies that L is not convex."""
    zero, at_b, at_w = map(number_text, (run.plane.zero, run.losses[0, 2], run.losses[0, 1]))
    ends = (f"A and B compute zero and have L(0) = {zero}"
            if run.activation in ZERO_AT_ZERO or run.b == 0
            else f"A has L(0) = {zero}, but B has {at_b}, for σ(0) is not 0")
    if run.certificate is None:
        return f"{ends}. W has {at_w}. No pair of the three violates convexity."
    U, V, middle = PAIRS[run.certificate]
    allowed = "" if run.certificate == 0 else f" W has {at_w}, as a convex loss may."
    mean, top = map(number_text, run.gap)
    above = f"has {top}, above" if top != mean else "is just above"
    return (f"{ends}.{allowed} {middle}, the midpoint of {U} and {V}, {above} their mean {mean}: "
            "the loss is not convex.")


PRESETS = (
    Preset("A trained net", "W lies below the two zeros, but −W lies above",
           net="trained, depth 3"),
    Preset("−W no worse than W", "W and −W both lie below, and 0 lies above their mean",
           net="trained, depth 2"),
    Preset("No derivative", "A loss with jumps of an activation with a jump",
           net="random, depth 2", activation="step", loss="wrong signs"),
    Preset("σ(0) = 1/2", "B does not compute zero: a convex loss",
           net="random, depth 2", activation="sigmoid", data="zero"),
)


@explorer_factory
def two_zeros(activation="tanh", loss="squared", net="random, depth 3", a=1, b=1, data="samples"):
    """The loss on the plane through A = (2W_1, .., 2W_{N-1}, 0), B = (0, .., 0, 2W_N) and 0.

    Every W is a midpoint of zeros. `a` and `b` multiply the first N-1 layers and the last one: W
    can be moved on the plane. `data` "zero" replaces the samples by the one datum x = 0, y = 1, on
    which the squared loss of a sigmoid network of depth 2 is convex. Proposition 6.2.

    >>> two_zeros().readout
    'A and B compute zero and have L(0) = 0.5. W, the midpoint of A and B, has 0.8387, above their
    mean 0.5: the loss is not convex.'
    """
    grid = linear_grid("-1.25", "1.25", "0.05")
    activations = {name: name for name in (*ZERO_AT_ZERO, "sigmoid")}
    return Explorer(
        [Choice("net", "network", {name: name for name in NETS}, net),
         Choice("activation", "activation", activations, activation),
         Choice("loss", "loss", {name: name for name in LOSSES}, loss),
         Choice("data", "data", {"14 samples": "samples", "only x = 0": "zero"}, data),
         Slider("a", "a (first)", grid, a),
         Slider("b", "b (last)", grid, b)],
        compute=Midpoint, draw=_draw, readout=_readout, presets=PRESETS,
        unpinned_by=("loss", "data"), ratios=(.46, 1.6))
