"""6.2.4-c: the time that a mode of a network of two layers needs."""
from functools import partial
from math import log, log10
from types import SimpleNamespace

from lnnlib.dynamics import learning_time

from ...answers.kinds import function, instance, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees, on_every_case

PARAMETERS = ("s", "u0", "uf")
RTOL = 1e-3  # what the prompt forgives: four digits, rounded or by numerical integration


def _draw(rng):
    """Modes (s, u0, uf) with 0 < u0 < uf < s: large starts, ends near s, tiny starts."""
    def mode(start, end):
        s = round(float(rng.uniform(.4, 4)), 2)
        return s, float(f"{s * start:.6g}"), float(f"{s * end:.6g}")

    return SimpleNamespace(cases=[mode(.5, .7), mode(.05, .3), mode(.2, .999),
                                  mode(.001, .9), mode(1e-6, .5)])


def _fault(t, *case):
    right = float(learning_time(*case))
    if agrees(t, right, RTOL):
        return None
    return (f"For {instance(PARAMETERS, case)} you return {t:.4g}, and that is too "
            f"{'late' if t > right else 'early'}: u(t) is not `uf` then.")


_mistake = partial(Mistake, rtol=RTOL)  # a wrong formula may be rounded or integrated too

EXERCISE = Exercise(
    id="6.2.4-c",
    title="The length of a plateau",
    asks=(Ask("plateau", function(", ".join(PARAMETERS), returns=number()), hints=(
        "Separate the variables: dt = du / (2u (s − u)), and integrate from u₀ to u_{f}.",
        "1/(u (s − u)) = (1/u + 1/(s − u)) / s. Both parts have a logarithm as their integral, "
        "in numpy `np.log`.",
        "Mind the sign of the second integral: the derivative of log(s − u) is −1/(s − u).")),),
    draw=_draw,
    judge=on_every_case("plateau", _fault),
    mistakes=(
        _mistake(
            "lost 2",
            "Your time is twice the right one. "
            "Two layers learn together: which factor stands before u (s − u) in the equation?",
            {"plateau": lambda s, u0, uf: log(uf * (s - u0) / (u0 * (s - uf))) / s}),
        _mistake(
            "lost s",
            "Both logarithms are right, and a factor before them is missing. "
            "What do 1/u and 1/(s − u) add up to?",
            {"plateau": lambda s, u0, uf: log(uf * (s - u0) / (u0 * (s - uf))) / 2}),
        _mistake(
            "sign of the second integral",
            "One of your two integrals has the wrong sign. "
            "Differentiate both: do you get 1/u and 1/(s − u)?",
            {"plateau": lambda s, u0, uf: log(uf * (s - uf) / (u0 * (s - u0))) / (2 * s)}),
        _mistake(
            "pure exponential",
            "You let u grow like e^{2st} all the way. "
            "That is right while u is small. What slows it down near s?",
            {"plateau": lambda s, u0, uf: log(uf / u0) / (2 * s)}),
        _mistake(
            "one layer",
            "This is the time of du/dt = s − u, of one single layer. "
            "With two layers the speed has the factor 2u as well.",
            {"plateau": lambda s, u0, uf: log((s - u0) / (s - uf))}),
        _mistake(
            "backwards",
            "Your time is negative: you integrate from u_{f} to u₀.",
            {"plateau": lambda s, u0, uf: -log(uf * (s - u0) / (u0 * (s - uf))) / (2 * s)}),
        _mistake(
            "logarithm of base 10",
            "Your formula is right up to a constant factor, the same for every mode: "
            "which logarithm is the integral of 1/u?",
            {"plateau": lambda s, u0, uf: log10(uf * (s - u0) / (u0 * (s - uf))) / (2 * s)}),
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
