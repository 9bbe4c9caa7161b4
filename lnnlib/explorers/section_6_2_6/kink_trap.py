"""`kink_trap`: a loss with kinks makes a bad local minimum; smoothing the kinks opens it."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...curves import Absolute
from ...descent import gradient_descent
from ...live import Choice, Explorer, Handle, Preset, Slider, linear_grid, number_text
from ...live.levels import LevelCurves
from ...live.look import DASHED, DOTTED, SMALL
from ...traps import KinkTrap

STEPS, ETA, ETA_KINKED = 300, .05, .01         # of gradient descent; with kinks it chatters, by less for a small step
NEAR = .4                                      # the circle in the picture, inside which it looks for a lower point
WIDE, TALL = (-1.5, 1.5), (-1, 1)
CURVES = LevelCurves(WIDE, TALL, 71)
CIRCLE = np.array([np.cos(np.linspace(0, 2 * np.pi, 61)), np.sin(np.linspace(0, 2 * np.pi, 61))])
BELOW, ABOVE = (.25, .5, .75, .9), (1.1, 1.4, 2, 3, 5)
AS_LOW = 1 - 1e-3                              # from here on a point counts as lower than the trap
PLANES = {"the one with the exit": "exit", "a random one": "random"}


def _plane(name):
    """Two orthonormal directions in weight space: those of W_2's entry 21 and W_1's entry 11, or random ones."""
    if name == "exit":
        return np.eye(8)[[6, 0]]
    return np.linalg.qr(np.random.default_rng(1).normal(size=(8, 2)))[0].T


class _Subgradient(Absolute):
    """|.| with the subgradient 0 at its kink: what gradient descent takes there, for want of a slope."""

    def kinks(self, order, x):
        return np.zeros(np.shape(x), bool)


def least_eigenvalue(mu):
    """lambda_min at the trap, (1/mu - sqrt(1/mu^2 + 16))/2 = -8/(1/mu + sqrt(1/mu^2 + 16)): the exit's curvature."""
    return -8 * mu / (1 + math.sqrt(1 + 16 * mu * mu))


@dataclass(frozen=True)
class Kink:
    """Phi of KinkTrap(mu) on a plane through its trap, and gradient descent from the point (x, y) of that plane."""

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
        p, q = _plane(self.plane)
        return self.f(self.f.trap + CURVES.x[..., None] * p + CURVES.y[..., None] * q)

    @cached_property
    def run(self):
        p, q = _plane(self.plane)
        start, f = self.f.trap + self.x * p + self.y * q, KinkTrap(self.mu)
        if not self.mu:
            f.loss.curve = _Subgradient()
        return gradient_descent(f, start, ETA if self.mu else ETA_KINKED, STEPS)

    @cached_property
    def shadow(self):
        """The run, projected on the plane."""
        return (self.run.points - self.f.trap) @ _plane(self.plane).T

    @property
    def lowest(self):
        """The least Phi found inside the circle."""
        return float(self.heights[np.hypot(CURVES.x, CURVES.y) <= NEAR].min())

    @cached_property
    def curvature(self):
        """lambda_min of the Hessian at the trap; None where there is no Hessian."""
        return float(np.linalg.eigvalsh(self.f.hess(self.f.trap))[0]) if self.mu else None


def _stage(fig, plane):
    look = fig.look
    space, values = fig.panels("Φ on a plane through the trap", "Φ along the run", shares=[1.25, 1] if fig.wide else [1, 1.1])
    bend = fig.split(values, .36, 58)
    names = ("W₂'s entry 21", "W₁'s entry 11") if plane == "exit" else ("first random direction", "second random direction")
    space.set(xlim=WIDE, ylim=TALL, aspect="equal", anchor="NW", xlabel=names[0], ylabel=names[1])
    space.plot(*NEAR * CIRCLE, color=look.ghost, lw=1.2, ls=DOTTED)
    space.set_yticks([-1, -.5, 0, .5, 1], ["-1", "-½", "0", "½", "1"])
    space.text(-.28, .3, f"distance {NEAR:g}", ha="right", va="bottom", color=look.ink, fontsize=SMALL, family=look.font)
    values.set(xlim=(0, STEPS), ylim=(0, 1.5), ylabel="Φ", xlabel="step")
    values.axhline(1, color=look.fault, lw=1.2, ls=DASHED)
    values.text(STEPS * .98, 1.03, "the trap", ha="right", va="bottom", color=look.fault, fontsize=SMALL, family=look.font)
    mu = np.linspace(0, 1, 101)[1:]
    bend.plot(mu, [least_eigenvalue(m) for m in mu], color=look.bound, lw=1.6, ls=DASHED)
    bend.axhline(0, color=look.ink, lw=.8)
    bend.set(xlim=(-.02, 1.02), ylim=(-1.9, .9), xlabel="smoothing μ", ylabel="λ_min")
    for ax in (values, bend):
        ax.grid(True, color=look.faint, lw=.5)
    actors = _plane_actors(space, look) | {
        "value": values.plot([], [], color=look.run, lw=1.8)[0],
        "bend": bend.plot([], [], "o", color=look.slope, mec=look.paper, ms=10)[0],
        "none": bend.text(0, .12, "", color=look.ink, fontsize=SMALL, family=look.font, va="bottom"),
    }
    fig.key(space, 3 if fig.wide else 2)
    return actors


def _plane_actors(ax, look):
    return {
        "above": CURVES.actor(ax, look.ghost, .7),
        "below": CURVES.actor(ax, look.value, .9),
        "edge": CURVES.actor(ax, look.value, 2),
        "lower": ax.plot([], [], color=look.value, lw=2, label="edge of Φ < 1")[0],
        "path": ax.plot([], [], color=look.run, lw=1.4, label="run")[0],
        "trap": ax.plot([0], [0], "X", color=look.fault, mec=look.paper, ms=11, ls="none", label="trap")[0],
        "start": ax.plot([], [], "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)[0],
        "end": ax.plot([], [], "o", color=look.run, mec=look.paper, ms=8, zorder=5)[0],
    }


def _act(actors, run):
    if actors.changed("plane", run.mu, run.plane):
        for actor, levels in ((actors.above, ABOVE), (actors.below, BELOW), (actors.edge, (AS_LOW,))):
            actor.set_segments(CURVES.lines(run.heights, levels))
        actors.bend.set_data(([run.mu], [run.curvature]) if run.mu else ([], []))
        actors.none.set_text("" if run.mu else "μ = 0: no Hessian")
    actors.path.set_data(*run.shadow.T)
    actors.start.set_data([run.x], [run.y])
    actors.end.set_data(*run.shadow[-1:].T)
    actors.value.set_data(run.run.steps, run.run.values)


def _readout(run):
    there = (f"At the trap ∇Φ = 0 and λ_min = {number_text(run.curvature, 3)}, a strict saddle" if run.mu
             else "At the trap the loss has kinks and Φ no gradient")
    near = (f"within {NEAR:g} this plane goes down to {number_text(run.lowest, 3)}" if run.lowest < AS_LOW
            else f"within {NEAR:g} no point of the grid in this plane is below {AS_LOW:g}")
    value = float(run.run.values[-1])
    end = f"= {number_text(value, 3)}" if value > 1e-6 else "< 1e-6"
    return f"{there}; Φ = 1 there, and {near}. After {STEPS} steps the run is at Φ {end}."


PRESETS = (
    Preset("Smooth the kinks", {"mu": Fraction(1, 4), "plane": "exit"}, "Now l is differentiable, and the trap opens"),
    Preset("Look elsewhere", {"mu": Fraction(1, 4), "plane": "random"}, "A random plane misses the exit: it looks like a minimum"),
)


def kink_trap(mu=0, x=Fraction(1, 5), y=Fraction(1, 10), plane="exit"):
    """Phi of widths 2, 2, 2 with l(W) = |W_11| + |W_12| + |W_22| + (W_21 - 1)^2, and with Huber's function for |.|.

    The trap is W_1 = diag(0, 1), W_2 = diag(1, 0). `x`, `y` are where gradient descent starts, in the
    plane; `plane` is "exit" or "random". For mu = 0 Theorem 6.10 does not apply, and the run takes the
    subgradient 0 at a kink; for mu > 0 it does apply. Lecture 6.2.6.

    >>> kink_trap(mu=.25).readout
    'At the trap ∇Φ = 0 and λ_min = -0.828, a strict saddle; Φ = 1 there, and within 0.4 this plane goes down to 0.945.
    After 300 steps the run is at Φ < 1e-6.'
    """
    return Explorer(
        [Slider("mu", "smoothing μ", (0, *linear_grid("0.05", 1, "0.01")), mu),
         Slider("x", "start, across", linear_grid("-1.4", "1.4", "0.02"), x),
         Slider("y", "start, up", linear_grid("-0.9", "0.9", "0.02"), y),
         Choice("plane", "plane", PLANES, plane)],
        compute=Kink, stage=_stage, act=_act, readout=_readout, presets=PRESETS,
        handles=(Handle("start", "x", "y"),), ghosts=("path", "value"), ratios=(.44, 1.6))
