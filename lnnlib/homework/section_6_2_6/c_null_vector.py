"""6.2.6-c: the vector that the proof takes from the SVD, as a function."""
import math
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import FunctionFailed, array, function, instance
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, on_every_case

ZERO = 1e-8                                    # relative to the largest singular value


def _draw(rng):
    """Matrices with a kernel, square and tall, the smallest first; whole numbers, easy to copy.

    Of one column, zero, of low rank, with a zero column, of small and of large entries.
    """
    def of_rank(rank, rows, columns):
        while True:
            W = rng.integers(-2, 3, (rows, rank)) @ rng.integers(-2, 3, (rank, columns))
            if np.linalg.matrix_rank(W) == rank:
                return W.astype(float)

    with_zero_column = of_rank(2, 4, 3) * [0, 1, 1]
    return SimpleNamespace(cases=[(W,) for W in (
        np.zeros((1, 1)), of_rank(1, 2, 2), np.zeros((3, 1)), np.zeros((4, 2)),
        of_rank(2, 3, 3), 1e6 * of_rank(2, 3, 3), 1e-6 * of_rank(1, 6, 2), with_zero_column,
        of_rank(2, 5, 3), of_rank(1, 4, 4))])


def _fault(u, W):
    case = f"For {instance(['W'], [W])}"
    if len(u) not in W.shape:
        raise FunctionFailed(f"{case} your function returned {len(u)} numbers, expected {len(W)}.")
    if len(u) != len(W):
        return f"{case} your u has the size {len(u)}, and uᵀW needs the size {len(W)}."
    length = math.hypot(*u)
    if abs(length - 1) > ZERO:
        return f"{case} your u has the length {length:.10g}, not 1."
    rest, largest = np.linalg.norm(u @ W), np.linalg.norm(W, 2)
    if rest > ZERO * largest:
        return f"{case} ‖uᵀW‖ is {rest / largest:.2g} times the largest singular value, not 0."
    return None


def _all(holds):
    """Whether `holds(W, u)` on every matrix."""
    return lambda given, answers: all(holds(W, answers["null_vector"](W)) for W, in given.cases)


def _annihilates_columns(W, u):
    return (len(u) == W.shape[1] and abs(math.hypot(*u) - 1) <= ZERO
            and np.linalg.norm(W @ u) <= ZERO * np.linalg.norm(W, 2))


def _is_first_column(W, u):
    first = np.linalg.svd(W)[0][:, 0]
    return len(u) == len(W) and min(abs(u - first).max(), abs(u + first).max()) <= ZERO


def _is_a_null_vector_of_any_length(W, u):
    if len(u) != len(W) or not np.any(u):
        return False
    u = u / abs(u).max()
    return np.linalg.norm(u @ W) <= ZERO * np.linalg.norm(u) * np.linalg.norm(W, 2)


EXERCISE = Exercise(
    id="6.2.6-c",
    title="Prove it by code: the vector u",
    asks=(Ask("null_vector", function("W", returns=array(None)), hints=(
        "If W = UΣVᵀ, then uᵢᵀW = σᵢvᵢᵀ for column i of U. Which i do you want?",
        "`np.linalg.svd` orders the singular values from large to small, and U has dₖ columns. "
        "All columns of U have length 1.")),),
    draw=_draw,
    judge=on_every_case("null_vector", _fault),
    mistakes=(
        Mistake(
            "right singular vector",
            "Your vector satisfies Wu = 0. "
            "That is the kernel of W, a vector on the other side. You want uᵀW = 0.",
            {"null_vector": lambda W: np.linalg.svd(W)[2][-1]},
            _all(_annihilates_columns)),
        Mistake(
            "first column",
            "Your vector is the first column of U, that of the largest singular value: "
            "‖uᵀW‖ is as large as it can be.",
            {"null_vector": lambda W: np.linalg.svd(W)[0][:, 0]},
            _all(_is_first_column)),
        Mistake(
            "row of U",
            "Your vector is the last row of U. In W = UΣVᵀ, what are the uᵢ, rows or columns?",
            {"null_vector": lambda W: np.linalg.svd(W)[0][-1]}),
        Mistake(
            "not normalized",
            "uᵀW = 0 holds. But the proof also uses uᵀu = 1, in its last step: "
            "what is the length of your vector?",
            {"null_vector": lambda W: 2 * np.linalg.svd(W)[0][:, -1]},
            _all(_is_a_null_vector_of_any_length)),
    ),
    right="This is all that the proof takes from the SVD. Next: where dₖ > d₀ "
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
