"""The landscapes of `landscape_gallery`, and one run of gradient descent on one of them."""
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...descent import gradient_descent
from ...landscapes import BottleneckTrap, DriftToInfinity, SaddleValley, Shelf, Trough
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...saddles import classify

LAST = 600                   # steps computed
REST = 1e-8                  # GD has come to rest where the gradient's norm is at most this
EPS = 1e-3                   # the gradient's norm up to which a point is called stationary
FLAT = 1e-6                  # curvatures this much smaller than the largest count as 0
FLOOR = 1e-10                # heights and gradients are drawn down to here
DRAWN = np.unique([*range(120), *np.geomspace(120, LAST, 80).astype(int)])     # the steps drawn


@dataclass(frozen=True)
class Landscape:
    """An objective f, shown where its point is `(x, y) @ embed`, with the stationary points there.

    Gradient descent must stay in that plane: then the run in the picture is a run of f itself.
    `unsettled` says what the stationary points are that first and second derivatives alone do not
    tell from a minimum.
    """

    f: object
    stationary: tuple
    unsettled: str | None = None
    axes: tuple = ("x", "y")
    xlim: tuple = (-2.2, 2.2)
    embed: np.ndarray | None = None

    def lift(self, xy):
        """The points of R^dim that are drawn at `xy`, shape (..., 2)."""
        return np.asarray(xy) if self.embed is None else xy @ self.embed

    def kind(self, xy):
        """What the stationary point drawn at `xy` is called in the key."""
        w = self.lift(xy)
        if self.f(w) - self.f.minimum < 1e-9:
            return "global minimum"
        kind = classify(self.f, w, grad_tol=1e-9, curvature_tol=FLAT).kind
        return kind if kind == "strict saddle" else self.unsettled


def _bottleneck():
    """The (2, 1, 2) net where W_1 = (x y), W_2 = W_1^T: l is symmetric, so GD keeps it so.

    There f = (x^2 - 1)^2 + (y^2 - m)^2 + 2 a x^2 y^2, with four minima on the axes and, where
    x^2 + a y^2 = 1 and a x^2 + y^2 = m, four passes from one to the next.
    """
    a, m = 2, .8
    x, y = math.sqrt((a * m - 1) / (a**2 - 1)), math.sqrt((a - m) / (a**2 - 1))
    passes = ((x, y), (x, -y), (-x, y), (-x, -y))
    minima = ((1, 0), (-1, 0), (0, math.sqrt(m)), (0, -math.sqrt(m)))
    return Landscape(BottleneckTrap(a, m), ((0, 0), *passes, *minima), "bad local minimum",
                     axes=("x,  with W₁ = (x y)", "y,  with W₂ = W₁ᵀ"), embed=np.tile(np.eye(2), 2))


CREST = math.sqrt(1 + math.sqrt(2))              # where DriftToInfinity has its maxima, +-CREST
LANDSCAPES = {
    "valley": Landscape(SaddleValley(), ((0, 0), (0, 1), (0, -1))),
    "network": Landscape(
        LinearNetwork(SquaredLoss([[1]]), hidden=(1,)), ((0, 0),), axes=("x = w₁", "y = w₂")),
    "trap": _bottleneck(),
    "shelf": Landscape(Trough(Shelf()), ((0, 0), (-1, 0)), "non-strict saddle"),
    "drift": Landscape(
        Trough(DriftToInfinity()), ((0, 0), (CREST, 0), (-CREST, 0)), xlim=(-2.2, 6.6)),
}


@dataclass(frozen=True)
class Descent:
    """One run from (x, y) on the landscape of that name."""

    landscape: str
    eta: float
    x: float
    y: float

    @property
    def scene(self):
        return LANDSCAPES[self.landscape]

    @cached_property
    def trajectory(self):
        start = self.scene.lift([self.x, self.y])
        return gradient_descent(self.scene.f, start, self.eta, LAST, stop_grad=REST)

    @property
    def rested(self):
        """Whether GD stopped of its own accord."""
        return bool(self.trajectory.grad_norms[-1] <= REST)

    @property
    def points(self):
        """The run in the picture, shape (T+1, 2)."""
        return self.trajectory.points[:, :2]

    @cached_property
    def height(self):
        """f - min f along the run."""
        return self.trajectory.values - self.scene.f.minimum

    @property
    def last(self):
        """The number of steps."""
        return len(self.points) - 1

    @cached_property
    def path(self):
        """The points that are near the picture, shape (k, 2)."""
        return self.points[(np.abs(self.points) < 20).all(axis=1)]

    @cached_property
    def steps(self):
        """The steps that are drawn, the last one among them."""
        return np.append(DRAWN[DRAWN < self.last], self.last)

    def drawn(self, values):
        """(steps, the values there), without those below the picture."""
        at = values[self.steps]
        return self.steps, np.where(at > FLOOR / 10, at, np.nan)

    @cached_property
    def end(self):
        """The certificate of the last point: gradient, curvatures and kind."""
        return classify(self.scene.f, self.trajectory.points[-1], grad_tol=EPS, curvature_tol=FLAT)

    @cached_property
    def lowest(self):
        """Whether the run ends at the height of the minimum, up to rounding."""
        return bool(self.height[-1] < 1e-12)

    @cached_property
    def small_steps(self):
        """Whether every step lost at least eta/2 ||grad f||^2, as Theorem 6.7's proof wants it."""
        if self.trajectory.diverged:
            return False
        height, lost = self.height[:-1], self.height[:-1] - self.height[1:]
        least = self.eta / 2 * self.trajectory.grad_norms[:-1] ** 2
        return bool((lost >= least - 1e-12 * (1 + height)).all())

    def bound(self, t):
        """Theorem 6.7 turned round: within t >= 1 steps some ||grad f|| has been at most this."""
        return np.sqrt(2 * self.height[0] / (self.eta * t))

    @property
    def promised(self):
        """(steps, the bound there) where the theorem holds and says something, or None."""
        says = self.small_steps and self.height[0] > 0
        return (self.steps[1:], self.bound(self.steps[1:])) if says else None
