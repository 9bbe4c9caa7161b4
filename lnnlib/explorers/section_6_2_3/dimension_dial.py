"""`dimension_dial`: what the dimension costs at a strict saddle."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

import numpy as np
from matplotlib.ticker import MaxNLocator, MultipleLocator

from ...live import Choice, Explorer, Slider, count_text, explorer_factory, log_grid, number_text
from ...live.look import DASHED, DOTTED

STARTS = 2000                    # theta(0) ~ N(0, I), the same at every visit
EPS = 1 / 10
DIMENSIONS = tuple(int(v) for v in log_grid(1, 4, 4))
REACH = {.5: 28, .25: 51, .1: 119}        # what the pictures show of the steps, for each step size
HALF = .6744897501960817         # |Z| of a standard normal is smaller with probability 1/2


@cache
def starts(d):
    """theta_1^2 and S+ of STARTS starts in dimension d, eigenvalues -1, 1, .., 1."""
    rng = np.random.default_rng(0)
    return rng.normal(size=STARTS)**2, rng.chisquare(d - 1, STARTS)


@cache
def B(d, eta):
    """log(max(S+, eps^2) / theta_1^2) / (2 log(1 + eta)): both conditions hold at every t > B."""
    minus, plus = starts(d)
    return np.log(np.maximum(plus, EPS**2) / minus) / (2 * math.log1p(eta))


def guaranteed(d, eta):
    """max(0, floor(B) + 1) for every start."""
    return np.maximum(0, np.floor(B(d, eta)) + 1).astype(int)


@cache
def escaped(d, eta):
    """The first step t at which each start has escaped: S+(t) < S-(t) and S+(t) + S-(t) > eps^2.

    S-(t) = (1 + eta)^{2t} theta_1^2 and S+(t) = (1 - eta)^{2t} S+.
    """
    minus, plus = starts(d)
    t = np.arange(guaranteed(d, eta).max() + 1.)
    minus, plus = np.outer((1 + eta)**(2 * t), minus), np.outer((1 - eta)**(2 * t), plus)
    return ((plus < minus) & (minus + plus > EPS**2)).argmax(axis=0)


def quantile(steps, share):
    """The number of steps after which `share` of the starts are done: a whole number."""
    return int(np.sort(steps)[math.ceil(share * len(steps) - 1e-9) - 1])


@dataclass(frozen=True)
class ManyStarts:
    """STARTS starts in dimension d; all but the share delta must be out."""

    d: int
    delta: Fraction
    eta: float

    @property
    def first(self):
        """The real first escapes; `bound` are the guaranteed ones."""
        return escaped(self.d, self.eta)

    @cached_property
    def bound(self):
        return guaranteed(self.d, self.eta)


def _draw(fig, eta):
    look, reach = fig.look, REACH[eta]
    bars, cost = fig.panels(
        (f"Steps until each of {count_text(STARTS)} starts is out", "Steps until out"),
        "Steps until half are out")
    tallest = max(np.bincount(escaped(d, eta)).max() for d in DIMENSIONS) / STARTS
    bars.set(xlim=(-1, reach), ylim=(0, 1.05 * tallest))
    bars.set(xlabel="steps", ylabel="share of the starts")
    bars.yaxis.set_major_locator(MultipleLocator(.1))
    step = bars.get_window_extent().width / reach * 72 / fig.dpi               # in points
    bar = dict(lw=.36 * step, solid_capstyle="butt", ghost=True, when=("d",))
    fig.line(bars, lambda run: _bars(run.first, -.19), color=look.run, label="real escape", **bar)
    fig.line(bars, lambda run: _bars(run.bound, .19), color=look.bound, label="guaranteed", **bar)
    fig.vline(bars, lambda run: quantile(run.bound, .5),
              color=look.bound, lw=1.4, ls=DASHED, label="half are out", ghost=True)
    fig.vline(bars, lambda run: quantile(run.bound, 1 - run.delta),
              color=look.fault, lw=1.4, ls=DOTTED, label="all but δ are out", ghost=True)
    fig.key(bars, 2)
    cost.set(xscale="log", xlim=(7, 16_000), ylim=(0, .72 * reach))
    cost.set(xlabel="dimension d", ylabel="steps")
    cost.set_xticks([10, 100, 1000, 10_000], ["10", "100", "1000", "10⁴"])
    cost.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    cost.minorticks_off()
    bound = [np.median(B(d, eta)) for d in DIMENSIONS]
    first = [np.median(escaped(d, eta)) for d in DIMENSIONS]
    d = np.geomspace(7, 16_000, 60)
    cost.plot(DIMENSIONS, bound, "s", color=look.bound, ms=5, mew=0, label="median of B")
    cost.plot(d, np.log(np.sqrt(d) / HALF) / math.log1p(eta),
              color=look.bound, lw=1.4, ls=DASHED, label="its formula")
    cost.plot(DIMENSIONS, first, "o", color=look.run, ms=5, mew=0, label="median escape")
    cost.plot(d, bound[0] * d / 10, color=look.fault, lw=1.2, ls=DOTTED, label="if it grew like d")
    fig.dot(cost, lambda run: (run.d, np.median(B(run.d, run.eta))),
            mfc="none", mec=look.fault, mew=2, ms=13, ghost=True)
    fig.vline(cost, lambda run: run.d, color=look.fault, lw=1, ghost=True)
    fig.key(cost, 2)


def _bars(steps, aside):
    """The shares of the starts with each number of steps, as lines from the axis."""
    t, count = np.unique(steps, return_counts=True)
    gap = np.full(len(t), np.nan)
    return (np.column_stack([t + aside, t + aside, gap]).ravel(),
            np.column_stack([0 * t, count / STARTS, gap]).ravel())


def _readout(run):
    half, most = (quantile(run.first, share) for share in (.5, 1 - run.delta))
    half_by, most_by = (quantile(run.bound, share) for share in (.5, 1 - run.delta))
    more = math.log(10) / (2 * math.log1p(run.eta))
    return (f"In dimension {count_text(run.d)} half of the {count_text(STARTS)} starts have "
            f"escaped by step {half} and all but {number_text(100 * run.delta)} % by step {most}; "
            f"the theorem guarantees {half_by} and {most_by}. Ten times the dimension adds about "
            f"{number_text(more)} steps to B.")


@explorer_factory
def dimension_dial(d=100, delta=.1, eta=.5):
    """Escape from the saddle with eigenvalues -1, 1, .., 1 in dimension d: log d steps, not d.

    theta(0) ~ N(0, I), measured on 2000 starts: the guarantee of section 6.2.2 and the real first
    escape (eps = 1/10). S+ is about d and theta_1 about 1, so B is about
    log(sqrt(d)/|theta_1|)/log(1 + eta).

    >>> dimension_dial(d=10_000).readout.split(";")[1].split(".")[0]
    ' the theorem guarantees 13 and 17'
    """
    dimensions = tuple(sorted({int(v) for v in log_grid(1, 4, 30)}))
    critical = {"100": 100, "1000": 1000, "10⁴": 10_000}
    deltas = (*(v for v in log_grid(-2, 0, 20) if 2 * v < 1), Fraction(1, 2))
    return Explorer(
        [Slider(
            "d", "dimension d", dimensions, d, critical, play=True, exact=True, text=count_text),
         Slider("delta", "δ", deltas, delta, exact=True),
         Choice("eta", "step size η", {number_text(size): size for size in REACH}, eta)],
        compute=ManyStarts, draw=_draw, readout=_readout, unpinned_by=("eta",), ratios=(.46, 1.6))
