"""`saddle_map`: the lattice of stationary points, and the way gradient descent takes through it."""
from fractions import Fraction

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.transforms import offset_copy

from ...live import Explorer, Preset, Slider, count_text, linear_grid, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .lattice import KINDS, MINIMUM, NON_STRICT, STRICT
from .walk import BEYOND, MODES, Walk

FARTHEST = Fraction(1, 4)                      # start s
TICKS = (.5, 1)                                # shares of the run where its steps are written
MARKS = {STRICT: "v", NON_STRICT: "s", MINIMUM: "o"}


def _stage(fig):
    look = fig.look
    left, right = fig.panels("Stationary points, λ_min of the strict", "The loss along gradient descent", shares=[1.12, 1])
    left.set(xlim=(-.3, 3.75), ylim=(-.08, 1.1), xlabel="number of modes learned", ylabel="Φ / Φ(0)")
    left.set_xticks([0, 1, 2, 3])
    right.set(xlim=(-.03, BEYOND + .05), ylim=(-.08, 1.1), ylabel="Φ / Φ(0)")
    right.set_xlabel("step t", labelpad=6)
    right.set_xticks([0, *TICKS], ["0", "", ""])
    below = offset_copy(right.get_xaxis_transform(), fig, y=-10, units="points")
    colours = {STRICT: look.value, NON_STRICT: look.fault, MINIMUM: look.bound}
    text = dict(fontsize=SMALL, family=look.font, va="center")
    actors = {
        "edges": left.add_collection(LineCollection([], colors=[look.faint], linewidths=[1]), autolim=False),
        "chain": [ax.add_collection(LineCollection([], colors=[look.ghost], linewidths=[.8], linestyles=[DOTTED]), autolim=False)
                  for ax in (left, right)],
        "path": left.plot([], [], color=look.run, lw=1.6, label="GD")[0],
        "nodes": {kind: left.plot([], [], MARKS[kind], color=colours[kind], mec=look.paper, ms=10, zorder=4, label=kind)[0]
                  for kind in KINDS},
        "names": [left.text(0, 0, "", color=look.ink, clip_on=True, **text) for _ in range(8)],
        "loss": right.plot([], [], color=look.run, lw=1.8, label="Φ along GD")[0],
        "waits": [right.plot([], [], color=look.bound, lw=1.3, ls=DASHED, transform=right.get_xaxis_transform(),
                             label="formula" if i == 1 else None)[0] for i in MODES],
        "plateaus": [right.text(0, 0, "", color=look.ink, ha="right", clip_on=True, **text) for _ in range(3)],
        "now": [ax.plot([], [], "o", mfc="none", mec=look.run, mew=1.8, ms=15, zorder=6)[0] for ax in (left, right)],
        "counts": [right.text(x, 0, "", color=look.ink, ha="center", transform=below, **text) for x in TICKS],
    }
    fig.key(left, 2)
    fig.key(right, 1)
    return actors


def _act(actors, run):
    full = run.nodes[0].loss
    if actors.changed("map", run.sigma, run.N):
        _act_map(actors, run, full)
    if actors.changed("run", run.sigma, run.N, run.start):
        for line, wait in zip(actors.waits, run.waits, strict=True):
            line.set_data([wait / run.last] * 2, [0, 1])
        for text, share in zip(actors.counts, TICKS, strict=True):
            text.set_text(_count(round(share * run.last)))
        levels = {one.loss / full: one.name for one in run.visited}
        named = [(y, name) for y, name in levels.items() if y > .05]
        for lines, end in zip(actors.chain, (4, 2), strict=True):
            lines.set_segments([[(-1, y), (end, y)] for y in levels])
        for text, (y, name) in zip(actors.plateaus, [*named, (0, ""), (0, ""), (0, "")], strict=False):
            text.set(position=(BEYOND + .04, y + .035), text=name)
    shown = run.steps <= run.now
    x, y = run.path[shown].sum(axis=1), run.loss(run.path[shown]) / full
    actors.path.set_data(x, y)
    actors.loss.set_data(run.steps[shown] / run.last, y)
    for point, where in zip(actors.now, (x[-1], run.now / run.last), strict=True):
        point.set_data([where], y[-1:])


def _act_map(actors, run, full):
    """Nodes by kind, edges, and names that are moved apart where nodes come close."""
    place = {one.modes: (len(one.modes), one.loss / full) for one in run.nodes}
    actors.edges.set_segments([[place[a], place[b]] for a in place for b in place if set(a) < set(b) and len(b) == len(a) + 1])
    for kind, marks in actors.nodes.items():
        marks.set_data(*np.reshape([place[one.modes] for one in run.nodes if one.kind == kind], (-1, 2)).T)
    for text, one, y in zip(actors.names, run.nodes, _apart(place), strict=True):
        curvature = f" {number_text(one.lambda_min, 2)}" if one.kind == STRICT else ""
        text.set(position=(len(one.modes) + .14, y), text=one.name + curvature)


def _apart(place, gap=.075):
    """For every node the height of its name: its own, or more where the next lower name of its column is too near."""
    heights = {}
    for column in range(len(MODES) + 1):
        low = -1
        for modes in sorted((m for m in place if len(m) == column), key=lambda m: place[m][1]):
            low = heights[modes] = max(place[modes][1], low + gap)
    return [heights[modes] for modes in place]


def _count(steps):
    return count_text(steps) if steps < 1e5 else number_text(steps, 3)


def _size(x):
    return number_text(x, 3) if x >= 1e-6 else "below 10⁻⁶"


def _readout(run):
    here, strict = run.reached(run.now), sum(one.kind == STRICT for one in run.nodes)
    way = " → ".join(one.name for one in run.visited)
    loss = _size(run.loss(run.learned(run.now)))
    return (f"At depth {run.N}, {strict} of the 7 saddles are strict and {7 - strict} are not. GD takes the way {way}. At step "
            f"{_count(round(run.now))} its loss is {loss}, ‖∇Φ‖ is {_size(run.grad_norm)}, and it has learned {here.name}, a "
            f"{here.kind} with loss {number_text(here.loss)} and λ_min = {number_text(here.lambda_min)}.")


STANDARD = dict(s1=2, s2=Fraction(6, 5), s3=Fraction(7, 10), N=3, start=Fraction(1, 50), share=1)
PRESETS = (
    Preset("Depth 2", STANDARD | dict(N=2), "Every saddle is strict, and the plateaus are short"),
    Preset("On the plateau of {1}", STANDARD | dict(share=Fraction(2, 5)), "GD waits near a saddle that is not strict"),
    Preset("Twin modes", STANDARD | dict(s2=2), "σ₁ = σ₂: two modes are learned at once, and the way leaves {1} out"),
    Preset("Another order", STANDARD | dict(s1=Fraction(1, 2)),
           "From a small start the largest mode comes first, whatever its number"),
    Preset("Far start", STANDARD | dict(start=FARTHEST), "The plateaus melt: they come from starting near the origin"),
)


def saddle_map(s1=2, s2=Fraction(6, 5), s3=Fraction(7, 10), N=3, start=Fraction(1, 50), share=1):
    """Every stationary point of 1/2 ||W_N .. W_1 - diag(s1, s2, s3)||^2 that keeps a set of modes, and the way of GD.

    GD starts from W_k = start I with eta = 1/100: its steps come from the closed form of the scalar chain, good to a step.
    `share` is how much of the run is drawn. Lecture 6.2.7; Achour, Malgouyres and Gerchinovitz (2024).

    >>> saddle_map(N=2).readout
    'At depth 2, 7 of the 7 saddles are strict and 0 are not. GD takes the way ∅ → {1} → {1,2} → {1,2,3}. At step 909 its loss
    is 6.42e-6, ‖∇Φ‖ is 0.00423, and it has learned {1,2,3}, a global minimum with loss 0 and λ_min = 0.'
    """
    sigma = linear_grid("0.2", "2.5", "0.05")
    return Explorer(
        [Slider("s1", "σ₁", sigma, s1), Slider("s2", "σ₂", sigma, s2), Slider("s3", "σ₃", sigma, s3),
         Slider("N", "depth N", (2, 3, 4, 5), N, exact=True),
         Slider("start", "start s", (*(v for v in log_grid(-3, 0, 20) if v < FARTHEST), FARTHEST), start),
         Slider("share", "progress", linear_grid(0, 1, "0.01"), share, play=True, text=lambda v: f"{float(v):.0%}")],
        compute=Walk, stage=_stage, act=_act, readout=_readout, presets=PRESETS, ghosts=("path", "loss"), ratios=(.5, 1.6))
