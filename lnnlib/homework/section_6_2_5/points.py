"""The small points that are worked by hand: three 2 x 2 matrices of whole numbers and a target."""
import numpy as np

LECTURE = dict(W1=[[1, 2], [0, 1]], W2=[[0, 1], [1, 1]], W3=[[1, 0], [1, -1]], M=[[1, 0], [0, 1]])
FURTHER = dict(W1=[[1, 0], [2, 1]], W2=[[1, 1], [0, 1]], W3=[[0, 1], [1, 0]], M=[[1, 0], [0, 1]])


def matrices(W1, W2, W3, M):
    """The point as arrays."""
    return {name: np.array(matrix) for name, matrix in dict(W1=W1, W2=W2, W3=W3, M=M).items()}


def drawn(rng):
    """Another point: entries from -2 to 2, the target stays the identity."""
    W1, W2, W3 = rng.integers(-2, 3, (3, 2, 2))
    return matrices(W1, W2, W3, np.eye(2, dtype=int))


def slope(point):
    """grad l of the square loss at the product."""
    return point["W3"] @ point["W2"] @ point["W1"] - point["M"]


def distinct(rng, make, answers):
    """The first of make(rng) for which no two of `answers`, right and mistaken ones, are alike."""
    while True:
        given = make(rng)
        found = answers(given)
        if not any(np.array_equal(one, other)
                   for k, one in enumerate(found) for other in found[:k]):
            return given
