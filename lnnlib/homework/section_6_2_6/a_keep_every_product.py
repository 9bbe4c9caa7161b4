"""6.2.6-a: change the weights and leave every product as it is."""
from itertools import accumulate
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import arrays
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

SIZE, DEPTH, K_STAR = 3, 4, 2
MOVED, KEPT = 1e-3, 1e-10


def _instance(*layers):
    return SimpleNamespace(**{f"W_{k}": layer for k, layer in enumerate(layers, start=1)})


def _draw(rng):
    """Whole numbers: W_1, W_3, W_4 invertible, W_2 of rank 2.

    No known mistake is near a right answer or another one.
    """
    while True:
        layers = rng.integers(-2, 3, size=(DEPTH, SIZE, SIZE))
        layers[1, 2] = layers[1, 0] + layers[1, 1]
        given = _instance(*layers.tolist())
        ranks = [np.linalg.matrix_rank(layer) for layer in layers]
        if ranks == [3, 2, 3, 3] and _apart(given):
            return given


def _apart(given):
    """Whether right and wrong vectors point far from one another, for the layers 3 and 4."""
    _, left, right, first = _vectors(given)
    wrong = [{3: left[3], 4: left[4]}, {3: right, 4: right}, {3: first[2], 4: first[3]}]
    kinds = [{3: left[2], 4: left[3]}, *wrong]
    return all(abs(one[k] @ other[k]) < .97
               for i, one in enumerate(kinds) for other in kinds[:i] for k in (3, 4))


def _layers(given):
    return [np.array(getattr(given, f"W_{k}"), float) for k in range(1, DEPTH + 1)]


def _products(layers):
    """W_{1:1}, .., W_{1:N}."""
    return list(accumulate(layers, lambda product, W: W @ product))


def _vectors(given):
    """The products; {k: u_k}, the last column of U_k; v; {k: first column of U_k}.

    k is 2, 3, 4, and v the common kernel of the products.
    """
    products = _products(_layers(given))
    svds = {k: np.linalg.svd(products[k - 1]) for k in range(K_STAR, DEPTH + 1)}
    return products, {k: U[:, -1] for k, (U, _, _) in svds.items()}, svds[K_STAR][2][-1], {
        k: U[:, 0] for k, (U, _, _) in svds.items()}


def _changes(given, weights):
    return [new - old for new, old in zip(weights, _layers(given), strict=True)]


def _judge(given, answers):
    changes, products = _changes(given, answers["weights"]), _products(_layers(given))
    for k, change in enumerate(changes[:K_STAR], start=1):
        if np.abs(change).max() > KEPT:
            return "weights", (f"Layer {k} has changed. Here k* is at least {k}, "
                               "and the layers up to k* stay as they are.")
    for k, product in enumerate(_products(answers["weights"]), start=1):
        scale = max(1, *(np.abs(change).max() for change in changes))  # what rounding may cost
        moved = np.abs(product - products[k - 1]).max()
        if moved > KEPT * scale:
            return "weights", (f"The product of the first {k} layers has moved: "
                               f"an entry changed by {moved:.3g}.")
    size = np.sqrt(sum((change**2).sum() for change in changes))
    if size < MOVED:
        return "weights", ("All products stand still, but so do the weights: "
                           f"they moved by {size:.1g}, and {MOVED:g} is asked for.")
    return None


def _along(vectors):
    """Whether every changed layer was changed by a matrix w v^T with its mistaken vector v."""
    def shows(given, answers):
        changes = enumerate(_changes(given, answers["weights"]), start=1)
        changes = {k: change for k, change in changes if np.abs(change).max() > KEPT}
        wrong = vectors(given)
        return bool(changes) and all(
            k in wrong and _is_along(change, wrong[k]) for k, change in changes.items())

    return shows


def _is_along(change, v):
    """Whether `change` is w v^T for some w; v has length 1."""
    rest = change - change @ np.outer(v, v)
    return np.abs(rest).max() <= 1e-9 * np.abs(change).max()


def _moved_along(vectors):
    """W_k + w v^T in the layers 3 and 4, with w all ones."""
    def answers(given):
        weights = _layers(given)
        for k, vector in vectors(given).items():
            weights[k - 1] = weights[k - 1] + np.outer(np.ones(SIZE), vector)
        return {"weights": weights}

    return answers


def _right_singular(given):
    v = _vectors(given)[2]
    return {3: v, 4: v}


def _first_column(given):
    first = _vectors(given)[3]
    return {3: first[2], 4: first[3]}


def _index_shifted(given):
    left = _vectors(given)[1]
    return {3: left[3], 4: left[4]}


EXERCISE = Exercise(
    id="6.2.6-a",
    title="Move the weights, keep every product",
    asks=(Ask("weights", arrays(*[(SIZE, SIZE)] * DEPTH), hints=(
        "First find k*: print the rank of the product of the first k layers, for k = 1, 2, 3.",
        "Layer k > k* becomes W_k + w u^T. The rows that you add meet the product "
        "of the first k - 1 layers: which u makes u^T times that product 0?",
        "For each k > k* take the SVD of the product of the first k - 1 layers. "
        "In U, look for the column that belongs to the singular value 0. Any w will do.")),),
    lecture=_instance([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [[1, 2, 0], [0, 1, -1], [1, 3, -1]],
                      [[1, 0, 2], [1, 1, 0], [0, 1, 1]], [[2, 1, 0], [0, 1, 1], [1, 0, -1]]),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "right singular vector",
            "You added rows along v with W v = 0. What you add stands to the left of the product: "
            "W_k + w v^T meets it as v^T W. On which side of W must your vector give 0?",
            _moved_along(_right_singular), _along(_right_singular)),
        Mistake(
            "first column",
            "Your vector is a column of U, but that of the largest singular value. "
            "Which singular value is 0?",
            _moved_along(_first_column), _along(_first_column)),
        Mistake(
            "index",
            "Your vector belongs to the product that includes layer k itself. "
            "What does the change of layer k meet first, on its right?",
            _moved_along(_index_shifted), _along(_index_shifted)),
    ),
    right="Every product stands still although the weights have moved, and they could move "
          "as far as you like. Next: compute the gradient at your weights for some target. "
          "It was 0 in layer k* only if you were lucky.",
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
weights = [np.array(W) for W in (data.W_1, data.W_2, data.W_3, data.W_4)]
for k in (3, 4):
    before = np.linalg.multi_dot([*weights[k - 2::-1]])
    u = np.linalg.svd(before)[0][:, -1]
    weights[k - 1] = weights[k - 1] + np.outer([1, 1, 1], u)
""",
)
