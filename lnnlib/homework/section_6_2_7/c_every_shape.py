"""6.2.7-c: the construction of Theorem 6.11 as a function, where d_1 >= min(d_0, d_2)."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import arrays, function
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees, on_every_case
from .curvature import close, hessian_form, not_minus_one

# d_0, d_1, d_2 and the rank of G: d_1 above, at and below d_0 and d_2, and never 2.
# Where G has full rank, W_1 or W_2 is 0.
SHAPES = (((1, 1, 1), 1), ((2, 1, 1), 1), ((1, 1, 2), 1), ((2, 3, 2), 1),
          ((2, 3, 2), 2), ((3, 3, 3), 2), ((3, 4, 2), 1), ((2, 4, 3), 1),
          ((1, 3, 4), 1), ((4, 3, 1), 1), ((4, 3, 3), 1), ((2, 3, 5), 1))

DIRECTION = function("W1, W2, G", returns=arrays((None, None), (None, None)))


def _draw(rng):
    """Arguments (W_1, W_2, G) at stationary points, the least widths first.

    Three tell the mistakes apart, of widths (2, 2, 2), (3, 2, 2), (2, 2, 3); in the last W_2 has
    no kernel. G is largest at some i != j, in the last with a plus, and 0 at (j, i); every kernel
    is a line.
    """
    p, x = rng.choice([1, 2]), rng.choice([2, 3])
    square = [[p, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [-x, 0]]
    wide = [[p, 0], [0, 0]], [[0, 0, 1], [0, 0, 0]], [[0, 0, 0], [-x, -1, 0]]
    tall = [[0, 1], [p, 0], [0, -x]], [[1, 0], [0, 0]], [[0, x], [0, 0], [0, 1]]
    telling = [_mixed(*map(np.array, point), rng) for point in (square, wide, tall)]
    others = [_stationary(rng, dims, rank, (-1) ** k) for k, (dims, rank) in enumerate(SHAPES)]
    return SimpleNamespace(cases=sorted(telling + others, key=lambda case: max(_widths(*case))))


def _widths(W1, W2, G):
    return W1.shape[1], len(W1), len(W2)


def _mixed(W2, W1, G, rng):
    """(A W_1, W_2 A^{-1}, G), A a shear, so that the two kernels come apart."""
    A = np.array([[1., rng.choice([-1, 1])], [0, 1]])
    return A @ W1, W2 @ np.linalg.inv(A), 1. * G


def _stationary(rng, dims, rank, sign):
    """A random point with W_2^T G = 0 and G W_1^T = 0.

    G has that rank, its largest entry that sign.
    """
    d_0, d_1, d_2 = dims
    G = rng.normal(size=(d_2, rank)) @ rng.normal(size=(rank, d_0))
    G *= sign * rng.uniform(1, 2) / G.flat[np.abs(G).argmax()]
    # orthonormal, orthogonal to those of G
    columns, rows = (np.linalg.svd(A)[0][:, rank:] for A in (G, G.T))
    W1 = rng.normal(size=(d_1, d_0 - rank)) @ rows.T
    W2 = columns @ rng.normal(size=(d_2 - rank, d_1))
    return W1, W2, G


def _fault(found, W1, W2, G):
    point = f"On a point of widths {_widths(W1, W2, G)}"
    for name, D, W in zip(("D1", "D2"), found, (W1, W2), strict=True):
        if D.shape != W.shape:
            return f"{point} `{name}` has shape {D.shape}, expected {W.shape}."
    form = hessian_form(W1, W2, G, *found)
    return None if close(form, -1) else f"{point} {not_minus_one(form)}"


def construct(W1, W2, G, *, upper=None, exchanged=False, swapped=False,
              alpha=lambda q, c: -(q + 1) / (2 * c)):
    """Theorem 6.11's direction; the keywords make the known mistakes."""
    d_0, d_1, d_2 = _widths(W1, W2, G)
    i, j = np.unravel_index(np.abs(G).argmax(), G.shape)
    upper = d_1 >= d_2 if upper is None else upper
    v = np.linalg.svd(W2 if upper != exchanged else W1.T)[2][-1]
    D1 = np.outer(v, np.arange(d_0) == (i if swapped else j))
    D2 = np.outer(np.arange(d_2) == (j if swapped else i), v)
    factor = alpha(np.sum((D2 @ W1 if upper else W2 @ D1) ** 2), G[i, j])
    return (factor * D1, D2) if upper else (D1, factor * D2)


def _same_form(found, wrong, case):
    fits = all(D.shape == W.shape for D, W in zip(found, wrong, strict=True))
    moves_both = fits and np.any(found[1] @ found[0])
    return moves_both and agrees(hessian_form(*case, *found), hessian_form(*case, *wrong))


def _wrong(**wrong):
    return {"direction": lambda W1, W2, G: construct(W1, W2, G, **wrong)}


def _mistake(name, hint, **wrong):
    """The construction with one thing wrong, in any of its forms.

    It is recognized by its Hessian forms where d_1 = 2, on the points that tell the mistakes apart.
    """
    def shows(given, answers):
        return all(_same_form(answers["direction"](*case), construct(*case, **wrong), case)
                   for case in given.cases if len(case[0]) == 2)

    return Mistake(name, hint, _wrong(**wrong), shows)


def _right_up_to_a_kernel(given, answers):
    """Right at the points where W_2 has a kernel, and at no other."""
    return all((_fault(answers["direction"](W1, W2, G), W1, W2, G) is None)
               == (np.linalg.matrix_rank(W2) < len(W1)) for W1, W2, G in given.cases)


EXERCISE = Exercise(
    id="6.2.7-c",
    title="The direction for every shape",
    asks=(Ask("direction", DIRECTION, hints=(
        "Start with widths where d₁ ≥ d₂: "
        "take v with W₂v = 0, D₁ = αveⱼᵀ, D₂ = eᵢvᵀ, and c = `G[i, j]`.",
        "The last row of `np.linalg.svd(W)[2]` is a unit vector v with Wv = 0, if there is one.",
        "If d₁ < d₂, exchange the layers: v from the kernel of W₁ᵀ, and α in front of D₂. "
        "Which matrix is left of W₂D₁ + D₂W₁ then?")),),
    draw=_draw,
    judge=on_every_case("direction", _fault),
    mistakes=(
        _mistake(
            "the other kernel",
            "Your v lies in the kernel of the other matrix. The part with α has "
            "to vanish from W₂D₁ + D₂W₁: which matrix must send v to 0 for that?",
            exchanged=True),
        Mistake(
            "only the kernel of W₂",
            "Of the points that were tried, your direction is right at those where W₂ has a "
            "kernel, and at no other. If d₁ < d₂, it may be that W₂v = 0 for v = 0 alone. "
            "Which other matrix has a kernel then?",
            _wrong(upper=True), _right_up_to_a_kernel),
        _mistake(
            "rows and columns swapped",
            "You put eᵢ where eⱼ belongs. Look at D₂D₁: it must have its one "
            "entry where G has the entry c. Which of the two vectors counts rows of G?",
            swapped=True),
        _mistake(
            "sign",
            "Your direction curves up. Solve q + 2αc = −1 for α once more.",
            alpha=lambda q, c: (q + 1) / (2 * c)),
        _mistake(
            "q left out",
            "Your form is q − 1, and q is not 0 at every point. Where does q stand in your α?",
            alpha=lambda q, c: -1 / (2 * c)),
        _mistake(
            "factor 2",
            "The part with D₂D₁ counts twice in the Hessian form. Does your α allow for that 2?",
            alpha=lambda q, c: -(q + 1) / c),
    ),
    right="It works at every point that was tried: on square, wide and tall networks, with d₁ "
          "from 1 to 4, at the origin, and where W₂ has no kernel. Why it works wherever G is not "
          "0 is the proof of Theorem 6.11. Next: turn α in `negative_direction` and find yours.",
    solution=r"""
Take the largest entry $c=G_{ij}$. If $d_1\ge d_2$, there is a unit vector $v$ with $W_2v=0$: else
$W_2$ would be square and invertible, and $W_2^TG=0$ would give $G=0$.
Then $D_1=\alpha\,v\,e_j^T$ and $D_2=e_iv^T$ give $F=W_2D_1+D_2W_1=D_2W_1$, so the form is
$q+2\alpha c$ with $q=\|D_2W_1\|^2$. If $d_1<d_2$, then $d_1\ge d_0$, and for the same reason there
is a unit vector $v$ with $W_1^Tv=0$. Now $D_1=v\,e_j^T$ and $D_2=\alpha\,e_iv^T$ give $F=W_2D_1$
and $q=\|W_2D_1\|^2$.
In both cases $\alpha=-(q+1)/(2c)$.
""",
    code="""
import numpy as np

def direction(W1, W2, G):
    i, j = np.unravel_index(np.abs(G).argmax(), G.shape)
    e_i, e_j = np.eye(G.shape[0])[i], np.eye(G.shape[1])[j]
    upper = W2.shape[1] >= W2.shape[0]
    v = np.linalg.svd(W2 if upper else W1.T)[2][-1]
    D1, D2 = np.outer(v, e_j), np.outer(e_i, v)
    q = np.sum((D2 @ W1 if upper else W2 @ D1) ** 2)
    alpha = -(q + 1) / (2 * G[i, j])
    return (alpha * D1, D2) if upper else (D1, alpha * D2)
""",
)
