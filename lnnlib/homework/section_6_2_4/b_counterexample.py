"""6.2.4-b: two points that certify that Phi is not convex."""
from decimal import Decimal
from types import SimpleNamespace

import numpy as np

from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import two_zeros

from ...answers.kinds import array
from ..exact import exact, phi
from ..exercise import Ask, Exercise
from ..mistakes import Mistake


def _net(target):
    return SimpleNamespace(target=target, hidden=(2,),
                           net=LinearNetwork(SquaredLoss(target), hidden=(2,)))


def _draw(rng):
    """A target of full rank, so that no layer of it may be 0."""
    while True:
        target = rng.integers(-3, 4, (2, 2))
        if abs(np.linalg.det(target)) > 1:
            return _net(target.tolist())


def _layers(answers):
    """The exact matrices (W_1, W_2) of U and of V."""
    return [exact(answers[name]).reshape(2, 2, 2) for name in "UV"]


def _text(fraction):
    """Four digits of a Fraction, also where no float is as large."""
    return f"{Decimal(fraction.numerator) / Decimal(fraction.denominator):.4g}"


def _judge(given, answers):
    U, V = _layers(answers)
    halfway = phi((U + V) / 2, given.target)
    mean = (phi(U, given.target) + phi(V, given.target)) / 2
    if halfway > mean:
        return None
    relation = "equal to" if halfway == mean else f"{_text(mean - halfway)} below"
    return "U", (f"`U`, `V`: halfway between them Φ is {_text(halfway)}, "
                 f"{relation} the mean of Φ(U) and Φ(V). "
                 "Convexity allows that, so it proves nothing.")


def _layers_that_differ(answers):
    U, V = _layers(answers)
    return np.any(U != V, axis=(1, 2)).sum()


def _zeros_with_a_dip(given):
    """Two weights of the zero map whose midpoint is a global minimizer."""
    A, B = two_zeros(given.net, given.net.balanced(given.target))
    return {"U": A, "V": B}


def _both_zero(given, answers):
    return not any(np.any(W_2 @ W_1) for W_1, W_2 in _layers(answers))


EXERCISE = Exercise(
    id="6.2.4-b",
    title="Find a counterexample",
    asks=(
        Ask("U", array(8), hints=(
            "Φ depends on the weights only through their product. "
            "Which different weights have the same product?",
            "Look for two points where Φ is small and "
            "whose midpoint is a point where Φ is large.")),
        Ask("V", array(8),
            hints=("How does the product W₂ W₁ change when both factors change sign?",)),
    ),
    lecture=_net([[2, 1], [0, 1]]),
    draw=_draw,
    judge=_judge,
    classics=False,
    mistakes=(
        Mistake(
            "the same point",
            "`U` and `V` are the same point, and so is their midpoint. "
            "Every function meets that with equality.",
            lambda given: dict.fromkeys("UV", given.net.join([np.eye(2), np.eye(2)])),
            lambda given, answers: _layers_that_differ(answers) == 0),
        Mistake(
            "one layer alone",
            "`U` and `V` differ in one layer alone. Along one layer the product is "
            "an affine function, so Φ is l of an affine function. Is that convex?",
            lambda given: {"U": given.net.join([np.eye(2), np.eye(2)]),
                           "V": given.net.join([np.eye(2), -np.eye(2)])},
            lambda given, answers: _layers_that_differ(answers) == 1),
        Mistake(
            "two zeros and a dip",
            "`U` and `V` both have the product 0, and Φ is no larger at their midpoint. "
            "A convex function may do that. "
            "Which points have a midpoint that lies higher than they do?",
            _zeros_with_a_dip,
            _both_zero),
        Mistake(
            "mirror images too high",
            "`U` and `V` are mirror images, so their midpoint is the origin. "
            "But at your points Φ is no smaller than at the origin. Where is it smaller?",
            lambda given: {"U": given.net.join([np.eye(2), -np.array(given.target)]),
                           "V": given.net.join([-np.eye(2), given.target])},
            lambda given, answers: np.array_equal(answers["U"], -answers["V"])),
    ),
    right="Two points and their midpoint settle it: no convex function does that. "
          "Next: open `landscape_slice` and find such a chord at depth 3, "
          "where a change of all signs changes the sign of the product.",
    solution=r"""
Take any $W=(W_1,W_2)$ with $W_2W_1=M$, for instance $W_1=I$, $W_2=M$.
Both $W$ and $-W=(-W_1,-W_2)$ have the product $M$, so $\Phi(W)=\Phi(-W)=0$.
Their midpoint is the origin, and $\Phi(0)=\frac12\|M\|_F^2>0$.

The map from weights to products is not affine: the product of the midpoint is not the midpoint of
the products. That is all it takes to lose convexity.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.2.4-b")
U = data.net.join([np.eye(2), data.target])
V = -U
""",
)
