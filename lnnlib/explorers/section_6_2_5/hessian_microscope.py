"""`hessian_microscope`: the two terms of the Hessian of Phi, in one direction and as spectra."""
from functools import partial

import numpy as np
from matplotlib.ticker import MaxNLocator

from ...live import Choice, Explorer, Predict, Slider, explorer_factory
from ...live.look import DOTTED, SMALL
from ...live.values import linear_grid, number_text
from .hessian_microscope_run import ANGLES, Curvature, Place

NAMES = ("∇²l[F, F]", "2⟨∇l, S⟩", "∇²Φ")
MOVES = {                                                   # what moves at 0°, 45°, ..
    "inside": ("W₁", "W₁", "W₁", "W₁", "W₁"),
    "across": ("W₁", "both", "W₂", "both", "W₁"),
    "random": ("P", "", "Q", "", "−P"),
    "eigenvectors": ("lowest", "", "highest", "", "")}


def _draw(fig, depth, width, loss, plane):
    look, there = fig.look, Place(depth, width, loss)
    line, spectrum = fig.panels(
        ("Curvature of Φ in the direction φ", "Curvature in direction φ"), "Eigenvalues",
        shares=(1.35, 1))
    line.set_ylabel("curvature")
    for ax in (line, spectrum):
        ax.set_ylim(1.08 * there.low, 1.08 * there.high)
        ax.axhspan(1.08 * there.low, 0, color=look.fault, alpha=.07, lw=0)
        ax.axhline(0, color=look.ink, lw=.8)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(lambda y, _: number_text(y))
    line.set_xlim(-5, 185)
    line.set_xticks(range(0, 181, 45), [f"{45 * k}°\n{at}" for k, at in enumerate(MOVES[plane])])
    line.text(112, 1.04 * there.low, "Φ curves downwards",
              ha="center", color=look.fault, fontsize=SMALL, family=look.font)
    spectrum.set(xlim=(-.6, 2.6))
    spectrum.set_xticks(range(3), NAMES)
    term = partial(_draw_term, fig, line, spectrum)         # where two agree, both are seen
    term(0, "s", look.value, lw=1.6)
    term(1, "o", look.slope, lw=1.8, ls=DOTTED, zorder=3)
    term(2, "D", look.run, lw=3.2, zorder=1.9, drag=("angle", None))
    fig.line(
        line, lambda run: ([run.angle] * 2, [min(0, *run.values), max(0, *run.values)]),
        color=look.ink, lw=.8, ghost=True)
    fig.key(line, 3)
    spectrum.plot([], [], "D", color=look.run, mec=look.paper, ms=8.5, label="in direction φ")
    fig.key(spectrum, 1)                                    # so that both have one height


def _draw_term(fig, line, spectrum, k, marker, color, *, drag=None, **style):
    """Term number k: its curve, its eigenvalues, and its value in the direction one looks along."""
    fig.line(line, lambda run: (ANGLES, run.curves[k]), when=("s",), ghost=True,
             color=color, label=NAMES[k], **style)
    fig.line(spectrum, lambda run: _rungs(k, run.levels[k]), when=("s",), ghost=True,
             color=color, lw=1.6, alpha=.75)
    fig.dot(line, lambda run: (run.angle, run.values[k]), marker, ghost=True,
            color=color, ms=8.5, drag=drag)
    fig.dot(spectrum, lambda run: (k, run.values[k]), marker, ghost=True, color=color, ms=8.5)


def _rungs(k, levels):
    """A short rung at every level above the tick k, as one line."""
    return np.tile([k - .32, k + .32, np.nan], len(levels)), np.repeat(levels, 3)


def _readout(run):
    numbers = (*run.values, run.slope, *run.spectra[2][[0, -1]])
    first, second, both, slope, low, high = (number_text(x, zero=run.zero) for x in numbers)
    curvature = run.values[2]
    bends = ("does not curve" if abs(curvature) <= run.zero else
             "curves downwards" if curvature < 0 else "curves upwards")
    return (f"In this direction ∇²l[F, F] = {first} and 2⟨∇l, S⟩ = {second}, so Φ {bends}: {both}. "
            f"Here ‖∇l‖ = {slope}. The Hessian’s {len(run.spectra[2])} eigenvalues "
            f"reach from {low} to {high}, {run.negative} of them below 0.")


def _option(run):
    """Predict's answer: None where no direction in the plane curves down, or all layers move."""
    needed = run.layers_needed
    return None if needed in (None, run.depth) else min(needed, 2) - 1


def _why(run):
    alone, together = (
        number_text(x, zero=run.zero) for x in (run.least_alone, run.least_in_plane))
    return (f"One layer: S = 0, and the least curvature is {alone}. "
            f"W₁ and W₂: S ≠ 0, and it is {together}.")


PREDICT = Predict(
    "The loss l is convex, yet some eigenvalues of the Hessian of Φ are negative: there are "
    "directions in which Φ curves downwards. How many of the three layers must such a direction "
    "move?",
    ("One can be enough", "Two can be enough, one never", "It must move all three"),
    _option, _why, "Choose the plane “inside W₁”, then “from W₁ to W₂”.")

LOSSES = {"square loss": "square", "linear regression": "regression",
          "logistic regression": "logistic", "softmax": "softmax"}
PLANES = {"inside W₁": "inside", "from W₁ to W₂": "across", "random": "random",
          "lowest to highest": "eigenvectors"}


@explorer_factory
def hessian_microscope(
        depth=3, width=2, loss="square", plane="across", angle=45, s=1, predict=False):
    """The terms nabla^2 l[F, F] and 2 <grad l, S> of the Hessian form of Phi, and their spectra.

    `depth` is N (2 to 4), `width` that of every hidden layer (2 to 4), `loss` one of "square",
    "regression", "logistic", "softmax". The direction is cos(angle) P + sin(angle) Q, `angle` in
    degrees; `plane` gives P and Q: "inside" W_1, "across" from W_1 to W_2, "random", or the
    "eigenvectors" of least and largest curvature at s = 1. The point is w(s), from a global minimum
    (s = 0) to a random point (s = 1). With `predict` a question comes first. Lecture 6.2.5.

    >>> hessian_microscope(s=0).readout
    'In this direction ∇²l[F, F] = 1.129 and 2⟨∇l, S⟩ = 0, so Φ curves upwards: 1.129. Here
    ‖∇l‖ = 0. The Hessian’s 12 eigenvalues reach from 0 to 9.046, 0 of them below 0.'
    """
    return Explorer([Choice("depth", "depth N", {str(n): n for n in (2, 3, 4)}, depth),
                     Choice("width", "width", {str(n): n for n in (2, 3, 4)}, width),
                     Choice("loss", "loss l", LOSSES, loss),
                     Choice("plane", "plane", PLANES, plane),
                     Slider("angle", "direction φ", linear_grid(0, 180, 2), angle,
                            text=lambda degrees: f"{number_text(degrees)}°"),
                     Slider("s", "point w(s)", linear_grid(0, 1, "0.02"), s,
                            {"min": 0, "random": 1})],
                    compute=Curvature, draw=_draw, readout=_readout, main=("plane", "s", "loss"),
                    unpinned_by=("depth", "width", "loss", "plane"),
                    predict=PREDICT if predict else None, ratios=(.46, 1.45))
