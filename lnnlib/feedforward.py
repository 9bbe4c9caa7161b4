"""The fully connected network of section 6.1 and its training loss.

w has shape (..., dim), W_n has shape (..., d_n, d_{n-1}); samples are columns.
"""
from itertools import accumulate

import numpy as np

from lnnlib._arguments import array, fail, shown
from lnnlib._layers import Layers, widths_of
from lnnlib._objective import Objective
from lnnlib.losses import magnitude, sigmoid


def _step(z):
    return (z.real > 0).astype(float)


_ACTIVATIONS = {    # name: (sigma, sigma'); none breaks a complex step
    "linear": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "relu": (lambda z: z * _step(z), _step),
    "sin": (np.sin, np.cos),
    "step": (_step, None),
}


class FeedForward(Layers):
    """x -> W_N sigma(W_{N-1} .. sigma(W_1 x)), sigma entrywise, none after W_N (eq. 6.1).

    dims = (d_0, .., d_N). activation: "linear", "tanh", "sigmoid", "relu" (no slope at 0), "sin",
    "step" (1 where z > 0), or any function of an array, entrywise; a function of yours and "step"
    have no gradient.

    >>> net = FeedForward((2, 3, 1), "relu")
    >>> w = net.join([[[1, 0], [0, 1], [1, 1]], [[1, 1, -1]]])
    >>> net.dim, net.forward(w, [[1, -1], [2, 2]]).tolist()
    (9, [[0.0, 1.0]])
    """

    def __init__(self, dims, activation):
        super().__init__(widths_of("dims", dims))
        if self.depth < 1:
            fail("dims", self.dims, "at least d_0 and d_1")
        self.activation = activation
        if callable(activation):
            self._sigma, self._slope = activation, None
        elif isinstance(activation, str) and activation in _ACTIVATIONS:
            self._sigma, self._slope = _ACTIVATIONS[activation]
        else:
            fail("activation", shown(activation), f"one of {', '.join(_ACTIVATIONS)} or a function")

    def __repr__(self):
        return f"FeedForward({self.dims}, {self.activation!r})"

    def with_hidden(self, hidden):
        """The same kind of network with other hidden widths."""
        return FeedForward((self.dims[0], *hidden, self.dims[-1]), self.activation)

    def forward(self, w, X):
        """The outputs (..., d_N, n) of the inputs X (d_0, n)."""
        return self._layers(w, array("X", X, (self.dims[0], None), "one column per sample"))[-1]

    def _layers(self, w, X):
        """[z_1, .., z_N]: z_1 = W_1 X, z_n = W_n sigma(z_{n-1})."""
        W = self.split(w)
        return list(accumulate(W[1:], lambda z, W_n: W_n @ self._sigma(z), initial=W[0] @ X))

    def objective(self, X, Y, loss="squared"):
        """L(w), the mean loss over X (d_0, n), Y (d_N, n): `EmpiricalLoss`."""
        return EmpiricalLoss(self, X, Y, loss)


class EmpiricalLoss(Objective):
    """L(w) of a FeedForward network's outputs O = forward(w, X), as an objective.

    X (d_0, n), Y (d_N, n). loss: "squared" 1/(2n) ||O - Y||_F^2, "absolute" 1/n sum |O - Y|, or a
    function (O, Y) -> (...). Derivatives are given for "squared" and an activation that has one.

    A relu unit with z = 0 on a sample is at its kink, unless z stays 0 because all its inputs do.
    Then hvp and hess raise ValueError, and so does grad where the kink may matter: where the
    derivative of L in the unit's output on this sample is not 0. (At w = 0 it is 0, from depth 2
    on.)

    >>> L = FeedForward((1, 1, 1), "tanh").objective(X=[[1.0]], Y=[[0.5]])
    >>> L(np.zeros(2)).item(), L.grad(np.zeros(2)).tolist(), L.hess(np.zeros(2)).tolist()
    (0.125, [0.0, 0.0], [[0.0, -0.5], [-0.5, 0.0]])
    """

    def __init__(self, net, X, Y, loss="squared"):
        self.net, self.dim, self.loss = net, net.dim, loss
        self.X = array("X", X, (net.dims[0], None), "one column per sample")
        self.n = self.X.shape[1]
        if self.n == 0:
            raise ValueError(f"X has shape {self.X.shape}, expected at least one column (a sample)")
        self.Y = array("Y", Y, (net.dims[-1], self.n), "one column per column of X")
        if not callable(loss) and loss not in ("squared", "absolute"):
            fail("loss", shown(loss), '"squared", "absolute" or a function of outputs and Y')

    def __call__(self, w):
        outputs = self.net._layers(w, self.X)[-1]
        if callable(self.loss):
            return self.loss(outputs, self.Y)
        error = outputs - self.Y
        losses = error ** 2 / 2 if self.loss == "squared" else magnitude(error)
        return losses.sum((-2, -1)) / self.n

    def grad(self, w):
        """Backpropagation: grad_n = delta_n h_{n-1}^T for n = 1..N, as one vector.

        delta_N = (O - Y)/n, delta_{n-1} = W_n^T delta_n * sigma'(z_{n-1}),
        h_n = sigma(z_n), h_0 = X.
        """
        if self.loss != "squared":
            fail("loss", shown(self.loss), '"squared" for a gradient')
        if self.net._slope is None:
            fail("activation", shown(self.net.activation), "one with a derivative for a gradient")
        w = self._point(w)
        g = np.empty(w.shape, w.dtype)
        W, G, z = self.net._matrices(w), self.net._matrices(g), self.net._layers(w, self.X)
        delta, kinks = (z[-1] - self.Y) / self.n, self._kinks(z)
        for n in range(self.net.depth - 1, 0, -1):
            G[n][...] = delta @ self.net._sigma(z[n - 1]).mT
            delta = W[n].mT @ delta
            if (kinks[n - 1] & (delta != 0)).any():
                fail("w", f"a point with a relu unit of layer {n} at its kink z = 0",
                     "one with a gradient")
            delta = delta * self.net._slope(z[n - 1])
        G[0][...] = delta @ self.X.T
        return g

    def _kinks(self, z):
        """For every hidden layer the units and samples at the kink of relu: z = 0, and it moves.

        z is as computed. It stays where every input of the unit does: a sample 0 for W_1, and units
        that are dead, z < 0, or stay 0 themselves.
        """
        if self.net.activation != "relu" or all(z_n.all() for z_n in z[:-1]):
            return [np.False_] * (len(z) - 1)
        still, kinks = self.X == 0, []
        for z_n in z[:-1]:
            stays = still.all(-2, keepdims=True)
            kinks.append((z_n.real == 0) & ~stays)
            still = (z_n.real < 0) | stays
        return kinks

    def hvp(self, w, v, h=1e-30):
        """nabla^2 L(w) v = Im grad(w + i h v)/h: a complex step, which subtracts nothing."""
        w, v = self._point(w), self._point(v, "v")
        for n, kinks in enumerate(self._kinks(self.net._layers(w, self.X)), start=1):
            if kinks.any():
                fail("w", f"a point with a relu unit of layer {n} at its kink z = 0",
                     "one with a Hessian")
        return self.grad(w + 1j * h * v).imag / h
