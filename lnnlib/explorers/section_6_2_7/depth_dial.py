"""`depth_dial`: how long gradient descent stays at the origin, depth by depth."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np

from ...dynamics import chain_speed, descent_steps
from ...live import Explorer, Predict, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.predict import added_or_multiplied
from ...live.stage import next_round, power_ticks
from ...live.values import count_text, log_grid, number_text, power_text
from .scalar_chain import chain_curve, leading_time

ETA = .1
FARTHEST = Fraction(3, 10)                     # start a
GONE = .5                                      # weights so large have left the origin
RUN = 10_000                                   # a run that is over by then is run to its end,
BEGINNING = 1000                               # any other for so many steps
LONGEST = 1e15                                 # steps, more than any axis shows
STARTS = tuple(10 ** (-4 + k / 4) for k in range(15))          # where dots stand
DRAWN = np.geomspace(7e-5, .45, 40)                            # where the formula is drawn


@lru_cache(maxsize=256)
def descend(N, a):
    """w(0) = a, w(1), .. of gradient descent, run: w <- w + eta w^{N-1} (1 - w^N)."""
    steps = RUN + 50 if descent_steps(GONE, a, N, ETA) < RUN else BEGINNING
    w = [a]
    while len(w) <= steps and w[-1] < .999:
        x = w[-1]
        power = x ** (N - 1)
        w.append(x + ETA * power * (1 - power * x))
    return np.array(w)


@lru_cache
def measured(N):
    """(a, steps) of the STARTS whose run is run to its end."""
    starts = [a for a in STARTS if descent_steps(GONE, a, N, ETA) < RUN]
    return starts, [int(np.argmax(descend(N, a) >= GONE)) for a in starts]


def formula(N, a):
    """The leading term: log(1/(2a))/eta for N = 2, (a^{2-N} - 2^{N-2})/((N - 2) eta) beyond."""
    return (leading_time(N, a) - leading_time(N, GONE)) / ETA


def progress(N, a, t):
    """The leading term of w^N - a^N after t steps, by the flow w' = eta w^{N-1} from a.

    N = 2: w = a e^{eta t}. N >= 3: w = a (1 - z)^{-1/(N-2)} with z = (N - 2) eta a^{N-2} t, and NaN
    once it has blown up, z >= 1.
    """
    if N == 2:
        return a**2 * np.expm1(2 * ETA * t)
    z = (N - 2) * ETA * t * a ** (N - 2)
    return a**N * np.expm1(-N / (N - 2) * np.log1p(-np.where(z < 1, z, np.nan)))


@dataclass(frozen=True)
class Leaving:
    """Gradient descent on (1 - w^N)^2 / 2 from N equal weights a."""

    N: int
    a: float

    @cached_property
    def w(self):
        return descend(self.N, self.a)

    @property
    def counted(self):
        """Whether the steps that were run reach 1/2."""
        return bool((self.w >= GONE).any())

    @cached_property
    def steps(self):
        """The first step with w >= 1/2: counted where it was run, else by the closed form."""
        if self.counted:
            return int(np.argmax(self.w >= GONE))
        return math.ceil(descent_steps(GONE, self.a, self.N, ETA))

    @property
    def predicted(self):
        return float(formula(self.N, self.a))

    @cached_property
    def curve(self):
        """(step, w) along the whole run by the closed form, to beyond the picture."""
        steps, x = chain_curve(self.N, self.a, ETA)
        return np.array([.1, *steps, steps[-1] + 60, 10 * LONGEST]), np.array([self.a, *x, 1, 1])

    @property
    def loss_curve(self):
        """(step, Phi) along the same curve."""
        step, w = self.curve
        return step, (1 - w**self.N) ** 2 / 2

    @cached_property
    def shown(self):
        """The steps of the dots, of those that were run."""
        return np.unique(np.geomspace(1, len(self.w) - 1, 40).astype(int))

    def fallen(self, step):
        """By how much Phi = (1 - u)^2/2, u = w^N, has fallen at a step; nothing cancels."""
        u, v = self.a**self.N, self.w[step] ** self.N
        return (v - u) * (1 - (u + v) / 2)

    @property
    def promised(self):
        """(step, what Phi has lost) by the leading term."""
        t = np.geomspace(1, self.predicted, 80)
        return t, progress(self.N, self.a, t)

    @property
    def grad_norm(self):
        return math.sqrt(self.N) * float(chain_speed(self.a, self.N))


def _draw(fig):
    steps, weights = fig.panels(
        "Steps until the weights reach ½",
        ("One run: weights, loss, what it has lost", "One run, and what it has lost", "One run"))
    lost = fig.split(weights, .36)
    for ax in (steps, weights, lost):
        ax.set_xscale("log")
        ax.grid(True, color=fig.look.faint, lw=.6)
    _draw_steps(fig, steps)
    _draw_run(fig, weights, lost)
    fig.key(steps, 3)
    fig.key(weights, 3)


def _draw_steps(fig, ax):
    look = fig.look
    ax.set(xlim=(7e-5, .5), yscale="log", xlabel="start a", ylabel="steps")
    ax.set_xticks([10.**k for k in range(-4, 0)], map(power_text, range(-4, 0)))
    fig.scale(ax, y=lambda run: (1, 3 * formula(run.N, DRAWN[0])), ticks=power_ticks)
    fig.line(ax, lambda run: (DRAWN, formula(run.N, DRAWN)),
             color=look.bound, lw=2, ls=DASHED, label="formula", ghost=True, when=("N",))
    fig.line(ax, lambda run: measured(run.N), "o", mfc=look.paper, mec=look.run, mew=1.2, ms=6,
             label="counted", ghost=True, when=("N",))
    fig.dot(ax, lambda run: (run.a, run.steps), "D", color=look.fault, ms=10, label="here",
            ghost=True)


def _draw_run(fig, weights, lost):
    look, dots = fig.look, dict(color=fig.look.run, mew=0, ms=3.6, ghost=True)
    weights.set(ylim=(-.05, 1.12))
    weights.set_yticks([0, .5, 1], ["0", "½", "1"])
    weights.tick_params(labelbottom=False)
    lost.set(yscale="log", xlabel="step t", ylabel="Φ(0) − Φ")
    for ax in (weights, lost):
        fig.scale(ax, x=lambda run: (1, 1.4 * next_round(2 * run.steps)), ticks=power_ticks)
        fig.vline(ax, lambda run: run.predicted, color=look.bound, lw=1.6, ls=DASHED, ghost=True)
    fig.scale(lost, y=lambda run: (10.**math.floor(math.log10(run.fallen(1))), 10),
              ticks=lambda low, high: power_ticks(low, high, most=3))
    fig.line(weights, lambda run: run.curve, color=look.run, lw=1.8, label="weights w", ghost=True)
    fig.line(weights, lambda run: run.loss_curve,
             color=look.value, lw=2, ls=DOTTED, label="loss Φ", ghost=True)
    fig.line(weights, lambda run: (run.shown, run.w[run.shown]), "o", label="GD, run", **dots)
    fig.line(lost, lambda run: (run.shown, run.fallen(run.shown)), "o", **dots)
    fig.line(lost, lambda run: run.promised, color=look.bound, lw=1.6, ls=DASHED, ghost=True)


def _readout(run):
    kind = "λₘᵢₙ = −1, a strict saddle" if run.N == 2 else "λₘᵢₙ = 0, a non-strict saddle"
    about, rest = "", ""
    if not run.counted:
        about = "about "
        rest = (f" (the first {count_text(BEGINNING)} were run: "
                f"the loss has fallen by {number_text(run.fallen(-1))} so far)")
    return (f"At depth {run.N} from a = {number_text(run.a)}, "
            f"where ‖∇Φ‖ = {number_text(run.grad_norm)}, GD leaves at {about}step "
            f"{_count(run.steps)}; the formula says {_count(run.predicted)}{rest}. "
            f"The origin has {kind}.")


def _count(steps):
    return count_text(round(steps)) if 1000 <= steps < 1e6 else number_text(steps)


def _farther(run):
    """The steps from 100 and 10 times farther out, and those of the run."""
    return [Leaving(run.N, run.a * k).steps for k in (100, 10, 1)]


def _cost(run):
    """Predict's answer, from this run and those from 10 and 100 times farther out."""
    return None if run.N != 3 or run.a > 2e-3 else added_or_multiplied(*_farther(run))


def _why(run):
    counts = ", ".join(map(_count, _farther(run)))
    return f"{counts} steps: w grows by about ηw² a step, and that takes about 1/(ηa)."


PREDICT = Predict(
    "At depth 2 a start 10 times closer to the origin costs the same number of steps more each "
    "time. Now take depth 3. You start 10 times closer, and then 10 times closer again. "
    "What happens to the number of steps?",
    ("The same number is added each time", "Multiplied by about 10", "Multiplied by about 100",
     "GD never leaves"),
    _cost, _why, "Set N to 3, then a to 10⁻³.")


@explorer_factory
def depth_dial(N=2, a=.1, predict=False):
    """Gradient descent on (1 - w_1 .. w_N)^2 / 2 from N equal weights a: when does it leave 0?

    eta = 1/10. Counted step by step where that takes at most 10 000 steps, by a closed form beyond.
    With `predict` a question comes first. Lecture 6.2.7, after Proposition 6.12.

    >>> depth_dial(N=3, a=.01).readout
    'At depth 3 from a = 0.01, where ‖∇Φ‖ = 0.0001732, GD leaves at step 986; the formula says 980.
    The origin has λₘᵢₙ = 0, a non-strict saddle.'
    """
    starts = (*(v for v in log_grid(-4, 0, 20) if v < FARTHEST), FARTHEST)
    named = {power_text(-k): Fraction(1, 10**k) for k in range(1, 5)}
    return Explorer([Slider("N", "depth N", (2, 3, 4, 5), N, exact=True),
                     Slider("a", "start a", starts, a, named)],
                    compute=Leaving, draw=_draw, readout=_readout,
                    predict=PREDICT if predict else None, ratios=(.44, 1.45))
