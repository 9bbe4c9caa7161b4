"""Stochastic gradient descent (SGD) on a linear network: the noise of its batches at a saddle.

Phi = 1/n sum_i Phi_i has one term per sample. A step of SGD takes the mean of grad Phi_i over a
batch: B samples, drawn with replacement, each as likely as any other.
"""
from itertools import accumulate
from math import log, prod, sqrt

import numpy as np

from lnnlib._arguments import array, count, fail, number, shown
from lnnlib.losses import LinearRegression

HALF = .6744897501960817         # a standard normal is smaller in size with probability 1/2


def sample_gradients(net, w):
    """grad Phi_i(w) for every sample i, (n, dim): their mean is grad Phi(w). w (dim,).

    Phi_i(w) = 1/2 ||W_{1:N} x_i - y_i||^2: the loss is a LinearRegression.

    >>> from lnnlib.networks import LinearNetwork
    >>> net = LinearNetwork(LinearRegression(X=[[1, 2]], Y=[[1, 1]]), hidden=(1,))
    >>> sample_gradients(net, [1, 1]).tolist(), sample_gradients(net, [0, 0]).tolist()
    ([[0.0, 0.0], [2.0, 2.0]], [[0.0, 0.0], [0.0, 0.0]])
    """
    X, Y = _data(net)
    w = array("w", w, (net.dim,))
    residuals = net.product(w) @ X - Y
    grads_l = residuals.T[:, :, None] * X.T[:, None]              # (W_{1:N} x_i - y_i) x_i^T
    return net.join([net.product(w, j + 1).mT @ grads_l @ net.product(w, 1, j - 1).mT
                     for j in range(1, net.depth + 1)])


def noise_covariance(net, w):
    """C = 1/n sum_i (grad Phi_i - grad Phi)(grad Phi_i - grad Phi)^T at w, (dim, dim).

    The mean over a batch of B samples has the covariance C/B.

    >>> from lnnlib.networks import LinearNetwork
    >>> net = LinearNetwork(LinearRegression(X=[[1, 2]], Y=[[1, 1]]), hidden=(1,))
    >>> noise_covariance(net, [1, 1]).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    grads = sample_gradients(net, w)
    off = grads - grads.mean(axis=0)
    return off.T @ off / len(off)


def sgd_steps(net, w0, eta, batch, rng):
    """SGD as a generator without an end: w_0, w_1, .., each (..., dim), every run its own batches.

    w_{t+1} = w_t - eta (mean of grad Phi_i(w_t) over a batch). w0 (..., dim), rng a Generator or a
    seed. batch=None takes all samples, each once: gradient descent.

    >>> from lnnlib.networks import LinearNetwork
    >>> net = LinearNetwork(LinearRegression(X=[[1, 2]], Y=[[1, 1]]), hidden=(1,))
    >>> steps = sgd_steps(net, [1, 1], eta=.5, batch=1, rng=0)
    >>> [next(steps).tolist() for _ in range(3)]
    [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    """
    X, Y = _data(net)
    w = array("w0", w0, (..., net.dim)).copy()
    number("eta", eta, above=0)
    if batch is not None:
        count("batch", batch, at_least=1)
    d, n = X.shape
    W, rng, runs = net.split(w), np.random.default_rng(rng), w.shape[:-1]
    products = X.T[:, :, None] * np.vstack([X, Y]).T[:, None]     # x_i x_i^T beside x_i y_i^T
    shares = np.full(n, 1 / n)                                    # of every sample in the batch
    while True:
        yield w.copy()
        if batch is not None:
            shares = _drawn(rng, n, (*runs, batch)) / batch
        mean = (shares @ products.reshape(n, -1)).reshape(*shares.shape[:-1], *products.shape[1:])
        _descend(W, mean[..., :d], mean[..., d:].mT, eta)


def _drawn(rng, n, size):
    """How often each of n samples is drawn, (.., n), in batches of size (.., B)."""
    runs = prod(size[:-1])
    drawn = rng.integers(n, size=(runs, size[-1])) + n * np.arange(runs)[:, None]
    return np.bincount(drawn.ravel(), minlength=n * runs).reshape(*size[:-1], n)


def _descend(W, XX, YX, eta):
    """W_j -= eta W_{j+1:N}^T (W_{1:N} XX - YX) W_{1:j-1}^T in place, from the last layer down."""
    heads = list(accumulate(W, lambda head, W_n: W_n @ head))
    tail = heads[-1] @ XX - YX
    for W_n, head in zip(W[:0:-1], heads[-2::-1], strict=True):
        grad, tail = tail @ head.mT, W_n.mT @ tail
        W_n -= eta * grad
    W[0][...] -= eta * tail


def noise_spread(alpha, variance, eta, batch):
    """A = (eta v/(B alpha (2 + eta alpha)))^(1/2): SGD leaves like GD from a start of spread A.

    Along an eigenvector of the Hessian with eigenvalue -alpha < 0, with the noise kept as it is at
    the saddle, of variance v = `variance` per sample: theta_{t+1} = q theta_t - eta xi_t with
    q = 1 + eta alpha, Var xi_t = v/B, theta_0 = 0. Then E theta_t^2 = A^2 (q^{2t} - 1).

    >>> round(noise_spread(alpha=.2965, variance=.0456, eta=.1, batch=10), 4)
    0.0275
    """
    for name, value in {"alpha": alpha, "eta": eta}.items():
        number(name, value, above=0)
    number("variance", variance, at_least=0)
    return sqrt(eta * variance / (count("batch", batch, at_least=1) * alpha * (2 + eta * alpha)))


def ball_spread(r, dim):
    """r/sqrt(dim + 2): the spread along one direction of a point uniform in the ball of radius r.

    >>> ball_spread(r=1, dim=7)
    0.3333333333333333
    """
    return number("r", r, above=0) / sqrt(count("dim", dim, at_least=1) + 2)


def median_exit(spread, alpha, eta, level):
    """log(level/(.6745 spread))/log(1 + eta alpha), at least 0; None for spread 0, which stays.

    The t at which q^t |Z| passes `level` for half of all Z ~ N(0, spread^2): about the median first
    step with |theta_t| > level.

    >>> round(median_exit(spread=.0275, alpha=.2965, eta=.1, level=.1), 1)
    57.7
    """
    number("spread", spread, at_least=0)
    for name, value in {"alpha": alpha, "eta": eta, "level": level}.items():
        number(name, value, above=0)
    return None if spread == 0 else max(0, log(level / (HALF * spread)) / log(1 + eta * alpha))


def _data(net):
    loss = getattr(net, "loss", None)
    if not isinstance(loss, LinearRegression):
        fail("net", shown(net), "a LinearNetwork with a LinearRegression as its loss")
    return loss.X, loss.Y
