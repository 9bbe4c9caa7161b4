"""6.2.5-c: the gradient for every shape and depth, as a function."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import function
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .networks import SHAPES, between, matrices, named, product, random_weights


def _draw(rng):
    """(name, weights, G): random points, a minimum (G = 0), the origin of a deep network."""
    random = [random_weights(rng, dims) for dims in SHAPES]
    points = [(named(weights), weights, rng.normal(size=product(weights).shape).round(1))
              for weights in random]
    flat, zeros = random_weights(rng, (2, 3, 2)), [0 * W for W in random_weights(rng, (2, 2, 2, 3))]
    points.append((named(flat, "a network with G = 0,"), flat, np.zeros((2, 2))))
    points.append((named(zeros, "the zero weights"), zeros, rng.normal(size=(3, 2)).round(1)))
    return SimpleNamespace(points=points)


def _derivative(weights, G, j):
    """d<G, W_{1:N}> / dW_j entry by entry.

    The product is linear in each layer, so put unit matrices in its place.
    """
    found = np.empty_like(weights[j])
    for place in np.ndindex(found.shape):
        unit = np.zeros_like(found)
        unit[place] = 1
        found[place] = (G * product([*weights[:j], unit, *weights[j + 1:]])).sum()
    return found


def _judge(given, answers):
    for name, weights, G in given.points:
        found = answers["gradient"](weights, G)
        if len(found) != len(weights):
            return "gradient", (f"For {name} you return a list of {len(found)}: "
                                "expected one matrix for each layer.")
        for j, (block, W) in enumerate(zip(found, weights, strict=True)):
            if block.shape != W.shape:
                return "gradient", (f"For {name} grad_{j + 1} has shape {block.shape}, "
                                    f"but W_{j + 1} has shape {W.shape}.")
            if not np.allclose(block, _derivative(weights, G, j), rtol=1e-7, atol=1e-9):
                return "gradient", (f"For {name} grad_{j + 1} is wrong: "
                                    f"<grad_{j + 1}, D> is not the change of <G, W_N .. "
                                    f"W_1> when D is added to W_{j + 1} alone.")
    return None


def _no_transposes(weights, G):
    N = len(weights)
    return [between(weights, j + 1, N) @ G @ between(weights, 1, j - 1) for j in range(1, N + 1)]


def _transposed(weights, G):
    N = len(weights)
    return [between(weights, j + 1, N).T @ G.T @ between(weights, 1, j - 1).T
            for j in range(1, N + 1)]


def _swapped(weights, G):
    N = len(weights)
    return [between(weights, 1, j - 1).T @ G @ between(weights, j + 1, N).T
            for j in range(1, N + 1)]


def _reversed_products(weights, G):
    """W_{j+1} .. W_N in the place of W_N .. W_{j+1}."""
    def backwards(some):
        return product(some[::-1]) if some else np.eye(2)

    return [backwards(weights[j + 1:]).T @ G @ backwards(weights[:j]).T
            for j in range(len(weights))]


def _reversed_list(weights, G):
    return [_derivative(weights, G, j) for j in reversed(range(len(weights)))]


def _mistake(name, hint, wrong):
    """A mistake that shows on the first network: its layers are 2 x 2, so wrong products fit."""
    def shows(given, answers):
        _, weights, G = given.points[0]
        found = answers["gradient"](weights, G)
        return (np.shape(found) == (len(weights), 2, 2)
                and np.allclose(found, wrong(weights, G), rtol=1e-6, atol=1e-9))

    return Mistake(name, hint, lambda given: {"gradient": wrong}, shows)


EXERCISE = Exercise(
    id="6.2.5-c",
    title="The gradient, for every shape and depth",
    asks=(Ask("gradient", function("weights, G", returns=matrices), hints=(
        "grad_j = W_{j+1:N}^T G W_{1:j-1}^T. "
        "Write a small helper that multiplies the matrices of a list in the right order.",
        "A product of no matrices is the identity: "
        "of size d_N on the left for j = N, of size d_0 on the right for j = 1.",
        "With one pass from the right you get all W_{1:j-1}, "
        "with one from the left all W_{j+1:N}.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "no transposes",
            "On square layers your blocks are W_{j+1:N} G W_{1:j-1}, without transposes. "
            "For rectangular layers the shapes would not fit: "
            "bring the factors to the other side of <G, W_{j+1:N} D W_{1:j-1}>.",
            _no_transposes),
        _mistake(
            "G transposed",
            "G enters as its transpose. <G, D> is the sum of all G_ij D_ij: no transpose in it.",
            _transposed),
        _mistake(
            "sides swapped",
            "The layers below j stand on the left of G and those above on the right. "
            "Which act first on the input?",
            _swapped),
        _mistake(
            "order of the product",
            "Your partial products run the wrong way: "
            "W_{1:3} is W_3 W_2 W_1, the first layer stands on the right.",
            _reversed_products),
        _mistake(
            "last block first",
            "All blocks are right, but the list begins with the one of W_N. "
            "The one of W_1 comes first.",
            _reversed_list),
    ),
    right="It holds on every shape and depth that was tried, at a minimum and at a saddle. "
          "Next: hand it to `taylor_orders` and see its remainder beside ours.",
    solution=r"""
If only $W_j$ moves, along $D$, then $W_{1:N}$ changes by $W_{j+1:N}\,D\,W_{1:j-1}$. By the rule
$\langle G,ADB\rangle=\langle A^TGB^T,D\rangle$ the block is $W_{j+1:N}^T\,G\,W_{1:j-1}^T$.
Two passes make all products: from below up, and from above down.
""",
    code="""
import numpy as np

def gradient(weights, G):
    below = [np.eye(weights[0].shape[1])]
    for W in weights[:-1]:
        below.append(W @ below[-1])
    above, blocks = G, []
    for W, head in zip(reversed(weights), reversed(below)):
        blocks.append(above @ head.T)
        above = W.T @ above
    return blocks[::-1]
""",
)
