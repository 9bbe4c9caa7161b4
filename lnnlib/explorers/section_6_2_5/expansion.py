"""Phi along a line, its Taylor polynomials, the lecture's printed one, and a student's: all that `taylor_orders` says."""
import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...answers.kinds import FunctionFailed, Unanswered, WrongKind, arrays, function, number
from ...losses import SquaredLoss
from ...networks import LinearNetwork

SIZES = np.geomspace(1e-3, 1, 31)                        # h of the right panel
LINE = np.linspace(-1, 1, 61)                            # h of the left panel
WIDTH = 2                                                # of every layer: D_j D_j has a meaning for square matrices alone
HUGE = 1e9                                               # a larger term would leave nothing else in the picture
SMALL_STEP = .004                                        # the remainder's first term rules, rounding does not yet
TARGET = np.array([[2.0, -1.0], [0.5, 1.0]])


class Line:
    """The square loss on a network of depth N, a point w and a direction D of length 1, and the terms along it."""

    def __init__(self, depth):
        self.net = LinearNetwork(SquaredLoss(TARGET), (WIDTH,) * (depth - 1))
        self.w, D = self.net.random(27, .9), self.net.random(66)          # seeds with terms of one size at every depth
        self.D = D / np.linalg.norm(D)
        self.slope = float(self.net.grad(self.w) @ self.D)
        self.form = float(self.net.hess_form(self.w, self.D, self.D))
        self.printed = self.form + 2 * float((self.G * self._squares).sum())

    @cached_property
    def G(self):
        """grad l at the product."""
        return self.net.loss.grad(self.net.product(self.w))

    @cached_property
    def _squares(self):
        """The terms j = j' of the printed sum, W_{j+1:N} D_j D_j W_{1:j-1}: they do not belong there."""
        net, D = self.net, self.net.split(self.D)
        return sum(net.product(self.w, j + 1) @ D[j - 1] @ D[j - 1] @ net.product(self.w, 1, j - 1)
                   for j in range(1, net.depth + 1))

    def value(self, h):
        """Phi(w + h D) for an array of h."""
        return self.net(self.w + np.multiply.outer(h, self.D))


line = lru_cache(maxsize=None)(Line)


class HandedIn:
    """A student's gradient(weights, G) and hess_form(weights, D, target), either may be None: called once for a depth."""

    def __init__(self, gradient=None, hess_form=None):
        for name, given in (("gradient", gradient), ("hess_form", hess_form)):
            if given is not None and not callable(given):
                raise ValueError(f"{name} is {given!r}, expected a function or None")
        self.gradient, self.hess_form = gradient, hess_form
        self._terms = {}

    def __bool__(self):
        return self.gradient is not None or self.hess_form is not None

    def terms(self, depth):
        """(slope, form) along the line, or a sentence that says what is amiss; what is not handed in is ours."""
        if depth not in self._terms:
            self._terms[depth] = self._called(line(depth))
        return self._terms[depth]

    def _called(self, at):
        weights, D = at.net.split(at.w), at.net.split(at.D)
        slope, form = at.slope, at.form
        try:
            if self.gradient is not None:
                shapes = [W.shape for W in weights]
                found = function("weights, G", arrays(*shapes))(self.gradient)(weights, at.G)
                slope = float(at.net.join(found) @ at.D)
            if self.hess_form is not None:
                form = function("weights, D, target", number())(self.hess_form)(weights, D, TARGET)
        except (FunctionFailed, WrongKind) as failed:
            return str(failed)
        except Unanswered:
            return "Your function still returns the `...` of the untouched cell."
        if max(abs(slope), abs(form)) > HUGE:
            return f"Your numbers are too large to be drawn, beyond {HUGE:g}."
        return slope, form


@dataclass(frozen=True)
class Expansion:
    """The line of one depth, seen at one step size h."""

    depth: int
    pairs: str
    h: float
    yours: HandedIn

    @cached_property
    def line(self):
        return line(self.depth)

    @cached_property
    def polynomials(self):
        """Name -> coefficients (c_0, c_1, c_2) of what is shown."""
        at, zero = self.line, float(self.line.value(0.0))
        shown = {"first": (zero, at.slope, 0), "second": (zero, at.slope, at.form / 2)}
        if self.pairs == "printed":
            shown["printed"] = (zero, at.slope, at.printed / 2)
        if self.yours and not self.failure:
            slope, form = self.yours.terms(self.depth)
            shown["yours"] = (zero, slope, form / 2)
        return shown

    @cached_property
    def failure(self):
        """What is wrong with a function that gave no value, "" where nothing is."""
        terms = self.yours.terms(self.depth) if self.yours else None
        return terms if isinstance(terms, str) else ""

    def along(self, name, h):
        """A polynomial's values at h."""
        return np.polynomial.polynomial.polyval(h, self.polynomials[name])

    def remainder(self, name, h):
        """|Phi(w + hD) - polynomial(h)|, NaN where nothing is left of it."""
        off = np.abs(self.line.value(h) - self.along(name, h))
        return np.where(off > 0, off, np.nan)

    def ratio(self, name, h=None):
        """By what half the step divides the remainder."""
        h = self.h if h is None else h
        whole, half = self.remainder(name, np.array([h, h / 2]))
        return float(whole / half)

    def order(self, name):
        """The order of a remainder, to a whole number, measured at a small step."""
        return round(math.log2(self.ratio(name, SMALL_STEP)))
