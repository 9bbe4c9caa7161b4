"""One function, many weights: a point of the gauge orbit, gradient descent from there, and what `gauge` says of both."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...descent import gradient_descent
from ...losses import SquaredLoss
from ...networks import LinearNetwork

SIGMA = np.array([2.0, 1.0])                             # singular values of the target
STEPS = 100
NET = LinearNetwork(SquaredLoss(np.diag(SIGMA)), (2,))
MINIMUM = NET.balanced(np.diag(SIGMA))
START = MINIMUM + NET.random(0, .15)
EXACT = 1e-9                                             # relative: the increments are summed in floating point


def moved(w, c):
    """(W_1, W_2) -> (c W_1, W_2 / c): another point with the same product."""
    W_1, W_2 = NET.split(w)
    return NET.join([c * W_1, W_2 / c])


def eigenvalues_at_minimum(c):
    """a_i^2 + b_j^2 at the minimum moved by c, b = c sigma^(1/2) and a = sigma^(1/2) / c: (.., 4) for an array of c."""
    c = np.asarray(c)[..., None, None]
    return (SIGMA[:, None] / c**2 + SIGMA * c**2).reshape(*c.shape[:-2], -1)


@dataclass(frozen=True)
class Orbit:
    """The minimum and the start moved by c, and gradient descent from the start with step size eta."""

    c: float
    eta: float

    @cached_property
    def spectrum(self):
        """The eigenvalues of the Hessian at the minimum, as measured: some are zero."""
        return np.maximum(np.linalg.eigvalsh(NET.hess(moved(MINIMUM, self.c))), 0)

    @property
    def sharpness(self):
        return float(self.spectrum[-1])

    @cached_property
    def run(self):
        return gradient_descent(NET, moved(START, self.c), self.eta, STEPS)

    @cached_property
    def points(self):
        """The steps up to where gradient descent is lost."""
        return self.run.points[np.isfinite(self.run.values)]

    @cached_property
    def balance(self):
        """B = W_2^T W_2 - W_1 W_1^T at every step."""
        W_1, W_2 = NET.split(self.points)
        return W_2.mT @ W_2 - W_1 @ W_1.mT

    @cached_property
    def predicted(self):
        """B(0) plus the increments eta^2 (G_2^T G_2 - G_1 G_1^T) of all earlier steps."""
        G_1, G_2 = NET.split(NET.grad(self.points[:-1]))
        increments = self.eta**2 * (G_2.mT @ G_2 - G_1 @ G_1.mT)
        return self.balance[0] + np.concatenate([np.zeros((1, 2, 2)), np.cumsum(increments, axis=0)])

    @cached_property
    def as_predicted(self):
        """Whether every step keeps to the increments, up to rounding."""
        return bool(np.abs(self.balance - self.predicted).max() <= EXACT * (1 + np.abs(self.balance).max()))

    @cached_property
    def end(self):
        """The sharpness where gradient descent ends; None where it is lost."""
        return None if self.run.diverged else float(np.linalg.eigvalsh(NET.hess(self.points[-1]))[-1])
