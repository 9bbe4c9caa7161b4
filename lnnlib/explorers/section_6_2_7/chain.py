"""Where the explorers of 6.2.7 look at the scalar chain of `lnnlib.dynamics`."""
from functools import lru_cache

import numpy as np


@lru_cache
def grid(N):
    """Weights x from 10^-4 to where x^N = .98, dense where x^N bends."""
    end = .98 ** (1 / N)
    parts = np.geomspace(1e-4, .3, 60), np.linspace(.3, end, 50), end - np.geomspace(1e-3, .2, 20)
    return np.unique(np.concatenate(parts))
