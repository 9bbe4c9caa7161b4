"""The plane through A, B and 0 in weight space, and the loss on it: what `two_zeros` shows."""
from functools import cache

import numpy as np

from ...feedforward import FeedForward

SIZE = 3                                                  # the plane is drawn for |a|, |b| <= SIZE
TICKS = np.linspace(-SIZE, SIZE, 81)
ZERO_AT_ZERO = ("tanh", "linear", "relu", "sin", "step")  # sigma(0) = 0; the other one here is the sigmoid

SCALE = 1.2                                               # of random weights
SAMPLES = np.random.default_rng(3).normal(size=(2, 14)).round(1)
LABELS = np.where(SAMPLES[:1] + .4 * SAMPLES[1:] ** 2 > .2, 1., -1.)


def _wrong_signs(outputs, Y):
    return ((outputs > 0) != (Y > 0)).mean((-2, -1))


LOSSES = {"squared": "squared", "absolute": "absolute", "wrong signs": _wrong_signs}
NETS = {"random, depth 2": ((2, 3, 1), 11, False), "trained, depth 2": ((2, 3, 1), 11, True),
        "random, depth 3": ((2, 3, 3, 1), 23, False), "trained, depth 3": ((2, 3, 3, 1), 23, True)}    # widths, seed, trained


class Plane:
    """The weights (a W_1, .., a W_{N-1}, b W_N) for all numbers a, b: W is (1, 1), A is (2, 0), B is (0, 2)."""

    def __init__(self, activation, loss, net, data):
        dims, seed, trained = NETS[net]
        self.net = FeedForward(dims, activation)
        X, Y = (np.zeros((2, 1)), np.ones((1, 1))) if data == "zero" else (SAMPLES, LABELS)
        self.L = self.net.objective(X, Y, LOSSES[loss])
        *self.hidden, self.last = self.net.split(self.net.random(seed, SCALE))
        if trained:
            self.last = self._fitted()
        self.zero = float(self.L(self.net.zeros()))

    def _fitted(self):
        """W_N by least squares on the samples, rounded, the hidden layers as they are."""
        width = self.net.dims[-2]
        layers = FeedForward((*self.net.dims[:-1], width), self.net.activation)
        h = layers.forward(layers.join([*self.hidden, np.eye(width)]), SAMPLES)
        return np.linalg.lstsq(h.T, LABELS.T, rcond=1e-9)[0].T.round(3)

    def weights(self, a, b):
        a, b = np.asarray(a)[..., None, None], np.asarray(b)[..., None, None]
        return self.net.join([*(a * W for W in self.hidden), b * self.last])

    def loss(self, a, b):
        return self.L(self.weights(a, b))

    def grid(self):
        """The loss on TICKS x TICKS, the rows along b."""
        return self.loss(*np.meshgrid(TICKS, TICKS))


plane = cache(Plane)
