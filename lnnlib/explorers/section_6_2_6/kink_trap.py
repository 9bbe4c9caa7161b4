"""`kink_trap`: a loss with kinks makes a bad local minimum; smoothing the kinks opens it."""
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...curves import Absolute
from ...descent import gradient_descent
from ...live import Choice, Explorer, LevelCurves, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import linear_grid, number_text
from ...traps import KinkTrap

STEPS, ETA = 300, .05                          # of gradient descent
ETA_KINKED = .01                               # with kinks it chatters, by less for a small step
NEAR = .4                                      # the circle in which a lower point is looked for
SIDE = (-1.6, 1.6)
CURVES = LevelCurves(SIDE, SIDE, 81)
CIRCLE = np.array([np.cos(np.linspace(0, 2 * np.pi, 61)), np.sin(np.linspace(0, 2 * np.pi, 61))])
BELOW, ABOVE = (.25, .5, .75, .9), (1.1, 1.4, 2, 3, 5)
AS_LOW = 1 - 1e-3                              # from here on a point counts as lower than the trap
PLANES = {"the one with the exit": "exit", "a random one": "random"}
AXES = {"exit": ("entry 21 of W₂", "entry 11 of W₁"),
        "random": ("random direction 1", "random direction 2")}


def _directions(plane):
    """Orthonormal ones in weight space: W_2's entry 21 and W_1's entry 11, or two random ones."""
    if plane == "exit":
        return np.eye(8)[[6, 0]]
    return np.linalg.qr(np.random.default_rng(1).normal(size=(8, 2)))[0].T


class _Subgradient(Absolute):
    """|.| with the subgradient 0 at its kink, where it has no slope."""

    def kinks(self, order, x):
        return np.zeros(np.shape(x), bool)


def least_eigenvalue(mu):
    """lambda_min at the trap, the exit's curvature: -8/(1/mu + sqrt(1/mu^2 + 16)), mu > 0."""
    return -8 * mu / (1 + math.sqrt(1 + 16 * mu * mu))


@dataclass(frozen=True)
class Kink:
    """Phi of KinkTrap(mu) on a plane through its trap, and gradient descent from (x, y) there."""

    mu: float
    x: float
    y: float
    plane: str

    @cached_property
    def f(self):
        return KinkTrap(self.mu)

    @cached_property
    def heights(self):
        """Phi on the points of CURVES."""
        p, q = _directions(self.plane)
        return self.f(self.f.trap + CURVES.x[..., None] * p + CURVES.y[..., None] * q)

    @cached_property
    def descent(self):
        p, q = _directions(self.plane)
        start, f = self.f.trap + self.x * p + self.y * q, KinkTrap(self.mu)
        if not self.mu:
            f.loss.curve = _Subgradient()
        return gradient_descent(f, start, ETA if self.mu else ETA_KINKED, STEPS)

    @cached_property
    def shadow(self):
        """The run, projected on the plane."""
        return (self.descent.points - self.f.trap) @ _directions(self.plane).T

    @property
    def lowest(self):
        """The least Phi found inside the circle."""
        return float(self.heights[np.hypot(CURVES.x, CURVES.y) <= NEAR].min())

    @cached_property
    def curvature(self):
        """lambda_min of the Hessian at the trap; None where there is no Hessian."""
        return float(np.linalg.eigvalsh(self.f.hess(self.f.trap))[0]) if self.mu else None


def _draw(fig, plane):
    look = fig.look
    titles = "Φ < 1 inside the thick curve", "Φ along the run", "Curvature at the trap"
    if fig.wide and fig.low:
        space, values, bend = fig.panels("Thick: edge of Φ < 1", *titles[1:], shares=[1.1, 1, 1])
    else:
        space, values = fig.panels(*titles[:2], shares=_shares(fig))
        bend = fig.split(values, .42, 62, titles[2])
    _draw_plane(fig, space, *AXES[plane])
    values.set(xlim=(0, 1.03 * STEPS), ylabel="Φ", xlabel="step t")
    fig.ticks(values, x=range(0, STEPS + 1, 100))
    fig.scale(values, y=lambda run: (0, _over(run)), ticks=_thirds)
    fig.hline(values, 1, color=look.fault, lw=1.2, ls=DASHED)
    fig.label(values, lambda run: (STEPS, 1 + .03 * _over(run)), "the trap",
              color=look.fault, ha="right", va="bottom")
    mu = np.linspace(0, 1, 101)[1:]
    bend.plot(mu, [least_eigenvalue(m) for m in mu], color=look.bound, lw=1.6, ls=DASHED)
    bend.axhline(0, color=look.ink, lw=.8)
    bend.set(xlim=(-.04, 1.04), ylim=(-1.9, .9), xlabel="smoothing μ", ylabel="λₘᵢₙ")
    fig.ticks(bend, x=(0, .5, 1), y=(-1, 0))
    for ax in (values, bend):
        ax.grid(True, color=look.faint, lw=.5)
    fig.line(values, lambda run: (run.descent.steps, run.descent.values),
             color=look.run, lw=1.8, ghost=True)
    fig.dot(bend, lambda run: (run.mu, run.curvature) if run.mu else None,
            color=look.slope, ms=10, zorder=2, ghost=True)
    fig.label(bend, lambda run: None if run.mu else (0, .12),
              "μ = 0: no Hessian", color=look.ink, va="bottom")


def _shares(fig):
    """Widths that make the plane a square, or heights where panels are stacked."""
    left, right, bottom, top, gap = fig.margins
    if not fig.wide:
        return 1, 1
    across, side = fig.width - left - right - gap, fig.tall - top - bottom
    side = min(side, .55 * across)
    return side, across - side


def _over(run):
    """The end of the axis of values."""
    highest = run.descent.values.max()
    return next((end for end in (1.5, 3) if highest <= end), 9)


def _thirds(_, high):
    """Ticks at 0 and at thirds of the end: the places and their texts."""
    places = [k * high / 3 for k in range(4)]
    return places, [number_text(place) for place in places]


def _draw_plane(fig, space, across, up):
    look = fig.look
    space.set(xlim=SIDE, ylim=SIDE, aspect="equal", anchor="NW", xlabel=across, ylabel=up)
    fig.ticks(space, x=(-1, 0, 1), y=(-1, 0, 1))
    space.plot(*NEAR * CIRCLE, color=look.ghost, lw=1.2, ls=DOTTED)
    text = dict(fontsize=SMALL, family=look.font)
    space.text(0, -.44, f"distance {NEAR:g}", va="top", color=look.ink, **text)
    space.text(-.08, .08, "trap", ha="right", va="bottom", color=look.fault, **text)
    for levels, colour, width in (
            (ABOVE, look.ghost, .7), (BELOW, look.value, .9), ((AS_LOW,), look.value, 2)):
        fig.levels(space, lambda run, levels=levels: CURVES.lines(run.heights, levels),
                   color=colour, lw=width, when=("mu",), ghost=AS_LOW in levels)
    fig.line(space, lambda run: run.shadow.T, color=look.run, lw=1.4, ghost=True)
    fig.dot(space, (0, 0), "X", color=look.fault, ms=11, zorder=2)
    fig.dot(space, lambda run: (run.x, run.y), "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8,
            zorder=4, ghost=True, drag=("x", "y"))
    fig.dot(space, lambda run: run.shadow[-1], color=look.run, ms=8, ghost=True)


def _readout(run):
    there = (
        f"At the trap Φ = 1, ∇Φ = 0 and λₘᵢₙ = {number_text(run.curvature, 3)}: a strict saddle"
        if run.mu else "At the trap Φ = 1, the loss has kinks and Φ no gradient")
    near = (f"this plane goes down to {number_text(run.lowest, 3)}" if run.lowest < AS_LOW
            else f"no point of the grid in this plane is below {AS_LOW:g}")
    value = float(run.descent.values[-1])
    end = f"= {number_text(value, 3)}" if value > 1e-6 else "< 10⁻⁶"
    return (f"{there}. Within {NEAR:g} of it {near}. "
            f"After {STEPS} steps the run is at Φ {end}.")


@explorer_factory
def kink_trap(mu=0, x=.2, y=.1, plane="exit"):
    """Phi of widths 2, 2, 2 with l(W) = |W_11| + |W_12| + |W_22| + (W_21 - 1)^2.

    With mu > 0 every |.| becomes Huber's function. The trap is W_1 = diag(0, 1), W_2 = diag(1, 0).
    `x`, `y` are where gradient descent starts, in the plane; `plane` is "exit" or "random". For
    mu = 0 Theorem 6.10 does not apply, and the run takes the subgradient 0 at a kink; for mu > 0 it
    does apply. Lecture 6.2.6.

    >>> kink_trap(mu=.25).readout
    'At the trap Φ = 1, ∇Φ = 0 and λₘᵢₙ = −0.828: a strict saddle. Within 0.4 of it
    this plane goes down to 0.939. After 300 steps the run is at Φ < 10⁻⁶.'
    """
    grid = (0, *linear_grid("0.05", 1, "0.01"))
    return Explorer([Slider("mu", "smoothing μ", grid, mu, play=True),
                     Choice("plane", "plane", PLANES, plane),
                     Slider("x", "start, across", linear_grid("-1.4", "1.4", "0.02"), x),
                     Slider("y", "start, up", linear_grid("-0.9", "0.9", "0.02"), y)],
                    compute=Kink, draw=_draw, readout=_readout, main=("mu", "plane"),
                    unpinned_by=("plane",), ratios=(.44, 1.6))
