"""The octopus: a chain of saddles that gradient descent leaves in exponential time.

Du et al. 2017, arXiv 1705.10412.
"""
import numpy as np

from lnnlib._arguments import count, number
from lnnlib._objective import Objective


class Octopus(Objective):
    """A C^2 function whose 2^d minima lie behind d saddles each, to be passed one by one.

    With x = |w| let i be the first coordinate with x_i < 2t (0-based). Then
    f = sum_{j<i} (L (x_j - 4t)^2 - nu) + a(x_i) + c(x_i) x_{i+1}^2 + sum_{j>i+1} L x_j^2,
    where a falls from 0 like -g x^2 and c goes from L down to -g while x_i goes from t to 2t:
    leaving one saddle opens the way out of the next. L, g, t > 0 and nu = (37 L + 13 g) t^2/6.
    The domain is x_j >= 2t for j < i, x_j <= t for j > i; elsewhere the same formulas are used and
    f may jump. min f = -d nu at |w_j| = 4t, on the domain. beta and rho are None: no constant holds
    on all of R^d.

    >>> f = Octopus(d=3, L=1, g=1, t=1)
    >>> float(f([4, 4, -4]) - f.minimum), f.grad([1, .5, .25]).tolist()
    (0.0, [-2.0, 1.0, 0.5])
    """

    def __init__(self, d, L, g, t):
        self.dim = count("d", d, at_least=1)
        self.L = float(number("L", L, above=0))
        self.g = float(number("g", g, above=0))
        self.t = float(number("t", t, above=0))
        self.nu = (37 * self.L + 13 * self.g) * self.t**2 / 6
        self.minimum = -self.dim * self.nu

    def __call__(self, w):
        _, x, (passed, here, following, rest) = self._read(w)
        x_i, x_next = _pick(here, x), _pick(following, x)
        wells = passed * (self.L * (x - 4 * self.t) ** 2 - self.nu) + rest * self.L * x**2
        return wells.sum(axis=-1) + (self._slide(x_i)[0] + self._gate(x_i)[0] * x_next**2)[..., 0]

    def grad(self, w):
        sign, x, (passed, here, following, rest) = self._read(w)
        x_i, x_next = _pick(here, x), _pick(following, x)
        (_, da, _), (c, dc, _) = self._slide(x_i), self._gate(x_i)
        wells = 2 * self.L * (passed * (x - 4 * self.t) + rest * x)
        return sign * (wells + here * (da + dc * x_next**2) + following * 2 * c * x_next)

    def hvp(self, w, v):
        sign, x, (passed, here, following, rest) = self._read(w)
        v = sign * self._point(v, "v")
        x_i, x_next = _pick(here, x), _pick(following, x)
        v_i, v_next = _pick(here, v), _pick(following, v)
        (_, _, dda), (c, dc, ddc) = self._slide(x_i), self._gate(x_i)
        mixed = 2 * dc * x_next
        at_i = (dda + ddc * x_next**2) * v_i + mixed * v_next
        at_next = mixed * v_i + 2 * c * v_next
        return sign * (2 * self.L * (passed + rest) * v + here * at_i + following * at_next)

    def _read(self, w):
        """Signs of w, x = |w|, and 0-1 masks of the coordinates before i, i, i + 1, and after."""
        w = self._point(w)
        sign = np.where(w.real < 0, -1, 1)
        x = sign * w
        passed = np.cumprod(x.real >= 2 * self.t, axis=-1)
        here = _shifted(passed, 1) - passed
        following = _shifted(here, 0)
        return sign, x, (passed, here, following, 1 - passed - here - following)

    def _slide(self, x):
        """a, a', a'' at x <= 2t: -g x^2 + t^2 (p u^3/3 + q u^4/2), u = max(x - t, 0)/t."""
        u = np.where(x.real > self.t, (x - self.t) / self.t, 0)
        p, q = 10 * self.g - 14 * self.L, 5 * self.L - 3 * self.g
        return (-self.g * x**2 + self.t**2 * (p * u**3 / 3 + q * u**4 / 2),
                -2 * self.g * x + self.t * (p * u**2 + 2 * q * u**3),
                -2 * self.g + 2 * p * u + 6 * q * u**2)

    def _gate(self, x):
        """c, c', c'' at x <= 2t: -g - (L + g) (10 v^3 + 15 v^4 + 6 v^5), v = max(x - 2t, -t)/t.

        So c = L for x <= t.
        """
        v = np.where(x.real > self.t, (x - 2 * self.t) / self.t, -1)
        both = self.L + self.g
        return (-self.g - both * v**3 * (10 + 15 * v + 6 * v**2),
                -30 * both * (v * (1 + v)) ** 2 / self.t,
                -60 * both * v * (1 + v) * (1 + 2 * v) / self.t**2)


def _pick(mask, x):
    """The coordinate that the mask marks, 0 where it marks none, with the last axis kept."""
    return (mask * x).sum(axis=-1, keepdims=True)


def _shifted(mask, first):
    return np.insert(mask[..., :-1], 0, first, axis=-1)
