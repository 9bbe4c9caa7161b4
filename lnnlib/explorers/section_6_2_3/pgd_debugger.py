"""`pgd_debugger`: the listing of perturbed gradient descent, pass by pass."""
import math
from functools import partial

import numpy as np

from ...live import Choice, Explorer, Predict, Preset, Slider, presets_from_defaults
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import count_text, linear_grid, log_grid, number_text
from .pgd_debugger_listing import draw_listing
from .pgd_debugger_run import D_0, DRAWS, LAST, TINY, Debugged, OwnNoise
from .saddle_valley import EPSILONS, LIPSCHITZ, PLACES, RHO, SMOOTH, draw_levels


def _draw(fig, listing="right", student=False):
    plane, code = fig.panels(
        "The valley from above, and the run", "The listing, and what it sees in this pass")
    ball, passes = fig.split(plane, .24, gap=88), fig.split(code, .36, gap=66)
    _draw_plane(fig, plane, student)
    _draw_noise(fig, ball)
    _draw_passes(fig, passes)
    draw_listing(fig, code, listing)


def _draw_plane(fig, plane, student):
    look = fig.look
    draw_levels(plane, look)
    fig.line(plane, lambda run: run.points, color=look.run, lw=1, ghost=True)
    fig.line(plane, lambda run: run.points, "o", color=look.run, ms=3, mew=0, ghost=True,
             label="your run" if student else "run")
    fig.dot(plane, lambda run: (run.x, run.y), "s", drag=("x", "y"),
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4, label="start")
    fig.dot(
        plane, lambda run: run.tilde, "D", mfc="none", mec=look.value, mew=1.6, ms=10, label="w̃")
    fig.dot(plane, lambda run: run.tilde if run.at_return else None, "*",
            color=look.bound, ms=16, zorder=8, label="returned")
    fig.dot(plane, lambda run: run.now, color=look.fault, ms=8, zorder=7, label="now")
    if student:
        fig.line(plane, lambda run: run.reference_points,
                 color=look.slope, lw=2, ls=DASHED, zorder=1, label="reference")
    fig.key(plane, 3)


def _draw_noise(fig, ball):
    """Left the noise, magnified; right the share of it within a part of the radius."""
    look, once, box = fig.look, dict(when=("cloud",)), ball.get_position()
    share = fig.add_axes([box.x0 + .5 * box.width, box.y0, .5 * box.width, box.height])
    ball.set_position([box.x0, box.y0, .4 * box.width, box.height])
    ball.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal")
    ball.set_title("Noise ξ, magnified", loc="left", fontsize=SMALL, pad=5)
    ball.set_xticks([-1, 0, 1], ["−r", "0", "r"])
    ball.set_yticks([])
    share.set(xlim=(0, 1.5), ylim=(0, 1.08))
    share.set_title("Share with ‖ξ‖ ≤ s", loc="left", fontsize=SMALL, pad=5)
    share.set_xticks([0, .5, 1, 1.414], ["0", "r/2", "s = r", ""])
    share.set_yticks([0, .25, 1], ["0", "¼", "1"])
    share.grid(True, color=look.faint, lw=.6)
    angle, s = np.linspace(0, 2 * np.pi, 61), np.linspace(0, 1.5, 61)
    ball.plot(np.cos(angle), np.sin(angle), color=look.bound, lw=1.4, ls=DASHED)
    share.plot(s, np.minimum(s**2, 1), color=look.bound, lw=2, ls=DASHED)
    fig.line(ball, lambda run: run.cloud.T, "o", color=look.ghost, ms=2, mew=0, **once)
    fig.line(ball, lambda run: run.moved, "o", color=look.fault, mec=look.paper, ms=7, zorder=4)
    shares = [0, *(np.arange(DRAWS) + 1) / DRAWS, 1]
    fig.line(share, lambda run: ([0, *run.lengths, 2], shares), color=look.run, lw=1.2, **once)


def _draw_passes(fig, passes):
    look = fig.look
    passes.set_title("The same over all passes so far", loc="left")
    passes.set_xscale("function", functions=(np.log1p, np.expm1))
    passes.set(xlim=(-.45, 1.2 * LAST), yscale="log", ylim=(TINY, 9), xlabel="pass t")
    passes.set_xticks([0, 1, 10, 100, 1000, 10_000], ["0", "1", "10", "100", "1000", "10⁴"])
    fig.ticks(passes, y=(1e-12, 1e-8, 1e-4, 1))
    curve, threshold = dict(lw=1.8, ghost=True), dict(lw=1.1, ls=DASHED)
    upright = dict(transform=passes.get_xaxis_transform())
    fig.line(
        passes, lambda run: (run.drawn, run.slopes), color=look.slope, label="‖∇f(w)‖", **curve)
    fig.hline(
        passes, lambda run: run.constants.g_thresh, color=look.slope, label="g_thresh", **threshold)
    fig.levels(
        passes, lambda run: _uprights(run.noises), color=look.run, lw=1.2, label="noise", **upright)
    fig.line(
        passes, lambda run: (run.drawn, run.drop), color=look.value, label="f(w̃) − f(w)", **curve)
    fig.hline(
        passes, lambda run: run.constants.f_thresh, color=look.value, label="f_thresh", **threshold)
    fig.levels(passes, lambda run: _uprights(run.tests),
               color=look.bound, lw=2.2, linestyles=[DOTTED], label="test 4.2", **upright)
    fig.vline(passes, lambda run: run.t, color=look.fault, lw=1)
    fig.key(passes, 3)


def _uprights(passes):
    """A line from bottom to top at each pass, (n, 2, 2)."""
    return np.array([[[t, 0], [t, 1]] for t in passes])


def _readout(run):
    _, failure = run.owned
    if failure:
        return (f"Your perturb {failure}. Shown is the reference run. "
                "Mend it, then run its cell and this one again.")
    return f"{_what_happened(run)} {_of_the_student(run)}" if run.own else _what_happened(run)


def _what_happened(run):
    """What the listing did up to the pass one looks at."""
    said = f"Pass {count_text(run.t)}: ‖∇f‖"
    left_out = run.listing == "no noise"
    if run.at_return:
        return _returned(run)
    if run.over:
        return _not_returned(run)
    if run.perturbed and left_out:
        return f"{said} is at most g_thresh, but the noise of line 4.1.2 is left out."
    if run.perturbed:
        size = number_text(math.dist(run.now, run.before))
        return f"{said} is at most g_thresh, so line 4.1.2 adds noise of length {size}."
    latest = "line 4.1.1 was" if left_out else "the last noise was"
    why = ("above g_thresh" if run.slope > run.constants.g_thresh else
           f"small, but {latest} only {count_text(run.since[0])} passes ago")
    noises = {0: "No noise", 1: "One noise"}.get(run.rounds, f"{run.rounds} noises")
    return (f"{said} {_small(run.slope)}, {why}. Line 4.3 takes a gradient step. "
            f"{noises}{' left out' if left_out else ''} so far.")


def _returned(run):
    """What is returned, with its certificate."""
    slope, least, certified = run.certificate
    allowed, passes = -math.sqrt(RHO * run.eps), _passes(run.trajectory.noise)
    noise = (f"; the noise of {passes} was left out" if run.listing == "no noise" else
             f", after noise in {passes}")
    return (f"PGD returns {_point(run.tilde)} in pass {count_text(run.t)}{noise}. "
            f"There ‖∇f‖ {_small(slope)} and λ_min = {number_text(least, zero=5e-5)} "
            f"{'≥' if least >= allowed else '<'} −√(ρε) = {number_text(allowed)}: "
            f"{'it is' if certified else 'it is not'} ε-second-order stationary.")


def _not_returned(run):
    if run.listing == "ends at d_0":
        return f"The loop ends after pass {D_0} and returns nothing: ‖∇f‖ {_small(run.slope)}."
    t_thresh = run.constants.t_thresh
    why = ("" if t_thresh == int(t_thresh) else
           " It never will: t − t_noise is a whole number, "
           f"and t_thresh = {number_text(t_thresh)} is none.")
    return (f"After {count_text(run.t)} passes and noise in {len(run.trajectory.noise)} of them, "
            f"PGD has not returned.{why}")


def _of_the_student(run):
    """The student's noise beside the reference."""
    outside = int((run.lengths > 1 + 1e-9).sum())
    return (f"Of {len(run.lengths)} noises of yours {outside} lie outside the ball; their mean "
            f"length is {number_text(run.lengths.mean(), 3)} r, uniform in the ball it is 2r/3.")


def _point(point):
    """Coordinates to 3 decimals, smaller ones to 4 digits; those below 10^-9 are 0."""
    return "({}, {})".format(*(number_text(round(v, 3) or v, zero=1e-9) for v in point))


def _small(slope):
    return "is below 10⁻¹²" if slope < TINY else f"= {number_text(slope)}"


def _passes(noise):
    """The passes with noise, in words."""
    if len(noise) > 4:
        return f"{len(noise)} passes"
    *most, last = [count_text(t) for t in noise]
    return f"passes {', '.join(most)} and {last}" if most else f"pass {last}"


def _how_often(run):
    """Predict's answer: how often noise was added, started on the way to the saddle."""
    asked = run.y == 0 and run.listing == "right" and run.eps < 1 / RHO
    return min(len(run.trajectory.noise), 3) - 1 if asked and run.at_return else None


PREDICT = Predict(
    "Gradient descent from (1, 0) walks straight into the saddle. Perturbed gradient descent adds "
    "a little noise where the gradient is small. How often will it do so before it returns a "
    "point?",
    ("Once: the noise frees it, and then it finds the minimum and returns it", "Twice",
     "Three times or more"),
    _how_often)

PRESETS = (
    Preset("First noise", "The gradient is small at last, and line 4.1.2 moves w by less than r",
           step=59),
    Preset("Return",
           "The second noise could not lower f by f_thresh: the point before it is returned",
           step=LAST),
    Preset("No ⌈ ⌉", "As printed: t_thresh is no whole number, so line 4.2 never holds",
           listing="no ceiling", step=LAST),
    Preset("No noise", "Without noise a point beside the saddle is returned",
           listing="no noise", step=LAST),
    Preset("ε too large", "Beyond β²/ρ the second condition says nothing", eps=4, c=1, step=LAST),
)
LISTINGS = {
    "as it should be": "right", "as printed: no ⌈ ⌉": "no ceiling",
    "as printed: w̃ overwritten": "overwritten", "as printed: ends at d₀": "ends at d_0",
    "noise from a cube": "cube", "no noise": "no noise"}
PASSES = tuple(sorted({          # among them the second noise and the return, as it opens
    *range(130), *range(130, 1000, 6), 517, 518, 519, 975, 976,
    *(int(v) for v in log_grid(3, 4, 30)), LAST}))


@presets_from_defaults
def pgd_debugger(
        x=1, y=0, eps=.1, c=.5, seed=0, step=58, listing="right", *, perturb=None, predict=False):
    """Perturbed gradient descent on f = x^2/2 - y^2/2 + y^4/4 from (x, y), seen in pass `step`.

    beta = 3.4 and rho = 7.2 (they hold for |y| <= 1.2), delta = 1/10, Delta_f = 1. `listing` is
    "right", or has a slip of the lecture's print, "no ceiling", "overwritten", "ends at d_0", or
    other noise, "cube", "no noise". A student's perturb(w, r, rng) takes the place of line 4.1.2
    and is drawn beside the reference run. Lecture 6.2.3, Jin et al. 2017.

    >>> pgd_debugger(step=976).readout
    'PGD returns (0, -1) in pass 976, after noise in passes 59 and 518.
    There ‖∇f‖ is below 10⁻¹² and λ_min = 1 ≥ −√(ρε) = -0.8485: it is ε-second-order stationary.'
    """
    critical = {"1/ρ": 1 / LIPSCHITZ, "β²/ρ": SMOOTH**2 / LIPSCHITZ}
    controls = [
        Slider("x", "start x", PLACES, x),
        Slider("y", "start y", PLACES, y),
        Slider("eps", "ε", EPSILONS, eps, critical),
        Slider("c", "constant c", linear_grid("0.25", 1, "0.05"), c),
        Slider("seed", "seed of the noise", tuple(range(100)), seed),
        Slider("step", "pass t", PASSES, step, play=True, text=count_text)]
    own = None if perturb is None else OwnNoise(perturb)
    if own is None:
        controls.append(Choice("listing", "the listing", LISTINGS, listing))
    return Explorer(
        controls, compute=partial(Debugged, own=own), draw=partial(_draw, student=bool(own)),
        readout=_readout, presets=() if own else PRESETS,
        predict=PREDICT if predict else None, ratios=(.78, 2.8))
