"""`quadratic_sandwich`: Lemma 6.5 as two parabolas that have to hold f between them."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...curves import Curve
from ...landscapes import Absolute, DriftToInfinity, Huber, Quadratic, Softplus
from ...live import Choice, Explorer, Handle, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED
from .one_smooth import OneSmooth

FAR = 4                                        # w and x go from -FAR to FAR
X = np.linspace(-FAR, FAR, 241)
LANDSCAPES = {"drift": OneSmooth(DriftToInfinity()), "softplus": OneSmooth(Softplus()), "huber": Huber(1),
              "quadratic": Quadratic([1]), "absolute": Absolute()}
VIEWS = {"drift": (-.45, .85), "softplus": (-6, 17), "huber": (-2.5, 5.5), "quadratic": (-6, 9), "absolute": (-2.5, 5.5)}
NAMES = {"hill and valley": "drift", "softplus": "softplus", "Huber, not C²": "huber", "quadratic": "quadratic",
         "|x|, not smooth": "absolute"}


def _slope(f, x):
    """f' at every x; NaN, a gap in the picture, where there is none."""
    return f.slope(x) if isinstance(f, Curve) else f.grad(x[:, None])[:, 0]


def _curvature(f, x):
    """f'' at every x; NaN, a gap in the picture, where there is none."""
    return f.curvature(x) if isinstance(f, Curve) else f.hess(x[:, None])[:, 0, 0]


@dataclass(frozen=True)
class Sandwich:
    """f at every x of `X`, beside the parabolas f(w) + f'(w)(x - w) +- beta/2 (x - w)^2.

    Where f'(w) does not exist they are NaN.
    """

    w: float
    beta: float
    landscape: str

    @cached_property
    def f(self):
        return LANDSCAPES[self.landscape]

    @cached_property
    def at(self):
        """f and f' at w."""
        return float(self.f([self.w])), float(_slope(self.f, np.array([self.w], float))[0])

    @cached_property
    def tangent(self):
        value, slope = self.at
        return value + slope * (X - self.w)

    @cached_property
    def half_square(self):
        return (X - self.w) ** 2 / 2

    @cached_property
    def value(self):
        return self.f(X[:, None])

    @cached_property
    def bend(self):
        """(f(x) - tangent)/(x - w)^2 times 2: the curvature of the one parabola through x that touches f at w."""
        near = np.abs(X - self.w) < 1e-3
        elsewhere = (self.value - self.tangent) / np.where(near, 1, self.half_square)
        return np.where(near, _curvature(self.f, X), elsewhere)

    @cached_property
    def pierced(self):
        """Where f is outside. Equality is not: rounding counts for nothing."""
        return np.abs(self.bend) > self.beta * (1 + 1e-6)

    @cached_property
    def worst(self):
        """The position in X where f is farthest outside, None where it is inside everywhere; of two alike the right one."""
        outside = np.where(self.pierced, np.abs(self.value - self.tangent) - self.beta * self.half_square, -1)
        return int(np.flatnonzero(outside >= outside.max() * (1 - 1e-9))[-1]) if self.pierced.any() else None


def _stage(fig, landscape):
    look = fig.look
    plane, bend = fig.panels("f between two parabolas", "How much f bends, seen from w")
    plane.plot(X, LANDSCAPES[landscape](X[:, None]), color=look.value, lw=2.2, label="f")
    plane.set(xlim=(-FAR, FAR), ylim=VIEWS[landscape], xlabel="x")
    bend.plot(X, _curvature(LANDSCAPES[landscape], X), color=look.value, lw=1.4, ls=DOTTED, label="f″")
    bend.axhline(0, color=look.faint, lw=.8)
    bend.set(xlim=(-FAR, FAR), ylim=(-2.2, 6.2 if landscape == "absolute" else 2.2), xlabel="x")
    actors = _actors(plane, bend, look)
    fig.key(plane, 2)
    fig.key(bend, 3)
    return actors


def _actors(plane, bend, look):
    lines = dict(color=look.bound, lw=1.5, ls=DASHED)
    return {
        "between": plane.fill([], [], color=look.bound, alpha=.13, lw=0)[0],
        "parabolas": [plane.plot([], [], label=label, **lines)[0] for label in ("tangent ± β/2 (x − w)²", "_")],
        "tangent": plane.plot([], [], color=look.run, lw=1, label="tangent")[0],
        "outside": plane.plot([], [], color=look.fault, lw=4.5, label="f where it pierces")[0],
        "point": plane.plot([], [], "o", mfc=look.paper, mec=look.run, mew=1.8, ms=9, zorder=5)[0],
        "worst": plane.plot([], [], "X", color=look.fault, mec=look.paper, ms=10, zorder=4)[0],
        "band": bend.fill([], [], color=look.bound, alpha=.13, lw=0)[0],
        "edges": [bend.plot([], [], label=label, **lines)[0] for label in ("±β", "_")],
        "bend": bend.plot([], [], color=look.run, lw=1.6, label="2 (f − tangent)/(x − w)²")[0],
        "bend_outside": bend.plot([], [], color=look.fault, lw=4.5)[0],
        "here": bend.plot([], [], "o", mfc=look.paper, mec=look.run, mew=1.8, ms=7, zorder=5)[0],
    }


def _act(actors, run):
    up, down = (run.tangent + sign * run.beta * run.half_square for sign in (1, -1))
    thin = slice(None, None, 4)
    actors.between.set_xy(np.concatenate([np.column_stack([X, up])[thin], np.column_stack([X, down])[::-1][thin]]))
    for line, y in zip((*actors.parabolas, actors.tangent), (up, down, run.tangent), strict=True):
        line.set_data(X[thin], y[thin])
    actors.outside.set_data(X, np.where(run.pierced, run.value, np.nan))
    actors.point.set_data([run.w], [run.at[0]])
    actors.worst.set_data(([], []) if run.worst is None else ([X[run.worst]], [run.value[run.worst]]))
    actors.band.set_xy([(-FAR, -run.beta), (FAR, -run.beta), (FAR, run.beta), (-FAR, run.beta)])
    for line, sign in zip(actors.edges, (1, -1), strict=True):
        line.set_data([-FAR, FAR], [sign * run.beta] * 2)
    actors.bend.set_data(X, run.bend)
    actors.bend_outside.set_data(X, np.where(run.pierced, run.bend, np.nan))
    actors.here.set_data([run.w], _curvature(run.f, np.array([run.w], float)))


def _readout(run):
    if np.isnan(run.at[1]):
        return f"At w = {number_text(run.w)} f has a kink, so no slope: no tangent and no parabolas."
    where = f"Around w = {number_text(run.w)}"
    if run.worst is not None:
        gap = abs(run.value[run.worst] - run.tangent[run.worst]) - run.beta * run.half_square[run.worst]
        side = "above the upper" if run.value[run.worst] > run.tangent[run.worst] else "below the lower"
        return (f"{where} the parabolas with β = {number_text(run.beta)} are pierced: at x = {number_text(X[run.worst], 3)} f is "
                f"{number_text(gap, 3)} {side} one, so f is not β-smooth for this β.")
    most = number_text(np.nanmax(np.abs(run.bend)), 3)
    most = f"{where} f stays between the parabolas: it bends by at most {most} ≤ β = {number_text(run.beta)}"
    if run.landscape == "absolute":
        return f"{most}. Nearer to the kink it bends more: no β does for every w."
    return f"{most}. " + ("This β does for every w." if run.beta >= 1 else "For this f and another w, that β is too small.")


PRESETS = (
    Preset("Pierced", dict(w=0, beta=Fraction(1, 2), landscape="drift"), "Half the true β: near the valley's floor f rises faster"),
    Preset("Equality", dict(w=-1, beta=1, landscape="quadratic"), "f is its own upper parabola: the lemma is sharp"),
    Preset("Kink", dict(w=Fraction(1, 5), beta=2, landscape="absolute"), "At a kink no β is large enough: drag the point closer"),
)


def quadratic_sandwich(w=Fraction(-3, 2), beta=1, landscape="drift"):
    """Lemma 6.5: if f is beta-smooth, it stays between the parabolas f(w) + f'(w)(x - w) +- beta/2 (x - w)^2, for every w.

    The landscapes are scaled so that their least beta is 1: "drift" (a valley between two hills), "softplus", "huber",
    "quadratic"; "absolute" is |x|, which no beta fits. Drag the point w along f. Lecture 6.2.1.

    >>> quadratic_sandwich(w=0, beta=.5).readout
    'Around w = 0 the parabolas with β = 0.5 are pierced: at x = 0.9 f is 0.0926 above the upper one, so f is not β-smooth
    for this β.'
    """
    return Explorer(
        [Slider("w", "point w", linear_grid(-FAR, FAR, "0.05"), w),
         Slider("beta", "β", linear_grid("0.05", 2, "0.05"), beta, {"the least β": 1}),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=Sandwich, stage=_stage, act=_act, readout=_readout, presets=PRESETS,
        handles=(Handle("point", "w"),), ghosts=("parabolas", "bend"), ratios=(.46, 1.5))
