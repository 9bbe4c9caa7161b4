"""What the functions of 6.2.5-c and -d are tried on: networks of several shapes and depths."""
import numpy as np

from ...answers.kinds import WrongKind, array, show

SHAPES = ((2, 2, 2, 2, 2), (3, 2), (1, 1), (2, 4, 3), (3, 1, 2), (1, 2, 3, 1), (2, 3, 3, 1, 2),
          (1, 2, 1, 3, 2, 1))                                                     # d_0, .., d_N


def random_weights(rng, dims):
    """Weights of one decimal, so that a message can show them."""
    return [rng.normal(size=shape).round(1) for shape in zip(dims[1:], dims[:-1], strict=True)]


def product(weights):
    """W_N .. W_1."""
    W = weights[0]
    for next_W in weights[1:]:
        W = next_W @ W
    return W


def between(weights, j, k):
    """W_{j:k}, 1-based; where j > k the identity of size d_{j-1}."""
    W = np.eye(weights[0].shape[1] if j == 1 else weights[j - 2].shape[0])
    for next_W in weights[j - 1:k]:
        W = next_W @ W
    return W


def matrices(value):
    """The kind "a list of matrices", of any number and shapes."""
    expected = "a list of matrices, one for each layer"
    is_array = isinstance(value, np.ndarray) and value.ndim == 3
    found = list(value) if is_array or isinstance(value, list | tuple) else None
    if not found:
        raise WrongKind(f"{show(value)}, expected {expected}")
    return [array(None, None)(one) for one in found]


def named(weights, kind="a network"):
    """A network as a student reads it: "a network of widths 3, 2, 4"."""
    widths = [weights[0].shape[1], *(W.shape[0] for W in weights)]
    return f"{kind} of widths {', '.join(map(str, widths))}"
