"""One run of gradient descent from a saddle, and all that the explorer of 6.2.2 says of it."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...saddles import QuadraticSaddle

LAST = 10**7                                   # steps shown
EVERY = 300                                    # so many steps are all drawn, each with a dot; later ones are sampled
FLOATING = 5000                                # steps of a run that is really computed in floating point
FAR = 1e3                                      # a coordinate beyond this that should have shrunk has diverged
ANGLE = math.pi / 6                            # how far the rotated basis is turned
ROTATION = np.array([[math.cos(ANGLE), -math.sin(ANGLE)], [math.sin(ANGLE), math.cos(ANGLE)]])   # w = ROTATION theta
GRID = np.unique(np.concatenate([np.arange(EVERY + 1), np.geomspace(EVERY, LAST, 120).astype(int)]))


@dataclass(frozen=True)
class Escape:
    """One run from theta(0) = (theta, theta2) at the saddle with eigenvalues (-alpha, second), and what is said of it."""

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
    def floating(self):
        """The run in the rotated basis as floating point computes it, w(0), w(1), ..: rounding is part of it."""
        c, s = math.cos(ANGLE), math.sin(ANGLE)
        a, eta = -float(self.alpha), float(self.eta)
        h11, h12, h22 = a * c * c + s * s, (a - 1) * c * s, a * s * s + c * c
        x, y = c * float(self.theta) - s * float(self.theta2), s * float(self.theta) + c * float(self.theta2)
        points = [(x, y)]
        while len(points) <= FLOATING and abs(x) + abs(y) < FAR:
            x, y = x - eta * (h11 * x + h12 * y), y - eta * (h12 * x + h22 * y)
            points.append((x, y))
        return np.array(points)

    @property
    def rotated(self):
        return self.landscape == "rotated"

    @cached_property
    def steps(self):
        """The steps that are drawn: dense at the start, where it escapes, and around what is claimed."""
        if self.rotated:
            return np.arange(len(self.floating))
        growth = math.log1p(float(self.eta * self.alpha))
        leaving = [] if not self.theta else np.log(np.geomspace(1e-3, 2, 60) / float(self.theta)) / growth
        claims = [t + k for t in (self.first, self.bound) if t is not None for k in (-1, 0, 1)]
        steps = np.unique(np.concatenate([GRID, leaving, claims, [self.step]]).astype(int))
        return steps[(steps >= 0) & (steps <= LAST)]

    @cached_property
    def theta_t(self):
        """The eigenbasis coordinates at `steps`."""
        if self.rotated:
            return self.floating @ ROTATION
        return self.saddle.theta(self.steps)

    @cached_property
    def points(self):
        """What the left panel shows: the coordinates the run is computed in."""
        return self.floating if self.rotated else self.theta_t

    @cached_property
    def value(self):
        eigenvalues = np.array(self.saddle.eigenvalues, float)
        return self.theta_t**2 @ eigenvalues / 2 if self.rotated else self.saddle.value(self.steps)

    @cached_property
    def slope(self):
        eigenvalues = np.array(self.saddle.eigenvalues, float)
        return np.sqrt(self.theta_t**2 @ eigenvalues**2) if self.rotated else self.saddle.grad_norm(self.steps)

    @cached_property
    def below(self):
        return self.value < 0 if self.rotated else self.saddle.below_saddle(self.steps)

    @cached_property
    def steep(self):
        return self.slope > float(self.eps) if self.rotated else self.saddle.gradient_large(self.steps)

    @cached_property
    def first(self):
        if self.rotated:
            escaped = np.flatnonzero(self.below & self.steep)
            return int(escaped[0]) if len(escaped) else None
        return self.saddle.first_escape()

    @cached_property
    def bound(self):
        return self.saddle.bound()

    @cached_property
    def diverged(self):
        """The first step at which a coordinate with lambda > 0 has grown beyond all measure, None if it shrinks or stays."""
        factor, start = abs(1 - self.eta), abs(self.theta2)
        if self.landscape == "maximum" or factor <= 1 or start == 0:
            return None
        return max(0, math.ceil(math.log(FAR / start) / math.log(factor)))
