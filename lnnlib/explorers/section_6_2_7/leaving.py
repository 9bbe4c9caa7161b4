"""One run of gradient descent on a scalar chain from near the origin, and all that `depth_dial` says of it."""
import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...dynamics import chain_speed, descent_steps
from .chain import grid

ETA = .1
GONE = .5                                      # it has left the origin once the weights are this large
RUN = 10_000                                   # a run that is over by then is really run to its end,
BEGINNING = 1000                               # any other for so many steps
LONGEST = 1e15                                 # steps shown
STARTS = tuple(10 ** (-4 + k / 4) for k in range(15))          # where dots stand


@lru_cache(maxsize=256)
def descend(N, a):
    """The weight w along gradient descent from w = a, w(0), w(1), .., as it is really run."""
    w, steps = [a], RUN + 50 if descent_steps(GONE, a, N, ETA) < RUN else BEGINNING
    while len(w) <= steps and w[-1] < .999:
        x = w[-1]
        power = x ** (N - 1)
        w.append(x + ETA * power * (1 - power * x))
    return np.array(w)


@lru_cache
def measured(N):
    """(a, steps) of the starts whose run is run to its end."""
    starts = [a for a in STARTS if descent_steps(GONE, a, N, ETA) < RUN]
    return starts, [int(np.argmax(descend(N, a) >= GONE)) for a in starts]


def formula(N, a):
    """The leading term: log(1/(2a))/eta for N = 2, (a^{2-N} - 2^{N-2})/((N - 2) eta) beyond."""
    a = np.asarray(a, dtype=float)
    return (np.log(GONE / a) if N == 2 else (a ** (2 - N) - GONE ** (2 - N)) / (N - 2)) / ETA


def progress(N, a, t):
    """The leading term of w^N - a^N after t steps: w' = w^{N-1} blows up at t = a^{2-N}/((N - 2) eta), NaN from there on."""
    if N == 2:
        return a**2 * np.expm1(2 * ETA * t)
    spent = (N - 2) * ETA * t * a ** (N - 2)
    return a**N * np.expm1(-N / (N - 2) * np.log1p(-np.where(spent < 1, spent, np.nan)))


@dataclass(frozen=True)
class Leaving:
    """Gradient descent on (1 - w^N)^2 / 2 from N equal weights a."""

    N: int
    a: float

    @cached_property
    def w(self):
        return descend(self.N, self.a)

    @cached_property
    def steps(self):
        """The first step with w >= 1/2: counted where it was run, else by the closed form."""
        gone = self.w >= GONE
        return int(np.argmax(gone)) if gone.any() else math.ceil(descent_steps(GONE, self.a, self.N, ETA))

    @property
    def counted(self):
        return bool((self.w >= GONE).any())

    @property
    def predicted(self):
        return float(formula(self.N, self.a))

    @cached_property
    def curve(self):
        """(step, w) along the whole run by the closed form, from step 1 to beyond the picture."""
        x = grid(self.N)
        x = x[x > self.a * 1.001]
        steps = descent_steps(x, self.a, self.N, ETA)
        return np.concatenate([[.1], steps, [steps[-1] + 60, 10 * LONGEST]]), np.concatenate([[self.a], x, [1, 1]])

    def fallen(self, step):
        """How far Phi = (1 - u)^2/2, u = w^N, has fallen by a step that was run, written without cancellation."""
        u, v = self.a**self.N, self.w[step] ** self.N
        return (v - u) * (1 - (u + v) / 2)

    @property
    def grad_norm(self):
        return math.sqrt(self.N) * float(chain_speed(self.a, self.N))
