"""A network with biases, read as one without: beside each layer stands a unit that is always 1."""
import numpy as np

from ...feedforward import FeedForward


class WithBiases(FeedForward):
    """x -> W_N sigma(.. sigma(W_1 x + b_1) ..) + b_N, one unit more before each layer: it is 1.

    So the matrices are [[W_n, b_n], [0, 1]], the last one is [W_N, b_N], and sigma leaves the last
    unit alone. The rows (0, 1) stay what they are: gradients, permutations and means of such
    weights do not change them.

    >>> net = WithBiases((1, 1, 1), "relu")
    >>> w = net.join([[[1, -2], [0, 1]], [[3, 5]]])         # y = 3 relu(x - 2) + 5
    >>> net.forward(w, net.samples([[0, 4]])).tolist()
    [[5.0, 11.0]]
    """

    def __init__(self, dims, activation):
        super().__init__((*(d + 1 for d in dims[:-1]), dims[-1]), activation)
        sigma, slope = self._sigma, self._slope
        self._sigma = lambda z: _ending_in(1, sigma(z))
        self._slope = lambda z: _ending_in(0, slope(z))

    def random(self, rng, scale=1.0, size=()):
        """Independent N(0, scale^2) weights and biases."""
        w = super().random(rng, scale, size)
        for W in self.split(w)[:-1]:
            W[..., -1, :-1], W[..., -1, -1] = 0, 1
        return w

    @staticmethod
    def samples(X):
        """The inputs X with the unit that is always 1."""
        return np.vstack([X, np.ones((1, np.shape(X)[1]))])


def _ending_in(number, units):
    units = units.copy()
    units[..., -1, :] = number
    return units
