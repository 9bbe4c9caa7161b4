"""`escape_probability`: 2000 random starts at a saddle, and when all but a share delta are out.

The saddle has the eigenvalues -ALPHA, 1, .., 1 in R^d and theta(0) ~ N(0, sigma^2 I). An escape
depends on two numbers alone: theta_1(0)/sigma, a standard normal, and the norm of the other
coordinates over sigma, chi-distributed with k = d - 1.
"""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Explorer, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, TEXT
from ...live.stage import next_round
from ...live.values import count_text, linear_grid, log_grid, number_text

ALPHA, EPS = .5, .1
STARTS = 2000
BLOCK = 32                   # steps looked at together
LAST = 640                   # steps shown at the least eta; half, a quarter where that is enough
WAIT = 15                    # growth^t = e^15: over by then, wherever the sliders stand
DELTAS = np.geomspace(1, 1e-4, 60)
erf = np.frompyfunc(math.erf, 1, 1)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)


@cache
def sample(d):
    """theta_1/sigma and the norm of the other coordinates over sigma, for 2000 starts in R^d."""
    theta = np.random.default_rng(0).normal(size=STARTS)
    squares = np.random.default_rng(1).chisquare(d - 1, STARTS) if d > 1 else np.zeros(STARTS)
    return theta, np.sqrt(squares)


@cache
def chi_rule(k):
    """Nodes s and weights of a mean over the chi distribution, density ~ s^(k-1) exp(-s^2/2)."""
    if k == 0:
        return np.zeros(1), np.ones(1)
    low, high = max(0, math.sqrt(k) - 7), math.sqrt(k) + 7
    s = low + (high - low) * (NODES + 1) / 2
    log_density = (k - 1) * np.log(s) - s**2 / 2
    weights = WEIGHTS * np.exp(log_density - log_density.max())
    return s, weights / weights.sum()


@dataclass(frozen=True)
class Starts:
    """2000 starts from N(0, sigma^2 I) in R^d, and what is promised of all but a share `delta`."""

    sigma: float
    d: int
    delta: float
    eta: float

    @property
    def growth(self):
        """log(1 + eta alpha), by which log|theta_1| grows at each step."""
        return math.log1p(self.eta * ALPHA)

    @property
    def decay(self):
        """log(1 - eta), by which the log of every other coordinate falls."""
        return math.log1p(-self.eta)

    @property
    def shown(self):
        """The steps that are shown: they depend on eta alone, so that all else is seen to move."""
        return next(n for n in (LAST // 4, LAST // 2, LAST) if n * self.growth >= WAIT or n == LAST)

    @cached_property
    def logs(self):
        """log |theta_1| and log ||rest||, of all other coordinates, for every start."""
        theta, rest = sample(self.d)
        with np.errstate(divide="ignore"):
            return np.log(self.sigma * np.abs(theta)), np.log(self.sigma * rest)

    @cached_property
    def below(self):
        """The step from which on condition 1, f~ < 0, holds, for every start."""
        theta, rest = self.logs
        return _after((rest - theta - math.log(ALPHA) / 2) / (self.growth - self.decay))

    def large(self, t):
        """Whether condition 2, ||grad f~|| > eps, holds at t, which broadcasts with the starts."""
        theta, rest = self.logs
        return (ALPHA**2 * np.exp(2 * (theta + t * self.growth))
                + np.exp(2 * (rest + t * self.decay)) > EPS**2)

    @cached_property
    def times(self):
        """The first escape of every start: both conditions for the first time."""
        alone = _after((math.log(EPS / ALPHA) - self.logs[0]) / self.growth)    # theta_1 suffices
        low = self.below
        high = np.where(self.large(low), low, np.maximum(low, alone))
        while (low < high).any():    # ||grad f~||^2 is convex in t: bisect for its rise to eps^2
            middle = (low + high) // 2
            done = self.large(middle)
            low, high = np.where(done, low, middle + 1), np.where(done, middle, high)
        return low

    @cached_property
    def histogram(self):
        """The outline of the histogram of the times, in starts per step, shape (n, 2)."""
        width = max(1, round(.2 / self.growth))    # a fifth of what a factor e in theta_1 costs
        edges = np.arange(0, self.times.max() + 2 * width, width)
        counts = np.histogram(self.times, edges)[0]
        heights = np.repeat(np.pad(counts / width, 1), 2)[1:-1]
        return np.column_stack([np.repeat(edges, 2), heights])

    def waiting(self, t):
        """The share of the starts for which not both conditions hold at the steps t, shape (n,)."""
        t = np.asarray(t)[:, None]
        return 1 - ((t >= self.below) & self.large(t)).mean(axis=1)

    def inside(self, t):
        """The exact probability that not both conditions hold at the steps t, shape (n,).

        They fail where theta_1^2/sigma^2 is at most a number given by the rest: average over it.
        """
        rest, weights = chi_rule(self.d - 1)
        t = np.asarray(t, dtype=float)[:, None]
        shrunk = rest**2 * np.exp(2 * t * self.decay)
        steep = ((EPS / self.sigma) ** 2 - shrunk) / ALPHA**2
        at_most = np.maximum(shrunk / ALPHA, steep) * np.exp(-2 * t * self.growth)
        return erf(np.sqrt(at_most / 2)).astype(float) @ weights

    def promised(self, delta):
        """The real number B that both conditions wait for, with probability at least 1 - delta.

        With delta' = delta/2 each |theta_1| > sigma delta' (pi/2)^(1/2) and
        ||rest|| < sigma (k^(1/2) + (2 log 1/delta')^(1/2)); delta' = delta without a rest.
        """
        share = delta / min(self.d, 2)
        rest = math.sqrt(self.d - 1) + np.sqrt(2 * np.log(1 / share)) if self.d > 1 else 0
        rest, theta = self.sigma * rest, self.sigma * share * math.sqrt(math.pi / 2)
        return np.log(np.maximum(rest**2, EPS**2 / ALPHA) / (ALPHA * theta**2)) / (2 * self.growth)

    @cached_property
    def promise(self):
        """The step from which on both hold with probability >= 1 - delta, as promised."""
        return int(_after(self.promised(self.delta)))

    @cached_property
    def sure(self):
        """The step from which on both hold with probability >= 1 - delta, exactly.

        That probability need not grow: the last step that fails is sought, back from the promise.
        """
        for end in range(self.promise, 0, -BLOCK):
            steps = np.arange(max(0, end - BLOCK), end)
            failing = steps[self.inside(steps) > self.delta]
            if len(failing):
                return int(failing[-1]) + 1
        return 0


def _after(bound):
    """The first whole number t >= 0 with t > bound."""
    return np.maximum(0, np.floor(bound) + 1).astype(int)


def _draw(fig):
    look = fig.look
    times, tail = fig.panels(
        ("When 2000 random starts escape", "When 2000 starts escape"),
        ("Share that is not out at step t", "Share not out at step t"))
    for ax in (times, tail):
        fig.scale(ax, x=lambda run: (0, run.shown), ticks=_ticks)
        ax.set_xlabel("step t")
        ax.grid(True, axis="x", color=look.faint, lw=.6)
    times.set(ylim=(0, 33), ylabel="starts per step")
    fig.scale(times, y=lambda run: (0, 1.1 * next_round(run.histogram[:, 1].max())), ticks=_halves)
    tail.set(yscale="log", ylim=(2e-4, 2))
    fig.ticks(tail, y=(1, .1, .01, .001))
    once = dict(when=("sigma", "d", "eta"))
    exact = dict(color=look.run, lw=1.5, ls=DOTTED, ghost=True, label="exact")
    promised = dict(color=look.bound, lw=2, ls=DASHED, ghost=True, label="promised")
    fig.region(times, lambda run: run.histogram, ghost=True, **once,
               facecolor=to_rgba(look.value, .3), edgecolor=look.value, lw=1)
    fig.vline(times, lambda run: run.sure, **exact | dict(label="1 − δ are out"))
    fig.vline(times, lambda run: run.promise, **promised)
    fig.line(tail, lambda run: _curve(run.waiting, run.times.max() + 1), ghost=True, **once,
             color=look.value, lw=1.8, label="starts")
    fig.line(tail, lambda run: _curve(run.inside, run.promised(DELTAS[-1])), **once, **exact)
    fig.line(tail, lambda run: (run.promised(DELTAS), DELTAS), **promised, **once)
    fig.hline(tail, lambda run: run.delta, color=look.fault, lw=1, ghost=True)
    fig.label(tail, lambda run: (.97, 1.1 * run.delta), "δ", color=look.fault,
              ha="right", va="bottom", fontsize=TEXT, transform=tail.get_yaxis_transform())
    fig.dot(tail, lambda run: (run.sure, run.delta), color=look.run, ms=6, ghost=True)
    fig.dot(tail, lambda run: (run.promise, run.delta), "D", color=look.bound, ms=6, ghost=True)
    fig.key(times, 2)
    fig.key(tail, 3)


def _ticks(_, last):
    """Four ticks up to 15/16 of `last`, which are round numbers."""
    places = [k * last * 5 // 16 for k in range(4)]
    return places, list(map(str, places))


def _halves(_, high):
    """0, the half and the whole of the round number below `high`."""
    places = [k * round(high / 1.1) / 2 for k in range(3)]
    return places, [number_text(place) for place in places]


def _curve(share, last):
    """share(t) at 60 steps t up to `last`; a gap where it is 0, which has no logarithm."""
    steps = np.unique(np.linspace(0, last, 60).astype(int))
    shares = share(steps)
    return steps, np.where(shares > 0, shares, np.nan)


def _readout(run):
    """What is certain, what is promised, and what the starts did."""
    number_out, median = (run.times <= run.sure).sum(), np.sort(run.times)[STARTS // 2 - 1]
    sure, promise, out, half = map(count_text, (run.sure, run.promise, number_out, median))
    certain = number_text(100 * (1 - run.delta))
    return (f"From step {sure} on GD is out with probability {certain} % or more; the inequalities "
            f"promise it from step {promise} on. Of {count_text(STARTS)} starts half were out by "
            f"step {half}, {out} by step {sure}.")


DIMENSIONS = tuple(m * 10**k for k in range(4) for m in (1, 2, 5)) + (10_000,)


@explorer_factory
def escape_probability(sigma=.01, d=10, delta=.05, eta=.05):
    """When GD escapes from a saddle in R^d with eigenvalues -1/2, 1, .., 1, from N(0, sigma^2 I).

    An escape is that of lecture 6.2.2 with eps = 1/10. A histogram of the first escapes of 2000
    starts, the step from which on GD is out with probability 1 - delta, exactly, and the step that
    follows from P(|Z| <= x) <= x (2/pi)^(1/2).

    >>> escape_probability(d=1).readout.split(".")[0]
    'From step 234 on GD is out with probability 95 % or more;
    the inequalities promise it from step 234 on'
    """
    up_to_1 = log_grid(-3, 0, 40)
    return Explorer(
        [Slider("sigma", "σ of the start", up_to_1, sigma),
         Slider("d", "dimension d", DIMENSIONS, d, exact=True, text=count_text),
         Slider("delta", "δ", (*(v for v in up_to_1 if v < .5), .5), delta),
         Slider("eta", "step size η", linear_grid("0.05", "0.2", "0.005"), eta)],
        compute=Starts, draw=_draw, readout=_readout, ratios=(.44, 1.5))
