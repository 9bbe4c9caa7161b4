"""`depth_dial`: how long gradient descent stays at the origin, depth by depth."""
from fractions import Fraction

import numpy as np

from ...live import Explorer, Predict, Preset, Slider, count_text, log_grid, number_text
from ...live.look import DASHED, DOTTED
from ...live.predict import added_or_multiplied
from .leaving import BEGINNING, LONGEST, Leaving, formula, measured, progress

FARTHEST = Fraction(3, 10)                     # start a


def _stage(fig):
    look = fig.look
    start, run = fig.panels("Steps until the weights reach ½", "One run: weights, loss, and what it has lost")
    drop = fig.split(run, .36)
    powers = ([1, 1e3, 1e6, 1e9, 1e12, 1e15], ["1", "10³", "10⁶", "10⁹", "10¹²", "10¹⁵"])
    start.set(xscale="log", yscale="log", xlim=(7e-5, .5), ylim=(1, LONGEST), xlabel="start a", ylabel="steps")
    start.set_xticks([1e-4, 1e-3, 1e-2, 1e-1], ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"])
    start.set_yticks(*powers)
    run.set(xscale="log", xlim=(1, LONGEST), ylim=(-.05, 1.12))
    drop.set(xscale="log", xlim=(1, LONGEST), yscale="log", ylim=(1e-34, 1e2), xlabel="step t", ylabel="Φ(0) − Φ")
    run.set_yticks([0, .5, 1], ["0", "½", "1"])
    drop.set_yticks([1e-30, 1e-20, 1e-10, 1], ["10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "1"])
    for ax in (run, drop):
        ax.set_xticks(*powers)
    run.tick_params(labelbottom=False)
    for ax in (start, run, drop):
        ax.minorticks_off()
        ax.grid(True, color=look.faint, lw=.6)
    dots = dict(ls="", marker="o", color=look.run, mew=0)
    actors = {
        "formula": start.plot([], [], color=look.bound, lw=2, ls=DASHED, label="formula")[0],
        "dots": start.plot([], [], "o", mfc=look.paper, mec=look.run, mew=1.2, ms=6, label="GD, counted")[0],
        "here": start.plot([], [], "D", color=look.fault, mec=look.paper, ms=10, zorder=5, label="this run")[0],
        "weight": run.plot([], [], color=look.run, lw=1.8, label="weights w")[0],
        "loss": run.plot([], [], color=look.value, lw=2, ls=DOTTED, label="loss Φ")[0],
        "counted": run.plot([], [], ms=3.6, label="GD, run", **dots)[0],
        "predicted": [ax.plot([], [], color=look.bound, lw=1.6, ls=DASHED, transform=ax.get_xaxis_transform())[0]
                      for ax in (run, drop)],
        "lost": drop.plot([], [], ms=3.6, **dots)[0],
        "losing": drop.plot([], [], color=look.bound, lw=1.6, ls=DASHED)[0],
    }
    fig.key(start, 3)
    fig.key(run, 3)
    return actors


def _act(actors, run):
    if actors.changed("depth", run.N):
        a = np.geomspace(7e-5, .45, 40)
        actors.formula.set_data(a, formula(run.N, a))
        actors.dots.set_data(*measured(run.N))
    actors.here.set_data([run.a], [run.steps])
    steps, w = run.curve
    actors.weight.set_data(steps, w)
    actors.loss.set_data(steps, (1 - w**run.N) ** 2 / 2)
    shown = np.unique(np.geomspace(1, len(run.w) - 1, 40).astype(int))
    actors.counted.set_data(shown, run.w[shown])
    actors.lost.set_data(shown, run.fallen(shown))
    t = np.geomspace(1, run.predicted, 80)
    actors.losing.set_data(t, progress(run.N, run.a, t))
    for line in actors.predicted:
        line.set_data([run.predicted] * 2, [0, 1])


def _readout(run):
    N, a = run.N, number_text(run.a)
    kind = "λ_min = -1, a strict saddle" if N == 2 else "λ_min = 0, a non-strict saddle"
    count = count_text(run.steps) if run.steps < 1e6 else number_text(run.steps)
    when = f"at step {count}" if run.counted else f"at about step {count}"
    happened = f"At depth {N} from a = {a}, where ‖∇Φ‖ = {number_text(run.grad_norm)}, GD leaves {when}"
    promised = f"the formula says {number_text(run.predicted)}"
    if not run.counted:
        promised += f" (the first {count_text(BEGINNING)} were run: the loss has fallen by {number_text(run.fallen(-1))} so far)"
    return f"{happened}; {promised}. The origin has {kind}."


def _cost(run):
    """Predict's answer, read off this run and those from 10 and 100 times farther out; None where they decide nothing."""
    if run.N != 3 or run.a > 2e-3:
        return None
    return added_or_multiplied(*(Leaving(run.N, run.a * k).steps for k in (100, 10, 1)))


PREDICT = Predict(
    "At depth 2 a start 10 times closer to the origin costs the same number of additional steps each time. "
    "Now take depth 3. You start 10 times closer, and then 10 times closer again. What happens to the number of steps?",
    ("Each time the same number of steps is added", "Each time it is multiplied by about 10",
     "Each time it is multiplied by about 100", "GD never leaves: the origin holds it for ever"),
    _cost)

PRESETS = (
    Preset("Depth 2", {"N": 2, "a": Fraction(1, 1000)}, "A strict saddle: a start 10 times closer costs 24 steps more"),
    Preset("Depth 3", {"N": 3, "a": Fraction(1, 1000)}, "A non-strict saddle: a start 10 times closer costs 10 times the steps"),
    Preset("Depth 5", {"N": 5, "a": Fraction(1, 1000)}, "3·10⁹ steps: about an hour at a million a second"),
)


def depth_dial(N=2, a=Fraction(1, 10), predict=False):
    """Gradient descent on (1 - w_1 .. w_N)^2 / 2 from N equal weights a, with eta = 1/10: when has it left the origin?

    Counted step by step where that takes at most 10 000 steps, by a closed form beyond. With `predict` a question comes
    first. Lecture 6.2.7, after Proposition 6.12.

    >>> depth_dial(N=3, a=.01).readout
    'At depth 3 from a = 0.01, where ‖∇Φ‖ = 0.0001732, GD leaves at step 986; the formula says 980.
    The origin has λ_min = 0, a non-strict saddle.'
    """
    return Explorer(
        [Slider("N", "depth N", (2, 3, 4, 5), N, exact=True),
         Slider("a", "start a", (*(v for v in log_grid(-4, 0, 20) if v < FARTHEST), FARTHEST), a,
                {"10⁻¹": Fraction(1, 10), "10⁻²": Fraction(1, 100), "10⁻³": Fraction(1, 1000), "10⁻⁴": Fraction(1, 10**4)})],
        compute=Leaving, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        ghosts=("formula", "dots", "weight", "loss"), ratios=(.44, 1.45))
