"""6.2.3-a: the six constants."""
import math
from types import SimpleNamespace

from lnnlib.perturbed import pgd_constants

from ...answers.kinds import number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

NAMES = ("chi", "eta", "r", "g_thresh", "f_thresh", "t_thresh")
ENOUGH = 1e-3                    # four digits are enough, but for t_thresh, which is whole


def _reference(given):
    return pgd_constants(**vars(given))


def _draw(rng):
    """Numbers where 3 log, log, 3 log10 are larger than 12 and t_thresh is far from whole."""
    while True:
        beta, rho, gap = (float(x) for x in rng.integers(2, 9, 3))
        given = SimpleNamespace(dim=int(rng.integers(5, 60)), beta=beta, rho=rho,
                                eps=float(rng.choice((.01, .02, .005))),
                                c=float(rng.choice((.2, .25, .5))),
                                delta=float(rng.choice((.1, .05, .01))), gap=gap)
        fraction = pgd_constants(**vars(given), ceiling=False).t_thresh % 1
        if .2 < fraction < .8 and 3 * _log(given, math.log10) > 12.1:
            return given


def _log(given, logarithm=math.log):
    return logarithm(given.dim * given.beta * given.gap / (given.c * given.eps**2 * given.delta))


def _judge(given, answers):
    wanted = _reference(given)
    for name in NAMES:
        right, value = getattr(wanted, name), answers[name]
        if name == "t_thresh":
            if value != right:
                side = ("pass `t - t_noise == t_thresh` comes too early" if value < right
                        else "PGD waits longer than it should")
                return name, f"`t_thresh` = {value:g}: the {side}."
        elif not agrees(value, right, rtol=ENOUGH):
            return name, (f"`{name}` = {value:g} is too "
                          f"{'small' if value < right else 'large'} for the numbers given.")
    return None


def _unrounded(given, answers):
    value = answers["t_thresh"]
    return value != math.floor(value) and math.ceil(value) == _reference(given).t_thresh


MISTAKES = (
    Mistake(
        "log10",
        "`chi`: log is the natural logarithm here, as everywhere in the lecture. "
        "Which one did you take?",
        lambda given: {"chi": 3 * max(_log(given, math.log10), 4)}, lambda given, answers: agrees(
            answers["chi"], 3 * max(_log(given, math.log10), 4), rtol=ENOUGH)),
    Mistake(
        "no factor 3",
        "`chi`: the maximum of the logarithm and 4 is right. What stands in front of it?",
        lambda given: {"chi": max(_log(given), 4)}, lambda given, answers: agrees(
            answers["chi"], max(_log(given), 4), rtol=ENOUGH)),
    Mistake(
        "unrounded",
        "`t_thresh` is compared with the whole number t - t_noise, and yours is not whole. "
        "What would line 4.2 do?",
        lambda given: {"t_thresh": pgd_constants(**vars(given), ceiling=False).t_thresh},
        _unrounded),
    Mistake(
        "rounded down",
        "`t_thresh`: rounded the wrong way. "
        "PGD should wait at least chi/c^2 beta/sqrt(rho eps) passes.",
        lambda given: {"t_thresh": _reference(given).t_thresh - 1}),
)

EXERCISE = Exercise(
    id="6.2.3-a",
    title="The six constants",
    asks=tuple(Ask(name, number(), hints=hints) for name, hints in zip(NAMES, (
        ("First compute the argument of the logarithm: d beta gap over c eps^2 delta.",
         "Then compare its logarithm with 4."),
        ("Line 1: the step size is a multiple of 1/beta.",),
        ("Line 1: sqrt(c) is divided by chi squared, and epsilon by beta.",),
        ("Line 2: the threshold of the gradient is beta times the radius of the noise.",),
        ("Line 2: chi to the third power, and the root is over eps^3/rho.",),
        ("Line 2: chi over c squared, times beta over the root of rho eps.",
         "It is compared with a whole number.")), strict=True)),
    lecture=SimpleNamespace(dim=10, beta=2.0, rho=1.0, eps=.01, c=.25, delta=.1, gap=3.0),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="Look at the sizes: the noise moves a point by a few millionths at most, "
          "and the wait makes up for it. "
          "Next: halve epsilon in `pgd_debugger` and see which constants move most.",
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
