"""How the scalar chain of `lnnlib.dynamics`, x <- x + h x^{N-1} (1 - x^N), leaves the origin."""
from functools import lru_cache

import numpy as np

from ...dynamics import descent_steps


@lru_cache
def _grid(N):
    """Weights x from 10^-4 to where x^N = .98, dense where x^N bends."""
    end = .98 ** (1 / N)
    parts = np.geomspace(1e-4, .3, 60), np.linspace(.3, end, 50), end - np.geomspace(1e-3, .2, 20)
    return np.unique(np.concatenate(parts))


def chain_curve(N, a, h):
    """(steps, x) on the way from a to where x^N = .98, the steps in closed form."""
    x = _grid(N)
    x = x[x > a * 1.001]
    return descent_steps(x, a, N, h), x


def leading_time(N, a):
    """h times the steps from a small a > 0, to leading order: log(1/a); N >= 3: a^{2-N}/(N - 2)."""
    return -np.log(a) if N == 2 else a ** (2. - N) / (N - 2)
