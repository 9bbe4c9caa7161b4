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


def _conditions(given, answers):
    """Every demand on a, b, c: whether it holds, the keyword it is about, and the sentence if not.

    All is exact. Where equality is allowed, so is ROUNDING; where it is not, as for the
    discriminant, nothing is.
    """
    a, b, c, rho, eps = exact([answers["a"], answers["b"], answers["c"], given.rho, given.eps])
    return (
        (6 * abs(c) <= rho * (1 + ROUNDING), "c",
         "f'' = 2b + 6cx changes faster than rho allows, so f is not rho-Hessian-Lipschitz."),
        (abs(a) <= eps * (1 + ROUNDING), "a",
         "the gradient at 0 is larger than eps: the first condition fails."),
        (b >= 0 or 4 * b**2 <= rho * eps * (1 + ROUNDING), "b",
         "f''(0) is below -sqrt(rho eps): the second condition fails."),
        (b < 0, "b", "f has no negative curvature at 0."),
        (b**2 < 3 * a * c, "a", "f' has a zero: f has a stationary point after all."),
    )


def _judge(given, answers):
    return next(((name, f"With your a, b, c {words}")
                 for holds, name, words in _conditions(given, answers) if not holds), None)


def _fails_only_at(k):
    """All demands hold but the k-th."""
    def shows(given, answers):
        return [holds for holds, _, _ in _conditions(given, answers)] == [i != k for i in range(5)]

    return shows


def _right(given):
    return {"a": given.eps, "b": -math.sqrt(given.rho * given.eps) / 4, "c": given.rho / 6}


EXERCISE = Exercise(
    id="6.2.3-d",
    title="Find a counterexample",
    asks=(
        Ask("a", number(), hints=(
            "f'(0) = a, f''(0) = 2b, and f'' changes by 6c per unit.",
            "f' is a parabola. When does it have no zero? Look at its discriminant.")),
        Ask("b", number(), hints=("f''(0) = 2b must be negative, yet not too much.",)),
        Ask("c", number(), hints=("f''(x) = 2b + 6cx: compare its slope with rho.",)),
    ),
    lecture=SimpleNamespace(eps=.1, rho=6.),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "a stationary point",
            "Conditions 1 to 3 hold. But f' = a + 2bx + 3cx² has a zero. "
            "Which inequality between a, b and c excludes one?",
            lambda given: _right(given) | {"a": given.eps / 50}, _fails_only_at(4)),
        Mistake(
            "no negative curvature",
            "Only condition 3 fails: your f bends upwards at 0, or not at all. "
            "How much may it bend downwards?",
            lambda given: _right(given) | {"b": 0.}, _fails_only_at(3)),
        Mistake(
            "Hessian too steep",
            "Only condition 1 fails: f'' has the slope 6c, not c.",
            lambda given: _right(given) | {"c": given.rho}, _fails_only_at(0)),
        Mistake(
            "curvature b",
            "Only the second condition of Definition 6.8 fails at 0. "
            "The curvature there is 2b, not b.",
            lambda given: _right(given) | {"b": -math.sqrt(given.rho * given.eps) * .7},
            _fails_only_at(2)),
    ),
    right="So the definition speaks of one point and not of its surroundings. "
          "For PGD this is no loss: f falls on from there, and a smaller epsilon would notice. "
          "Next: summary, and section 6.2.4.",
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
