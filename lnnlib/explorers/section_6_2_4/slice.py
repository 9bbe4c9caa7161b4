"""Phi on a plane through a point of weight space, and on a segment A B in it: what `landscape_slice` shows."""
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...saddles import classify

TARGET = np.diag([2., 1.])                     # M
REACH = 3.2                                    # the plane is shown from -REACH to REACH
SIDE = np.linspace(-REACH, REACH, 97)
ALONG = np.linspace(0, 1, 61)                  # the segment, 0 at A and 1 at B
LEARNED = {"nothing": (), "mode 1": (0,), "both modes": (0, 1)}


def _entries(mode, ratio):
    """The matrix unit of a diagonal entry in every layer, times 1, ratio, ratio^2, .."""
    unit = np.diag(np.eye(2)[mode])
    return lambda depth: [ratio**n * unit for n in range(depth)]


DIRECTIONS = {
    "mode 1, every layer": _entries(0, 1),
    "mode 1, alternating signs": _entries(0, -1),
    "mode 2, every layer": _entries(1, 1),
    "random": lambda depth: np.random.default_rng(3).normal(size=(depth, 2, 2)),
}


@lru_cache(maxsize=4)
def network(depth):
    """The linear network of that depth, all layers 2 x 2, that is to learn TARGET."""
    return LinearNetwork(SquaredLoss(TARGET), hidden=(2,) * (depth - 1))


@lru_cache(maxsize=32)
def direction(name, depth):
    """The unit vector of that name in the space of all weights."""
    w = network(depth).join(DIRECTIONS[name](depth))
    return w / np.linalg.norm(w)


@dataclass(frozen=True)
class Plane:
    """The plane w + x U + y V: w the balanced point that has learned `learned`, U, V the directions `first`, `second`."""

    depth: int
    first: str
    second: str
    learned: str

    @property
    def net(self):
        return network(self.depth)

    @cached_property
    def centre(self):
        """The balanced weights of the learned modes of TARGET, the others 0: from N = 2 on a stationary point."""
        learned = [mode in LEARNED[self.learned] for mode in range(len(TARGET))]
        return self.net.balanced(np.where(learned, TARGET, 0))

    @property
    def height(self):
        """Phi at the point in the middle."""
        return float(self.net(self.centre))

    def weights(self, x, y):
        """The points of weight space at the coordinates x, y of the plane."""
        x, y = np.asarray(x)[..., None], np.asarray(y)[..., None]
        return self.centre + x * direction(self.first, self.depth) + y * direction(self.second, self.depth)

    def surface(self):
        """Phi on the square SIDE x SIDE, rows along V."""
        return self.net(self.weights(*np.meshgrid(SIDE, SIDE)))

    @cached_property
    def point(self):
        """The certificate of the point in the middle."""
        return classify(self.net, self.centre, grad_tol=1e-9, curvature_tol=1e-9)


@lru_cache(maxsize=16)
def plane(depth, first, second, learned):
    """The Plane of these names, kept so that its centre and certificate are computed once."""
    return Plane(depth, first, second, learned)


@dataclass(frozen=True)
class Slice:
    """The segment from A = (ax, ay) to B = (bx, by) in a plane, and Phi and l above it."""

    depth: int
    first: str
    second: str
    learned: str
    ax: float
    ay: float
    bx: float
    by: float

    @property
    def plane(self):
        return plane(self.depth, self.first, self.second, self.learned)

    @property
    def net(self):
        return self.plane.net

    @cached_property
    def ends(self):
        """A and B in weight space."""
        return self.plane.weights([self.ax, self.bx], [self.ay, self.by])

    @cached_property
    def phi(self):
        """Phi on the segment, at ALONG."""
        A, B = self.ends
        return self.net(A + ALONG[:, None] * (B - A))

    @property
    def chord(self):
        return self.phi[0] + ALONG * (self.phi[-1] - self.phi[0])

    @cached_property
    def straight(self):
        """l on the straight line from the product at A to the product at B, at ALONG."""
        A, B = self.net.product(self.ends)
        return self.net.loss(A + ALONG[:, None, None] * (B - A))

    @cached_property
    def excess(self):
        """How far Phi rises above its chord on the whole segment; 0 where it does not, rounding aside.

        Phi is a polynomial of degree 2N there: what rises between two drawn points is found where its slope is 0.
        """
        rise = np.polynomial.Polynomial.fit(ALONG, self.phi - self.chord, 2 * self.depth, domain=[0, 1])
        turns = rise.deriv().roots()
        turns = turns[np.abs(turns.imag) < 1e-6].real
        highest = max([0, *rise(turns[(turns > 0) & (turns < 1)])])
        return float(highest) if highest > 1e-9 * (1 + self.phi.max()) else 0.
