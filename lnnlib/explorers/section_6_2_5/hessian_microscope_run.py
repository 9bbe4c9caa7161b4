"""The two terms of the Hessian of Phi at one point, on a plane of directions and as spectra."""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from ...networks import LinearNetwork

ANGLES = np.linspace(0, 180, 61)           # degrees: a direction and its opposite curve alike
ZERO = 1e-9                                # of the largest curvature on the way to the minimum

_rng = np.random.default_rng(2)
TARGET = np.array([[2, 0], [1, -1]])
X = _rng.normal(size=(2, 12))
LOSSES = {
    "square": SquaredLoss(TARGET),
    "regression": LinearRegression(X, TARGET @ X + _rng.normal(size=X.shape) / 2),
    "logistic": LogisticLoss(X, np.sign([1, 1] @ X + 2 * _rng.normal(size=12))),
    "softmax": SoftmaxLoss(X, _rng.integers(0, 3, 12))}


@cache
class Place:
    """A network, a global minimum w(0), a random point w(1), and w(s) on the segment between."""

    def __init__(self, depth, width, loss):
        self.loss = LOSSES[loss]
        self.net = LinearNetwork(self.loss, (width,) * (depth - 1))
        positions = self.net.split(np.arange(self.net.dim))
        self.layers = [W.ravel().astype(int) for W in positions]      # where each stands in w
        self.minimum = self.net.balanced(_minimizer(self.loss))
        self.away = self.net.random(27, 1 / math.sqrt(width))         # both terms are of one size
        spectra = [np.linalg.eigvalsh(self.terms(s)) for s in (0, .25, .5, .75, 1)]
        self.low, self.high = np.min(spectra), np.max(spectra)
        self.planes = {
            kind: self._plane(kind) for kind in ("inside", "across", "random", "eigenvectors")}

    def point(self, s):
        return self.minimum + s * (self.away - self.minimum)

    def terms(self, s):
        """The first term of the Hessian form at w(s), the second and their sum: (3, dim, dim)."""
        unit = np.eye(self.net.dim)
        first, second = self.net.hess_form_terms(self.point(s), unit[:, None], unit)
        return np.stack([first, second, first + second])

    def _plane(self, kind):
        """Orthonormal directions (P, Q); at w(1) the second term mixes them negatively."""
        (_, second_term, hessian), (first, second) = self.terms(1), self.layers[:2]
        P, Q = np.zeros((2, self.net.dim))
        if kind == "inside":                     # the most and the least curved direction of W_1
            P[first], Q[first] = _eigenvectors(hessian, first)[[-1, 0]]
        if kind == "across":                     # the least curved direction of both, cut in two
            lowest = _eigenvectors(hessian, np.concatenate([first, second]))[0]
            P[first], Q[second] = lowest[:len(first)], lowest[len(first):]
            P, Q = P / np.linalg.norm(P), Q / np.linalg.norm(Q)
        if kind == "random":
            P, Q = np.linalg.qr(np.random.default_rng(3).normal(size=(self.net.dim, 2)))[0].T
        if kind == "eigenvectors":
            P, Q = _eigenvectors(hessian, np.arange(self.net.dim))[[0, -1]]
        return np.stack([P, -Q if P @ second_term @ Q > 0 else Q])


def _eigenvectors(matrix, some):
    """Eigenvectors of the block of `matrix` at the positions `some`: rows, lowest first."""
    return np.linalg.eigh(matrix[np.ix_(some, some)])[1].T


def _minimizer(loss):
    """A matrix with grad l = 0, by Newton's method: the losses here are smooth and attain it."""
    net = LinearNetwork(loss, ())
    W = net.zeros()
    for _ in range(20):
        W = W - np.linalg.pinv(net.hess(W), rcond=1e-9, hermitian=True) @ net.grad(W)
    return net.split(W)[0]


@dataclass(frozen=True)
class Curvature:
    """The terms at w(s), along the directions cos(angle) P + sin(angle) Q of a plane."""

    depth: int
    width: int
    loss: str
    plane: str
    angle: float
    s: float

    @cached_property
    def place(self):
        return Place(self.depth, self.width, self.loss)

    @property
    def zero(self):
        """What is at most this size is what rounding has left of 0."""
        return ZERO * self.place.high

    @cached_property
    def slope(self):
        """The norm of grad l at the product."""
        product = self.place.net.product(self.place.point(self.s))
        return np.linalg.norm(self.place.loss.grad(product))

    @cached_property
    def terms(self):
        return self.place.terms(self.s)

    @cached_property
    def spectra(self):
        """The eigenvalues of the first term, the second and the Hessian, each in rising order."""
        return np.linalg.eigvalsh(self.terms)

    @cached_property
    def levels(self):
        """The spectra as drawn: what agrees to about a thousandth of the highest is one level."""
        digits = 2 - math.floor(math.log10(self.place.high))
        return [np.unique(spectrum.round(digits)) for spectrum in self.spectra]

    @cached_property
    def forms(self):
        """The three terms on the plane: (3, 2, 2)."""
        PQ = self.place.planes[self.plane]
        return PQ @ self.terms @ PQ.T

    def along(self, degrees):
        """The three values in the directions of so many degrees: (3, len(degrees))."""
        u = np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        return np.einsum("tij,ik,jk->tk", self.forms, u, u)

    @cached_property
    def curves(self):
        return self.along(ANGLES)

    @cached_property
    def values(self):
        """The three values in the direction one looks along."""
        return self.along([self.angle])[:, 0]

    @property
    def negative(self):
        """How many eigenvalues of the Hessian are negative."""
        return int((self.spectra[2] < -self.zero).sum())

    @property
    def layers_needed(self):
        """How many layers a direction moves in which Phi curves downwards.

        1 where some layer alone has one at this point; else those of the plane's least curved
        direction; None where Phi does not curve downwards in that either.
        """
        if self.least_alone < -self.zero:
            return 1
        curvature, vectors = np.linalg.eigh(self.forms[2])
        if curvature[0] >= -self.zero:
            return None
        lowest = vectors[:, 0] @ self.place.planes[self.plane]
        return sum(bool(np.linalg.norm(D) > ZERO) for D in self.place.net.split(lowest))

    @property
    def least_alone(self):
        """The least curvature of Phi in the unit directions that move one layer alone."""
        blocks = (self.terms[2][np.ix_(some, some)] for some in self.place.layers)
        return min(np.linalg.eigvalsh(block)[0] for block in blocks)

    @property
    def least_in_plane(self):
        """The least curvature of Phi in the unit directions of the plane."""
        return np.linalg.eigvalsh(self.forms[2])[0]
