"""Stationary points of networks of depth 2 that are no global minima, of several shapes and losses."""
from functools import lru_cache

import numpy as np

from ...losses import LogisticLoss, SquaredLoss
from ...networks import LinearNetwork

TARGET = np.array([[1, .4, -.2], [-.3, .8, .5], [.2, -.6, .7]])


def _one_mode(rows, columns, hidden, shear):
    """Squared loss: the first mode of the target kept, balanced, then W_1 -> A W_1, W_2 -> W_2 A^{-1} with A sheared."""
    target = TARGET[:rows, :columns]
    net = LinearNetwork(SquaredLoss(target), (hidden,))
    U, s, Vt = np.linalg.svd(target)
    W_1, W_2 = net.split(net.balanced(s[0] * np.outer(U[:, 0], Vt[0])))
    A = np.eye(hidden)
    A[0, 1] = A[1, 0] = shear
    return net, net.join([A @ W_1, W_2 @ np.linalg.inv(A)])


def _without_kernel():
    """A point of widths (2, 2, 3) where W_2 has full rank: W_2 + x n^T with W_1^T n = 0 and x^T grad l = 0."""
    net, w = _one_mode(3, 2, 2, .4)
    W_1, W_2 = net.split(w)
    x, n = np.linalg.svd(net.loss.target)[0][:, -1], np.linalg.svd(W_1)[0][:, -1]
    return net, net.join([W_1, W_2 + np.outer(x, n) / 2])


def _origin(loss):
    net = LinearNetwork(loss, (2,))
    return net, net.zeros()


@lru_cache
def point(name):
    """The network and the stationary point of that name."""
    return {
        "origin": lambda: _origin(SquaredLoss(TARGET[:2, :2])),
        "balanced": lambda: _one_mode(2, 2, 2, 0),
        "sheared": lambda: _one_mode(2, 2, 2, .5),
        "wide in": lambda: _one_mode(2, 3, 2, .4),
        "wide out": _without_kernel,
        "logistic": lambda: _origin(LogisticLoss([[3, -2, 1, -3], [1, 2, -2, 1]], [1, 1, -1, -1])),
    }[name]()


POINTS = {"the origin, widths (2, 2, 2)": "origin", "one mode kept, balanced": "balanced", "the same, not balanced": "sheared",
          "widths (3, 2, 2): v in Ker W₂": "wide in", "widths (2, 2, 3): v in Ker W₁ᵀ": "wide out",
          "the origin, logistic loss": "logistic"}
