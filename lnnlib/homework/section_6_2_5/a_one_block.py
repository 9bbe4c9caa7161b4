"""6.2.5-a: one block of the gradient, by hand."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import array
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .networks import off
from .points import LECTURE, drawn


def _grad_2(W1, W2, W3, M):
    return W3.T @ (W3 @ W2 @ W1 - M) @ W1.T


def _judge(given, answers):
    right = _grad_2(**vars(given))
    wrong = np.argwhere(off(answers["grad_2"], right))
    if len(wrong):
        row, column = wrong[0] + 1
        return "grad_2", (f"`grad_2`: its entry in row {row}, column {column} is not the rate at "
                          "which Φ changes when that entry of W₂ moves and all else stands still.")
    return None


# Name, hint, wrong block.
MISTAKEN = (
    ("no transposes",
     "You multiplied ∇l by the neighbours of W₂ as they stand. "
     "Write the change of Φ as ⟨∇l, W₃ΔW₁⟩ and bring W₃ and W₁ to the "
     "other side of the scalar product: what happens to a matrix on its way?",
     lambda W1, W2, W3, M: W3 @ (W3 @ W2 @ W1 - M) @ W1),
    ("W_3 not transposed",
     "W₁ is right. But what happens to W₃ on its way "
     "to the other side of ⟨∇l, W₃ΔW₁⟩?",
     lambda W1, W2, W3, M: W3 @ (W3 @ W2 @ W1 - M) @ W1.T),
    ("W_1 not transposed",
     "W₃ is right. But what happens to W₁ on its way "
     "to the other side of ⟨∇l, W₃ΔW₁⟩?",
     lambda W1, W2, W3, M: W3.T @ (W3 @ W2 @ W1 - M) @ W1),
    ("grad l transposed",
     "The neighbours are right, but ∇l entered as its transpose. "
     "⟨∇l, Δ⟩ is the sum of all products of entries in the same place: no transpose in it.",
     lambda W1, W2, W3, M: W3.T @ (W3 @ W2 @ W1 - M).T @ W1.T),
    ("neighbours swapped",
     "W₁ and W₃ stand on each other’s side. "
     "Which of them acts after W₂, and so stands on the left of Δ in the product?",
     lambda W1, W2, W3, M: W1.T @ (W3 @ W2 @ W1 - M) @ W3.T),
    ("order of the product",
     "In your ∇l the layers are multiplied as W₁W₂W₃. "
     "Which of them acts first on the input, and so stands on the right?",
     lambda W1, W2, W3, M: W3.T @ (W1 @ W2 @ W3 - M) @ W1.T),
    ("target left out",
     "Your ∇l is the product itself. Where does M enter the gradient of ½‖W − M‖² at W?",
     lambda W1, W2, W3, M: W3.T @ W3 @ W2 @ W1 @ W1.T),
)


def _answers(**point):
    """The right block, what a classic mistake makes of it, the wrong ones."""
    right = _grad_2(**point)
    return [right, right.T, -right, 2 * right, right / 2,
            *(wrong(**point) for _, _, wrong in MISTAKEN)]


EXERCISE = Exercise(
    id="6.2.5-a",
    title="One block of the gradient",
    asks=(Ask("grad_2", array(2, 2), hints=(
        "First the product W₃W₂W₁, then ∇l there: for the square loss it is the product minus M.",
        "The block is ∇ⱼ = (W_{j+1:N})ᵀ ∇l (W_{1:j−1})ᵀ. "
        "For j = 2 and N = 3 each of the two factors is one matrix.")),),
    lecture=SimpleNamespace(**LECTURE),
    draw=lambda rng: SimpleNamespace(**drawn(rng, _answers)),
    judge=_judge,
    mistakes=tuple(Mistake(name, hint, lambda given, wrong=wrong: {"grad_2": wrong(**vars(given))})
                   for name, hint, wrong in MISTAKEN),
    right="The layer above W₂ enters as its transpose from the left, "
          "the layer below from the right. Next: the same for every depth and shape in 6.2.5-c.",
    solution=r"""
Let only $W_2$ move, along $\Delta$. The product changes by $W_3\Delta W_1$, and $\Phi$ by
$\langle\nabla l,W_3\Delta W_1\rangle=\langle W_3^T\,\nabla l\,W_1^T,\Delta\rangle$ to first order.
This holds for every $\Delta$, so $\nabla_2=W_3^T\,\nabla l\,W_1^T$, with
$\nabla l=W_3W_2W_1-M$.
""",
    code="""
from lnnlib.homework import given

data = given("6.2.5-a")
G = data.W3 @ data.W2 @ data.W1 - data.M
grad_2 = data.W3.T @ G @ data.W1.T
""",
)
