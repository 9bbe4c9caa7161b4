"""200 small random starts of a network of depth 2, and what `origin_escape` shows of them.

The objective is Phi = 1/2 ||W_2 W_1 - diag(sigma, sigma/2)||^2 with d_1 hidden units. Start number
k has the weights scale z, z standard normal from the seed k.
"""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...origin import origin_modes, waiting_chance

TARGET = np.diag([1., .5])                     # for sigma = 1
EPS, DELTA = .5, .05
STARTS = 200
SHOWN = tuple(m * 2**k for k in range(1, 7) for m in (8, 10, 12, 14))    # ends of the step axis
NEVER = 10**9


@cache
def sample(width):
    """For the standard normal starts: growing, shrinking lengths (200, 2), Z Z^T (4, 4, 200).

    Z = (W_1^T over W_2) has a column for each hidden unit.
    """
    net = LinearNetwork(SquaredLoss(TARGET), hidden=(width,))
    w = np.array([net.random(seed, 1) for seed in range(STARTS)])
    _, grows, shrinks = origin_modes(net, w)
    W1, W2 = net.split(w)
    Z = np.concatenate([W1.mT, W2], axis=1)
    return grows, shrinks, np.ascontiguousarray((Z @ Z.mT).transpose(1, 2, 0))


def descend(C, target, eta, steps):
    """GD on Phi, run for all starts at once: W_2 W_1, (steps + 1, 2, 2, n), and ||grad Phi||.

    A step is Z <- (I - eta A) Z with A = (0, R^T; R, 0), R = W_2 W_1 - M. So C = Z Z^T, which holds
    W_2 W_1, becomes (I - eta A) C (I - eta A): 4 x 4, however many hidden units there are.
    """
    A, C, n = np.zeros_like(C), C.copy(), C.shape[-1]
    products, squares = np.empty((steps + 1, 2, 2, n)), np.empty((steps + 1, n))
    for t in range(steps + 1):
        products[t] = C[2:, :2]
        A[2:, :2] = products[t] - target[..., None]
        A[:2, 2:] = A[2:, :2].swapaxes(0, 1)
        AC = np.einsum("ijn,jkn->ikn", A, C)
        squares[t] = np.einsum("ijn,ijn->n", AC, A)
        C -= eta * AC
        C -= eta * np.einsum("ijn,jkn->ikn", C, A)
    return products, np.sqrt(np.maximum(squares, 0))


def first(holds):
    """Per run the first step at which a condition (steps, n) holds, NEVER if at none."""
    return np.where(holds.any(axis=0), holds.argmax(axis=0), NEVER)


@dataclass(frozen=True)
class Leaving:
    """GD with step size eta from 200 starts of this scale; one of them, `seed`, is looked at."""

    scale: float
    eta: float
    sigma: float
    width: int
    seed: int

    @property
    def singular(self):
        """The singular values of grad l(0)."""
        return self.sigma * TARGET.diagonal()

    @cached_property
    def modes(self):
        """Eigenvalues (4, 1), squared lengths (4, 200): those that grow, then those that shrink."""
        grows, shrinks, _ = sample(self.width)
        lengths = np.concatenate([grows, shrinks], axis=1).T * self.scale
        return np.concatenate([-self.singular, self.singular])[:, None], lengths**2

    # ---- what is promised, for f~
    @cached_property
    def bounds(self):
        """6.2.2's bound for every start, by the direction of -sigma_max."""
        lam, squares = self.modes
        alpha = self.sigma
        most = np.maximum((lam * squares)[2:].sum(axis=0), EPS**2 / alpha)
        B = np.log(most / (alpha * squares[0])) / (2 * math.log1p(self.eta * alpha))
        return np.maximum(0, np.floor(B) + 1).astype(int)

    def chance(self, t):
        """At most so likely is it that a start is not out on f~ at step t."""
        return waiting_chance(t, self.singular, self.width, self.scale, self.eta, EPS)

    @cached_property
    def promise(self):
        """The step by which a start is out on f~ with probability >= 1 - DELTA, None if at none."""
        sure = np.flatnonzero(self.chance(np.arange(SHOWN[-1])) <= DELTA)
        return int(sure[0]) if len(sure) else None

    # ---- what was counted
    @cached_property
    def shown(self):
        """The steps that are run and shown: to well beyond every start's bound."""
        most = 1.2 * max(self.bounds.max(), self.promise or 0)
        return next((n for n in SHOWN if n >= most), SHOWN[-1])

    @cached_property
    def model(self):
        """f~ - Phi(0) and ||grad f~||^2 along GD on f~, (steps + 1, 200) each, in closed form."""
        lam, squares = self.modes
        powers = ((1 - self.eta * lam) ** 2).T ** np.arange(self.shown + 1)[:, None]
        return powers @ (lam * squares) / 2, powers @ (lam**2 * squares)

    @cached_property
    def real(self):
        """W_2 W_1 and ||grad Phi|| along GD on Phi."""
        C = sample(self.width)[2] * self.scale**2
        return descend(C, self.sigma * TARGET, self.eta, self.shown)

    @cached_property
    def quadratic(self):
        """f~ - Phi(0) = -<M, W_2 W_1> along GD on Phi."""
        return -np.einsum("ij,tijn->tn", self.sigma * TARGET, self.real[0])

    @cached_property
    def remainder(self):
        """Phi - f~ = 1/2 ||W_2 W_1||^2 along GD on Phi."""
        return (self.real[0] ** 2).sum(axis=(1, 2)) / 2

    @cached_property
    def on_model(self):
        """The first escapes on f~."""
        value, square = self.model
        return first((value < 0) & (square > EPS**2))

    @cached_property
    def on_phi(self):
        """The first escapes on Phi, NEVER where there is none among the steps that were run."""
        return first((self.quadratic + self.remainder < 0) & (self.real[1] > EPS))

    def waiting(self, escapes):
        """(t, the share of the starts that escape after step t); none: below the axis."""
        t = _few(np.arange(self.shown + 1), 64)
        return t, np.maximum((escapes > t[:, None]).mean(axis=1), .1 / STARTS)

    @property
    def promised(self):
        t = np.linspace(0, self.shown, 60)
        return t, self.chance(t)

    # ---- the one start
    @property
    def slope_at(self):
        """||grad Phi|| at each step of GD on Phi."""
        return self.real[1][:, self.seed]

    @cached_property
    def error(self):
        """|Phi - f~| / |f~ - Phi(0)| at each step of GD on Phi."""
        return self.remainder[:, self.seed] / np.abs(self.quadratic[:, self.seed])

    @property
    def slope(self):
        return self._along(self.slope_at)

    @property
    def model_slope(self):
        """||grad f~|| along GD on f~."""
        return self._along(np.sqrt(self.model[1][:, self.seed]))

    @property
    def error_curve(self):
        return self._along(self.error)

    def _along(self, y):
        return _few(np.arange(self.shown + 1), 120), _few(y, 120)


def _few(along, most):
    """At most so many of the steps, evenly spaced."""
    return along[::-(-len(along) // most)]
