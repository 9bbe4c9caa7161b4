"""`escape_hatch`: the perturbation of Theorem 6.10's proof, which keeps the product and wakes the gradient."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np

from ...live import Choice, Explorer, Handle, Predict, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...proofs import kernel_perturbation

ZERO = 1e-12                                   # what is at most this is 0 up to rounding
FILM = (.25, .5, .75)                          # so far out on the way to w the opening figure is drawn as well
CIRCLE = np.array([np.cos(np.linspace(0, 2 * np.pi, 49)), np.sin(np.linspace(0, 2 * np.pi, 49))])
POINTS = {"a saddle, k* = 1": "saddle", "a saddle, k* = 2": "second", "the origin, k* = 1": "origin",
          "a global minimum, k* = 1": "minimum"}


def _rotation(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


@lru_cache
def _scene(point):
    """The net of 1/2 ||W - M||^2 with widths 2, 2, 2, 2, a stationary point w of it, and the proof's construction there."""
    R, S = _rotation(35), _rotation(-20)
    kept, cut = np.diag([1.2, 0]), np.diag([1.2, 1])
    net = LinearNetwork(SquaredLoss(R @ np.diag([1.2**3, 0 if point == "minimum" else 1]) @ S.T), hidden=(2, 2))
    layers = {"origin": [0 * kept] * 3, "second": [cut, kept, kept]}.get(point, [kept] * 3)
    w = net.join([layers[0] @ S.T, layers[1], R @ layers[2]])
    return net, w, kernel_perturbation(net, w)


@dataclass(frozen=True)
class Hatch:
    """W~_k = W_k + w_k u_{k-1}^T for k > k*, with w_2 = (w21, w22) and w_3 = (w31, w32), and what becomes of Phi there."""

    w21: float
    w22: float
    w31: float
    w32: float
    point: str

    @property
    def net(self):
        return _scene(self.point)[0]

    @property
    def start(self):
        return _scene(self.point)[1]

    @property
    def k_star(self):
        return _scene(self.point)[2].k_star

    def moved(self, size=1.0, parts=(2, 3)):
        """The weights W~ for size * w_k, only for the k in `parts`. Each u_k counts with its largest entry positive."""
        kernel = _scene(self.point)[2]
        w = {2: np.array([self.w21, self.w22]), 3: np.array([self.w31, self.w32])}
        signs = {k: np.sign(u[np.abs(u).argmax()]) for k, u in kernel.u.items()}
        return kernel.perturbed({k: size * signs[k - 1] * w[k] for k in parts if k > self.k_star})

    def downstream(self, size=1.0):
        """W~_{k*+1:N}."""
        return self.net.product(self.moved(size), self.k_star + 1)

    @cached_property
    def product(self):
        return self.net.product(self.moved())

    @cached_property
    def missing(self):
        """-grad l(W_{1:N}), which is M - W_{1:N} for this loss."""
        return -self.net.loss.grad(self.product)

    @cached_property
    def drift(self):
        """How far Phi and the product have come: both 0, says the proof."""
        product = self.net.product(self.start)
        return max(abs(float(self.net(self.moved()) - self.net(self.start))), np.abs(self.product - product).max())

    def slope(self, parts=(2, 3)):
        """||grad Phi|| at W~."""
        size = np.linalg.norm(self.net.grad(self.moved(parts=parts)))
        return float(size) if size > ZERO else 0.

    @cached_property
    def reached(self):
        """The dimension of the space that all columns of W~_{k*+1:N} between W and W~ span."""
        columns = np.hstack([self.downstream(size) for size in (0, .5, 1)])
        return int(np.linalg.matrix_rank(columns, tol=1e-9))


def _stage(fig, point):
    look = fig.look
    hand, space = fig.panels("Drag w₂ and w₃", "Images of the unit circle in R²", shares=[1, 1.25] if fig.wide else [1.3, 1])
    meter = fig.split(hand, .17, 58 if fig.wide else 52)
    hand.set(xlim=(-1.9, 1.9), ylim=(-1.9, 1.9), aspect="equal", xlabel="first entry", ylabel="second entry")
    hand.set_xticks(range(-1, 2))
    hand.set_yticks(range(-1, 2))
    space.set(xlim=(-1.9, 1.9), ylim=(-1.9, 1.9), aspect="equal")
    for ax in (hand, space):
        ax.grid(True, color=look.faint, lw=.5)
        ax.plot(0, 0, "+", color=look.ink, ms=8, mew=1)
    meter.set(xlim=(1e-17, 100), xscale="log", ylim=(-.6, 1.6))
    meter.set_xticks([1e-16, 1e-12, 1e-8, 1e-4, 1], ["0", "10⁻¹²", "10⁻⁸", "10⁻⁴", "1"])
    meter.minorticks_off()
    meter.set_yticks([1, 0], ["|ΔΦ|", "‖∇Φ‖"])
    meter.grid(True, axis="x", color=look.faint, lw=.5)
    actors = _hand_actors(hand, look) | _space_actors(space, look) | {
        "still": meter.plot([], [], "s", color=look.bound, ms=8)[0],
        "awake": meter.plot([], [], "o", color=look.slope, ms=9)[0],
    }
    fig.key(space, 3)
    return actors


def _hand_actors(ax, look):
    label = dict(color=look.run, family=look.font, fontsize=SMALL + .75, ha="center", va="center", clip_on=True)
    return {
        "arm2": ax.plot([], [], color=look.run, lw=1.6)[0],
        "arm3": ax.plot([], [], color=look.run, lw=1.6, ls=DASHED)[0],
        "w2": ax.plot([], [], "s", color=look.run, mec=look.paper, ms=12)[0],
        "w3": ax.plot([], [], "o", color=look.run, mec=look.paper, ms=12)[0],
        "name2": ax.text(0, 0, "", **label),
        "name3": ax.text(0, 0, "w₃", **label),
    }


def _space_actors(ax, look):
    return {
        "down": ax.fill([], [], facecolor=look.value, alpha=.18, lw=0)[0],
        "whole": ax.plot([], [], color=look.bound, lw=5, solid_capstyle="butt", label="W̃₁:N")[0],
        "rim": ax.plot([], [], color=look.value, lw=1.8, label="W̃ after layer k*")[0],
        "film": [ax.plot([], [], color=look.value, lw=.7, ls=DOTTED)[0] for _ in FILM],
        "nothing": ax.plot([], [], "o", color=look.bound, ms=8)[0],
        "flat": ax.plot([], [], "o", color=look.slope, ms=5)[0],
        "need": ax.plot([], [], color=look.slope, lw=2.2, ls=DASHED, label="∇l")[0],
        "said": ax.text(.02, .02, "", color=look.value, family=look.font, fontsize=SMALL, va="bottom", transform=ax.transAxes),
    }


def _act(actors, run):
    for arm, end, name, (x, y) in ((actors.arm2, actors.w2, actors.name2, (run.w21, run.w22)),
                                   (actors.arm3, actors.w3, actors.name3, (run.w31, run.w32))):
        arm.set_data([0, x], [0, y])
        end.set_data([x], [y])
        name.set_position((np.clip(x, -1.3, 1.3), y + .25))
    rim = run.downstream() @ CIRCLE
    actors.down.set_xy(rim.T)
    actors.rim.set_data(*rim)
    for line, size in zip(actors.film, FILM, strict=True):
        line.set_data(*run.downstream(size) @ CIRCLE)
    actors.need.set_data(*run.missing @ CIRCLE)
    actors.whole.set_data(*run.product @ CIRCLE)
    for spot, matrix in ((actors.nothing, run.product), (actors.flat, run.missing)):
        spot.set_data(([], []) if np.abs(matrix).max() > ZERO else ([0], [0]))          # the image of a zero matrix
    actors.name2.set_text("w₂" if run.k_star == 1 else "w₂, not used")
    actors.said.set_text(f"its columns reach {run.reached} of 2 dimensions")
    actors.still.set_data([1e-16 if run.drift <= ZERO else run.drift], [1])
    actors.awake.set_data([max(run.slope(), 1e-16)], [0])


def _readout(run):
    still = f"Φ and the product have {'not ' if run.drift <= ZERO else ''}moved"
    slope = f"‖∇Φ‖ = {number_text(run.slope(), 3)}"
    unseen = {0: "every ∇l passes", 1: "a ∇l at right angles to that line passes", 2: "no ∇l but 0 passes"}[run.reached]
    return f"{still}, {slope}. The columns after layer k* = {run.k_star} reach {run.reached} of 2 dimensions: {unseen} unseen."


def _one_or_both(run):
    """Predict's answer at the first saddle: what wakes the gradient, read off this run and those with w_2 or w_3 alone."""
    if run.point != "saddle" or run.slope() == 0:
        return None
    return 1 if run.slope([2]) or run.slope([3]) else 2


PREDICT = Predict(
    "You may drag w₂ and w₃ anywhere. The product W̃₁:₃ will not move, and so Φ will not either. "
    "Here ∇Φ = 0. Does it stay 0?",
    ("Yes, always: Φ stays the same", "No, moving w₂ alone or w₃ alone is enough to make ∇Φ ≠ 0",
     "No, but both have to be moved"),
    _one_or_both)

PRESETS = (
    Preset("Both open", dict(w21=Fraction(2, 5), w22=Fraction(4, 5), w31=Fraction(-4, 5), w32=Fraction(3, 5), point="saddle"),
           "Both w_k leave their dead lines: the gradient wakes"),
    Preset("At the origin", dict(w21=Fraction(2, 5), w22=Fraction(4, 5), w31=Fraction(-4, 5), w32=Fraction(3, 5), point="origin"),
           "One pair of vectors reaches one dimension; others reach the rest"),
    Preset("Global minimum", dict(w21=Fraction(2, 5), w22=Fraction(4, 5), w31=Fraction(-4, 5), w32=Fraction(3, 5), point="minimum"),
           "∇l = 0: nothing wakes, whatever you drag"),
)


def escape_hatch(w21=1, w22=0, w31=0, w32=0, point="saddle", predict=False):
    """The proof of Theorem 6.10 by hand: W~_k = W_k + w_k u_{k-1}^T leaves W_{1:N} where it is, and bends W_{k*+1:N}.

    Widths 2, 2, 2, 2 and l(W) = 1/2 ||W - M||^2. `point` is "saddle" (k* = 1), "second" (a saddle with k* = 2, where w_2 is
    not used), "origin" or "minimum" (grad l = 0). With `predict` a question comes first.

    >>> escape_hatch(w22=.8, w31=-.8, w32=.6).readout
    'Φ and the product have not moved, ‖∇Φ‖ = 0.76.
    The columns after layer k* = 1 reach 2 of 2 dimensions: no ∇l but 0 passes unseen.'
    """
    grid = linear_grid("-1.5", "1.5", "0.02")
    return Explorer(
        [Slider("w21", "w₂, entry 1", grid, w21, {"0": 0}), Slider("w22", "w₂, entry 2", grid, w22, {"0": 0}),
         Slider("w31", "w₃, entry 1", grid, w31, {"0": 0}), Slider("w32", "w₃, entry 2", grid, w32, {"0": 0}),
         Choice("point", "start", POINTS, point)],
        compute=Hatch, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        handles=(Handle("w2", "w21", "w22"), Handle("w3", "w31", "w32")), ghosts=("arm2", "arm3", "rim"), ratios=(.5, 2.15))
