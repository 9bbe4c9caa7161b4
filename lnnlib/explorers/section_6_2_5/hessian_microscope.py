"""`hessian_microscope`: the two terms of the Hessian of Phi, in one direction and as spectra."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from ...live import Choice, Explorer, Handle, Predict, Preset, Slider, linear_grid, number_text
from ...live.look import DOTTED, SMALL
from .curvature import ANGLES, Curvature, place

NAMES = ("∇²l[F, F]", "2⟨∇l, S⟩", "∇²Φ")
AT = {"inside": ("W₁", "W₁", "W₁", "W₁", ""), "across": ("W₁ alone", "both", "W₂ alone", "both", ""),
      "random": ("P", "", "Q", "", ""), "eigenvectors": ("lowest", "", "highest", "", "")}    # what moves at 0°, 45°, ..


def _stage(fig, depth, width, loss, plane):
    look, there = fig.look, place(depth, width, loss)
    line, spectrum = fig.panels("Curvature of Φ in the direction φ", "Eigenvalues", shares=(1.35, 1))
    for ax in (line, spectrum):
        ax.set(ylim=(1.08 * there.low, 1.08 * there.high), ylabel="curvature")
        ax.axhspan(1.08 * there.low, 0, color=look.fault, alpha=.07, lw=0)
        ax.axhline(0, color=look.ink, lw=.8)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(lambda y, _: number_text(y).replace("-", "−"))
    line.set(xlim=(0, 180))
    line.set_xticks(range(0, 181, 45), [f"{45 * k}°\n{name}" for k, name in enumerate(AT[plane])])
    spectrum.set(xlim=(-.6, 2.6))
    spectrum.set_xticks(range(3), NAMES)
    line.text(112, 1.04 * there.low, "Φ curves downwards", ha="center", color=look.fault, fontsize=SMALL, family=look.font)
    colours = (look.value, look.slope, look.run)
    styles = (dict(lw=1.6), dict(lw=1.8, ls=DOTTED, zorder=3), dict(lw=3.2, zorder=1.9))       # where two agree, both are seen
    point = dict(mec=look.paper, mew=1, ms=8.5, zorder=5)
    actors = {
        "curves": [line.plot([], [], color=colour, label=name, **style)[0]
                   for name, colour, style in zip(NAMES, colours, styles, strict=True)],
        "cursor": line.axvline(0, color=look.fault, lw=1),
        "dots": [line.plot([], [], mark, color=colour, **point)[0] for mark, colour in zip("so", colours[:2], strict=True)],
        "held": line.plot([], [], "D", color=look.run, **point)[0],
        "spectra": [spectrum.plot([], [], color=colour, lw=1.6, alpha=.75)[0] for colour in colours],
        "here": [spectrum.plot([], [], mark, color=colour, **point)[0] for mark, colour in zip("soD", colours, strict=True)],
    }
    fig.key(line, 3)
    return actors


def _act(actors, run):
    for k, (dot, here) in enumerate(zip([*actors.dots, actors.held], actors.here, strict=True)):
        dot.set_data([run.angle], [run.values[k]])
        here.set_data([k], [run.values[k]])
    actors.cursor.set_xdata([run.angle] * 2)
    if actors.changed("place", run.place, run.plane, run.s):
        for k, (curve, bars) in enumerate(zip(actors.curves, actors.spectra, strict=True)):
            levels = np.unique(run.spectra[k].round(run.place.digits))
            curve.set_data(ANGLES, run.curves[k])
            bars.set_data(np.tile([k - .32, k + .32, np.nan], len(levels)), np.repeat(levels, 3))


def _readout(run):
    first, second, both = (number_text(value) for value in run.values)
    low, high = (number_text(value) for value in run.rounded(run.spectra[2][[0, -1]]))
    bends = "curves downwards" if run.values[2] < 0 else "curves upwards" if run.values[2] > 0 else "does not curve"
    return (f"In this direction ∇²l[F, F] = {first} and 2⟨∇l, S⟩ = {second}, so Φ {bends}: {both}. "
            f"Here ‖∇l‖ = {number_text(run.rounded(run.slope))}, and {run.negative} of {len(run.spectra[2])} eigenvalues "
            f"of the Hessian are negative; they reach from {low} to {high}.")


def _layers_needed(run):
    """Predict's answer, read off the plane on the screen: None where no direction in it curves downwards, or all layers move."""
    needed = run.layers_needed
    return {None: None, 1: 0, run.depth: None}.get(needed, 1)


PREDICT = Predict(
    "The loss l is convex, yet some eigenvalues of the Hessian of Φ are negative: there are directions in which Φ curves "
    "downwards. How many of the three layers must such a direction move?",
    ("One layer alone can be enough", "Two layers at once can be enough, one layer never is", "It must move all three layers"),
    _layers_needed)

PRESETS = (
    Preset("One layer alone", dict(plane="inside"), "F is linear in one layer and S is 0: no direction curves downwards"),
    Preset("Two layers at once", dict(plane="across", s=1), "Where the two layers work together, S can win"),
    Preset("At a minimum", dict(plane="eigenvectors", s=0), "∇l = 0: the second term is gone, nothing curves downwards"),
)
PLANES = {"inside W₁": "inside", "from W₁ to W₂": "across", "two random directions": "random",
          "from the lowest to the highest curvature": "eigenvectors"}
LOSS = {"square loss": "square", "linear regression": "regression", "logistic regression": "logistic", "softmax": "softmax"}


def hessian_microscope(depth=3, width=2, loss="square", plane="across", angle=45, s=1, predict=False):
    """The terms nabla^2 l[F, F] and 2 <grad l, S> of the Hessian form of Phi, one direction at a time, and their spectra.

    `depth` is N (2 to 4), `width` that of every hidden layer (2 to 4), `loss` one of "square", "regression", "logistic",
    "softmax". The direction is cos(angle) P + sin(angle) Q, `angle` in degrees; `plane` gives P and Q: "inside" W_1,
    "across" from W_1 to W_2, "random", or the "eigenvectors" of least and largest curvature at s = 1. The point is w(s),
    from a global minimum (s = 0) to a random point (s = 1). With `predict` a question comes first. Lecture 6.2.5.

    >>> hessian_microscope(s=0).readout
    'In this direction ∇²l[F, F] = 1.129 and 2⟨∇l, S⟩ = 0, so Φ curves upwards: 1.129. Here ‖∇l‖ = 0, and 0 of 12
    eigenvalues of the Hessian are negative; they reach from 0 to 9.046.'
    """
    return Explorer(
        [Choice("depth", "depth N", {str(n): n for n in (2, 3, 4)}, depth),
         Choice("width", "hidden width", {str(n): n for n in (2, 3, 4)}, width),
         Choice("loss", "loss l", LOSS, loss),
         Choice("plane", "plane", PLANES, plane),
         Slider("angle", "direction φ", linear_grid(0, 180, 2), angle, play=True, text=lambda degrees: f"{number_text(degrees)}°"),
         Slider("s", "point w(s)", linear_grid(0, 1, "0.02"), s, {"minimum": 0, "random point": 1})],
        compute=Curvature, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        handles=(Handle("held", "angle"),), ghosts=("curves",), ratios=(.46, 1.45))
