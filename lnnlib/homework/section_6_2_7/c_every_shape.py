"""6.2.7-c: the construction of Theorem 6.11 as a function, where d_1 >= min(d_0, d_2)."""
from types import SimpleNamespace

import numpy as np

from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

from ...answers.kinds import arrays, function
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

# d_0, d_1, d_2 and the rank of G: d_1 above, at and below d_0 and d_2.
# Where G has full rank, W_1 or W_2 is 0.
SHAPES = (((2, 3, 2), 1), ((3, 4, 2), 1), ((2, 4, 3), 1),
          ((3, 3, 3), 2), ((2, 3, 2), 2), ((4, 3, 3), 1),
          ((2, 3, 5), 1), ((2, 1, 1), 1), ((1, 1, 2), 1),
          ((1, 1, 1), 1), ((1, 3, 4), 1), ((4, 2, 1), 1))

DIRECTION = function("W1, W2, G", returns=arrays((None, None), (None, None)))


def _draw(rng):
    """Stationary points (W_1, W_2, M): three that tell the mistakes apart, one of each of SHAPES.

    The three have widths (2, 2, 2), (3, 2, 2), (2, 2, 3); in the last W_2 has no kernel.
    grad l is largest at some i != j, and 0 at (j, i); every kernel is a line.
    """
    p, x, y, t = rng.uniform((1, 2, .5, .5), (2, 3, 1, 1))
    square = [[p, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [x, 0]]
    wide = [[p, 0], [0, 0]], [[0, 0, 1], [0, 0, 0]], [[0, 0, 0], [x, y, 0]]
    tall = [[0, t * y], [p, 0], [0, -t * x]], [[1, 0], [0, 0]], [[0, x], [0, 0], [0, y]]
    telling = [_mixed(*map(np.array, point), rng) for point in (square, wide, tall)]
    return SimpleNamespace(telling=telling, points=telling + [
        _stationary(rng, dims, rank, (-1) ** k) for k, (dims, rank) in enumerate(SHAPES)])


def _mixed(W2, W1, rest, rng):
    """(A W_1, W_2 A^{-1}, M), M = W_2 W_1 + rest, so grad l = -rest; A random, invertible."""
    A = np.eye(2) + rng.uniform(.2, .5, (2, 2))  # no rotation: the two kernels come apart
    return A @ W1, W2 @ np.linalg.inv(A), W2 @ W1 + rest


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
    return W1, W2, W2 @ W1 - G


def _forms(points, direction):
    """The Hessian form along the direction at every point, or which matrix does not fit."""
    for W1, W2, M in points:
        net = LinearNetwork(SquaredLoss(M), hidden=(len(W1),))
        found = direction(W1, W2, W2 @ W1 - M)
        for D, W, letter in zip(found, (W1, W2), ("D1", "D2"), strict=True):
            if D.shape != W.shape:
                yield f"{letter} has shape {D.shape}, expected {W.shape}"
                return
        D = net.join(found)
        yield float(net.hess_form(net.join([W1, W2]), D, D))


def _judge(given, answers):
    forms = _forms(given.points, answers["direction"])
    for (W1, W2, _), form in zip(given.points, forms, strict=False):
        widths = f"On a point of widths {(W1.shape[1], len(W1), len(W2))}"
        if isinstance(form, str):
            return "direction", f"{widths} {form}."
        if abs(form + 1) > 1e-9:
            return "direction", (f"{widths} the Hessian form along your direction "
                                 f"is {form:.6g}, not -1.")
    return None


def construct(W1, W2, G, *, exchanged=False, swapped=False, sign=-1):
    """Theorem 6.11's direction; the keywords make the known mistakes."""
    (d_1, d_0), d_2 = W1.shape, len(W2)
    i, j = np.unravel_index(np.abs(G).argmax(), G.shape)
    e_i, e_j = (np.eye(d_2)[j], np.eye(d_0)[i]) if swapped else (np.eye(d_2)[i], np.eye(d_0)[j])
    upper = d_1 >= d_2
    v = np.linalg.svd(W2 if upper != exchanged else W1.T)[2][-1]
    D1, D2 = np.outer(v, e_j), np.outer(e_i, v)
    q = np.sum((D2 @ W1 if upper else W2 @ D1) ** 2)
    alpha = sign * (q + 1) / (2 * G[i, j])
    return (alpha * D1, D2) if upper else (D1, alpha * D2)


def _mistake(title, hint, **wrong):
    """The construction with one thing wrong, recognized by the forms that it gives."""
    def built(W1, W2, G):
        return construct(W1, W2, G, **wrong)

    def shows(given, answers):
        found = list(_forms(given.telling, answers["direction"]))
        mistaken = list(_forms(given.telling, built))
        return (not any(isinstance(form, str) for form in found)
                and np.allclose(found, mistaken, rtol=1e-6, atol=1e-9))

    return Mistake(title, hint, lambda given: {"direction": built}, shows)


EXERCISE = Exercise(
    id="6.2.7-c",
    title="The direction for every shape",
    asks=(Ask("direction", DIRECTION, hints=(
        "Start with widths where d_1 >= d_2: "
        "take v with W_2 v = 0, D_1 = alpha v e_j^T, D_2 = e_i v^T, and c = G[i, j].",
        "The last row of np.linalg.svd(W)[2] is a unit vector v with W v = 0, if there is one.",
        "If d_1 < d_2, exchange the layers: v from the kernel of W_1^T, and alpha in front of D_2. "
        "Which matrix is left of W_2 D_1 + D_2 W_1 then?")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "the other kernel",
            "Your v lies in the kernel of the other matrix. The part with alpha has "
            "to vanish from W_2 D_1 + D_2 W_1: which matrix must send v to 0 for that?",
            exchanged=True),
        _mistake(
            "rows and columns swapped",
            "You put e_i where e_j belongs. Look at D_2 D_1: it must have its one "
            "entry where G has the entry c. Which of the two vectors counts rows of G?",
            swapped=True),
        _mistake(
            "sign",
            "Your direction curves up: the form is 2q + 1 at every point. "
            "Solve q + 2 alpha c = -1 for alpha once more.",
            sign=1),
    ),
    right="It works at every point that was tried: on square, wide and tall networks, with d_1 "
          "from 1 to 4, at the origin, and where W_2 has no kernel. Why it works wherever G is not "
          "0 is the proof of Theorem 6.11. Next: turn α in `negative_direction` and find yours.",
    solution=r"""
Take the largest entry $c=G_{ij}$. If $d_1\ge d_2$, there is a unit vector $v$ with $W_2v=0$.
Then $D_1=\alpha\,v\,e_j^T$ and $D_2=e_iv^T$ give $F=W_2D_1+D_2W_1=D_2W_1$, so the form is
$q+2\alpha c$ with $q=\|D_2W_1\|^2$. If $d_1<d_2$, then $d_1\ge d_0$, and there is a unit vector $v$
with $W_1^Tv=0$. Now $D_1=v\,e_j^T$ and $D_2=\alpha\,e_iv^T$ give $F=W_2D_1$ and $q=\|W_2D_1\|^2$.
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
