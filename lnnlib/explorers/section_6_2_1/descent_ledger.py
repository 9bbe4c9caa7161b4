"""`descent_ledger`: Theorem 6.7 as an account of what gradient descent spends."""
import math
from fractions import Fraction
from functools import partial

import numpy as np
from matplotlib.colors import to_rgba

from ...answers.host import Host
from ...answers.kinds import array
from ...live import Choice, Explorer, Predict, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.predict import added_or_multiplied
from ...live.stage import next_round
from ...live.values import count_text, linear_grid, log_grid, number_text
from .axes import decades, from_zero, halves
from .descent_ledger_run import BOWL, SPANS, Ledger

ANGLE = np.linspace(0, 2 * np.pi, 61)
CIRCLE = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])
NAMES = {
    "bowl": "bowl", "softplus, no minimizer": "softplus", "Huber, not C²": "huber",
    "zig-zag, worst at 1/β": "zig-zag"}
PLANE = "The landscape and the run"
LEDGER = "Decrease of f in each step", "Decrease in each step"
BUDGET = "What is left of the budget, f(wₜ) − f*", "Budget left, f(wₜ) − f*"


def _draw(fig, landscape, own):
    abreast = fig.wide and fig.low
    if abreast:
        plane, ledger, budget = fig.panels(PLANE, LEDGER[1], BUDGET[1])
    else:
        plane, ledger = fig.panels(PLANE, LEDGER, shares=(.8, 1))
        budget = fig.split(ledger, .5, gap=30, title=BUDGET)
    if landscape == "bowl":
        _draw_bowl(fig, plane, own)
    else:
        _draw_line(fig, plane, landscape, own)
    _draw_ledger(fig, ledger, labelled=abreast)
    _draw_budget(fig, budget, own)


def _draw_bowl(fig, plane, own):
    """Level curves stand still; the region ||grad f|| <= eps is an ellipse."""
    look = fig.look
    x, y = np.meshgrid(np.linspace(-1.4, 1.4, 61), np.linspace(-6, 6, 61))
    f = BOWL(np.stack([x, y], axis=-1))
    plane.contour(x, y, f, [.1, .4, .9, 1.6, 2.5, 3.6], colors=[look.faint], linewidths=.8)
    plane.plot(0, 0, "+", color=look.ink, ms=9, mew=1.4)
    plane.set(xlim=(-1.4, 1.4), ylim=(-6, 6), xlabel="w₁", ylabel="w₂")
    fig.region(plane, lambda run: run.eps / BOWL.eigenvalues * CIRCLE, when=("eps",), ghost=True,
               facecolor=to_rgba(look.slope, .16), edgecolor=look.slope, lw=1)
    fig.label(plane, lambda run: (0, -5 * run.eps - .2 if run.eps < .9 else -3), "‖∇f‖ ≤ ε",
              color=look.slope, ha="center", va="top")
    _draw_steps(fig, plane, "-o", lambda run, w: w.T, own)


def _draw_line(fig, plane, landscape, own):
    """The graph of f over that of |f'|, and eps; where there is little height |f'| alone."""
    slope = plane if fig.low else fig.split(plane, .45, gap=48)
    if slope is not plane:
        _draw_graph(fig, plane, landscape, own)
    slope.set_xlabel("w")
    titles = ["|f′|, and ε (dashed)"]
    if landscape == "zig-zag":
        titles.insert(0, "|f′| at the first teeth, and ε (dashed)")
        fig.scale(slope, x=lambda run: run.close, ticks=halves)
        fig.scale(slope, y=lambda run: from_zero(run.eps), ticks=halves)
    else:
        slope.set(yscale="log", xlim=SPANS[landscape], ylim=(.01, 5))
        fig.ticks(slope, y=(.01, .1, 1))
    fig.title(slope, titles, pad=5)
    fig.line(slope, lambda run: run.slopes, color=fig.look.slope, lw=1.4, when=("eps",), ghost=True)
    fig.hline(slope, lambda run: run.eps, color=fig.look.slope, lw=1, ls=DASHED, ghost=True)
    _draw_steps(fig, slope, "o", lambda run, w: (w[:, 0], np.abs(run.f.slope(w[:, 0]))), own)


def _draw_graph(fig, plane, landscape, own):
    fig.title(plane, "f and the run")
    if landscape == "zig-zag":
        fig.scale(plane, x=lambda run: run.span, ticks=halves)
    else:
        plane.set_xlim(SPANS[landscape])
    fig.scale(plane, y=lambda run: from_zero(run.gap), ticks=halves)
    fig.line(plane, lambda run: run.graph, color=fig.look.value, lw=1.4, when=("eps",), ghost=True)
    _draw_steps(fig, plane, "o", lambda run, w: (w[:, 0], run.f(w)), own)


def _draw_steps(fig, ax, fmt, place, own):
    """GD's points w as dots at x, y = place(run, w), a student's as crosses."""
    fig.line(ax, lambda run: place(run, run.path), fmt, color=fig.look.run, lw=1, ms=3.2, mew=0,
             ghost=True)
    if own:
        fig.line(ax, lambda run: place(run, run.own_path), **_crosses(fig.look))


def _draw_ledger(fig, ledger, labelled):
    """What a step takes from the budget."""
    look = fig.look
    fig.step_axis(ledger, lambda run: run.bound, labelled)
    ledger.set_yscale("log")
    fig.ticks(ledger, y=(1,))
    fig.scale(ledger, y=_payments, ticks=decades)
    true, sure, least = _accounts(look)
    fig.line(
        ledger, lambda run: (run.paid, run.decrease[run.paid]), "-o", label="true", **true)
    fig.line(
        ledger, lambda run: (run.paid, run.guaranteed[run.paid]), label="guaranteed", **sure)
    fig.line(
        ledger, lambda run: ([0, run.bound], [run.price, run.price]), label="least", **least)
    _draw_ends(fig, ledger, "", "")
    fig.key(ledger, 3)


def _draw_budget(fig, budget, own):
    """What is left of it."""
    look = fig.look
    fig.step_axis(budget, lambda run: run.bound)
    fig.scale(budget, y=lambda run: from_zero(run.gap), ticks=halves)
    true, sure, least = _accounts(look)
    fig.line(budget, lambda run: (run.steps, run.left[run.steps]), "-o", **true)
    fig.line(budget, lambda run: (run.steps, run.promised[run.steps]), **sure)
    fig.line(
        budget, lambda run: (run.ahead, run.gap * (1 - run.ahead / run.bound)), **least)
    _draw_ends(fig, budget, "T*", "bound")
    if own:
        fig.line(budget, lambda run: (run.steps, run.own_left[run.steps]),
                 label="your step", **_crosses(look))
    fig.key(budget, 3)


def _draw_ends(fig, ax, first, bound):
    """Upright lines at T* and at the bound, with these names."""
    look = fig.look
    fig.vline(ax, lambda run: run.first, color=look.run, lw=1.3, label=first, ghost=True)
    fig.vline(ax, lambda run: run.bound, color=look.bound, lw=2.2, ls=DASHED, label=bound,
              ghost=True)


def _accounts(look):
    """The styles of what is true, what is guaranteed, and the least while ||grad f|| > eps."""
    return (dict(color=look.value, lw=1.6, ms=3.2, mew=0, ghost=True),
            dict(color=look.bound, lw=1.6, ls=DASHED, ghost=True),
            dict(color=look.slope, lw=1.6, ls=DOTTED, ghost=True))


def _crosses(look):
    return dict(color=look.fault, lw=1.2, ls=DOTTED, marker="x", ms=5, mew=1.2, ghost=True)


def _payments(run):
    """An axis from the least that a step takes to the most, with some room."""
    most = max([run.price, *run.decrease])
    return 10.0 ** math.floor(math.log10(.8 * run.price)), next_round(1.3 * most, least=1e-9)


def _readout(run):
    """T* against the bound, the budget at T*; then of a student's step."""
    eps, bound, gap = number_text(run.eps), number_text(run.bound), number_text(run.gap)
    if run.first == 0:
        return f"GD starts where ‖∇f‖ ≤ ε = {eps}: T* = 0, and the bound is {bound}."
    share = number_text(100 * run.first / run.bound, 3)
    spent, sure = (number_text(run.gap - left[-1]) for left in (run.left, run.promised))
    said = (
        f"GD first meets ‖∇f‖ ≤ ε = {eps} at step T* = {count_text(run.first)}, "
        f"{share} % of the bound {bound}. It has spent {spent} of its budget "
        f"f(w₀) − f* = {gap}; {sure} was guaranteed.")
    return f"{said} {_verdict(run)}." if run.own else said


def _verdict(run):
    """How a student's run compares with the reference."""
    points, trouble = run.own_run
    if trouble:
        return trouble
    reference = run.trajectory.points
    apart = np.abs(points - reference).max(axis=1) > 1e-9 * (1 + np.abs(reference).max())
    if not apart.any():
        return f"Your step takes the same path, at all {count_text(run.first)} steps"
    k = int(apart.argmax())
    yours, ours = number_text(run.own_left[k]), number_text(run.left[k])
    return f"Your step leaves this path at step {k}, with f − f* = {yours} instead of {ours}"


def _counts(run):
    """T* on the bowl for 10 eps, eps, eps/10."""
    return [Ledger(run.eta, run.eps * k, "bowl").first for k in (10, 1, .1)]


def _cost(run):
    """Predict's answer; None until eps is small, and on other landscapes."""
    if run.landscape != "bowl" or run.eps > .03:
        return None
    return added_or_multiplied(*_counts(run))


def _why(run):
    """In the end the slower of the two coordinates shrinks alone, by |1 - eta c| a step."""
    counts = ", ".join(map(count_text, _counts(run)))
    shrink = np.abs(1 - run.eta * BOWL.eigenvalues).max()
    more = number_text(math.log(10) / -math.log(shrink), 3)
    return (f"T* = {counts} at 10ε, ε, ε/10: in the end a step scales ‖∇f‖ "
            f"by {number_text(shrink)}, so {more} steps make a tenth.")


PREDICT = Predict(
    "GD runs on a bowl until ‖∇f‖ ≤ ε. Whenever ε becomes ten times smaller, the bound becomes 100 "
    "times larger. What does T* do then, the number of steps that GD really needs?",
    ("About as many steps are added", "About 10 times as many", "About 100 times as many"),
    _cost, why=_why, todo="Set ε to 0.03 on the bowl.")


@explorer_factory
def descent_ledger(eta=.5, eps=.3, landscape="bowl", step=None, predict=False):
    """Gradient descent until ||grad f|| <= eps: what the steps take from f(w_0) - f*.

    All landscapes are 1-smooth, so eta counts in units of 1/beta: "bowl" (two curvatures, 1 and
    1/5), "softplus", "huber", or "zig-zag", at eta = 1 the worst one for this eps. `step`, your own
    function of (w, grad, eta) that gives the next w, runs beside the reference. With `predict` a
    question comes first. Lecture 6.2.1, Theorem 6.7.

    >>> descent_ledger(eta=1, eps=.1, landscape="zig-zag").readout
    'GD first meets ‖∇f‖ ≤ ε = 0.1 at step T* = 34, 67.3 % of the bound 50.5. It has spent 0.2525 of
    its budget f(w₀) − f* = 0.2525; 0.17 was guaranteed.'
    """
    own = None if step is None else {
        dim: Host("step", step, "w, grad, eta", array(dim)) for dim in (1, 2)}
    epsilons = tuple(v for v in log_grid(-2, 0, 20) if v > .025)
    return Explorer(
        [Slider("eps", "ε", epsilons, eps, {"0.03": Fraction("0.03")}),
         Slider("eta", "step size η", linear_grid("0.1", "1.95", "0.05"), eta, {"1/β": 1}),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=partial(Ledger, own=own), draw=partial(_draw, own=own is not None),
        readout=_readout, unpinned_by=("landscape",), predict=PREDICT if predict else None,
        ratios=(.56, 2))
