"""`pgd_debugger`: the listing of perturbed gradient descent, pass by pass."""
import math
from fractions import Fraction
from functools import partial

import numpy as np
from matplotlib.collections import LineCollection

from ...live import Choice, Explorer, Handle, Predict, Preset, Slider, count_text, linear_grid, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .debugging import D_0, LAST, Debugged
from .listing import draw_listing, mark_listing
from .noise import Students
from .valley import BETA, EPSILONS, PLACES, RHO, draw_levels, grad_norm

TINY = 1e-12                     # below this the picture over passes ends
SHOWN = 20                       # noises of a run that never returns that are drawn


def _stage(fig, listing="right", student=False):
    look = fig.look
    plane, code = fig.panels("The valley from above, and the run", "The listing, and what it sees in this pass")
    noise = fig.split(plane, .24, gap=88)
    passes = fig.split(code, .36, gap=66)
    draw_levels(plane, look)
    actors = _plane_actors(plane, look, student) | _noise_actors(fig, noise, look, student) | _pass_actors(passes, look)
    fig.key(plane, 3)
    fig.key(passes, 3)
    actors |= draw_listing(code, look, listing)
    return actors


def _plane_actors(plane, look, student):
    actors = {
        "path": plane.plot([], [], "-", color=look.run, lw=1)[0],
        "dots": plane.plot([], [], "o", color=look.run, ms=3, mew=0, label="your run" if student else "run")[0],
        "start": plane.plot([], [], "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4, label="start")[0],
        "tilde": plane.plot([], [], "D", mfc="none", mec=look.value, mew=1.6, ms=10, zorder=5, label="w̃")[0],
        "found": plane.plot([], [], "*", color=look.bound, mec=look.paper, ms=16, zorder=8, label="returned")[0],
        "now": plane.plot([], [], "o", color=look.fault, mec=look.paper, ms=8, zorder=7, label="now")[0],
    }
    if student:
        actors["reference"] = plane.plot([], [], color=look.slope, lw=2, ls=DASHED, zorder=1, label="reference")[0]
    return actors


def _noise_actors(fig, ball, look, student):
    """Left the noise, magnified; right the share of it within a part of the radius."""
    box = ball.get_position()
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
    return {
        "cloud": ball.plot([], [], "o", color=look.ghost, ms=2, mew=0)[0],
        "xi": ball.plot([], [], "o", color=look.fault, mec=look.paper, ms=7, zorder=4)[0],
        "share": share.plot([], [], color=look.run, lw=1.2)[0],
    }


def _pass_actors(ax, look):
    ax.set_title("The same over all passes so far", loc="left")
    ax.set_xscale("function", functions=(np.log1p, np.expm1))
    ax.set(xlim=(-.45, 1.2 * LAST), yscale="log", ylim=(TINY, 9), xlabel="pass t")
    ax.set_xticks([0, 1, 10, 100, 1000, 10_000], ["0", "1", "10", "100", "1000", "10⁴"])
    ax.set_yticks([1e-12, 1e-8, 1e-4, 1], ["10⁻¹²", "10⁻⁸", "10⁻⁴", "1"])
    ax.minorticks_off()
    down = ax.get_xaxis_transform()
    return {
        "slope": ax.plot([], [], color=look.slope, lw=1.8, label="‖∇f(w)‖")[0],
        "g": ax.plot([], [], color=look.slope, lw=1.1, ls=DASHED, label="g_thresh")[0],
        "noise": ax.add_collection(LineCollection([], colors=[look.run], linewidths=[1.2], transform=down, label="noise"),
                                   autolim=False),
        "drop": ax.plot([], [], color=look.value, lw=1.8, label="f(w̃) − f(w)")[0],
        "f": ax.plot([], [], color=look.value, lw=1.1, ls=DASHED, label="f_thresh")[0],
        "tests": ax.add_collection(LineCollection([], colors=[look.bound], linewidths=[2.2], linestyles=[DOTTED], transform=down,
                                                  label="test 4.2"), autolim=False),
        "cursor": ax.axvline(0, color=look.fault, lw=1),
    }


def _act(actors, run):
    mark_listing(actors, run)
    _act_plane(actors, run)
    _act_noise(actors, run)
    t, k = run.drawn, run.constants
    slope = grad_norm(run.run.x[t], run.run.y[t])
    actors.slope.set_data(t, np.where(slope > TINY / 10, slope, np.nan))
    actors.drop.set_data(t, run.drop)
    for line, threshold in ((actors.g, k.g_thresh), (actors.f, k.f_thresh)):
        line.set_data([-.45, 2 * LAST], [threshold] * 2)
    noises = run.run.noise[:run.rounds][:SHOWN]
    actors.noise.set_segments([[(t, 0), (t, 1)] for t in noises])
    tests = [t + k.t_thresh for t in noises if k.t_thresh == int(k.t_thresh)]
    actors.tests.set_segments([[(t, 0), (t, 1)] for t in tests])
    actors.cursor.set_xdata([run.t] * 2)


def _act_plane(actors, run):
    t = run.drawn
    actors.path.set_data(run.run.x[t], run.run.y[t])
    actors.dots.set_data(run.run.x[t], run.run.y[t])
    actors.start.set_data([run.x], [run.y])
    actors.now.set_data(run.run.x[[run.t]], run.run.y[[run.t]])
    for line, point in ((actors.tilde, run.run.tilde[run.rounds - 1] if run.rounds else None),
                        (actors.found, run.point if run.at_return else None)):
        line.set_data(([], []) if point is None else ([point[0]], [point[1]]))
    if run.students:
        seen = np.unique(np.geomspace(1, min(run.t + 1, len(run.reference.x)), 200).astype(int)) - 1
        actors.reference.set_data(run.reference.x[seen], run.reference.y[seen])


def _act_noise(actors, run):
    if actors.changed("cloud", run.kind, id(run.cloud)):
        distances = np.sort(np.linalg.norm(run.cloud, axis=1))
        shares = np.arange(1, len(distances) + 1) / len(distances)
        actors.cloud.set_data(*run.cloud.T)
        actors.share.set_data([0, *distances, 2], [0, *shares, 1])
    at = list(run.run.noise[:run.rounds][:SHOWN])
    moved = np.column_stack([run.run.x[at], run.run.y[at]]) - np.reshape(run.run.before[:len(at)], (-1, 2))
    actors.xi.set_data(*moved.T / run.constants.r)


def _readout(run):
    if run.students and run.students.failure:
        return f"Your perturb {run.students.failure}. Shown is the reference run. Mend it, then run its cell and this one again."
    said = _what_happened(run)
    return f"{said} {_of_the_student(run)}" if run.students else said


def _what_happened(run):
    """What the listing did up to the pass one looks at, with the certificate of what it returns."""
    if run.at_return:
        slope, least, certified = run.certificate
        relation = "≥" if least >= -math.sqrt(RHO * run.eps) else "<"
        noise = (f"; the noise of {_passes(run.run.noise)} was left out" if run.listing == "no noise"
                 else f", after noise in {_passes(run.run.noise)}")
        return (f"PGD returns {_point(run.point)} in pass {count_text(run.t)}{noise}. "
                f"There ‖∇f‖ {_small(slope)} and λ_min = {number_text(round(least, 4))} {relation} −√(ρε) = "
                f"{number_text(-math.sqrt(RHO * run.eps))}: {'it is' if certified else 'it is not'} ε-second-order stationary.")
    if run.over and run.listing == "ends at d_0":
        return f"The loop ends after pass {D_0} and returns nothing: ‖∇f‖ {_small(run.slope)}."
    if run.over:
        t_thresh = run.constants.t_thresh
        why = (f" It never will: t − t_noise is a whole number, and t_thresh = {number_text(t_thresh)} is none."
               if t_thresh != int(t_thresh) else "")
        passes = f"After {count_text(run.t)} passes and noise in {len(run.run.noise)} of them"
        return f"{passes}, PGD has not returned.{why}"
    if run.perturbed and run.listing == "no noise":
        return f"Pass {count_text(run.t)}: ‖∇f‖ is at most g_thresh, but the noise of line 4.1.2 is left out."
    if run.perturbed:
        x, y = run.run.before[run.rounds - 1]
        size = math.hypot(run.run.x[run.t] - x, run.run.y[run.t] - y)
        return f"Pass {count_text(run.t)}: ‖∇f‖ is at most g_thresh, so line 4.1.2 adds noise of length {number_text(size)}."
    why = ("above g_thresh" if run.slope > run.constants.g_thresh else
           f"small, but line 4.1.1 was only {count_text(run.since[0])} passes ago" if run.listing == "no noise" else
           f"small, but the last noise was only {count_text(run.since[0])} passes ago")
    return (f"Pass {count_text(run.t)}: ‖∇f‖ {_small(run.slope)}, {why}. Line 4.3 takes a gradient step. "
            f"{_so_far(run.rounds)}{' left out' * (run.listing == 'no noise')} so far.")


def _of_the_student(run):
    """The student's noise beside the reference."""
    distances = np.linalg.norm(run.cloud, axis=1)
    outside = int((distances > 1 + 1e-9).sum())
    return (f"Of {len(distances)} noises of yours {outside} lie outside the ball; "
            f"their mean length is {number_text(distances.mean(), 3)} r, uniform in the ball it is 2r/3.")


def _point(point):
    """Coordinates to 3 decimals, smaller ones to 4 digits; those below 10^-9 are 0."""
    return "({}, {})".format(*(number_text(round(v, 3) or (v if abs(v) > 1e-9 else 0)) for v in point))


def _small(slope):
    return "is below 10⁻¹²" if slope < TINY else f"= {number_text(slope)}"


def _so_far(rounds):
    return "No noise" if rounds == 0 else "One noise" if rounds == 1 else f"{rounds} noises"


def _passes(noise):
    """The passes with noise, in words."""
    if len(noise) > 4:
        return f"{len(noise)} passes"
    numbers = [count_text(t) for t in noise]
    return f"pass {numbers[0]}" if len(numbers) == 1 else f"passes {', '.join(numbers[:-1])} and {numbers[-1]}"


def _how_often(run):
    """Predict's answer: how often noise was added, for the listing as it should be, started on the way to the saddle."""
    asked = run.y == 0 and run.listing == "right" and run.eps < 1 / RHO
    return min(len(run.run.noise), 3) - 1 if asked and run.at_return else None


PREDICT = Predict(
    "Gradient descent from (1, 0) walks straight into the saddle. Perturbed gradient descent adds a little noise where the "
    "gradient is small. How often will it do so before it returns a point?",
    ("Once: the noise frees it, and then it finds the minimum and returns it", "Twice", "Three times or more"), _how_often)

STANDARD = dict(x=1, y=0, eps=Fraction(1, 10), c=Fraction(1, 2), seed=0, step=LAST, listing="right")
PRESETS = (
    Preset("First noise", STANDARD | {"step": 59}, "The gradient is small at last, and line 4.1.2 moves w by less than r"),
    Preset("Return", STANDARD, "The second noise could not lower f by f_thresh: the point before it is returned"),
    Preset("No ⌈ ⌉", STANDARD | {"listing": "no ceiling"}, "As printed: t_thresh is no whole number, so line 4.2 never holds"),
    Preset("No noise", STANDARD | {"listing": "no noise"}, "Without noise a point beside the saddle is returned"),
    Preset("ε too large", STANDARD | {"eps": Fraction(4), "c": Fraction(1)}, "Beyond β²/ρ the second condition says nothing"),
)
LISTINGS = {"as it should be": "right", "as printed: no ⌈ ⌉": "no ceiling", "as printed: w̃ overwritten": "overwritten",
            "as printed: ends at d₀": "ends at d_0", "noise from a cube": "cube", "no noise": "no noise"}


def pgd_debugger(x=1, y=0, eps=Fraction(1, 10), c=Fraction(1, 2), seed=0, step=58, listing="right", *, perturb=None, predict=False):
    """Perturbed gradient descent on f = x^2/2 - y^2/2 + y^4/4 from (x, y), with the listing's state in pass `step`.

    beta = 3.4 and rho = 7.2 (they hold for |y| <= 1.2), delta = 1/10, Delta_f = 1. `listing` is "right", or has a slip of the
    lecture's print, "no ceiling", "overwritten", "ends at d_0", or other noise, "cube", "no noise". A student's
    perturb(w, r, rng) takes the place of line 4.1.2 and is drawn beside the reference run. Lecture 6.2.3, Jin et al. 2017.

    >>> pgd_debugger(step=976).readout
    'PGD returns (0, -1) in pass 976, after noise in passes 59 and 518.
    There ‖∇f‖ is below 10⁻¹² and λ_min = 1 ≥ −√(ρε) = -0.8485: it is ε-second-order stationary.'
    """
    passes = {*range(130), *range(130, 1000, 6), 517, 518, 519, 975, 976, *(int(v) for v in log_grid(3, 4, 30)), LAST}
    controls = [
        Slider("x", "start x", PLACES, x),
        Slider("y", "start y", PLACES, y),
        Slider("eps", "ε", EPSILONS, eps,
               {"1/ρ": 1 / Fraction(str(RHO)), "β²/ρ": Fraction(str(BETA))**2 / Fraction(str(RHO))}),
        Slider("c", "constant c", linear_grid("0.25", 1, "0.05"), c),
        Slider("seed", "seed of the noise", tuple(range(100)), seed),
        Slider("step", "pass t", tuple(sorted(passes)), step, play=True, text=count_text)]
    compute, stage, presets = Debugged, _stage, PRESETS
    if perturb is None:
        controls.append(Choice("listing", "the listing", LISTINGS, listing))
    else:
        compute, stage, presets = partial(Debugged, students=Students(perturb)), partial(_stage, student=True), ()
    return Explorer(controls, compute=compute, stage=stage, act=_act, readout=_readout, presets=presets,
                    predict=PREDICT if predict else None, handles=(Handle("start", "x", "y"),),
                    ghosts=("path", "dots", "slope", "drop"), ratios=(.78, 2.8))
