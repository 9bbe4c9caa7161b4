"""What the lecture's proofs construct, as functions of a network and its weights w.

The constructions of section 6.2 take one point w (dim,) of a LinearNetwork; those of 6.1 stand in
lnnlib._nonconvexity. Numbers of layers (k*, u_k) are 1-based as in the lecture; entries i, j and
modes are 0-based. "Zero" and "rank" are relative to `tol`.
"""
from dataclasses import dataclass

import numpy as np

from lnnlib._arguments import array, count, fail, shown
from lnnlib._nonconvexity import permutation_average, two_zeros, width_one_equivalent
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

__all__ = ["balanced_critical_point", "flat_saddle_certificate", "kernel_perturbation",
           "negative_direction", "permutation_average", "two_zeros", "width_one_equivalent"]


def _linear(net):
    if not isinstance(net, LinearNetwork):
        fail("net", shown(net), "a LinearNetwork")
    return net


def _matrices(net, w):
    return net.split(array("w", w, (_linear(net).dim,), f"the weights of widths {net.dims}"))


@dataclass(frozen=True, eq=False)
class KernelPerturbation:
    """Theorem 6.10's family W~_k = W_k + w_k u_{k-1}^T, k > k*: any w_k keep every W_{1:k}.

    k_star: the first k <= N-1 with Ker W_{1:k} != {0}, or None. u: {k: u_k} for k* <= k <= N-1,
    unit vectors with u_k^T W_{1:k} = 0. transposed: d_N < d_0, and weights, k_star and u are those
    of the transposed net, W_N^T first.
    """

    k_star: int | None
    u: dict
    transposed: bool
    weights: tuple
    net: LinearNetwork

    def perturbed(self, w):
        """The vector of W~ for w = {k: w_k}, w_k (d_k,), k* < k <= N; a missing w_k is 0."""
        W = list(self.weights)
        for k, w_k in w.items():
            if k - 1 not in self.u:
                fail("w", f"a dict with the key {shown(k)}",
                     f"keys among {[k + 1 for k in self.u]} (k* < k <= N)")
            W[k - 1] = W[k - 1] + np.outer(array(f"w[{k}]", w_k, (len(W[k - 1]),)), self.u[k - 1])
        return self.net.join(_transpose(W) if self.transposed else W)


def _transpose(W):
    """The weights of x -> W_{1:N}^T x: the layers transposed and in reverse order."""
    return [W_n.T for W_n in reversed(W)]


def kernel_perturbation(net, w, tol=1e-12):
    """The KernelPerturbation of w, which keeps W_{1:N} and moves W_{k*+1:N} (Theorem 6.10).

    W_{1:k} has a kernel where its d_0-th singular value is at most tol * ||W_1|| .. ||W_k||, and a
    smaller one that is not 0 is taken for 0; u_k is the d_0-th column of U in its SVD. Products are
    kept up to such a value. Needs min(d_1, .., d_{N-1}) >= min(d_0, d_N) (Laurent and von Brecht
    2018).

    >>> from lnnlib.losses import SquaredLoss
    >>> net = LinearNetwork(SquaredLoss(np.eye(2)), hidden=(2,))
    >>> w = net.join([np.diag([1, 0]), np.diag([1, 0])])
    >>> kernel = kernel_perturbation(net, w)
    >>> moved = kernel.perturbed({2: [5, 7]})
    >>> kernel.k_star, np.abs(kernel.u[1]).tolist(), net.product(moved).tolist()
    (1, [0.0, 1.0], [[1.0, 0.0], [0.0, 0.0]])
    """
    W = _matrices(net, w)
    if min(net.dims) < min(net.dims[0], net.dims[-1]):
        fail("net", f"of widths {net.dims}", "every hidden width >= min(d_0, d_N)")
    transposed = net.dims[-1] < net.dims[0]
    if transposed:
        W = _transpose(W)
    u, product, scale = {}, np.eye(W[0].shape[1]), 1.0
    for k, W_k in enumerate(W[:-1], start=1):
        product, scale = W_k @ product, scale * np.linalg.norm(W_k, 2)
        U, sigma, _ = np.linalg.svd(product, full_matrices=False)
        if u or sigma[-1] <= tol * scale:
            u[k] = U[:, -1]
    return KernelPerturbation(min(u, default=None), u, transposed, tuple(W), net)


@dataclass(frozen=True, eq=False)
class Direction:
    """Theorem 6.11's direction = (Delta_1, Delta_2) in one vector.

    value = nabla^2 Phi[direction, direction] = -1,
    c = grad l(W_{1:2})_{ij} (i, j 0-based), v the unit vector of a kernel, q = nabla^2 l[E, E] with
    E the part of W_2 Delta_1 + Delta_2 W_1 that is left, alpha = -(q + 1)/(2c).
    """

    direction: np.ndarray
    value: float
    i: int
    j: int
    v: np.ndarray
    c: float
    q: float
    alpha: float

    @property
    def lambda_min_bound(self):
        """(q - sqrt(q^2 + 4c^2))/2 >= lambda_min of nabla^2 Phi, < 0; without cancellation."""
        return -2 * self.c ** 2 / (self.q + np.hypot(self.q, 2 * self.c))


def negative_direction(net, w, *, singular=False, tol=1e-9):
    """A direction in which Phi curves down by -1 at w, N = 2 (Theorem 6.11).

    w is stationary with grad l(W_{1:2}) != 0.
    d_1 >= d_2: v in Ker W_2, Delta_1 = alpha v e_j^T, Delta_2 = e_i v^T, E = Delta_2 W_1.
    Else d_1 >= d_0: v in Ker W_1^T, Delta_1 = v e_j^T, Delta_2 = alpha e_i v^T, E = W_2 Delta_1.
    (i, j) is the entry of largest |grad l(W_{1:2})|; singular=True takes its top singular pair for
    e_i, e_j (larger |c|; no i, j). W_n v counts as 0 up to tol * ||W_n||, grad l(W_{1:2}) up to
    tol * max |grad l(0)|: a smaller one that is not 0 is refused as well. Whether grad Phi(w) = 0
    is not looked at (Nouiehed and Razaviyayn 2018).

    >>> from lnnlib.losses import SquaredLoss
    >>> d = negative_direction(LinearNetwork(SquaredLoss([[2]]), hidden=(1,)), np.zeros(2))
    >>> d.c, d.q, d.alpha, d.direction.tolist(), d.value, float(d.lambda_min_bound)
    (-2.0, 0.0, 0.25, [0.25, 1.0], -1.0, -2.0)
    """
    if _linear(net).depth != 2:
        fail("net", f"of depth {net.depth}", "depth 2")
    W_1, W_2 = _matrices(net, w)
    d_0, d_1, d_2 = net.dims
    if d_1 < min(d_0, d_2):
        fail("net", f"of widths {net.dims}", "d_1 >= min(d_0, d_2)")
    G = net.loss.grad(W_2 @ W_1)
    if np.abs(G).max() <= tol * np.abs(net.loss.grad(0 * G)).max():
        fail("w", "a point where grad l(W_{1:2}) = 0",
             "grad l(W_{1:2}) != 0 (else convex l is least there)")
    i, j, e_i, e_j = _largest_pair(G) if singular else _largest_entry(G)
    n, W = (2, W_2) if d_1 >= d_2 else (1, W_1.T)
    v = np.linalg.svd(W)[2][-1]
    if np.linalg.norm(W @ v) > tol * np.linalg.norm(W):
        fail("w", f"a point where W_{n} has full rank", "a stationary point, where it has not")
    Delta_1, Delta_2 = np.outer(v, e_j), np.outer(e_i, v)
    E = Delta_2 @ W_1 if n == 2 else W_2 @ Delta_1
    c, q = e_i @ G @ e_j, (net.loss.hvp(W_2 @ W_1, E) * E).sum()
    alpha = -(q + 1) / (2 * c)
    direction = net.join([alpha * Delta_1, Delta_2] if n == 2 else [Delta_1, alpha * Delta_2])
    value = net.hess_form(w, direction, direction)
    return Direction(direction, float(value), i, j, v, float(c), float(q), float(alpha))


def _largest_entry(G):
    """i, j (0-based) and e_i, e_j of the entry of G that is largest in absolute value."""
    i, j = map(int, np.unravel_index(np.abs(G).argmax(), G.shape))
    return i, j, np.eye(G.shape[0])[i], np.eye(G.shape[1])[j]


def _largest_pair(G):
    """The same of the top singular pair of G: unit x, y with the largest x^T G y, and no i, j."""
    U, _, Vt = np.linalg.svd(G)
    return None, None, U[:, 0], Vt[0]


def balanced_critical_point(net, modes):
    """The stationary point W_k = diag(s_i^{1/N} for i in modes, else 0), N >= 2.

    l(W) = 1/2 ||W - diag(s)||^2, s_i >= 0; modes: a set of 0-based i with s_i > 0 and i < r, the
    least width. If some s_m left out exceeds some s_k kept, it is a strict saddle. If not, and some
    s_m > 0 is left out while fewer than r modes are kept, it is a saddle, strict for N = 2,
    non-strict for N >= 3. Else it is a global minimum (Achour, Malgouyres and Gerchinovitz 2024).

    >>> net = LinearNetwork(SquaredLoss(np.diag([4.0, 1.0])), hidden=(2,))
    >>> balanced_critical_point(net, {0}).tolist()
    [2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]
    """
    expected = "the SquaredLoss of a diagonal target with entries >= 0"
    if _linear(net).depth < 2:
        fail("net", f"of depth {net.depth}", "depth >= 2")
    if not isinstance(net.loss, SquaredLoss):
        fail("net", f"a network of {net.loss}", expected)
    target, sigma = net.loss.target, np.diag(net.loss.target)
    if (sigma < 0).any() or np.count_nonzero(target) != np.count_nonzero(sigma):
        fail("net", f"a network of {net.loss} with target {shown(target.tolist())}", expected)
    w = net.zeros()
    for i in modes if np.iterable(modes) else [modes]:
        if count("modes", i) >= min(net.dims):
            fail("modes", shown(modes), f"integers below {min(net.dims)}, the least of the widths")
        if not sigma[i]:
            fail("modes", shown(modes), f"modes with s_i > 0, and s_{i} = 0")
        for W_k in net.split(w):
            W_k[i, i] = sigma[i] ** (1 / net.depth)
    return w


@dataclass(frozen=True, eq=False)
class FlatSaddle:
    """Phi on the ray W_{1:N} = t E through the origin, E = e_i e_j^T (i, j 0-based).

    c = grad l(0)_{ij} != 0; sign is that of c, -1 or 1, exact for the losses of lnnlib.losses.
    The changes of Phi are differences of floats: for small c or t mostly rounding, maybe 0.
    """

    net: LinearNetwork
    i: int
    j: int
    c: float
    sign: int
    t: np.ndarray

    def ray(self, t):
        """w (..., dim) with W_{1:N} = t E by factors |t|^{1/N}, each at the layers' first unit."""
        t = np.asarray(t, dtype=float)
        w = np.zeros((*t.shape, self.net.dim))
        W = self.net.split(w)
        first = [0] * (self.net.depth - 1)
        for W_k, row, column in zip(W, [*first, self.i], [self.j, *first], strict=True):
            W_k[..., row, column] = np.abs(t) ** (1 / self.net.depth)
        W[-1][..., self.i, 0] *= np.sign(t)
        return w

    def change(self, t):
        """Phi(ray(t)) - Phi(0) = c t + o(t)."""
        return self.net(self.ray(t)) - self.net(self.net.zeros())

    @property
    def rise(self):
        """The change at sign(c) t, for every t of the certificate."""
        return self.change(self.sign * self.t)

    @property
    def fall(self):
        """The change at -sign(c) t, for every t of the certificate."""
        return self.change(-self.sign * self.t)

    @property
    def is_saddle(self):
        """Neither minimum nor maximum: c != 0, so that Phi - Phi(0) = c t + o(t) has both signs."""
        return self.sign != 0


def flat_saddle_certificate(net, t=None):
    """The origin of depth N >= 3 as a FlatSaddle: grad and Hessian vanish, yet Phi rises and falls.

    grad l(0) != 0, any widths. c is the entry of grad l(0) of largest size. t > 0 (n,): where Phi
    is compared with Phi(0); by default |c|/(q + |c|) 2^-k, k = 1..20, with q = nabla^2 l(0)[E, E]
    (Proposition 6.12; its proof as printed shows only that the origin is no minimum).

    >>> net = LinearNetwork(SquaredLoss([[1]]), hidden=(1, 1))
    >>> saddle = flat_saddle_certificate(net, t=[0.125])
    >>> saddle.rise.tolist(), saddle.fall.tolist(), saddle.is_saddle
    ([0.1328125], [-0.1171875], True)
    >>> bool(net.hess(net.zeros()).any())
    False
    """
    if _linear(net).depth < 3:
        fail("net", f"of depth {net.depth}", "depth >= 3")
    zero = np.zeros(net.loss.shape)
    exact = hasattr(net.loss, "exact_grad_at_zero")
    G = net.loss.exact_grad_at_zero() if exact else net.loss.grad(zero)
    i, j, e_i, e_j = _largest_entry(G)
    c = G[i, j]
    if c == 0:
        fail("net", f"{net}, where grad l(0) = 0", "grad l(0) != 0")
    if t is None:
        q, size = net.loss.hvp(zero, np.outer(e_i, e_j))[i, j], abs(float(c))
        t = (size / (q + size) if size > 1e-300 else 1) * 0.5 ** np.arange(1, 21)
    t = array("t", t, (None,))
    if not (t > 0).all():
        fail("t", shown(t.tolist()), "positive numbers")
    return FlatSaddle(net, i, j, float(c), 1 if c > 0 else -1, t)
