"""Isotropic starts at a strict saddle: when each escapes, and from when on all but a share delta are out.

The saddle has the eigenvalues -ALPHA, 1, .., 1 in R^d and theta(0) ~ N(0, sigma^2 I). An escape depends on two numbers alone:
theta_1(0)/sigma, a standard normal, and the norm of the other coordinates over sigma, chi-distributed with k = d - 1.
"""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

ALPHA, EPS = .5, .1
STARTS = 2000
BLOCK = 32                                       # steps looked at together
erf = np.frompyfunc(math.erf, 1, 1)
legendre = cache(np.polynomial.legendre.leggauss)


@cache
def sample(d):
    """theta_1/sigma and the norm of the other coordinates over sigma, for 2000 starts in R^d."""
    theta = np.random.default_rng(0).normal(size=STARTS)
    return theta, np.sqrt(np.random.default_rng(1).chisquare(d - 1, STARTS)) if d > 1 else np.zeros(STARTS)


@cache
def chi_rule(k):
    """Nodes and weights that average over the chi distribution with k degrees of freedom, density ~ s^(k-1) exp(-s^2/2)."""
    if k == 0:
        return np.zeros(1), np.ones(1)
    low, high = max(0, math.sqrt(k) - 7), math.sqrt(k) + 7
    x, weights = legendre(80)
    s = low + (high - low) * (x + 1) / 2
    log_density = (k - 1) * np.log(s) - s**2 / 2
    weights = weights * np.exp(log_density - log_density.max())
    return s, weights / weights.sum()


@dataclass(frozen=True)
class Starts:
    """2000 starts from N(0, sigma^2 I) in R^d, and what is promised of all but a share `delta` of them."""

    sigma: float
    d: int
    delta: float
    eta: float

    @property
    def growth(self):
        """log(1 + eta alpha), by which log|theta_1| grows at each step."""
        return math.log1p(self.eta * ALPHA)

    @property
    def decay(self):
        """log(1 - eta), by which the log of every other coordinate falls."""
        return math.log1p(-self.eta)

    @cached_property
    def logs(self):
        """The logs of |theta_1| and of the norm of the other coordinates, for every start."""
        theta, rest = sample(self.d)
        with np.errstate(divide="ignore"):
            return np.log(self.sigma * np.abs(theta)), np.log(self.sigma * rest)

    @cached_property
    def below(self):
        """The step from which on condition 1 holds, for every start."""
        theta, rest = self.logs
        return _after((rest - theta - math.log(ALPHA) / 2) / (self.growth - self.decay))

    def large(self, t):
        """Whether condition 2 holds at the steps t, which broadcast against the starts."""
        theta, rest = self.logs
        return ALPHA**2 * np.exp(2 * (theta + t * self.growth)) + np.exp(2 * (rest + t * self.decay)) > EPS**2

    @cached_property
    def times(self):
        """The first escape of every start: both conditions for the first time."""
        sure = _after((math.log(EPS / ALPHA) - self.logs[0]) / self.growth)                    # condition 2, by theta_1 alone
        low, high = self.below, np.where(self.large(self.below), self.below, np.maximum(self.below, sure))
        while (low < high).any():                        # ||grad f~||^2 is convex in t: bisect for where it has risen to eps^2
            middle = (low + high) // 2
            done = self.large(middle)
            low, high = np.where(done, low, middle + 1), np.where(done, middle, high)
        return low

    def waiting(self, t):
        """The share of the starts for which the two conditions do not both hold at the steps t, shape (n,)."""
        t = np.asarray(t)[:, None]
        return 1 - ((t >= self.below) & self.large(t)).mean(axis=1)

    def inside(self, t):
        """The exact probability that the two conditions do not both hold at the steps t, shape (n,).

        They fail where theta_1^2/sigma^2 is at most a number that depends on the other coordinates: average over these.
        """
        rest, weights = chi_rule(self.d - 1)
        t = np.asarray(t, dtype=float)[:, None]
        shrunk = rest**2 * np.exp(2 * t * self.decay)
        at_most = np.maximum(shrunk / ALPHA, ((EPS / self.sigma) ** 2 - shrunk) / ALPHA**2) * np.exp(-2 * t * self.growth)
        return erf(np.sqrt(at_most / 2)).astype(float) @ weights

    def promised(self, delta):
        """The real number B that both conditions wait for, with probability at least 1 - delta.

        |theta_1| > sigma delta' (pi/2)^(1/2) and ||rest|| < sigma (k^(1/2) + (2 log 1/delta')^(1/2)) with delta' = delta/2 each;
        without other coordinates delta' = delta.
        """
        share = delta / 2 if self.d > 1 else delta
        rest = self.sigma * (math.sqrt(self.d - 1) + np.sqrt(2 * np.log(1 / share))) if self.d > 1 else 0
        theta = self.sigma * share * math.sqrt(math.pi / 2)
        return np.log(np.maximum(rest**2, EPS**2 / ALPHA) / (ALPHA * theta**2)) / (2 * self.growth)

    @cached_property
    def promise(self):
        """The step from which on the two conditions hold with probability >= 1 - delta, as promised."""
        return int(_after(self.promised(self.delta)))

    @cached_property
    def sure(self):
        """The step from which on, at every step, the two conditions hold with probability >= 1 - delta, exactly.

        That probability need not grow with t: the last step that fails is looked for, back from the promise.
        """
        for end in range(self.promise, 0, -BLOCK):
            failing = np.flatnonzero(self.inside(np.arange(max(0, end - BLOCK), end)) > self.delta)
            if len(failing):
                return max(0, end - BLOCK) + int(failing[-1]) + 1
        return 0


def _after(bound):
    """The first whole number t >= 0 with t > bound."""
    return np.maximum(0, np.floor(bound) + 1).astype(int)
