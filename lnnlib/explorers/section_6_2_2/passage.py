"""The way past the d saddles of the octopus: gradient descent, in exact arithmetic or float64, and with noise.

Saddle k is left at the first step with |x_k| >= 2t. While |x_k| <= t it grows by the factor 1 + 2 eta g at each step, and
every later coordinate shrinks by 1 - 2 eta L: it comes to its own saddle the later, the nearer to the direction that
holds it there.
"""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...landscapes import Octopus

G, T = 1, math.e
MOST = 10                                        # arms
CURVATURES = (1, 1.25, 1.5, 1.75, 2)             # the values of L
STEP_SIZES = (.1, .125, .15, .175, .2, .225, .25)
START = np.random.default_rng(1).uniform(0, 1, MOST)
RADIUS = T / 100                                 # of the noise
WAIT = 10                                        # steps between two noises at least
LEAST = math.log(5e-324)                         # the log of the least number that float64 holds


@cache
def plain(L, eta):
    """(leave, log_closest) of gradient descent: the step at which each saddle is left, and the log of |x_k| before it grows.

    Coordinates are kept as logarithms, so that none underflows. While x_k <= t both factors are constant, and the steps are
    counted by a logarithm; from t to 2t they are taken one by one, on the two coordinates that move together.
    """
    f, grow, shrink = Octopus(2, L, G, T), math.log1p(2 * eta * G), _log(1 - 2 * eta * L)
    logs, step, leave, closest = np.log(START), 0, [], []
    for k in range(MOST):
        closest.append(logs[k])
        if logs[k] == -math.inf:                                       # eta = 1/(2L): one step makes the coordinate exactly 0
            break
        wait = max(0, math.floor((math.log(T) - logs[k]) / grow) + 1)
        step, logs[k + 1:] = step + wait, logs[k + 1:] + (wait * shrink if wait else 0)
        x = math.exp(logs[k] + wait * grow)
        while x < 2 * T:
            following = math.exp(logs[k + 1]) if k + 1 < MOST else 0.
            (slope, _), (_, gate) = f.grad(np.array([[x, following], [x, 1.]]))    # the gate's force is linear in x_{k+1}
            logs[k + 1:k + 2] += _log(abs(1 - eta * gate))
            logs[k + 2:] += shrink
            x, step = x - eta * slope, step + 1
        leave.append(step)
    return leave, closest


def perturbed(L, eta):
    """leave[d], of shape (11, 10), of gradient descent with noise on the octopus with d arms; NaN beyond d.

    Where ||grad f|| <= RADIUS, noise uniform in the ball of that radius is added, at most every WAIT steps. The numbers of
    the grid are computed all at once, when first asked for.
    """
    if L in CURVATURES and eta in STEP_SIZES:
        return _table()[CURVATURES.index(L)][STEP_SIZES.index(eta)]
    return _perturbed(L, (eta,))[0]


@cache
def _table():
    return [_perturbed(L, STEP_SIZES) for L in CURVATURES]


@cache
def _perturbed(L, step_sizes):
    """leave[eta, d], all at once: the octopus of 10 arms, 10 - d of them at rest in their wells, is the octopus with d arms."""
    f, rng = Octopus(MOST, L, G, T), np.random.default_rng(0)
    arms = np.tile(np.arange(MOST + 1), len(step_sizes))
    eta = np.repeat(step_sizes, MOST + 1)[:, None]
    free = np.arange(MOST) >= MOST - arms[:, None]
    x = np.where(free, np.take(START, np.arange(MOST) - MOST + arms[:, None], mode="clip"), 4 * T)
    leave, last = np.full(x.shape, np.nan), np.full(len(x), -WAIT)
    for step in range(5000):
        leave[free & (np.abs(x) >= 2 * T) & np.isnan(leave)] = step
        if not (free & np.isnan(leave)).any():
            break
        gradient = f.grad(x)
        quiet = (np.linalg.norm(gradient, axis=1) <= RADIUS) & (step - last >= WAIT)
        last[quiet] = step
        x = x - eta * gradient + np.where(quiet[:, None], _noise(rng, free), 0)
    leave = np.take_along_axis(leave, np.clip(np.arange(MOST) + MOST - arms[:, None], 0, MOST - 1), axis=1)
    leave[np.arange(MOST) >= arms[:, None]] = np.nan
    return leave.reshape(len(step_sizes), MOST + 1, MOST)


def _noise(rng, free):
    """A point uniform in the ball of radius RADIUS of each row's free coordinates."""
    z, u = rng.normal(size=free.shape) * free, rng.random((len(free), 1))
    norm = np.linalg.norm(z, axis=1, keepdims=True)
    return RADIUS * u ** (1 / np.maximum(1, free.sum(axis=1, keepdims=True))) * z / np.where(norm > 0, norm, 1)


def _log(x):
    return math.log(x) if x > 0 else -math.inf


@dataclass(frozen=True)
class Passage:
    """Both runs past an octopus with d arms. `arithmetic` is "exact" or "float64"."""

    d: int
    L: float
    eta: float
    arithmetic: str

    @property
    def arms(self):
        return int(self.d)

    @cached_property
    def leave(self):
        """The steps at which gradient descent leaves the saddles 1, 2, ..; fewer than d where it is stuck for ever."""
        leave, closest = plain(self.L, self.eta)
        stuck = next((k for k, log in enumerate(closest) if log < LEAST), MOST) if self.arithmetic == "float64" else MOST
        return leave[:min(self.arms, stuck)]

    @property
    def stuck(self):
        return len(self.leave) < self.arms

    @cached_property
    def digits(self):
        """log10(1/|x_k|), as large as it becomes, for the saddles 1, 2, .. that are reached."""
        reached = plain(self.L, self.eta)[1][:min(self.arms, len(self.leave) + 1)]
        return [-log / math.log(10) for log in reached]

    @cached_property
    def noisy(self):
        """The steps at which gradient descent with noise leaves the saddles 1 .. d."""
        return [int(step) for step in perturbed(self.L, self.eta)[self.arms, :self.arms]]

    @property
    def ratio(self):
        """How many times later each saddle is left than the one before, in the limit: 1 + log(1/(1 - 2 eta L))/log(1 + 2 eta g)."""
        return 1 - _log(1 - 2 * self.eta * self.L) / math.log1p(2 * self.eta * G)
