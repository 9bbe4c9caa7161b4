"""What balance is worth (6.2.5): gradient descent hardly moves it, so the weights stay bounded.

Norms of matrices are spectral, ||.||; G_j is the gradient of Phi in W_j. Layers count from 1.
"""
from dataclasses import dataclass
from functools import cached_property
from math import hypot, inf, sqrt

import numpy as np

from lnnlib._arguments import array, fail, number, shown
from lnnlib.losses import LinearRegression
from lnnlib.networks import LinearNetwork


def imbalance(net, w):
    """[B_1, .., B_{N-1}], B_j = W_{j+1}^T W_{j+1} - W_j W_j^T (..., d_j, d_j): 0 for balanced w.

    Gradient flow keeps each B_j, whatever differentiable loss it follows (Arora, Cohen and Hazan
    2018, arXiv 1802.06509).

    >>> from lnnlib.losses import SquaredLoss
    >>> net = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
    >>> [B.tolist() for B in imbalance(net, [3, 1])]
    [[[-8.0]]]
    """
    W = net.split(w)
    return [after.mT @ after - before @ before.mT for before, after in zip(W, W[1:], strict=False)]


def imbalance_increments(net, w):
    """[G_{j+1}^T G_{j+1} - G_j G_j^T]: a step of gradient descent from w adds eta^2 times it to B.

    There is no term in eta, since W_{j+1}^T G_{j+1} = G_j W_j^T.

    >>> from lnnlib.losses import SquaredLoss
    >>> net, w = LinearNetwork(SquaredLoss([[1]]), hidden=(1,)), np.array([3, 1])
    >>> moved = w - .5 * net.grad(w)
    >>> imbalance(net, moved)[0] - imbalance(net, w)[0], .5**2 * imbalance_increments(net, w)[0]
    (array([[8.]]), array([[8.]]))
    """
    return imbalance(net, net.grad(w))


def weight_bounds(p, B):
    """Bounds of ||W_1||, .., ||W_N|| wherever ||W_{1:N}|| <= p and the imbalances are B.

    ||W_k||^2 <= p^{2/N} + min{sum_j m_j + sum_{j<k} q_j, sum_j q_j + sum_{j>=k} m_j} with
    m_j = max(0, -lambda_min(B_j)), q_j = max(0, lambda_max(B_j)). For N = 2 it is the sharper
    ||W_1||^2 <= (m + sqrt(m^2 + 4p^2))/2 and ||W_2||^2 <= (q + sqrt(q^2 + 4p^2))/2 with
    m = -lambda_min and q = lambda_max of either sign: equalities for two numbers. Any widths.

    >>> weight_bounds(.6, [[[.2**2 - 3**2]]]).round(12).tolist()
    [3.0, 0.2]
    """
    number("p", p, at_least=0)
    spectra = [np.linalg.eigvalsh(array(f"B[{j}]", B_j, (None, None))) for j, B_j in enumerate(B)]
    if not spectra:
        fail("B", "empty", "the imbalances of a network of depth >= 2")
    m, q = np.transpose([(-one[0], one[-1]) for one in spectra])
    if len(spectra) == 1:
        return np.sqrt([_larger_root(m[0], p), _larger_root(q[0], p)])
    m, q = np.maximum(m, 0), np.maximum(q, 0)
    q_before, m_from = np.append(0, np.cumsum(q)), np.append(np.cumsum(m[::-1])[::-1], 0)
    return np.sqrt(p ** (2 / (len(m) + 1)) + np.minimum(m.sum() + q_before, q.sum() + m_from))


def _larger_root(b, p):
    """The larger root of x^2 - b x - p^2, without cancellation for b < 0."""
    size = hypot(b, 2 * p)
    return (size + b) / 2 if b >= 0 else 2 * p**2 / (size - b)


def hessian_bound(depth, R, slope, beta):
    """N beta R^{2N-2} + (N-1) R^{N-2} slope >= ||nabla^2 Phi||, its two terms bounded one by one.

    It holds where every ||W_j|| <= R and ||grad l(W_{1:N})|| <= slope; beta bounds nabla^2 l.

    >>> hessian_bound(depth=2, R=3, slope=1, beta=1)
    19
    """
    return depth * beta * R ** (2 * depth - 2) + (depth - 1) * R ** (depth - 2) * slope


@dataclass(frozen=True, eq=False)
class BoundedDescent:
    """The theorem (bounded descent) for one start w_0 and every step size eta <= self.eta.

    loss_beta: l is loss_beta-smooth; gap = Phi(w_0) - l*; p >= ||W|| wherever l(W) <= Phi(w_0);
    imbalance = sum_j ||B_j(w_0)||.
    """

    depth: int
    loss_beta: float
    gap: float
    p: float
    imbalance: float

    @property
    def slope(self):
        """sqrt(2 loss_beta gap) >= ||grad l|| wherever l <= Phi(w_0)."""
        return sqrt(2 * self.loss_beta * self.gap)

    def drift(self, eta):
        """2 c eta gap >= sum_j ||B_j(t) - B_j(0)||, c = 1 for N = 2 and 2 for N >= 3."""
        return 2 * (1 if self.depth == 2 else 2) * eta * self.gap if self.gap else 0.0

    def radius(self, eta):
        """R >= every ||W_j(t)||: R^2 = p^{2/N} + 2 tau, tau = imbalance + drift(eta).

        For N = 2 the smaller R^2 = (tau + sqrt(tau^2 + 4p^2))/2.
        """
        tau = self.imbalance + self.drift(eta)
        if self.depth == 2:
            return sqrt(_larger_root(tau, self.p))
        return sqrt(self.p ** (2 / self.depth) + 2 * tau)

    def beta(self, eta):
        """beta(eta) >= ||nabla^2 Phi|| at all w(t), and on the segments between them."""
        return hessian_bound(self.depth, self.radius(eta), self.slope, self.loss_beta)

    @cached_property
    def eta(self):
        """The step size with eta beta(eta) = 1, rounded down: that product grows without end."""
        if self.beta(0) == 0:
            return inf                      # w_0 = 0 is a minimum of product 0: nothing moves
        low, high = 0.0, 1 / self.beta(0)
        while low < (middle := (low + high) / 2) < high:
            low, high = (middle, high) if middle * self.beta(middle) <= 1 else (low, middle)
        return low

    def steps(self, eps, eta=None):
        """2 gap/(eta eps^2): some ||grad Phi(w_t)|| <= eps by then; eta is self.eta by default."""
        eta = self.eta if eta is None else number("eta", eta, above=0, at_most=self.eta)
        return 2 * self.gap / (eta * number("eps", eps, above=0) ** 2)


def bounded_descent(net, w0):
    """For which step sizes Theorem 6.7 holds on Phi along the run from w0 (dim,): a BoundedDescent.

    For 0 < eta <= .eta every step has Phi(w_{t+1}) <= Phi(w_t) - eta/2 ||grad Phi(w_t)||^2,
    ||W_j(t)|| <= .radius(eta) and sum_j ||B_j(t) - B_j(0)|| <= .drift(eta). N >= 2, any widths. The
    loss is twice differentiable, smooth, bounded below, with bounded sublevel sets, as `beta`,
    `minimum` and `sublevel_radius` say; it need not be convex.

    >>> from lnnlib.losses import SquaredLoss
    >>> run = bounded_descent(LinearNetwork(SquaredLoss([[1]]), hidden=(1,)), [3, .2])
    >>> round(run.eta, 5), round(run.radius(run.eta), 4), round(run.beta(run.eta), 2)
    (0.05329, 3.0302, 18.76)
    """
    if not isinstance(net, LinearNetwork) or net.depth < 2:
        fail("net", shown(net), "a LinearNetwork of depth >= 2")
    w0 = array("w0", w0, (net.dim,), f"the weights of widths {net.dims}")
    value = float(net(w0))
    p = getattr(net.loss, "sublevel_radius", lambda value: None)(value)
    if p is None:
        fail("net", f"{net}, whose loss may stay below {value:.4g} for arbitrarily large W",
             "a loss with bounded sublevel sets: SquaredLoss, or LinearRegression with X of full"
             " row rank (see on_range_of_data)")
    norms = [np.linalg.norm(B, 2) for B in imbalance(net, w0)]
    gap = max(0.0, value - net.loss.minimum)
    return BoundedDescent(net.depth, net.loss.beta, gap, p, float(sum(norms)))


def on_range_of_data(net, w):
    """(net_Q, w_Q): data Q^T X, first layer W_1 Q, Q (d_0, rank X) an orthonormal basis of range X.

    Gradient descent makes the same run on both, since W_1 (I - Q Q^T) never moves: the rows of
    grad l lie in the range of X. net has a LinearRegression loss, w is (..., dim).

    >>> net = LinearNetwork(LinearRegression(X=[[3, 6], [4, 8]], Y=[[1, 2]]), hidden=(2,))
    >>> on_range_of_data(net, net.zeros())[0]
    LinearNetwork(LinearRegression(shape=(1, 1)), hidden=(2,))
    """
    if not isinstance(net.loss, LinearRegression):
        fail("net", shown(net), "a network with a LinearRegression loss")
    W, Q = net.split(w), net.loss.range_basis()
    if not Q.size:
        fail("net", f"{net} with all data 0", "data other than 0: here Phi is constant")
    on_Q = LinearNetwork(LinearRegression(Q.T @ net.loss.X, net.loss.Y), net.dims[1:-1])
    return on_Q, on_Q.join([W[0] @ Q, *W[1:]])
