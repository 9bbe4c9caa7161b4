"""6.2.7-a: one direction of curvature -1, by hand."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import array
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .curvature import close, hessian_form, not_minus_one


def _instance(p, r, t):
    """A stationary point: grad l = t x y^T with x = (p, 1), y = (r, 1), W_2^T x = 0, W_1 y = 0.

    (0, 1) is in the kernels of W_2 and W_1^T. No entry of grad l is 0, and no two are equal.
    """
    W1, W2 = np.array([[1., -r], [0, 0]]), np.array([[1., 0], [-p, 0]])
    return SimpleNamespace(W1=W1, W2=W2, M=W2 @ W1 - t * np.outer([p, 1], [r, 1]))


def _draw(rng):
    p, r = rng.choice([2, 3, 4, 5], 2, replace=False)
    return _instance(p, r, rng.choice([-3, -2, -1, 1, 2, 3]))


def _gradient(given):
    return given.W2 @ given.W1 - given.M


def _form(given, answers):
    return hessian_form(given.W1, given.W2, _gradient(given), answers["D1"], answers["D2"])


def _judge(given, answers):
    form = _form(given, answers)
    return None if close(form, -1) else ("D1", f"`D1`, `D2`: {not_minus_one(form)}")


def _built(given, v, factor=1):
    """The theorem's direction for i = j = 1 with that v; alpha, for q = 0, times `factor`."""
    alpha = -factor / (2 * _gradient(given)[0, 0])
    return {"D1": alpha * np.outer(v, [1, 0]), "D2": np.outer([1, 0], v)}


def _left_kernel(given, answers):
    """W_2^T v = 0 in the place of W_2 v = 0."""
    W2, D1, D2 = given.W2, answers["D1"], answers["D2"]
    return np.allclose(W2.T @ D1, 0) and np.allclose(D2 @ W2, 0) and not np.allclose(W2 @ D1, 0)


EXERCISE = Exercise(
    id="6.2.7-a",
    title="A direction that curves down",
    asks=(
        Ask("D1", array(2, 2), hints=(
            "Find v ≠ 0 with W₂v = 0, and an entry c ≠ 0 of G = ∇l(W₂W₁) = W₂W₁ − M, "
            "in row i and column j.",
            "D₁ is αveⱼᵀ and D₂ is eᵢvᵀ. "
            "If v has length 1, the form is q + 2αc with q = ‖D₂W₁‖².",
            "Compute q for this point first. Then solve q + 2αc = −1 for α.")),
        Ask("D2", array(2, 2), hints=("D₂ is eᵢvᵀ: row i holds v, the other row is 0.",)),
    ),
    lecture=_instance(2, 3, -1),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "one matrix alone",
            "`D1`, `D2`: only the product D₂D₁ can make the form negative. "
            "With one of the two matrices 0 the form is a square. Move both layers.",
            lambda given: _built(given, [0, 1]) | {"D2": np.zeros((2, 2))},
            lambda given, answers: not (np.any(answers["D1"]) and np.any(answers["D2"]))),
        Mistake(
            "sign",
            "`D1`, `D2`: the form is +1, so your direction curves up as much as it "
            "should curve down. Which sign has c, and which sign must α have?",
            lambda given: _built(given, [0, 1], -1),
            lambda given, answers: close(_form(given, answers), 1)),
        Mistake(
            "factor 2",
            "`D1`, `D2`: the form is −2. The part with D₂D₁ counts twice in the Hessian form. "
            "Does your α allow for that 2?",
            lambda given: _built(given, [0, 1], 2),
            lambda given, answers: close(_form(given, answers), -2)),
        Mistake(
            "kernel of the transpose",
            "`D1`, `D2`: W₂ᵀ sends your v to 0, and W₂ does not. "
            "Which of the two products, W₂v or W₂ᵀv, stands in W₂D₁?",
            lambda given: _built(given, [-given.W2[1, 0], 1]), _left_kernel),
    ),
    right="The form is −1, so this is a strict saddle. "
          "Turn the sign of `D1` alone: the form is positive then, so it is no local maximum. "
          "Next: 6.2.7-c asks for a function that does this for any shape.",
    solution=r"""
The second column of $W_2$ is 0, so $v=(0,1)^T$ has $W_2v=0$. The second row of $W_1$ is 0 too, so
$W_1^Tv=0$. No entry of $G=W_2W_1-M$ is 0; take $c=G_{11}$, so $i=j=1$. With $D_1=\alpha\,v\,e_1^T$
and $D_2=e_1v^T$ the matrix $D_2W_1$ is 0, so $q=0$, and the form is $2\alpha c$.
It is $-1$ for $\alpha=-1/(2c)$. Every other entry of $G$ does it as well.
""",
    code="""
from lnnlib.homework import given

data = given("6.2.7-a")
G = data.W2 @ data.W1 - data.M
D1 = [[0, 0], [-1 / (2 * G[0, 0]), 0]]
D2 = [[0, 1], [0, 0]]
""",
)
