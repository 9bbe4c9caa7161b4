"""`saddle_escape`: the quadratic saddle under gradient descent."""
import math
from fractions import Fraction

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from ...live import Choice, Explorer, Handle, Predict, Preset, Slider, count_text, linear_grid, log_grid, number_text
from ...live.levels import LevelCurves
from ...live.look import DASHED, DOTTED, SMALL
from ...live.predict import added_or_multiplied
from ...saddles import QuadraticSaddle
from .escape import EVERY, FAR, LAST, ROTATION, Escape

LEVELS = (-1.2, -.8, -.45, -.2, -.05, .05, .2, .45, .8, 1.2)
CURVES = LevelCurves((-1.7, 1.7), (-1.5, 1.5), 35)


def _stage(fig, landscape):
    look, letter = fig.look, "w" if landscape == "rotated" else "θ"
    plane, run = fig.panels("Level curves of f̃, and the run", "f̃ and ‖∇f̃‖ along the run")
    lamps = fig.split(run, .2)
    plane.set(xlim=(-1.7, 1.7), ylim=(-1.5, 1.5), xlabel=f"{letter}₁", ylabel=f"{letter}₂")
    plane.plot(0, 0, "+", color=look.ink, ms=9, mew=1.4)
    fig.step_axis(run, LAST, labelled=False)
    fig.step_axis(lamps, LAST)
    run.set(yscale="log", ylim=(1e-14, 1e6))
    run.set_yticks([1e-12, 1e-8, 1e-4, 1, 1e4], ["10⁻¹²", "10⁻⁸", "10⁻⁴", "1", "10⁴"])
    run.minorticks_off()
    lamps.set(ylim=(-.6, 1.6))
    lamps.set_yticks([1, 0], ["f̃ < 0", "‖∇f̃‖ > ε"])
    actors = _plane_actors(plane, look) | _run_actors(run, look) | _lamp_actors(run, lamps, look)
    fig.key(run, 3)
    return actors


def _plane_actors(plane, look):
    mark = dict(ha="center", va="center", fontsize=SMALL, family=look.font, clip_on=True)
    return {
        "levels": CURVES.actor(plane, look.faint),
        "cone": [plane.fill([], [], color=look.value, alpha=.13, lw=0)[0] for _ in range(2)],
        "border": [plane.plot([], [], color=look.value, lw=1.2, ls=DASHED)[0] for _ in range(2)],
        "flat": plane.fill([], [], facecolor=to_rgba(look.slope, .16), edgecolor=look.slope, lw=1)[0],
        "path": plane.plot([], [], "-", color=look.run, lw=1)[0],
        "dots": plane.plot([], [], "o", color=look.run, ms=3.2, mew=0)[0],
        "start": plane.plot([], [], "s", mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)[0],
        "now": plane.plot([], [], "o", color=look.fault, mec=look.paper, ms=9, zorder=5)[0],
        "below_here": plane.text(0, 0, "f̃ < 0", color=look.value, **mark),
        "flat_here": plane.text(0, 0, "‖∇f̃‖ ≤ ε", color=look.slope, **mark),
    }


def _run_actors(run, look):
    down = run.get_xaxis_transform()
    return {
        "below": run.plot([], [], color=look.value, lw=1.8, label="|f̃| where f̃ < 0")[0],
        "above": run.plot([], [], color=look.value, lw=1.8, ls=DOTTED, label="|f̃| where f̃ ≥ 0")[0],
        "slope": run.plot([], [], color=look.slope, lw=1.8, label="‖∇f̃‖")[0],
        "eps": run.plot([], [], color=look.slope, lw=1, ls=DASHED, label="ε")[0],
        "first": run.plot([], [], color=look.run, lw=1.3, transform=down, label="first escape")[0],
        "bound": run.plot([], [], color=look.bound, lw=2.2, ls=DASHED, transform=down, label="bound")[0],
    }


def _lamp_actors(run, lamps, look):
    return {
        "on": [lamps.add_collection(LineCollection([], colors=[colour], linewidths=[9], capstyle="butt"), autolim=False)
               for colour in (look.value, look.slope)],
        "cursor": [ax.axvline(0, color=look.fault, lw=1) for ax in (run, lamps)],
        "lamps": [lamps.plot([], [], "o", mec=look.ink, mew=1.2, ms=9, zorder=5)[0] for _ in range(2)],
    }


def _act(actors, run):
    _act_plane(actors, run, ROTATION if run.rotated else np.eye(2))
    shown = run.steps <= run.step
    last = np.flatnonzero(shown)[-1]
    size = np.abs(run.value)
    for actor, here in ((actors.above, run.value >= 0), (actors.below, run.value < 0)):
        actor.set_data(run.steps[shown], np.where(_widened(here) & (size > 0), size, np.nan)[shown])
    actors.slope.set_data(run.steps[shown], np.where(run.slope > 0, run.slope, np.nan)[shown])
    for actor, t in ((actors.first, run.first), (actors.bound, run.bound)):
        actor.set_data(([], []) if t is None else ([t, t], [0, 1]))
    for cursor in actors.cursor:
        cursor.set_xdata([run.steps[last]] * 2)
    for bar, lamp, row, on in zip(actors.on, actors.lamps, (1, 0), (run.below, run.steep), strict=True):
        bar.set_segments([[(low, row), (high, row)] for low, high in _spans(run.steps, on)])
        lamp.set_data([run.steps[last]], [row])
        lamp.set_markerfacecolor(bar.get_colors()[0] if on[last] else lamp.axes.get_facecolor())
    actors.now.set_data(*run.points[[last]].T)


def _act_plane(actors, run, turn):
    """The landscape and the run on it; `turn` maps theta to the picture's coordinates."""
    if actors.changed("landscape", run.alpha, run.eps, run.landscape):
        _act_landscape(actors, *(float(v) for v in run.saddle.eigenvalues), float(run.eps), turn)
    shown = run.steps <= run.step
    actors.path.set_data(*run.points[shown & (np.abs(run.points) < FAR).all(axis=1)].T)
    actors.dots.set_data(*run.points[shown & (run.steps <= EVERY) & (np.abs(run.points) < 4).all(axis=1)].T)
    actors.start.set_data(*run.points[:1].T)


def _act_landscape(actors, a, b, eps, turn):
    """Level curves of (a theta_1^2 + b theta_2^2)/2, and the regions of the two conditions."""
    xy = np.stack([CURVES.x, CURVES.y], axis=-1) @ turn                   # theta at every point of the picture
    actors.levels.set_segments(CURVES.lines((a * xy[..., 0]**2 + b * xy[..., 1]**2) / 2, LEVELS))
    opening = math.sqrt(-a / b) if b > 0 else 1e3                         # f~ < 0 where |theta_2| < opening |theta_1|
    wedge = np.array([[5, 5 * opening], [0, 0], [5, -5 * opening]]) @ turn.T
    for side, cone, border in zip((1, -1), actors.cone, actors.border, strict=True):
        cone.set_xy(side * wedge)
        border.set_data(*(side * wedge.T if b > 0 else ([], [])))
    angle, flat = np.linspace(0, 2 * np.pi, 61), eps / np.abs([a, b])
    actors.flat.set_xy(flat * np.stack([np.cos(angle), np.sin(angle)], axis=1) @ turn.T)
    actors.below_here.set_position((-1.25, .75 * min(opening, 1)) @ turn.T)
    actors.below_here.set_visible(opening > .3)
    actors.flat_here.set_position((0, -flat[1] - .12) @ turn.T)
    actors.eps.set_data([-.45, 2 * LAST], [eps, eps])


def _widened(mask):
    """`mask` with its neighbours, so that a line of several colours has no gaps."""
    return mask | np.append(mask[1:], False)


def _spans(steps, on):
    """The stretches of steps where a lamp is on, each from half a step before to half a step after."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(int), [0]])))
    return [(steps[low] - .4, steps[high - 1] + (.4 if high < len(steps) else LAST)) for low, high in edges.reshape(-1, 2)]


def _readout(run):
    """What happened, what was promised, and the certificate at the step that decides."""
    if run.rotated:
        happened = (f"In floating point GD first ε-escapes at step {count_text(run.first)}" if run.first is not None
                    else f"No escape within {count_text(len(run.floating) - 1)} steps of floating point")
    else:
        happened = "GD never ε-escapes" if run.first is None else f"GD first ε-escapes at step {count_text(run.first)}"
    if run.diverged is not None:
        happened += f"; it diverged at step {count_text(run.diverged)}: η > 2/λ_max, so θ₂ grows"
    if run.bound is None:
        printed = run.saddle.printed_bound()
        reason = ("in exact arithmetic θ₁⁽⁰⁾ stays 0" if run.theta == 0
                  else f"though the printed formula gives {number_text(printed)}")
        promised = f"the theorem promises nothing here, {reason}"
    else:
        printed = run.saddle.printed_bound()
        promised = (f"{'in exact arithmetic ' if run.rotated else ''}the bound says at most {count_text(run.bound)}, "
                    f"the lecture prints {count_text(int(printed))}")
    if run.first is None:
        return f"{happened}; {promised}."
    k = np.searchsorted(run.steps, run.first)
    slope, eps = number_text(run.slope[k]), number_text(run.eps)
    beyond = f"‖∇f̃‖ = {slope} > ε = {eps}" if slope != eps else f"‖∇f̃‖ is just above ε = {eps}"
    return f"{happened}; {promised}. There f̃ = {number_text(run.value[k])} < 0 and {beyond}."


def _cost(run):
    """Predict's answer, read off this run and those from 1000 and 10^6 times farther out; None where they decide nothing."""
    if run.rotated or not 0 < run.theta <= Fraction(1, 10**9) or run.bound is None:
        return None
    runs = (QuadraticSaddle(run.saddle.eigenvalues, (run.theta * k, run.theta2), run.eta, run.eps) for k in (10**6, 1000, 1))
    return added_or_multiplied(*(saddle.first_escape() for saddle in runs), much=100)


PREDICT = Predict(
    "The run starts at θ₁⁽⁰⁾ = 1/1000 from the saddle, measured along the direction of negative curvature. "
    "You start 1000 times closer, and then 1000 times closer again. What happens to the number of steps until escape?",
    ("Each time the same number of steps is added", "Each time it is multiplied, by less than 100",
     "Each time it is multiplied by about 1000"),
    _cost)


def _preset(label, why, landscape="saddle", **numbers):
    """A preset that sets everything but what it does not name to the standard scene; numbers are decimals in quotes."""
    exact = {name: Fraction(value) for name, value in (STANDARD | numbers).items()}
    return Preset(label, dict(exact, landscape=landscape, step=LAST), why)


STANDARD = dict(eta="0.1", alpha="0.5", theta="0.001", eps="0.1", theta2="1")
PRESETS = (
    _preset("Flicker", "Escaped at step 0, not at 1 to 196, and again from 197 on for ever",
            eta="1", alpha="0.01", theta="1", theta2="0.09", eps="0.0707"),
    _preset("Exact tie", "At step 1 the gradient's norm equals ε, which is not yet an escape",
            eta="1", alpha="1", theta="1", theta2="0", eps="2"),
    _preset("θ₁⁽⁰⁾ = 0", "On the stable direction: no escape, ever", eta="0.5", alpha="1", theta="0"),
    _preset("θ₁⁽⁰⁾ = 0, rotated", "The same start in a rotated basis: rounding rescues the run",
            "rotated", eta="0.5", alpha="1", theta="0"),
    _preset("Local maximum", "A strict saddle by the lecture's definition: every direction leads down",
            "maximum", theta2="0.001"),
    _preset("η beyond 2/λ_max", "The formula gives a number, yet the run never escapes", eta="2.5", alpha="0.1", theta="1"),
)
LANDSCAPES = {"saddle": "saddle", "the same saddle in a rotated basis": "rotated", "local maximum": "maximum"}


def saddle_escape(eta=Fraction(1, 10), alpha=Fraction(1, 2), theta=Fraction(1, 1000), eps=Fraction(1, 10), theta2=1,
                  landscape="saddle", step=LAST, predict=False):
    """Gradient descent on f~ = 1/2 (-alpha theta_1^2 + theta_2^2): when does it escape, and when does the bound say so?

    `theta`, `theta2` are theta_1(0), theta_2(0); `landscape` is "saddle", "rotated" (the same saddle in a rotated basis, run
    in floating point) or "maximum" (both curvatures negative); `step` is the last step drawn. With `predict` a question
    comes first. Lecture 6.2.2.

    >>> saddle_escape(eta=.5, theta=.01).readout
    'GD first ε-escapes at step 14; the bound says at most 23, the lecture prints 23.
    There f̃ = -0.01292 < 0 and ‖∇f̃‖ = 0.1137 > ε = 0.1.'
    """
    thin = (*(v for v in log_grid(-3, 1, 80) if v < 3), 3)
    whole = sorted({*range(30), *(int(v) for v in log_grid(1, 7, 30))})
    return Explorer(
        [Slider("eta", "step size η", thin, eta, {"1/β": 1, "2/λ_max": 2}, exact=True),
         Slider("alpha", "curvature α", log_grid(-2, 0, 100), alpha, exact=True),
         Slider("theta", "θ₁⁽⁰⁾", (0, *log_grid(-16, 0, 20)), theta, {"0": 0, "10⁻¹⁶": Fraction(1, 10**16)}, exact=True),
         Slider("eps", "ε", thin, eps, exact=True),
         Slider("theta2", "θ₂⁽⁰⁾", linear_grid(0, "1.4", "0.01"), theta2, exact=True),
         Slider("step", "step t", whole, step, play=True, exact=True, text=count_text),
         Choice("landscape", "landscape", LANDSCAPES, landscape)],
        compute=Escape, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        handles=(Handle("start", "theta", "theta2"),), ghosts=("path", "dots", "above", "below", "slope"), ratios=(.46, 1.5))
