"""Bad local minima that Theorem 6.10 excludes, once one of its hypotheses is dropped (6.2.6)."""
import numpy as np

from lnnlib._arguments import number
from lnnlib.curves import Absolute, Huber
from lnnlib.networks import LinearNetwork


class BottleneckTrap(LinearNetwork):
    """The (2, 1, 2) net with l(W) = (W_11 - 1)^2 + (W_22 - m)^2 + a (W_12^2 + W_21^2), a >= 0, m > 0: a bottleneck.

    `trap` is a w of product diag(0, m), where Phi = 1. For 0 < m < 1 it is a bad local minimum if and only if a > 1/m.
    `minimum` is that over matrices of rank 1. Smallest Hessian eigenvalue at the trap on both sides of 1/m = 1.25:

    >>> for a in (1, 1.5):
    ...     f = BottleneckTrap(a, m=.8)
    ...     print(float(f(f.trap)), round(f.minimum, 2), np.linalg.eigvalsh(f.hess(f.trap)).round(2).tolist()[:2])
    1.0 0.64 [-0.4, 0.0]
    1.0 0.64 [0.0, 0.4]
    """

    def __init__(self, a, m):
        self.a, self.m = float(number("a", a, at_least=0)), float(number("m", m, above=0))
        super().__init__(_WeightedSquares([[1, 0], [0, self.m]], [[1, self.a], [self.a, 1]]), hidden=(1,))
        self.minimum = self._rank_one_minimum()
        self.trap = self.balanced(np.diag([0, self.m]))

    def __repr__(self):
        return f"BottleneckTrap(a={self.a}, m={self.m})"

    def _rank_one_minimum(self):
        """W_12 = W_21 is best, so that l = (p - 1)^2 + (s - m)^2 + 2 a p s in p = W_11 >= 0 and s = W_22 >= 0."""
        a, m = self.a, self.m
        if a >= min(m, 1 / m):
            return min(1., m) ** 2
        p, s = (1 - a * m) / (1 - a**2), (m - a) / (1 - a**2)
        return (p - 1) ** 2 + (s - m) ** 2 + 2 * a * p * s


class KinkTrap(LinearNetwork):
    """The (2, 2, 2) net with l(W) = |W_11| + |W_12| + |W_22| + (W_21 - 1)^2: a loss that is not differentiable.

    `trap` is W_1 = diag(0, 1), W_2 = diag(1, 0), a bad local minimum: Phi = 1, inf Phi = 0. With mu > 0 every |.| becomes
    Huber's function: then l is differentiable, Theorem 6.10 holds, and the trap is a strict saddle.

    >>> near = KinkTrap().trap + .01 * np.random.default_rng(0).normal(size=(10000, 8))
    >>> for mu in (0, .1):
    ...     f = KinkTrap(mu)
    ...     print(float(f(f.trap)), bool((f(near) < f(f.trap)).any()), np.linalg.norm(f.grad(f.trap)))
    1.0 False 0.0
    1.0 True 0.0
    """

    def __init__(self, mu=0):
        self.mu = float(number("mu", mu, at_least=0))
        super().__init__(_Kinks(Huber(self.mu) if self.mu else Absolute()), hidden=(2,))
        self.trap = self.join([np.diag([0, 1]), np.diag([1, 0])])

    def __repr__(self):
        return f"KinkTrap(mu={self.mu})"


class _WeightedSquares:
    """l(W) = sum_ij weights_ij (W_ij - target_ij)^2."""

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
    """l(W) = (W_21 - 1)^2 plus the curve (|.| or Huber's) at the three other entries."""

    shape = (2, 2)
    minimum = 0.0
    _square = np.array([[0, 0], [1, 0]])

    def __init__(self, curve):
        self.curve = curve

    def __call__(self, W):
        return np.where(self._square, (W - 1) ** 2, self.curve.value(W)).sum(axis=(-2, -1))

    def grad(self, W):
        return np.where(self._square, 2 * (W - 1), self.curve.slope(W))

    def hvp(self, W, D):
        return np.where(self._square, 2, self.curve.curvature(W)) * D
