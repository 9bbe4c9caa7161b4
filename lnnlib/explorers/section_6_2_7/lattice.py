"""The map of saddles in closed form: every set of modes is a stationary point, of a kind that N and sigma decide.

The objective is 1/2 ||W_{1:N} - diag(sigma)||^2, the point of a set S has W_k = diag(sigma_i^{1/N} for i in S, else 0).
"""
from dataclasses import dataclass
from itertools import combinations

STRICT, NON_STRICT, MINIMUM = KINDS = ("strict saddle", "non-strict saddle", "global minimum")


@dataclass(frozen=True)
class Node:
    """The stationary point of a set of modes (1-based): its loss, least Hessian eigenvalue and kind."""

    modes: tuple
    loss: float
    lambda_min: float

    @property
    def kind(self):
        return STRICT if self.lambda_min < 0 else NON_STRICT if self.loss > 0 else MINIMUM

    @property
    def name(self):
        return "{" + ",".join(map(str, self.modes)) + "}" if self.modes else "∅"


def node(sigma, N, modes):
    """The stationary point that keeps `modes`; all sigma > 0.

    The eigenvalues that may be negative are +-s_m for m left out (N = 2) and s_k^{1-2/N} (s_k - s_m) for k kept and m left
    out (N >= 2).

    >>> origin, saddle = (node((4, 2, 1), 2, modes) for modes in ((), (2,)))
    >>> origin.lambda_min, saddle.lambda_min, node((8, 1, 1), 3, (2,)).lambda_min
    (-4, -4, -7.0)
    """
    kept = [sigma[i - 1] for i in modes]
    left_out = [s for i, s in enumerate(sigma, start=1) if i not in modes]
    values = [k ** (1 - 2 / N) * (k - m) for k in kept for m in left_out]
    values += [-m for m in left_out if N == 2]
    return Node(tuple(modes), sum(m**2 for m in left_out) / 2, min([0, *values]))


def lattice(sigma, N):
    """All 2^d of them, from the origin to the global minimum."""
    d = len(sigma)
    return [node(sigma, N, modes) for size in range(d + 1) for modes in combinations(range(1, d + 1), size)]
