"""6.2.6-c: the vector that the proof takes from the SVD, as a function."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import FunctionFailed, array, function
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

ZERO = 1e-8                                    # relative to the largest singular value


def _of_rank(rng, rows, columns, rank, size=1.):
    return size * rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, columns))


def _draw(rng):
    """Square and tall matrices with a kernel.

    Small, large, of rank 1 and 0, of one column, with a zero column.
    """
    with_zero_column = rng.normal(size=(4, 3))
    with_zero_column[:, 0] = 0
    return SimpleNamespace(matrices=[
        _of_rank(rng, 3, 3, 2), _of_rank(rng, 5, 3, 2), _of_rank(rng, 4, 4, 1),
        with_zero_column, _of_rank(rng, 6, 2, 1, 1e-6),
        _of_rank(rng, 3, 3, 2, 1e6), np.zeros((4, 2)), np.zeros((3, 1)), np.zeros((1, 1))])


def _judge(given, answers):
    for W in given.matrices:
        u = answers["null_vector"](W)
        case = f"For a matrix of shape {W.shape} and rank {np.linalg.matrix_rank(W)}"
        if len(u) not in W.shape:
            raise FunctionFailed(f"{case} your function returned {len(u)} numbers, "
                                 f"expected {len(W)}.")
        if len(u) != len(W):
            return "null_vector", f"{case} you return {len(u)} numbers; u^T W needs {len(W)}."
        length = np.linalg.norm(u)
        if abs(length - 1) > ZERO:
            return "null_vector", f"{case} your vector has length {length:.3g}, not 1."
        rest, largest = np.linalg.norm(u @ W), np.linalg.norm(W, 2)
        if rest > ZERO * largest:
            return "null_vector", (f"{case} ||u^T W|| is {rest / largest:.2g} "
                                   "times the largest singular value, not 0.")
    return None


def _all(holds):
    """Whether `holds(W, u)` on every matrix."""
    return lambda given, answers: all(holds(W, answers["null_vector"](W)) for W in given.matrices)


def _annihilates_columns(W, u):
    return (len(u) == W.shape[1] and abs(np.linalg.norm(u) - 1) <= ZERO
            and np.linalg.norm(W @ u) <= ZERO * np.linalg.norm(W, 2))


def _is_first_column(W, u):
    return len(u) == len(W) and abs(abs(u @ np.linalg.svd(W)[0][:, 0]) - 1) <= ZERO


def _is_a_null_vector_of_wrong_length(W, u):
    return (len(u) == len(W) and np.any(u)
            and np.linalg.norm(u @ W) <= ZERO * np.linalg.norm(u) * np.linalg.norm(W, 2))


EXERCISE = Exercise(
    id="6.2.6-c",
    title="Prove it by code: the vector u",
    asks=(Ask("null_vector", function("W", returns=array(None)), hints=(
        "If W = U S V^T, then u_i^T W = s_i v_i^T for column i of U. Which i do you want?",
        "np.linalg.svd orders the singular values from large to small, and U has d_k columns. "
        "All columns of U have length 1.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "right singular vector",
            "Your vector satisfies W u = 0. "
            "That is the kernel of W, a vector on the other side. You want u^T W = 0.",
            lambda given: {"null_vector": lambda W: np.linalg.svd(W)[2][-1]},
            _all(_annihilates_columns)),
        Mistake(
            "first column",
            "Your vector is the first column of U, that of the largest singular value: "
            "||u^T W|| is as large as it can be.",
            lambda given: {"null_vector": lambda W: np.linalg.svd(W)[0][:, 0]},
            _all(_is_first_column)),
        Mistake(
            "not normalized",
            "u^T W = 0 holds. But the proof also uses u^T u = 1, in its last step: "
            "what is the length of your vector?",
            lambda given: {"null_vector": lambda W: 2 * np.linalg.svd(W)[0][:, -1]},
            _all(_is_a_null_vector_of_wrong_length)),
    ),
    right="This is all that the proof takes from the SVD. Next: where d_k > d_0 "
          "such a vector exists even if W has no kernel; see the optional part.",
    solution=r"""
With $W=U\Sigma V^T$ column $i$ of $U$ gives $u_i^TW=\sigma_iv_i^T$. The columns of $W$ are
dependent, so $\sigma_{d_0}=0$, and column $d_0$ is one answer: the lecture's. Every later column is
one too, since $\Sigma$ has no entry in those rows. So the last column always works.
""",
    code="""
import numpy as np

def null_vector(W):
    U, sigma, Vt = np.linalg.svd(W)
    return U[:, -1]
""",
)
