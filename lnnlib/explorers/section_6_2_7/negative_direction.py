"""`negative_direction`: the direction that Theorem 6.11 constructs, and how far down it curves."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from matplotlib.ticker import MaxNLocator

from ...live import Choice, Explorer, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from ...proofs import negative_direction as construct
from .points import POINTS, point

FARTHEST = 2                                   # |alpha|
ALPHA = np.linspace(-FARTHEST, FARTHEST, 81)
WALK = np.linspace(-.8, .8, 65)                # signed lengths along the unit direction


@dataclass(frozen=True)
class Bend:
    """The direction (alpha Delta_1, Delta_2) at a stationary point, alpha at its other half where d_1 < d_2."""

    alpha: float
    point: str
    pair: str

    @cached_property
    def net(self):
        return point(self.point)[0]

    @cached_property
    def w(self):
        return point(self.point)[1]

    @cached_property
    def built(self):
        return construct(self.net, self.w, singular=self.pair == "singular")

    def direction(self, alpha):
        """One direction for every alpha, shape (..., dim): the theorem's, with its alpha replaced."""
        parts, scaled = self.net.split(self.built.direction.copy()), 0 if self.net.dims[1] >= self.net.dims[2] else 1
        parts[scaled] /= self.built.alpha
        sign = np.sign(self.net.join(parts) @ np.arange(1, self.net.dim + 1))      # v and -v serve alike: always draw the same
        factors = [sign * np.ones_like(alpha), sign * np.ones_like(alpha)]
        factors[scaled] = sign * alpha
        return self.net.join([np.multiply.outer(factor, part) for factor, part in zip(factors, parts, strict=True)])

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
    def walk(self):
        """Phi at w + s D/||D||, for the lengths s of WALK."""
        D = self.direction(np.array(self.alpha))
        return self.net(self.w + np.multiply.outer(WALK, D / np.linalg.norm(D)))

    @cached_property
    def parabola(self):
        return self.net(self.w) + self.per_length(self.alpha) / 2 * WALK**2

    @cached_property
    def lambda_min(self):
        return float(np.linalg.eigvalsh(self.net.hess(self.w))[0])


def _stage(fig, point, pair):
    look, run = fig.look, Bend(0, point, pair)
    form, walk = fig.panels("Curvature of Φ along (Δ₁, Δ₂)", "Φ on a walk along (Δ₁, Δ₂)")
    unit = fig.split(form, .47)
    most = abs(run.built.q) + 2 * FARTHEST * abs(run.built.c)
    form.set(xlim=(-1.06 * FARTHEST, 1.06 * FARTHEST), ylim=(-1.08 * most, 1.08 * most), ylabel="form")
    per_length = run.per_length(ALPHA)
    low, high = run.lambda_min, per_length.max()
    unit.set(xlim=(-1.06 * FARTHEST, 1.06 * FARTHEST), ylim=(low - .3 * (high - low), high + .12 * (high - low)),
             xlabel="α", ylabel="form / ‖Δ‖²")
    half, value = np.abs(np.append(per_length, low)).max() / 2 * WALK[-1] ** 2, float(run.net(run.w))
    walk.set(xlim=(WALK[0], WALK[-1]), ylim=(value - 1.3 * half, value + 1.3 * half),
             xlabel="distance from the stationary point", ylabel="Φ")
    form.tick_params(labelbottom=False)
    for ax in (form, unit, walk):
        ax.yaxis.set_major_locator(MaxNLocator(6 if ax is walk else 5, steps=[1, 2, 5, 10]))
    for ax in (form, unit):
        ax.axhline(0, color=look.ink, lw=.8)
        ax.grid(True, axis="x", color=look.faint, lw=.6)
    walk.axhline(value, color=look.faint, lw=1)
    few = ALPHA[::10]
    form.plot(ALPHA, run.formula(ALPHA), color=look.bound, lw=1.8, ls=DASHED, label="q + 2αc")
    form.plot(few, run.measured(few), "o", color=look.run, ms=4.5, mew=0, label="measured ∇²Φ[Δ, Δ]")
    form.axhline(-1, color=look.slope, lw=1, ls=DOTTED, label="-1")
    unit.plot(ALPHA, per_length, color=look.run, lw=1.6)
    unit.axhline(low, color=look.value, lw=1.8)
    unit.axhline(run.built.lambda_min_bound, color=look.bound, lw=1.8, ls=DASHED)
    now = dict(ls="", marker="o", color=look.fault, mec=look.paper, ms=9, zorder=5)
    actors = {
        "form": form.plot([], [], **now)[0],
        "unit": unit.plot([], [], **now)[0],
        "here": [ax.axvline(0, color=look.fault, lw=1) for ax in (form, unit)],
        "walk": walk.plot([], [], color=look.run, lw=2, label="Φ")[0],
        "parabola": walk.plot([], [], color=look.value, lw=1.6, ls=DASHED, label="½ · curvature · distance²")[0],
    }
    walk.plot(0, value, "+", color=look.ink, ms=10, mew=1.6)
    fig.key(form, 3)
    fig.key(walk, 2)
    unit.text(.015, .04, "solid: λ_min, dashed: bound", transform=unit.transAxes, color=look.ink, fontsize=SMALL, family=look.font)
    return actors


def _act(actors, run):
    actors.form.set_data([run.alpha], [run.measured(run.alpha)])
    actors.unit.set_data([run.alpha], [run.per_length(run.alpha)])
    for line in actors.here:
        line.set_xdata([run.alpha] * 2)
    actors.walk.set_data(WALK, run.walk)
    actors.parabola.set_data(WALK, run.parabola)


def _readout(run):
    built, form = run.built, float(run.measured(run.alpha))
    bends = "down" if form < -1e-9 else "up" if form > 1e-9 else "neither way"
    return (f"With α = {number_text(run.alpha)} the Hessian form is {number_text(form)}: q + 2αc with q = {number_text(built.q)} "
            f"and c = {number_text(built.c)}, so Φ curves {bends}. Per unit length it is {number_text(run.per_length(run.alpha))}; "
            f"the bound is {number_text(built.lambda_min_bound)}, the true λ_min {number_text(run.lambda_min)}: a strict saddle.")


PRESETS = (
    Preset("A form of -1", dict(alpha=Fraction(1, 2), point="origin", pair="entry"), "α = -(q + 1)/(2c): the theorem's choice"),
    Preset("α of the other sign", dict(alpha=Fraction(-1, 2), point="origin", pair="entry"),
           "The form is +1: a true saddle, no local maximum"),
    Preset("The bound is attained", dict(alpha=-1, point="origin", pair="singular"),
           "At the origin, with the top singular pair, the bound is λ_min itself"),
    Preset("The transposed construction", dict(alpha=Fraction(-8, 5), point="wide out", pair="entry"),
           "d₁ < d₂: here W₂ has no kernel, so v is taken from Ker W₁ᵀ"),
)


def negative_direction(alpha=1, point="sheared", pair="entry"):
    """The Hessian form q + 2 alpha c along Theorem 6.11's direction, the bound on lambda_min, and Phi along the direction.

    `point` is a stationary point of depth 2; `pair` is "entry" (e_i, e_j of the largest |entry| of grad l, as in the
    lecture) or "singular" (its top singular pair: the largest |c|). Lecture 6.2.7, Theorem 6.11.

    >>> negative_direction().readout
    'With α = 1 the Hessian form is -0.6975: q + 2αc with q = 0.862 and c = -0.7798, so Φ curves down. Per unit length it is
    -0.3488; the bound is -0.46, the true λ_min -0.6738: a strict saddle.'
    """
    return Explorer(
        [Slider("alpha", "α", linear_grid(-FARTHEST, FARTHEST, "0.02"), alpha),
         Choice("point", "stationary point", POINTS, point),
         Choice("pair", "eᵢ, eⱼ from", {"the largest entry of ∇l": "entry", "its top singular pair": "singular"}, pair)],
        compute=Bend, stage=_stage, act=_act, readout=_readout, presets=PRESETS, ghosts=("walk",), ratios=(.5, 1.6))
