"""One run of gradient descent through the map of saddles, and all that `saddle_map` says of it."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...dynamics import descent_steps
from .chain import grid
from .lattice import lattice, node

ETA = .01
MODES = (1, 2, 3)
BEYOND = 1.12                                  # the picture goes on so long after the last mode is learned


def _share(t, N, steps, x, h):
    """x^N at the steps t: by the table, and beyond its end, where .02 are left, by the exponential with which these die."""
    left = .02 * np.exp(-N * h * np.maximum(t - steps[-1], 0))
    return np.where(t > steps[-1], 1 - left, np.interp(t, steps, x) ** N)


@dataclass(frozen=True)
class Walk:
    """Gradient descent on 1/2 ||W_{1:N} - diag(s1, s2, s3)||^2 from W_k = start I, up to a share of its run."""

    s1: float
    s2: float
    s3: float
    N: int
    start: float
    share: float

    @property
    def sigma(self):
        return self.s1, self.s2, self.s3

    @cached_property
    def nodes(self):
        return lattice(self.sigma, self.N)

    @cached_property
    def chains(self):
        """Per mode the steps at which its weight has the sizes x, and x: three scalar chains, in closed form."""
        x, sigma = grid(self.N), np.array(self.sigma, dtype=float)[:, None]
        a, h = self.start / sigma ** (1 / self.N), ETA * sigma ** (2 - 2 / self.N)
        chains = []
        for steps, (start,), (size,) in zip(descent_steps(x, a, self.N, h), a, h, strict=True):
            later = x > start * 1.001
            chains.append((np.append(0, steps[later]), np.append(start, x[later]), size))
        return chains

    @cached_property
    def last(self):
        """The step at which the last mode is learned, to 98 %."""
        return max(steps[-1] for steps, _, _ in self.chains)

    @cached_property
    def steps(self):
        """The steps that are drawn: those that the closed forms name, and now."""
        named = np.concatenate([steps for steps, _, _ in self.chains])
        return np.unique(np.concatenate([named, [self.now], np.linspace(self.last, BEYOND * self.last, 9)]))

    @property
    def now(self):
        return self.share * BEYOND * self.last

    def learned(self, t):
        """u_i / sigma_i at the steps t, shape (..., 3)."""
        t = np.asarray(t, dtype=float)
        return np.stack([_share(t, self.N, *chain) for chain in self.chains], axis=-1)

    def loss(self, learned):
        return ((1 - learned) ** 2) @ np.square(self.sigma) / 2

    @cached_property
    def path(self):
        return self.learned(self.steps)

    @cached_property
    def arrivals(self):
        """Per mode the step at which half of it is learned."""
        return [float(np.interp(.5 ** (1 / self.N), x, steps)) for steps, x, _ in self.chains]

    @property
    def waits(self):
        """Per mode the leading term of that step: log(1/a)/h or a^{2-N}/((N - 2) h)."""
        starts = [(self.start / s ** (1 / self.N), h) for s, (_, _, h) in zip(self.sigma, self.chains, strict=True)]
        return [(-np.log(a) if self.N == 2 else a ** (2 - self.N) / (self.N - 2)) / h for a, h in starts]

    def reached(self, t):
        """The node of the modes that are learned by more than half at step t."""
        return node(self.sigma, self.N, tuple(i for i, arrival in zip(MODES, self.arrivals, strict=True) if arrival <= t))

    @cached_property
    def visited(self):
        """The nodes on the way, from the origin to the minimum."""
        return [self.reached(t) for t in (-1, *sorted(set(self.arrivals)))]

    @property
    def grad_norm(self):
        """||grad Phi|| now: every W_k has the gradient diag(w_i^{N-1} (u_i - sigma_i))."""
        share, sigma = self.learned(self.now), np.array(self.sigma)
        w = (share * sigma) ** (1 / self.N)
        return float(np.sqrt(self.N * ((w ** (self.N - 1) * sigma * (1 - share)) ** 2).sum()))
