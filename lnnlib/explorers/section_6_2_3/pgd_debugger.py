"""`pgd_debugger`: the listing of perturbed gradient descent, pass by pass."""
import math
from functools import partial

import numpy as np

from ...live import Choice, Explorer, Predict, Preset, Slider, explorer_factory
from ...live.values import count_text, linear_grid, log_grid, number_text
from .pgd_debugger_picture import draw
from .pgd_debugger_run import D_0, LAST, TINY, Debugged, OwnNoise
from .saddle_valley import EPSILONS, LIPSCHITZ, PLACES, RHO, SMOOTH, value


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
        return f"{said} is at most its threshold, but the noise of line 4.1.2 is left out."
    if run.perturbed:
        size = number_text(math.dist(run.now, run.before))
        return f"{said} is at most its threshold, so line 4.1.2 adds noise of length {size}."
    latest = "line 4.1.1 was" if left_out else "the last noise was"
    ago = "1 pass" if run.since[0] == 1 else f"{count_text(run.since[0])} passes"
    why = ("above its threshold" if run.slope > run.constants.g_thresh else
           f"small, but {latest} only {ago} ago")
    noises = {0: "No noise", 1: "One noise"}.get(run.rounds, f"{run.rounds} noises")
    return (f"{said} {_small(run.slope)}, {why}. Line 4.3 takes a gradient step. "
            f"{noises}{' left out' if left_out else ''} so far.")


def _returned(run):
    """What is returned, with its certificate; after a student's noise without its numbers."""
    slope, least, certified = run.certificate
    noise, allowed = _passes(run.trajectory.noise), -math.sqrt(RHO * run.eps)
    said = f"PGD {'returned' if run.step > run.t else 'returns'} {_point(run.tilde)} in pass "
    said += count_text(run.t) + (
        f"; the noise of {noise} was left out" if run.listing == "no noise" else
        f", after noise in {noise}")
    verdict = f"it is{'' if certified else ' not'} ε-second-order stationary."
    if run.own:
        return f"{said}: {verdict}"
    return (f"{said}. There ‖∇f‖ {_small(slope)} and λₘᵢₙ = {number_text(least, zero=5e-5)} "
            f"{'≥' if least >= allowed else '<'} −√(ρε) = {number_text(allowed)}: {verdict}")


def _not_returned(run):
    if run.listing == "ends at d_0":
        return f"The loop ends after pass {D_0} and returns nothing: ‖∇f‖ {_small(run.slope)}."
    t_thresh = run.constants.t_thresh
    why = ("" if t_thresh == int(t_thresh) else
           " It never will: line 4.2 waits for a pass that comes "
           f"{number_text(t_thresh)} passes after a noise, and there is none.")
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


def _why(run):
    """How far f fell in the t_thresh passes after each noise, and what line 4.2 makes of it."""
    path, k = run.trajectory, run.constants
    tested = np.array(path.noise) + k.t_thresh
    tilde = (value(*w) for w in path.tilde)
    falls = [number_text(f - value(path.x[t], path.y[t]), 2, zero=TINY)
             for f, t in zip(tilde, tested, strict=True)]
    return (f"After noise in {_passes(path.noise)} f fell by {' and '.join(falls)}: "
            f"PGD returns where f falls by less than {number_text(k.f_thresh, 2)}.")


PREDICT = Predict(
    "Gradient descent from (1, 0) walks straight into the saddle. Perturbed gradient descent adds "
    "a little noise where the gradient is small. How often will it do so before it returns a "
    "point?",
    ("Once", "Twice", "More often"),
    _how_often, _why, todo="Drag the pass t to the right.")

PRESETS = (
    Preset("First noise", "The gradient is small at last, and line 4.1.2 moves w by less than r",
           step=59),
    Preset("Return",
           "After the second noise f did not fall enough: the point before it is returned",
           step=976),
)
LISTINGS = {
    "as it should be": "right", "as printed: no ⌈ ⌉": "no ceiling",
    "as printed: w̃ overwritten": "overwritten", "as printed: ends at d₀": "ends at d_0",
    "noise from a cube": "cube", "no noise": "no noise"}
PASSES = tuple(sorted({          # among them the second noise and the return, as it opens
    *range(130), *range(130, 1000, 6), 517, 518, 519, 975, 976,
    *(int(v) for v in log_grid(3, 4, 30)), LAST}))


@explorer_factory
def pgd_debugger(
        x=1, y=0, eps=.1, c=.5, seed=0, step=58, listing="right", *, perturb=None, predict=False):
    """Perturbed gradient descent on f = x^2/2 - y^2/2 + y^4/4 from (x, y), seen in pass `step`.

    beta = 3.4 and rho = 7.2 (they hold for |y| <= 1.2), delta = 1/10, Delta_f = 1. `listing` is
    "right", or has a slip of the lecture's print, "no ceiling", "overwritten", "ends at d_0", or
    other noise, "cube", "no noise". A student's perturb(w, r, rng) takes the place of line 4.1.2
    and is drawn beside the reference run. Lecture 6.2.3, Jin et al. 2017.

    >>> pgd_debugger(step=976).readout
    'PGD returns (0, −1) in pass 976, after noise in passes 59 and 518.
    There ‖∇f‖ is below 10⁻¹² and λₘᵢₙ = 1 ≥ −√(ρε) = −0.8485: it is ε-second-order stationary.'
    """
    critical = {"1/ρ": 1 / LIPSCHITZ, "β²/ρ": SMOOTH**2 / LIPSCHITZ}
    controls = [
        Slider("x", "start x", PLACES, x),
        Slider("y", "start y", PLACES, y),
        Slider("eps", "ε", EPSILONS, eps, critical),
        Slider("c", "constant c", linear_grid("0.25", 1, "0.05"), c),
        Slider("seed", "noise seed", tuple(range(100)), seed),
        Slider("step", "pass t", PASSES, step, play=True, text=count_text)]
    own = None if perturb is None else OwnNoise(perturb)
    if own is None:
        controls.append(Choice("listing", "listing", LISTINGS, listing))
    return Explorer(
        controls, compute=partial(Debugged, own=own), draw=partial(draw, student=bool(own)),
        readout=_readout, main=("step", "seed") if own else ("step", "listing", "eps"),
        presets=() if own else PRESETS, predict=PREDICT if predict else None, ratios=(.78, 1.75))
