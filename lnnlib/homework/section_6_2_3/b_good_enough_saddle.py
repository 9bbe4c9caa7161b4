"""6.2.3-b: from which eps on a saddle is second-order stationary itself."""
import math
from types import SimpleNamespace

from ...answers.kinds import function, number, number_text
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, on_every_case

ROUNDING = 1e-8                 # relative, on both sides of the smallest epsilon


def _draw(rng):
    """Values of rho away from 1, where every power of rho is the same, a whole one first."""
    large, small = rng.uniform(2, 12, 2), rng.uniform(.2, .6, 2)
    return SimpleNamespace(cases=[(float(rng.integers(2, 10)),),
                                  *((round(float(rho), 2),) for rho in (*large, *small))])


def _fault(eps, rho):
    """At the saddle lambda_min = -1 >= -sqrt(rho eps), that is rho eps >= 1."""
    case = f"For rho={number_text(rho)} you return {number_text(eps)}."
    if eps == math.inf:
        return f"{case} But for a finite ε the saddle does satisfy both conditions."
    if rho * eps < 1 - ROUNDING:
        return f"{case} At that ε the saddle is not second-order stationary."
    if rho * eps > 1 + ROUNDING:
        return f"{case} The saddle is second-order stationary for a smaller ε too."
    return None


EXERCISE = Exercise(
    id="6.2.3-b",
    title="When a saddle is good enough",
    asks=(Ask("threshold", function("rho", returns=number(infinite=True)), hints=(
        "The gradient at the saddle is 0, so the first condition always holds. "
        "Write down the Hessian there.",
        "Put its smallest eigenvalue into the second condition and solve for ε.")),),
    draw=_draw,
    judge=on_every_case("threshold", _fault),
    mistakes=(
        Mistake(
            "never",
            "A strict saddle has a negative eigenvalue, that is right. "
            "But Definition 6.8 allows some negative curvature. How much?",
            {"threshold": lambda rho: math.inf}),
        Mistake(
            "always",
            "The first condition holds at a saddle for every ε, that is right. "
            "Definition 6.8 has a second one.",
            {"threshold": lambda rho: 0.}),
        Mistake(
            "root of rho",
            "Put your ε back into √(ρε): it is ρ^{3/4}, which depends on ρ. "
            "What must √(ρε) be compared with?",
            {"threshold": math.sqrt}),
        Mistake(
            "rho itself",
            "Your ε grows with ρ. At the same ε, does a larger ρ allow more negative curvature, "
            "or less?",
            {"threshold": lambda rho: rho}),
        Mistake(
            "root over rho alone",
            "Your ε would be right if the second condition asked λ_{min} ≥ −√ρ · ε. "
            "How far does the root reach in Definition 6.8?",
            {"threshold": lambda rho: 1 / math.sqrt(rho)}),
        Mistake(
            "coefficient",
            "Your ε would be right if the smallest eigenvalue were −½, the coefficient of y². "
            "What is the second derivative of −½y²?",
            {"threshold": lambda rho: .25 / rho}),
    ),
    right="So second-order stationary does not mean minimum: "
          "from this ε on PGD may return the saddle with full right. "
          "Next: set this ε in `second_order_map` and watch the saddle become certified.",
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
