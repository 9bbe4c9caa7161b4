"""`step_size_dial`: how many steps a step size needs on f = beta x^2/2, against two bounds."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...live import Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.values import count_text, linear_grid, log_grid, number_text
from .axes import decades

FARTHEST = 2.3                                 # step sizes on the axis, in units of 1/beta
SHOWN = 60                                     # steps on the parabola
DECIDED = 10_000                               # T* up to here is decided in rationals
DIAL = np.unique(np.concatenate([np.linspace(.01, 1.99, 199), 2 - np.geomspace(.002, .1, 20)]))


def steps_needed(eta, s):
    """T*, the first t with ||grad f||/eps = |1 - eta|^t s^(1/2) <= 1; inf where there is none.

    eta in units of 1/beta. In floats, for whole curves: what is a tie up to rounding counts as one.

    >>> steps_needed(1.9, 4.), steps_needed(.5, 16.), steps_needed(2., 4.)
    (array(7.), array(2.), array(inf))
    """
    factor = np.abs(1 - np.asarray(eta))
    with np.errstate(all="ignore"):
        t = np.ceil(np.log(s) / (-2 * np.log(factor)) - 1e-9)      # a tie has arrived
    return np.where(s <= 1, 0., np.where(factor < 1, np.maximum(t, 1), np.inf))


@dataclass(frozen=True)
class ParabolaRun:
    """Gradient descent on f = x^2/2 from x_0, s = (x_0/eps)^2; beta = 1: eta counts in 1/beta."""

    eta: Fraction
    s: Fraction

    @cached_property
    def steps(self):
        """T*, exactly: (1 - eta)^{2t} s <= 1 is decided in rationals, for a tie has arrived."""
        factor, s = (1 - Fraction(self.eta)) ** 2, Fraction(self.s)
        if s <= 1:
            return 0
        if factor >= 1:
            return np.inf
        t = int(steps_needed(float(self.eta), float(self.s)))
        if t > DECIDED:
            return t
        while t and factor ** (t - 1) * s <= 1:
            t -= 1
        while factor**t * s > 1:
            t += 1
        return t

    @property
    def printed_holds(self):
        """T* <= s/eta, exactly."""
        return self.steps * Fraction(self.eta) <= Fraction(self.s)

    @property
    def printed(self):
        """2 gap/(eta eps^2), as the lecture prints it for every eta."""
        return float(self.s / self.eta)

    @property
    def edge(self):
        """Where |f'| = eps, in units of x_0."""
        return float(self.s) ** -.5

    @property
    def ratio(self):
        """(eta, T*/printed bound), None where there is no such number."""
        there = self.eta > 0 and np.isfinite(self.steps)
        return (self.eta, self.steps / self.printed) if there else None

    @property
    def corrected(self):
        """gap/(eta (1 - eta/2) eps^2)."""
        return float(self.s / (self.eta * (2 - self.eta)))

    @cached_property
    def points(self):
        """x_t/x_0 up to T*, to `SHOWN` steps, or until it has left the picture."""
        x = (1 - float(self.eta)) ** np.arange(min(self.steps, SHOWN) + 1)
        return x[np.abs(x) < 50]


def _draw(fig):
    look = fig.look
    bowl, dial = fig.panels(
        "f = βx²/2 and the run", ("Steps over the printed bound 2Δ/(ηε²)", "Steps over 2Δ/(ηε²)"),
        shares=(.8, 1))
    _draw_bowl(fig, bowl)
    fig.scale(dial, y=lambda run: (.6 * 10.0 ** -math.ceil(math.log10(max(run.s, 2))), 40),
              ticks=decades)
    dial.set(xlim=(0, FARTHEST), yscale="log", xlabel="step size η")
    dial.set_xticks([0, .5, 1, 1.5, 2], ["0", "0.5/β", "1/β", "1.5/β", "2/β"])
    fig.ticks(dial, y=(1,))
    dial.axvspan(2, FARTHEST, color=look.ink, alpha=.1, lw=0)
    dial.axvline(1, color=look.faint, lw=1)
    fig.region(dial, np.array([(0, 1), (2, 1), (2, 99), (0, 99)]),
               color=look.fault, alpha=.08, lw=0)
    fig.label(dial, (.05, 12), "more steps than printed", color=look.fault, va="center")
    fig.label(dial, (2.125, .3), "never", color=look.ink, ha="center", va="center", rotation=90)
    fig.line(dial, ([0, 2], [1, 1]), color=look.fault, lw=1.8, ls=DOTTED, label="printed bound")
    fig.line(dial, (DIAL, 1 / (2 - DIAL)), color=look.bound, lw=2, ls=DASHED,
             label="corrected bound")
    fig.line(dial, lambda run: (DIAL, steps_needed(DIAL, float(run.s)) * DIAL / float(run.s)),
             when=("s",), color=look.run, lw=1.6, label="T*", ghost=True)
    fig.dot(dial, lambda run: run.ratio, color=look.run, ms=9, ghost=True)
    fig.dot(dial, lambda run: (run.eta, 30) if run.eta >= 2 and run.s > 1 else None, "^",
            color=look.run, ms=9, ghost=True)
    fig.key(dial, 3)


def _draw_bowl(fig, bowl):
    look = fig.look
    x = np.linspace(-1.5, 1.5, 61)
    bowl.plot(x, x**2 / 2, color=look.value, lw=1.4)
    bowl.set(xlim=(-1.5, 1.5), ylim=(-.06, 1.1), xlabel="x/x₀", ylabel="f/(βx₀²)")
    flat = bowl.axvspan(-1, 1, color=look.slope, alpha=.16, lw=0)
    fig.moves(flat, "set_bounds", lambda run: (-run.edge, 0, 2 * run.edge, 1))
    edge = dict(color=look.slope, lw=1, ls=DASHED, ghost=True)
    fig.vline(bowl, lambda run: -run.edge, label="|f′| = ε", **edge)
    fig.vline(bowl, lambda run: run.edge, **edge)
    fig.line(bowl, lambda run: (run.points, run.points**2 / 2), "-o",
             color=look.run, lw=1, ms=4, mew=0, ghost=True)
    fig.dot(bowl, (1, .5), "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)
    fig.key(bowl, 1)


def _readout(run):
    eta = number_text(float(run.eta))
    if run.s <= 1:
        return "The start is ε-stationary already: T* = 0, whatever the step size."
    if run.eta == 0:
        return "With η = 0 nothing moves: GD never arrives, and neither formula gives a number."
    if run.eta == 2:
        return "With η = 2/β GD jumps from x₀ to −x₀ and back for ever: there is no bound."
    if run.eta > 2:
        factor = number_text(float(1 - run.eta))
        return f"With η = {eta}/β GD diverges: each step multiplies x by {factor}."
    many = f"{count_text(run.steps)} step{'s' if run.steps > 1 else ''}"
    printed, corrected = number_text(run.printed), number_text(run.corrected)
    return (f"With η = {eta}/β GD needs T* = {many} to |f′| ≤ ε. The printed bound {printed} "
            f"{'holds' if run.printed_holds else 'is broken'}, the corrected bound is {corrected}.")


PRESETS = (
    Preset("Just above 1/β", "One step is needed, the printed bound is below 1", eta=1.1, s=1.05),
    Preset("Far too small", "The printed bound allows 2 steps, GD needs 7", eta=1.9),
    Preset("Small ε", "When ε is small the printed bound holds by far, also beyond 1/β",
           eta=1.9, s=1000),
)


@explorer_factory
def step_size_dial(eta=1, s=4):
    """Gradient descent on f = beta x^2/2: its steps against two bounds, for all step sizes at once.

    `eta` counts in units of 1/beta, from 0 to 2.25; `s` = (beta x_0/eps)^2 says how far the start
    is from where |f'| <= eps, and T* >= 1 if and only if s > 1. Lecture 6.2.1, Theorem 6.7.

    >>> step_size_dial(eta=1.9, s=4).readout
    'With η = 1.9/β GD needs T* = 7 steps to |f′| ≤ ε. The printed bound 2.105 is broken, the
    corrected bound is 21.05.'
    """
    return Explorer(
        [Slider("eta", "η in 1/β", linear_grid(0, "2.25", "0.01"), eta, {"1/β": 1, "2/β": 2},
                exact=True),
         Slider("s", "(βx₀/ε)²", log_grid(0, 3, 40), s, exact=True)],
        compute=ParabolaRun, draw=_draw, readout=_readout, presets=PRESETS, ratios=(.46, 1.5))
