"""`descent_ledger`: Theorem 6.7 as an account of what gradient descent spends."""
from fractions import Fraction
from functools import partial

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Choice, Explorer, Predict, Preset, Slider, count_text, linear_grid, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL, TEXT
from ...live.predict import added_or_multiplied
from .ledger import BOWL, LAST, Ledger
from .own_step import OwnStep

FARTHEST = 1.5e5                               # steps on the axis: no bound is larger
DOTS = 60                                      # so many steps get a dot
# What the left panel shows of the landscapes on a line: the stretch of w, the range of f.
VIEWS = {"softplus": ((-6, 1), (-.3, 5.6)), "huber": ((-3.6, 3.6), (-.2, 3.4)), "zig-zag": ((-.15, 4), (-.03, .55))}


def _stage(fig, landscape, own):
    plane, ledger = fig.panels("The landscape and the run", "Decrease of f in each step", shares=(.8, 1))
    budget = fig.split(ledger, .45, gap=30)
    fig.step_axis(ledger, FARTHEST, labelled=False)
    fig.step_axis(budget, FARTHEST)
    ledger.set(yscale="log", ylim=(3e-6, 9))
    ledger.set_yticks([1e-5, 1e-3, 1e-1], ["10⁻⁵", "10⁻³", "0.1"])
    ledger.minorticks_off()
    budget.set(ylim=(-.06, 1.12))
    budget.set_yticks([0, .5, 1], ["0", "½", "1"])
    budget.set_title("Left of the budget f(w₀) − f*, as a share", loc="left", fontsize=TEXT + .5, pad=5)
    actors = _bowl_actors(plane, fig.look) if landscape == "bowl" else _line_actors(fig, plane, landscape)
    actors |= _ledger_actors(ledger, budget, fig.look)
    if own:
        actors |= _own_actors(plane, budget, fig.look)
    fig.key(ledger, 3 if fig.wide else 2)
    return actors


def _bowl_actors(plane, look):
    """Level curves stand still; the region ||grad f|| <= eps is an ellipse."""
    x, y = np.meshgrid(np.linspace(-1.4, 1.4, 61), np.linspace(-6, 6, 61))
    plane.contour(x, y, BOWL(np.stack([x, y], axis=-1)), [.1, .4, .9, 1.6, 2.5, 3.6], colors=[look.faint], linewidths=.8)
    plane.plot(0, 0, "+", color=look.ink, ms=9, mew=1.4)
    plane.set(xlim=(-1.4, 1.4), ylim=(-6, 6), xlabel="w₁", ylabel="w₂")
    return {"flat": plane.fill([], [], facecolor=to_rgba(look.slope, .16), edgecolor=look.slope, lw=1)[0],
            "path": [plane.plot([], [], "-o", color=look.run, lw=1, ms=3.2, mew=0)[0]]}


def _line_actors(fig, plane, landscape):
    """The graph of f, and below it that of |f'| with eps."""
    look, (across, up) = fig.look, VIEWS[landscape]
    slope = fig.split(plane, .42, gap=30)
    slope.set_title("|f′|", loc="left", fontsize=TEXT + .5, pad=5)
    plane.set(xlim=across, ylim=up, ylabel="f")
    slope.set(xlim=across, yscale="log", ylim=(.012, 5), xlabel="w")
    slope.set_yticks([.1, 1], ["0.1", "1"])
    slope.minorticks_off()
    plane.tick_params(labelbottom=False)
    dots = dict(color=look.run, ms=3.2, mew=0)
    return {"graphs": [plane.plot([], [], color=look.value, lw=1.4)[0], slope.plot([], [], color=look.slope, lw=1.4)[0]],
            "level": slope.plot([], [], color=look.slope, lw=1, ls=DASHED)[0],
            "path": [plane.plot([], [], "o", **dots)[0], slope.plot([], [], "o", **dots)[0]]}


def _ledger_actors(ledger, budget, look):
    return {
        "decrease": ledger.plot([], [], "-o", color=look.value, lw=1.6, ms=3.2, mew=0, label="true")[0],
        "guaranteed": ledger.plot([], [], ls=DASHED, color=look.bound, lw=1.6, label="guaranteed")[0],
        "price": ledger.plot([], [], ls=DOTTED, color=look.slope, lw=1.6, label="least while ‖∇f‖ > ε")[0],
        "left": budget.plot([], [], "-o", color=look.value, lw=1.6, ms=3.2, mew=0)[0],
        "promised": budget.plot([], [], ls=DASHED, color=look.bound, lw=1.6)[0],
        "worst": budget.plot([], [], ls=DOTTED, color=look.slope, lw=1.6)[0],
        "first": [ax.plot([], [], color=look.run, lw=1.3, transform=ax.get_xaxis_transform(), label=label)[0]
                  for ax, label in ((ledger, "T*"), (budget, None))],
        "bound": [ax.plot([], [], color=look.bound, lw=2.2, ls=DASHED, transform=ax.get_xaxis_transform(), label=label)[0]
                  for ax, label in ((ledger, "bound"), (budget, None))],
    }


def _own_actors(plane, budget, look):
    style = dict(color=look.fault, lw=1.2, ls=DOTTED, marker="x", ms=5, mew=1.2)
    own = [plane.plot([], [], **style)[0], budget.plot([], [], label="your step", **style)[0]]
    budget.legend(loc="upper right", frameon=False, labelcolor=look.ink, prop={"family": look.font, "size": SMALL})
    return {"own": own}


def _act(actors, run):
    t = run.steps
    points, norms = run.trajectory.points[t], run.trajectory.grad_norms[t]
    if run.landscape == "bowl":
        angle = np.linspace(0, 2 * np.pi, 61)
        actors.flat.set_xy(run.eps / BOWL.eigenvalues * np.stack([np.cos(angle), np.sin(angle)], axis=1))
        actors.path[0].set_data(*points.T)
    else:
        _act_line(actors, run)
        for path, height in zip(actors.path, (run.trajectory.values[t], norms), strict=True):
            path.set_data(points[:DOTS, 0], height[:DOTS])
    paid = t[t < run.first]
    actors.decrease.set_data(paid, run.decrease[paid])
    actors.guaranteed.set_data(paid, run.guaranteed[paid])
    actors.left.set_data(t, run.left[t] / run.gap)
    actors.promised.set_data(t, run.promised[t] / run.gap)
    ahead = np.append(0, np.geomspace(1, run.bound, 40)) if run.bound > 1 else np.array([0, run.bound])
    actors.worst.set_data(ahead, 1 - ahead / run.bound)
    actors.price.set_data([0, run.bound], [run.rate * run.eps**2] * 2)
    for line, step in zip((*actors.first, *actors.bound), (run.first,) * 2 + (run.bound,) * 2, strict=True):
        line.set_data([step, step], [0, 1])
    if run.own:
        _act_own(actors, run)


def _act_line(actors, run):
    """The graphs of f and |f'|, with every kink that f' has within sight."""
    low, high = VIEWS[run.landscape][0]
    x = np.linspace(low, high, 81)
    if run.landscape == "zig-zag":
        x = np.union1d(x, run.eps / 2 * np.arange(min(2 * run.f.teeth + 5, 2 * high / run.eps)))
    size = np.abs(run.f.grad(x[:, None])[:, 0])
    actors.graphs[0].set_data(x, run.f(x[:, None]))
    actors.graphs[1].set_data(x, np.where(size > 0, size, np.nan))
    actors.level.set_data([low, high], [run.eps, run.eps])


def _act_own(actors, run):
    points, left = run.own_run[0], run.own_left
    t = run.steps[run.steps < len(points)]
    actors.own[0].set_data(points[t[:DOTS], 0], points[t[:DOTS], 1] if run.landscape == "bowl" else run.f(points[t[:DOTS]]))
    actors.own[1].set_data(t, left[t] / run.gap)


def _readout(run):
    """T* against the bound, the budget at T*, the certificate there; a student's step in one more sentence."""
    share, norm = number_text(100 * run.first / run.bound, 2), run.trajectory.grad_norms[-1]
    said = (f"GD first meets ‖∇f‖ ≤ ε = {number_text(run.eps)} at step T* = {count_text(run.first)}, {share} % of the bound "
            f"{number_text(run.bound)}. By then f has lost {number_text(run.gap - run.left[-1])} of the budget "
            f"f(w₀) − f* = {number_text(run.gap)}, and {number_text(run.gap - run.promised[-1])} was guaranteed; "
            f"there ‖∇f‖ = {number_text(norm if norm > 1e-9 else 0)}.")
    return f"{said} {_verdict(run)}." if run.own else said


def _verdict(run):
    """How a student's run compares with the reference."""
    points, trouble = run.own_run
    if trouble:
        return trouble
    apart = np.abs(points - run.trajectory.points).max(axis=1) > 1e-9 * (1 + np.abs(run.trajectory.points).max())
    if not apart.any():
        return f"Your step takes the same path, at all {count_text(run.first)} steps"
    k = int(apart.argmax())
    yours, reference = number_text(run.own_left[k]), number_text(run.left[k])
    return f"Your step leaves this path at step {k}, with f − f* = {yours} instead of {reference}"


def _cost(run):
    """Predict's answer, read off the bowl's runs at eps, eps/10 and eps/100; None where eps is not small yet."""
    if run.landscape != "bowl" or run.eps > .03:
        return None
    return added_or_multiplied(*(Ledger(run.eta, run.eps / k, "bowl").first for k in (1, 10, 100)))


PREDICT = Predict(
    "GD runs on a bowl until ‖∇f‖ ≤ ε. You make ε ten times smaller. The bound of the theorem becomes 100 times larger. "
    "What does the number of steps do that GD really needs?",
    ("Each time, about the same number of steps is added", "Each time it becomes about 10 times larger",
     "Each time it becomes about 100 times larger"),
    _cost)


def _preset(label, why, landscape, eta, eps):
    """A preset; numbers are decimals in quotes."""
    return Preset(label, dict(eta=Fraction(eta), eps=Fraction(eps), landscape=landscape, t=LAST), why)


PRESETS = (
    _preset("Zig-zag", "The bound is nearly reached: T* is about 2/3 of it", "zig-zag", "1", "0.03"),
    _preset("Zig-zag, other η", "The trap is laid for η = 1/β alone", "zig-zag", "0.9", "0.03"),
    _preset("No minimizer", "f* = 0 is never reached, yet the budget is finite", "softplus", "1", "0.03"),
    _preset("Not C²", "β-smooth is enough: the second derivative jumps at ±1", "huber", "0.5", "0.03"),
)
NAMES = {"bowl": "bowl", "softplus, no minimizer": "softplus", "Huber, not C²": "huber", "zig-zag, the worst for ε": "zig-zag"}


def descent_ledger(eta=Fraction(1, 2), eps=Fraction(3, 10), landscape="bowl", t=LAST, step=None, predict=False):
    """Gradient descent until ||grad f|| <= eps: what each step takes from the budget f(w_0) - f*, and what it has to take.

    All landscapes are 1-smooth, so eta counts in units of 1/beta: "bowl" (two curvatures, 1 and 1/5), "softplus",
    "huber", or "zig-zag", at eta = 1 the worst one for this eps. `t` is the last step drawn. `step`, your own function of
    (w, grad, eta) that gives the next w, runs beside the reference. With `predict` a question comes first. Lecture 6.2.1,
    Theorem 6.7.

    >>> descent_ledger(eta=1, eps=.1, landscape="zig-zag").readout
    'GD first meets ‖∇f‖ ≤ ε = 0.1 at step T* = 34, 67 % of the bound 50.5. By then f has lost 0.2525 of the budget
    f(w₀) − f* = 0.2525, and 0.17 was guaranteed; there ‖∇f‖ = 0.'
    """
    own = None if step is None else OwnStep(step)
    thin = tuple(v for v in log_grid(-2, 0, 20) if v > .025)
    whole = (*range(30), *(int(v) for v in log_grid(1, 3, 20) if 30 <= v < LAST), LAST)
    return Explorer(
        [Slider("eta", "step size η", linear_grid("0.1", "1.95", "0.05"), eta, {"1/β": 1}),
         Slider("eps", "ε", thin, eps, {"0.03": Fraction(3, 100)}),
         Slider("t", "step t", whole, t, play=True, exact=True, text=count_text),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=partial(Ledger, own=own), stage=partial(_stage, own=own), act=_act, readout=_readout, presets=PRESETS,
        predict=PREDICT if predict else None, ghosts=("path", "decrease", "left"), ratios=(.56, 2))
