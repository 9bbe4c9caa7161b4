"""The Hessian form of the square loss, and what 6.2.5-b and -d know to be mistaken for it.

With F, S and G = W_{1:N} - M the form is ||F||^2 + 2 <G, S>. All here are functions of
(weights, D, target).
"""
import numpy as np

from .networks import exchanged


def _parts(weights, D, target):
    """F, S and G: what of the moved product holds one D, what two, and what none, minus M."""
    P = np.eye(weights[0].shape[1])
    F, S = 0 * P, 0 * P
    for W, D_n in zip(weights, D, strict=True):
        P, F, S = W @ P, W @ F + D_n @ P, W @ S + D_n @ F
    return F, S, P - target


def first(*case):
    """||F||^2."""
    F, _, _ = _parts(*case)
    return float((F**2).sum())


def mixed(*case):
    """<G, S>."""
    _, S, G = _parts(*case)
    return float((G * S).sum())


def hess_form(*case):
    """The form itself."""
    return first(*case) + 2 * mixed(*case)


def _alone(weights, D, target):
    """The sum of ||F_j||^2 over the terms F_j of F: one layer moves."""
    return sum(float((exchanged(weights, j, D_j) ** 2).sum()) for j, D_j in enumerate(D))


def _neighbours(weights, D, target):
    """<G, S> with the pairs j' = j + 1 alone."""
    _, _, G = _parts(weights, D, target)
    return sum(float((G * exchanged(weights, j, *D[j:j + 2])).sum()) for j in range(len(D) - 1))


def _squares(weights, D, target):
    """What the pairs j = j' would add to <G, S>."""
    _, _, G = _parts(weights, D, target)
    return sum(float((G * exchanged(weights, j, D_j @ D_j)).sum()) for j, D_j in enumerate(D))


# Name, hint, wrong form.
MISTAKEN = (
    ("missing 2",
     "Both terms are there, but ⟨∇l, S⟩ enters the Hessian form twice. "
     "In Taylor’s formula the form is halved, and ⟨∇l, S⟩ stands there whole.",
     lambda *case: first(*case) + mixed(*case)),
    ("first term alone",
     "That is ∇²l[F, F] alone, and it is never negative. The product of the layers is no "
     "linear function of the weights: where do two layers move at once?",
     first),
    ("j <= j'",
     "You summed over j ≤ j′, as the lecture prints. "
     "Each layer stands in the product once: can it be moved twice in one term?",
     lambda *case: hess_form(*case) + 2 * _squares(*case)),
    ("half of it",
     "That is Taylor’s second-order term, half of the Hessian form.",
     lambda *case: hess_form(*case) / 2),
    ("each pair twice",
     "Your S counts each pair of layers twice, as j < j′ and as j′ < j. "
     "The factor 2 in front of ⟨∇l, S⟩ has done so already.",
     lambda *case: first(*case) + 4 * mixed(*case)),
    ("neighbours alone",
     "Your S holds only pairs of neighbouring layers. "
     "Which other two layers can move at once?",
     lambda *case: first(*case) + 2 * _neighbours(*case)),
    ("squares of the terms",
     "In the place of ‖F‖² you added the squares of the terms of F. "
     "Is the square of a sum the sum of the squares?",
     lambda *case: _alone(*case) + 2 * mixed(*case)),
    ("no layer with itself",
     "Your number counts pairs of different layers alone. S has no others. "
     "But what is left of ‖F‖² where a single layer moves?",
     lambda *case: hess_form(*case) - _alone(*case)),
    ("target left out",
     "Your ∇l is the product itself. Where does M enter the gradient of ½‖W − M‖² at W?",
     lambda weights, D, target: hess_form(weights, D, 0 * target)),
    ("order of the product",
     "You multiplied the layers in the order W₁W₂···. "
     "Which layer acts first on the input, and so stands on the right?",
     lambda weights, D, target: hess_form(weights[::-1], D[::-1], target)),
)
