"""`second_order_map`: which points of the plane are eps-second-order stationary."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Explorer, Preset, Slider, log_grid, number_text, presets_from_defaults
from ...live.look import DASHED, DOTTED, SMALL
from .saddle_valley import (
    BETA,
    EPSILONS,
    LIPSCHITZ,
    PLACES,
    RHO,
    SMOOTH,
    WIDE,
    draw_levels,
    grad_norm,
    lambda_min,
)

RHOS = (Fraction(1, 2), *(v for v in log_grid(-1, 2, 60) if Fraction(1, 2) < v < 20), 20)
ISLANDS = 4                      # the most pieces a region has


@dataclass(frozen=True)
class TwoConditions:
    """The two conditions of Definition 6.8 on the valley f, and the point (x, y) that is probed."""

    eps: Fraction
    rho: Fraction
    x: Fraction
    y: Fraction

    @property
    def allowed(self):
        """The curvature that Definition 6.8 still allows, sqrt(rho eps)."""
        return math.sqrt(self.rho * self.eps)

    @property
    def critical(self):
        """The eps at which the allowed curvature is that of the saddle, and beta."""
        return 1 / float(self.rho), BETA**2 / float(self.rho)

    @cached_property
    def refused(self):
        """lambda_min < -sqrt(rho eps) where |y| is smaller than this."""
        return math.sqrt(max(0, 1 - self.allowed) / 3)

    @cached_property
    def flat(self):
        """||grad f|| <= eps on the y-axis, |y^3 - y| <= eps, as pieces (low, high) of it."""
        eps = float(self.eps)
        roots = np.concatenate([np.roots([1, 0, -1, -eps]), np.roots([1, 0, -1, eps])])
        ends = np.unique([-WIDE, WIDE, *roots[np.abs(roots.imag) < 1e-7].real.clip(-WIDE, WIDE)])
        pieces = []
        for low, high in zip(ends[:-1], ends[1:], strict=True):
            middle = (low + high) / 2
            if abs(middle**3 - middle) > eps:
                continue
            if pieces and pieces[-1][1] == low:                 # neighbours are one piece
                low = pieces.pop()[0]
            pieces.append((low, high))
        return pieces

    @cached_property
    def certified(self):
        """Both conditions, as pieces of the y-axis."""
        if self.refused == 0:
            return self.flat
        below = [(low, min(high, -self.refused)) for low, high in self.flat]
        above = [(max(low, self.refused), high) for low, high in self.flat]
        return [(low, high) for low, high in below + above if low < high]

    def outline(self, pieces, k):
        """The points with ||grad f|| <= eps over piece k of the y-axis: a closed line, (n, 2)."""
        if k >= len(pieces):
            return np.empty((0, 2))
        low, high = pieces[k]
        y = (low + high) / 2 - (high - low) / 2 * np.cos(np.linspace(0, np.pi, 41))
        half = np.sqrt(np.maximum(float(self.eps) ** 2 - (y**3 - y)**2, 0)).clip(0, WIDE)
        return np.column_stack([[*half, *-half[::-1], half[0]], [*y, *y[::-1], y[0]]])

    def verdict(self, x, y):
        """Both conditions at (x, y), without roots: rational numbers decide a tie exactly."""
        least = lambda_min(y)
        flat = x**2 + (y**3 - y) ** 2 <= self.eps**2
        return flat and (least >= 0 or least**2 <= self.rho * self.eps)


def _draw(fig):
    plane, side = fig.panels("Who is certified?", "How much negative curvature is allowed")
    _draw_plane(fig, plane)
    _draw_side(fig, side)


def _draw_plane(fig, plane):
    look, once = fig.look, dict(when=("eps", "rho"))
    draw_levels(plane, look)
    plane.plot([0], [0], "+", color=look.ink, ms=9, mew=1.4, zorder=4)
    plane.plot([0, 0], [-1, 1], "x", color=look.ink, ms=7, mew=1.4, zorder=4)
    band = np.array([[-9, -1], [9, -1], [9, 1], [-9, 1]])
    fig.region(plane, lambda run: band * [1, run.refused] if run.refused else None,
               facecolor=to_rgba(look.fault, .12), edgecolor=look.fault, ls=DOTTED, lw=1.2,
               label="λ_min < −√(ρε)", **once)
    for k in range(ISLANDS):
        fig.line(plane, lambda run, k=k: run.outline(run.flat, k).T,
                 color=look.slope, lw=1.4, ls=DASHED, ghost=True,
                 label=None if k else "‖∇f‖ = ε", **once)
        fig.region(                                             # which closes its line itself
            plane, lambda run, k=k: run.outline(run.certified, k)[:-1],
            facecolor=to_rgba(look.bound, .45), edgecolor=look.bound, lw=1.4,
            label=None if k else "both conditions hold", **once)
    fig.dot(plane, lambda run: (float(run.x), float(run.y)), drag=("x", "y"),
            mfc=look.paper, mec=look.run, mew=1.8, ms=9, zorder=6, label="your point")
    fig.key(plane, 2)


def _draw_side(fig, side):
    look, once = fig.look, dict(when=("rho",))
    side.set(xscale="log", yscale="log", xlim=(.02, 4), ylim=(.15, 12), xlabel="ε")
    fig.ticks(side, x=(.02, .1, .5, 1, 4))
    side.set_yticks([.2, .5, 1, BETA, 10], ["0.2", "0.5", "1", "β = 3.4", "10"])
    for level in (1, BETA):
        side.axhline(level, color=look.faint, lw=1)
    side.text(.022, BETA * 1.05, "no |λ| is larger (|y| ≤ 1.2)",
              va="bottom", color=look.ink, fontsize=SMALL, family=look.font)
    eps = np.array([.01, 9])
    fig.line(side, lambda run: (eps, np.sqrt(float(run.rho) * eps)),
             color=look.bound, lw=2, label="√(ρε)", **once)
    fig.line(side, lambda run: (run.critical, [1, BETA]), "o",
             mfc=look.paper, mec=look.bound, mew=1.8, ms=8, zorder=4, **once)
    for k, (level, words) in enumerate(((1, "ε = 1/ρ"), (BETA, "ε = β²/ρ"))):
        fig.label(side, lambda run, k=k, level=level: (1.08 * run.critical[k], .86 * level), words,
                  color=look.ink, va="top", clip_on=True, **once)
    for x, ha, low in ((.022, "left", False), (3.8, "right", True)):    # where √(ρε) does not pass
        fig.label(
            side, lambda run, x=x, low=low: (x, 1.05) if (run.critical[0] <= .3) == low else None,
            "|λ_min| at the saddle", color=look.ink, ha=ha, va="bottom", **once)
    fig.dot(side, lambda run: (float(run.eps), run.allowed), color=look.fault, ms=9, label="now")
    fig.key(side, 2)


def _readout(run):
    """The saddle's verdict, the probed point's verdict, and what rho means."""
    saddle = ("The saddle itself is ε-second-order stationary: λ_min = -1 ≥"
              if run.verdict(0, 0) else "The saddle is refused: λ_min = -1 <")
    never = (", and no β-smooth function has an eigenvalue below that"
             if run.rho * run.eps >= SMOOTH**2 else "")
    x, y = float(run.x), float(run.y)
    said = "is" if run.verdict(run.x, run.y) else "is not"
    slope = number_text(grad_norm(x, y), zero=5e-13)
    small = ("" if run.rho >= LIPSCHITZ else
             f" For |y| ≤ 1.2 the Hessian needs ρ ≥ {number_text(RHO)}: yours is too small.")
    return (f"{saddle} −√(ρε) = {number_text(-run.allowed)}{never}. Your point ({number_text(x)}, "
            f"{number_text(y)}) has ‖∇f‖ = {slope} and λ_min = {number_text(lambda_min(y))}, "
            f"so it {said} for ε = {number_text(float(run.eps))}.{small}")


PRESETS = (
    Preset("ε = 1/ρ", "From here on the saddle of the valley is certified", eps=1 / LIPSCHITZ),
    Preset("ε = β²/ρ", "From here on no β-smooth function is refused by the second condition",
           eps=SMOOTH**2 / LIPSCHITZ),
    Preset("Islands meet",
           "Beyond ε = 2/√27 = 0.3849 a path leads from saddle to minimum through small gradients",
           eps=.385, rho=1, y=.58),
)


@presets_from_defaults
def second_order_map(eps=.1, rho=7.2, x=0, y=0):
    """Which points of the plane are eps-second-order stationary for f = x^2/2 - y^2/2 + y^4/4.

    ||grad f|| <= eps and lambda_min >= -sqrt(rho eps), Definition 6.8; (x, y) is a point to probe.
    The Hessian diag(1, 3 y^2 - 1) is 36/5-Lipschitz and f is 17/5-smooth where |y| <= 6/5.

    >>> second_order_map(eps=1, rho=2).readout
    'The saddle itself is ε-second-order stationary: λ_min = -1 ≥ −√(ρε) = -1.414.
    Your point (0, 0) has ‖∇f‖ = 0 and λ_min = -1, so it is for ε = 1.
    For |y| ≤ 1.2 the Hessian needs ρ ≥ 7.2: yours is too small.'
    """
    return Explorer(
        [Slider("eps", "ε", EPSILONS, eps, exact=True),
         Slider("rho", "ρ", RHOS, rho, {"7.2": LIPSCHITZ}, exact=True),
         Slider("x", "x", PLACES, x, exact=True),
         Slider("y", "y", PLACES, y, exact=True)],
        compute=TwoConditions, draw=_draw, readout=_readout, presets=PRESETS, ratios=(.5, 1.75))
