"""The overparameterized objective Phi of a linear network (6.2.4), its derivatives (6.2.5).

w has shape (..., dim), W_n has shape (..., d_n, d_{n-1}); layers are numbered from 1, as in the
lecture.
"""
from functools import reduce

import numpy as np

from lnnlib._arguments import array, count, fail, shown
from lnnlib._layers import Layers, widths_of
from lnnlib._objective import Objective
from lnnlib._sweep import gradient_sweep


class LinearNetwork(Layers, Objective):
    """Phi(W_1, .., W_N) = l(W_{1:N}), W_{1:N} = W_N .. W_1: a convex loss of a product (eq. 6.2).

    hidden = (d_1, .., d_{N-1}); () is depth 1. d_0 and d_N come from the loss. `minimum` is min l,
    or None where a bottleneck d_n < min(d_0, d_N) may keep the product from attaining it. From
    depth 2 on Phi is not smooth on all of R^dim, if l is not affine: `beta` and `rho` are None.

    >>> from lnnlib.losses import SquaredLoss
    >>> net = LinearNetwork(SquaredLoss([[3]]), hidden=(1,))
    >>> w = net.join([[[1]], [[2]]])
    >>> net.dims, float(net(w)), net.grad(w).tolist(), net.hess(w).tolist()
    ((1, 1, 1), 0.5, [-2.0, -1.0], [[4.0, 1.0], [1.0, 1.0]])
    """

    def __init__(self, loss, hidden):
        if not callable(loss) or len(getattr(loss, "shape", ())) != 2:
            fail("loss", shown(loss), "a loss of one matrix, such as SquaredLoss(target)")
        d_out, d_in = loss.shape
        super().__init__((d_in, *widths_of("hidden", hidden), d_out))
        self.loss = loss
        bottleneck = min(self.dims) < min(d_in, d_out)
        self.minimum = None if bottleneck else getattr(loss, "minimum", None)

    def __repr__(self):
        return f"LinearNetwork({self.loss}, hidden={self.dims[1:-1]})"

    def with_hidden(self, hidden):
        """The objective of the same loss with other hidden widths."""
        return LinearNetwork(self.loss, hidden)

    def product(self, w, j=1, k=None):
        """W_{j:k} = W_k .. W_j, shape (..., d_k, d_{j-1}), the identity if j > k; k = None is N."""
        W = self.split(w)
        j, k = count("j", j, at_least=1), self.depth if k is None else count("k", k)
        if j > self.depth + 1 or k > self.depth:
            fail("(j, k)", (j, k),
                 f"j <= {self.depth + 1} and k <= {self.depth} for depth {self.depth}")
        size = self.dims[j - 1]
        identity = np.broadcast_to(np.eye(size), (*W[0].shape[:-2], size, size))
        return reduce(lambda product, W_n: W_n @ product, W[j - 1:k], identity)

    def balanced(self, W, tol=1e-12):
        """Weights with W_{1:N} = W whose factors share its singular values.

        W_n = diag(s_i^{1/N}) in singular bases, so that W_{n+1}^T W_{n+1} = W_n W_n^T: balanced
        (Arora, Cohen and Hazan 2018). W (..., d_N, d_0), real, of rank at most every width;
        singular values up to tol * the largest count as zero.
        """
        W = array("W", W, (..., *self.loss.shape))
        U, s, Vt = np.linalg.svd(W, full_matrices=False)
        r = min(self.dims)
        if (s[..., r:] > tol * s[..., :1]).any():
            fail("W", f"a matrix of rank > {r}",
                 f"rank at most the least of the widths {self.dims}")
        s = np.where(s > tol * s[..., :1], s, 0)    # a root would make much of what is rounding
        factors = [s[..., :r, None] ** (1 / self.depth) * np.eye(r)] * self.depth
        factors[0] = factors[0] @ Vt[..., :r, :]
        factors[-1] = U[..., :r] @ factors[-1]
        w = np.zeros((*W.shape[:-2], self.dim))
        for W_n, factor in zip(self._matrices(w), factors, strict=True):
            W_n[..., :factor.shape[-2], :factor.shape[-1]] = factor
        return w

    def __call__(self, w):
        return self.loss(reduce(lambda product, W_n: W_n @ product, self.split(w)))

    def grad(self, w):
        """grad_j Phi(w) = W_{j+1:N}^T grad l(W_{1:N}) W_{1:j-1}^T, j = 1..N, in one vector."""
        w = self._point(w)
        g = np.empty(w.shape, w.dtype)
        grad_l = self.loss.grad(self.product(w))
        for j, grad_j in enumerate(self._matrices(g), start=1):
            grad_j[...] = self.product(w, j + 1).mT @ grad_l @ self.product(w, 1, j - 1).mT
        return g

    def gradient_sweep(self, w, g):
        """A function that writes grad(w) into g for what w then holds: for loops of many steps."""
        return gradient_sweep(self, w, g)

    def _derivatives(self, W, D):
        """Heads W_{1:j} and their derivatives W'_{1:j} when W_n moves along D_n."""
        heads, dots = [W[0]], [D[0]]
        for W_n, D_n in zip(W[1:], D[1:], strict=True):
            dots.append(D_n @ heads[-1] + W_n @ dots[-1])
            heads.append(W_n @ heads[-1])
        return heads, dots

    def hvp(self, w, v):
        """nabla^2 Phi(w) v: heads and tails of the gradient with their derivatives along v.

        About 8N products of matrices.
        """
        w, v = self._point(w), self._point(v, "v")
        W, D = self.split(w), self.split(v)
        heads, dots = self._derivatives(W, D)
        tail, dot = self.loss.grad(heads[-1]), self.loss.hvp(heads[-1], dots[-1])
        h = np.empty(np.broadcast_shapes(w.shape, v.shape), np.result_type(w, v))
        H = self._matrices(h)
        for n in range(self.depth - 1, 0, -1):
            H[n][...] = dot @ heads[n - 1].mT + tail @ dots[n - 1].mT
            tail, dot = W[n].mT @ tail, D[n].mT @ tail + W[n].mT @ dot
        H[0][...] = dot
        return h

    def hess_form(self, w, u, v):
        """nabla^2 Phi(w)[u, v], the sum of the two terms of `hess_form_terms`."""
        return sum(self.hess_form_terms(w, u, v))

    def hess_form_terms(self, w, u, v):
        """The terms nabla^2 l[F(u), F(v)] and <grad l, S(u, v) + S(v, u)> of nabla^2 Phi(w)[u, v].

        For convex l the first is >= 0 at u = v.
        F(u) = sum_j W_{j+1:N} U_j W_{1:j-1},
        S(u, v) = sum_{j < j'} W_{j'+1:N} U_{j'} W_{j+1:j'-1} V_j W_{1:j-1}.
        The lecture prints j <= j' and u = v, where S + S = 2 S (section 6.2.5).
        """
        W, U, V = self.split(w), self.split(self._point(u, "u")), self.split(self._point(v, "v"))
        heads, F_u = self._derivatives(W, U)
        _, F_v = self._derivatives(W, V)
        S = np.zeros(self._shapes[0])
        for n in range(1, self.depth):
            S = W[n] @ S + U[n] @ F_v[n - 1] + V[n] @ F_u[n - 1]
        product, F_u, F_v = heads[-1], F_u[-1], F_v[-1]
        return ((self.loss.hvp(product, F_u) * F_v).sum((-2, -1)),
                (self.loss.grad(product) * S).sum((-2, -1)))
