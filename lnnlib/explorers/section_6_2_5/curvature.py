"""The two terms of the Hessian of Phi at one point, and all that `hessian_microscope` says of them."""
import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from ...networks import LinearNetwork

ANGLES = np.linspace(0, 180, 61)                         # degrees: a direction and its opposite have the same curvature
ZERO = 1e-9                                              # relative to the largest curvature on the way to the minimum


def _losses():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(2, 12))
    Y = np.array([[2, 0], [1, -1]]) @ X + rng.normal(size=(2, 12)) / 2
    labels = np.sign([1, 1] @ X + 2 * rng.normal(size=12))
    return {"square": SquaredLoss([[2, 0], [1, -1]]), "regression": LinearRegression(X, Y),
            "logistic": LogisticLoss(X, labels), "softmax": SoftmaxLoss(X, rng.integers(0, 3, 12))}


LOSSES = _losses()


class LinearPart:
    """The loss <G, W>. It has no curvature: the Hessian of its network is the second term alone."""

    def __init__(self, G):
        self.G, self.shape = G, G.shape

    def __call__(self, W):
        return (self.G * W).sum((-2, -1))

    def grad(self, W):
        return self.G

    def hvp(self, W, D):
        return np.zeros_like(D)


@dataclass(frozen=True)
class Terms:
    """The first and the second term of the Hessian form as matrices (dim, dim): the sum is the Hessian."""

    first: np.ndarray
    second: np.ndarray

    @cached_property
    def spectra(self):
        """The eigenvalues of the first term, of the second and of the Hessian, each in rising order."""
        return np.linalg.eigvalsh([self.first, self.second, self.first + self.second])


class Place:
    """A network, a global minimum w(0) and a random point w(1) of it, and w(s) on the segment between the two."""

    def __init__(self, depth, width, loss):
        self.loss = LOSSES[loss]
        self.net = LinearNetwork(self.loss, (width,) * (depth - 1))
        self.layers = [W.ravel().astype(int) for W in self.net.split(np.arange(self.net.dim))]     # where each layer stands in w
        self.minimum = self.net.balanced(_minimizer(self.loss))
        self.away = self.net.random(27, 1 / math.sqrt(width))         # a seed whose two terms are of one size everywhere
        spectra = [self.terms(s).spectra for s in (0, .25, .5, .75, 1)]
        self.low, self.high = np.min(spectra), np.max(spectra)
        self.digits = 2 - math.floor(math.log10(self.high))            # levels that agree to so many decimals are drawn as one
        self.planes = {kind: self._plane(kind) for kind in ("inside", "across", "random", "eigenvectors")}

    def point(self, s):
        return self.minimum + s * (self.away - self.minimum)

    def terms(self, s):
        w = self.point(s)
        linear = LinearPart(self.loss.grad(self.net.product(w)))
        second = LinearNetwork(linear, self.net.dims[1:-1]).hess(w)
        return Terms(self.net.hess(w) - second, second)

    def _plane(self, kind):
        """Two orthonormal directions (P, Q). The second term mixes them negatively at w(1): that fixes the sign of Q."""
        terms = self.terms(1)
        hessian, (first, second) = terms.first + terms.second, self.layers[:2]
        P, Q = np.zeros((2, self.net.dim))
        if kind == "inside":                                           # the most and the least curved direction of W_1
            P[first], Q[first] = _eigenvectors(hessian, first)[[-1, 0]]
        if kind == "across":                                           # the least curved direction of both, cut in two
            lowest = _eigenvectors(hessian, np.concatenate([first, second]))[0]
            P[first], Q[second] = lowest[:len(first)], lowest[len(first):]
            P, Q = P / np.linalg.norm(P), Q / np.linalg.norm(Q)
        if kind == "random":
            P, Q = np.linalg.qr(np.random.default_rng(3).normal(size=(self.net.dim, 2)))[0].T
        if kind == "eigenvectors":
            P, Q = _eigenvectors(hessian, np.arange(self.net.dim))[[0, -1]]
        return P, -Q if P @ terms.second @ Q > 0 else Q


def _eigenvectors(matrix, some):
    """Eigenvectors of the block of `matrix` at the positions `some`, as rows, in rising order of the eigenvalue."""
    return np.linalg.eigh(matrix[np.ix_(some, some)])[1].T


place = lru_cache(maxsize=None)(Place)


def _minimizer(loss):
    """A matrix with grad l = 0, by Newton's method; the losses here are smooth, and attain their minimum."""
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
        return place(self.depth, self.width, self.loss)

    @cached_property
    def slope(self):
        """The norm of grad l at the product."""
        return float(np.linalg.norm(self.place.loss.grad(self.place.net.product(self.place.point(self.s)))))

    @cached_property
    def terms(self):
        return self.place.terms(self.s)

    @cached_property
    def spectra(self):
        return self.terms.spectra

    @cached_property
    def forms(self):
        """The 2 x 2 matrices of the first term, the second and the Hessian on the plane."""
        PQ = np.stack(self.place.planes[self.plane])
        forms = np.stack([PQ @ term @ PQ.T for term in (self.terms.first, self.terms.second)])
        return np.stack([*forms, forms.sum(axis=0)])

    def along(self, degrees):
        """The three values in the directions of so many degrees: (3, len(degrees))."""
        u = np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        return np.einsum("tij,ik,jk->tk", self.forms, u, u)

    @cached_property
    def curves(self):
        return self.along(ANGLES)

    @cached_property
    def values(self):
        """The three values in the direction one looks along; what is zero but for rounding is 0."""
        return self.rounded(self.along(np.array([self.angle]))[:, 0])

    def rounded(self, values):
        return np.where(np.abs(values) > ZERO * self.place.high, values, 0)

    @cached_property
    def negative(self):
        """How many eigenvalues of the Hessian are negative."""
        return int((self.rounded(self.spectra[2]) < 0).sum())

    @cached_property
    def layers_needed(self):
        """1 where some layer alone finds negative curvature at this point; else how many layers move in the plane's direction
        of least curvature; None where that is not negative either."""
        hessian = self.terms.first + self.terms.second
        alone = min(np.linalg.eigvalsh(hessian[np.ix_(layer, layer)])[0] for layer in self.place.layers)
        if self.rounded(alone) < 0:
            return 1
        curvature, vectors = np.linalg.eigh(self.forms[2])
        if self.rounded(curvature[0]) >= 0:
            return None
        lowest = vectors[:, 0] @ np.stack(self.place.planes[self.plane])
        return sum(bool(np.linalg.norm(D) > ZERO) for D in self.place.net.split(lowest))
