"""Bad local minima that Theorem 6.10 excludes, once one of its hypotheses is dropped (6.2.6)."""
import numpy as np

from lnnlib._arguments import fail, number, shown
from lnnlib.curves import Absolute, Huber
from lnnlib.networks import LinearNetwork


class BottleneckTrap(LinearNetwork):
    """A bottleneck: l(W) = (W_11 - 1)^2 + (W_22 - m)^2 + a (W_12^2 + W_21^2), widths (2, 1, 2).

    a >= 0, m > 0. `trap` is a w of product diag(0, m), where Phi = 1. For 0 < m < 1 it is a bad
    local minimum if and only if a > 1/m; for m >= 1 it is none: from a = 1/m on it is a global
    minimum. `minimum` is that over matrices of rank 1. The two smallest Hessian eigenvalues at the
    trap on both sides of 1/m = 1.25:

    >>> for a in (1, 1.5):
    ...     f = BottleneckTrap(a, m=.8)
    ...     least, second = np.linalg.eigvalsh(f.hess(f.trap))[:2].round(2).tolist()
    ...     print(float(f(f.trap)), round(f.minimum, 2), [least, second])
    1.0 0.64 [-0.4, 0.0]
    1.0 0.64 [0.0, 0.4]
    """

    def __init__(self, a, m):
        self.a, self.m = float(number("a", a, at_least=0)), float(number("m", m, above=0))
        loss = _WeightedSquares([[1, 0], [0, self.m]], [[1, self.a], [self.a, 1]])
        super().__init__(loss, hidden=(1,))
        self.minimum = self._rank_one_minimum()
        self.trap = self.balanced(np.diag([0, self.m]))

    def __repr__(self):
        return f"BottleneckTrap(a={self.a}, m={self.m})"

    def _rank_one_minimum(self):
        """The least l = (p - 1)^2 + (s - m)^2 + 2 a p s in p = W_11 >= 0, s = W_22 >= 0.

        W_12 = W_21 is best. From a = min(m, 1/m) on p or s is 0;
        below p = (1 - a m)/(1 - a^2) and s = (m - a)/(1 - a^2).
        """
        a, m = self.a, self.m
        if a >= min(m, 1 / m):
            return min(1., m) ** 2
        return a * (2 * m - a * (1 + m**2)) / (1 - a**2)


class KinkTrap(LinearNetwork):
    """A loss with kinks: l(W) = |W_11| + |W_12| + |W_22| + (W_21 - 1)^2, widths (2, 2, 2).

    `trap` is W_1 = diag(0, 1), W_2 = diag(1, 0), a bad local minimum: Phi = 1, min Phi = 0. With
    mu > 0 every |.| becomes Huber's function: then l is differentiable, Theorem 6.10 holds, and the
    trap is a strict saddle. Where l has no first or second derivative at W_{1:2}, grad or hess
    raises ValueError, even if Phi has one (at the origin grad Phi = 0).

    >>> near = KinkTrap().trap + .01 * np.random.default_rng(0).normal(size=(10000, 8))
    >>> for mu in (0, .1):
    ...     f = KinkTrap(mu)
    ...     print(float(f(f.trap)), bool((f(near) < f(f.trap)).any()))
    1.0 False
    1.0 True
    """

    def __init__(self, mu=0):
        self.mu = float(number("mu", mu, at_least=0))
        super().__init__(_Kinks(self.mu), hidden=(2,))
        self.trap = self.join([np.diag([0, 1]), np.diag([1, 0])])

    def __repr__(self):
        return f"KinkTrap(mu={self.mu})"


class _WeightedSquares:
    """l(W) = sum_ij weights_ij (W_ij - target_ij)^2, weights >= 0."""

    convex = differentiable = True
    minimum = 0.0

    def __init__(self, target, weights):
        self.target, self.weights = np.array(target), np.array(weights)
        self.shape = self.target.shape

    def __call__(self, W):
        return (self.weights * (W - self.target) ** 2).sum(axis=(-2, -1))

    def grad(self, W):
        return 2 * self.weights * (W - self.target)

    def hvp(self, W, D):
        return 2 * self.weights * D


class _Kinks:
    """l(W) = (W_21 - 1)^2 plus |.|, or Huber's function for mu > 0, at the three other entries."""

    shape = (2, 2)
    convex = True
    minimum = 0.0
    _square = np.array([[False, False], [True, False]])

    def __init__(self, mu):
        self.curve, self.differentiable = Huber(mu) if mu else Absolute(), mu > 0

    def __call__(self, W):
        return np.where(self._square, (W - 1) ** 2, self.curve.value(W)).sum(axis=(-2, -1))

    def grad(self, W):
        W = self._smooth(1, W)
        return np.where(self._square, 2 * (W - 1), self.curve.slope(W))

    def hvp(self, W, D):
        W = self._smooth(2, W)
        return np.where(self._square, 2, self.curve.curvature(W)) * D

    def _smooth(self, order, W):
        """W itself, if l has its derivatives of that order there."""
        W = np.asarray(W)
        if order == 1 and self.differentiable:
            return W
        if (self.curve.kinks(order, W) & ~self._square).any():
            derivative = ("gradient", "Hessian")[order - 1]
            fail("W_{1:2}", shown(W.tolist()), f"a point where l has a {derivative}")
        return W
