"""6.2.5-d: the Hessian form of the square loss for every shape and depth, as a function."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import function, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .networks import SHAPES, between, named, product, random_weights


def _draw(rng):
    """(name, weights, D, target).

    Random points, a global minimum, the origin of a deep network, one layer moving alone.
    """
    random = [(random_weights(rng, dims), random_weights(rng, dims)) for dims in SHAPES]
    points = [(named(weights), weights, D, rng.normal(size=product(weights).shape).round(1))
              for weights, D in random]
    weights, D = random_weights(rng, (3, 2, 2)), random_weights(rng, (3, 2, 2))
    moves = random_weights(rng, (2, 2, 2, 3))
    zeros = [0 * W for W in moves]
    return SimpleNamespace(points=[
        *points,
        (named(weights, "a global minimum"), weights, D, product(weights)),
        (named(weights, "W_1 alone moving on a network"),
         weights, [D[0], 0 * D[1]], np.ones((2, 3))),
        (named(zeros, "the zero weights"), zeros, moves, np.ones((3, 2)))])


def _coefficients(weights, D):
    """[C_0, C_1, C_2, ..] with (W_N + t D_N) .. (W_1 + t D_1) = sum_k C_k t^k."""
    C = [np.eye(weights[0].shape[1])]
    for W, D_n in zip(weights, D, strict=True):
        stays, moves = [W @ one for one in C], [D_n @ one for one in C]
        zero = np.zeros_like(stays[0])
        C = [a + b for a, b in zip([*stays, zero], [zero, *moves], strict=True)]
    return [*C, np.zeros_like(C[0])]


def _parts(weights, D, target):
    """||C_1||^2 and <C_0 - target, C_2>, the two terms of the Hessian form.

    The form is twice the coefficient of t^2 in 1/2 ||sum_k C_k t^k - target||^2.
    """
    C = _coefficients(weights, D)
    return float((C[1] ** 2).sum()), float(((C[0] - target) * C[2]).sum())


def _judge(given, answers):
    for name, *point in given.points:
        first, mixed = _parts(*point)
        if not np.isclose(answers["hess_form"](*point), first + 2 * mixed, rtol=1e-7, atol=1e-9):
            return "hess_form", (f"For {name} your number is wrong: "
                                 "Phi(W + hD) minus Phi minus its first-order term "
                                 "is not h^2/2 times it, up to terms of order 3.")
    return None


def _as_printed(weights, D, target):
    first, mixed = _parts(weights, D, target)
    N = len(weights)
    diagonal = sum(between(weights, j + 1, N) @ D[j - 1] @ D[j - 1] @ between(weights, 1, j - 1)
                   for j in range(1, N + 1))
    return first + 2 * mixed + 2 * float(((product(weights) - target) * diagonal).sum())


def _weighted(factor_1, factor_2):
    """A form with other factors before its two terms."""
    def wrong(weights, D, target):
        first, mixed = _parts(weights, D, target)
        return factor_1 * first + factor_2 * mixed

    return wrong


def _mistake(name, hint, wrong):
    """A mistake that shows on the first network: its layers are 2 x 2, so wrong products fit."""
    def shows(given, answers):
        _, *point = given.points[0]
        return bool(np.isclose(answers["hess_form"](*point), wrong(*point), rtol=1e-6, atol=1e-9))

    return Mistake(name, hint, lambda given: {"hess_form": wrong}, shows)


EXERCISE = Exercise(
    id="6.2.5-d",
    title="The Hessian form, for every shape and depth",
    asks=(Ask("hess_form", function("weights, D, target", returns=number()), hints=(
        "For the square loss the form is the sum of the squares of F, plus 2 <W_{1:N} - M, S>.",
        "Let P, F, S belong to the first n layers. One more layer W, moved along D, "
        "makes the product (W + D)(P + F + S): which parts of it have no D, one D, two D's?",
        "P, F, S become W P, W F + D P and W S + D F. "
        "Begin with the identity and two zero matrices.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "missing 2",
            "Both terms are there, but the second enters twice: "
            "in Taylor's formula the form is halved, and <grad l, S> stands there whole.",
            _weighted(1, 1)),
        _mistake(
            "first term alone",
            "That is nabla^2 l[F, F] alone. "
            "It never is negative, yet Phi has saddles: where do two layers move at once?",
            _weighted(1, 0)),
        _mistake(
            "j <= j'",
            "You summed over j <= j', as the lecture prints. On rectangular layers "
            "D_j D_j does not even exist: each layer stands in the product once.",
            _as_printed),
        _mistake(
            "half of it",
            "That is Taylor's second-order term, half of the Hessian form.",
            _weighted(.5, 1)),
        _mistake(
            "each pair twice",
            "Your S counts each pair of layers twice, "
            "j < j' and j' < j, and then there is the factor 2 as well.",
            _weighted(1, 4)),
    ),
    right="It holds on every shape and depth that was tried, at a minimum and at a saddle. "
          "Next: hand it to `taylor_orders`, and look how the printed sum loses an order.",
    solution=r"""
Follow the product of the moved layers, sorted by how many of the $\Delta_j$ it holds:
none ($P$), one ($F$), two ($S$).
A further layer makes $(W+\Delta)(P+F+S+\dots)=WP+(WF+\Delta P)+(WS+\Delta F)+\dots$.
At the end $P=W_{1:N}$, and for the square loss $\nabla^2l[F,F]=\|F\|_F^2$ and $\nabla l=P-M$.
""",
    code="""
import numpy as np

def hess_form(weights, D, target):
    P = np.eye(weights[0].shape[1])
    F, S = 0 * P, 0 * P
    for W, D_n in zip(weights, D):
        P, F, S = W @ P, W @ F + D_n @ P, W @ S + D_n @ F
    return (F * F).sum() + 2 * ((P - target) * S).sum()
""",
)
