"""`second_order_map`: which points of the plane are eps-second-order stationary."""
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Explorer, Slider, explorer_factory, log_grid, number_text
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

    def conditions(self, x, y):
        """The truth of both at (x, y), without roots: rational numbers decide a tie exactly."""
        least = lambda_min(y)
        flat = x**2 + (y**3 - y) ** 2 <= self.eps**2
        return flat, least >= 0 or least**2 <= self.rho * self.eps

    def verdict(self, x, y):
        """Whether (x, y) is eps-second-order stationary."""
        return all(self.conditions(x, y))


def _draw(fig):
    plane, side = fig.panels(
        ("Who is ε-second-order stationary?", "Who is certified?"), "Negative curvature allowed")
    _draw_plane(fig, plane)
    _draw_side(fig, side)


def _draw_plane(fig, plane):
    look, once = fig.look, dict(when=("eps", "rho"), ghost=True)
    draw_levels(plane, look)
    plane.plot([0], [0], "+", color=look.ink, ms=9, mew=1.4, zorder=4)
    plane.plot([0, 0], [-1, 1], "x", color=look.ink, ms=7, mew=1.4, zorder=4)
    band = np.array([[-9, -1], [9, -1], [9, 1], [-9, 1]])
    fig.region(plane, lambda run: band * [1, run.refused] if run.refused else None,
               facecolor=to_rgba(look.fault, .12), edgecolor=look.fault, ls=DOTTED, lw=1.2,
               label="λₘᵢₙ < −√(ρε)", **once)
    for k in range(ISLANDS):
        fig.line(plane, lambda run, k=k: run.outline(run.flat, k).T,
                 color=look.slope, lw=1.4, ls=DASHED,
                 label=None if k else "‖∇f‖ = ε", **once)
        fig.region(                                             # which closes its line itself
            plane, lambda run, k=k: run.outline(run.certified, k)[:-1],
            facecolor=to_rgba(look.bound, .45), edgecolor=look.bound, lw=1.4,
            label=None if k else "both hold", **once)
    fig.dot(plane, lambda run: (float(run.x), float(run.y)), drag=("x", "y"), ghost=True,
            mfc=look.paper, mec=look.run, mew=1.8, ms=9, zorder=6, label="your point")
    fig.key(plane, 4 if fig.width > 900 else 2)


def _draw_side(fig, side):
    look, once = fig.look, dict(when=("rho",))
    side.set(xscale="log", yscale="log", xlim=(.018, 4.6), ylim=(.15, 12), xlabel="ε")
    fig.ticks(side, x=(.02, .1, .5, 1, 4))
    side.set_yticks([.2, .5, 1, BETA, 10], ["0.2", "0.5", "saddle 1", "β = 3.4", "10"])
    side.tick_params(axis="y", pad=1)
    for level in (1, BETA):
        side.axhline(level, color=look.faint, lw=1)
    side.text(.02, BETA * 1.05, "no |λ| is larger",
              va="bottom", color=look.ink, fontsize=SMALL, family=look.font)
    eps = np.array([.01, 9])
    fig.line(side, lambda run: (eps, np.sqrt(float(run.rho) * eps)),
             color=look.bound, lw=2, label="√(ρε)", ghost=True, **once)
    for k, (level, name) in enumerate(((1, "1/ρ"), (BETA, "β²/ρ"))):
        def crossing(run, k=k, level=level):
            return [run.critical[k]] * 2, [.1, level]

        fig.line(
            side, crossing, color=look.ink, lw=1, ls=DOTTED, zorder=1.5, ghost=True, **once)
        fig.line(side, lambda run, k=k, level=level: ([run.critical[k]], [level]), "o", ghost=True,
                 mfc=look.paper, mec=look.bound, mew=1.8, ms=8, zorder=4, **once)
        for ha, before in (("left", False), ("right", True)):   # of its line, where there is room
            def place(run, k=k, before=before):
                at = run.critical[k]
                return (at / 1.08 if before else at * 1.08, .17) if (at > 1) == before else None

            fig.label(side, place, name, color=look.ink, ha=ha, clip_on=True, **once)
    fig.dot(side, lambda run: (float(run.eps), run.allowed), color=look.fault, ms=9, label="now",
            ghost=True)
    fig.key(side, 2)


def _readout(run):
    """The saddle's verdict, the probed point's verdict, and what rho means."""
    said = "certified" if run.verdict(0, 0) else "refused"
    _, curved = run.conditions(0, 0)
    never = ", and no β-smooth f goes below" if run.rho * run.eps >= SMOOTH**2 else ""
    small = ("" if run.rho >= LIPSCHITZ else
             f" For |y| ≤ 1.2 the Hessian needs ρ ≥ {number_text(RHO)}.")
    return (f"The saddle is {said}: λₘᵢₙ = −1 {'≥' if curved else '<'} −√(ρε) = "
            f"{number_text(-run.allowed)}{never}. {_probed(run)}{small}")


def _probed(run):
    """The verdict on the probed point, condition by condition."""
    flat, curved = run.conditions(run.x, run.y)
    x, y = float(run.x), float(run.y)
    slope, least = number_text(grad_norm(x, y), zero=5e-13), number_text(lambda_min(y))
    return (f"Your point ({number_text(x)}, {number_text(y)}) is "
            f"{'certified' if flat and curved else 'refused'}: ‖∇f‖ = {slope} "
            f"{'≤' if flat else '>'} ε = {number_text(float(run.eps))} and λₘᵢₙ = {least} "
            f"{'≥' if curved else '<'} −√(ρε).")


@explorer_factory
def second_order_map(eps=.1, rho=7.2, x=0, y=0):
    """Which points of the plane are eps-second-order stationary for f = x^2/2 - y^2/2 + y^4/4.

    ||grad f|| <= eps and lambda_min >= -sqrt(rho eps), Definition 6.8; (x, y) is a point to probe.
    The Hessian diag(1, 3 y^2 - 1) is 36/5-Lipschitz and f is 17/5-smooth where |y| <= 6/5.

    >>> second_order_map(eps=1, rho=2).readout
    'The saddle is certified: λₘᵢₙ = −1 ≥ −√(ρε) = −1.414.
    Your point (0, 0) is certified: ‖∇f‖ = 0 ≤ ε = 1 and λₘᵢₙ = −1 ≥ −√(ρε).
    For |y| ≤ 1.2 the Hessian needs ρ ≥ 7.2.'
    """
    return Explorer(
        [Slider("eps", "ε", EPSILONS, eps, exact=True),
         Slider("rho", "ρ", RHOS, rho, {"7.2": LIPSCHITZ}, exact=True),
         Slider("x", "x", PLACES, x, exact=True),
         Slider("y", "y", PLACES, y, exact=True)],
        compute=TwoConditions, draw=_draw, readout=_readout, main=("eps", "rho"), ratios=(.5, 1.75))
