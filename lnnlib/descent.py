"""Gradient descent on any objective, its trajectory, and the bounds of Theorem 6.7 (6.2.1)."""
from dataclasses import dataclass
from functools import cached_property
from math import inf, nan, prod, sqrt

import numpy as np

from lnnlib._arguments import array, count, fail, number

_MOST_BYTES = 1e9
_BLOCK = 1 << 14    # numbers of w per evaluation of f: what it makes on the way stays in the caches


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The stored points of gradient descent, one run for each leading index of w0.

    `points` (T+1, ..., d), `values` f and `grad_norms` ||grad f|| (T+1, ...) belong to the step
    numbers `steps` (T+1,): every keep-th one and the last. `diverged` (...) marks the runs where
    ||grad f||^2 left the range of floats; from that step on their points, values and norms are NaN.
    Norms below 1e-162 are given as 0, for their squares underflow.

    >>> from lnnlib.landscapes import Quadratic
    >>> run = gradient_descent(Quadratic([1]), [8], eta=.5, steps=5, keep=2)
    >>> run.steps.tolist(), run.grad_norms.tolist(), run.values.tolist()
    ([0, 2, 4, 5], [8.0, 2.0, 0.5, 0.25], [32.0, 2.0, 0.125, 0.03125])
    """

    f: object
    points: np.ndarray
    grad_norms: np.ndarray
    eta: float
    diverged: np.ndarray
    steps: np.ndarray

    @cached_property
    def values(self):
        """f at the points (T+1, ...), once asked for: that costs about as much as the descent."""
        rows = max(1, _BLOCK * len(self.points) // max(1, self.points.size))
        blocks = (self.points[n:n + rows] for n in range(0, len(self.points), rows))
        with np.errstate(all="ignore"):
            values = np.concatenate([self.f(block) for block in blocks])
            return np.where(np.isnan(self.grad_norms), nan, values)

    def first_stationary(self, eps):
        """The first stored step with ||grad f|| <= eps (Definition 6.6), None if there is none.

        For a batch of runs an array of floats of shape (...), inf for those without such a step.

        >>> from lnnlib.landscapes import Quadratic
        >>> run = gradient_descent(Quadratic([1, 10]), [1, 1], eta=.1, steps=100)
        >>> bound = stationarity_bound(gap=run.values[0], eta=.1, eps=.01, beta=10)
        >>> run.first_stationary(.01), bound
        (44, 1100000.0)
        """
        number("eps", eps, at_least=0)
        stationary = self.grad_norms <= eps
        first = np.where(stationary.any(axis=0), self.steps[stationary.argmax(axis=0)], inf)
        if first.ndim:
            return first
        return int(first) if first < inf else None


def gradient_descent(f, w0, eta, steps, *, stop_grad=None, keep=1):
    """w_{t+1} = w_t - eta grad f(w_t) for t < steps, from w0 (..., d): all runs of a batch at once.

    Only f.dim, f(w) and f.grad(w) are used (or f.gradient_sweep, a faster f.grad). With `stop_grad`
    it stops at the first step where every run that has not diverged has ||grad f|| <= stop_grad.
    Every keep-th point and the last are stored; ValueError if these take more than 1 GB. A run that
    diverges is computed no further.

    >>> from lnnlib.landscapes import Quadratic
    >>> gradient_descent(Quadratic([1, 2]), [4, 4], eta=.5, steps=2).points.tolist()
    [[4.0, 4.0], [2.0, 0.0], [1.0, 0.0]]
    >>> bool(gradient_descent(Quadratic([1]), [1], eta=3, steps=2000).diverged)
    True
    """
    w0 = array("w0", w0, (..., f.dim), "one start, or a batch of them")
    eta = float(number("eta", eta, above=0))
    steps, keep = count("steps", steps), count("keep", keep, at_least=1)
    threshold = -1 if stop_grad is None else number("stop_grad", stop_grad, at_least=0)
    slots = _slot(steps, keep) + 1
    size = 8 * slots * (w0.size + 2 * prod(w0.shape[:-1]))
    if size > _MOST_BYTES:
        fail("steps",
             f"{steps} with keep={keep} and w0 of shape {w0.shape}: "
             f"{size / 1e9:.3g} GB of stored points",
             "at most 1 GB; a larger keep stores fewer")
    points, norms = np.empty((slots, *w0.shape)), np.empty((slots, *w0.shape[:-1]))
    descend = _descend_one if w0.ndim == 1 else _descend_many
    with np.errstate(all="ignore"):
        last = descend(f, w0, eta, steps, threshold, keep, points, norms)
    points, norms = points[:_slot(last, keep) + 1], norms[:_slot(last, keep) + 1]
    kept = np.minimum(keep * np.arange(len(points)), last)
    return Trajectory(f, points, norms, eta, np.isnan(norms[-1]), kept)


def stationarity_bound(gap, eta, eps, beta=None):
    """Theorem 6.7: ||grad f|| <= eps at a step of at most 2 gap/(eta eps^2), if eta <= 1/beta.

    gap = f(w_0) - f*, f* any lower bound of the beta-smooth f. For 1/beta < eta < 2/beta it is
    gap/(eta (1 - eta beta/2) eps^2), which the descent lemma gives as well; from 2/beta on nothing
    holds: ValueError. Without beta, eta <= 1/beta is taken for granted.

    >>> [stationarity_bound(gap=1, eta=.5, eps=.25, beta=beta) for beta in (None, 3)]
    [64.0, 128.0]
    """
    number("gap", gap, at_least=0)
    number("eta", eta, above=0)
    number("eps", eps, above=0)
    rate = eta / 2
    if beta is not None and eta * number("beta", beta, above=0) > 1:
        number("eta", eta, below=2 / beta)
        rate = eta * (1 - eta * beta / 2)
    return float(gap / (rate * eps**2))


def sharp_stationarity_bound(gap, eta, eps, beta):
    """Theorem 6.7, sharp form: a bound on the first step with ||grad f|| <= eps.

    It is 1 + 4/(4 - h) (gap/(eta eps^2) - 1/(2h)) with h = eta beta <= 1.
    A larger h is a ValueError; a negative value counts as 0. gap = f(w_0) - f*, f* any lower bound
    of the beta-smooth f. For h = 1 it is (4 gap/(eta eps^2) + 1)/3, which `ZigZag` attains up to
    its billionth. Proof: 6.2.1, Break 9. For exact rates with fixed steps see Abbaszadehpeivasti,
    de Klerk and Zamani (2022), doi 10.1007/s11590-021-01821-1.

    >>> sharp_stationarity_bound(gap=1, eta=.5, eps=.25, beta=2)     # 64 by `stationarity_bound`
    43.0
    """
    number("gap", gap, at_least=0)
    number("eps", eps, above=0)
    h = number("eta", eta, above=0) * number("beta", beta, above=0)
    if h > 1:
        fail("eta", f"{eta} with beta = {beta}", "at most 1/beta")
    return float(max(0, 1 + 4 / (4 - h) * (gap / (eta * eps**2) - 1 / (2 * h))))


def _slot(t, keep):
    """Where step t is stored: multiples of keep in turn, a last step in between after them."""
    return -(-t // keep)


def _gradient_sweep(f, w, g):
    """A function that writes grad f(w) into g: the objective's own, or f.grad."""
    if hasattr(f, "gradient_sweep"):
        return f.gradient_sweep(w, g)

    def sweep():
        g[...] = f.grad(w)

    return sweep


def _descend_one(f, w0, eta, steps, threshold, keep, points, norms):
    """Fill `points` and `norms` along one run; the number of its last step."""
    w, g = w0.copy(), np.empty_like(w0)
    sweep = _gradient_sweep(f, w, g)
    for t in range(steps + 1):
        sweep()
        norm = sqrt(g.dot(g))
        if not norm < inf:
            points[_slot(t, keep):], norms[_slot(t, keep):] = nan, nan
            return steps
        done = t == steps or norm <= threshold
        if done or t % keep == 0:
            slot = _slot(t, keep)
            points[slot], norms[slot] = w, norm
        if done:
            return t
        g *= eta
        w -= g


def _descend_many(f, w0, eta, steps, threshold, keep, points, norms):
    """As `_descend_one` for a batch: runs that diverge leave it."""
    w = w0.reshape(-1, w0.shape[-1]).copy()
    g = np.empty_like(w)
    sweep = _gradient_sweep(f, w, g)
    points, norms = points.reshape(len(points), *w.shape), norms.reshape(len(norms), len(w))
    alive = np.s_[:]        # a slice as long as all runs are: faster than a list of them
    for t in range(steps + 1):
        sweep()
        norm = np.sqrt(np.einsum("ij,ij->i", g, g))
        finite = norm < inf
        if not finite.all():
            runs = np.arange(norms.shape[1])[alive]
            gone, alive = np.s_[_slot(t, keep):, runs[~finite]], runs[finite]
            points[gone], norms[gone] = nan, nan
            if not alive.size:
                return steps
            w, g, norm = w[finite], g[finite], norm[finite]
            sweep = _gradient_sweep(f, w, g)
        done = t == steps or (norm <= threshold).all()
        if done or t % keep == 0:
            slot = _slot(t, keep)
            points[slot, alive], norms[slot, alive] = w, norm
        if done:
            return t
        g *= eta
        w -= g
