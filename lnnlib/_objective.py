"""What every landscape shares: an objective f: R^dim -> R takes points w of shape (..., dim)."""
import numpy as np

from lnnlib._arguments import array


class Objective:
    """f: R^dim -> R with its derivatives, at points w (..., dim).

    f(w) (...), grad(w) (..., dim), hess(w) (..., dim, dim), hvp(w, v) (..., dim). beta is the least
    constant for which f is beta-smooth, rho that of the Hessian, minimum is min f; None where there
    is none. infimum is inf f, also where no point attains it: Theorem 6.7 needs no more.
    """

    beta = rho = minimum = None

    @property
    def infimum(self):
        return self.minimum

    def hess(self, w):
        """nabla^2 f(w), shape (..., dim, dim): hvp on the columns of the identity."""
        return self.hvp(self._point(w)[..., None, :], np.eye(self.dim))

    def _point(self, w, name="w"):
        if isinstance(w, np.ndarray) and w.shape[-1:] == (self.dim,) and w.dtype.char in "dD":
            return w
        return array(name, w, (..., self.dim), f"points of R^{self.dim}", real=False)
