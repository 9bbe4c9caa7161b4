"""6.2.3-d: a second-order stationary point of a function that has no stationary point."""
import math
from fractions import Fraction
from types import SimpleNamespace

from ...answers.kinds import number
from ..exact import exact
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

ROUNDING = Fraction(1, 10**9)


def _draw(rng):
    """eps and rho for which numbers of one digit after the point do."""
    return SimpleNamespace(eps=float(rng.choice((.3, .4, .5))), rho=float(rng.choice((6., 7., 8.))))


def _failures(given, answers):
    """The demands that fail: the name of the mistake to fail it alone, a keyword, a sentence.

    All is exact. Where equality is allowed, so is ROUNDING; where it is not, as for the
    discriminant, nothing is.
    """
    a, b, c, rho, eps = exact([answers["a"], answers["b"], answers["c"], given.rho, given.eps])
    demands = (
        (6 * abs(c) <= rho * (1 + ROUNDING), "Hessian too steep", "c",
         "f″(x) = 2b + 6cx changes faster than ρ allows: f is not ρ-Hessian-Lipschitz."),
        (abs(a) <= eps * (1 + ROUNDING), "gradient too large", "a",
         "the gradient at 0 is larger than ε: the first condition of Definition 6.8 fails."),
        (b >= 0 or 4 * b**2 <= rho * eps * (1 + ROUNDING)**2, "curvature b", "b",
         "f″(0) is below −√(ρε): the second condition of Definition 6.8 fails."),
        (b < 0, "no negative curvature", "b", "f has no negative curvature at 0."),
        (b**2 < 3 * a * c or (a and b == c == 0), "a stationary point", "a",
         "f′ has a zero: f has a stationary point after all."),
    )
    return [failure for holds, *failure in demands if not holds]


def _judge(given, answers):
    for _, name, words in _failures(given, answers):
        return name, f"With your a, b, c {words}"
    return None


def _only(mistake, hint, wrong):
    """The mistake to fail that demand and no other."""
    def shows(given, answers):
        return [name for name, *_ in _failures(given, answers)] == [mistake]

    # the wrong answer stands first: the hints are about it
    return Mistake(mistake, hint, lambda given: wrong(given) | _right(given) | wrong(given), shows)


def _right(given):
    return {"a": given.eps, "b": -math.sqrt(given.rho * given.eps) / 4, "c": given.rho / 6}


EXERCISE = Exercise(
    id="6.2.3-d",
    title="Find a counterexample",
    asks=(
        Ask("a", number(), hints=(
            "f′(0) = a and f″(0) = 2b, and f″ changes by 6c per unit.",
            "f′ is a parabola. When does it have no zero? Look at its discriminant.")),
        Ask("b", number(), hints=("f″(0) = 2b must be negative, yet not too much.",)),
        Ask("c", number(), hints=("f″(x) = 2b + 6cx: compare its slope with ρ.",)),
    ),
    lecture=SimpleNamespace(eps=.1, rho=6.),
    draw=_draw,
    judge=_judge,
    classics=False,
    mistakes=(
        _only("a stationary point",
              "Demands 1 to 3 hold. But f′(x) = a + 2bx + 3cx² has a zero. "
              "Which inequality between a, b and c excludes one?",
              lambda given: {"a": given.eps / 50}),
        _only("no negative curvature",
              "Only demand 3 fails: at 0 your f bends upwards, or not at all. "
              "How much may it bend downwards?",
              lambda given: {"b": 0.}),
        _only("Hessian too steep",
              "Only demand 1 fails. What is the slope of f″, with its factor?",
              lambda given: {"c": given.rho}),
        _only("gradient too large",
              "Only the first condition of Definition 6.8 fails at 0. How large may f′(0) be?",
              lambda given: {"a": 2 * given.eps}),
        _only("curvature b",
              "Only the second condition of Definition 6.8 fails at 0. "
              "The curvature there is 2b, not b.",
              lambda given: {"b": -math.sqrt(given.rho * given.eps) * .7}),
    ),
    right="So the definition speaks of one point and not of its surroundings. "
          "From there f falls on, and a smaller ε would notice. "
          "Next: 6.2.3-e, where you write the loop.",
    solution=r"""
Take $a$ and $c$ as large as allowed: $a=\epsilon$ and $6c=\rho$. The parabola $f'(x)=a+2bx+3cx^2$
has no zero if $b^2<3ac=\rho\epsilon/2$. The second condition asks $2b\ge-\sqrt{\rho\epsilon}$, that
is $b^2\le\rho\epsilon/4$. So every $b<0$ that it allows will do, for instance half of the most.
""",
    code="""
from math import sqrt
from lnnlib.homework import given

data = given("6.2.3-d")
a, b, c = data.eps, -sqrt(data.rho * data.eps) / 4, data.rho / 6
""",
)
