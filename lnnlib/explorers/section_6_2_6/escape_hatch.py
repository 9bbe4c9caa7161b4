"""`escape_hatch`: Theorem 6.10's perturbation, which keeps the product and wakes the gradient."""
import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ...live import Choice, Explorer, Predict, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.stage import KEY_ROW
from ...live.values import linear_grid, number_text
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...proofs import kernel_perturbation

ZERO = 1e-12                                   # what is at most this is 0 up to rounding
HALF = 1.9                                     # of the shorter side of a panel
FILM = (.25, .5, .75)                          # shares of w_k whose image is drawn as well
CIRCLE = np.array([np.cos(np.linspace(0, 2 * np.pi, 49)), np.sin(np.linspace(0, 2 * np.pi, 49))])
POINTS = {"saddle, k* = 1": "saddle", "saddle, k* = 2": "second",
          "origin, k* = 1": "origin", "global minimum, k* = 1": "minimum"}


def _rotation(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


@lru_cache
def _construction(point):
    """The net of 1/2 ||W - M||^2, a stationary point w of it, and the proof's u_k there."""
    R, S = _rotation(35), _rotation(-20)
    M = R @ np.diag([1.2**3, 0 if point == "minimum" else 1]) @ S.T
    net = LinearNetwork(SquaredLoss(M), hidden=(2, 2))
    whole, cut = np.diag([1.2, 1]), np.diag([1.2, 0])
    layers = {"origin": [0 * cut] * 3, "second": [whole, cut, cut]}.get(point, [cut] * 3)
    w = net.join([layers[0] @ S.T, layers[1], R @ layers[2]])
    return net, w, kernel_perturbation(net, w)


@dataclass(frozen=True)
class Hatch:
    """W~_k = W_k + w_k u_{k-1}^T for k > k*, with w_2 = (w21, w22) and w_3 = (w31, w32)."""

    w21: float
    w22: float
    w31: float
    w32: float
    point: str

    @property
    def net(self):
        return _construction(self.point)[0]

    @property
    def start(self):
        return _construction(self.point)[1]

    @property
    def k_star(self):
        return _construction(self.point)[2].k_star

    @cached_property
    def w(self):
        """The vectors w_2 and w_3."""
        return {2: np.array([self.w21, self.w22]), 3: np.array([self.w31, self.w32])}

    def moved(self, size=1.0, parts=(2, 3)):
        """W~ for size * w_k, k in `parts` alone; the largest entry of each u_k is positive."""
        kernel = _construction(self.point)[2]
        signs = {k: np.sign(u[np.abs(u).argmax()]) for k, u in kernel.u.items()}
        return kernel.perturbed(
            {k: size * signs[k - 1] * self.w[k] for k in parts if k > self.k_star})

    def downstream(self, size=1.0):
        """W~_{k*+1:N}."""
        return self.net.product(self.moved(size), self.k_star + 1)

    @cached_property
    def product(self):
        return self.net.product(self.moved())

    @cached_property
    def rim(self):
        """The image of the unit circle under W~_{k*+1:N}, shape (2, points)."""
        return self.downstream() @ CIRCLE

    @cached_property
    def missing(self):
        """-grad l(W_{1:N}), which is M - W_{1:N} for this loss."""
        return -self.net.loss.grad(self.product)

    @cached_property
    def drift(self):
        """How far Phi and the product have come: both 0, says the proof."""
        net, start = self.net, self.start
        return max(abs(float(net(self.moved()) - net(start))),
                   np.abs(self.product - net.product(start)).max())

    def slope(self, parts=(2, 3)):
        """||grad Phi|| at W~; what rounding has left of 0 is 0."""
        size = np.linalg.norm(self.net.grad(self.moved(parts=parts)))
        return float(size) if size > ZERO else 0.

    @property
    def parts(self):
        """|u_2 . w_2|, and |e . w_3| with e the left singular vector of grad l."""
        u_2 = _construction(self.point)[2].u[2]
        e = np.linalg.svd(self.missing)[0][:, 0]
        return abs(float(u_2 @ self.w[2])), abs(float(e @ self.w[3]))

    @cached_property
    def reached(self):
        """The dimension of the space that all columns of W~_{k*+1:N} between W and W~ span."""
        columns = np.hstack([self.downstream(size) for size in (0, .5, 1)])
        return int(np.linalg.matrix_rank(columns, tol=1e-9))


def _draw(fig, point):
    hand, space = fig.panels("", ("Images of the unit circle in R²", "Images of the circle"))
    _draw_space(fig, space)
    fig.key(space, 3)
    _leave_a_row(fig, hand, space)
    pixel, _ = _one_unit(fig, hand), _one_unit(fig, space)
    _draw_hand(fig, hand, lift=14 * pixel)
    for ax in (hand, space):
        ax.grid(True, color=fig.look.faint, lw=.5)
        ax.plot(0, 0, "+", color=fig.look.ink, ms=8, mew=1)


def _leave_a_row(fig, hand, space):
    """Room over `hand` for two numbers, as high as the key beside it."""
    box = hand.get_position()
    tall = space.get_position().height if fig.wide else box.height - KEY_ROW / fig.tall
    hand.set_position([box.x0, box.y0, box.width, tall])
    fig.title(hand, "Drag w₂ and w₃", pad=6.75 + .75 * (box.height - tall) * fig.tall)


def _one_unit(fig, ax):
    """Both axes in one unit, from -HALF to HALF or more; how long a CSS pixel is in it."""
    box = ax.get_position()
    across, up = box.width * fig.width, box.height * fig.tall
    x, y = HALF * max(1, across / up), HALF * max(1, up / across)
    fig.ticks(ax, x=range(-3, 4), y=range(-3, 4))
    ax.set(xlim=(-x, x), ylim=(-y, y))
    return 2 * y / up


def _draw_hand(fig, hand, lift):
    look = fig.look
    hand.set(xlabel="first entry", ylabel="second entry")
    label = dict(color=look.run, fontsize=SMALL + .75, ha="center", va="center", clip_on=True)
    names = {2: lambda run: "w₂" if run.k_star == 1 else "w₂, not used", 3: "w₃"}
    for k, style, marker in ((2, "-", "s"), (3, DASHED, "o")):
        fig.line(hand, lambda run, k=k: np.transpose([(0, 0), run.w[k]]),
                 color=look.run, lw=1.6, ls=style, ghost=True)
        fig.dot(hand, lambda run, k=k: run.w[k], marker,
                color=look.run, ms=12, zorder=2, ghost=True, drag=(f"w{k}1", f"w{k}2"))
        fig.label(hand, lambda run, k=k: _beyond(*run.w[k], lift), names[k], **label)
    above = dict(transform=hand.transAxes, va="bottom", fontsize=SMALL + .75)
    fig.label(hand, (0, 1.02), lambda run: f"ΔΦ = {number_text(run.drift, 3, ZERO)}",
              color=look.bound, **above)
    fig.label(hand, (.33, 1.02), lambda run: f"‖∇Φ‖ = {number_text(run.slope(), 3)}",
              color=look.slope, **above)


def _beyond(x, y, lift):
    """Over the point (x, y), or under it in the lower half, where its line is not."""
    return x, y + math.copysign(lift, y)


def _draw_space(fig, space):
    look = fig.look
    fig.region(space, lambda run: run.rim.T, facecolor=look.value, alpha=.18, lw=0)
    fig.line(space, lambda run: run.product @ CIRCLE,
             color=look.bound, lw=5, solid_capstyle="butt", label="W̃₁:₃", ghost=True)
    fig.line(space, lambda run: run.rim,
             color=look.value, lw=1.8, label="W̃ after k*", ghost=True)
    for size in FILM:
        fig.line(space, lambda run, size=size: run.downstream(size) @ CIRCLE,
                 color=look.value, lw=.7, ls=DOTTED)
    fig.line(space, lambda run: _if_zero(run.product), "o", color=look.bound, ms=8, ghost=True)
    fig.line(space, lambda run: _if_zero(run.missing), "o", color=look.slope, ms=5, ghost=True)
    fig.line(space, lambda run: run.missing @ CIRCLE,
             color=look.slope, lw=2.2, ls=DASHED, label="∇l", ghost=True)
    fig.label(space, (.02, .02), lambda run: f"W̃ after k*: {run.reached} of 2 dimensions",
              color=look.value, va="bottom", transform=space.transAxes,
              bbox=dict(fc=look.paper, ec="none", alpha=.8, pad=1.5))


def _if_zero(matrix):
    """The image of the unit circle under a zero matrix."""
    return None if np.abs(matrix).max() > ZERO else ([0], [0])


def _readout(run):
    still = f"Φ and the product have {'not ' if run.drift <= ZERO else ''}moved"
    after = ("W̃₂:₃", "W̃₃")[run.k_star - 1]
    left = ("every ∇l is", "some ∇l ≠ 0 is", "only ∇l = 0 is")[run.reached]
    return (f"{still}, ‖∇Φ‖ = {number_text(run.slope(), 3)}. On the way here the columns of "
            f"{after} reach {run.reached} of 2 dimensions: {left} at right angles to them all.")


def _one_or_both(run):
    """Predict's answer at the first saddle, from this run and those with w_2 or w_3 alone."""
    if run.point != "saddle" or run.slope() == 0:
        return None
    return 1 if run.slope([2]) or run.slope([3]) else 2


def _two_parts(run):
    """||grad Phi|| = |u_2 . w_2| |e . w_3| at the first saddle, where grad l = -e v^T, |v| = 1."""
    along_u, along_e = (number_text(part, 3) for part in run.parts)
    return (f"‖∇Φ‖ is w₂'s part along u₂ times w₃'s along ∇l, "
            f"{along_u} · {along_e} = {number_text(run.slope(), 3)}: one alone gives 0.")


PREDICT = Predict(
    "You may drag w₂ and w₃ anywhere. The product W̃₁:₃ will not move, and so Φ will not either. "
    "Here ∇Φ = 0. Does it stay 0?",
    ("Yes, always", "No, moving w₂ or w₃ is enough", "No, but both have to be moved"),
    _one_or_both, why=_two_parts, todo="Drag w₂ alone, then w₃ alone, then both.")


@explorer_factory
def escape_hatch(w21=1, w22=0, w31=0, w32=0, point="saddle", predict=False):
    """Theorem 6.10 by hand: W~_k = W_k + w_k u_{k-1}^T keeps W_{1:N} and bends W_{k*+1:N}.

    Widths 2, 2, 2, 2 and l(W) = 1/2 ||W - M||^2. `point` is "saddle" (k* = 1), "second" (a saddle
    with k* = 2, where w_2 is not used), "origin" or "minimum" (grad l = 0). With `predict` a
    question comes first.

    >>> escape_hatch(w22=.8, w31=-.8, w32=.6).readout
    'Φ and the product have not moved, ‖∇Φ‖ = 0.76. On the way here the columns of W̃₂:₃
    reach 2 of 2 dimensions: only ∇l = 0 is at right angles to them all.'
    """
    grid = linear_grid("-1.5", "1.5", "0.02")
    return Explorer([Choice("point", "start", POINTS, point),
                     Slider("w21", "w₂, entry 1", grid, w21),
                     Slider("w22", "w₂, entry 2", grid, w22),
                     Slider("w31", "w₃, entry 1", grid, w31),
                     Slider("w32", "w₃, entry 2", grid, w32)],
                    compute=Hatch, draw=_draw, readout=_readout, main=("point",),
                    predict=PREDICT if predict else None, ratios=(.46, 1.75))
