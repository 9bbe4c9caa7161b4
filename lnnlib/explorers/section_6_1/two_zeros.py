"""`two_zeros`: every network is the midpoint of two networks that compute zero."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib.colors import ListedColormap, to_rgb

from ...live import Choice, Explorer, Handle, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from ...proofs import two_zeros as zeros_of
from .plane import LOSSES, NETS, SIZE, TICKS, ZERO_AT_ZERO, plane

ALONG = np.linspace(0, 1, 65)
REACH = 1.25                                             # how far W can be moved
SHADES = 17                                              # of the heat map; odd, so that the middle one is L(0)
PAIRS = (("A", "B", "W"), ("−A", "−B", "−W"), ("W", "−W", "0"))    # two points and their midpoint
STYLES = ("-", DASHED, DOTTED)


@dataclass(frozen=True)
class Midpoint:
    """The network (a W_1, .., a W_{N-1}, b W_N) as the midpoint of A and B, and what the three pairs say of convexity."""

    a: float
    b: float
    activation: str
    loss: str
    net: str
    data: str

    @cached_property
    def plane(self):
        return plane(self.activation, self.loss, self.net, self.data)

    @cached_property
    def pairs(self):
        """PAIRS in the space of weights."""
        W = self.plane.weights(self.a, self.b)
        A, B = zeros_of(self.plane.net, W)
        return (A, B), (-A, -B), (W, -W)

    @cached_property
    def curves(self):
        """The loss along U -> V for each pair; the middle one of the values is that of the midpoint."""
        s = ALONG[:, None]
        return [self.plane.L((1 - s) * U + s * V) for U, V in self.pairs]

    @cached_property
    def chords(self):
        return [(float(values[0]), float(values[-1])) for values in self.curves]

    @cached_property
    def middles(self):
        return [float(values[len(ALONG) // 2]) for values in self.curves]

    @cached_property
    def certificate(self):
        """The number of the first pair that violates convexity, or None."""
        above = [middle - sum(chord) / 2 > 1e-9 for middle, chord in zip(self.middles, self.chords, strict=True)]
        return above.index(True) if any(above) else None


def _stage(fig, activation, loss, net, data):
    look, here = fig.look, plane(activation, loss, net, data)
    heat, along = fig.panels("Loss on the plane through A, B and 0", "Loss along three segments", shares=[1, .95])
    values = here.grid()
    _draw_heat(heat, look, values - here.zero, smooth=activation != "step" and loss != "wrong signs")
    heat.axhline(0, color=look.bound, lw=2, ls=DASHED, label="computes zero")
    if activation in ZERO_AT_ZERO:
        heat.axvline(0, color=look.bound, lw=2, ls=DASHED)
    heat.set(xlim=(-SIZE, SIZE), ylim=(-SIZE, SIZE), xlabel="first layers × a", ylabel="last layer × b")
    a, b = np.meshgrid(TICKS, TICKS)
    seen = values[np.abs(a) + np.abs(b) <= 2 * REACH]
    spread = max(np.ptp(seen), .5)
    along.set(xlim=(-.03, 1.03), ylim=(seen.min() - .08 * spread, seen.min() + 1.08 * spread))
    along.set(xlabel="place on the segment", ylabel="loss")
    along.set_xticks([0, .5, 1], ["start", "midpoint", "end"])
    along.axhline(here.zero, color=look.bound, lw=1.4, ls=DASHED, label="L(0)")
    actors = _heat_actors(heat, look) | _along_actors(along, look)
    fig.key(heat, 3)
    fig.key(along, 3)
    return actors


def _draw_heat(heat, look, excess, smooth):
    """L - L(0) in two hues, its level lines solid above 0 and dashed below; where it is 0 the paper is seen."""
    near = np.abs(TICKS) <= REACH
    levels = np.linspace(-1, 1, SHADES + 1) * max(np.abs(excess[np.ix_(near, near)]).max(), .1)
    strength = np.abs(np.linspace(-1, 1, SHADES))[:, None] * .6
    hues = np.where(np.arange(SHADES)[:, None] < SHADES // 2, to_rgb(look.value), to_rgb(look.slope))
    shades = ListedColormap(strength * hues + (1 - strength) * np.array(to_rgb(look.paper)))
    heat.contourf(TICKS, TICKS, np.clip(excess, levels[0], levels[-1]), levels, cmap=shades)
    if smooth:
        for part, style in ((levels[levels > 0], "-"), (levels[levels < 0], DASHED)):
            heat.contour(TICKS, TICKS, excess, part, colors=[look.faint], linewidths=.7, linestyles=[style])
    heat.fill([], [], color=shades(SHADES - 3), label="L > L(0)")
    heat.fill([], [], color=shades(2), label="L < L(0)")


def _heat_actors(heat, look):
    mark = dict(ha="center", va="center", fontsize=SMALL + 1, family=look.font, color=look.run, clip_on=True)
    return {
        "segments": [heat.plot([], [], color=look.run, lw=1.5, ls=style)[0] for style in STYLES],
        "ends": heat.plot([], [], "o", mfc=look.paper, mec=look.run, mew=1.5, ms=7, zorder=4)[0],
        "middles": heat.plot([], [], "o", color=look.run, mec=look.paper, ms=7, zorder=4)[0],
        "here": heat.plot([], [], "s", color=look.fault, mec=look.paper, ms=10, zorder=5)[0],
        "letters": {name: heat.text(0, 0, name, **mark) for name in ("A", "B", "−A", "−B", "W", "−W")},
    }


def _along_actors(along, look):
    return {
        "curves": [along.plot([], [], color=look.run, lw=1.8, ls=style, label=f"{U} to {V}")[0]
                   for (U, V, _), style in zip(PAIRS, STYLES, strict=True)],
        "chord": along.plot([], [], color=look.fault, lw=1.2, label="its chord")[0],
        "bulge": along.plot([], [], color=look.fault, lw=5, solid_capstyle="butt", label="above it")[0],
    }


def _act(actors, run):
    a, b = run.a, run.b
    places = {"A": (2 * a, 0), "B": (0, 2 * b), "−A": (-2 * a, 0), "−B": (0, -2 * b), "W": (a, b), "−W": (-a, -b)}
    for segment, (U, V, _) in zip(actors.segments, PAIRS, strict=True):
        segment.set_data(*zip(places[U], places[V], strict=True))
    actors.ends.set_data(*zip(*(places[name] for name in ("A", "B", "−A", "−B")), strict=True))
    actors.middles.set_data([0, -a], [0, -b])
    actors.here.set_data([a], [b])
    for name, letter in actors.letters.items():
        x, y = places[name]
        letter.set_position((x + (.15 if x >= 0 else -.15), y + (.24 if y >= 0 else -.24)))
        letter.set_ha("left" if x >= 0 else "right")
        letter.set_visible(name == "W" or abs(x) + abs(y) > .3)            # what has come to 0 is not named twice
    number = run.certificate
    for k, (curve, values) in enumerate(zip(actors.curves, run.curves, strict=True)):
        curve.set_data(ALONG, values)
        curve.set_linewidth(2.6 if k == number else 1.3)
    actors.chord.set_data(([], []) if number is None else ([0, 1], run.chords[number]))
    actors.bulge.set_data(([], []) if number is None else ([.5, .5], [sum(run.chords[number]) / 2, run.middles[number]]))


def _readout(run):
    """What the two ends compute, and which of the three pairs certifies that the loss is not convex."""
    zero, at_b, W = (number_text(v) for v in (run.plane.zero, run.chords[0][1], run.middles[0]))
    ends = (f"A and B compute zero and have L(0) = {zero}" if run.activation in ZERO_AT_ZERO or run.b == 0
            else f"A has L(0) = {zero}, but B has {at_b}, for σ(0) is not 0")
    if run.certificate is None:
        return f"{ends}. W has {W}. No pair of the three violates convexity."
    U, V, middle = PAIRS[run.certificate]
    allowed = "" if run.certificate == 0 else f" W has {W}, as a convex loss may."
    top, mean = number_text(run.middles[run.certificate]), number_text(sum(run.chords[run.certificate]) / 2)
    above = f"has {top}, above their mean {mean}" if top != mean else f"is just above their mean {mean}"
    return f"{ends}.{allowed} {middle}, the midpoint of {U} and {V}, {above}: the loss is not convex."


def _preset(label, why, **values):
    """A preset that sets everything but what it does not name to the standard scene."""
    return Preset(label, dict(activation="tanh", loss="squared", net="random, depth 2", a=1, b=1, data="samples") | values, why)


PRESETS = (
    _preset("A random net", "W lies above the two zeros A and B"),
    _preset("A trained net", "W lies below the two zeros, but −W lies above", net="trained, depth 3"),
    _preset("−W no worse than W", "W and −W both lie below, and 0 lies above their mean", net="trained, depth 2"),
    _preset("No derivative", "A loss with jumps of an activation with a jump", activation="step", loss="wrong signs"),
    _preset("σ(0) = 1/2", "B does not compute zero: a convex loss", activation="sigmoid", data="zero"),
)


def two_zeros(activation="tanh", loss="squared", net="random, depth 2", a=1, b=1, data="samples"):
    """The loss on the plane through A = (2W_1, .., 2W_{N-1}, 0), B = (0, .., 0, 2W_N) and 0: every W is a midpoint of zeros.

    `a` and `b` multiply the first N-1 layers and the last one: W can be moved on the plane. `data` "zero" replaces the
    samples by the one datum x = 0, y = 1, on which the squared loss of a sigmoid network of depth 2 is convex. Proposition 6.2.

    >>> two_zeros().readout
    'A and B compute zero and have L(0) = 0.5. W, the midpoint of A and B, has 0.8897, above their mean 0.5:
    the loss is not convex.'
    """
    grid = linear_grid("-1.25", "1.25", "0.05")
    return Explorer(
        [Choice("activation", "activation", {name: name for name in (*ZERO_AT_ZERO, "sigmoid")}, activation),
         Choice("loss", "loss", {name: name for name in LOSSES}, loss),
         Choice("net", "new net", {name: name for name in NETS}, net),
         Slider("a", "a (first)", grid, a),
         Slider("b", "b (last)", grid, b),
         Choice("data", "data", {"14 samples": "samples", "only x = 0": "zero"}, data)],
        compute=Midpoint, stage=_stage, act=_act, readout=_readout, presets=PRESETS,
        handles=(Handle("here", "a", "b"),), ghosts=("curves",), ratios=(.48, 1.7))
