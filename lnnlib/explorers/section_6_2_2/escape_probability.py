"""`escape_probability`: 2000 isotropic starts at a saddle, and from when on all but a share delta are out."""
import numpy as np
from matplotlib.colors import to_rgba

from ...live import Explorer, Preset, Slider, count_text, log_grid, number_text
from ...live.look import DASHED, DOTTED, TEXT
from .starts import STARTS, Starts

LAST = 640                   # steps shown
DELTAS = np.geomspace(1, 1e-4, 60)


def _stage(fig):
    look = fig.look
    times, tail = fig.panels("When 2000 random starts escape", "Share that is not out at step t")
    for ax in (times, tail):
        ax.set(xlim=(0, LAST), xlabel="step t")
        ax.grid(True, axis="x", color=look.faint, lw=.6)
    times.set(ylim=(0, 1.12), ylabel="starts, tallest bar = 1")
    tail.set(yscale="log", ylim=(2e-4, 2))
    tail.set_yticks([1, .1, .01, .001], ["1", "0.1", "0.01", "0.001"])
    tail.minorticks_off()
    styles = {"sure": dict(color=look.run, lw=1.5, ls=DOTTED), "promise": dict(color=look.bound, lw=2, ls=DASHED)}
    down = times.get_xaxis_transform()
    actors = {
        "bars": times.fill([], [], facecolor=to_rgba(look.value, .3), edgecolor=look.value, lw=1)[0],
        "sure": times.plot([], [], transform=down, label="1 − δ from here on", **styles["sure"])[0],
        "promise": times.plot([], [], transform=down, label="promised", **styles["promise"])[0],
        "measured": tail.plot([], [], color=look.value, lw=1.8, label="of 2000 starts")[0],
        "exact": tail.plot([], [], label="exact", **styles["sure"])[0],
        "promises": tail.plot([], [], label="promised", **styles["promise"])[0],
        "delta": tail.plot([], [], color=look.fault, lw=1)[0],
        "name": tail.text(.97 * LAST, 1, "δ", color=look.fault, ha="right", va="bottom", fontsize=TEXT, family=look.font),
        "met": tail.plot([], [], "o", color=look.run, ms=6, mec=look.paper, zorder=5)[0],
        "kept": tail.plot([], [], "D", color=look.bound, ms=6, mec=look.paper, zorder=5)[0],
    }
    fig.key(times, 2)
    fig.key(tail, 3)
    return actors


def _act(actors, run):
    width = max(1, round(.2 / run.growth))                                 # a fifth of what a factor e in theta_1 costs
    edges = np.arange(0, run.times.max() + 2 * width, width)
    heights = np.histogram(run.times, edges)[0]
    heights = np.concatenate([[0], np.repeat(heights / heights.max(), 2), [0]])
    actors.bars.set_xy(np.column_stack([np.repeat(edges, 2), heights]))
    for actor, t in ((actors.sure, run.sure), (actors.promise, run.promise)):
        actor.set_data([t, t], [0, 1])
    for actor, share, last in ((actors.measured, run.waiting, run.times.max() + 1),
                               (actors.exact, run.inside, run.promised(DELTAS[-1]))):
        steps = np.unique(np.linspace(0, last, 60).astype(int))
        shares = share(steps)
        actor.set_data(steps, np.where(shares > 0, shares, np.nan))
    actors.promises.set_data(run.promised(DELTAS), DELTAS)
    actors.delta.set_data([0, LAST], [run.delta, run.delta])
    actors.name.set_y(1.1 * run.delta)
    actors.met.set_data([run.sure], [run.delta])
    actors.kept.set_data([run.promise], [run.delta])


def _readout(run):
    """What is certain, what is promised, and what the starts did."""
    out = int((run.times <= run.sure).sum())
    half, sure = (count_text(int(t)) for t in (np.sort(run.times)[STARTS // 2 - 1], run.sure))
    return (f"From step {sure} on GD is out with probability {number_text(100 * (1 - run.delta))} % or more; the "
            f"inequalities promise it from step {count_text(run.promise)} on. Of {count_text(STARTS)} starts "
            f"{count_text(out)} were out by step {sure}, half of them by step {half}.")


STANDARD = dict(sigma=.01, d=10, delta=.05, eta=.05)
PRESETS = (
    Preset("One dimension", STANDARD | {"d": 1}, "No other coordinate: the promise is nearly exact"),
    Preset("10 000 dimensions", STANDARD | {"d": 10_000}, "The promise grows with log d, the starts do not notice"),
    Preset("Ten times closer", STANDARD | {"sigma": .001}, "The whole picture moves to the right by a fixed number of steps"),
    Preset("Almost certain", STANDARD | {"delta": .001}, "50 times fewer failures, less than twice the steps"),
)
SIGMAS = tuple(float(v) for v in log_grid(-3, 0, 40))
DIMENSIONS = tuple(m * 10**k for k in range(4) for m in (1, 2, 5)) + (10_000,)


def escape_probability(sigma=.01, d=10, delta=.05, eta=.05):
    """When gradient descent escapes from a saddle in R^d with eigenvalues -1/2, 1, .., 1, started from N(0, sigma^2 I).

    An escape is that of lecture 6.2.2 with eps = 1/10. A histogram of the first escapes of 2000 starts, the step
    from which on GD is out with probability 1 - delta, exactly, and the step that follows from
    P(|Z| <= x) <= x (2/pi)^(1/2).

    >>> escape_probability(d=1).readout.split(".")[0]
    'From step 234 on GD is out with probability 95 % or more; the inequalities promise it from step 234 on'
    """
    return Explorer(
        [Slider("sigma", "σ of the start", SIGMAS, sigma),
         Slider("d", "dimension d", DIMENSIONS, d, exact=True, text=count_text),
         Slider("delta", "δ", tuple(v for v in SIGMAS if v < .5) + (.5,), delta),
         Slider("eta", "step size η", tuple(k / 200 for k in range(10, 41)), eta)],
        compute=Starts, stage=_stage, act=_act, readout=_readout, presets=PRESETS,
        ghosts=("bars", "sure", "promise", "measured", "promises"), ratios=(.44, 1.5))
