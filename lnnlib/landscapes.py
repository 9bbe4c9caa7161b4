"""Named example objectives on R^d: what gradient descent meets, any leading axes of w."""
import numpy as np

from lnnlib._arguments import array, fail
from lnnlib._objective import Objective
from lnnlib.curves import Absolute, DriftToInfinity, Huber, Shelf, Softplus, ZigZag
from lnnlib.octopus import Octopus
from lnnlib.traps import BottleneckTrap, KinkTrap

__all__ = ["Absolute", "BottleneckTrap", "DriftToInfinity", "Huber", "KinkTrap", "Octopus",
           "Quadratic", "SaddleValley", "Shelf", "Softplus", "Trough", "ZigZag"]


class Quadratic(Objective):
    """f(w) = 1/2 sum_i lambda_i w_i^2: a bowl, a saddle or a hill by the signs of the lambda_i.

    >>> f = Quadratic([1, 10])
    >>> float(f([1, 1])), f.grad([1, 1]).tolist(), f.beta, f.minimum
    (5.5, [1.0, 10.0], 10.0, 0.0)
    """

    rho = 0.0

    def __init__(self, eigenvalues):
        self.eigenvalues = array("eigenvalues", eigenvalues, (None,))
        if not self.eigenvalues.size:
            fail("eigenvalues", "empty", "at least one number")
        self.dim = self.eigenvalues.size
        self.beta = float(np.abs(self.eigenvalues).max())
        self.minimum = 0.0 if (self.eigenvalues >= 0).all() else None

    def __call__(self, w):
        return (self.eigenvalues * self._point(w) ** 2).sum(axis=-1) / 2

    def grad(self, w):
        return self.eigenvalues * self._point(w)

    def hvp(self, w, v):
        w, v = self._point(w), self._point(v, "v")
        return np.broadcast_to(self.eigenvalues * v, np.broadcast_shapes(w.shape, v.shape)).copy()


class SaddleValley(Objective):
    """f(x, y) = x^2/2 - y^2/2 + y^4/4: a strict saddle at 0 between the minima (0, +-1).

    From (x, 0) gradient descent goes to the saddle, if eta < 2 (Lee et al. 2016, arXiv 1602.04915).
    beta and rho are None: the curvature in y, 3 y^2 - 1, is unbounded.

    >>> f = SaddleValley()
    >>> f.grad([0, 1]).tolist(), float(f([0, 1])), f.hess([0, 1]).tolist()
    ([0.0, 0.0], -0.25, [[1.0, 0.0], [0.0, 2.0]])
    """

    dim = 2
    minimum = -1 / 4

    def __call__(self, w):
        x, y = np.moveaxis(self._point(w), -1, 0)
        return x**2 / 2 - y**2 / 2 + y**4 / 4

    def grad(self, w):
        x, y = np.moveaxis(self._point(w), -1, 0)
        return np.stack([x, y**3 - y], axis=-1)

    def hvp(self, w, v):
        y = self._point(w)[..., 1]
        return np.stack([np.ones_like(y), 3 * y**2 - 1], axis=-1) * self._point(v, "v")


class Trough(Objective):
    """f(x, y) = curve(x) + y^2/2: a function of one variable, laid out in the plane.

    >>> f = Trough(Shelf())
    >>> f.grad([1, 3]).tolist(), f.hess([1, 3]).tolist()
    ([2.0, 3.0], [[5.0, 0.0], [0.0, 1.0]])
    """

    dim = 2

    def __init__(self, curve):
        self.curve = curve
        self.beta = None if curve.beta is None else max(curve.beta, 1.0)
        self.rho, self.minimum = curve.rho, curve.minimum

    @property
    def infimum(self):
        return self.curve.infimum

    def __call__(self, w):
        w = self._point(w)
        return self.curve.value(w[..., 0]) + w[..., 1] ** 2 / 2

    def grad(self, w):
        g = self._point(w).copy()
        g[..., :1] = self.curve.grad(g[..., :1])
        return g

    def hvp(self, w, v):
        w, v = self._point(w), self._point(v, "v")
        along = self.curve.hvp(w[..., :1], v[..., :1])
        return np.concatenate([along, np.broadcast_to(v[..., 1:], along.shape)], axis=-1)
