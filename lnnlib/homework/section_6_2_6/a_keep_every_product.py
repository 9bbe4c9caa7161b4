"""6.2.6-a: change the weights and leave every product as it is."""
import math
from functools import reduce
from itertools import accumulate
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import arrays
from ..exact import exact, rounded
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

SIZE, DEPTH, K_STAR = 3, 4, 2
MOVED, KEPT = 1e-3, 1e-10


def _instance(*layers):
    return SimpleNamespace(**{f"W{k}": layer for k, layer in enumerate(layers, start=1)})


def _draw(rng):
    """Whole numbers: W1, W3, W4 invertible, W2 of rank 2."""
    while True:
        layers = rng.integers(-2, 3, size=(DEPTH, SIZE, SIZE))
        layers[1, 2] = layers[1, 0] + layers[1, 1]
        given = _instance(*layers.tolist())
        ranks = [np.linalg.matrix_rank(layer) for layer in layers]
        if ranks == [3, 2, 3, 3] and _tells_apart(given):
            return given


def _tells_apart(given):
    """Whether every known mistake is wrong here, and taken for no other one."""
    for mistake in MISTAKES:
        made = mistake.made(given)
        taken_for = [one for one in MISTAKES if one.recognizes(given, made)]
        if _judge(given, made) is None or taken_for != [mistake]:
            return False
    return True


def _layers(given):
    return [np.array(getattr(given, f"W{k}"), float) for k in range(1, DEPTH + 1)]


def _products(layers):
    """W_{1:1}, .., W_{1:N}."""
    return list(accumulate(layers, lambda product, W: W @ product))


def _judge(given, answers):
    """In rationals: nothing overflows, and only the student's own rounding has to be forgiven."""
    old, new = (list(map(exact, layers)) for layers in (_layers(given), answers["weights"]))
    changes = [after - before for before, after in zip(old, new, strict=True)]
    for k, change in enumerate(changes[:K_STAR], start=1):
        if np.abs(change).max() > KEPT:
            return "weights", (f"Layer {k} has changed. Here k* is at least {k}, "
                               "and the layers up to k* stay as they are.")
    scale = max(1, *(np.abs(change).max() for change in changes))  # what rounding may cost
    for k, (before, after) in enumerate(zip(_products(old), _products(new), strict=True), start=1):
        moved = rounded(np.abs(after - before).max())
        if moved > KEPT * scale:
            return "weights", (f"The product of the first {k} layers has moved: "
                               f"an entry changed by {moved:.3g}.")
    size = math.sqrt(rounded(sum((change**2).sum() for change in changes)))
    if size < MOVED * (1 - 1e-9):
        return "weights", ("All products stand still, but so do the weights: "
                           f"they moved by {size:.4g}, and {MOVED:g} is asked for.")
    return None


def _svd(layers):
    """U and V^T of the product, the first of the layers on its right."""
    U, _, Vt = np.linalg.svd(reduce(lambda product, W: W @ product, layers))
    return U, Vt


def _mistake(name, hint, vector, turned=False):
    """w v^T is added to the layers beyond k*, v = vector(layers, k) and any w; turned, v w^T."""
    def answers(given):
        layers = _layers(given)
        added = [np.outer(np.ones(SIZE), vector(layers, k)) for k in range(K_STAR + 1, DEPTH + 1)]
        moved = [W + (A.T if turned else A) for W, A in zip(layers[K_STAR:], added, strict=True)]
        return {"weights": layers[:K_STAR] + moved}

    def shows(given, answers):
        layers = _layers(given)
        changes = {k: new - old for k, (old, new)
                   in enumerate(zip(layers, answers["weights"], strict=True), start=1)
                   if np.abs(new - old).max() > KEPT}
        return bool(changes) and all(
            k > K_STAR and _along(change.T if turned else change, vector(layers, k))
            for k, change in changes.items())

    return Mistake(name, hint, answers, shows)


def _along(change, v):
    """Whether `change` is w v^T for some w; v has length 1."""
    change = change / np.abs(change).max()
    return np.abs(change - change @ np.outer(v, v)).max() <= 1e-9


MISTAKES = (
    _mistake(
        "right singular vector",
        "You added rows along v with Wv = 0. What you add stands to the left of the product W: "
        "Wₖ + wvᵀ meets it as vᵀW. On which side of W must your vector give 0?",
        lambda layers, k: _svd(layers[: k - 1])[1][-1]),
    _mistake(
        "first column",
        "Your vector is a column of U, but that of the largest singular value. "
        "Which singular value is 0?",
        lambda layers, k: _svd(layers[: k - 1])[0][:, 0]),
    _mistake(
        "index",
        "Your vector belongs to the product that includes layer k itself. "
        "What does the change of layer k meet first, on its right?",
        lambda layers, k: _svd(layers[:k])[0][:, -1]),
    _mistake(
        "order of the product",
        "Your vector belongs to a product with W₁ on the left. "
        "Which layer does x meet first in W_{1:k}x?",
        lambda layers, k: _svd(layers[k - 2 :: -1])[0][:, -1]),
    _mistake(
        "columns for rows",
        "You added uwᵀ: its columns lie along u. "
        "The product of the layers before stands on its right: what meets it, rows or columns?",
        lambda layers, k: _svd(layers[: k - 1])[0][:, -1], turned=True),
)

EXERCISE = Exercise(
    id="6.2.6-a",
    title="Move the weights, keep every product",
    asks=(Ask("weights", arrays(*[(SIZE, SIZE)] * DEPTH), hints=(
        "First find k*: print the rank of the product of the first k layers, for k = 1, 2, 3.",
        "Layer k > k* becomes Wₖ + wuᵀ. The rows that you add meet the product "
        "of the first k − 1 layers: which u makes uᵀ times that product 0?",
        "For each k > k* take the SVD of the product of the first k − 1 layers. "
        "In U, look for the column that belongs to the singular value 0. Any w will do.")),),
    lecture=_instance([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [[1, 2, 0], [0, 1, -1], [1, 3, -1]],
                      [[1, 0, 2], [1, 1, 0], [0, 1, 1]], [[2, 1, 0], [0, 1, 1], [1, 0, -1]]),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="Every product stands still although the weights have moved, and they could move "
          "as far as you like. Next: step 5 of the proof. Where W is a local minimum, "
          "so are all such weights near W, and the gradient is 0 at every one of them.",
    solution=r"""
$W_1$ has rank 3, $W_{1:2}$ and $W_{1:3}$ have rank 2. So $k^*=2$, and layers 3 and 4 may change.
The change of layer $k$ meets $W_{1:k-1}$ on its right.
So its rows must lie along $u_{k-1}$ with $u_{k-1}^TW_{1:k-1}=0$: the column of $U_{k-1}$ that
belongs to the singular value 0, here the last one. The vector $w_k$ is free.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.2.6-a")
weights = [data.W1, data.W2, data.W3, data.W4]
product = data.W1
for k in (3, 4):
    product = weights[k - 2] @ product
    u = np.linalg.svd(product)[0][:, -1]
    weights[k - 1] = weights[k - 1] + np.outer([1, 1, 1], u)
""",
)
