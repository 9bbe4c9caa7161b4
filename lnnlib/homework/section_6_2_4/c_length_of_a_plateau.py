"""6.2.4-c: the time that a mode of a network of two layers needs."""
import math
from types import SimpleNamespace

from lnnlib.dynamics import learning_time

from ...answers.kinds import function, instance, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

PARAMETERS = ("s", "u0", "uf")


def _draw(rng):
    """Modes (s, u0, uf) with 0 < u0 < uf < s: tiny starts, large ones, ends near s."""
    def mode(start, end):
        s = round(float(rng.uniform(.4, 4)), 2)
        return s, s * start, s * end

    return SimpleNamespace(modes=[mode(1e-6, .5), mode(.001, .9),
                                  mode(.05, .3), mode(.2, .999), mode(.5, .7)])


def _judge(given, answers):
    for mode in given.modes:
        t, right = answers["plateau"](*mode), float(learning_time(*mode))
        if not agrees(t, right, rtol=1e-3):  # four digits, rounded or by numerical integration
            return "plateau", (f"For {instance(PARAMETERS, mode)} you return {t:.4g}, "
                               f"and that is too {'late' if t > right else 'early'}: "
                               "gradient flow is not at uf then.")
    return None


def _formula(name, hint, formula):
    """A mistake that is one wrong formula, recognized where the student's function equals it."""
    def shows(given, answers):
        return all(agrees(answers["plateau"](*mode), formula(*mode), rtol=1e-4)
                   for mode in given.modes)

    return Mistake(name, hint, lambda given: {"plateau": formula}, shows)


EXERCISE = Exercise(
    id="6.2.4-c",
    title="The length of a plateau",
    asks=(Ask("plateau", function(", ".join(PARAMETERS), returns=number()), hints=(
        "Separate the variables: dt = du / (2u (s - u)), and integrate from u0 to uf.",
        "1/(u (s - u)) = (1/u + 1/(s - u)) / s. Both parts have a logarithm as their integral.",
        "Mind the sign of the second integral: the derivative of log(s - u) is -1/(s - u).")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _formula(
            "lost 2",
            "Your time is twice the right one. "
            "Two layers learn together: which factor stands before u (s - u) in the equation?",
            lambda s, u0, uf: math.log(uf * (s - u0) / (u0 * (s - uf))) / s),
        _formula(
            "pure exponential",
            "You let u grow like e^{2st} all the way. "
            "That is right while u is small. What slows it down near s?",
            lambda s, u0, uf: math.log(uf / u0) / (2 * s)),
        _formula(
            "one layer",
            "This is the time of du/dt = s - u, of one single layer. "
            "With two layers the speed has the factor 2u as well.",
            lambda s, u0, uf: math.log((s - u0) / (s - uf))),
        _formula(
            "backwards",
            "Your time is negative: you integrate from uf to u0.",
            lambda s, u0, uf: -math.log(uf * (s - u0) / (u0 * (s - uf))) / (2 * s)),
        _formula(
            "logarithm of base 10",
            "Your formula is right up to a constant factor, the same for every mode: "
            "which logarithm is the integral of 1/u?",
            lambda s, u0, uf: math.log10(uf * (s - u0) / (u0 * (s - uf))) / (2 * s)),
    ),
    right="The start enters through a logarithm, and s stands in the denominator: "
          "a mode that is three times weaker, with a start and an end three times smaller, "
          "waits three times as long. "
          "Next: section 6.2.7, where three layers and more turn the logarithm into a power.",
    solution=r"""
Separate the variables and split the fraction:

$$t=\int_{u_0}^{u_f}\frac{du}{2u(s-u)}=\frac1{2s}\int_{u_0}^{u_f}\Bigl(\frac1u+\frac1{s-u}\Bigr)du
=\frac1{2s}\log\frac{u_f\,(s-u_0)}{u_0\,(s-u_f)} .$$
""",
    code="""
import math

def plateau(s, u0, uf):
    return math.log(uf * (s - u0) / (u0 * (s - uf))) / (2 * s)
""",
)
