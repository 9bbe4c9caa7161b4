"""Landscapes on a line, divided by their beta: one slider in units of 1/beta fits them all."""
from ...curves import Curve


class OneSmooth(Curve):
    """f / f.beta, as a curve, for an f on R that is twice differentiable.

    Gradient descent on it with step size eta is gradient descent on f with eta / f.beta.

    >>> from lnnlib.landscapes import Softplus
    >>> f = OneSmooth(Softplus())
    >>> f.beta, f.infimum, f.grad([0]).tolist()
    (1.0, 0.0, [2.0])
    """

    beta = 1.0

    def __init__(self, f):
        self._f = f

    @property
    def infimum(self):
        return self._f.infimum / self._f.beta

    def value(self, x):
        return self._f(x[..., None]) / self._f.beta

    def slope(self, x):
        return self._f.grad(x[..., None])[..., 0] / self._f.beta

    def curvature(self, x):
        return self._f.hess(x[..., None])[..., 0, 0] / self._f.beta
