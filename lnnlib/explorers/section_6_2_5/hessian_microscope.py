"""`hessian_microscope`: the two terms of the Hessian of Phi, in one direction and as spectra."""
from functools import partial

import numpy as np
from matplotlib.ticker import MaxNLocator

from ...live import Choice, Explorer, Predict, Preset, Slider, presets_from_defaults
from ...live.look import DOTTED, SMALL
from ...live.values import linear_grid, number_text
from .hessian_microscope_run import ANGLES, Curvature, Place

NAMES = ("∇²l[F, F]", "2⟨∇l, S⟩", "∇²Φ")
MOVES = {                                                   # what moves at 0°, 45°, ..
    "inside": ("W₁", "W₁", "W₁", "W₁", ""),
    "across": ("W₁ alone", "both", "W₂ alone", "both", ""),
    "random": ("P", "", "Q", "", ""),
    "eigenvectors": ("lowest", "", "highest", "", "")}


def _draw(fig, depth, width, loss, plane):
    look, there = fig.look, Place(depth, width, loss)
    line, spectrum = fig.panels(
        "Curvature of Φ in the direction φ", "Eigenvalues", shares=(1.35, 1))
    for ax in (line, spectrum):
        ax.set(ylim=(1.08 * there.low, 1.08 * there.high), ylabel="curvature")
        ax.axhspan(1.08 * there.low, 0, color=look.fault, alpha=.07, lw=0)
        ax.axhline(0, color=look.ink, lw=.8)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(lambda y, _: number_text(y).replace("-", "−"))
    line.set(xlim=(0, 180))
    line.set_xticks(range(0, 181, 45), [f"{45 * k}°\n{at}" for k, at in enumerate(MOVES[plane])])
    line.text(112, 1.04 * there.low, "Φ curves downwards",
              ha="center", color=look.fault, fontsize=SMALL, family=look.font)
    spectrum.set(xlim=(-.6, 2.6))
    spectrum.set_xticks(range(3), NAMES)
    term = partial(_draw_term, fig, line, spectrum)         # where two agree, both are seen
    term(0, "s", look.value, lw=1.6)
    term(1, "o", look.slope, lw=1.8, ls=DOTTED, zorder=3)
    term(2, "D", look.run, lw=3.2, zorder=1.9, drag=("angle", None))
    fig.vline(line, lambda run: run.angle, color=look.fault, lw=1)
    fig.key(line, 3)


def _draw_term(fig, line, spectrum, k, marker, color, *, drag=None, **style):
    """Term number k: its curve, its eigenvalues, and its value in the direction one looks along."""
    fig.line(line, lambda run: (ANGLES, run.curves[k]), when=("s",), ghost=True,
             color=color, label=NAMES[k], **style)
    fig.line(
        spectrum, lambda run: _rungs(k, run.levels[k]), when=("s",), color=color, lw=1.6, alpha=.75)
    fig.dot(line, lambda run: (run.angle, run.values[k]), marker, color=color, ms=8.5, drag=drag)
    fig.dot(spectrum, lambda run: (k, run.values[k]), marker, color=color, ms=8.5)


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
            f"Here ‖∇l‖ = {slope}, and {run.negative} of {len(run.spectra[2])} eigenvalues "
            f"of the Hessian are negative; they reach from {low} to {high}.")


def _option(run):
    """Predict's answer: None where no direction in the plane curves down, or all layers move."""
    needed = run.layers_needed
    return None if needed in (None, run.depth) else min(needed, 2) - 1


PREDICT = Predict(
    "The loss l is convex, yet some eigenvalues of the Hessian of Φ are negative: there are "
    "directions in which Φ curves downwards. How many of the three layers must such a direction "
    "move?",
    ("One layer alone can be enough",
     "Two layers at once can be enough, one layer never is",
     "It must move all three layers"),
    _option)

PRESETS = (
    Preset("One layer alone", "F is linear in one layer and S is 0: no direction curves downwards",
           plane="inside"),
    Preset("Two layers at once", "Where the two layers work together, S can win"),
    Preset("At a minimum", "∇l = 0: the second term is gone, nothing curves downwards",
           plane="eigenvectors", s=0),
)
LOSSES = {"square loss": "square", "linear regression": "regression",
          "logistic regression": "logistic", "softmax": "softmax"}
PLANES = {"inside W₁": "inside", "from W₁ to W₂": "across", "two random directions": "random",
          "from the lowest to the highest curvature": "eigenvectors"}


@presets_from_defaults
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
    ‖∇l‖ = 0, and 0 of 12 eigenvalues of the Hessian are negative; they reach from 0 to 9.046.'
    """
    return Explorer([Choice("depth", "depth N", {str(n): n for n in (2, 3, 4)}, depth),
                     Choice("width", "hidden width", {str(n): n for n in (2, 3, 4)}, width),
                     Choice("loss", "loss l", LOSSES, loss),
                     Choice("plane", "plane", PLANES, plane),
                     Slider("angle", "direction φ", linear_grid(0, 180, 2), angle, play=True,
                            text=lambda degrees: f"{number_text(degrees)}°"),
                     Slider("s", "point w(s)", linear_grid(0, 1, "0.02"), s,
                            {"minimum": 0, "random point": 1})],
                    compute=Curvature, draw=_draw, readout=_readout, presets=PRESETS,
                    predict=PREDICT if predict else None, ratios=(.46, 1.45))
