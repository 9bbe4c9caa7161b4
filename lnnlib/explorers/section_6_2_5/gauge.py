"""`gauge`: (W_1, W_2) -> (c W_1, W_2 / c) keeps the function, and yet changes what GD does."""
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from ...balance import imbalance, imbalance_increments
from ...descent import gradient_descent
from ...live import Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED
from ...live.values import linear_grid, log_grid, number_text
from ...losses import SquaredLoss
from ...networks import LinearNetwork

SIGMA = np.array([2.0, 1.0])                                # singular values of the target
STEPS = 100
NET = LinearNetwork(SquaredLoss(np.diag(SIGMA)), (2,))
MINIMUM = NET.balanced(np.diag(SIGMA))
START = MINIMUM + NET.random(0, .15)
EXACT = 1e-9                               # relative: the increments are summed in floating point
CURVE = np.geomspace(.25, 4, 81)                            # c of the curves
ROOTS = (                                                   # an axis for 0, small and large
    lambda x: np.sign(x) * np.sqrt(np.abs(x)), lambda y: np.sign(y) * np.square(y))


def moved(w, c):
    """(W_1, W_2) -> (c W_1, W_2 / c): another point with the same product."""
    W_1, W_2 = NET.split(w)
    return NET.join([c * W_1, W_2 / c])


def eigenvalues_at_minimum(c):
    """a_i^2 + b_k^2 at the minimum moved by c, a^2 = sigma/c^2, b^2 = c^2 sigma: (.., 4)."""
    c = np.asarray(c)[..., None, None]
    return (SIGMA[:, None] / c**2 + SIGMA * c**2).reshape(*c.shape[:-2], -1)


@dataclass(frozen=True)
class Orbit:
    """The minimum and the start moved by c, and GD from the start with step size eta."""

    c: float
    eta: float

    @cached_property
    def spectrum(self):
        """The eigenvalues of the Hessian at the minimum, as measured: some are zero."""
        return np.maximum(np.linalg.eigvalsh(NET.hess(moved(MINIMUM, self.c))), 0)

    @property
    def sharpness(self):
        return float(self.spectrum[-1])

    @cached_property
    def descent(self):
        return gradient_descent(NET, moved(START, self.c), self.eta, STEPS)

    @cached_property
    def points(self):
        """The points of GD up to where it is lost."""
        return self.descent.points[np.isfinite(self.descent.values)]

    @property
    def steps(self):
        return np.arange(len(self.points))

    @cached_property
    def balance(self):
        """B = W_2^T W_2 - W_1 W_1^T at every step."""
        return imbalance(NET, self.points)[0]

    @cached_property
    def predicted(self):
        """B(0) plus the increments eta^2 (G_2^T G_2 - G_1 G_1^T) of all earlier steps."""
        increments = self.eta**2 * imbalance_increments(NET, self.points[:-1])[0]
        return self.balance[0] + np.cumsum([np.zeros((2, 2)), *increments], axis=0)

    @property
    def as_predicted(self):
        """Whether every step keeps to the increments, up to rounding."""
        off = np.abs(self.balance - self.predicted).max()
        return bool(off <= EXACT * (1 + np.abs(self.balance).max()))

    @cached_property
    def end(self):
        """The sharpness where GD ends; None where it is lost."""
        if self.descent.diverged:
            return None
        return float(np.linalg.eigvalsh(NET.hess(self.points[-1]))[-1])


def norms(matrices):
    """The Frobenius norm of each."""
    return np.linalg.norm(matrices, axis=(1, 2))


def _draw(fig):
    spectrum, descent = fig.panels(
        "Curvature at the minimum", ("Gradient descent from beside it", "GD from beside it"))
    _draw_spectrum(fig, spectrum, fig.look)
    _draw_descent(fig, descent, fig.split(descent, .42), fig.look)


def _draw_spectrum(fig, ax, look):
    ax.set_xscale("log")
    ax.set_yscale("function", functions=ROOTS)
    ax.set(xlim=(.235, 4.25), ylim=(-.05, 45), xlabel="c", ylabel="eigenvalues of ∇²Φ")
    ax.set_xticks([.25, .5, 1, 2, 4], ["1/4", "1/2", "1", "2", "4"])
    fig.ticks(ax, y=(0, 5, 10, 20, 40))
    for k, curve in enumerate(eigenvalues_at_minimum(CURVE).T):
        ax.plot(CURVE, curve, color=look.value, lw=1.1, label=None if k else "aᵢ² + bₖ²")
    fig.hline(
        ax, lambda run: 2 / run.eta, color=look.bound, lw=1.6, ls=DASHED, label="2/η", ghost=True)
    fig.line(
        ax, lambda run: None if run.end is None else ([run.c, run.c], [run.sharpness, run.end]),
        color=look.fault, lw=1.4, ghost=True)
    fig.line(ax, lambda run: ([run.c] * len(run.spectrum), run.spectrum), "o",
             color=look.value, mec=look.paper, ms=6.5, zorder=4, ghost=True)
    fig.dot(ax, lambda run: (run.c, run.sharpness), color=look.run, ms=7.5, zorder=6,
            label="λₘₐₓ", drag=("c", None), ghost=True)
    fig.dot(ax, lambda run: None if run.end is None else (run.c, run.end), "D",     # around the dot
            mfc=look.paper, mec=look.fault, mew=1.4, ms=9.5, label="λₘₐₓ where GD ends", ghost=True)
    fig.key(ax, 4)


def _draw_descent(fig, descent, balance, look):
    descent.set_yscale("log", nonpositive="mask")
    descent.set(ylim=(1e-14, 1e5), ylabel="Φ")
    descent.tick_params(labelbottom=False)
    fig.ticks(descent, y=(1e-12, 1e-6, 1))
    balance.set_yscale("function", functions=ROOTS)
    balance.set(ylim=(0, 55), xlabel="step t", ylabel="‖B‖")
    fig.ticks(balance, y=(0, 10, 40))
    for ax in (descent, balance):
        ax.set(xlim=(-2, 1.05 * STEPS))
        ax.yaxis.set_label_coords(-37 / (fig.width * ax.get_position().width), .5)
    fig.line(descent, lambda run: (run.steps, run.descent.values[run.steps]),
             color=look.run, lw=1.6, ghost=True)
    fig.line(balance, lambda run: (run.steps, norms(run.predicted)),
             color=look.bound, lw=1.8, label="η² increments", ghost=True)
    fig.line(balance, lambda run: (run.steps[::4], norms(run.balance[::4])), "o",
             mfc="none", mec=look.run, ms=4.5, label="‖B‖ of GD", ghost=True)
    fig.label(descent, (.97, .9), lambda run: "GD diverges" if run.end is None else "",
              transform=descent.transAxes, ha="right", va="top", color=look.fault)
    fig.key(balance, 2)


def _readout(run):
    flattest = "" if run.c == 1 else f" ({number_text(2 * SIGMA[0])} where it is balanced)"
    said = (f"At c = {number_text(run.c)} the function is the same, and the sharpness at the "
            f"minimum is {number_text(run.sharpness)}{flattest}; 2/η = {number_text(2 / run.eta)}")
    if run.end is None:
        return f"{said}. GD starts beside this minimum and diverges."
    before, after = map(number_text, norms(run.balance[[0, -1]]))
    kept = ", as the η² increments say" if run.as_predicted else ""
    return (f"{said}. After {STEPS} steps GD stands where the sharpness is {number_text(run.end)}; "
            f"‖B‖ went from {before} to {after}{kept}.")


PRESETS = (
    Preset("Balanced", "The flattest minimum of the orbit", c=1),
    Preset("Beyond 2/η", "The minimum repels GD, which lands at a flatter and better balanced one",
           eta=.4),
    Preset("Too far beyond", "The same function at the start, and GD diverges", c=4),
)


@explorer_factory
def gauge(c=2, eta=.2):
    """The minimum of Phi = 1/2 ||W_2 W_1 - diag(2, 1)||^2 moved along (c W_1, W_2 / c), and GD.

    The Hessian's eigenvalues at a global minimum are a_i^2 + b_k^2, with a, b the singular values
    of W_2 and W_1, and zeros. B = W_2^T W_2 - W_1 W_1^T changes by eta^2 (G_2^T G_2 - G_1 G_1^T) at
    each step of GD. Lecture 6.2.5; balancedness: Arora, Cohen and Hazan (2018).

    >>> gauge().readout
    'At c = 2 the function is the same, and the sharpness at the minimum is 8.5 (4 where it is
    balanced); 2/η = 10. After 100 steps GD stands where the sharpness is 8.672; ‖B‖ went from 8.677
    to 8.58, as the η² increments say.'
    """
    grid = (Fraction(1, 4), *(v for v in log_grid(-1, 1, 60) if .25 < v < 4), 4)
    return Explorer([Slider("c", "gauge c", grid, c),
                     Slider("eta", "step size η", linear_grid("0.05", "0.5", "0.01"), eta)],
                    compute=Orbit, draw=_draw, readout=_readout, main=("eta",), presets=PRESETS,
                    ratios=(.46, 1.5))
