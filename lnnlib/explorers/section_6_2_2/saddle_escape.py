"""`saddle_escape`: the quadratic saddle under gradient descent."""
import math
from fractions import Fraction

import numpy as np
from matplotlib.colors import to_rgba

from ...live import Choice, Explorer, Predict, Preset, Slider, explorer_factory
from ...live.levels import LevelCurves
from ...live.look import DASHED, DOTTED, TEXT
from ...live.predict import added_or_multiplied
from ...live.values import count_text, linear_grid, log_grid, number_text, tick_text
from ...saddles import QuadraticSaddle
from .saddle_escape_run import EVERY, FAR, LAST, ROTATION, Escape

LAMPS = 36                   # CSS pixels, their least height
LEVELS = (-1, -.45, -.1, .1, .45, 1)
CURVES = LevelCurves((-1.7, 1.7), (-1.5, 1.5), 25)
WEDGE = np.array([(5, 5), (0, 0), (5, -5)])            # |theta_2| <= theta_1, beyond the picture
ANGLE = np.linspace(0, 2 * np.pi, 49)
CIRCLE = np.column_stack([np.cos(ANGLE), np.sin(ANGLE)])


def _draw(fig, landscape):
    plane, sizes = fig.panels(
        "Level curves of f̃, and the run", "|f̃| (dotted where f̃ ≥ 0) and ‖∇f̃‖")
    _draw_sizes(fig, sizes)
    lamps = fig.split(sizes, max(.2, LAMPS / (sizes.get_position().height * fig.tall)))
    letter = "w" if landscape == "rotated" else "θ"
    plane.set(xlim=(-1.7, 1.7), ylim=(-1.5, 1.5), xlabel=f"{letter}₁", ylabel=f"{letter}₂")
    fig.step_axis(sizes, lambda run: run.over, labelled=False)
    fig.step_axis(lamps, lambda run: run.over)
    lamps.set(ylim=(-.6, 1.6), yticks=[1, 0], yticklabels=["f̃ < 0", "‖∇f̃‖ > ε"])
    _draw_plane(fig, plane, landscape)
    _draw_lamp(fig, lamps, 1, fig.look.value, lambda run: run.below)
    _draw_lamp(fig, lamps, 0, fig.look.slope, lambda run: run.steep)
    for ax in (sizes, lamps):
        fig.vline(ax, lambda run: run.stop, color=fig.look.fault, lw=1)


def _draw_plane(fig, plane, landscape):
    """Level curves, the regions of the two conditions, and the run."""
    look, alpha = fig.look, dict(when=("alpha",))
    text = dict(ha="center", va="center", clip_on=True)
    turn = ROTATION if landscape == "rotated" else np.eye(2)     # from theta to the picture's axes
    theta = np.stack([CURVES.x, CURVES.y], axis=-1) @ turn
    box = plane.get_position()
    per_x, per_y = 3.4 / (box.width * fig.width), 3 / (box.height * fig.tall)    # of a pixel

    def below_here(run):
        return turn @ (-1.15, .4 * min(run.opening, 1)) if run.opening > .3 else None

    def under_flat(run):
        """How far below the saddle "‖∇f̃‖ ≤ ε" fits: under the ellipse, between the dashed lines."""
        wedge = 0 if landscape == "maximum" else 34 * per_x * run.opening
        return min(max(run.flat[1], wedge) + 10 * per_y, 1.5 - 10 * per_y)

    def to_flat(run):
        """From there up to the ellipse where it is small."""
        low, high = under_flat(run) - 8 * per_y, run.flat[1]
        return turn @ [(0, 0), (-low, -high)] if low - high > 6 * per_y else None

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
    fig.label(plane, lambda run: turn @ (0, -under_flat(run)), "‖∇f̃‖ ≤ ε", color=look.slope, **text)
    fig.line(plane, to_flat, color=look.slope, lw=.8)
    fig.line(plane, lambda run: turn @ run.within(FAR).T, color=look.run, lw=1, ghost=True)
    fig.line(plane, lambda run: turn @ run.within(4, EVERY).T, "o", ghost=True,
             color=look.run, ms=3.2, mew=0)
    fig.dot(plane, lambda run: turn @ run.theta_t[0], "s", ghost=True,
            drag=None if landscape == "rotated" else ("theta", "theta2"),
            mfc=look.paper, mec=look.run, mew=1.6, ms=8, zorder=4)
    fig.dot(plane, lambda run: None if run.stop is None else turn @ run.theta_t[run.now],
            color=look.fault, ms=9)


def _draw_sizes(fig, sizes):
    """f~ and ||grad f~|| over the steps, and what is claimed of them."""
    look, wide = fig.look, dict(lw=1.8, ghost=True)
    sizes.set_yscale("log")
    fig.ticks(sizes, y=(1,))
    fig.scale(sizes, y=lambda run: (run.depth, 100), ticks=_powers)
    fig.line(sizes, lambda run: run.size(run.value < 0), color=look.value, label="|f̃|", **wide)
    fig.line(sizes, lambda run: run.size(run.value >= 0), color=look.value, ls=DOTTED, **wide)
    fig.line(sizes, lambda run: run.positive(run.slope), color=look.slope, label="‖∇f̃‖", **wide)
    fig.hline(sizes, lambda run: float(run.eps), color=look.slope, lw=1, ls=DASHED, ghost=True)
    fig.label(sizes, lambda run: (1.005, float(run.eps)), "ε", color=look.slope, va="center",
              fontsize=TEXT, transform=sizes.get_yaxis_transform())
    fig.vline(sizes, lambda run: run.first, color=look.run, lw=1.3, ghost=True,
              label="escape" if fig.low else "first escape")
    fig.vline(sizes, lambda run: run.bound,
              color=look.bound, lw=2.2, ls=DASHED, label="bound", ghost=True)
    fig.key(sizes, 2 if fig.wide and fig.width < 640 else 4)


def _powers(low, high):
    """Ticks of an axis of logarithms: 1 and every 2nd, 4th or 8th power of 10."""
    low, high = round(math.log10(low)), round(math.log10(high))
    apart = next(k for k in (2, 4, 8) if high - low <= 5 * k or k == 8)
    powers = range(-(-low // apart) * apart, high + 1, apart)
    return [10.**k for k in powers], [tick_text(10.**k) for k in powers]


def _draw_lamp(fig, lamps, row, colour, condition):
    """When `condition` of the run holds, as bars; whether it does at `stop`, as a lamp on them."""
    def bars(run):
        return [[(low, row), (high, row)] for low, high in run.stretches(condition(run))]

    fig.levels(lamps, bars, color=colour, lw=9, capstyle="butt", ghost=True)
    lamp = fig.dot(lamps, lambda run: None if run.stop is None else (run.stop, row),
                   mec=fig.look.ink, mew=1.2, ms=9)
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
        told += ", though θ₂ grows" if run.first is not None else ": θ₂ grows"
        told += ", since η > 2/λₘₐₓ"
    if run.bound is not None:
        told += (f"; {exact}the bound says at most {count_text(run.bound)}, "
                 f"the lecture prints {count_text(int(printed)).replace('-', '−')}.")
    else:
        reason = ("as θ₁ stays 0 in exact arithmetic" if run.theta == 0
                  else f"yet the printed formula gives {number_text(printed)}")
        told += f"; the theorem promises nothing here, {reason}."
    if run.first is None:
        return told
    k = np.searchsorted(run.steps, run.first)
    slope, eps = number_text(run.slope[k]), number_text(run.eps)
    beyond = f"‖∇f̃‖ = {slope} > ε = {eps}" if slope != eps else f"‖∇f̃‖ is just above ε = {eps}"
    return f"{told} There f̃ = {number_text(run.value[k])} < 0 and {beyond}."


def _counts(run):
    """The first escapes from 10^6 and 1000 times as far out in theta_1 as `run`, and its own.

    None where they are no race of theta_1 against eps alone.
    """
    if run.landscape != "saddle" or not 0 < run.theta <= Fraction(1, 10**9) or run.bound is None:
        return None
    starts = ((run.theta * k, run.theta2) for k in (10**6, 1000, 1))
    saddles = [QuadraticSaddle(run.saddle.eigenvalues, at, run.eta, run.eps) for at in starts]
    counts = [saddle.first_escape() for saddle in saddles]
    waits = all(t > 0 and saddle.below_saddle(t - 1)
                for saddle, t in zip(saddles, counts, strict=True))
    return counts if waits else None


def _cost(run):
    """Predict's answer, from `_counts`."""
    counts = _counts(run)
    return None if counts is None else added_or_multiplied(*counts, much=100)


def _why(run):
    """The three counts, and the steps in which 1 + eta alpha makes up for a factor 1000."""
    counts = ", ".join(map(count_text, _counts(run)))
    added = math.log(1000) / math.log1p(float(run.eta * run.alpha))
    added = number_text(added) if added < 1000 else count_text(round(added))
    return f"{counts} steps: a factor 1000 adds log 1000 / log(1 + ηα) = {added}."


PREDICT = Predict(
    "The run starts at θ₁⁽⁰⁾ = 1/1000 from the saddle, measured along the direction of negative "
    "curvature. You start 1000 times closer, and then 1000 times closer again. "
    "What happens to the number of steps until escape?",
    ("Each time the same number is added", "Each time multiplied by under 100",
     "Each time multiplied by about 1000"),
    _cost, _why, todo="Set θ₁⁽⁰⁾ to 10⁻⁶, then to 10⁻⁹.")
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
    Preset("η > 2/λₘₐₓ", "The formula gives a number, yet the run never escapes",
           eta=2.5, alpha=.1, theta=1),
)
NAMES = {
    "saddle": "saddle", "the same saddle in a rotated basis": "rotated", "local maximum": "maximum"}


@explorer_factory
def saddle_escape(eta=.1, alpha=.5, theta=.001, eps=.1, theta2=1,
                  landscape="saddle", step=LAST, predict=False):
    """GD on f~ = 1/2 (-alpha theta_1^2 + theta_2^2): when it escapes, and when the bound says so.

    `theta`, `theta2` are theta_1(0), theta_2(0); `landscape` is "saddle", "rotated" (the same in a
    rotated basis, run in floating point) or "maximum" (both curvatures negative); `step` is the
    last step drawn. With `predict` a question comes first. Lecture 6.2.2.

    >>> saddle_escape(eta=.5, theta=.01).readout
    'GD first ε-escapes at step 14; the bound says at most 23, the lecture prints 23.
    There f̃ = −0.01292 < 0 and ‖∇f̃‖ = 0.1137 > ε = 0.1.'
    """
    up_to_3 = (*(v for v in log_grid(-3, 1, 80) if v < 3), 3)
    steps = sorted({*range(30), *(int(v) for v in log_grid(1, 7, 30))})
    critical = {"0": 0, "10⁻¹⁶": Fraction(1, 10**16)}
    return Explorer(
        [Slider("eta", "step size η", up_to_3, eta, {"1/β": 1, "2/λₘₐₓ": 2}, exact=True),
         Slider("alpha", "curvature α", log_grid(-2, 0, 100), alpha, exact=True),
         Slider("theta", "θ₁⁽⁰⁾", (0, *log_grid(-16, 0, 20)), theta, critical, exact=True),
         Slider("eps", "ε", up_to_3, eps, exact=True),
         Slider("theta2", "θ₂⁽⁰⁾", linear_grid(0, "1.4", "0.01"), theta2, exact=True),
         Slider("step", "up to step", steps, step, play=True, exact=True,
                text=lambda t: count_text(t) if t < LAST else "the end"),
         Choice("landscape", "landscape", NAMES, landscape)],
        compute=Escape, draw=_draw, readout=_readout, main=("theta", "eta", "alpha"),
        presets=PRESETS, predict=PREDICT if predict else None, ratios=(.46, 1.5))
