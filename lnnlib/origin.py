"""The origin of a network of depth 2: there Phi is 6.2.2's quadratic saddle, to second order."""
import math

import numpy as np

from lnnlib._arguments import fail
from lnnlib.saddles import QuadraticSaddle


def origin_modes(net, w):
    """(sigma, grows, shrinks): what w (..., dim) has in each eigenspace of nabla^2 Phi(0), depth 2.

    With grad l(0) = sum_i sigma_i u_i v_i^T, a_i = W_1 v_i and b_i = W_2^T u_i in R^{d_1}, the
    quadratic part of Phi at 0 is

        f~(w) - Phi(0) = <grad l(0), W_2 W_1> = 1/2 sum_i sigma_i (shrinks_i^2 - grows_i^2),

    grows_i = ||b_i - a_i|| / 2^{1/2}, shrinks_i = ||b_i + a_i|| / 2^{1/2}, shape (..., r) with
    r = min(d_0, d_2). A step of GD on f~ multiplies them by 1 + eta sigma_i and |1 - eta sigma_i|.

    >>> from lnnlib.losses import SquaredLoss
    >>> from lnnlib.networks import LinearNetwork
    >>> net = LinearNetwork(SquaredLoss([[2]]), hidden=(1,))
    >>> [part.round(3).tolist() for part in origin_modes(net, [1, 0])]
    [[2.0], [0.707], [0.707]]
    """
    if net.depth != 2:
        fail("net", f"a network of depth {net.depth}", "one of depth 2")
    W1, W2 = net.split(np.asarray(w, dtype=float))
    U, sigma, Vt = np.linalg.svd(net.loss.grad(np.zeros(net.loss.shape)), full_matrices=False)
    a, b = W1 @ Vt.T, W2.mT @ U
    return (sigma, *(np.linalg.norm(part, axis=-2) / math.sqrt(2) for part in (b - a, b + a)))


def origin_saddle(net, w, eta, eps):
    """GD on f~ from w, as the `QuadraticSaddle` in the lengths of `origin_modes`.

    Both conditions, the first escape and the bound of 6.2.2 are those of f~: its value and its
    gradient's norm depend on these lengths alone.

    >>> from lnnlib.losses import SquaredLoss
    >>> from lnnlib.networks import LinearNetwork
    >>> net = LinearNetwork(SquaredLoss([[2, 0], [0, 1]]), hidden=(2,))
    >>> saddle = origin_saddle(net, net.random(1, .001), eta=.1, eps=.5)
    >>> saddle.bound(), saddle.first_escape()
    (31, 31)
    """
    sigma, grows, shrinks = origin_modes(net, w)
    return QuadraticSaddle((*-sigma, *sigma), (*grows, *shrinks), eta, eps)


def waiting_chance(t, sigma, width, scale, eta, eps):
    """At most so likely is a start w ~ N(0, scale^2 I) not to have left on f~ by step t.

    alpha = sigma_1, d_1 = width, 0 < eta <= 2/alpha. The squared length in the eigenspace of -alpha
    is scale^2 times a chi-squared number of d_1 degrees of freedom, and P(chi^2_k <= y) is at most
    (y/2)^{k/2} / Gamma(k/2 + 1). By 6.2.2 GD has left once y = (eps/(alpha scale))^2
    (1 + eta alpha)^{-2t} is smaller, unless sum_i sigma_i shrinks_i^2 > eps^2/alpha at the start:
    Markov's inequality bounds the chance of that by scale^2 d_1 (sum_i sigma_i) alpha / eps^2.

    >>> [round(float(waiting_chance(37, (2, 1), k, 1e-3, .1, .5)), 4) for k in (1, 2, 4)]
    [0.2345, 0.0432, 0.001]
    """
    alpha, half = max(sigma), width / 2
    log_y = 2 * (math.log(eps / (alpha * scale)) - np.asarray(t) * math.log1p(eta * alpha))
    few = np.exp(half * (log_y - math.log(2)) - math.lgamma(half + 1))
    return np.minimum(1, few + scale**2 * width * sum(sigma) * alpha / eps**2)
