"""Many starts at a saddle in d dimensions: when each is sure to be out, and when it really is."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

import numpy as np

from ...live import log_grid

STARTS = 2000                    # theta(0) ~ N(0, I), the same at every visit
EPS = 1 / 10
DIMENSIONS = tuple(int(v) for v in log_grid(1, 4, 4))
REACH = {.5: 28, .25: 51, .1: 119}        # what the pictures show of the steps, for each step size
HALF = .6744897501960817         # |Z| of a standard normal is smaller with probability 1/2


@cache
def starts(d):
    """theta_1^2 and S+ of STARTS starts in dimension d, eigenvalues -1, 1, .., 1."""
    rng = np.random.default_rng(0)
    return rng.normal(size=STARTS)**2, rng.chisquare(d - 1, STARTS)


@cache
def B(d, eta):
    """The theorem's B for every start: both conditions hold at every step t > B."""
    theta, plus = starts(d)
    return np.log(np.maximum(plus, EPS**2) / theta) / (2 * math.log1p(eta))


def guaranteed(d, eta):
    """max(0, floor(B) + 1) for every start."""
    return np.maximum(0, np.floor(B(d, eta)) + 1).astype(int)


@cache
def escaped(d, eta):
    """The first step at which each start really has escaped, from both coordinates' closed form."""
    (theta, plus), t = starts(d), 2. * np.arange(guaranteed(d, eta).max() + 1)
    down, up = np.outer((1 + eta)**t, theta), np.outer((1 - eta)**t, plus)
    return ((up < down) & (down + up > EPS**2)).argmax(axis=0)


def quantile(steps, share):
    """The number of steps after which `share` of the starts are done: a whole number."""
    return int(np.sort(steps)[math.ceil(share * len(steps) - 1e-9) - 1])


@dataclass(frozen=True)
class Dial:
    """STARTS starts in dimension d; all but the share delta must be out."""

    d: Fraction
    delta: Fraction
    eta: float

    @cached_property
    def bound(self):
        return guaranteed(int(self.d), self.eta)

    @cached_property
    def first(self):
        return escaped(int(self.d), self.eta)


@cache
def medians(eta):
    """The medians of B and of the first escape, at every one of DIMENSIONS."""
    return [[np.median(steps(d, eta)) for d in DIMENSIONS] for steps in (B, escaped)]


@cache
def most(eta):
    """The largest share of the starts that escapes at one step."""
    return max(np.bincount(escaped(d, eta)).max() for d in DIMENSIONS) / STARTS
