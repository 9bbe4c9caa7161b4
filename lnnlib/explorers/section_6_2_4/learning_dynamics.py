"""`learning_dynamics`: how a product of matrices learns its singular values by gradient descent."""
from functools import partial

import numpy as np

from ...live import Choice, Explorer, Predict, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import count_text, log_grid, number_text
from .learning_dynamics_run import LAST, MODES, STRENGTHS, Learning

STAIRS = ("no mode", "mode 1", "1 and 2")      # what is learned where Phi waits
NAMES = 50                                     # CSS pixels, for the names beside a panel


def _draw(fig, start):
    modes, loss = fig.panels(
        ("Singular values of the product W", "Singular values of W"),
        ("Loss Φ and its gradient", "Φ and its gradient"))
    for ax in (modes, loss):
        ax.set_xscale("function", functions=(np.log1p, np.expm1))
        ax.set_xlabel("time = η · step")
        ax.grid(True, axis="x", color=fig.look.faint, lw=.6)
        fig.scale(ax, x=lambda run: (0, run.end), ticks=_times)
    _draw_modes(fig, modes)
    _draw_loss(fig, loss)
    for ax in (modes, loss):
        fig.vline(ax, lambda run: run.cursor, color=fig.look.fault, lw=1, ghost=True,
                  label="step t" if ax is loss else None)
        fig.key(ax, 3)
        box = ax.get_position()
        ax.set_position([box.x0, box.y0, box.width - NAMES / fig.width, box.height])


def _times(_, end):
    """Ticks of an axis of times: 0, and the powers of ten, with 3 and 30 where it is short."""
    times = [0, *(t for t in ((1, 10, 100, 1000) if end > 30 else (1, 3, 10, 30)) if t <= end)]
    return times, [str(t) for t in times]


def _beside(fig, ax, height, name):
    """A dotted line at a height, and its name at its right end: both artists."""
    look = fig.look
    line = ax.axhline(height, color=look.ink, lw=.9, ls=DOTTED)
    return line, ax.annotate(
        name, (1, height), (5, 0), xycoords=ax.get_yaxis_transform(), textcoords="offset points",
        va="center", color=look.ink, fontsize=SMALL, family=look.font)


def _draw_modes(fig, ax):
    look, once = fig.look, dict(color=fig.look.bound, when=("depth", "scale", "end"), ghost=True)
    ax.set(ylim=(-.12, 4.2))
    ax.set_yticks([0, *STRENGTHS], ["0", *map(number_text, STRENGTHS)])
    for mode, s in enumerate(STRENGTHS):
        _beside(fig, ax, s, f"mode {mode + 1}")
    for mode in MODES:
        fig.line(ax, lambda run, mode=mode: (run.times, run.exact[mode]),
                 lw=1.8, label=None if mode else "exact", **once)
    fig.line(
        ax, lambda run: run.crosses, "x", ms=8, mew=2, zorder=4, label="half learned", **once)
    for mode in MODES:
        fig.line(ax, lambda run, mode=mode: run.dots(mode), "o",
                 color=look.run, ms=3.6, mew=0, label=None if mode else "GD", ghost=True)


def _draw_loss(fig, ax):
    look = fig.look
    ax.set_yscale("log", nonpositive="mask")
    ax.set(ylim=(1e-4, 40))
    fig.ticks(ax, y=(1e-4, .001, .01, .1, 1, 10))
    for learned, name in enumerate(STAIRS):
        stair = sum(s**2 for s in STRENGTHS[learned:]) / 2
        for artist in _beside(fig, ax, stair, name):        # of one layer there is no stair
            fig.moves(artist, "set_visible", lambda run: run.depth > 1, when=("depth",))
    fig.line(ax, lambda run: run.curve(run.value),
             color=look.value, lw=1.8, label="Φ", ghost=True)
    fig.line(ax, lambda run: run.curve(run.slope),
             color=look.slope, lw=1.8, ls=DASHED, label="‖∇Φ‖", ghost=True)


def _readout(run):
    """When each mode was learned and when it should have been, then the certificate at step t."""
    text, warning = partial(number_text, digits=3, zero=1e-9), ""
    layers = f"With {run.depth} layer{'s' if run.depth > 1 else ''}"
    if run.eta > run.limit:
        warning = (f" η = {number_text(run.eta)} is beyond 2/λₘₐₓ = {number_text(run.limit)} "
                   "at the balanced minimum.")
    if run.diverged:
        return f"{layers} GD diverged at step {count_text(run.diverged)}.{warning}"
    learned = "half of no mode"
    if set(run.halves) != {None}:
        learned = f"half of modes 1, 2, 3 at steps {_listed(run.halves, 'not yet')}"
    steps = [None if t is None else round(t / run.eta) for t in run.exact_halves]
    curves = "the balanced curves" if run.start == "unbalanced" else "the exact curves"
    return (f"{layers} GD learned {learned}; by {curves}: {_listed(steps, 'never')}.{warning} "
            f"At step {count_text(run.now)} Φ = {text(run.value[-1], zero=1e-20)}, "
            f"‖∇Φ‖ = {text(run.point.grad_norm)}, λₘᵢₙ = {text(run.point.lambda_min)}.")


def _listed(steps, otherwise):
    return ", ".join(
        otherwise if t is None else number_text(t, digits=3) if t >= LAST else count_text(t)
        for t in steps)


def _together_or_in_turn(run):
    """Predict's answer, read off a run of several layers from a small balanced start."""
    if run.depth == 1 or run.start != "balanced" or not 0 < run.scale <= .1 or run.eta >= run.limit:
        return None
    nearly = [run.reached(mode, .9) for mode in MODES]
    begun = [run.reached(mode, .25) for mode in MODES]
    if None in nearly:
        return None
    if nearly[0] < begun[1] and nearly[1] < begun[2]:
        return 1
    if nearly[2] < begun[1] and nearly[1] < begun[0]:
        return 2
    return 0 if max(begun) < min(nearly) else None


def _why(run):
    speed = {2: "s·a", 3: "s·a²", 4: "s·a³"}[run.depth]
    return (f"Half learned at steps {_listed(run.halves, 'not yet')}: "
            f"a small entry a grows at speed {speed}, so large s is first.")


PREDICT = Predict(
    "One matrix W learns M by GD, and its three singular values grow side by side. Now write "
    "W = W₂W₁ and start small. How do the singular values of the product grow?",
    ("side by side as before", "in turn, the largest first", "in turn, the smallest first"),
    _together_or_in_turn, _why, todo="Set the depth N to 2 and the start a₀ to 0.05.")

PRESETS = (
    Preset("Start at 0", "The origin is stationary as soon as there are two layers: nothing moves",
           scale=0),
    Preset("Unbalanced", "The same product at the start, other factors: the plateaus are gone",
           start="unbalanced"),
    Preset("η too large", "Beyond 2/λₘₐₓ the largest mode cannot settle", eta=.35),
)
STARTS = {"balanced, each a₀·I": "balanced", "W₁ = a₀ᴺ·I, others I": "unbalanced"}


@explorer_factory
def learning_dynamics(depth=2, eta=.05, scale=.05, step=LAST, start="balanced", predict=False):
    """Gradient descent on 1/2 ||W_{1:N} - diag(3, 1.2, 0.5)||^2: plateaus, jumps of a linear map.

    `depth` is N, every layer is 3 x 3; `scale` is a_0: every layer starts at a_0 I, or,
    `start="unbalanced"`, the first at a_0^N I and the others at I, the same product. `step` is the
    last step drawn. The exact curves are gradient flow's from the balanced start (Saxe,
    McClelland and Ganguli 2013). With `predict` a question comes first. Lecture 6.2.4.

    >>> learning_dynamics(step=50).readout
    'With 2 layers GD learned half of modes 1, 2, 3 at steps 25, 53, 107;
    by the exact curves: 24, 51, 106. At step 50 Φ = 0.349, ‖∇Φ‖ = 0.705, λₘᵢₙ = −0.681.'
    """
    whole = sorted({*range(30), *(int(v) for v in log_grid(1, 4, 30))})
    return Explorer([Slider("depth", "depth N", tuple(range(1, 5)), depth, exact=True),
                     Slider("scale", "start a₀", (0, *log_grid(-3, 0, 30)), scale),
                     Slider("eta", "step size η", log_grid(-3, 0, 30), eta),
                     Slider("step", "step t", whole, step, play=True, exact=True,
                            text=lambda t: count_text(t) if t < LAST else "the end"),
                     Choice("start", "start", STARTS, start)],
                    compute=Learning, draw=_draw, readout=_readout, presets=PRESETS,
                    predict=PREDICT if predict else None, ratios=(.46, 1.5))
