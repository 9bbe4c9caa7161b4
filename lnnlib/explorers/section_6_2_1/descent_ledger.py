"""`descent_ledger`: Theorem 6.7 as an account of what gradient descent spends."""
from fractions import Fraction
from functools import partial

import numpy as np
from matplotlib.colors import to_rgba

from ...answers.host import Host
from ...answers.kinds import array
from ...live import Choice, Explorer, Predict, Preset, Slider, presets_from_defaults
from ...live.look import DASHED, DOTTED, SMALL, TEXT
from ...live.predict import added_or_multiplied
from ...live.values import count_text, linear_grid, log_grid, number_text
from .descent_ledger_run import BOWL, LAST, VIEWS, Ledger

FARTHEST = 1.5e5                               # steps on the axis: no bound is larger
ANGLE = np.linspace(0, 2 * np.pi, 61)
CIRCLE = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])
NAMES = {
    "bowl": "bowl", "softplus, no minimizer": "softplus", "Huber, not C²": "huber",
    "zig-zag, the worst for ε": "zig-zag"}


def _draw(fig, landscape, own):
    plane, ledger = fig.panels(
        "The landscape and the run", "Decrease of f in each step", shares=(.8, 1))
    budget = fig.split(ledger, .45, gap=30)
    if landscape == "bowl":
        _draw_bowl(fig, plane)
    else:
        _draw_line(fig, plane, landscape)
    _draw_accounts(fig, ledger, budget)
    if own:
        _draw_own(fig, plane, budget, landscape)
    fig.key(ledger, 3 if fig.wide else 2)


def _draw_bowl(fig, plane):
    """Level curves stand still; the region ||grad f|| <= eps is an ellipse."""
    look = fig.look
    x, y = np.meshgrid(np.linspace(-1.4, 1.4, 61), np.linspace(-6, 6, 61))
    f = BOWL(np.stack([x, y], axis=-1))
    plane.contour(x, y, f, [.1, .4, .9, 1.6, 2.5, 3.6], colors=[look.faint], linewidths=.8)
    plane.plot(0, 0, "+", color=look.ink, ms=9, mew=1.4)
    plane.set(xlim=(-1.4, 1.4), ylim=(-6, 6), xlabel="w₁", ylabel="w₂")
    fig.region(plane, lambda run: run.eps / BOWL.eigenvalues * CIRCLE, when=("eps",),
               facecolor=to_rgba(look.slope, .16), edgecolor=look.slope, lw=1)
    fig.line(
        plane, lambda run: run.seen("bowl", run.trajectory.points, run.trajectory.values), "-o",
        color=look.run, lw=1, ms=3.2, mew=0, ghost=True)


def _draw_line(fig, plane, landscape):
    """The graph of f, and below it that of |f'| with eps."""
    look, (across, up) = fig.look, VIEWS[landscape]
    slope = fig.split(plane, .42, gap=30)
    slope.set_title("|f′|", loc="left", fontsize=TEXT + .5, pad=5)
    plane.set(xlim=across, ylim=up, ylabel="f")
    slope.set(xlim=across, yscale="log", ylim=(.012, 5), xlabel="w")
    fig.ticks(slope, y=(.1, 1))
    plane.tick_params(labelbottom=False)
    graph, dots = dict(lw=1.4, when=("eps",)), dict(color=look.run, ms=3.2, mew=0, ghost=True)
    fig.line(plane, lambda run: run.graph[:2], color=look.value, **graph)
    fig.line(plane, lambda run: run.seen(landscape, run.trajectory.points, run.trajectory.values),
             "o", **dots)
    fig.line(slope, lambda run: run.graph[::2], color=look.slope, **graph)
    fig.hline(slope, lambda run: run.eps, color=look.slope, lw=1, ls=DASHED)
    fig.line(
        slope, lambda run: run.seen(landscape, run.trajectory.points, run.trajectory.grad_norms),
        "o", **dots)


def _draw_accounts(fig, ledger, budget):
    """Above what a step takes from the budget, below what is left of it."""
    look = fig.look
    fig.step_axis(ledger, FARTHEST, labelled=False)
    fig.step_axis(budget, FARTHEST)
    ledger.set(yscale="log", ylim=(3e-6, 9))
    ledger.set_yticks([1e-5, 1e-3, 1e-1], ["10⁻⁵", "10⁻³", "0.1"])
    ledger.minorticks_off()
    budget.set(ylim=(-.06, 1.12))
    budget.set_yticks([0, .5, 1], ["0", "½", "1"])
    budget.set_title(
        "Left of the budget f(w₀) − f*, as a share", loc="left", fontsize=TEXT + .5, pad=5)
    true = dict(color=look.value, lw=1.6, ms=3.2, mew=0, ghost=True)
    sure = dict(color=look.bound, lw=1.6, ls=DASHED)
    least = dict(color=look.slope, lw=1.6, ls=DOTTED)
    first, bound = dict(color=look.run, lw=1.3), dict(color=look.bound, lw=2.2, ls=DASHED)

    fig.line(ledger, lambda run: (run.paid, run.decrease[run.paid]), "-o", label="true", **true)
    fig.line(ledger, lambda run: (run.paid, run.guaranteed[run.paid]), label="guaranteed", **sure)
    fig.line(ledger, lambda run: ([0, run.bound], [run.price, run.price]),
             label="least while ‖∇f‖ > ε", **least)
    fig.vline(ledger, lambda run: run.first, label="T*", **first)
    fig.vline(ledger, lambda run: run.bound, label="bound", **bound)

    fig.line(budget, lambda run: (run.steps, run.left[run.steps] / run.gap), "-o", **true)
    fig.line(budget, lambda run: (run.steps, run.promised[run.steps] / run.gap), **sure)
    fig.line(budget, lambda run: (run.ahead, 1 - run.ahead / run.bound), **least)
    fig.vline(budget, lambda run: run.first, **first)
    fig.vline(budget, lambda run: run.bound, **bound)


def _draw_own(fig, plane, budget, landscape):
    look = fig.look
    own = dict(color=look.fault, lw=1.2, ls=DOTTED, marker="x", ms=5, mew=1.2, label="your step")
    fig.line(plane, lambda run: run.seen(landscape, run.own_run[0], run.f(run.own_run[0])), **own)
    fig.line(budget, lambda run: (run.steps, run.own_left[run.steps] / run.gap), **own)
    budget.legend(loc="upper right", frameon=False, labelcolor=look.ink,
                  prop={"family": look.font, "size": SMALL})


def _readout(run):
    """T* against the bound, the budget at T*, the certificate there; then of a student's step."""
    share = number_text(100 * run.first / run.bound, 2)
    norm = number_text(run.trajectory.grad_norms[-1], zero=1e-9)
    said = (
        f"GD first meets ‖∇f‖ ≤ ε = {number_text(run.eps)} at step T* = {count_text(run.first)}, "
        f"{share} % of the bound {number_text(run.bound)}. By then f has lost "
        f"{number_text(run.gap - run.left[-1])} of the budget f(w₀) − f* = {number_text(run.gap)}, "
        f"and {number_text(run.gap - run.promised[-1])} was guaranteed; "
        f"there ‖∇f‖ = {norm}.")
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


def _cost(run):
    """Predict's answer, from the bowl's runs at eps, eps/10, eps/100; None until eps is small."""
    if run.landscape != "bowl" or run.eps > .03:
        return None
    return added_or_multiplied(*(Ledger(run.eta, run.eps / k, "bowl").first for k in (1, 10, 100)))


PREDICT = Predict(
    "GD runs on a bowl until ‖∇f‖ ≤ ε. You make ε ten times smaller. The bound of the theorem "
    "becomes 100 times larger. What does the number of steps do that GD really needs?",
    ("Each time, about the same number of steps is added",
     "Each time it becomes about 10 times larger", "Each time it becomes about 100 times larger"),
    _cost)
PRESETS = (
    Preset("Zig-zag", "The bound is nearly reached: T* is about 2/3 of it",
           landscape="zig-zag", eta=1, eps=.03),
    Preset("Zig-zag, other η", "The trap is laid for η = 1/β alone",
           landscape="zig-zag", eta=.9, eps=.03),
    Preset("No minimizer", "f* = 0 is never reached, yet the budget is finite",
           landscape="softplus", eta=1, eps=.03),
    Preset("Not C²", "β-smooth is enough: the second derivative jumps at ±1",
           landscape="huber", eps=.03),
)


@presets_from_defaults
def descent_ledger(eta=.5, eps=.3, landscape="bowl", t=LAST, step=None, predict=False):
    """Gradient descent until ||grad f|| <= eps: what the steps take from f(w_0) - f*.

    All landscapes are 1-smooth, so eta counts in units of 1/beta: "bowl" (two curvatures, 1 and
    1/5), "softplus", "huber", or "zig-zag", at eta = 1 the worst one for this eps. `t` is the last
    step drawn. `step`, your own function of (w, grad, eta) that gives the next w, runs beside the
    reference. With `predict` a question comes first. Lecture 6.2.1, Theorem 6.7.

    >>> descent_ledger(eta=1, eps=.1, landscape="zig-zag").readout
    'GD first meets ‖∇f‖ ≤ ε = 0.1 at step T* = 34, 67 % of the bound 50.5. By then f has lost
    0.2525 of the budget f(w₀) − f* = 0.2525, and 0.17 was guaranteed; there ‖∇f‖ = 0.'
    """
    own = None if step is None else {
        dim: Host("step", step, "w, grad, eta", array(dim)) for dim in (1, 2)}
    epsilons = tuple(v for v in log_grid(-2, 0, 20) if v > .025)
    steps = (*range(30), *(int(v) for v in log_grid(1, 3, 20) if 30 <= v < LAST), LAST)
    return Explorer(
        [Slider("eta", "step size η", linear_grid("0.1", "1.95", "0.05"), eta, {"1/β": 1}),
         Slider("eps", "ε", epsilons, eps, {"0.03": Fraction("0.03")}),
         Slider("t", "step t", steps, t, play=True, exact=True, text=count_text),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=partial(Ledger, own=own), draw=partial(_draw, own=own is not None),
        readout=_readout, presets=PRESETS, predict=PREDICT if predict else None, ratios=(.56, 2))
