"""The quadratic saddle (6.2.2): gradient descent in closed form, and when it escapes."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from numbers import Real

import numpy as np

from lnnlib._arguments import count, fail, number, shown
from lnnlib._exponential_sums import ExponentialSum, log
from lnnlib._stationary import StationaryPoint, classify

__all__ = ["QuadraticSaddle", "StationaryPoint", "classify"]


@dataclass(frozen=True)
class QuadraticSaddle:
    """Gradient descent near a saddle: f~(theta) = 1/2 sum_i lambda_i theta_i^2 relative to it.

    theta_i(t) = (1 - eta lambda_i)^t theta_i(0) in the eigenbasis of the Hessian. Gradient descent
    has eps-escaped at step t if f~ < 0 (condition 1) and ||grad f~|| > eps (condition 2).
    Directions are 0-based, steps are integers >= 0. Every yes or no and every step count is exact,
    for any eta > 0: Fractions and ints count as given, a float as the binary number that it is.
    Results in floats are good to about 12 digits, `value`, whose terms have both signs, to 12
    digits of its largest term; what no float can hold is +-inf or 0.

    >>> saddle = QuadraticSaddle(eigenvalues=(-.5, 1), theta0=(.01, 1), eta=.5, eps=.1)
    >>> saddle.first_escape(), saddle.bound()
    (14, 23)
    >>> saddle.escaped([0, 13, 14])
    array([False, False,  True])
    """

    eigenvalues: tuple
    theta0: tuple
    eta: Real
    eps: Real

    def __post_init__(self):
        for name in ("eigenvalues", "theta0"):
            object.__setattr__(self, name, _numbers(name, getattr(self, name)))
        if len(self.theta0) != len(self.eigenvalues):
            fail("theta0", f"{len(self.theta0)} numbers",
                 f"{len(self.eigenvalues)}, one for each eigenvalue")
        for name in ("eta", "eps"):
            object.__setattr__(self, name, number(name, _plain(getattr(self, name)), above=0))

    def theta(self, t):
        """theta(t), floats of shape (..., d), for steps t of shape (...).

        >>> QuadraticSaddle((-1, 1), (1, 4), eta=Fraction(1, 2), eps=1).theta([0, 2])
        array([[1.  , 4.  ],
               [2.25, 1.  ]])
        """
        t = _steps(t)[..., None]
        start, signs, log_start, log_factors = np.array(
            [(float(x), -1 if q < 0 else 1, log(abs(x)), log(abs(q))) for _, x, q in self._modes]).T
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            size = np.exp(log_start + t.astype(float) * log_factors)
        return np.where(t == 0, start, np.sign(start) * np.where(t % 2 == 0, 1, signs) * size)

    def trajectory(self, steps):
        """theta(0), .., theta(steps) as floats of shape (steps + 1, d).

        >>> QuadraticSaddle((-1, 2), (1, 1), eta=1, eps=1).trajectory(2)
        array([[ 1.,  1.],
               [ 2., -1.],
               [ 4.,  1.]])
        """
        return self.theta(np.arange(count("steps", steps) + 1))

    def value(self, t):
        """f~(theta(t)) = 1/2 sum_i lambda_i theta_i(t)^2, floats of the shape of t.

        >>> QuadraticSaddle((-1, 1), (1, 4), eta=Fraction(1, 2), eps=1).value([0, 1, 2])
        array([ 7.5    ,  0.875  , -2.03125])
        """
        mantissa, exponent = self._value.scaled(_steps(t))
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            return np.where(mantissa == 0, 0., mantissa * np.exp(exponent))[()]

    def grad_norm(self, t):
        """||grad f~(theta(t))|| = (sum_i lambda_i^2 theta_i(t)^2)^(1/2), floats of the shape of t.

        >>> QuadraticSaddle((-1, 1), (3, 4), eta=1, eps=1).grad_norm([0, 1])
        array([5., 6.])
        """
        mantissa, exponent = self._squared_gradient.scaled(_steps(t))
        with np.errstate(over="ignore", under="ignore"):
            return np.sqrt(mantissa) * np.exp(exponent / 2)

    def below_saddle(self, t):
        """Condition 1 at the steps t: sum_i lambda_i theta_i(t)^2 < 0, decided exactly.

        >>> QuadraticSaddle((-1, 1), (1, 1), eta=.5, eps=1).below_saddle([0, 1])
        array([False,  True])
        """
        return self._value.sign(_steps(t)) < 0

    def gradient_large(self, t):
        """Condition 2 at the steps t: sum_i lambda_i^2 theta_i(t)^2 > eps^2, decided exactly.

        At t = 1 both sides are 4:

        >>> QuadraticSaddle((-1,), (1,), eta=1, eps=2).gradient_large([1, 2])
        array([False,  True])
        """
        return self._gradient_excess.sign(_steps(t)) > 0

    def escaped(self, t):
        """Both conditions at the steps t; before `bound()` this may flicker.

        >>> saddle = QuadraticSaddle((-.01, 1), (1, .09), eta=1, eps=.005**.5)
        >>> saddle.escaped([0, 1, 196, 197])
        array([ True, False, False,  True])
        """
        return self.below_saddle(t) & self.gradient_large(t)

    def first_escape(self):
        """The first step at which gradient descent has escaped, None if it never does.

        >>> QuadraticSaddle((-1e-4, 1), (1e-300, 1), eta=.01, eps=.1).first_escape()
        697683633

        Beyond eta = 2/lambda_1 the bowl diverges too:

        >>> too_large = QuadraticSaddle((-.1, 1), (1, 1), eta=2.5, eps=.1)
        >>> too_large.first_escape() is None, too_large.printed_bound()
        (True, 6.0)
        """
        changes = {t for t, _ in (*self._value.segments, *self._gradient_excess.segments)}
        return next((t for t in sorted(changes) if self.escaped(t)), None)

    def bound(self, i=None):
        """max(0, floor(B) + 1): from this step on both conditions hold for ever.

        B = log r / (2 log(1 + eta alpha)) with r = max(S+, eps^2/alpha) / (alpha theta_i^2),
        alpha = -lambda_i > 0 and S+ the sum of lambda_j theta_j^2 over lambda_j > 0, all at t = 0.
        It is the best over the negative directions, or that of eigenvalues[i]. None: nothing is
        guaranteed, since no negative direction has theta_i != 0, or eta lambda_j > 2 for some
        theta_j != 0. Lecture 6.2.2 prints ceil(B): too small where B is an integer.

        >>> saddle = QuadraticSaddle((-.01, -1, 1), (1e-4, 1e-4, 1), eta=1, eps=.1)
        >>> saddle.bound(), saddle.bound(0), saddle.bound(1), saddle.bound(2)
        (14, 1158, 14, None)
        """
        if i is not None and count("i", i) >= len(self.eigenvalues):
            fail("i", i, f"at most {len(self.eigenvalues) - 1}, eigenvalues are counted from 0")
        if any(x and q < -1 for _, x, q in self._modes):
            return None
        directions = [j for j in self._directions if i is None or i == j]
        return min((_first_above(*self._race(j)) for j in directions), default=None)

    @property
    def B(self):
        """The lecture's B, a float, of the best direction; inf if theta_i = 0 for all lambda_i < 0.

        >>> round(QuadraticSaddle((-.5, 1), (.01, 1), eta=.5, eps=.1).B, 3)
        22.191
        """
        races = map(self._race, self._directions)
        return min((log(goal / start) / log(growth) for start, goal, growth in races),
                   default=math.inf)

    def printed_bound(self):
        """The lecture's bound as printed, ceil(B): one step short where B is an integer >= 0.

        It may be negative. The formula asks nothing of eta. It gives inf where theta_i = 0 for
        every lambda_i < 0.

        >>> tie = QuadraticSaddle((-1,), (1,), eta=1, eps=2)
        >>> tie.printed_bound(), tie.bound(), tie.first_escape()
        (1.0, 2, 2)
        """
        return float(min((_printed(*self._race(j)) for j in self._directions), default=math.inf))

    @cached_property
    def _modes(self):
        """For every direction the exact lambda_i, theta_i(0) and factor 1 - eta lambda_i."""
        pairs = zip(map(_fraction, self.eigenvalues), map(_fraction, self.theta0), strict=True)
        return [(a, x, 1 - _fraction(self.eta) * a) for a, x in pairs]

    @cached_property
    def _value(self):
        return ExponentialSum((a * x**2 / 2, q**2) for a, x, q in self._modes)

    @cached_property
    def _squared_gradient(self):
        return ExponentialSum((a**2 * x**2, q**2) for a, x, q in self._modes)

    @cached_property
    def _gradient_excess(self):
        return ExponentialSum([*self._squared_gradient.terms, (-_fraction(self.eps) ** 2, 1)])

    @cached_property
    def _directions(self):
        return [i for i, (a, x, _) in enumerate(self._modes) if a < 0 and x]

    @cached_property
    def _positive_sum(self):
        return sum(a * x**2 for a, x, _ in self._modes if a > 0)

    def _race(self, i):
        """(start, goal, growth): both conditions hold once start growth^t > goal.

        That is alpha^2 theta_i^2 (1 + eta alpha)^(2t) > max(alpha S+, eps^2), alpha = -lambda_i.
        """
        a, x, q = self._modes[i]
        return (a * x) ** 2, max(-a * self._positive_sum, _fraction(self.eps) ** 2), q**2


def _first_above(start, goal, growth):
    """The first integer t >= 0 with start growth^t > goal: max(0, floor(B) + 1)."""
    return ExponentialSum([(start, growth), (-goal, 1)]).first(1)


def _printed(start, goal, growth):
    """ceil(B), B the real t with start growth^t = goal; where B <= 0 it is 1 - (floor(-B) + 1)."""
    if start >= goal:
        return 1 - _first_above(goal, start, growth)
    return ExponentialSum([(start, growth), (-goal, 1)]).first(0, 1)


def _fraction(x):
    return Fraction(*x.as_integer_ratio())


def _numbers(name, values):
    """`values` as a tuple of finite real numbers."""
    try:
        values = tuple(values)
    except TypeError:
        fail(name, shown(values), "a sequence of numbers")
    if not values:
        fail(name, shown(values), "at least one number")
    return tuple(number(f"{name}[{i}]", _plain(x)) for i, x in enumerate(values))


def _plain(x):
    """A number of numpy's as Python's, so that no sum overflows."""
    return x.item() if isinstance(x, np.generic) else x


def _steps(t):
    """`t` as an array of integers >= 0 (beyond int64 they are Python's)."""
    steps = np.asarray(t)
    integers = steps.dtype.kind in "iu" or all(type(step) is int for step in steps.flat)
    if not integers or (steps < 0).any():
        fail("t", shown(t), "integers >= 0")
    return steps
