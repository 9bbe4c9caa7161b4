"""Landscapes divided by their beta: all are 1-smooth, so one slider in units of 1/beta fits them all."""


class OneSmooth:
    """f / f.beta. Gradient descent on it with step size eta is gradient descent on f with eta / f.beta.

    >>> from lnnlib.landscapes import Softplus
    >>> f = OneSmooth(Softplus())
    >>> f.beta, f.infimum, f.grad([0]).tolist()
    (1.0, 0.0, [2.0])
    """

    beta = 1.0

    def __init__(self, f):
        self._f, self.dim, self.infimum = f, f.dim, f.infimum / f.beta

    def __call__(self, w):
        return self._f(w) / self._f.beta

    def grad(self, w):
        return self._f.grad(w) / self._f.beta

    def hess(self, w):
        return self._f.hess(w) / self._f.beta
