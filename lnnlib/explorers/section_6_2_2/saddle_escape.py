"""`saddle_escape`: the quadratic saddle under gradient descent."""
from fractions import Fraction

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Choice, Explorer, Predict, Preset, Slider, presets_from_defaults
from ...live.levels import LevelCurves
from ...live.look import DASHED, DOTTED
from ...live.predict import added_or_multiplied
from ...live.values import count_text, linear_grid, log_grid, number_text
from ...saddles import QuadraticSaddle
from .saddle_escape_run import EVERY, FAR, LAST, ROTATION, Escape

LEVELS = (-1.2, -.8, -.45, -.2, -.05, .05, .2, .45, .8, 1.2)
CURVES = LevelCurves((-1.7, 1.7), (-1.5, 1.5), 35)
WEDGE = np.array([(5, 5), (0, 0), (5, -5)])            # |theta_2| <= theta_1, beyond the picture
ANGLE = np.linspace(0, 2 * np.pi, 61)
CIRCLE = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])


def _draw(fig, landscape):
    plane, sizes = fig.panels("Level curves of f̃, and the run", "f̃ and ‖∇f̃‖ along the run")
    lamps = fig.split(sizes, .2)
    letter = "w" if landscape == "rotated" else "θ"
    plane.set(xlim=(-1.7, 1.7), ylim=(-1.5, 1.5), xlabel=f"{letter}₁", ylabel=f"{letter}₂")
    fig.step_axis(sizes, LAST, labelled=False)
    fig.step_axis(lamps, LAST)
    sizes.set(yscale="log", ylim=(1e-14, 1e6))
    fig.ticks(sizes, y=(1e-12, 1e-8, 1e-4, 1, 1e4))
    lamps.set(ylim=(-.6, 1.6), yticks=[1, 0], yticklabels=["f̃ < 0", "‖∇f̃‖ > ε"])
    _draw_plane(fig, plane, landscape)
    _draw_sizes(fig, sizes)
    _draw_lamp(fig, lamps, 1, fig.look.value, lambda run: run.below)
    _draw_lamp(fig, lamps, 0, fig.look.slope, lambda run: run.steep)
    for ax in (sizes, lamps):
        fig.vline(ax, lambda run: run.steps[run.now], color=fig.look.fault, lw=1)
    fig.key(sizes, 3)


def _draw_plane(fig, plane, landscape):
    """Level curves, the regions of the two conditions, and the run."""
    look, alpha = fig.look, dict(when=("alpha",))
    text = dict(ha="center", va="center", clip_on=True)
    turn = ROTATION if landscape == "rotated" else np.eye(2)     # from theta to the picture's axes
    theta = np.stack([CURVES.x, CURVES.y], axis=-1) @ turn

    def below_here(run):
        return turn @ (-1.25, .75 * min(run.opening, 1)) if run.opening > .3 else None

    plane.plot(0, 0, "+", color=look.ink, ms=9, mew=1.4)
    fig.levels(plane, lambda run: CURVES.lines((run.lam * theta**2).sum(axis=-1) / 2, LEVELS),
               color=look.faint, **alpha)
    for side in (turn, -turn):
        fig.region(plane, lambda run, side=side: WEDGE * (1, run.opening) @ side.T,
                   color=look.value, alpha=.13, lw=0, **alpha)
        if landscape != "maximum":
            fig.line(plane, lambda run, side=side: side @ (WEDGE * (1, run.opening)).T,
                     color=look.value, lw=1.2, ls=DASHED, **alpha)
    fig.region(plane, lambda run: run.flat * CIRCLE @ turn.T, when=("alpha", "eps"),
               facecolor=to_rgba(look.slope, .16), edgecolor=look.slope, lw=1)
    fig.label(plane, below_here, "f̃ < 0", color=look.value, **text, **alpha)
    fig.label(plane, lambda run: turn @ (0, -run.flat[1] - .12), "‖∇f̃‖ ≤ ε",
              color=look.slope, **text)
    fig.line(plane, lambda run: run.within(FAR).T, color=look.run, lw=1, ghost=True)
    fig.line(plane, lambda run: run.within(4, EVERY).T, "o", ghost=True,
             color=look.run, ms=3.2, mew=0)
    fig.dot(plane, lambda run: run.points[0], "s", drag=("theta", "theta2"),
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)
    fig.dot(plane, lambda run: run.points[run.now], color=look.fault, ms=9)


def _draw_sizes(fig, sizes):
    """f~ and ||grad f~|| over the steps, and what is claimed of them."""
    look, wide = fig.look, dict(lw=1.8, ghost=True)
    fig.line(sizes, lambda run: run.size(run.value < 0),
             color=look.value, label="|f̃| where f̃ < 0", **wide)
    fig.line(sizes, lambda run: run.size(run.value >= 0),
             color=look.value, ls=DOTTED, label="|f̃| where f̃ ≥ 0", **wide)
    fig.line(sizes, lambda run: run.positive(run.slope), color=look.slope, label="‖∇f̃‖", **wide)
    fig.line(sizes, lambda run: ([-.45, 2 * LAST], [float(run.eps)] * 2),
             color=look.slope, lw=1, ls=DASHED, label="ε")
    fig.vline(sizes, lambda run: run.first, color=look.run, lw=1.3, label="first escape")
    fig.vline(sizes, lambda run: run.bound, color=look.bound, lw=2.2, ls=DASHED, label="bound")


def _draw_lamp(fig, lamps, row, colour, condition):
    """When `condition` of the run holds, as bars; whether it does now, as a lamp on them."""
    def bars(run):
        return [[(low, row), (high, row)] for low, high in run.stretches(condition(run))]

    fig.levels(lamps, bars, color=colour, lw=9, capstyle="butt")
    lamp = fig.dot(lamps, lambda run: (run.steps[run.now], row), mec=fig.look.ink, mew=1.2, ms=9)
    fig.moves(lamp, "set_markerfacecolor",
              lambda run: colour if condition(run)[run.now] else fig.look.paper)


def _readout(run):
    """What happened, what was promised, and the certificate at the step that decides."""
    floats, exact = ("In floating point ", "in exact arithmetic ") if run.rotated else ("", "")
    printed = run.saddle.printed_bound()
    if run.first is not None:
        told = f"{floats}GD first ε-escapes at step {count_text(run.first)}"
    elif run.rotated:
        told = f"No escape within {count_text(len(run.floating) - 1)} steps of floating point"
    else:
        told = "GD never ε-escapes"
    if run.diverged is not None:
        told += f"; it diverged at step {count_text(run.diverged)}: η > 2/λ_max, so θ₂ grows"
    if run.bound is not None:
        told += (f"; {exact}the bound says at most {count_text(run.bound)}, "
                 f"the lecture prints {count_text(int(printed))}.")
    else:
        reason = ("in exact arithmetic θ₁⁽⁰⁾ stays 0" if run.theta == 0
                  else f"though the printed formula gives {number_text(printed)}")
        told += f"; the theorem promises nothing here, {reason}."
    if run.first is None:
        return told
    k = np.searchsorted(run.steps, run.first)
    slope, eps = number_text(run.slope[k]), number_text(run.eps)
    beyond = f"‖∇f̃‖ = {slope} > ε = {eps}" if slope != eps else f"‖∇f̃‖ is just above ε = {eps}"
    return f"{told} There f̃ = {number_text(run.value[k])} < 0 and {beyond}."


def _cost(run):
    """Predict's answer, from this run and those 1000 and 10^6 times farther out in theta_1."""
    if run.rotated or not 0 < run.theta <= Fraction(1, 10**9) or run.bound is None:
        return None
    starts = ((run.theta * k, run.theta2) for k in (10**6, 1000, 1))
    saddles = (QuadraticSaddle(run.saddle.eigenvalues, at, run.eta, run.eps) for at in starts)
    return added_or_multiplied(*(saddle.first_escape() for saddle in saddles), much=100)


PREDICT = Predict(
    "The run starts at θ₁⁽⁰⁾ = 1/1000 from the saddle, measured along the direction of negative "
    "curvature. You start 1000 times closer, and then 1000 times closer again. "
    "What happens to the number of steps until escape?",
    ("Each time the same number of steps is added", "Each time it is multiplied, by less than 100",
     "Each time it is multiplied by about 1000"),
    _cost)
PRESETS = (
    Preset("Flicker", "Escaped at step 0, not at 1 to 196, and again from 197 on for ever",
           eta=1, alpha=.01, theta=1, theta2=.09, eps=.0707),
    Preset("Exact tie", "At step 1 the gradient's norm equals ε, which is not yet an escape",
           eta=1, alpha=1, theta=1, theta2=0, eps=2),
    Preset("θ₁⁽⁰⁾ = 0", "On the stable direction: no escape, ever", eta=.5, alpha=1, theta=0),
    Preset("θ₁⁽⁰⁾ = 0, rotated", "The same start in a rotated basis: rounding rescues the run",
           landscape="rotated", eta=.5, alpha=1, theta=0),
    Preset("Local maximum", "A strict saddle by the lecture's definition: all directions lead down",
           landscape="maximum", theta2=.001),
    Preset("η beyond 2/λ_max", "The formula gives a number, yet the run never escapes",
           eta=2.5, alpha=.1, theta=1),
)
NAMES = {
    "saddle": "saddle", "the same saddle in a rotated basis": "rotated", "local maximum": "maximum"}


@presets_from_defaults
def saddle_escape(eta=.1, alpha=.5, theta=.001, eps=.1, theta2=1,
                  landscape="saddle", step=LAST, predict=False):
    """GD on f~ = 1/2 (-alpha theta_1^2 + theta_2^2): when it escapes, and when the bound says so.

    `theta`, `theta2` are theta_1(0), theta_2(0); `landscape` is "saddle", "rotated" (the same in a
    rotated basis, run in floating point) or "maximum" (both curvatures negative); `step` is the
    last step drawn. With `predict` a question comes first. Lecture 6.2.2.

    >>> saddle_escape(eta=.5, theta=.01).readout
    'GD first ε-escapes at step 14; the bound says at most 23, the lecture prints 23.
    There f̃ = -0.01292 < 0 and ‖∇f̃‖ = 0.1137 > ε = 0.1.'
    """
    up_to_3 = (*(v for v in log_grid(-3, 1, 80) if v < 3), 3)
    steps = sorted({*range(30), *(int(v) for v in log_grid(1, 7, 30))})
    critical = {"0": 0, "10⁻¹⁶": Fraction(1, 10**16)}
    return Explorer(
        [Slider("eta", "step size η", up_to_3, eta, {"1/β": 1, "2/λ_max": 2}, exact=True),
         Slider("alpha", "curvature α", log_grid(-2, 0, 100), alpha, exact=True),
         Slider("theta", "θ₁⁽⁰⁾", (0, *log_grid(-16, 0, 20)), theta, critical, exact=True),
         Slider("eps", "ε", up_to_3, eps, exact=True),
         Slider("theta2", "θ₂⁽⁰⁾", linear_grid(0, "1.4", "0.01"), theta2, exact=True),
         Slider("step", "step t", steps, step, play=True, exact=True, text=count_text),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=Escape, draw=_draw, readout=_readout, presets=PRESETS,
        predict=PREDICT if predict else None, ratios=(.46, 1.5))
