"""Gradient descent on 1/2 ||W_{1:N} - diag(s)||^2 from a diagonal start: one scalar recurrence for every mode.

A diagonal start stays diagonal, so a step of the whole network is a step of each mode by itself. Every layer but the
first has the same entries at the start, hence for ever. So two numbers tell all of a mode: x, that of W_1, and y, that of
W_2, .., W_N. A balanced start has x = y = a; an unbalanced one with the same product has x = a^N, y = 1.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...dynamics import learning_curve, learning_time
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...saddles import classify

STRENGTHS = (3., 1.2, .5)                      # the singular values of M
LAST = 10**4                                   # steps of a run
END = 1000                                     # the latest time shown
FAR = 50.                                      # a singular value beyond this has diverged
TIMES = np.expm1(np.linspace(0, np.log1p(10 * END), 160)) / 10      # evenly spread on the picture's axis of times


@lru_cache(maxsize=64)
def orbit(s, x, y, depth, eta):
    """(x, y) of one mode at steps 0, 1, .., LAST, or until it has diverged: two lists of floats."""
    xs, ys, hidden = [x], [y], depth > 1
    for _ in range(LAST):
        tail = y ** (depth - 2) if hidden else 1.
        head = tail * y if hidden else 1.
        move = eta * (s - x * head)
        x, y = x + move * head, y + move * x * tail if hidden else y
        xs.append(x)
        ys.append(y)
        if not -FAR < x < FAR:
            break
    return xs, ys


@lru_cache(maxsize=8)
def network(depth):
    """The linear network of that depth whose target has the three strengths on its diagonal."""
    return LinearNetwork(SquaredLoss(np.diag(STRENGTHS)), hidden=(3,) * (depth - 1))


@dataclass(frozen=True)
class Learning:
    """One run of gradient descent, the exact curves of a balanced start beside it, and what is said of both."""

    depth: int
    eta: float
    scale: float
    step: int
    start: str

    @cached_property
    def orbits(self):
        x, y = (self.scale**self.depth, 1.) if self.start == "unbalanced" and self.depth > 1 else (self.scale, self.scale)
        return [orbit(s, x, y, self.depth, self.eta) for s in STRENGTHS]

    @cached_property
    def last(self):
        """The last step before some mode has diverged."""
        return min(len(xs) for xs, _ in self.orbits) - 1

    @cached_property
    def diverged(self):
        return self.last if self.last < LAST else None

    @cached_property
    def steps(self):
        """The steps that are drawn: the cursor's, and others evenly spread on the axis of times."""
        spread = np.rint(TIMES[::2] / self.eta).astype(int)
        return np.unique(np.append(spread[spread <= self.now], self.now))

    @cached_property
    def now(self):
        """The step of the cursor: the one asked for, or the last that there is in the picture."""
        return min(self.step, self.last - (self.diverged is not None), int(END / self.eta))

    @cached_property
    def layers(self):
        """x and y of every mode at `steps`: two arrays (modes, steps)."""
        return tuple(np.array([[values[t] for t in self.steps] for values in part]) for part in zip(*self.orbits, strict=True))

    @cached_property
    def u(self):
        """The singular values of W_{1:N} at `steps`, (modes, steps); a sign that gradient descent overshot into is kept."""
        x, y = self.layers
        return x * y ** (self.depth - 1)

    @cached_property
    def value(self):
        return ((self.u.T - STRENGTHS) ** 2).sum(axis=1) / 2

    @cached_property
    def slope(self):
        """||grad Phi|| at `steps`."""
        x, y = self.layers
        n = self.depth - 1
        factors = y ** (2 * n) + (n * (x * y ** (n - 1)) ** 2 if n else 0)
        return np.sqrt((factors * (self.u.T - STRENGTHS).T ** 2).sum(axis=0))

    @cached_property
    def exact(self):
        """The singular values under gradient flow at TIMES, (modes, times), from a balanced start."""
        return np.array([learning_curve(s, self.scale**self.depth, TIMES, self.depth) for s in STRENGTHS])

    @cached_property
    def halves(self):
        """For every mode the first step at which gradient descent has learned half of it, None if it has not."""
        return [self.reached(mode, .5) for mode in range(len(STRENGTHS))]

    @cached_property
    def exact_halves(self):
        """The times at which the exact curves reach s/2: 0 where they start beyond it, None where they never move."""
        u0 = self.scale**self.depth
        times = [float(learning_time(s, u0, max(u0, s / 2), self.depth)) if u0 < s else 0. for s in STRENGTHS]
        return [None if t == np.inf else t for t in times]

    def reached(self, mode, share):
        """The first step at which a mode's singular value is at least `share` of its strength, None if never."""
        xs, ys = self.orbits[mode]
        wanted, n = share * STRENGTHS[mode], self.depth - 1
        u = np.array(xs) * np.array(ys) ** n
        found = np.flatnonzero(u >= wanted)
        return int(found[0]) if len(found) else None

    @cached_property
    def point(self):
        """The stationary-point certificate of the whole network at the cursor."""
        layers = [np.diag([part[n > 0][self.now] for part in self.orbits]) for n in range(self.depth)]
        net = network(self.depth)
        return classify(net, net.join(layers), grad_tol=1e-9, curvature_tol=1e-9)

    @property
    def limit(self):
        """2/lambda_max at the balanced global minimum: beyond this eta gradient descent cannot settle there."""
        return 2 / (self.depth * STRENGTHS[0] ** (2 - 2 / self.depth))
