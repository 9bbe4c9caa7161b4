"""What the functions of 6.2.5-c and -d are tried on: networks of several shapes and depths."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import WrongKind, array, number_text, show
from ..mistakes import on_every_case

# d_0, .., d_N. Where all layers are square, wrong products exist too, and mistakes are recognized.
SQUARE = ((2, 2), (2, 2, 2), (2, 2, 2, 2), (3, 3, 3), (2, 2, 2, 2, 2))
OTHER = ((1, 2), (3, 2), (2, 3, 2), (3, 1, 2), (2, 4, 3), (1, 2, 3, 1), (2, 3, 3, 1, 2),
         (1, 2, 1, 3, 2, 1))


def random_matrix(rng, *shape):
    """Small whole numbers, none of them 0."""
    return rng.choice((-3., -2., -1., 1., 2., 3.), shape)


def random_weights(rng, dims):
    """Weights of a network of widths d_0, .., d_N."""
    return [random_matrix(rng, *shape) for shape in zip(dims[1:], dims[:-1], strict=True)]


def drawn(point, *special):
    """Instances point(d_0, .., d_N) of every shape; small special ones come first."""
    return SimpleNamespace(cases=[*special, *(point(*dims) for dims in SQUARE)],
                           other=[point(*dims) for dims in OTHER])


def product(weights):
    """W_N .. W_1."""
    W = weights[0]
    for next_W in weights[1:]:
        W = next_W @ W
    return W


def exchanged(weights, j, *layers):
    """The product with `layers` in the place of as many, beginning at weights[j]."""
    return product([*weights[:j], *layers, *weights[j + len(layers):]])


def matrices(value):
    """The kind "a list of matrices", of any number and shapes; one array of them all too.

    >>> [W.shape for W in matrices(([[1, 2]], [[3], [4]]))]
    [(1, 2), (2, 1)]
    """
    try:
        if isinstance(value, list | tuple | np.ndarray) and len(value):
            return [array(None, None)(one) for one in value]
    except (TypeError, WrongKind):  # an array without a length, a member that is no matrix
        pass
    raise WrongKind(f"{show(value)}, expected a list of matrices of finite numbers, "
                    "one for each layer")


def named(**case):
    """A case as a student reads it: its numbers where they are few, else its widths.

    >>> named(weights=[np.array([[2.]])], G=np.array([[3.]]))
    '`weights` = [[[2]]], `G` = [[3]]'
    >>> named(weights=[np.ones((3, 2)), np.ones((4, 3))])
    'a network of widths 2, 3, 4'
    """
    text = ", ".join(f"`{name}` = {number_text(value)}" for name, value in case.items())
    if len(text) <= 75:
        return text
    weights = case["weights"]
    return f"a network of widths {weights[0].shape[1]}, {', '.join(str(len(W)) for W in weights)}"


def off(found, right):
    """Which numbers are wrong by more than 1e-7, relative to the largest where that is above 1."""
    return np.abs(found - right) > 1e-7 * max(1, np.abs(right).max())


def near(found, right):
    """Whether no number is off."""
    return not np.any(off(found, right))


def on_every_network(name, fault):
    """A judge for a function: first on `given.cases`, with square layers, then on `given.other`."""
    judge = on_every_case(name, fault)

    def on_all(given, answers):
        return judge(given, answers) or judge(SimpleNamespace(cases=given.other), answers)

    return on_all
