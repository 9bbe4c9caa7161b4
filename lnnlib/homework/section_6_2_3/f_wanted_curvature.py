"""6.2.3-f: which eps excludes a saddle of a given curvature, and what happens at equality."""
import math
from types import SimpleNamespace

from ...answers.kinds import function, instance, number, number_text, truth
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

ROUNDING = 1e-9                      # relative, on both sides of the limit
FACTORS = (.5, .98, 1.02, 2.)        # of the limit: smaller and larger eps
# gamma, rho, eps with rho eps = gamma^2: every root and product of them is exact in floats.
TIES = ((.5, 4., .0625), (3., .25, 36.), (.75, 16., .03515625))


def _draw(rng):
    """Pairs gamma, rho away from 1, where their powers are the same."""
    flat, steep, *rhos = rng.uniform((.3, 1.5, .1, 3, 3), (.7, 3, .5, 6, 6)).round(2)
    pairs = ((flat, rhos[1]), (steep, rhos[2]), (flat, rhos[0]))
    return SimpleNamespace(cases=[(float(gamma), float(rho)) for gamma, rho in pairs])


def _saddles(given):
    """The gamma, rho, eps that `excluded` is asked about."""
    return [*((gamma, rho, factor * gamma**2 / rho) for gamma, rho in given.cases
              for factor in FACTORS), *TIES]


def _judge(given, answers):
    for gamma, rho in given.cases:
        eps = answers["eps_limit"](gamma, rho)
        case = f"For {instance(('gamma', 'rho'), (gamma, rho))} you return {number_text(eps)}."
        if eps <= 0:
            return "eps_limit", f"{case} Definition 6.8 speaks of ε > 0."
        if rho * eps < gamma**2 * (1 - ROUNDING):
            return "eps_limit", f"{case} A somewhat larger ε excludes the saddle too."
        if rho * eps > gamma**2 * (1 + ROUNDING):
            return "eps_limit", (f"{case} For an ε a little below that the saddle "
                                 "is ε-second-order stationary.")
    for saddle in _saddles(given):
        found = answers["excluded"](*saddle)
        if found != _excluded(*saddle):
            gamma, rho, eps = saddle
            return "excluded", (f"For {instance(('gamma', 'rho', 'eps'), saddle)} you return "
                                f"{found}. There γ = {gamma:.4g} and "
                                f"√(ρε) = {math.sqrt(rho * eps):.4g}.")
    return None


def _excluded(gamma, rho, eps):
    return rho * eps < gamma**2


def _limit(name, hint, wrong):
    return Mistake(name, hint, {"eps_limit": wrong})


def _of_excluded(name, hint, wrong):
    """A mistake in `excluded`: it is asked about more than `given.cases`."""
    def shows(given, answers):
        return all(answers["excluded"](*saddle) == wrong(*saddle) for saddle in _saddles(given))

    return Mistake(name, hint, {"excluded": wrong}, shows)


EXERCISE = Exercise(
    id="6.2.3-f",
    title="Which ε for a wanted curvature",
    asks=(
        Ask("excluded", function("gamma, rho, eps", returns=truth()), hints=(
            "At a stationary point the first condition of Definition 6.8 holds for every ε.",
            "The point is excluded where the second condition fails. "
            "Write it down with λ_{min} = −γ, and negate it.")),
        Ask("eps_limit", function("gamma, rho", returns=number()), hints=(
            "Begin with the inequality in `excluded`, and change both signs.",
            "Both sides are positive then: square them, and solve for ε.")),
    ),
    lecture=SimpleNamespace(cases=[(.6, 4.), (2., 5.), (.5, .125)]),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _limit(
            "γ without its square",
            "`eps_limit`: ε stands under a root, and γ does not. "
            "What happens to γ when the root goes?",
            lambda gamma, rho: gamma / rho),
        _limit(
            "γ under a root",
            "`eps_limit`: you take a root of γ. On which side of the inequality is the root, "
            "and how do you get rid of it?",
            lambda gamma, rho: math.sqrt(gamma) / rho),
        _limit(
            "root of the limit",
            "`eps_limit`: the root covers ρ and ε. You have solved for √ε, not for ε.",
            lambda gamma, rho: gamma / math.sqrt(rho)),
        _limit(
            "ρ on the other side",
            "`eps_limit`: you treat γ as it should be. "
            "But where ρ is larger, is more or less room left for ε?",
            lambda gamma, rho: gamma**2 * rho),
        _limit(
            "ρ forgotten",
            "`eps_limit`: your limit is the same for every ρ. Where does ρ enter Definition 6.8?",
            lambda gamma, rho: gamma**2),
        _limit(
            "curvature 1",
            "`eps_limit`: that is right where γ = 1, as in 6.2.3-b. Where does γ enter?",
            lambda gamma, rho: 1 / rho),
        _of_excluded(
            "equality excluded",
            "`excluded`: where −γ and −√(ρε) differ, your answers are right. "
            "Does the second condition hold where they are equal?",
            lambda gamma, rho, eps: rho * eps <= gamma**2),
        _of_excluded(
            "root forgotten",
            "`excluded`: you decide as if γ were compared with ρε. "
            "What does the second condition compare it with?",
            lambda gamma, rho, eps: rho * eps < gamma),
        _of_excluded(
            "turned around",
            "`excluded`: you return True exactly where the saddle is ε-second-order stationary. "
            "Such a point PGD may return.",
            lambda gamma, rho, eps: rho * eps >= gamma**2),
        _of_excluded(
            "always",
            "`excluded`: you return True for every ε that was tried. "
            "Definition 6.8 allows some negative curvature. How much?",
            lambda gamma, rho, eps: True),
        _of_excluded(
            "never",
            "`excluded`: you return False for every ε that was tried. "
            "When does the second condition of Definition 6.8 fail?",
            lambda gamma, rho, eps: False),
    ),
    right="Half the curvature asks for a quarter of the ε, "
          "and the passes that Theorem 6.9 allows grow like 1/ε², up to logarithms. "
          "Next: the valley's saddle has γ = 1. Set ε to its limit in `second_order_map`.",
    solution=r"""
The gradient is 0, so the first condition always holds. The second one fails where
$-\gamma<-\sqrt{\rho\epsilon}$, that is $\sqrt{\rho\epsilon}<\gamma$. Both sides are positive,
so this says $\rho\epsilon<\gamma^2$, or $\epsilon<\gamma^2/\rho$. At equality the second condition
holds, and PGD may return the saddle. The condition $\epsilon\le\beta^2/\rho$ of Theorem 6.9 then
holds by itself, since $\gamma\le\beta$ (Lemma 6.4).
""",
    code="""
def excluded(gamma, rho, eps):
    return rho * eps < gamma**2

def eps_limit(gamma, rho):
    return gamma**2 / rho
""",
)
