"""`saddle_map`: the lattice of stationary points, and the way gradient descent takes through it."""
from fractions import Fraction

import numpy as np
from matplotlib.transforms import offset_copy

from ...live import Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.stage import next_round, power_ticks
from ...live.values import count_text, linear_grid, log_grid, number_text
from .saddle_map_walk import BEYOND, KINDS, MINIMUM, MODES, NON_STRICT, STRICT, Walk

FARTHEST = Fraction(1, 4)                      # start s
SOONEST = 10                                   # the step at which the axis begins
MARKS = {STRICT: "v", NON_STRICT: "s", MINIMUM: "o"}


def _draw(fig):
    look = fig.look
    saddles, loss = fig.panels(
        ("Stationary points, with λₘᵢₙ of the strict ones", "Stationary points, λₘᵢₙ"),
        ("The loss along gradient descent, η = 0.01", "Along GD, η = 0.01"), shares=[1.12, 1])
    for ax in (saddles, loss):
        ax.set(ylim=(-.08, 1.14), ylabel="Φ / Φ(0)")
        for k in range(len(MODES) + 1):
            fig.hline(ax, lambda run, k=k: run.rests[k] and run.rests[k].height,
                      color=look.ghost, ls=DOTTED, lw=1, when=("chains",))
    _draw_saddles(fig, saddles)
    _draw_loss(fig, loss)
    ring = dict(mfc="none", mec=look.run, mew=1.8, ms=15, zorder=6, ghost=True)
    fig.dot(saddles, lambda run: (run.path[0][-1], run.path[1][-1]), **ring)
    fig.dot(loss, lambda run: (run.now, run.path[1][-1]), **ring)
    fig.key(saddles, 4)
    fig.key(loss, 2)


def _draw_saddles(fig, ax):
    look, once = fig.look, dict(when=("nodes",))
    colours = {STRICT: look.value, NON_STRICT: look.fault, MINIMUM: look.bound}
    beside = offset_copy(ax.transData, fig, x=7, y=6, units="points")
    ax.set(xlim=(-.3, 3.75 if fig.width > 700 else 4.15), xticks=range(4),
           xlabel="number of modes learned")
    fig.levels(ax, _edges, color=look.faint, lw=1, zorder=1, **once)
    fig.line(ax, lambda run: run.path, color=look.run, lw=1.6, label="GD", ghost=True)
    for kind in KINDS:
        fig.line(ax, lambda run, kind=kind: _places(run, kind), MARKS[kind],
                 color=colours[kind], mec=look.paper, ms=9, zorder=4, label=kind, **once)
    for k in range(2 ** len(MODES)):
        fig.label(ax, lambda run, k=k: (len(run.nodes[k].modes), run.name_heights[k]),
                  lambda run, k=k: _name(run.nodes[k]),
                  color=look.ink, va="center", transform=beside, **once)


def _draw_loss(fig, ax):
    """Phi over the steps; the saddles at which GD rests are named before the first fall."""
    look, once = fig.look, dict(when=("chains",))
    above = offset_copy(ax.get_yaxis_transform(), fig, x=4, y=7, units="points")
    ax.set(xscale="log", xlabel="step t")
    fig.scale(ax, x=lambda run: (SOONEST, 1.4 * next_round(BEYOND * run.last)), ticks=power_ticks)
    fig.line(ax, lambda run: (np.maximum(run.steps, 1), run.path[1]),
             color=look.run, lw=1.8, label="GD", ghost=True)
    for k in range(len(MODES)):
        fig.vline(ax, lambda run, k=k: run.waits[k], ghost=True, color=look.bound, lw=1.3,
                  ls=DASHED, label=None if k else "formula for a long wait", **once)
    for k in range(len(MODES)):
        fig.label(
            ax, lambda run, k=k: run.plateaus[k] and (0, run.plateaus[k].height),
            lambda run, k=k: run.plateaus[k] and run.plateaus[k].name,
            color=look.ink, va="center", transform=above, **once)


def _edges(run):
    """From every node to those that keep one mode more."""
    return [
        [a.place, b.place] for a in run.nodes for b in run.nodes
        if len(b.modes) == len(a.modes) + 1 and set(a.modes) < set(b.modes)]


def _places(run, kind):
    return np.reshape([one.place for one in run.nodes if one.kind == kind], (-1, 2)).T


def _name(node):
    return f"{node.name} {number_text(node.lambda_min, 2)}" if node.kind == STRICT else node.name


def _count(steps):
    return count_text(steps) if steps < 1e5 else number_text(steps, 3)


def _size(x):
    return number_text(x, 3) if x >= 1e-6 else "below 10⁻⁶"


def _readout(run):
    here, strict = run.reached(run.now), sum(one.kind == STRICT for one in run.nodes)
    saddles = "all 7 saddles are" if strict == 7 else f"{strict} of the 7 saddles are"
    way = " → ".join(one.name for one in run.visited)
    loss = _size(run.loss(run.learned(run.now)))
    return (f"At depth {run.N}, {saddles} strict. GD takes the way {way}. "
            f"At step {_count(round(run.now))} it has learned {here.name}, a {here.kind} with "
            f"loss {number_text(here.loss)} and λₘᵢₙ = {number_text(here.lambda_min)}; "
            f"its own loss is {loss}, and ‖∇Φ‖ is {_size(run.grad_norm)}.")


PRESETS = (
    Preset("Plateau of {1}", "GD waits near a saddle that is not strict", share=.4),
    Preset("Twin modes", "σ₁ = σ₂: two modes are learned at once", s2=2),
    Preset("Far start", "The plateaus melt: they come from starting near the origin", start=.25),
)


@explorer_factory
def saddle_map(s1=2, s2=1.2, s3=.7, N=3, start=.02, share=1):
    """Every stationary point of 1/2 ||W_N .. W_1 - diag(s1, s2, s3)||^2 that keeps a set of modes.

    Between them leads the way of gradient descent from W_k = start I with eta = 1/100: its steps
    come from the closed form of the scalar chain, good to a step. `share` is how much of the run is
    drawn. Lecture 6.2.7; Achour, Malgouyres and Gerchinovitz (2024).

    >>> saddle_map(N=2).readout
    'At depth 2, all 7 saddles are strict. GD takes the way ∅ → {1} → {1,2} → {1,2,3}.
    At step 909 it has learned {1,2,3}, a global minimum with loss 0 and λₘᵢₙ = 0;
    its own loss is 6.42·10⁻⁶, and ‖∇Φ‖ is 0.00423.'
    """
    sigma, shares = linear_grid("0.2", "2.5", "0.05"), linear_grid(0, 1, "0.01")
    starts = (*(v for v in log_grid(-3, 0, 20) if v < FARTHEST), FARTHEST)
    return Explorer(
        [Slider("s1", "σ₁", sigma, s1),
         Slider("s2", "σ₂", sigma, s2),
         Slider("s3", "σ₃", sigma, s3),
         Slider("N", "depth N", (2, 3, 4, 5), N, exact=True),
         Slider("start", "start s", starts, start),
         Slider("share", "progress", shares, share, play=True, text=lambda v: f"{float(v):.0%}")],
        compute=Walk, draw=_draw, readout=_readout, main=("N", "s2", "share"),
        presets=PRESETS, ratios=(.5, 1.6))
