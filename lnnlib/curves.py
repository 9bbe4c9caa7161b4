"""Functions of one variable: what Theorem 6.7 and the landscape approach do and do not promise."""
import numpy as np
from numpy.polynomial import polynomial

from lnnlib._arguments import count, fail, number, shown
from lnnlib._objective import Objective
from lnnlib.losses import magnitude, sigmoid


class Curve(Objective):
    """An objective on R from value(x), slope(x), curvature(x), entrywise in x of any shape.

    w is (..., 1). Where f' or f'' does not exist (`kinks`), slope or curvature is NaN, a gap in a
    plot; grad, hvp and hess raise ValueError.
    """

    dim = 1

    def kinks(self, order, x):
        """Where the derivative of that order, 1 or 2, does not exist: a bool per entry of x."""
        return np.zeros(np.shape(x), bool)

    def __call__(self, w):
        return self.value(self._point(w)[..., 0])

    def grad(self, w):
        return self.slope(self._smooth(1, self._point(w)))

    def hvp(self, w, v):
        return self.curvature(self._smooth(2, self._point(w))) * self._point(v, "v")

    def _smooth(self, order, x):
        """x itself, if the derivative of that order exists at every entry."""
        kinks = self.kinks(order, x)
        if kinks.any():
            what = ("f' of", "f'' of")[order - 1]
            fail("w", shown(x[kinks].tolist()), f"points where {what} {type(self).__name__} exists")
        return x


class DriftToInfinity(Curve):
    """f(x) = 1 + (x^2 - 1)/(1 + x^4): no bad minimum, no non-strict saddle.

    Yet gradient descent may drift away. Stationary are 0, the minimum, and +-sqrt(1 + sqrt 2), two
    maxima; beyond these f falls towards 1 for ever.

    >>> f = DriftToInfinity()
    >>> float(f([0])), bool(f.grad([3]) < 0), round(f.beta, 3)
    (0.0, True, 3.0)
    """

    minimum = 0.0

    def __init__(self):
        # The n-th derivative is p_n / (1 + x^4)^(n + 1); where it is largest, p_{n+1} = 0.
        self._numerators = [np.array([0., 0, 1, 0, 1])]
        for n in range(1, 5):
            p = self._numerators[-1]
            falling = polynomial.polymul([0, 0, 0, 4 * n], p)
            rising = polynomial.polymul(polynomial.polyder(p), [1, 0, 0, 0, 1])
            self._numerators.append(polynomial.polysub(rising, falling))
        self.beta, self.rho = (self._largest(n) for n in (2, 3))

    def _derivative(self, n, x):
        return polynomial.polyval(x, self._numerators[n]) / (1 + x**4) ** (n + 1)

    def _largest(self, n):
        roots = polynomial.polyroots(self._numerators[n + 1])
        return float(np.abs(self._derivative(n, roots[np.abs(roots.imag) < 1e-6].real)).max())

    def value(self, x):
        return self._derivative(0, x)

    def slope(self, x):
        return self._derivative(1, x)

    def curvature(self, x):
        return self._derivative(2, x)


class Shelf(Curve):
    """f(x) = x^3/3 + x^4/4: one minimum, at -1, and at 0 a saddle that is not strict.

    From x > 0 gradient descent with small steps goes to 0.
    beta and rho are None: the curvature, 2 x + 3 x^2, is unbounded.

    >>> f = Shelf()
    >>> f.grad([[0], [-1]]).tolist(), f.hess([0]).tolist(), round(float(f([-1])), 4)
    ([[0.0], [0.0]], [[0.0]], -0.0833)
    """

    minimum = -1 / 12

    def value(self, x):
        return x**3 / 3 + x**4 / 4

    def slope(self, x):
        return x**2 + x**3

    def curvature(self, x):
        return 2 * x + 3 * x**2


class Softplus(Curve):
    """f(x) = log(1 + e^x): convex and 1/4-smooth, with infimum 0 that no x attains.

    Theorem 6.7 holds all the same.

    >>> f = Softplus()
    >>> f.grad([[0], [-1000]]).tolist(), f.minimum, f.infimum
    ([[0.5], [0.0]], None, 0.0)
    """

    beta = 1 / 4
    rho = 1 / (6 * np.sqrt(3))
    infimum = 0.0

    def value(self, x):
        positive = x.real > 0
        return np.where(positive, x, 0) + np.log1p(np.exp(np.where(positive, -x, x)))

    def slope(self, x):
        return sigmoid(x)

    def curvature(self, x):
        return sigmoid(x) * sigmoid(-x)


class Huber(Curve):
    """f(x) = x^2/(2 mu) for |x| <= mu, |x| - mu/2 beyond: 1/mu-smooth, without f'' at +-mu.

    >>> f = Huber(mu=.5)
    >>> f(np.array([[.25], [2]])).tolist(), f.grad([2]).tolist(), f.beta
    ([0.0625, 1.75], [1.0], 2.0)
    """

    minimum = 0.0

    def __init__(self, mu):
        self.mu = float(number("mu", mu, above=0))
        self.beta = 1 / self.mu

    def kinks(self, order, x):
        return (order == 2) & (np.abs(np.real(x)) == self.mu)

    def value(self, x):
        size = magnitude(x)
        return np.where(size.real <= self.mu, x**2 / (2 * self.mu), size - self.mu / 2)

    def slope(self, x):
        return np.where(np.abs(x.real) <= self.mu, x / self.mu, np.sign(x.real))

    def curvature(self, x):
        return np.where(self.kinks(2, x), np.nan, np.where(np.abs(x.real) < self.mu, self.beta, 0.))


class Absolute(Curve):
    """f(x) = |x|: not smooth (Theorem 6.7 needs it). |f'| = 1 but at 0, where there is no f'.

    >>> Absolute().grad([[-3], [2]]).tolist(), Absolute().slope(np.array([-3, 0, 2])).tolist()
    ([[-1.0], [1.0]], [-1.0, nan, 1.0])
    """

    minimum = 0.0

    def kinks(self, order, x):
        return np.real(x) == 0

    def value(self, x):
        return magnitude(x)

    def slope(self, x):
        return np.where(self.kinks(1, x), np.nan, np.sign(x.real))

    def curvature(self, x):
        return np.where(self.kinks(2, x), np.nan, 0.)


class ZigZag(Curve):
    """Theorem 6.7 is nearly tight: gradient descent needs teeth + 1 steps to |f'| <= eps.

    It starts from 0, with eta = 1/beta. f' = -eps' at every iterate x_t = t eps'/beta,
    t = 0 .. teeth, with eps' a billionth above eps. In between it climbs to -eps'/2 and falls back,
    with slopes +-beta; after the last tooth it climbs to eps', through the minimum.
    f(0) - min f = (3 teeth + 2)/4 eps'^2/beta, so up to a billionth
    T*/bound = 2 (teeth + 1)/(3 teeth + 2), tending to 2/3. There is no f'' at the kinks of f': the
    iterates, the peaks between them, and where the last climb ends.

    >>> f = ZigZag(teeth=20, beta=1, eps=.1)
    >>> bound = 2 * f([0]) * f.beta / f.eps**2
    >>> round(float(bound), 6), round(21 / float(bound), 3)
    (31.0, 0.677)
    """

    minimum = 0.0

    def __init__(self, teeth, beta, eps):
        self.teeth = count("teeth", teeth)
        self.beta = float(number("beta", beta, above=0))
        self.eps = float(number("eps", eps, above=0))
        # Rounding errors would double from tooth to tooth:
        # with 42 bits, and beta a power of 2, 2000 iterates are exact.
        mantissa, exponent = np.frexp(self.eps * (1 + 1e-9))
        self._depth = float(np.ldexp(np.round(np.ldexp(mantissa, 42)), exponent - 42))
        self._stride = self._depth / self.beta
        self._end = (self.teeth + 2) * self._stride

    def kinks(self, order, x):
        half = np.round(2 * np.real(x) / self._stride)
        corner = (half >= 0) & (half <= 2 * self.teeth) & (np.real(x) == half * self._stride / 2)
        return (order == 2) & (corner | (np.real(x) == self._end))

    def _position(self, x):
        """The nearest iterate's number t, and the signed distance from it.

        The distance is 0 left of x_0, and at most two strides.
        """
        t = np.clip(np.round(x.real / self._stride), 0, self.teeth)
        inside = np.where(x.real < 0, 0, np.where(x.real > self._end, self._end, x))
        return t, inside - t * self._stride

    def value(self, x):
        t, y = self._position(x)
        at_iterate = (3 * (self.teeth - t) + 2) / 4 * self._depth * self._stride
        outside = magnitude(x - t * self._stride - y)
        return (at_iterate - self._depth * y + self.beta * y * magnitude(y) / 2
                + self._depth * outside)

    def slope(self, x):
        return -self._depth + self.beta * magnitude(self._position(x)[1])

    def curvature(self, x):
        inside = (x.real > 0) & (x.real < self._end)
        sided = np.where(self._position(x)[1].real < 0, -self.beta, self.beta)
        one_sided = np.where(inside, sided, 0.)
        return np.where(self.kinks(2, x), np.nan, one_sided)
