"""Convex losses l(W) of one matrix: value, gradient and Hessian.

Every loss has `.shape` = (d_out, d_in), `l(W)`, `l.grad(W)`, `l.hvp(W, D)` (the matrix of the
linear form nabla^2 l(W)[D, .]) for W, D of shape (..., d_out, d_in), and `.minimum`: min l, or None
where it is unknown or not attained. `.beta` is the least constant for which l is beta-smooth, or
None; `.convex` and `.differentiable` are True. `l.exact_grad_at_zero()` is grad l(0) in Fractions,
the data taken as the binary numbers that they are: so its signs and zeros are exact. Nothing
overflows at large W x, and a complex W passes through, so that a complex step differentiates
exactly.
"""
from fractions import Fraction

import numpy as np

from lnnlib._arguments import array, fail, shown


class _Loss:
    convex = differentiable = True
    minimum = beta = None

    def sublevel_radius(self, value):
        """p with ||W|| <= p (spectral norm) wherever l(W) <= value; None where none is known."""
        return None

    def _matrix(self, W, name="W"):
        W = np.asarray(W)
        return W if W.shape[-2:] == self.shape else array(name, W, (..., *self.shape), real=False)

    def __repr__(self):
        return f"{type(self).__name__}(shape={self.shape})"


def _samples(X):
    X = array("X", X, (None, None), "one column per sample")
    if X.size == 0:
        raise ValueError(f"X has shape {X.shape}, "
                         "expected at least one row and one column (a sample)")
    return X


def _fractions(A):
    return np.vectorize(Fraction, otypes=[object])(A)


def magnitude(z):
    """|z| for real z; for z + ih it keeps the derivative, which abs would drop."""
    return np.where(z.real < 0, -z, z)


def sigmoid(z):
    """1 / (1 + e^-z), entrywise: no overflow, no cancellation in the tail where it is small.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    z = np.asarray(z)
    e = np.exp(-magnitude(z))
    return np.where(z.real < 0, e, 1) / (1 + e)


class SquaredLoss(_Loss):
    """l(W) = 1/2 ||W - target||_F^2, target (d_out, d_in).

    >>> l = SquaredLoss(np.eye(2))
    >>> float(l(np.zeros((2, 2)))), l.grad(np.zeros((2, 2))).tolist()
    (1.0, [[-1.0, 0.0], [0.0, -1.0]])
    """

    minimum = 0.0
    beta = 1.0

    def __init__(self, target):
        self.target = array("target", target, (None, None))
        self.shape = self.target.shape
        if self.target.size == 0:
            raise ValueError(f"target has shape {self.shape}, "
                             "expected at least one row and one column")

    def __call__(self, W):
        return ((self._matrix(W) - self.target) ** 2).sum((-2, -1)) / 2

    def grad(self, W):
        return self._matrix(W) - self.target

    def hvp(self, W, D):
        return self._matrix(D, "D")

    def exact_grad_at_zero(self):
        return -_fractions(self.target)

    def sublevel_radius(self, value):
        """||target|| + sqrt(2 value)."""
        return float(np.linalg.norm(self.target, 2) + np.sqrt(2 * value))


class LinearRegression(_Loss):
    """l(W) = 1/(2n) ||W X - Y||_F^2, X (d_in, n), Y (d_out, n).

    >>> l = LinearRegression(X=[[1, 2, 3]], Y=[[2, 4, 7]])
    >>> round(float(l([[2]])), 4), l.grad([[2]]).round(4).tolist(), round(l.minimum, 4)
    (0.1667, [[-1.0]], 0.0595)
    """

    def __init__(self, X, Y):
        self.X = _samples(X)
        self.n = self.X.shape[1]
        self.Y = array("Y", Y, (None, self.n), "one column per column of X")
        self.shape = (len(self.Y), len(self.X))
        if len(self.Y) == 0:
            raise ValueError(f"Y has shape {self.Y.shape}, expected at least one row")
        self._XX, self._YX = self.X @ self.X.T / self.n, self.Y @ self.X.T / self.n
        self._best = np.linalg.lstsq(self.X.T, self.Y.T, rcond=None)[0].T
        self.minimum = float(self(self._best))
        self.beta = float(np.linalg.norm(self._XX, 2))

    def __call__(self, W):
        return ((self._matrix(W) @ self.X - self.Y) ** 2).sum((-2, -1)) / (2 * self.n)

    def grad(self, W):
        return self._matrix(W) @ self._XX - self._YX

    def hvp(self, W, D):
        return self._matrix(D, "D") @ self._XX

    def exact_grad_at_zero(self):
        return -_fractions(self.Y) @ _fractions(self.X).T / self.n

    def range_basis(self):
        """An orthonormal basis of the range of X, (d_in, rank X).

        Singular values below 1e-12 of the largest count as zero.
        """
        U, s, _ = np.linalg.svd(self.X, full_matrices=False)
        return U[:, s > 1e-12 * s[0]]

    def sublevel_radius(self, value):
        """||W*|| + sqrt(2n (value - min l))/sigma_min(X), l(W*) = min l; None if rank X < d_in."""
        if self.range_basis().shape[1] < len(self.X):
            return None
        least = np.linalg.svd(self.X, compute_uv=False)[-1]
        reach = np.sqrt(2 * self.n * max(0, value - self.minimum)) / least
        return float(np.linalg.norm(self._best, 2) + reach)


class LogisticLoss(_Loss):
    """l(W) = 1/n sum_i log(1 + exp(-y_i W x_i)), labels y_i in {-1, +1}, X (d_in, n), W (1, d_in).

    The minimum is not attained where a line through 0 separates the labels (not all samples on it),
    and has in general no closed form elsewhere: None.

    >>> l = LogisticLoss(X=[[1, -1]], labels=[1, -1])
    >>> round(float(l([[0]])), 4), l.grad([[0]]).tolist(), float(l([[1e308]]))
    (0.6931, [[-0.5]], 0.0)
    """

    def __init__(self, X, labels):
        self.X = _samples(X)
        labels = array("labels", labels, (self.X.shape[1],), "one per column of X")
        if (np.abs(labels) != 1).any():
            fail("labels", shown(labels.tolist()), "-1 or +1 for every sample")
        self.shape = (1, len(self.X))
        self._yX = labels * self.X          # the loss sees only y_i x_i
        self._weights = np.full(labels.size, 1 / labels.size)

    def __call__(self, W):
        z = (self._matrix(W) @ self._yX)[..., 0, :]
        a = magnitude(z)
        losses = a / 2 - z / 2 + np.log1p(np.exp(-a))       # max(-z, 0) + log(1 + e^-|z|)
        return losses @ self._weights

    def grad(self, W):
        return -(sigmoid(-(self._matrix(W) @ self._yX)) * self._weights) @ self._yX.T

    def hvp(self, W, D):
        z = self._matrix(W) @ self._yX
        curvatures = sigmoid(z) * sigmoid(-z) * self._weights
        return (curvatures * (self._matrix(D, "D") @ self._yX)) @ self._yX.T

    def exact_grad_at_zero(self):
        return -_fractions(self._yX).sum(-1)[None] / (2 * self._yX.shape[1])


class SoftmaxLoss(_Loss):
    """l(W) = 1/n sum_i (log sum_k exp(W x_i)_k - (W x_i)_{y_i}): mean cross-entropy, X (d_in, n).

    classes: n integers y_i in 0, .., K-1 with K - 1 the largest; W (K, d_in). The minimum is None,
    as for LogisticLoss.

    >>> l = SoftmaxLoss(X=[[1, -1]], classes=[0, 1])
    >>> round(float(l([[0], [0]])), 4), l.grad([[0], [0]]).tolist(), float(l([[1e307], [-1e307]]))
    (0.6931, [[-0.5], [0.5]], 0.0)
    """

    def __init__(self, X, classes):
        self.X = _samples(X)
        n = self.X.shape[1]
        classes = array("classes", classes, (n,), "one per column of X")
        if (classes != np.floor(classes)).any() or (classes < 0).any():
            fail("classes", shown(classes.tolist()), "integers 0, 1, .., K-1")
        self._rows = np.arange(classes.max() + 1)[:, None]
        self._is_class = self._rows == classes
        self.shape = (len(self._rows), len(self.X))
        self._weights = np.full(n, 1 / n)

    def _exponentials(self, W):
        """Z, e^Z and a mask of the largest entries: W X, its columns moved to have these at 0.

        The move changes no derivative.
        """
        Z = self._matrix(W) @ self.X
        top = self._rows == Z.real.argmax(-2)[..., None, :]
        # A logit 1e308 below another may become -inf: its probability is 0.
        with np.errstate(over="ignore"):
            Z = Z - _entry(top, Z)
        return Z, np.exp(Z), top

    def __call__(self, W):
        Z, E, top = self._exponentials(W)
        others = np.where(top, 0, E).sum(-2)    # log(1 + others) is accurate where they are small
        return (np.log1p(others) - _entry(self._is_class, Z)[..., 0, :]) @ self._weights

    def grad(self, W):
        _, E, _ = self._exponentials(W)
        others = np.where(self._is_class, 0, E).sum(-2, keepdims=True)
        residuals = np.where(self._is_class, -others, E) / E.sum(-2, keepdims=True)
        return residuals * self._weights @ self.X.T

    def hvp(self, W, D):
        _, E, top = self._exponentials(W)
        P, R = E / E.sum(-2, keepdims=True), self._matrix(D, "D") @ self.X
        R = R - _entry(top, R)      # the same for every class: no matter, but for rounding
        return P * (R - (P * R).sum(-2, keepdims=True)) * self._weights @ self.X.T

    def exact_grad_at_zero(self):
        residuals = Fraction(1, len(self._rows)) - self._is_class.astype(object)
        return residuals @ _fractions(self.X).T / self.X.shape[1]


def _entry(mask, Z):
    """The one entry of each column of Z where `mask` is true, in one row."""
    return np.where(mask, Z, 0).sum(-2, keepdims=True)
