"""6.2.3-e: the loop of perturbed gradient descent, compared with the listing pass by pass."""
from types import SimpleNamespace

import numpy as np

from lnnlib.landscapes import Quadratic, SaddleValley

from ...answers.kinds import array, function, instance, number_text
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, on_every_case

PARAMETERS = ("f", "w", "xi", "eta", "g_thresh", "f_thresh", "t_thresh", "passes")

CODE = """
import numpy as np

def pgd_points(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
    points = []
    t_noise = -t_thresh - 1
    for t in range(passes):
        if np.linalg.norm(f.grad(w)) <= g_thresh and t - t_noise > t_thresh:
            w_tilde, t_noise = w, t
            w = w_tilde + xi
        points.append(w)
        if t - t_noise == t_thresh and f(w) - f(w_tilde) > -f_thresh:
            return points + [w_tilde]
        w = w - eta * f.grad(w)
    return points
"""

# One object each: the data of two calls are the same.
BOWL, VALLEY = Quadratic([2]), SaddleValley()
SLOPES, SADDLE = Quadratic([-2, 16]), Quadratic([1, 3, -.5])


def _draw(rng):
    """Five runs; signs and scales are drawn, which passes have noise does not depend on them.

    On bowl and slopes all numbers are dyadic, so that the ties are ties in floats too.
    """
    a, b, c = (2.0**-int(k) for k in rng.integers(0, 3, 3))
    far, near = (float(x) for x in rng.uniform((.6, .06), (1, .1)).round(3))
    on_1, on_2, on_3 = (rng.choice((-1, 1), d) for d in (1, 2, 3))
    # From a minimum; at the test f is still higher by more than f_thresh.
    rest = (BOWL, np.zeros(1), on_1 * a, .25, .5 * a, .125 * a**2, 1, 8)
    # The gradient halves with every pass, and is g_thresh after 2.
    bowl = (BOWL, on_1 * b, on_1 * .125 * b, .25,
            .5 * b, .125 * b**2, 3, 20)
    # The gradient is g_thresh at first, and after 2 passes f has fallen by f_thresh. Then it rises:
    # a step of .25 is too large for the second direction.
    slopes = (SLOPES, on_2 * [.25 * a, 0] + 0.0, on_2 * [.5 * a, a / 64], .25,
              .5 * a, (27 / 16 * a)**2 - 8 * (9 / 64 * a)**2 - (.25 * a)**2, 2, 6)
    # Down to the saddle, noise, down to a minimum, noise.
    valley = (VALLEY, on_2 * [far, 0] + 0.0, on_2 * [.02, near], .3,
              .1, .03, 8, 60)
    # The gradient is larger than g_thresh, none of its entries is; large again after the noise.
    saddle = (SADDLE, on_3 * c * [.6, .2, 1], on_3 * c * [.1, .2, .3],
              .2, .85 * c, c**2, 3, 25)
    return SimpleNamespace(cases=[rest, bowl, slopes, valley, saddle])


def _loop(*changes):
    """The loop of the solution; each change is a piece of it and what stands there instead."""
    code, scope = CODE, {}
    for right, wrong in changes:
        code = code.replace(right, wrong)
    exec(code, scope)
    return scope["pgd_points"]


LISTING = _loop()


def _fault(points, *case):
    """What is wrong with the points of one run."""
    f, w, *rest = case
    wanted = np.array(LISTING(*case))
    if points.shape[1] != w.size:
        said = f"a point has {w.size} entries, and your rows have {points.shape[1]}."
    else:
        same = [_same(*rows) for rows in zip(points, wanted, strict=False)]
        if all(same) and len(points) == len(wanted):
            return None
        said = _first_difference([*same, False].index(False), points, wanted, case)
    name = "SaddleValley()" if f is VALLEY else f"Quadratic({number_text(f.eigenvalues)})"
    return f"For f={name}, {instance(PARAMETERS[1:], (w, *rest))}: {said}"


def _same(one, two):
    return np.allclose(one, two, rtol=1e-9, atol=1e-12)


def _first_difference(t, points, wanted, case):
    """The line of the listing that row t is about; the rows before it are right."""
    f, w, xi, eta, *_, passes = case
    if t == len(wanted):
        return f"your list goes on after row {t - 1}, where the run is over."
    if t == len(wanted) - 1 < passes - 1:
        return (f"line 4.2: in pass {t - 1} both conditions hold, and your run goes on."
                if len(points) > len(wanted) else
                "line 4.2.1: your last row is not the point that the listing returns.")
    if len(points) <= t or t + 1 == len(points) < len(wanted):
        return (f"line 4.2: your list has no row {len(points)}, "
                "and the listing's goes on.")
    before = wanted[t - 1] - eta * f.grad(wanted[t - 1]) if t else w       # at line 4.1
    if not _same(wanted[t], before):
        return (f"line 4.1: in pass {t} both conditions hold, and your `w` has no noise."
                if _same(points[t], before) else
                f"line 4.1.2: in pass {t} your `w` is not w̃ + ξ.")
    if _same(points[t], before + xi):
        return f"line 4.1: in pass {t} your `w` has noise, and one of the conditions does not hold."
    return (f"line 4.3: row {t} is not one gradient step after row {t - 1}." if t else
            "row 0 is not the start.")


def _mistake(name, hint, *changes):
    return Mistake(name, hint, lambda given: {"pgd_points": _loop(*changes)})


GRADIENT, WAIT = "np.linalg.norm(f.grad(w)) <= g_thresh", "t - t_noise > t_thresh"
KEEP, NOISE = "w_tilde, t_noise = w, t", "w = w_tilde + xi"
TIME, FALL = "t - t_noise == t_thresh", "f(w) - f(w_tilde) > -f_thresh"
ROW, STEP = "        points.append(w)\n", "        w = w - eta * f.grad(w)\n"
BEGIN = "        if np"
START = "t_noise = -t_thresh - 1"
OWN = (START, f"{START}\n    w = w.copy()")               # the data stay what they are

MISTAKES = (
    _mistake(
        "noise too early",
        "Line 4.1: your run makes a new noise as soon as t − t_{noise} = `t_thresh`. "
        "What should line 4.2 do in that very pass?",
        (WAIT, "t - t_noise >= t_thresh")),
    _mistake(
        "no wait",
        "Line 4.1: your run makes noise in every pass with a small gradient. "
        "What does the second condition wait for?",
        (f" and {WAIT}", "")),
    _mistake(
        "no gradient test",
        "Line 4.1: your run makes noise as if the gradient did not matter. "
        "Which of its two conditions is missing?",
        (f"{GRADIENT} and ", "")),
    _mistake(
        "< in 4.1",
        "Line 4.1: where ‖∇f(w)‖ and `g_thresh` are equal your run makes no noise. "
        "Is the inequality strict?",
        (GRADIENT, "np.linalg.norm(f.grad(w)) < g_thresh")),
    _mistake(
        "largest entry",
        "Line 4.1: your run decides as if the gradient's largest entry were its norm. "
        "Which norm does the listing mean?",
        (GRADIENT, "np.abs(f.grad(w)).max() <= g_thresh")),
    _mistake(
        "squared norm",
        "Line 4.1: your run decides as if `g_thresh` were compared with ‖∇f(w)‖². "
        "What does the listing compare it with?",
        (GRADIENT, "f.grad(w) @ f.grad(w) <= g_thresh")),
    _mistake(
        "t_noise as before",
        "Line 4.1.1: your run makes noise wherever the gradient is small, and never returns, "
        "as if `t_noise` kept its first value. Where does it change?",
        (KEEP, "w_tilde = w")),
    _mistake(
        "w̃ after the noise",
        "Line 4.1.1: your w̃ is the point after the noise. Which comes first, 4.1.1 or 4.1.2? "
        "And what does `w += ..` do to `w_tilde`?",
        (KEEP, "t_noise = t"), (NOISE, "w_tilde = w = w + xi")),
    _mistake(
        "w̃ moves along",
        "Line 4.2: when your run makes its test, w̃ is the point where the run is. "
        "After `w_tilde = w`, what does `w += ..` or `w -= ..` do to `w_tilde`?",
        OWN, (NOISE, "w += xi"),
        (ROW, "        points.append(w.copy())\n"), (STEP, "        w -= eta * f.grad(w)\n")),
    _mistake(
        "kept in place",
        "Your rows do not stay what they were. Does `w -= ..` make a new array, "
        "or does it change the one that your list holds?",
        OWN, (STEP, "        w -= eta * f.grad(w)\n")),
    _mistake(
        "kept too early",
        "In a pass with noise your row is the point before the noise. "
        "Keep `w` after line 4.1.2.",
        (ROW, ""), (BEGIN, ROW + BEGIN)),
    _mistake(
        "kept too late",
        "Your rows are the points after line 4.3. Keep `w` before that line.",
        (ROW, ""), (STEP, STEP + ROW)),
    _mistake(
        "round too short",
        "Line 4.2: your run makes its test one pass too early. "
        "How many gradient steps lie between the noise and the test?",
        (TIME, "t - t_noise == t_thresh - 1")),
    _mistake(
        "round too long",
        "Line 4.2: your run makes its test one pass too late. "
        "From which pass does `t_noise` count?",
        (KEEP, "w_tilde, t_noise = w, t + 1")),
    _mistake(
        "≥ in 4.2",
        "Line 4.2: where f has fallen by exactly `f_thresh` your run returns. "
        "Is the inequality strict?",
        (FALL, "f(w) - f(w_tilde) >= -f_thresh")),
    _mistake(
        "sign of f_thresh",
        "Line 4.2: your run goes on unless f has risen by more than `f_thresh`. "
        "Which sign has `f_thresh` in the listing?",
        (FALL, "f(w) - f(w_tilde) > f_thresh")),
    _mistake(
        "returns where f falls",
        "Line 4.2: your run returns where f has fallen by more than `f_thresh`. "
        "What does such a fall say about w̃?",
        (FALL, "f(w) - f(w_tilde) < -f_thresh")),
    _mistake(
        "absolute value",
        "Line 4.2: where f has risen by more than `f_thresh` your run goes on. "
        "Does the listing, too?",
        (FALL, "abs(f(w) - f(w_tilde)) < f_thresh")),
    _mistake(
        "one more test",
        "Line 4.2: your run makes its test in later passes, too. "
        "In which pass alone does the listing make it?",
        (TIME, "t_noise >= 0 and t - t_noise >= t_thresh")),
    _mistake(
        "returns w",
        "Line 4.2.1: your run returns the point where it is. Which point does the listing return?",
        ("[w_tilde]", "[w]")),
    _mistake(
        "returned point missing",
        "Line 4.2.1: your list ends with the right pass. "
        "The point that is returned should be one more row.",
        (" + [w_tilde]", "")),
    _mistake(
        "old gradient",
        "Line 4.3: after a noise your step uses the gradient from before it. "
        "At which point does line 4.3 take the gradient?",
        (BEGIN, f"        g = f.grad(w)\n{BEGIN}"), (STEP, "        w = w - eta * g\n")),
    _mistake(
        "uphill",
        "Line 4.3: your steps go up, not down.",
        (STEP, "        w = w + eta * f.grad(w)\n")),
    _mistake(
        "returns at once",
        "Line 3: your run returns in pass 0, before any noise. "
        "What is t − t_{noise} there, and what should it be?",
        (START, "t_noise, w_tilde = -t_thresh, w")),
    _mistake(
        "waits at first",
        "Line 3: your run begins as if there had been a noise in pass 0. "
        "Why does line 3 choose a negative number?",
        (START, "t_noise, w_tilde = 0, w")),
    _mistake(
        "one pass less",
        "Where nothing is returned, your loop makes one pass less than `passes`. "
        "The first pass has t = 0.",
        ("range(passes)", "range(1, passes)")),
)

EXERCISE = Exercise(
    id="6.2.3-e",
    title="The loop, line by line",
    asks=(Ask("pgd_points", function(", ".join(PARAMETERS), returns=array(None, None)), hints=(
        "Before the loop: an empty list, and line 3. In every pass: line 4.1, then keep `w`, "
        "then line 4.2, then line 4.3.",
        "`np.linalg.norm(f.grad(w))` is ‖∇f(w)‖. It is computed anew wherever the listing "
        "names it, since `w` may have moved.",
        "Write `w = w - ..`, not `w -= ..`: your list and `w_tilde` should keep the old array.")),),
    draw=_draw,
    judge=on_every_case("pgd_points", _fault),
    mistakes=MISTAKES,
    right="Pass by pass your run is the listing's, at equality too. "
          "Lines 1 and 2 only choose its numbers. "
          "Next: run `pgd_debugger` and say before each step which line acts.",
    solution=r"""
The conditions of line 4.1 allow equality in the first and not in the second. So a round lasts
until line 4.2 has made its test, $t_{\text{thresh}}$ gradient steps after the noise. The test
compares with $\tilde w$, the point before the noise, and returns that one: it has a small gradient.
`w = w - ...` makes a new array in every pass, so the rows and $\tilde w$ stay what they were.
""",
    code=CODE,
)
