"""`step_size_dial`: what the step size does to the number of steps, and to two bounds on it, on f = beta x^2/2."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...live import Explorer, Preset, Slider, count_text, linear_grid, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL

FARTHEST = 2.25                                # step sizes on the axis, in units of 1/beta
SHOWN = 60                                     # steps on the parabola
DECIDED = 10_000                               # T* up to here is decided in rationals
DIAL = np.unique(np.concatenate([np.linspace(.01, 1.99, 199), 2 - np.geomspace(.002, .1, 20)]))


def steps_needed(eta, s):
    """T*, the first t with ||grad f|| = |1 - eta|^t s^(1/2) <= 1, all in units of 1/beta and eps; inf where there is none.

    In floats, for whole curves: what is a tie up to rounding counts as one.

    >>> steps_needed(1.9, 4.), steps_needed(.5, 16.), steps_needed(2., 4.)
    (array(7.), array(2.), array(inf))
    """
    with np.errstate(all="ignore"):
        exact = np.log(s) / (-2 * np.log(np.abs(1 - np.asarray(eta))))
        t = np.ceil(exact - 1e-9)                       # a tie has arrived: "at most" eps is enough
    return np.where(s <= 1, 0., np.where(np.abs(1 - np.asarray(eta)) < 1, np.maximum(t, 1), np.inf))


@dataclass(frozen=True)
class Dial:
    """Gradient descent on f = x^2/2 from x_0 with s = (x_0/eps)^2: beta = 1, so eta counts in units of 1/beta."""

    eta: Fraction
    s: Fraction

    @cached_property
    def steps(self):
        """T*, exactly: (1 - eta)^{2t} s <= 1 is decided in rationals, for a tie has arrived."""
        factor, s = (1 - Fraction(self.eta)) ** 2, Fraction(self.s)
        if s <= 1 or factor >= 1:
            return 0 if s <= 1 else np.inf
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
    def corrected(self):
        """gap/(eta (1 - eta/2) eps^2)."""
        return float(self.s / (self.eta * (2 - self.eta)))

    @cached_property
    def points(self):
        """x_t/x_0 up to T*, to `SHOWN` steps, or until it has left the picture."""
        x = (1 - float(self.eta)) ** np.arange(min(self.steps, SHOWN) + 1)
        return x[np.abs(x) < 50]


def _stage(fig):
    look = fig.look
    bowl, dial = fig.panels("f = βx²/2 and the run", "Steps over the printed bound 2Δ/(ηε²)", shares=(.8, 1))
    x = np.linspace(-1.5, 1.5, 61)
    bowl.plot(x, x**2 / 2, color=look.value, lw=1.4)
    bowl.set(xlim=(-1.5, 1.5), ylim=(-.06, 1.1), xlabel="x/x₀", ylabel="f/(βx₀²)")
    mark = dict(ha="center", va="center", fontsize=SMALL, family=look.font)
    dial.axhspan(1, 99, xmax=2 / FARTHEST, color=look.fault, alpha=.08, lw=0)
    dial.axvspan(2, FARTHEST, color=look.ink, alpha=.1, lw=0)
    dial.text(.05, 12, "more steps than printed", color=look.fault, **mark | {"ha": "left"})
    dial.text(2.15, .05, "never", color=look.ink, rotation=90, **mark)
    dial.axvline(1, color=look.faint, lw=1)
    dial.plot([0, 2], [1, 1], color=look.fault, lw=1.8, ls=DOTTED, label="printed bound")
    dial.plot(DIAL, 1 / (2 - DIAL), color=look.bound, lw=2, ls=DASHED, label="corrected bound")
    dial.set(xlim=(0, FARTHEST), yscale="log", ylim=(.002, 40), xlabel="step size η")
    dial.set_xticks([0, .5, 1, 1.5, 2], ["0", "0.5/β", "1/β", "1.5/β", "2/β"])
    dial.set_yticks([.01, .1, 1, 10], ["0.01", "0.1", "1", "10"])
    dial.minorticks_off()
    actors = {
        "flat": bowl.axvspan(-1, 1, color=look.slope, alpha=.16, lw=0),
        "edges": [bowl.axvline(0, color=look.slope, lw=1, ls=DASHED) for _ in range(2)],
        "flat_here": bowl.text(0, 1.03, "|f′| ≤ ε", color=look.slope, **mark),
        "path": bowl.plot([], [], "-o", color=look.run, lw=1, ms=4, mew=0)[0],
        "start": bowl.plot([1], [.5], "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)[0],
        "steps": dial.plot([], [], color=look.run, lw=1.6, label="T*")[0],
        "cursor": dial.axvline(0, color=look.run, lw=.8),
        "now": dial.plot([], [], "o", color=look.run, mec=look.paper, ms=9, zorder=5)[0],
    }
    fig.key(dial, 3)
    return actors


def _act(actors, run):
    if actors.changed("start", run.s):
        edge = float(run.s) ** -.5
        actors.flat.set_bounds(-edge, 0, 2 * edge, 1)
        for line, x in zip(actors.edges, (-edge, edge), strict=True):
            line.set_xdata([x, x])
        actors.steps.set_data(DIAL, steps_needed(DIAL, float(run.s)) * DIAL / float(run.s))
    actors.path.set_data(run.points, run.points**2 / 2)
    actors.cursor.set_xdata([run.eta, run.eta])
    finite = run.eta > 0 and np.isfinite(run.steps)
    actors.now.set_data(([run.eta], [run.steps / run.printed]) if finite else ([], []))


def _readout(run):
    eta = number_text(float(run.eta))
    if run.s <= 1:
        return "The start is ε-stationary already: T* = 0, whatever the step size."
    if run.eta == 0:
        return "With η = 0 nothing moves: GD never arrives, and neither formula gives a number."
    if run.eta == 2:
        return "With η = 2/β GD jumps from x₀ to −x₀ and back for ever: there is no bound."
    if run.eta > 2:
        return f"With η = {eta}/β GD diverges: each step multiplies x by {number_text(float(1 - run.eta))}."
    holds = "holds" if run.printed_holds else "is broken"
    many = f"{count_text(run.steps)} step{'s' if run.steps > 1 else ''}"
    return (f"With η = {eta}/β GD needs T* = {many} to |f′| ≤ ε. The printed bound "
            f"{number_text(run.printed)} {holds}, the corrected bound is {number_text(run.corrected)}.")


PRESETS = (
    Preset("Just above 1/β", dict(eta=Fraction(11, 10), s=Fraction(21, 20)), "One step is needed, the printed bound is below 1"),
    Preset("Far too small", dict(eta=Fraction(19, 10), s=4), "The printed bound allows 2 steps, GD needs 7"),
    Preset("Small ε", dict(eta=Fraction(19, 10), s=1000), "When ε is small the printed bound holds by far, also beyond 1/β"),
)


def step_size_dial(eta=1, s=4):
    """Gradient descent on f = beta x^2/2: how many steps it needs against two bounds, for every step size at once.

    `eta` counts in units of 1/beta, from 0 to 2.25; `s` = (beta x_0/eps)^2 says how far the start is from where |f'| <= eps,
    and T* >= 1 if and only if s > 1. Lecture 6.2.1, Theorem 6.7.

    >>> step_size_dial(eta=1.9, s=4).readout
    'With η = 1.9/β GD needs T* = 7 steps to |f′| ≤ ε. The printed bound 2.105 is broken, the corrected bound is 21.05.'
    """
    return Explorer(
        [Slider("eta", "η in units of 1/β", linear_grid(0, "2.25", "0.01"), eta, {"1/β": 1, "2/β": 2}, exact=True),
         Slider("s", "(βx₀/ε)²", log_grid(0, 3, 40), s, {"just above 1": Fraction(21, 20)}, exact=True)],
        compute=Dial, stage=_stage, act=_act, readout=_readout, presets=PRESETS, ghosts=("path", "steps"), ratios=(.46, 1.5))
