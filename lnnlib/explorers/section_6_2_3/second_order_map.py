"""`second_order_map`: which points of the plane are eps-second-order stationary (Definition 6.8)."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Explorer, Handle, Preset, Slider, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .valley import BETA, EPSILONS, PLACES, RHO, WIDE, draw_levels, grad_norm, lambda_min

SMOOTH, LIPSCHITZ = Fraction(str(BETA)), Fraction(str(RHO))            # as the numbers that are meant
RHOS = (Fraction(1, 2), *(v for v in log_grid(-1, 2, 60) if Fraction(1, 2) < v < 20), 20)
ISLANDS = 4                      # the most pieces a region has


@dataclass(frozen=True)
class Map:
    """The two conditions on the valley f, and the point (x, y) that is probed."""

    eps: Fraction
    rho: Fraction
    x: Fraction
    y: Fraction

    @property
    def allowed(self):
        """The curvature that Definition 6.8 still allows, sqrt(rho eps)."""
        return math.sqrt(self.rho * self.eps)

    @cached_property
    def refused(self):
        """lambda_min < -sqrt(rho eps) where |y| is smaller than this."""
        return math.sqrt(max(0, 1 - self.allowed) / 3)

    @cached_property
    def flat(self):
        """||grad f|| <= eps, as pieces (low, high) of the y-axis."""
        eps = float(self.eps)
        roots = np.concatenate([np.roots([1, 0, -1, -eps]), np.roots([1, 0, -1, eps])])
        ends = np.unique([-WIDE, WIDE, *roots[np.abs(roots.imag) < 1e-7].real.clip(-WIDE, WIDE)])
        middle = (ends[1:] + ends[:-1]) / 2
        kept = np.abs(middle**3 - middle) <= eps
        return _merged([piece for piece, keep in zip(zip(ends[:-1], ends[1:], strict=True), kept, strict=True) if keep])

    @cached_property
    def certified(self):
        """Both conditions, as pieces of the y-axis."""
        outer = [(max(low, self.refused), high) for low, high in self.flat]
        inner = [(low, min(high, -self.refused)) for low, high in self.flat]
        pieces = [piece for piece in inner + outer if piece[0] < piece[1]]
        return self.flat if self.refused == 0 else pieces

    def outline(self, piece):
        """The points with ||grad f|| <= eps over a piece of the y-axis, as a polygon."""
        low, high = piece
        y = (low + high) / 2 - (high - low) / 2 * np.cos(np.linspace(0, np.pi, 41))
        half = np.sqrt(np.maximum(float(self.eps) ** 2 - (y**3 - y)**2, 0)).clip(0, WIDE)
        return np.column_stack([np.append(half, -half[::-1]), np.append(y, y[::-1])])

    def verdict(self, x, y):
        """Definition 6.8 at (x, y): ||grad f||^2 <= eps^2, and lambda_min >= 0 or lambda_min^2 <= rho eps.

        No roots: on rational numbers a tie, as of the saddle at eps = 1/rho, is no matter of rounding.
        """
        least = lambda_min(y)
        return x**2 + (y**3 - y) ** 2 <= self.eps**2 and (least >= 0 or least**2 <= self.rho * self.eps)


def _merged(pieces):
    """Neighbouring pieces as one."""
    merged = []
    for low, high in pieces:
        if merged and merged[-1][1] == low:
            merged[-1] = merged[-1][0], high
        else:
            merged.append((low, high))
    return merged


def _stage(fig):
    look = fig.look
    plane, side = fig.panels("Who is certified?", "How much negative curvature is allowed")
    draw_levels(plane, look)
    side.set(xscale="log", yscale="log", xlim=(.02, 4), ylim=(.15, 12), xlabel="ε")
    side.set_xticks([.02, .1, .5, 1, 4], ["0.02", "0.1", "0.5", "1", "4"])
    side.set_yticks([.2, .5, 1, BETA, 10], ["0.2", "0.5", "1", "β = 3.4", "10"])
    side.minorticks_off()
    for level in (1, BETA):
        side.axhline(level, color=look.faint, lw=1)
    note = dict(fontsize=SMALL, family=look.font, color=look.ink)
    side.text(.022, BETA * 1.05, "no |λ| is larger (|y| ≤ 1.2)", va="bottom", **note)
    actors = _plane_actors(plane, look) | {
        "allowed": side.plot([], [], color=look.bound, lw=2, label="√(ρε)")[0],
        "critical": side.plot([], [], "o", mfc=look.paper, mec=look.bound, mew=1.8, ms=8, zorder=4)[0],
        "named": [side.text(1, level * .86, words, va="top", clip_on=True, **note)
                  for level, words in ((1, "ε = 1/ρ"), (BETA, "ε = β²/ρ"))],
        "saddle": side.text(.022, 1.05, "|λ_min| at the saddle", va="bottom", **note),
        "now": side.plot([], [], "o", color=look.fault, mec=look.paper, ms=9, zorder=5, label="now")[0],
    }
    fig.key(plane, 2)
    fig.key(side, 2)
    return actors


def _plane_actors(plane, look):
    plane.plot([0], [0], "+", color=look.ink, ms=9, mew=1.4, zorder=4)
    plane.plot([0, 0], [-1, 1], "x", color=look.ink, ms=7, mew=1.4, zorder=4)
    pieces = range(ISLANDS)
    return {
        "refused": plane.fill([], [], facecolor=to_rgba(look.fault, .12), edgecolor=look.fault, ls=DOTTED, lw=1.2,
                              label="λ_min < −√(ρε)")[0],
        "flat": [plane.plot([], [], color=look.slope, lw=1.4, ls=DASHED, label="‖∇f‖ = ε" if k == 0 else None)[0] for k in pieces],
        "certified": [plane.fill([], [], facecolor=to_rgba(look.bound, .45), edgecolor=look.bound, lw=1.4,
                                 label="both conditions hold" if k == 0 else None)[0] for k in pieces],
        "probe": plane.plot([], [], "o", mfc=look.paper, mec=look.run, mew=1.8, ms=9, zorder=6, label="your point")[0],
    }


def _act(actors, found):
    if actors.changed("regions", found.eps, found.rho):
        y = found.refused
        actors.refused.set_xy(np.array([[-9, -y], [9, -y], [9, y], [-9, y]]) if y else np.empty((0, 2)))
        outlines = [found.outline(piece) for piece in found.flat]
        for k, line in enumerate(actors.flat):
            line.set_data(*(np.vstack([outlines[k], outlines[k][:1]]).T if k < len(outlines) else ([], [])))
        for k, region in enumerate(actors.certified):
            region.set_xy(found.outline(found.certified[k]) if k < len(found.certified) else np.empty((0, 2)))
        eps, rho = np.array([.01, 9]), float(found.rho)
        actors.allowed.set_data(eps, np.sqrt(rho * eps))
        actors.now.set_data([float(found.eps)], [found.allowed])
        crossings = 1 / rho, BETA**2 / rho
        actors.critical.set_data(crossings, [1, BETA])
        for words, at in zip(actors.named, crossings, strict=True):
            words.set_x(1.08 * at)
        at, side = (.022, "left") if crossings[0] > .3 else (3.8, "right")      # where the line does not pass
        actors.saddle.set(x=at, ha=side)
    actors.probe.set_data([float(found.x)], [float(found.y)])


def _readout(found):
    """The saddle's verdict, the probed point's verdict, and what rho means."""
    allowed = number_text(-found.allowed)
    if found.verdict(0, 0):
        saddle = f"The saddle itself is ε-second-order stationary: λ_min = -1 ≥ −√(ρε) = {allowed}"
    else:
        saddle = f"The saddle is refused: λ_min = -1 < −√(ρε) = {allowed}"
    if found.rho * found.eps >= SMOOTH**2:
        saddle += ", and no β-smooth function has an eigenvalue below that"
    x, y = float(found.x), float(found.y)
    said = "is" if found.verdict(found.x, found.y) else "is not"
    slope = number_text(round(grad_norm(x, y), 12))
    probed = (f"Your point ({number_text(x)}, {number_text(y)}) has ‖∇f‖ = {slope} and "
              f"λ_min = {number_text(lambda_min(y))}, so it {said} for ε = {number_text(float(found.eps))}")
    small = "" if found.rho >= LIPSCHITZ else f" For |y| ≤ 1.2 the Hessian needs ρ ≥ {number_text(RHO)}: yours is too small."
    return f"{saddle}. {probed}.{small}"


PRESETS = (
    Preset("ε = 1/ρ", dict(eps=Fraction(5, 36), rho=Fraction(36, 5), x=0, y=0),
           "From here on the saddle of the valley is certified"),
    Preset("ε = β²/ρ", dict(eps=Fraction(289, 180), rho=Fraction(36, 5), x=0, y=0),
           "From here on no β-smooth function is refused by the second condition"),
    Preset("Islands meet", dict(eps=Fraction("0.385"), rho=Fraction(1), x=0, y=Fraction(29, 50)),
           "Beyond ε = 2/√27 = 0.3849 a path leads from saddle to minimum through small gradients"),
)


def second_order_map(eps=Fraction(1, 10), rho=Fraction(36, 5), x=0, y=0):
    """Which points of the plane are eps-second-order stationary for f = x^2/2 - y^2/2 + y^4/4; (x, y) is a point to probe.

    ||grad f|| <= eps and lambda_min >= -sqrt(rho eps), Definition 6.8. The Hessian diag(1, 3 y^2 - 1) is 36/5-Lipschitz and
    f is 17/5-smooth where |y| <= 6/5.

    >>> second_order_map(eps=1, rho=2).readout
    'The saddle itself is ε-second-order stationary: λ_min = -1 ≥ −√(ρε) = -1.414. Your point (0, 0) has ‖∇f‖ = 0 and
    λ_min = -1, so it is for ε = 1. For |y| ≤ 1.2 the Hessian needs ρ ≥ 7.2: yours is too small.'
    """
    return Explorer(
        [Slider("eps", "ε", EPSILONS, eps, exact=True), Slider("rho", "ρ", RHOS, rho, {"7.2": Fraction(36, 5)}, exact=True),
         Slider("x", "x", PLACES, x, exact=True), Slider("y", "y", PLACES, y, exact=True)],
        compute=Map, stage=_stage, act=_act, readout=_readout, presets=PRESETS, handles=(Handle("probe", "x", "y"),),
        ghosts=("flat",), ratios=(.5, 1.75))
