"""6.2.3-b: from which eps on a saddle is second-order stationary itself."""
import math
from types import SimpleNamespace

from ...answers.kinds import function, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

ROUNDING = 1e-8                 # relative, on both sides of the smallest epsilon


def _draw(rng):
    """Values of rho away from 1, where every power of rho is the same."""
    small, large = rng.uniform(.2, .6, 2), rng.uniform(2, 12, 3)
    return SimpleNamespace(rhos=[round(float(rho), 2) for rho in (*large, *small)])


def _judge(given, answers):
    for rho in given.rhos:
        eps = answers["threshold"](rho)
        case = f"For rho={rho:g} you return {eps:g}."
        if math.isinf(eps):
            return "threshold", (f"{case} But for a finite epsilon "
                                 "the saddle does satisfy both conditions.")
        if rho * eps < 1 - ROUNDING:  # lambda_min = -1 >= -sqrt(rho eps) says rho eps >= 1
            return "threshold", f"{case} At that epsilon the saddle is not second-order stationary."
        if rho * eps > 1 + ROUNDING:
            return "threshold", (f"{case} The saddle is second-order stationary "
                                 "for smaller epsilon too.")
    return None


def _shows(formula):
    """The mistake that is `formula` at every rho."""
    def shows(given, answers):
        return all(math.isclose(answers["threshold"](rho), formula(rho), rel_tol=1e-6)
                   for rho in given.rhos)

    return shows


def _mistake(name, hint, formula):
    return Mistake(name, hint, lambda given: {"threshold": formula}, _shows(formula))


EXERCISE = Exercise(
    id="6.2.3-b",
    title="When a saddle is good enough",
    asks=(Ask("threshold", function("rho", returns=number(infinite=True)), hints=(
        "The gradient at the saddle is 0, so the first condition always holds. "
        "Write down the Hessian there.",
        "Put its smallest eigenvalue into the second condition and solve for epsilon.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "never",
            "A strict saddle has a negative eigenvalue, that is right. "
            "But Definition 6.8 allows some negative curvature. How much?",
            lambda rho: math.inf),
        _mistake(
            "always",
            "The first condition holds at a saddle for every epsilon, that is right. "
            "Definition 6.8 has a second one.",
            lambda rho: 0.),
        _mistake(
            "root of rho",
            "Compare the eigenvalue with the square root of the product of rho and epsilon, "
            "and solve for epsilon once more.",
            math.sqrt),
        _mistake(
            "rho itself",
            "You compare the right two things, "
            "but rho has landed on the wrong side of the fraction.",
            lambda rho: rho),
    ),
    right="So second-order stationary does not mean minimum: "
          "from this epsilon on PGD may return the saddle with full right. "
          "Next: set this epsilon in `second_order_map` and watch the saddle turn green.",
    solution=r"""
At the saddle the gradient is 0 and the Hessian is $\mathrm{diag}(1,-1)$.
So the first condition always holds, and the second asks $-1\ge-\sqrt{\rho\epsilon}$,
that is $\rho\epsilon\ge1$. The smallest such $\epsilon$ is the inverse of $\rho$.
""",
    code="""
def threshold(rho):
    return 1 / rho
""",
)
