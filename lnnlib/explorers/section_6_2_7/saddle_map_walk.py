"""The map of saddles in closed form, and one run of gradient descent through it.

The objective is 1/2 ||W_{1:N} - diag(sigma)||^2. Every set S of modes is a stationary point, the
one with W_k = diag(sigma_i^{1/N} for i in S, else 0), of a kind that N and sigma decide.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np

from .scalar_chain import chain_curve, leading_time

STRICT, NON_STRICT, MINIMUM = KINDS = ("strict saddle", "non-strict saddle", "global minimum")
ETA = .01
MODES = (1, 2, 3)
GAP = .075                                     # between two names, as a share of Phi(0)
BEYOND = 1.12                                  # the end of the picture, where 1 is that of the run


@dataclass(frozen=True)
class Node:
    """The stationary point of a set of modes (1-based)."""

    modes: tuple
    loss: float
    height: float                              # the loss as a share of that of the origin
    lambda_min: float

    @property
    def kind(self):
        return STRICT if self.lambda_min < 0 else NON_STRICT if self.loss > 0 else MINIMUM

    @property
    def place(self):
        """On the map: the number of modes and the height."""
        return len(self.modes), self.height

    @property
    def name(self):
        return "{" + ",".join(map(str, self.modes)) + "}" if self.modes else "∅"


def node(sigma, N, modes):
    """The stationary point that keeps `modes`; all sigma > 0.

    The eigenvalues that may be negative are +-s_m for m left out (N = 2) and, for k kept and m left
    out, s_k^{1-2/N} (s_k - s_m).

    >>> origin, saddle = (node((4, 2, 1), 2, modes) for modes in ((), (2,)))
    >>> origin.lambda_min, saddle.lambda_min, node((8, 1, 1), 3, (2,)).lambda_min
    (-4, -4, -7.0)
    """
    kept = [sigma[i - 1] for i in modes]
    left_out = [s for i, s in enumerate(sigma, start=1) if i not in modes]
    values = [k ** (1 - 2 / N) * (k - m) for k in kept for m in left_out]
    values += [-m for m in left_out if N == 2]
    loss, most = (sum(s**2 for s in some) / 2 for some in (left_out, sigma))
    return Node(tuple(modes), loss, loss / most, min([0, *values]))


@lru_cache(maxsize=64)
def lattice(sigma, N):
    """All 2^d of them, from the origin to the global minimum."""
    modes = range(1, len(sigma) + 1)
    return [node(sigma, N, kept) for size in (0, *modes) for kept in combinations(modes, size)]


@lru_cache(maxsize=256)
def mode_chain(s, N, start):
    """(steps, x, h): when the weight is x s^{1/N}, by the scalar chain of h = eta s^{2-2/N}."""
    a, h = start / s ** (1 / N), ETA * s ** (2 - 2 / N)
    steps, x = chain_curve(N, a, h)
    return np.append(0, steps), np.append(a, x), h


@dataclass(frozen=True)
class Walk:
    """Gradient descent from W_k = start I, up to a share of its run."""

    s1: float
    s2: float
    s3: float
    N: int
    start: float
    share: float

    @property
    def sigma(self):
        return self.s1, self.s2, self.s3

    @property
    def nodes(self):
        return lattice(self.sigma, self.N)

    @cached_property
    def name_heights(self):
        """Per node the height of its name: its own, or more where the name below it is too near."""
        heights, below = {}, [-1.] * (len(MODES) + 1)
        for one in sorted(self.nodes, key=lambda one: one.height):
            column = len(one.modes)
            heights[one] = below[column] = max(one.height, below[column] + GAP)
        return [heights[one] for one in self.nodes]

    @property
    def chains(self):
        return [mode_chain(s, self.N, self.start) for s in self.sigma]

    @cached_property
    def last(self):
        """The step at which the last mode is learned, to 98 %."""
        return max(steps[-1] for steps, _, _ in self.chains)

    @property
    def now(self):
        return self.share * BEYOND * self.last

    @cached_property
    def steps(self):
        """The steps that are drawn: those that the closed forms name, up to now."""
        named = [steps for steps, _, _ in self.chains]
        steps = np.concatenate([*named, [self.now], np.linspace(self.last, BEYOND * self.last, 9)])
        return np.unique(steps[steps <= self.now])

    def learned(self, t):
        """u_i / sigma_i = x^N at the steps t, (..., 3).

        Where the curve ends .02 are left, and from there on decay like e^{-N h t}.
        """
        t, shares = np.asarray(t, dtype=float), []
        for steps, x, h in self.chains:
            left = .02 * np.exp(-self.N * h * np.maximum(t - steps[-1], 0))
            shares.append(np.where(t > steps[-1], 1 - left, np.interp(t, steps, x) ** self.N))
        return np.stack(shares, axis=-1)

    def loss(self, learned):
        return ((1 - learned) ** 2) @ np.square(self.sigma) / 2

    @cached_property
    def path(self):
        """(number of modes learned, Phi / Phi(0)) at `steps`."""
        learned = self.learned(self.steps)
        return learned.sum(axis=1), self.loss(learned) / self.nodes[0].loss

    @cached_property
    def arrivals(self):
        """Per mode the step at which half of it is learned."""
        return [float(np.interp(.5 ** (1 / self.N), x, steps)) for steps, x, _ in self.chains]

    @property
    def waits(self):
        """Per mode the leading term of its arrival."""
        return [leading_time(self.N, x[0]) / h for _, x, h in self.chains]

    def reached(self, t):
        """The node of the modes that are learned by more than half at step t."""
        modes = zip(MODES, self.arrivals, strict=True)
        return node(self.sigma, self.N, tuple(i for i, arrival in modes if arrival <= t))

    @cached_property
    def visited(self):
        """The nodes on the way, from the origin to the minimum."""
        return [self.reached(t) for t in (-1, *sorted(set(self.arrivals)))]

    @property
    def rests(self):
        """The nodes on the way, filled with None to one more than there are modes."""
        return self.visited + [None] * (len(MODES) + 1 - len(self.visited))

    @property
    def plateaus(self):
        """The visited nodes that are high enough to be named, filled with None to one a mode."""
        named = [one for one in self.visited if one.height > .05]
        return named + [None] * (len(MODES) - len(named))

    @property
    def grad_norm(self):
        """||grad Phi|| now: every W_k has the gradient diag(w_i^{N-1} (u_i - sigma_i))."""
        share, sigma = self.learned(self.now), np.array(self.sigma)
        w = (share * sigma) ** (1 / self.N)
        return float(np.sqrt(self.N * ((w ** (self.N - 1) * sigma * (1 - share)) ** 2).sum()))
