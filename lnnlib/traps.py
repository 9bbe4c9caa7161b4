"""Bad local minima that Theorem 6.10 excludes, once one of its hypotheses is dropped (6.2.6)."""
from dataclasses import dataclass
from fractions import Fraction

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


@dataclass(frozen=True)
class ReluMinima:
    """Local minima of ReluUnit with the same active x_i (w x_i + b > 0), all of one value.

    dimension 0: the point (w, b) alone, a strict local minimum; 1: a ray, on which the one active
    datum is fitted; 2: all (w, b) at which no datum is active. (w, b) is one of them.
    """

    value: Fraction
    active: tuple
    dimension: int
    w: Fraction
    b: Fraction

    def __str__(self):
        kind = ("a point", "a ray with", "a plateau with")[self.dimension]
        return (f"L = {self.value!s:8}active: {' '.join(map(str, self.active)) or 'none':9}  "
                f"{kind} (w, b) = ({self.w}, {self.b})")


class ReluUnit:
    """One ReLU unit: L(w, b) = 1/2 sum_i (max(0, w x_i + b) - y_i)^2, in rational numbers.

    x: two or more different numbers; y: as many, all positive. The lines w x_i + b = 0 cut the
    plane into sectors, and in each of them L is one convex quadratic.

    >>> unit = ReluUnit(x=(-1, 1), y=(2, 1))
    >>> str(unit(1, 0))
    '2'
    >>> for found in unit.local_minima():
    ...     print(found)
    L = 0       active: -1 1       a point (w, b) = (-1/2, 3/2)
    L = 1/2     active: -1         a ray with (w, b) = (-2, 0)
    L = 2       active: 1          a ray with (w, b) = (1, 0)
    L = 5/2     active: none       a plateau with (w, b) = (0, -1)
    """

    def __init__(self, x, y):
        if len(x) < 2 or len(set(x)) < len(x):
            fail("x", shown(x), "two or more different numbers")
        if len(y) != len(x):
            fail("y", shown(y), f"{len(x)} numbers, one for each x_i")
        self.data = tuple((Fraction(number("x", x_i)), Fraction(number("y", y_i, above=0)))
                          for x_i, y_i in zip(x, y, strict=True))

    def __call__(self, w, b):
        return sum((max(0, w * x + b) - y) ** 2 for x, y in self.data) / 2

    def active(self, w, b):
        """The x_i with w x_i + b > 0, in increasing order."""
        return tuple(sorted(x for x, _ in self.data if w * x + b > 0))

    def local_minima(self):
        """All of them, as a list of `ReluMinima`, one for each sector that has some, lowest first.

        None lies on a line w x_i + b = 0. There the slopes of L in directions d and -d have a sum
        of -y_i |d_1 x_i + d_2| over the i with w x_i + b = 0, so one of them is negative.
        """
        return sorted(filter(None, map(self._in_sector, self._sectors())), key=lambda m: m.value)

    def _sectors(self):
        """The active data in each sector: the k largest x_i (w > 0) or the k smallest (w < 0)."""
        data = sorted(self.data)
        return [data[:k] for k in range(len(data))] + [data[k:] for k in range(len(data))]

    def _in_sector(self, data):
        """The minima of this sector's quadratic, if they lie inside the sector."""
        if not data:
            dimension, w, b = 2, Fraction(0), Fraction(-1)
        elif len(data) == 1:
            (x, y), = data
            reach = min((other - x for other, _ in self.data if other != x), key=abs)
            dimension, w = 1, -2 * y / reach    # from -y/reach on the nearest other x_i is inactive
            b = y - w * x
        else:
            n, dimension = len(data), 0
            mean_x, mean_y = sum(x for x, _ in data) / n, sum(y for _, y in data) / n
            w = (sum((x - mean_x) * y for x, y in data)
                 / sum((x - mean_x) ** 2 for x, _ in data))
            b = mean_y - w * mean_x
        active, on_a_line = self.active(w, b), any(w * x + b == 0 for x, _ in self.data)
        if active == tuple(x for x, _ in data) and not on_a_line:
            return ReluMinima(self(w, b), active, dimension, w, b)
        return None


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
