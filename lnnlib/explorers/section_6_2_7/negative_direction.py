"""`negative_direction`: the direction that Theorem 6.11 constructs, and how far down it curves."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from matplotlib.ticker import MaxNLocator

from ...live import Choice, Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import linear_grid, number_text
from ...losses import LogisticLoss, SquaredLoss
from ...networks import LinearNetwork
from ...proofs import negative_direction as construct

FARTHEST = 2                                   # |alpha|
ALPHA = np.linspace(-FARTHEST, FARTHEST, 81)
WALK = np.linspace(-.8, .8, 65)                # signed lengths along the unit direction

# ---- stationary points of depth 2 that are no global minima
TARGET = np.array([[1, .4, -.2], [-.3, .8, .5], [.2, -.6, .7]])
POINTS = {
    "the origin, widths (2, 2, 2)": "origin", "one mode, balanced": "balanced",
    "one mode, not balanced": "sheared", "widths (3, 2, 2): v in Ker W₂": "wide in",
    "widths (2, 2, 3): v in Ker W₁ᵀ": "wide out", "the origin, logistic loss": "logistic"}
PAIRS = {"the largest entry of ∇l": "entry", "its top singular pair": "singular"}


def _origin(loss):
    """Hidden width 2, all weights 0."""
    net = LinearNetwork(loss, (2,))
    return net, net.zeros()


def _one_mode(rows, columns, shear):
    """Widths (columns, 2, rows), the first mode of the target kept: A W_1 and W_2 A^{-1}."""
    net = LinearNetwork(SquaredLoss(TARGET[:rows, :columns]), (2,))
    U, s, Vt = np.linalg.svd(net.loss.target)
    W_1, W_2 = net.split(net.balanced(s[0] * np.outer(U[:, 0], Vt[0])))
    A = np.array([[1, shear], [shear, 1]])
    return net, net.join([A @ W_1, W_2 @ np.linalg.inv(A)])


def _without_kernel():
    """Widths (2, 2, 3), W_2 of full rank: W_2 + x n^T with W_1^T n = 0 and x^T grad l = 0."""
    net, w = _one_mode(3, 2, shear=.4)
    W_1, W_2 = net.split(w)
    x, n = np.linalg.svd(net.loss.target)[0][:, -1], np.linalg.svd(W_1)[0][:, -1]
    return net, net.join([W_1, W_2 + np.outer(x, n) / 2])


PLACES = {                                     # the network and the point
    "origin": _origin(SquaredLoss(TARGET[:2, :2])),
    "balanced": _one_mode(2, 2, shear=0),
    "sheared": _one_mode(2, 2, shear=.5),
    "wide in": _one_mode(2, 3, shear=.4),
    "wide out": _without_kernel(),
    "logistic": _origin(LogisticLoss([[3, -2, 1, -3], [1, 2, -2, 1]], [1, 1, -1, -1])),
}


@dataclass(frozen=True)
class Bend:
    """(alpha Delta_1, Delta_2) at a stationary point; where d_1 < d_2, (Delta_1, alpha Delta_2)."""

    alpha: float
    point: str
    pair: str

    @property
    def net(self):
        return PLACES[self.point][0]

    @property
    def w(self):
        return PLACES[self.point][1]

    @cached_property
    def built(self):
        return construct(self.net, self.w, singular=self.pair == "singular")

    def direction(self, alpha):
        """One direction for every alpha, shape (..., dim): the theorem's with that alpha."""
        d_0, d_1, d_2 = self.net.dims
        first = np.arange(self.net.dim) < d_0 * d_1         # the entries of Delta_1
        scaled = first if d_1 >= d_2 else ~first
        D = np.where(scaled, self.built.direction / self.built.alpha, self.built.direction)
        sign = np.sign(D @ np.arange(1, len(D) + 1))        # v and -v serve alike: fix one of them
        return sign * np.where(scaled, np.multiply.outer(alpha, D), D)

    def measured(self, alpha):
        """The Hessian form along the direction, as the network computes it."""
        D = self.direction(np.asarray(alpha, dtype=float))
        return self.net.hess_form(self.w, D, D)

    def formula(self, alpha):
        """q + 2 alpha c, v being a unit vector."""
        return self.built.q + 2 * np.asarray(alpha) * self.built.c

    def per_length(self, alpha):
        """The form divided by the squared length alpha^2 + 1 of the direction."""
        return self.formula(alpha) / (np.asarray(alpha) ** 2 + 1)

    @cached_property
    def form(self):
        return float(self.measured(self.alpha))

    @property
    def value(self):
        """Phi at the stationary point."""
        return float(self.net(self.w))

    @cached_property
    def walk(self):
        """Phi at w + s D/||D||, for the lengths s of WALK."""
        D = self.direction(np.array(self.alpha))
        return self.net(self.w + np.multiply.outer(WALK, D / np.linalg.norm(D)))

    @property
    def parabola(self):
        return self.value + self.per_length(self.alpha) / 2 * WALK**2

    @cached_property
    def lambda_min(self):
        return float(np.linalg.eigvalsh(self.net.hess(self.w))[0])


def _draw(fig, point, pair):
    form, walk = fig.panels("Curvature of Φ along (Δ₁, Δ₂)", "Φ on a walk along (Δ₁, Δ₂)")
    unit = fig.split(form, .47)
    still, both = Bend(0, point, pair), [Bend(0, point, pair) for pair in PAIRS.values()]
    _draw_form(fig, form, unit, still)
    _draw_walk(fig, walk, still)
    _set_limits(form, unit, walk, both)
    for ax in (form, unit, walk):
        ax.yaxis.set_major_locator(
            MaxNLocator(3 if fig.low and ax is not walk else 5, steps=[1, 2, 2.5, 5, 10]))
    fig.key(form, 3)
    fig.key(walk, 2)


def _set_limits(form, unit, walk, both):
    """The same axes for both pairs: a pinned run of the other one is seen in the same units."""
    most = max(abs(one.built.q) + 2 * FARTHEST * abs(one.built.c) for one in both)
    per_length = np.concatenate([one.per_length(ALPHA) for one in both])
    low, value = both[0].lambda_min, both[0].value
    room = per_length.max() - low
    form.set(ylim=(-1.08 * most, 1.08 * most))
    unit.set(ylim=(low - .3 * room, low + 1.12 * room))
    steepest = max(abs(low), *abs(per_length))
    room = 1.3 * steepest / 2 * WALK[-1] ** 2
    walk.set(ylim=(value - room, value + room))


def _draw_form(fig, form, unit, still):
    """Above the form, below what is left of it per unit length."""
    look, few = fig.look, ALPHA[::10]
    low = still.lambda_min
    for ax in (form, unit):
        ax.set(xlim=(-1.06 * FARTHEST, 1.06 * FARTHEST))
        ax.axhline(0, color=look.ink, lw=.8)
        ax.grid(True, axis="x", color=look.faint, lw=.6)
        fig.vline(ax, lambda run: run.alpha, color=look.fault, lw=1, ghost=True)
    form.set_ylabel("form")
    form.tick_params(labelbottom=False)
    form.plot(ALPHA, still.formula(ALPHA), color=look.bound, lw=1.8, ls=DASHED, label="q + 2αc")
    form.plot(
        few, still.measured(few), "o", color=look.run, ms=4.5, mew=0, label="measured")
    form.axhline(-1, color=look.slope, lw=1, ls=DOTTED, label="−1")
    fig.dot(form, lambda run: (run.alpha, run.form), color=look.fault, ms=9, ghost=True)
    unit.set(xlabel="α", ylabel="form / ‖Δ‖²")
    unit.plot(ALPHA, still.per_length(ALPHA), color=look.run, lw=1.6)
    unit.axhline(low, color=look.value, lw=1.8)
    unit.axhline(still.built.lambda_min_bound, color=look.bound, lw=1.8, ls=DASHED)
    higher = 1 if still.built.c > 0 else -1                      # the end at which there is room
    text = dict(fontsize=SMALL, family=look.font, textcoords="offset points",
                ha="right" if higher > 0 else "left")
    unit.annotate("λₘᵢₙ", (1.95 * higher, low), (0, -3), va="top", color=look.value, **text)
    unit.annotate("bound", (1.95 * higher, still.built.lambda_min_bound), (0, 2),
                  color=look.bound, **text)
    fig.dot(unit, lambda run: (run.alpha, run.per_length(run.alpha)), color=look.fault, ms=9,
            ghost=True)


def _draw_walk(fig, ax, still):
    look = fig.look
    ax.set(xlim=(WALK[0], WALK[-1]), xticks=[-.8, -.4, 0, .4, .8])
    ax.set(xlabel="distance from the stationary point", ylabel="Φ")
    ax.axhline(still.value, color=look.faint, lw=1)
    ax.plot(0, still.value, "+", color=look.ink, ms=10, mew=1.6)
    fig.line(ax, lambda run: (WALK, run.walk), color=look.run, lw=2, label="Φ", ghost=True)
    fig.line(ax, lambda run: (WALK, run.parabola),
             color=look.value, lw=1.6, ls=DASHED, label="½ · curvature · distance²", ghost=True)


def _readout(run):
    built, text = run.built, number_text
    bends = "down" if run.form < -1e-9 else "up" if run.form > 1e-9 else "neither way"
    return (f"With α = {text(run.alpha)} the Hessian form is {text(run.form)}: q + 2αc with "
            f"q = {text(built.q)} and c = {text(built.c)}, so Φ curves {bends}. "
            f"Per unit length it is {text(run.per_length(run.alpha))}; "
            f"the bound is {text(built.lambda_min_bound)}, "
            f"the true λₘᵢₙ is {text(run.lambda_min)}: a strict saddle.")


PRESETS = (
    Preset("A form of −1", "α = −(q + 1)/(2c): the theorem's choice", alpha=.5, point="origin"),
    Preset("The other sign", "The form is +1: a true saddle, no local maximum",
           alpha=-.5, point="origin"),
    Preset("Bound attained",
           "At the origin, with the top singular pair, the bound is λₘᵢₙ itself",
           alpha=-1, point="origin", pair="singular"),
    Preset("Transposed",
           "d₁ < d₂: here W₂ has no kernel, so v is taken from Ker W₁ᵀ",
           alpha=-1.6, point="wide out"),
)


@explorer_factory
def negative_direction(alpha=1, point="sheared", pair="entry"):
    """The Hessian form q + 2 alpha c along Theorem 6.11's direction, and Phi along it.

    Beside them stands the theorem's bound on lambda_min. `point` is a stationary point of depth 2;
    `pair` is "entry" (e_i, e_j of the largest |entry| of grad l, as in the lecture) or "singular"
    (its top singular pair: the largest |c|). Lecture 6.2.7, Theorem 6.11.

    >>> negative_direction().readout
    'With α = 1 the Hessian form is −0.6975: q + 2αc with q = 0.862 and c = −0.7798, so Φ curves
    down. Per unit length it is −0.3488; the bound is −0.46, the true λₘᵢₙ is −0.6738: a strict
    saddle.'
    """
    return Explorer([Slider("alpha", "α", linear_grid(-FARTHEST, FARTHEST, "0.02"), alpha),
                     Choice("point", "point", POINTS, point),
                     Choice("pair", "eᵢ, eⱼ from", PAIRS, pair)],
                    compute=Bend, draw=_draw, readout=_readout, presets=PRESETS,
                    unpinned_by=("point",), ratios=(.5, 1.6))
