"""The run of `learning_dynamics`: the modes of a product of matrices under gradient descent.

From a diagonal start the layers for 1/2 ||W_{1:N} - diag(s)||^2 stay diagonal, so a step of the
whole network is a step of each mode by itself. Every layer but the first has the same entries at
the start, hence for ever. So two numbers tell all of a mode: x, that of W_1, and y, that of W_2,
.., W_N. A balanced start has x = y = a; an unbalanced one with the same product has x = a^N, y = 1.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...dynamics import learning_curve, learning_time
from ...live.stage import next_round
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...saddles import classify

STRENGTHS = (3., 1.2, .5)                      # the singular values of M
MODES = range(len(STRENGTHS))
LAST = 10**4                                   # steps of a run
LATEST = 1000                                  # the end of the longest axis of times
TURNS = 12                                     # of a curve that goes to and fro, at least
FAR = 50.                                      # an entry of W_1 beyond this has diverged


@lru_cache(maxsize=64)
def orbit(s, x, y, depth, eta, steps):
    """(x, y) of one mode at steps 0, 1, .., `steps`, or until it has diverged: two arrays.

    With u = x y^{N-1} a step adds eta (s - u) y^{N-1} to x and eta (s - u) x y^{N-2} to y.
    """
    xs, ys, hidden = [x], [y], depth > 1
    for _ in range(steps):
        others = y ** (depth - 2) if hidden else 1.         # y^{N-2}
        above = others * y if hidden else 1.                # y^{N-1}
        move = eta * (s - x * above)
        x, y = x + move * above, (y + move * x * others if hidden else y)
        xs.append(x)
        ys.append(y)
        if not -FAR < x < FAR:
            break
        if x == xs[-2] and y == ys[-2]:                     # it rests, for ever
            rest = steps + 1 - len(xs)
            return np.pad(xs, (0, rest), "edge"), np.pad(ys, (0, rest), "edge")
    return np.array(xs), np.array(ys)


@dataclass(frozen=True)
class Learning:
    """One run of gradient descent and, beside it, the exact curves of a balanced start."""

    depth: int
    eta: float
    scale: float
    step: int
    start: str

    @cached_property
    def end(self):
        """Where the axis of times ends: soon after the exact curves have all but arrived.

        99 % of their way and 20 steps of GD are seen, up to the time LATEST.
        """
        u0 = self.scale**self.depth
        times = [learning_time(s, u0, s + .01 * (u0 - s), self.depth) for s in STRENGTHS]
        return next_round(min(LATEST, max(*times, 20 * self.eta)), least=3)

    @cached_property
    def last(self):
        """The last step that there is room for."""
        return min(LAST, int(self.end / self.eta))

    @cached_property
    def orbits(self):
        a, unbalanced = self.scale, self.start == "unbalanced" and self.depth > 1
        x, y = (a**self.depth, 1.) if unbalanced else (a, a)
        return [orbit(s, x, y, self.depth, self.eta, self.last) for s in STRENGTHS]

    @cached_property
    def diverged(self):
        """The first step at which some mode has diverged, None if none has."""
        end = min(len(xs) for xs, _ in self.orbits) - 1
        return end if end < self.last else None

    @cached_property
    def now(self):
        """The step of the cursor: the one asked for, or the last that there is in the picture."""
        return min(self.step, self.last if self.diverged is None else self.diverged - 1)

    @property
    def cursor(self):
        """The time of the cursor, None where the picture ends before it."""
        return self.now * self.eta if self.now == self.step else None

    @cached_property
    def layers(self):
        """x and y of every mode at the steps 0, .., `now`: two arrays (modes, steps)."""
        modes = [[part[:self.now + 1] for part in parts] for parts in self.orbits]
        return np.swapaxes(modes, 0, 1)

    @cached_property
    def u(self):
        """The singular values of W_{1:N} at every step, (modes, steps), signed as x y^{N-1}."""
        x, y = self.layers
        return x * y ** (self.depth - 1)

    @cached_property
    def value(self):
        """Phi at every step."""
        return ((self.u.T - STRENGTHS) ** 2).sum(axis=1) / 2

    @cached_property
    def slope(self):
        """||grad Phi|| at every step.

        Its square is the sum over s of (u - s)^2 (y^{2n} + n (x y^{n-1})^2), n = N - 1.
        """
        x, y = self.layers
        n = self.depth - 1
        factors = y ** (2 * n) + (n * (x * y ** (n - 1)) ** 2 if n else 0)
        return np.sqrt((factors * (self.u.T - STRENGTHS).T ** 2).sum(axis=0))

    def extremes(self, values, pieces, least=1):
        """The lowest and the highest of `values` in each of so many pieces of the axis of times.

        Two arrays of steps. A piece has `least` steps or more; where it is one, all are there.
        """
        times = np.expm1(np.linspace(0, np.log1p(self.end), pieces + 1))
        first = np.unique(least * (times / (least * self.eta)).astype(int))
        parts = np.split(values, first[(first > 0) & (first <= len(values) - least)])
        start = np.cumsum([0, *map(len, parts[:-1])])
        return start + [part.argmin() for part in parts], start + [part.argmax() for part in parts]

    def dots(self, mode):
        """(times, singular values) of GD, lowest and highest."""
        steps = np.unique(self.extremes(self.u[mode], 48))
        return self.eta * steps, self.u[mode, steps]

    def curve(self, values):
        """(times, `values`) as a line. Values that go to and fro, too many to draw, are two lines.

        One along the lowest and one along the highest: a cycle of two steps is its two rows, and
        not a zigzag between some of its steps.
        """
        low, high = self.extremes(values, 72)
        turns = np.count_nonzero(np.diff(np.sign(np.diff(values))))
        if turns < TURNS or (low == high).all():
            steps = np.unique([low, high])
            return self.eta * steps, values[steps]
        low, high = self.extremes(values, 72, least=2)
        steps = np.append(low, high)
        return [np.insert(line, len(low), np.nan) for line in (self.eta * steps, values[steps])]

    def reached(self, mode, share):
        """The first step at which a mode has at least this share of its strength, None if never."""
        xs, ys = self.orbits[mode]
        found = np.flatnonzero(xs * ys ** (self.depth - 1) >= share * STRENGTHS[mode])
        return int(found[0]) if len(found) else None

    @cached_property
    def halves(self):
        """For every mode the first step at which half of it is learned, None if never."""
        return [self.reached(mode, .5) for mode in MODES]

    @cached_property
    def times(self):
        """0 to `end`, evenly spread on the picture's axis."""
        return np.expm1(np.linspace(0, np.log1p(self.end), 120))

    @cached_property
    def exact(self):
        """The singular values under gradient flow from a balanced start, (modes, `times`)."""
        u0 = self.scale**self.depth
        return np.array([learning_curve(s, u0, self.times, self.depth) for s in STRENGTHS])

    @cached_property
    def exact_halves(self):
        """When the exact curves reach s/2: 0 where they start beyond it, None if never."""
        u0 = self.scale**self.depth
        times = [
            learning_time(s, u0, max(u0, s / 2), self.depth) if u0 < s else 0 for s in STRENGTHS]
        return [None if t == np.inf else float(t) for t in times]

    @property
    def crosses(self):
        """(times, singular values) where the exact curves pass s/2; None where none does."""
        passed = [(t, s / 2) for t, s in zip(self.exact_halves, STRENGTHS, strict=True) if t]
        return tuple(zip(*passed, strict=True)) or None

    @cached_property
    def point(self):
        """The stationary-point certificate of the whole network at the cursor."""
        net = LinearNetwork(SquaredLoss(np.diag(STRENGTHS)), hidden=(3,) * (self.depth - 1))
        W_1, W_n = (np.diag([parts[k][self.now] for parts in self.orbits]) for k in (0, 1))
        w = net.join([W_1] + (self.depth - 1) * [W_n])
        return classify(net, w, grad_tol=1e-9, curvature_tol=1e-9)

    @property
    def limit(self):
        """2/lambda_max at the balanced global minimum: with a larger eta it cannot settle there."""
        return 2 / (self.depth * STRENGTHS[0] ** (2 - 2 / self.depth))
