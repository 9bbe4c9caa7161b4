"""`learning_dynamics`: the singular values of a product of matrices under gradient descent, beside the exact curves."""
from fractions import Fraction

import numpy as np

from ...live import Choice, Explorer, Predict, Preset, Slider, count_text, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .learning import END, LAST, STRENGTHS, TIMES, Learning
from .words import clean, layers

STAIRS = {"no mode learned": 0, "mode 1 learned": 1, "modes 1, 2 learned": 2}


def _stage(fig, start):
    look = fig.look
    modes, loss = fig.panels("Singular values of the product W", "Loss Φ and its gradient")
    for ax in (modes, loss):
        ax.set_xscale("function", functions=(lambda t: np.log1p(10 * t), lambda z: np.expm1(z) / 10))
        ax.set(xlim=(0, 1.1 * END), xlabel="time = η · step")
        ax.set_xticks([0, .1, 1, 10, 100, 1000], ["0", "0.1", "1", "10", "100", "1000"])
        ax.grid(True, axis="x", color=look.faint, lw=.6)
    small = dict(ha="right", fontsize=SMALL, color=look.ink, family=look.font)
    modes.set(ylim=(-.12, 3.8))
    modes.set_yticks([0, *STRENGTHS], ["0", *(number_text(s) for s in STRENGTHS)])
    for mode, s in enumerate(STRENGTHS):
        modes.axhline(s, color=look.faint, lw=.9, ls=DOTTED)
        modes.text(.42 * END, s + .04, f"mode {mode + 1}", va="bottom", **small)
    loss.set(yscale="log", ylim=(1e-4, 40))
    loss.set_yticks([1e-4, .001, .01, .1, 1, 10], ["10⁻⁴", "0.001", "0.01", "0.1", "1", "10"])
    loss.minorticks_off()
    for text, learned in STAIRS.items():
        height = sum(s**2 for s in STRENGTHS[learned:]) / 2
        loss.axhline(height, color=look.ink, lw=.9, ls=DOTTED)
        y, va = (height / 1.1, "top") if learned else (1.1 * height, "bottom")     # Φ falls off the first line, onto the others
        loss.text(.42 * END, y, text, va=va, **small)
    actors = _actors(modes, loss, look)
    fig.key(modes, 4 if fig.wide else 2)
    fig.key(loss, 4)
    return actors


def _actors(modes, loss, look):
    return {
        "exact": [modes.plot([], [], color=look.bound, lw=1.8, label=None if k else "exact curve")[0] for k in range(3)],
        "half": modes.plot([], [], "x", color=look.bound, ms=8, mew=2, zorder=4, label="half learned")[0],
        "dots": [modes.plot([], [], "o", color=look.run, ms=3.6, mew=0, label=None if k else "GD")[0] for k in range(3)],
        "value": loss.plot([], [], color=look.value, lw=1.8, label="Φ")[0],
        "slope": loss.plot([], [], color=look.slope, lw=1.8, ls=DASHED, label="‖∇Φ‖")[0],
        "cursor": [ax.axvline(0, color=look.fault, lw=1, label="step t") for ax in (modes, loss)],
    }


def _act(actors, run):
    if actors.changed("exact", run.depth, run.scale):
        for line, u in zip(actors.exact, run.exact, strict=True):
            line.set_data(TIMES, u)
        halves = [(t, s / 2) for t, s in zip(run.exact_halves, STRENGTHS, strict=True) if t]
        actors.half.set_data(*zip(*halves, strict=True) if halves else ([], []))
    time = run.steps * run.eta
    for dots, u in zip(actors.dots, run.u, strict=True):
        dots.set_data(time, u)
    for line, height in ((actors.value, run.value), (actors.slope, run.slope)):
        line.set_data(time, np.where(height > 0, height, np.nan))
    for cursor in actors.cursor:
        cursor.set_xdata([time[-1]] * 2)


def _readout(run):
    """When each mode was learned and when it should have been, then the certificate at the cursor."""
    warning = ""
    if run.eta > run.limit:
        warning = f" η = {number_text(run.eta)} is beyond 2/λ_max = {number_text(run.limit)} at the balanced minimum."
    if run.diverged:
        return f"With {layers(run.depth)} GD diverged at step {count_text(run.diverged)}.{warning}"
    learned = "half of no mode" if set(run.halves) == {None} else f"half of modes 1, 2, 3 at step {_listed(run.halves, 'not yet')}"
    expected = _listed([None if t is None else round(t / run.eta) for t in run.exact_halves], "never")
    curves = "the exact curves" + (" of the balanced start" if run.start == "unbalanced" else "")
    return (f"With {layers(run.depth)} GD learned {learned}; by {curves}: {expected}.{warning} "
            f"At step {count_text(run.now)} Φ = {clean(run.value[-1], 3)}, ‖∇Φ‖ = {clean(run.point.grad_norm, 3)} and "
            f"λ_min = {clean(run.point.lambda_min, 3)}.")


def _listed(steps, otherwise):
    return ", ".join(otherwise if t is None else count_text(t) for t in steps)


def _together_or_in_turn(run):
    """Predict's answer, read off a run of several layers from a small balanced start; None where it decides nothing."""
    if run.depth == 1 or run.start != "balanced" or not 0 < run.scale <= .1 or run.eta >= run.limit:
        return None
    nearly = [run.reached(mode, .9) for mode in range(3)]
    begun = [run.reached(mode, .25) for mode in range(3)]
    if None in nearly:
        return None
    if nearly[0] < begun[1] and nearly[1] < begun[2]:
        return 1
    if nearly[2] < begun[1] and nearly[1] < begun[0]:
        return 2
    return 0 if max(begun) < min(nearly) else None


PREDICT = Predict(
    "One matrix W learns M by gradient descent, and the three singular values grow side by side. Now write W as a product of "
    "two matrices, W = W₂W₁, and start small. How do the singular values of the product grow?",
    ("Side by side as before, only faster or slower",
     "In turn, the largest first: each waits until the one before it is nearly learned",
     "In turn, the smallest first"),
    _together_or_in_turn)

STANDARD = dict(depth=2, eta=Fraction(1, 20), scale=Fraction(1, 20), step=LAST, start="balanced")
PRESETS = (
    Preset("One layer", STANDARD | {"depth": 1}, "No product, no plateau: all three modes grow from the first step on"),
    Preset("Four layers", STANDARD | {"depth": 4}, "The same target, the same a: the plateaus are longer, the jumps sharper"),
    Preset("Start at 0", STANDARD | {"scale": 0}, "The origin is stationary as soon as there are two layers: nothing moves"),
    Preset("Unbalanced", STANDARD | {"start": "unbalanced"}, "The same product at the start, other factors: the plateaus are gone"),
    Preset("η too large", STANDARD | {"eta": Fraction("0.35")}, "Beyond 2/λ_max the largest mode cannot settle"),
)
STARTS = {"balanced: every layer a·I": "balanced", "unbalanced: W₁ = aᴺ·I, the others I": "unbalanced"}


def learning_dynamics(depth=2, eta=Fraction(1, 20), scale=Fraction(1, 20), step=LAST, start="balanced", predict=False):
    """Gradient descent on 1/2 ||W_{1:N} - diag(3, 1.2, 0.5)||^2: plateaus and jumps of a map that is linear.

    `depth` is N, every layer is 3 x 3; `scale` is a: every layer starts at a I, or, `start="unbalanced"`, the first at a^N I
    and the others at I, which is the same product. `step` is the last step drawn. The exact curves are gradient flow's from
    the balanced start (Saxe, McClelland and Ganguli 2013). With `predict` a question comes first. Lecture 6.2.4.

    >>> learning_dynamics(step=50).readout
    'With 2 layers GD learned half of modes 1, 2, 3 at step 25, 53, 107; by the exact curves: 24, 51, 106.
    At step 50 Φ = 0.349, ‖∇Φ‖ = 0.705 and λ_min = -0.681.'
    """
    whole = sorted({*range(30), *(int(v) for v in log_grid(1, 4, 30))})
    return Explorer(
        [Slider("depth", "depth N", tuple(range(1, 5)), depth, exact=True),
         Slider("eta", "step size η", log_grid(-3, 0, 30), eta),
         Slider("scale", "start a", (0, *log_grid(-3, 0, 30)), scale, {"0": 0}),
         Slider("step", "step t", whole, step, play=True, exact=True, text=count_text),
         Choice("start", "start", STARTS, start)],
        compute=Learning, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        ghosts=("dots", "value"))
