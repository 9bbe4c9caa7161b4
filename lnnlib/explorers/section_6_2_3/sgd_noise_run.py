"""`sgd_noise`: the runs of SGD and of GD from a random start, at stationary points on the irises.

The irises are centred and whitened, so Phi(W_1, W_2) = 1/2 ||W_2 W_1 - M||_F^2 + constant, with
M = s_1 u_1 v_1^T + s_2 u_2 v_2^T. Mode i is the pair u_i, v_i; a unit keeps it with the weights
s_i^{1/2} v_i^T into it and s_i^{1/2} u_i out of it. A unit whose weights are all 0 is dead.
"""
import math
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import numpy as np

from ...data import iris
from ...losses import LinearRegression
from ...networks import LinearNetwork
from ...perturbed import uniform_in_ball
from ...sgd import ball_spread, median_exit, noise_covariance, noise_spread, sgd_steps

LEVEL = .1                   # so far from the saddle, along negative directions, a run has left
RUNS = 200                   # of each kind, the same at every visit
ENOUGH = .95                 # a picture ends where so many of them have left
KEPT = {"live": [2], "live and dead": [2, None], "dead": [1, None], "origin": [None]}
SHARES = (.1, .5, .9)        # of the runs that are nearer than what is drawn


def irises():
    """LinearRegression of the species on the measurements, X X^T/n = I, both with mean 0."""
    X, species = iris()
    X = X - X.mean(axis=1, keepdims=True)
    size, U = np.linalg.eigh(X @ X.T / len(species))
    return LinearRegression(U / np.sqrt(size) @ U.T @ X, np.eye(3)[species].T - 1 / 3)


@dataclass(frozen=True)
class Place:
    """A stationary point, and its Hessian's eigenvectors (K, dim) with eigenvalues -alphas < 0."""

    net: LinearNetwork
    point: np.ndarray
    directions: np.ndarray
    alphas: np.ndarray

    @cached_property
    def variances(self):
        """v = e^T C e, the variance of a sample's gradient along every negative direction e."""
        C = noise_covariance(self.net, self.point)
        return np.einsum("ki,ij,kj->k", self.directions, C, self.directions)

    def distances(self, w):
        """How far points (..., dim) lie from here along the negative directions."""
        along = (w - self.point) @ self.directions.T
        return np.sqrt((along**2).sum(-1))


@cache
def place(name):
    """Unit h keeps mode kept[h] or, where that is None, is dead.

    Along the weights v_j^T into unit h and u_j out of it, together of length 1, the curvature is
    s_i - s_j for a unit that keeps mode i, and -s_j for a dead one: negative for every weaker i,
    and for every j that no unit keeps.
    """
    kept, loss = KEPT[name], irises()
    U, s, Vt = np.linalg.svd(-loss.grad(np.zeros(loss.shape)))
    sign = np.sign(Vt[np.arange(3), np.abs(Vt[:3]).argmax(axis=1)])       # one SVD on all machines
    U, Vt = U * sign, Vt[:3] * sign[:, None]
    net = LinearNetwork(loss, hidden=(len(kept),))

    def unit(h, j, size):
        W_1, W_2 = np.zeros((len(kept), 4)), np.zeros((3, len(kept)))
        W_1[h], W_2[:, h] = size * Vt[j - 1], size * U[:, j - 1]
        return net.join([W_1, W_2])

    point = sum((unit(h, i, math.sqrt(s[i - 1])) for h, i in enumerate(kept) if i), net.zeros())
    found = [(s[j - 1] - (s[i - 1] if i else 0), unit(h, j, math.sqrt(.5)))
             for h, i in enumerate(kept) for j in (1, 2) if j not in kept and (not i or j < i)]
    alphas, directions = zip(*found, strict=True)
    return Place(net, point, np.array(directions), np.array(alphas))


@dataclass(frozen=True)
class Leaving:
    """What RUNS runs come to: quantiles (T+1, 3) of the distances, and the first steps out.

    `first` is sorted, inf for a run that had not left at the end, step T.
    """

    quantiles: np.ndarray
    first: np.ndarray

    @property
    def last(self):
        return len(self.quantiles) - 1

    @property
    def median(self):
        """The step by which half of the runs have left, None if they have not."""
        step = self.first[RUNS // 2 - 1]
        return int(step) if step < math.inf else None


def _follow(here, steps, most):
    """The `steps` of all runs from a place, until ENOUGH have left or step `most`."""
    first, quantiles = np.full(RUNS, math.inf), []
    picks = [math.ceil(share * RUNS) - 1 for share in SHARES]
    for t, w in enumerate(steps):
        distances = here.distances(w)
        quantiles.append(np.sort(distances)[picks])
        first[(distances > LEVEL) & (first == math.inf)] = t
        if t == most or (first < math.inf).mean() >= ENOUGH:
            return Leaving(np.array(quantiles), np.sort(first))


def _most(eta):
    return round(40 / eta)


@lru_cache(256)
def sgd(name, batch, eta):
    """SGD, started on the point itself."""
    here = place(name)
    starts = np.tile(here.point, (RUNS, 1))
    return _follow(here, sgd_steps(here.net, starts, eta, batch, rng=0), _most(eta))


@lru_cache(256)
def perturbed(name, eta, r):
    """GD after one noise of PGD: uniform in the ball of radius r around the point."""
    here, rng = place(name), np.random.default_rng(0)
    starts = here.point + [uniform_in_ball(rng, here.net.dim, r) for _ in range(RUNS)]
    return _follow(here, sgd_steps(here.net, starts, eta, None, rng=0), _most(eta))


@dataclass(frozen=True)
class TwoNoises:
    """Runs by the noise of batches and by that of a ball, and the formula for each."""

    batch: int
    eta: float
    place: str
    r: float

    @property
    def here(self):
        return place(self.place)

    @property
    def sgd(self):
        return sgd(self.place, self.batch, self.eta)

    @property
    def perturbed(self):
        return perturbed(self.place, self.eta, self.r)

    @property
    def last(self):
        """The step at which the later of the two ends."""
        return max(self.sgd.last, self.perturbed.last)

    @property
    def silent(self):
        """Whether batches bring no noise along any negative direction."""
        return not self.here.variances.any()

    @property
    def noisy(self):
        """alpha and v of the negative direction with noise: in each place there is one at most."""
        k = self.here.variances.argmax()
        return self.here.alphas[k], self.here.variances[k]

    @property
    def A(self):
        """The spread of SGD, 0 without noise."""
        alpha, variance = self.noisy
        return noise_spread(alpha, variance, self.eta, self.batch)

    @property
    def ball(self):
        """The spread of the ball along one direction."""
        return ball_spread(self.r, self.here.net.dim)

    @property
    def forecast(self):
        """The median step of SGD by the formula, None if it never leaves."""
        return median_exit(self.A, self.noisy[0], self.eta, LEVEL)

    @property
    def ball_forecast(self):
        """That of PGD's noise, by the steepest negative direction alone."""
        return median_exit(self.ball, self.here.alphas.max(), self.eta, LEVEL)
