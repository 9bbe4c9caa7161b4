"""One run of gradient descent from a quadratic saddle, and all that `saddle_escape` shows of it."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...saddles import QuadraticSaddle

LAST = 10**7                 # no run of the sliders needs more steps to escape
EVERY = 300                  # so many steps are all drawn, each with a dot; later ones are sampled
FLOATING = 5000              # steps of a run that is really computed in floating point
FAR = 1e3                    # a coordinate beyond this that should have shrunk has diverged
NEAR = 1e-7                  # one below this has come to rest
DEEPEST = -24                # the least power of 10 on the axis of sizes
ANGLE = math.pi / 6          # how far the rotated basis is turned: w = ROTATION theta
ROTATION = np.array([[math.cos(ANGLE), -math.sin(ANGLE)], [math.sin(ANGLE), math.cos(ANGLE)]])
GRID = np.unique([*range(EVERY + 1), *np.geomspace(EVERY, LAST, 120).astype(int)])


@dataclass(frozen=True)
class Escape:
    """The run from (theta, theta2) with eigenvalues -alpha and 1, or -1 at a maximum."""

    eta: Fraction
    alpha: Fraction
    theta: Fraction
    eps: Fraction
    theta2: Fraction
    landscape: str
    step: int

    @cached_property
    def saddle(self):
        second = -1 if self.landscape == "maximum" else 1
        return QuadraticSaddle((-self.alpha, second), (self.theta, self.theta2), self.eta, self.eps)

    @cached_property
    def lam(self):
        """Both eigenvalues, as floats."""
        return np.array(self.saddle.eigenvalues, float)

    @property
    def opening(self):
        """f~ < 0 where |theta_2| < opening |theta_1|; at a maximum that is everywhere."""
        a, b = self.lam
        return math.sqrt(-a / b) if b > 0 else 1e3

    @property
    def flat(self):
        """The semiaxes of the ellipse where ||grad f~|| <= eps."""
        return float(self.eps) / np.abs(self.lam)

    # ---- the run, at the steps that are drawn
    @property
    def rotated(self):
        return self.landscape == "rotated"

    @cached_property
    def floating(self):
        """w(0), w(1), .. in the rotated basis as floats give it: rounding is part of it.

        w(t+1) = w(t) - eta H w(t), H = ROTATION diag(-alpha, 1) ROTATION^T.
        """
        c, s = math.cos(ANGLE), math.sin(ANGLE)
        a, eta, theta, theta2 = map(float, (-self.alpha, self.eta, self.theta, self.theta2))
        h11, h12, h22 = a * c * c + s * s, (a - 1) * c * s, a * s * s + c * c
        x, y = c * theta - s * theta2, s * theta + c * theta2
        points = [(x, y)]
        while len(points) <= FLOATING and abs(x) + abs(y) < FAR:
            x, y = x - eta * (h11 * x + h12 * y), y - eta * (h12 * x + h22 * y)
            points.append((x, y))
        return np.array(points)

    @cached_property
    def steps(self):
        """The steps that are drawn: dense at the start, where it escapes, near what is claimed."""
        if self.rotated:
            return np.arange(len(self.floating))
        growth, sizes = math.log1p(float(self.eta * self.alpha)), np.geomspace(1e-3, 2, 60)
        # where theta_1 has these sizes
        leaving = np.log(sizes / float(self.theta)) / growth if self.theta else []
        claims = [t + k for t in (self.first, self.bound) if t is not None for k in (-1, 0, 1)]
        steps = np.unique(np.concatenate([GRID, leaving, claims, [self.step]]).astype(int))
        return steps[(steps >= 0) & (steps <= LAST)]

    @cached_property
    def theta_t(self):
        """theta(t) at these steps, shape (n, 2)."""
        return self.floating @ ROTATION if self.rotated else self.saddle.theta(self.steps)

    @cached_property
    def value(self):
        """f~(theta_t)."""
        return self.theta_t**2 @ self.lam / 2 if self.rotated else self.saddle.value(self.steps)

    @cached_property
    def slope(self):
        """||grad f~(theta_t)||."""
        if self.rotated:
            return np.sqrt(self.theta_t**2 @ self.lam**2)
        return self.saddle.grad_norm(self.steps)

    @cached_property
    def below(self):
        """Condition 1: f~ < 0."""
        return self.value < 0 if self.rotated else self.saddle.below_saddle(self.steps)

    @cached_property
    def steep(self):
        """Condition 2: ||grad f~|| > eps."""
        if self.rotated:
            return self.slope > float(self.eps)
        return self.saddle.gradient_large(self.steps)

    # ---- what is claimed
    @cached_property
    def first(self):
        """The first eps-escape, a step at which both conditions hold, or None."""
        if not self.rotated:
            return self.saddle.first_escape()
        escaped = np.flatnonzero(self.below & self.steep)
        return int(escaped[0]) if len(escaped) else None

    @cached_property
    def bound(self):
        return self.saddle.bound()

    @property
    def diverged(self):
        """The first step with |theta_2| >= FAR where lambda_2 = 1, None if it never grows."""
        factor, start = abs(1 - self.eta), abs(self.theta2)
        if self.landscape == "maximum" or factor <= 1 or start == 0:
            return None
        return max(0, math.ceil(math.log(FAR / start) / math.log(factor)))

    @cached_property
    def over(self):
        """The step by which all has happened that is claimed, or else theta_2 is at rest."""
        claims = [t for t in (self.first, self.bound, self.diverged) if t is not None]
        factor = abs(float(1 - self.eta))
        if claims:
            last = max(claims)
        elif self.rotated:
            last = len(self.floating) - 1
        elif self.theta2 and 0 < factor < 1:
            last = math.ceil(math.log(NEAR) / math.log(factor))
        else:
            last = 0
        return min(last, LAST)

    @cached_property
    def depth(self):
        """A power of 100 that ||grad f~||^2 does not fall below while the run lasts."""
        slope = self.slope[self.steps <= self.over]
        least = 2 * math.log10(slope[slope > 0].min(initial=.1))
        return 10. ** max(2 * math.floor(least / 2), DEEPEST)

    # ---- what is drawn, up to `step`
    @property
    def stop(self):
        """The last step drawn, None where the whole run is."""
        return self.steps[self.now] if self.step < LAST else None

    @cached_property
    def now(self):
        """The place in `steps` of `step`, or of the last step of a run in floats."""
        return int(np.searchsorted(self.steps, self.step, "right")) - 1

    def within(self, reach, last=LAST):
        """theta(t) up to step `last` where its coordinates are below `reach`, shape (n, 2)."""
        points = self.theta_t[:min(self.now, last) + 1]
        return points[(np.abs(points) < reach).all(axis=1)]

    def size(self, there):
        """(steps, |f~|) `there`, and one step before, so that two such curves meet."""
        there = there | np.append(there[1:], False)
        return self.positive(np.where(there, np.abs(self.value), np.nan))

    def positive(self, y):
        """(steps, y) for an axis of logarithms: a gap where y is not above 0."""
        return self.steps[:self.now + 1], np.where(y > 0, y, np.nan)[:self.now + 1]

    def stretches(self, on):
        """(from, to) where `on`, also after `step`, with .4 of a step on either side.

        The last one goes on, but where a run in floats was broken off.
        """
        edges = np.flatnonzero(np.diff(np.concatenate([[0], on, [0]]))).reshape(-1, 2)
        steps, end = self.steps, len(self.steps)
        after = .4 if self.rotated and end > FLOATING else LAST
        return [(steps[a] - .4, steps[b - 1] + (.4 if b < end else after)) for a, b in edges]
