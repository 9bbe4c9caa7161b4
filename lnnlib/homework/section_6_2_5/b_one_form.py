"""6.2.5-b: the Hessian form in one direction, by hand."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees
from .points import FURTHER, LECTURE, distinct, drawn, matrices, slope


def _terms(point, D):
    """||F||^2, <grad l, S> and the j = j' terms of the printed sum, with every D_j = D."""
    W1, W2, W3, G = *(point[name] for name in ("W1", "W2", "W3")), slope(point)
    F = D @ W2 @ W1 + W3 @ D @ W1 + W3 @ W2 @ D
    S = D @ D @ W1 + D @ W2 @ D + W3 @ D @ D
    diagonal = D @ D @ W2 @ W1 + W3 @ D @ D @ W1 + W3 @ W2 @ D @ D
    return int((F**2).sum()), int((G * S).sum()), int((G * diagonal).sum())


IDENTITY, ONES = np.eye(2, dtype=int), np.ones((2, 2), dtype=int)


def _form(point, D=IDENTITY):
    first, mixed, _ = _terms(point, D)
    return first + 2 * mixed


def _missing_two(given):
    first, mixed, _ = _terms(given.point, IDENTITY)
    return {"value": first + mixed}


def _as_printed(given):
    first, mixed, diagonal = _terms(given.point, IDENTITY)
    return {"value": first + 2 * (mixed + diagonal)}


MISTAKES = (
    Mistake(
        "missing 2",
        "Both terms are there, but <grad l, S> enters the Hessian form twice: "
        "in Taylor's formula the form is halved, and <grad l, S> stands there whole.",
        _missing_two),
    Mistake(
        "first term alone",
        "That is nabla^2 l[F, F] alone. The product W_3 W_2 W_1 is no "
        "linear function of the weights: where do two layers move at once?",
        lambda given: {"value": _terms(given.point, IDENTITY)[0]}),
    Mistake(
        "j <= j'",
        "You summed over j <= j', as the lecture prints. "
        "Each layer stands in the product once: can it be moved twice in one term?",
        _as_printed),
    Mistake(
        "all ones",
        "`other`: each D_j is the identity matrix, "
        "with zeros beside the diagonal, and not the matrix of ones.",
        lambda given: {"other": _form(given.other, ONES)}),
)


def _draw(rng):
    """Two points at which no mistake gives the right number or another mistake's."""
    def answers(point):
        given = SimpleNamespace(point=point, other=point)
        return [_form(point),
                *(wrong for mistake in MISTAKES for wrong in mistake.made(given).values())]

    return SimpleNamespace(point=distinct(rng, drawn, answers), other=distinct(rng, drawn, answers))


def _judge(given, answers):
    for name, which in (("value", "point"), ("other", "other")):
        right = float(_form(getattr(given, which)))
        if name in answers and not agrees(answers[name], right, rtol=1e-9):
            return name, (f"`{name}`: on the instance `{which}`, "
                          "Phi(W + hD) minus Phi minus its first-order term is "
                          "not h^2/2 times your number, up to terms of order 3.")
    return None


EXERCISE = Exercise(
    id="6.2.5-b",
    title="The Hessian form in one direction",
    asks=(
        Ask("value", number(), hints=(
            "For the square loss nabla^2 l[F, F] is the sum of the squares of F's entries.",
            "F has three terms, one for each layer that moves. "
            "S has three too, one for each pair j < j'.")),
        Ask("other", number(), optional=True,
            hints=("It is the same computation with other matrices.",)),
    ),
    lecture=SimpleNamespace(point=matrices(**LECTURE), other=matrices(**FURTHER)),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="The first term is a square and never negative, the second takes either sign. "
          "Next: turn the direction in `hessian_microscope` until the second one wins.",
    solution=r"""
With every $\Delta_j=I$ the two sums are $F=W_2W_1+W_3W_1+W_3W_2$ and $S=W_1+W_2+W_3$:
leave out one factor, or two. With $G=W_3W_2W_1-M$ the form is $\|F\|_F^2+2\langle G,S\rangle$.
""",
    code="""
import numpy as np
from lnnlib.homework import given

def form(W1, W2, W3, M):
    F = W2 @ W1 + W3 @ W1 + W3 @ W2
    S = W1 + W2 + W3
    G = W3 @ W2 @ W1 - M
    return (F * F).sum() + 2 * (G * S).sum()

data = given("6.2.5-b")
value, other = form(**data.point), form(**data.other)
""",
)
