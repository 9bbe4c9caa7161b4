"""6.2.3-a: the six constants."""
import math
from types import SimpleNamespace

from lnnlib.perturbed import pgd_constants

from ...answers.kinds import number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

NAMES = ("chi", "eta", "r", "g_thresh", "f_thresh", "t_thresh")
ENOUGH = 1e-3                    # relative; t_thresh is a whole number and judged exactly


def _draw(rng):
    """Numbers where 3 log, log, 3 log10 are larger than 12, and `round` goes down.

    A constant that is left out, or without its root, makes no factor of 1, 2 or 1/2.
    """
    while True:
        beta, rho = (float(x) for x in rng.choice((3, 5, 6, 7), 2, replace=False))
        given = SimpleNamespace(dim=int(rng.integers(5, 60)), beta=beta, rho=rho,
                                eps=float(rng.choice((.01, .02, .005))),
                                c=float(rng.choice((.2, .3, .4))),
                                delta=float(rng.choice((.1, .05, .01))),
                                gap=float(rng.integers(2, 9)))
        if .1 < _unrounded(given) % 1 < .4 and 3 * _log(given, math.log10) > 12.6:
            return given


def _log(given, logarithm=math.log):
    return logarithm(given.dim * given.beta * given.gap / (given.c * given.eps**2 * given.delta))


def _unrounded(given):
    return pgd_constants(**vars(given), ceiling=False).t_thresh


def _judge(given, answers):
    for name in NAMES:
        right, value = getattr(pgd_constants(**vars(given)), name), answers[name]
        if not math.isclose(value, right, rel_tol=0 if name == "t_thresh" else ENOUGH):
            side = "small" if value < right else "large"
            return name, f"`{name}` = {value:.8g} is too {side} for the numbers given."
    return None


def _shows_unrounded(given, answers):
    value = answers["t_thresh"]
    return value % 1 > 0 and math.ceil(value) == math.ceil(_unrounded(given))


EXERCISE = Exercise(
    id="6.2.3-a",
    title="The six constants",
    asks=tuple(Ask(name, number(), hints=hints) for name, hints in zip(NAMES, (
        ("First compute the argument of the logarithm, d β Δ_{f} / (c ε² δ).",
         "Then compare its logarithm with 4."),
        ("Line 1: the step size is a multiple of 1/β.",),
        ("Line 1: √c is divided by χ², and ε by β.",),
        ("Line 2: the threshold of the gradient is β times the radius of the noise.",),
        ("Line 2: c is divided by χ³, and the root is over ε³/ρ.",),
        ("Line 2: χ/c² times β/√(ρε).",
         "It is compared with a whole number.")), strict=True)),
    lecture=SimpleNamespace(dim=20, beta=5.0, rho=7.0, eps=.01, c=.2, delta=.1, gap=4.0),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "log10",
            "`chi`: log is the natural logarithm here, as everywhere in the lecture. "
            "Which one did you take?",
            lambda given: {"chi": 3 * max(_log(given, math.log10), 4)}, rtol=ENOUGH),
        Mistake(
            "no factor 3",
            "`chi`: the maximum of the logarithm and 4 is right. What stands in front of it?",
            lambda given: {"chi": max(_log(given), 4)}, rtol=ENOUGH),
        Mistake(
            "eps not squared",
            "`chi`: in your logarithm one number should have another power. "
            "Compare its argument with line 1.",
            lambda given: {"chi": 3 * max(_log(given) + math.log(given.eps), 4)}, rtol=ENOUGH),
        Mistake(
            "unrounded",
            "`t_thresh` is compared with the whole number t − t_{noise}, and yours is not whole. "
            "What would line 4.2 do?",
            lambda given: {"t_thresh": _unrounded(given)}, _shows_unrounded),
        Mistake(
            "rounded down",
            "`t_thresh`: here `round`, `int` and `floor` all give your number. "
            "Which rounding do the brackets of line 2 stand for?",
            lambda given: {"t_thresh": math.floor(_unrounded(given))}),
    ),
    right="Look at the sizes: the noise moves a point by a few millionths at most, "
          "and the wait makes up for it. "
          "Next: halve ε in `pgd_debugger` and see which constants move most.",
    solution=r"""
The argument of the logarithm is $d\beta\Delta_f/(c\epsilon^2\delta)$. Its natural
logarithm is larger than 4, so $\chi$ is 3 times that logarithm. The rest is substitution.
$t_{\text{thresh}}$ is rounded up: line 4.2 compares it with the whole number $t-t_{\text{noise}}$.
""",
    code="""
from math import ceil, log, sqrt
from lnnlib.homework import given

data = given("6.2.3-a")
chi = 3 * max(log(data.dim * data.beta * data.gap / (data.c * data.eps**2 * data.delta)), 4)
eta = data.c / data.beta
r = sqrt(data.c) / chi**2 * data.eps / data.beta
g_thresh = sqrt(data.c) / chi**2 * data.eps
f_thresh = data.c / chi**3 * sqrt(data.eps**3 / data.rho)
t_thresh = ceil(chi / data.c**2 * data.beta / sqrt(data.rho * data.eps))
""",
)
