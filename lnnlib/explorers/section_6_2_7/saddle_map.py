"""`saddle_map`: the lattice of stationary points, and the way gradient descent takes through it."""
from fractions import Fraction

import numpy as np
from matplotlib.transforms import offset_copy

from ...live import Explorer, Preset, Slider, presets_from_defaults
from ...live.look import DASHED, DOTTED
from ...live.values import count_text, linear_grid, log_grid, number_text
from .saddle_map_walk import BEYOND, KINDS, MINIMUM, MODES, NON_STRICT, STRICT, Walk

FARTHEST = Fraction(1, 4)                      # start s
TICKS = (.5, 1)                                # shares of the run where its steps are written
MARKS = {STRICT: "v", NON_STRICT: "s", MINIMUM: "o"}


def _draw(fig):
    look = fig.look
    titles = "Stationary points, λ_min of the strict", "The loss along gradient descent"
    saddles, loss = fig.panels(*titles, shares=[1.12, 1])
    ring = dict(mfc="none", mec=look.run, mew=1.8, ms=15, zorder=6)
    for ax, end in ((saddles, 4), (loss, 2)):
        ax.set(ylim=(-.08, 1.1), ylabel="Φ / Φ(0)")
        fig.levels(
            ax, lambda run, end=end: [[(-1, one.height), (end, one.height)] for one in run.visited],
            color=look.ghost, linestyles=[DOTTED], when=("chains",))
    fig.dot(saddles, lambda run: (run.path[0][-1], run.path[1][-1]), **ring)
    fig.dot(loss, lambda run: (run.now / run.last, run.path[1][-1]), **ring)
    _draw_saddles(fig, saddles)
    _draw_loss(fig, loss)
    fig.key(saddles, 2)
    fig.key(loss, 1)


def _draw_saddles(fig, ax):
    look, once = fig.look, dict(when=("nodes",))
    colours = {STRICT: look.value, NON_STRICT: look.fault, MINIMUM: look.bound}
    ax.set(xlim=(-.3, 3.75), xticks=range(4), xlabel="number of modes learned")
    fig.levels(ax, _edges, color=look.faint, lw=1, zorder=1, **once)
    fig.line(ax, lambda run: run.path, color=look.run, lw=1.6, label="GD", ghost=True)
    for kind in KINDS:
        fig.line(ax, lambda run, kind=kind: _places(run, kind), MARKS[kind],
                 color=colours[kind], mec=look.paper, ms=10, zorder=4, label=kind, **once)
    for k in range(2 ** len(MODES)):
        fig.label(ax, lambda run, k=k: (len(run.nodes[k].modes) + .14, run.name_heights[k]),
                  lambda run, k=k: _name(run.nodes[k]),
                  color=look.ink, va="center", clip_on=True, **once)


def _draw_loss(fig, ax):
    look, once = fig.look, dict(when=("chains",))
    below = offset_copy(ax.get_xaxis_transform(), fig, y=-10, units="points")
    ax.set(xlim=(-.03, BEYOND + .05))
    ax.set_xticks([0, *TICKS], ["0", "", ""])
    ax.set_xlabel("step t", labelpad=6)
    fig.line(ax, lambda run: (run.steps / run.last, run.path[1]),
             color=look.run, lw=1.8, label="Φ along GD", ghost=True)
    for k in range(len(MODES)):
        fig.vline(ax, lambda run, k=k: run.waits[k] / run.last,
                  color=look.bound, lw=1.3, ls=DASHED, label=None if k else "formula", **once)
        fig.label(
            ax, lambda run, k=k: run.plateaus[k] and (BEYOND + .04, run.plateaus[k].height + .035),
            lambda run, k=k: run.plateaus[k] and run.plateaus[k].name,
            color=look.ink, ha="right", va="center", clip_on=True, **once)
    for share in TICKS:
        fig.label(ax, (share, 0), lambda run, share=share: _count(round(share * run.last)),
                  color=look.ink, ha="center", va="center", transform=below, **once)


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
    way = " → ".join(one.name for one in run.visited)
    loss = _size(run.loss(run.learned(run.now)))
    return (f"At depth {run.N}, {strict} of the 7 saddles are strict and {7 - strict} are not. "
            f"GD takes the way {way}. At step {_count(round(run.now))} its loss is {loss}, "
            f"‖∇Φ‖ is {_size(run.grad_norm)}, and it has learned {here.name}, a {here.kind} with "
            f"loss {number_text(here.loss)} and λ_min = {number_text(here.lambda_min)}.")


PRESETS = (
    Preset("Depth 2", "Every saddle is strict, and the plateaus are short", N=2),
    Preset("On the plateau of {1}", "GD waits near a saddle that is not strict", share=.4),
    Preset(
        "Twin modes", "σ₁ = σ₂: two modes are learned at once, and the way leaves {1} out", s2=2),
    Preset("Another order", "From a small start the largest mode comes first, whatever its number",
           s1=.5),
    Preset("Far start", "The plateaus melt: they come from starting near the origin", start=.25),
)


@presets_from_defaults
def saddle_map(s1=2, s2=1.2, s3=.7, N=3, start=.02, share=1):
    """Every stationary point of 1/2 ||W_N .. W_1 - diag(s1, s2, s3)||^2 that keeps a set of modes.

    Between them leads the way of gradient descent from W_k = start I with eta = 1/100: its steps
    come from the closed form of the scalar chain, good to a step. `share` is how much of the run is
    drawn. Lecture 6.2.7; Achour, Malgouyres and Gerchinovitz (2024).

    >>> saddle_map(N=2).readout
    'At depth 2, 7 of the 7 saddles are strict and 0 are not.
    GD takes the way ∅ → {1} → {1,2} → {1,2,3}. At step 909 its loss is 6.42e-6, ‖∇Φ‖ is 0.00423,
    and it has learned {1,2,3}, a global minimum with loss 0 and λ_min = 0.'
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
        compute=Walk, draw=_draw, readout=_readout, presets=PRESETS, ratios=(.5, 1.6))
