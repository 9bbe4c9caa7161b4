"""6.2.5-a: one block of the gradient, by hand."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import array
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .points import LECTURE, distinct, drawn, matrices, slope


def _grad_2(given):
    return given.W3.T @ slope(vars(given)) @ given.W1.T


def _judge(given, answers):
    wrong = np.argwhere(~np.isclose(answers["grad_2"], _grad_2(given), rtol=1e-9, atol=1e-9))
    if len(wrong):
        row, column = wrong[0] + 1
        return "grad_2", (f"`grad_2`: its entry in row {row}, "
                          f"column {column} is not the rate at which Phi changes "
                          "when that entry of W_2 moves and all else stands still.")
    return None


MISTAKES = (
    Mistake(
        "no transposes",
        "You multiplied grad l by the neighbours of W_2 as they stand. "
        "Write Phi's change as <grad l, W_3 D W_1> and bring W_3 and W_1 to the "
        "other side of the scalar product: what happens to a matrix on its way?",
        lambda given: {"grad_2": given.W3 @ slope(vars(given)) @ given.W1}),
    Mistake(
        "grad l transposed",
        "The neighbours are right, but grad l entered as its transpose. "
        "<G, D> is the sum of all G_ij D_ij: no transpose in it.",
        lambda given: {"grad_2": given.W3.T @ slope(vars(given)).T @ given.W1.T}),
    Mistake(
        "neighbours swapped",
        "W_1 and W_3 stand on each other's side. "
        "Which of them acts after W_2, and so stands on the left of D in the product?",
        lambda given: {"grad_2": given.W1.T @ slope(vars(given)) @ given.W3.T}),
)


def _draw(rng):
    def answers(given):
        return [_grad_2(given), *(mistake.made(given)["grad_2"] for mistake in MISTAKES)]

    return distinct(rng, lambda rng: SimpleNamespace(**drawn(rng)), answers)


EXERCISE = Exercise(
    id="6.2.5-a",
    title="One block of the gradient",
    asks=(Ask("grad_2", array(2, 2), hints=(
        "First the product W_3 W_2 W_1, then grad l there: "
        "for the square loss it is the product minus M.",
        "grad_j = W_{j+1:N}^T grad l W_{1:j-1}^T. "
        "For j = 2 and N = 3 each of the two factors is one matrix.")),),
    lecture=SimpleNamespace(**matrices(**LECTURE)),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="The layer above W_2 enters as its transpose from the left, "
          "the layer below from the right. Next: the same for every depth and shape in 6.2.5-c.",
    solution=r"""
Let only $W_2$ move, along $D$. The product changes by $W_3DW_1$, and $\Phi$ by
$\langle\nabla l,W_3DW_1\rangle=\langle W_3^T\,\nabla l\,W_1^T,D\rangle$ to first order.
This holds for every $D$, so $\nabla_2=W_3^T\,\nabla l\,W_1^T$, with $\nabla l=W_3W_2W_1-M$.
""",
    code="""
from lnnlib.homework import given

data = given("6.2.5-a")
G = data.W3 @ data.W2 @ data.W1 - data.M
grad_2 = data.W3.T @ G @ data.W1.T
""",
)
