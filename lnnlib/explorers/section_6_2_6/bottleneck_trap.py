"""`bottleneck_trap`: a hidden layer of width 1 makes a bad local minimum, width 2 does not."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np

from ...descent import gradient_descent
from ...live import Explorer, LevelCurves, Slider, explorer_factory
from ...live.look import DASHED, SMALL
from ...live.values import linear_grid, number_text, with_values
from ...traps import BottleneckTrap

M = .8                                         # the target is diag(1, M)
RUNS, STEPS, ETA, SPREAD, SEED = 60, 500, .2, .3, 2
SHOWN = (0, 2, 4, 6, 9, 13, 22, STEPS)         # the steps of a run that are drawn
NEAR = .02                                     # so near a product counts as arrived
GRID = with_values(linear_grid(0, 3, "0.1"), Fraction(5, 4))       # where the curvature is 0
COUNTED = tuple(float(a) for a in GRID[5:])    # the a for which the runs in the trap are counted
LEVELS = (.02, .15, .4, .64, .82, 1, 1.3, 1.8, 2.6)
CURVES = LevelCurves((-.45, 1.45), (-.45, 1.3), 35)


@lru_cache(maxsize=256)
def _runs(a, width):
    """W_11 and W_22 along 60 runs from small random weights, shape (steps shown, 60, 2)."""
    f = BottleneckTrap(a, M).with_hidden((width,))
    run = gradient_descent(f, f.random(SEED, SPREAD, size=(RUNS,)), ETA, STEPS)
    return f.product(run.points[list(SHOWN)])[..., [0, 1], [0, 1]]


def _at_trap(ends):
    return np.linalg.norm(ends - [0, M], axis=-1) < NEAR


@lru_cache
def _counts(width):
    """How many of the 60 runs are at the trap in the end, for every a of COUNTED."""
    return [_at_trap(_runs(a, width)[-1]).sum() for a in COUNTED]


@dataclass(frozen=True)
class Trap:
    """The (2, width, 2) net, l(W) = (W_11 - 1)^2 + (W_22 - .8)^2 + a (W_12^2 + W_21^2)."""

    a: float
    width: int

    @cached_property
    def f(self):
        narrow = BottleneckTrap(self.a, M)
        return narrow if self.width == 1 else narrow.with_hidden((self.width,))

    @cached_property
    def paths(self):
        return _runs(self.a, self.width)

    @cached_property
    def trapped(self):
        return _at_trap(self.paths[-1])

    @cached_property
    def best(self):
        """W_11 and W_22 where Phi is smallest."""
        a = self.a
        if self.width > 1:
            return np.array([1, M])
        if a >= M:
            return np.array([1, 0])
        return np.array([1 - a * M, M - a]) / (1 - a * a)

    def beside_best(self, below):
        """Where `best` is named: `below` it where runs come from above; None for the other side."""
        if below != (self.best[1] < .2):
            return None
        return 1.42, self.best[1] + (-.1 if below else .08)

    @cached_property
    def inside(self):
        """How many runs end in the trap."""
        return self.trapped.sum()

    def drawn(self, which):
        """W_11 and W_22 along these runs, one after the other with gaps between."""
        paths = np.concatenate([self.paths[:, which], np.full((1, which.sum(), 2), np.nan)])
        return paths.transpose(2, 1, 0).reshape(2, -1)

    @cached_property
    def curvature(self):
        """nabla^2 Phi at diag(0, 4/5) along the unit vector of x_1, the last hidden unit, y_1.

        The loss gives -2, and with width 1, where this unit also feeds x_2 to y_2, 2 a 4/5 more:
        the sign is exact.
        """
        return float(2 * Fraction(self.a) * Fraction(4, 5) - 2) if self.width == 1 else -2.

    def height(self, p, s):
        """The least l(W) of the net with W_11 = p, W_22 = s; with width 1, W_12 W_21 = p s."""
        product = 2 * self.a * np.abs(p * s) if self.width == 1 else 0
        return (p - 1) ** 2 + (s - M) ** 2 + product


def _draw(fig):
    look = fig.look
    titles = "60 runs on the best loss", "Runs that end in the trap", "Curvature at the trap"
    if fig.wide and fig.low:
        plane, count, curvature = fig.panels(*titles)
        count.set_xlabel("weight a")
    else:
        plane, count = fig.panels(*titles[:2], shares=[1.15, 1])
        curvature = fig.split(count, .46, 34, titles[2])
        count.tick_params(labelbottom=False)
    _draw_plane(fig, plane)
    for ax in (count, curvature):
        ax.set(xlim=(-.08, 3.08), xticks=range(4))
        ax.grid(True, color=look.faint, lw=.5)
    count.set(ylim=(-3, 34), ylabel="of 60")
    curvature.set(ylim=(-2.6, 3.2), xlabel="weight a")
    curvature.axhline(0, color=look.ink, lw=.8)
    for width, style in ((1, "-"), (2, DASHED)):
        ends = [Trap(a, width).curvature for a in (0., 3.)]
        counts = _counts(width)
        curvature.plot([0, 3], ends, color=look.slope, lw=1.6, ls=style)
        count.plot(COUNTED, counts, color=look.fault, lw=1.6, ls=style)
        count.text(2.95, counts[-1] + 2, f"width {width}", ha="right", va="bottom",
                   color=look.fault, fontsize=SMALL, family=look.font)
    for ax in (count, curvature):
        fig.vline(ax, lambda run: run.a, color=look.ghost, lw=1)
    fig.dot(count, lambda run: (run.a, run.inside), "X", color=look.fault, ms=10, zorder=2)
    fig.dot(curvature, lambda run: (run.a, run.curvature), color=look.slope, ms=10, zorder=2)


def _draw_plane(fig, plane):
    look = fig.look
    plane.set(xlim=(-.45, 1.45), ylim=(-.45, 1.3), xlabel="W₁₁", ylabel="W₂₂")
    fig.ticks(plane, x=(0, .5, 1), y=(0, .4, .8, 1.2))
    plane.axhline(0, color=look.faint, lw=.8)
    plane.axvline(0, color=look.faint, lw=.8)
    fig.levels(
        plane, lambda run: CURVES.lines(run.height(CURVES.x, CURVES.y), LEVELS), color=look.ghost)
    fig.line(plane, lambda run: run.drawn(~run.trapped), color=look.value, lw=.9)
    fig.line(plane, lambda run: run.drawn(run.trapped), color=look.fault, lw=.9, ls=DASHED)
    fig.dot(plane, lambda run: run.best, "*", color=look.bound, ms=15, zorder=2)
    fig.dot(plane, (0, M), "X", color=look.fault, ms=11, zorder=2)
    text = dict(fontsize=SMALL + .75)
    for below, side in ((True, "top"), (False, "bottom")):
        fig.label(plane, lambda run, below=below: run.beside_best(below),
                  lambda run: _with_runs("global minimum", RUNS - run.inside),
                  color=look.bound, ha="right", va=side, **text)
    fig.label(plane, (.08, M + .04), lambda run: _with_runs("trap", run.inside),
              color=look.fault, ha="left", va="bottom", **text)


def _with_runs(name, n):
    return f"{name}\n{n} runs" if n else name


def _readout(run):
    bend, inside = run.curvature, run.inside
    meaning = ("a strict saddle" if bend < 0
               else "the Hessian does not decide" if bend == 0
               else "a bad local minimum, since only rescaling (cW₁, W₂/c) is flat")
    return (f"After {STEPS} steps {inside} of {RUNS} runs are in the trap diag(0, 0.8), where "
            f"Φ = 1; the least Φ is {number_text(run.f.minimum, 3)}. At its balanced weights the "
            f"curvature towards W₁₁ is {number_text(bend, 3)}: {meaning}.")


@explorer_factory
def bottleneck_trap(a=2, width=1):
    """When is diag(0, .8) a trap? l(W) = (W_11 - 1)^2 + (W_22 - .8)^2 + a (W_12^2 + W_21^2).

    The net has widths 2, `width`, 2. 60 runs of gradient descent from small random weights, fixed
    ones, on the best loss that the net can make with given W_11 and W_22. With width 1 Theorem 6.10
    does not apply; with width 2 it does. Lecture 6.2.6.

    >>> bottleneck_trap().readout
    'After 500 steps 22 of 60 runs are in the trap diag(0, 0.8), where Φ = 1; the least Φ is 0.64.
    At its balanced weights the curvature towards W₁₁ is 1.2: a bad local minimum, since only
    rescaling (cW₁, W₂/c) is flat.'
    """
    return Explorer([Slider("a", "weight a", GRID, a),
                     Slider("width", "hidden width", (1, 2), width, exact=True)],
                    compute=Trap, draw=_draw, readout=_readout, ratios=(.46, 1.6))
