"""`dimension_dial`: what the dimension costs at a strict saddle."""
import math
from fractions import Fraction

import numpy as np
from matplotlib.ticker import MaxNLocator, MultipleLocator

from ...live import Choice, Explorer, Slider, count_text, log_grid, number_text
from ...live.look import DASHED, DOTTED
from .dimensions import DIMENSIONS, HALF, REACH, STARTS, B, Dial, medians, most, quantile


def _stage(fig, eta):
    look, reach = fig.look, REACH[eta]
    bars, cost = fig.panels(f"Out after how many steps? {count_text(STARTS)} starts", "Half of them are out")
    bars.set(xlim=(-1, reach), ylim=(0, 1.05 * most(eta)), xlabel="steps", ylabel="share of the starts")
    bars.yaxis.set_major_locator(MultipleLocator(.1))
    cost.set(xscale="log", xlim=(8, 13_000), ylim=(0, .72 * reach), xlabel="dimension d", ylabel="steps")
    cost.set_xticks([10, 100, 1000, 10_000], ["10", "100", "1000", "10⁴"])
    cost.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    cost.minorticks_off()
    d, (bound, first) = np.geomspace(8, 13_000, 60), medians(eta)
    cost.plot(d, np.log(np.sqrt(d) / HALF) / math.log1p(eta), color=look.bound, lw=1.4, ls=DASHED, label="log(√d/0.674) / log(1+η)")
    cost.plot(DIMENSIONS, bound, "s", color=look.bound, ms=5, mew=0, label="median of B")
    cost.plot(d, bound[0] * d / 10, color=look.fault, lw=1.2, ls=DOTTED, label="if it grew like d")
    cost.plot(DIMENSIONS, first, "o", color=look.run, ms=5, mew=0, label="median escape")
    actors = {
        "first": bars.plot([], [], color=look.run, solid_capstyle="butt", label="real escape")[0],
        "bound": bars.plot([], [], color=look.bound, solid_capstyle="butt", label="guaranteed")[0],
        "half": bars.axvline(0, color=look.bound, lw=1.4, ls=DASHED, label="half are out"),
        "most": bars.axvline(0, color=look.fault, lw=1.4, ls=DOTTED, label="all but δ are out"),
        "now": cost.plot([], [], "o", mfc="none", mec=look.fault, mew=2, ms=13, zorder=5)[0],
        "here": cost.axvline(10, color=look.fault, lw=1),
    }
    width = bars.get_window_extent().width / reach * 72 / fig.dpi              # of one step, in points
    for name in ("first", "bound"):
        actors[name].set_linewidth(.36 * width)
    fig.key(bars, 2)
    fig.key(cost, 2)
    return actors


def _act(actors, dial):
    for bars, steps, aside in ((actors.first, dial.first, -.19), (actors.bound, dial.bound, .19)):
        t, count = np.unique(steps, return_counts=True)
        gap = np.full(len(t), np.nan)
        bars.set_data(np.column_stack([t + aside, t + aside, gap]).ravel(),
                      np.column_stack([0 * t, count / STARTS, gap]).ravel())
    median = np.median(B(int(dial.d), dial.eta))
    actors.half.set_xdata([quantile(dial.bound, .5)] * 2)
    actors.most.set_xdata([quantile(dial.bound, 1 - dial.delta)] * 2)
    actors.now.set_data([dial.d], [median])
    actors.here.set_xdata([dial.d] * 2)


def _readout(dial):
    share, more = number_text(100 * dial.delta), math.log(10) / (2 * math.log1p(dial.eta))
    (half, most), (sure, surely) = ((quantile(steps, .5), quantile(steps, 1 - dial.delta)) for steps in (dial.first, dial.bound))
    return (f"In dimension {count_text(int(dial.d))} half of the {count_text(STARTS)} starts have escaped by step {half} and all "
            f"but {share} % by step {most}; the theorem guarantees {sure} and {surely}. "
            f"Ten times the dimension adds about log 10 / (2 log(1 + η)) = {number_text(more)} steps to B.")


def dimension_dial(d=100, delta=Fraction(1, 10), eta=.5):
    """Escape from the saddle with eigenvalues -1, 1, .., 1 in dimension d, theta(0) ~ N(0, I): log d steps, not d.

    Measured on 2000 starts: the guarantee of section 6.2.2 and the real first escape (eps = 1/10). S+ is about d and theta_1
    about 1, so B is about log(sqrt(d)/|theta_1|)/log(1 + eta).

    >>> dimension_dial(d=10_000).readout.split(";")[1].split(".")[0]
    ' the theorem guarantees 13 and 17'
    """
    sizes = {number_text(eta): eta for eta in REACH}
    grid = tuple(sorted({int(v) for v in log_grid(1, 4, 30)}))
    return Explorer(
        [Slider("d", "dimension d", grid, d, {"10": 10, "100": 100, "1000": 1000, "10⁴": 10_000}, play=True, exact=True,
                text=count_text),
         Slider("delta", "δ", (*(v for v in log_grid(-2, 0, 20) if 2 * v < 1), Fraction(1, 2)), delta, exact=True),
         Choice("eta", "step size η", sizes, eta)],
        compute=Dial, stage=_stage, act=_act, readout=_readout, ghosts=("first", "bound"), ratios=(.46, 1.6))
