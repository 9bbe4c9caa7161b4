"""6.2.5-b: the Hessian form in one direction, by hand."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .forms import MISTAKEN, hess_form
from .networks import near
from .points import FURTHER, LECTURE, drawn

IDENTITY, ONES = np.eye(2), np.ones((2, 2))


def _along(D, W1, W2, W3, M, form=hess_form):
    """A form at the point, where every layer moves along D."""
    return form([W1, W2, W3], [D, D, D], M)


def _answers(**point):
    """The right number, what a classic mistake makes of it, the wrong ones."""
    right = _along(IDENTITY, **point)
    return [right, -right, 2 * right, _along(ONES, **point),
            *(_along(IDENTITY, **point, form=wrong) for _, _, wrong in MISTAKEN)]


def _judge(given, answers):
    for name, which in (("value", "point"), ("other", "other")):
        right = _along(IDENTITY, **getattr(given, which))
        if name in answers and not near(answers[name], right):
            return name, (f"`{name}`: at `{which}`, Φ(W + hΔ) − Φ(W) minus its first-order term "
                          "is not ½h² times your number, apart from terms in h³ and higher.")
    return None


EXERCISE = Exercise(
    id="6.2.5-b",
    title="The Hessian form in one direction",
    asks=(
        Ask("value", number(), hints=(
            "For the square loss ∇²l[F, F] is the sum of the squares of the entries of F.",
            "F has three terms, one for each layer that moves. "
            "S has three too, one for each pair j < j′.")),
        Ask("other", number(), optional=True,
            hints=("It is the same computation with other matrices.",)),
    ),
    lecture=SimpleNamespace(point=LECTURE, other=FURTHER),
    draw=lambda rng: SimpleNamespace(point=drawn(rng, _answers), other=drawn(rng, _answers)),
    judge=_judge,
    mistakes=(
        *(Mistake(name, hint, lambda given, wrong=wrong: {
            "value": _along(IDENTITY, **given.point, form=wrong)})
          for name, hint, wrong in MISTAKEN),
        Mistake(
            "all ones",
            "`other`: each Δⱼ is the identity matrix, "
            "with zeros beside the diagonal, and not the matrix of ones.",
            lambda given: {"other": _along(ONES, **given.other)}),
    ),
    right="The first term is a square and never negative, the second takes either sign. "
          "Next: turn the direction in `hessian_microscope` until the second one wins.",
    solution=r"""
With every $\Delta_j=I$ the two sums are $F=W_2W_1+W_3W_1+W_3W_2$ and $S=W_1+W_2+W_3$:
leave out one factor, or two. With $G=W_3W_2W_1-M$ the form is $\|F\|_F^2+2\langle G,S\rangle$.
""",
    code="""
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
