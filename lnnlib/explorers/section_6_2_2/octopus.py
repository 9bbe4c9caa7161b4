"""`octopus`: a row of saddles, each left exponentially later than the one before, unless there is noise."""
import math

import numpy as np

from ...live import Choice, Explorer, Preset, Slider, count_text, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .passage import CURVATURES, MOST, RADIUS, STEP_SIZES, Passage

SADDLES = np.arange(1, MOST + 1)
TOP = 3e9


def _stage(fig, arithmetic):
    look = fig.look
    times, digits = fig.panels("Step at which saddle k is left", "How near the ridge it arrives: log₁₀(1/|x_k|)")
    for ax in (times, digits):
        ax.set(xlim=(.5, MOST + .5), yscale="log", xlabel="saddle k")
        ax.set_xticks(SADDLES, SADDLES)
        ax.minorticks_off()
        ax.grid(True, axis="y", color=look.faint, lw=.6)
    times.set(ylim=(2, 3 * TOP))
    times.set_yticks([10, 1e3, 1e5, 1e7, 1e9], ["10", "10³", "10⁵", "10⁷", "10⁹"])
    digits.set(ylim=(.1, 3e8))
    digits.set_yticks([1, 10, 100, 1e4, 1e6], ["1", "10", "100", "10⁴", "10⁶"])
    name = dict(fontsize=SMALL, family=look.font)
    digits.axhline(324, color=look.fault, lw=1, ls=DASHED)
    digits.text(.6, 420, "below the least float64", color=look.fault, va="bottom", **name)
    digits.axhline(-math.log10(RADIUS), color=look.slope, lw=1, ls=DOTTED)
    digits.text(MOST + .4, 1.3, "the noise", color=look.slope, va="top", ha="right", **name)
    actors = {
        "ratio": times.plot([], [], color=look.bound, lw=1.6, ls=DASHED, label="× limit ratio")[0],
        "plain": times.plot([], [], "o-", color=look.run, lw=1, ms=6, label="GD")[0],
        "noisy": times.plot([], [], "s-", color=look.slope, lw=1, ms=5, label="GD with noise")[0],
        "stuck": times.plot([], [], "X", color=look.fault, ms=8, mec=look.paper)[0],
        "never": times.text(MOST + .4, TOP / 3, "never left", color=look.fault, va="top", ha="right", **name),
        "digits": digits.plot([], [], "o-", color=look.run, lw=1, ms=6)[0],
    }
    fig.key(times, 3)
    return actors


def _act(actors, run):
    left, k = len(run.leave), SADDLES[:run.arms]
    actors.plain.set_data(k[:left], run.leave)
    actors.noisy.set_data(k, run.noisy)
    actors.stuck.set_data(k[left:], np.full(run.arms - left, TOP))
    actors.never.set_visible(run.stuck)
    actors.ratio.set_data((k, run.leave[-1] * run.ratio ** (k - float(left))) if math.isfinite(run.ratio) else ([], []))
    reached = [digits for digits in run.digits if math.isfinite(digits)]
    actors.digits.set_data(k[:len(reached)], reached)


def _readout(run):
    """How both runs got on, and what the theory says of each further saddle."""
    d, left = run.arms, len(run.leave)
    more = number_text((run.noisy[-1] - run.noisy[0]) / (d - 1), 2)
    noise = f"With noise it leaves saddle {d} at step {count_text(run.noisy[-1])}, {more} steps for each further one."
    if not math.isfinite(run.ratio):
        return f"With η = 1/(2L) one step makes every waiting coordinate exactly 0: GD is stuck at saddle 2 for ever. {noise}"
    if run.stuck:
        return (f"GD in float64 leaves {left} saddles and is stuck at saddle {left + 1} for ever: x_{left + 1} is down at 0 "
                f"or next to the least float64, and η times its gradient rounds to 0. {noise}")
    return (f"GD leaves saddle {d} at step {count_text(run.leave[-1])}; each further one takes ever nearer to "
            f"{number_text(run.ratio)} times as many steps. {noise}")


def _preset(label, why, L, eta, arithmetic="exact"):
    return Preset(label, dict(d=MOST, L=L, eta=eta, arithmetic=arithmetic), why)


PRESETS = (
    _preset("L = 1, η = 1/(4L)", "Each saddle is left about 2.7 times as late as the one before", 1, .25),
    _preset("L = 2, η = 1/(4L)", "A steeper valley brings GD nearer to the ridge: 4.1 times", 2, .125),
    _preset("Float64 freezes",
            "A waiting coordinate halves until nothing is left that float64 can halve", 1, .25, "float64"),
    _preset("η = 1/(2L)", "One step removes every waiting coordinate: exactly on the ridge", 2, .25),
)


def octopus(d=10, L=1, eta=.25, arithmetic="exact"):
    """When gradient descent leaves the d saddles of `Octopus(d, L, g=1, t=e)`, plain and with noise.

    Plain gradient descent is followed in logarithms, so that nothing underflows; with `arithmetic` = "float64" it is the one
    that a computer runs. Du et al. 2017, arXiv 1705.10412; lecture 6.2.2 speaks of one saddle alone.

    >>> octopus(d=5).readout
    'GD leaves saddle 5 at step 457; each further one takes ever nearer to 2.71 times as many steps.
    With noise it leaves saddle 5 at step 97, 23 steps for each further one.'
    """
    return Explorer(
        [Slider("d", "arms d", tuple(range(2, MOST + 1)), d, exact=True, text=count_text),
         Slider("L", "curvature L", CURVATURES, L),
         Slider("eta", "step size η", STEP_SIZES, eta),
         Choice("arithmetic", "numbers", {"exact": "exact", "float64": "float64"}, arithmetic)],
        compute=Passage, stage=_stage, act=_act, readout=_readout, presets=PRESETS,
        ghosts=("plain", "noisy", "digits"), ratios=(.46, 1.5))
