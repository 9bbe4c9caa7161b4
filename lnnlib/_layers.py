"""Weights in two readings: the matrices W_1, .., W_N of the lecture, and one flat vector w."""
from itertools import accumulate

import numpy as np

from lnnlib._arguments import array, count, fail, shown
from lnnlib._objective import Objective


def widths_of(name, widths):
    """`widths` as a tuple of ints >= 1; a ValueError names the one that is not."""
    try:
        widths = tuple(widths)
    except TypeError:
        fail(name, shown(widths), "a sequence of widths")
    return tuple(count(f"{name}[{n}]", width, at_least=1) for n, width in enumerate(widths))


class Layers:
    """The widths dims = (d_0, .., d_N) and the two readings: matrices, or a vector w of R^dim."""

    _point = Objective._point

    def __init__(self, dims):
        self.dims, self.depth = tuple(dims), len(dims) - 1
        self._shapes = list(zip(self.dims[1:], self.dims, strict=False))
        ends = list(accumulate((m * n for m, n in self._shapes), initial=0))
        self._blocks = [(slice(*ends[n:n + 2]), shape) for n, shape in enumerate(self._shapes)]
        self.dim = ends[-1]

    def split(self, w):
        """[W_1, .., W_N] of w: views, so that writing into a matrix writes into w."""
        return self._matrices(self._point(w))

    def _matrices(self, w):
        lead = w.shape[:-1]
        return [w[..., block].reshape(lead + shape) for block, shape in self._blocks]

    def join(self, weights):
        """The vector w of the matrices [W_1, .., W_N]; leading axes broadcast."""
        weights = list(weights)
        if len(weights) != self.depth:
            fail("weights", f"a list of {len(weights)}",
                 f"{self.depth} matrices W_1 .. W_{self.depth}")
        weights = [array(f"weights[{n}]", W, (..., *self._shapes[n]),
                         f"W_{n + 1} maps d_{n}={self.dims[n]} to d_{n + 1}={self.dims[n + 1]}",
                         real=False)
                   for n, W in enumerate(weights)]
        lead = np.broadcast_shapes(*(W.shape[:-2] for W in weights))
        w = np.empty((*lead, self.dim), np.result_type(*weights))
        for block, W in zip(self._matrices(w), weights, strict=True):
            block[...] = W
        return w

    def zeros(self):
        """The vector of all-zero weights."""
        return np.zeros(self.dim)

    def random(self, rng, scale=1.0, size=()):
        """Independent N(0, scale^2) weights, shape (*size, dim); rng is a Generator or a seed."""
        return scale * np.random.default_rng(rng).normal(size=(*size, self.dim))
