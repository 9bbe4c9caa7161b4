"""`quadratic_sandwich`: Lemma 6.5 as two parabolas that have to hold f between them."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...landscapes import Absolute, DriftToInfinity, Huber, Quadratic, Softplus
from ...live import Choice, Explorer, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.values import linear_grid, number_text
from .one_smooth import OneSmooth

FAR = 4                                        # w and x go from -FAR to FAR
X = np.linspace(-FAR, FAR, 241)
BAND = np.array([(-FAR, -1), (FAR, -1), (FAR, 1), (-FAR, 1)])          # |y| <= 1
LANDSCAPES = {
    "drift": OneSmooth(DriftToInfinity()), "softplus": OneSmooth(Softplus()), "huber": Huber(1),
    "quadratic": OneSmooth(Quadratic([1])), "absolute": Absolute()}
VIEWS = {
    "drift": (-.45, .85), "softplus": (-6, 17), "huber": (-2.5, 5.5), "quadratic": (-6, 9),
    "absolute": (-2.5, 5.5)}
NAMES = {
    "hill and valley": "drift", "softplus": "softplus", "Huber, not C²": "huber",
    "quadratic": "quadratic", "|x|, not smooth": "absolute"}


@dataclass(frozen=True)
class Sandwich:
    """f on `X` and, NaN at a kink w, the parabolas f(w) + f'(w)(x - w) +- beta/2 (x - w)^2."""

    w: float
    beta: float
    landscape: str

    @property
    def f(self):
        return LANDSCAPES[self.landscape]

    @cached_property
    def value(self):
        return self.f.value(X)

    @cached_property
    def tangent(self):
        w = np.array(self.w)
        return self.f.value(w) + self.f.slope(w) * (X - w)

    @cached_property
    def half_square(self):
        return (X - self.w) ** 2 / 2

    def parabola(self, sign):
        """x and y of the upper one for sign = 1, of the lower one for -1, of the tangent for 0.

        At every fourth point of X: enough for a parabola.
        """
        return np.stack([X, self.tangent + sign * self.beta * self.half_square])[:, ::4]

    @cached_property
    def bend(self):
        """2 (f(x) - tangent)/(x - w)^2: f'' of the parabola through x that touches f at w."""
        near = np.abs(X - self.w) < 1e-3
        elsewhere = (self.value - self.tangent) / np.where(near, 1, self.half_square)
        return np.where(near, self.f.curvature(X), elsewhere)

    @cached_property
    def pierced(self):
        """Where f is outside. Equality is not: rounding counts for nothing."""
        return np.abs(self.bend) > self.beta * (1 + 1e-6)

    def outside(self, y):
        """x and y where f is outside, NaN elsewhere."""
        return X, np.where(self.pierced, y, np.nan)

    @cached_property
    def gap(self):
        """How far f is outside at every x: |f - tangent| - beta/2 (x - w)^2."""
        return np.abs(self.value - self.tangent) - self.beta * self.half_square

    @cached_property
    def worst(self):
        """The position in X where f is farthest outside (of two alike the right one), or None."""
        outside = np.where(self.pierced, self.gap, -1)
        largest = outside >= outside.max() * (1 - 1e-9)
        return int(np.flatnonzero(largest)[-1]) if self.pierced.any() else None


def _draw(fig, landscape):
    look, f = fig.look, LANDSCAPES[landscape]
    plane, bend = fig.panels("f between two parabolas", "How much f bends, seen from w")
    plane.plot(X, f.value(X), color=look.value, lw=2, label="f")
    plane.set(xlim=(-FAR, FAR), ylim=VIEWS[landscape], xlabel="x")
    bend.plot(X, f.curvature(X), color=look.value, lw=1.4, ls=DOTTED, label="f″")
    bend.axhline(0, color=look.faint, lw=.8)
    bend.set(xlim=(-FAR, FAR), ylim=(-2.2, 6.2 if landscape == "absolute" else 2.2), xlabel="x")
    between = dict(color=look.bound, alpha=.13, lw=0)
    bound = dict(color=look.bound, lw=1.5, ls=DASHED, ghost=True)
    outside = dict(color=look.fault, lw=4.5, ghost=True)
    point = dict(mfc=look.paper, mec=look.run, mew=1.8, ghost=True)

    fig.region(
        plane, lambda run: np.hstack([run.parabola(1), run.parabola(-1)[:, ::-1]]).T, **between)
    fig.line(plane, lambda run: run.parabola(0), color=look.run, lw=1, label="tangent", ghost=True)
    fig.line(plane, lambda run: run.parabola(1), label="parabolas", **bound)
    fig.line(plane, lambda run: run.parabola(-1), **bound)
    fig.line(plane, lambda run: run.outside(run.value), label="pierced", **outside)
    fig.dot(plane, lambda run: (run.w, f.value(np.array(run.w))), ms=9, drag=("w", None), **point)
    fig.dot(plane, lambda run: None if run.worst is None else (X[run.worst], run.value[run.worst]),
            "X", color=look.fault, ms=10, zorder=4, ghost=True)
    fig.key(plane, 2 if fig.wide and fig.width < 700 else 4)

    fig.region(bend, lambda run: BAND * (1, run.beta), **between)
    fig.hline(bend, lambda run: run.beta, label="±β", **bound)
    fig.hline(bend, lambda run: -run.beta, **bound)
    fig.line(bend, lambda run: (X, run.bend),
             color=look.run, lw=1.6, label="seen from w", ghost=True)
    fig.line(bend, lambda run: run.outside(run.bend), **outside)
    fig.dot(bend, lambda run: (run.w, f.curvature(np.array(run.w))), ms=7, **point)
    fig.key(bend, 3)


def _readout(run):
    w, beta = number_text(run.w), number_text(run.beta)
    if np.isnan(run.tangent).all():
        return f"At w = {w}, f has a kink: there is no slope, so no tangent and no parabolas."
    if run.worst is not None:
        x, gap = number_text(X[run.worst], 3), number_text(run.gap[run.worst], 3)
        above = run.value[run.worst] > run.tangent[run.worst]
        side = "above the upper" if above else "below the lower"
        return (f"Around w = {w}, f pierces the parabolas with β = {beta}: at x = {x} it is {gap} "
                f"{side} one. So f is not β-smooth for this β.")
    most = number_text(np.nanmax(np.abs(run.bend)), 3)
    held = (f"Around w = {w}, f stays between the parabolas: "
            f"it bends by at most {most} ≤ β = {beta}.")
    if run.landscape == "absolute":
        return f"{held} Nearer to the kink it bends more: no β is enough for every w."
    if run.beta >= 1:
        return f"{held} This β is enough for every w."
    return f"{held} Around another w this β is too small."


@explorer_factory
def quadratic_sandwich(w=-1.5, beta=1, landscape="drift"):
    """Lemma 6.5: a beta-smooth f stays between f(w) + f'(w)(x - w) +- beta/2 (x - w)^2 for all w.

    The landscapes are scaled so that their least beta is 1: "drift" (a valley between two hills),
    "softplus", "huber", "quadratic"; "absolute" is |x|, which no beta fits. Drag the point w along
    f. Lecture 6.2.1.

    >>> quadratic_sandwich(w=0, beta=.5).readout
    'Around w = 0, f pierces the parabolas with β = 0.5: at x = 0.9 it is 0.0926 above the upper
    one. So f is not β-smooth for this β.'
    """
    return Explorer(
        [Slider("w", "point w", linear_grid(-FAR, FAR, "0.05"), w),
         Slider("beta", "β", linear_grid("0.05", 2, "0.05"), beta),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=Sandwich, draw=_draw, readout=_readout, main=("beta", "landscape"),
        unpinned_by=("landscape",), ratios=(.46, 1.5))
