"""`kink_trap`: a loss with kinks makes a bad local minimum; smoothing the kinks opens it."""
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...curves import Absolute
from ...descent import gradient_descent
from ...live import Choice, Explorer, LevelCurves, Preset, Slider, presets_from_defaults
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import linear_grid, number_text
from ...traps import KinkTrap

STEPS, ETA = 300, .05                          # of gradient descent
ETA_KINKED = .01                               # with kinks it chatters, by less for a small step
NEAR = .4                                      # the circle in which a lower point is looked for
WIDE, TALL = (-1.5, 1.5), (-1, 1)
CURVES = LevelCurves(WIDE, TALL, 71)
CIRCLE = np.array([np.cos(np.linspace(0, 2 * np.pi, 61)), np.sin(np.linspace(0, 2 * np.pi, 61))])
BELOW, ABOVE = (.25, .5, .75, .9), (1.1, 1.4, 2, 3, 5)
AS_LOW = 1 - 1e-3                              # from here on a point counts as lower than the trap
PLANES = {"the one with the exit": "exit", "a random one": "random"}
AXES = {"exit": ("W₂'s entry 21", "W₁'s entry 11"),
        "random": ("first random direction", "second random direction")}


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
    space, values = fig.panels("Φ on a plane through the trap", "Φ along the run",
                               shares=[1.25, 1] if fig.wide else [1, 1.1])
    bend = fig.split(values, .36, 58)
    _draw_plane(fig, space, *AXES[plane])
    values.set(xlim=(0, STEPS), ylim=(0, 1.5), ylabel="Φ", xlabel="step")
    values.axhline(1, color=look.fault, lw=1.2, ls=DASHED)
    text = dict(va="bottom", fontsize=SMALL, family=look.font)
    values.text(STEPS * .98, 1.03, "the trap", ha="right", color=look.fault, **text)
    mu = np.linspace(0, 1, 101)[1:]
    bend.plot(mu, [least_eigenvalue(m) for m in mu], color=look.bound, lw=1.6, ls=DASHED)
    bend.axhline(0, color=look.ink, lw=.8)
    bend.set(xlim=(-.02, 1.02), ylim=(-1.9, .9), xlabel="smoothing μ", ylabel="λ_min")
    for ax in (values, bend):
        ax.grid(True, color=look.faint, lw=.5)
    fig.line(values, lambda run: (run.descent.steps, run.descent.values),
             color=look.run, lw=1.8, ghost=True)
    fig.dot(bend, lambda run: (run.mu, run.curvature) if run.mu else None,
            color=look.slope, ms=10, zorder=2)
    fig.label(bend, lambda run: None if run.mu else (0, .12),
              "μ = 0: no Hessian", color=look.ink, va="bottom")
    fig.key(space, 3 if fig.wide else 2)


def _draw_plane(fig, space, across, up):
    look = fig.look
    space.set(xlim=WIDE, ylim=TALL, aspect="equal", anchor="NW", xlabel=across, ylabel=up)
    space.set_yticks([-1, -.5, 0, .5, 1], ["-1", "-½", "0", "½", "1"])
    space.plot(*NEAR * CIRCLE, color=look.ghost, lw=1.2, ls=DOTTED)
    space.text(-.28, .3, f"distance {NEAR:g}", ha="right", va="bottom",
               color=look.ink, fontsize=SMALL, family=look.font)
    for levels, colour, width in (
            (ABOVE, look.ghost, .7), (BELOW, look.value, .9), ((AS_LOW,), look.value, 2)):
        fig.levels(space, lambda run, levels=levels: CURVES.lines(run.heights, levels),
                   color=colour, lw=width, when=("mu",))
    space.plot([], [], color=look.value, lw=2, label="edge of Φ < 1")
    fig.line(space, lambda run: run.shadow.T, color=look.run, lw=1.4, label="run", ghost=True)
    fig.dot(space, (0, 0), "X", color=look.fault, ms=11, ls="none", zorder=2, label="trap")
    fig.dot(space, lambda run: (run.x, run.y), "s",
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4, drag=("x", "y"))
    fig.dot(space, lambda run: run.shadow[-1], color=look.run, ms=8)


def _readout(run):
    there = (
        f"At the trap ∇Φ = 0 and λ_min = {number_text(run.curvature, 3)}, a strict saddle" if run.mu
        else "At the trap the loss has kinks and Φ no gradient")
    near = (f"this plane goes down to {number_text(run.lowest, 3)}" if run.lowest < AS_LOW
            else f"no point of the grid in this plane is below {AS_LOW:g}")
    value = float(run.descent.values[-1])
    end = f"= {number_text(value, 3)}" if value > 1e-6 else "< 1e-6"
    return (f"{there}; Φ = 1 there, and within {NEAR:g} {near}. "
            f"After {STEPS} steps the run is at Φ {end}.")


PRESETS = (
    Preset("Smooth the kinks", "Now l is differentiable, and the trap opens", mu=.25),
    Preset("Look elsewhere", "A random plane misses the exit: it looks like a minimum",
           mu=.25, plane="random"),
)


@presets_from_defaults
def kink_trap(mu=0, x=.2, y=.1, plane="exit"):
    """Phi of widths 2, 2, 2 with l(W) = |W_11| + |W_12| + |W_22| + (W_21 - 1)^2.

    With mu > 0 every |.| becomes Huber's function. The trap is W_1 = diag(0, 1), W_2 = diag(1, 0).
    `x`, `y` are where gradient descent starts, in the plane; `plane` is "exit" or "random". For
    mu = 0 Theorem 6.10 does not apply, and the run takes the subgradient 0 at a kink; for mu > 0 it
    does apply. Lecture 6.2.6.

    >>> kink_trap(mu=.25).readout
    'At the trap ∇Φ = 0 and λ_min = -0.828, a strict saddle; Φ = 1 there, and within 0.4
    this plane goes down to 0.945. After 300 steps the run is at Φ < 1e-6.'
    """
    return Explorer([Slider("mu", "smoothing μ", (0, *linear_grid("0.05", 1, "0.01")), mu),
                     Slider("x", "start, across", linear_grid("-1.4", "1.4", "0.02"), x),
                     Slider("y", "start, up", linear_grid("-0.9", "0.9", "0.02"), y),
                     Choice("plane", "plane", PLANES, plane)],
                    compute=Kink, draw=_draw, readout=_readout, presets=PRESETS, ratios=(.44, 1.6))
