"""`sgd_noise`: what the noise of mini-batches is worth at a saddle, beside PGD's."""
import math

import numpy as np

from ...live import Choice, Explorer, Preset, Slider, explorer_factory, log_grid, number_text
from ...live.look import DOTTED
from ...live.values import count_text, linear_grid
from .sgd_noise_run import LEVEL, RUNS, TwoNoises

SAMPLES = 150
PLACES = {"mode 2 kept, one unit": "live", "mode 2 kept, a dead unit": "live and dead",
          "mode 1 kept, a dead unit": "dead", "the origin": "origin"}


def _draw(fig, place):
    look = fig.look
    away, left = fig.panels(
        ("Distance along negative directions", "Distance from the saddle"),
        ("Share of the runs that have left", "Share that has left"))
    away.set(yscale="log", ylim=(2e-6, 2))
    fig.ticks(away, y=[10.**k for k in range(-5, 1)])
    left.set(ylim=(0, 1))
    for ax in (away, left):
        ax.set_xlabel("step t")
        fig.scale(ax, x=lambda run: (0, 42 * math.ceil(run.last / 40)), ticks=_ticks)
    left.axhline(.5, color=look.faint, lw=1)
    for noise, color, style, name in (
            ("sgd", look.value, "-", "SGD"), ("perturbed", look.slope, "--", "PGD’s noise")):
        line = dict(color=color, lw=1.8, ls=style, ghost=True, label=name)
        fig.region(away, lambda run, noise=noise: _band(getattr(run, noise)),
                   facecolor=color, alpha=.18, lw=0)
        fig.line(away, lambda run, noise=noise: _median(getattr(run, noise)), **line)
        fig.line(left, lambda run, noise=noise: _shares(getattr(run, noise)), **line)
    away.axhline(LEVEL, color=look.ink, lw=1, ls=DOTTED, label="has left")
    formula = dict(color=look.bound, lw=1.6)                # each in the style of its curve
    fig.vline(left, lambda run: run.forecast, ls="-", label="formula", **formula)
    fig.vline(left, lambda run: run.ball_forecast, ls="--", **formula)
    fig.label(away, lambda run: (.03, .06) if run.silent else None, "SGD: exactly 0",
              color=look.value, transform=away.transAxes)
    fig.key(away, 3)
    fig.key(left, 3)


def _ticks(_, end):
    """Four round numbers and 0: the end lies a little beyond a multiple of 40."""
    places = np.arange(5) * 10 * round(end / 42)
    return places, list(map(str, places))


def _some(leaving):
    """Some 50 of the steps, the first and the last among them."""
    return np.unique(np.linspace(0, leaving.last, 50).astype(int))


def _band(leaving):
    """The outline of what eight of ten runs are within."""
    t = _some(leaving)
    low, _, high = leaving.quantiles[t].T
    if not high.any():
        return None
    t, low, high = t[high > 0], low[high > 0], high[high > 0]
    return np.column_stack([[*t, *t[::-1]], np.maximum([*low, *high[::-1]], 1e-7)])


def _median(leaving):
    t = _some(leaving)
    half = leaving.quantiles[t, 1]
    return t, np.where(half > 0, half, np.nan)


def _shares(leaving):
    t = _some(leaving)
    return t, np.searchsorted(leaving.first, t, side="right") / RUNS


def _readout(run):
    ball = _half("PGD’s noise", run.perturbed, run.ball_forecast)
    if run.silent:
        return ("No sample’s gradient has a part along a negative direction: all "
                f"{RUNS} runs of SGD stay at distance 0, whatever the batch. {ball}.")
    return (f"{_half(f'SGD with batches of {run.batch}', run.sgd, run.forecast)}. {ball}. "
            f"The spreads are A = {number_text(run.A, 3)} and "
            f"r/√(d+2) = {number_text(run.ball, 3)}.")


def _half(noise, leaving, forecast):
    when = (f"not half of the runs out by step {count_text(leaving.last)}"
            if leaving.median is None else f"half of the runs out by step {leaving.median}")
    return f"{noise} has {when} (formula {number_text(round(forecast))})"


PRESETS = (
    Preset("A large ball", "With r = 0.1 PGD’s noise is the larger one", r=.1),
)


@explorer_factory
def sgd_noise(batch=10, eta=.1, place="live", r=.001):
    """SGD from a saddle of a linear network on the irises, and GD after one noise of PGD.

    Phi(W_1, W_2) on whitened data with the modes s = .5686, .2720. `place` is "live" (one unit that
    keeps mode 2), "live and dead" (a dead unit beside it), "dead" (a unit that keeps mode 1, and a
    dead one) or "origin". `batch` samples are drawn with replacement at each step; PGD's noise is
    uniform in the ball of radius `r`. A run has left at distance .1. Lecture 6.2.3.

    >>> sgd_noise(place="dead").readout.split(". ")[1]
    'PGD’s noise has half of the runs out by step 240 (formula 238).'
    """
    batches = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, SAMPLES)
    return Explorer(
        [Slider("batch", "batch size B", batches, batch, {"n": SAMPLES}, exact=True),
         Slider("eta", "step size η", linear_grid("0.1", "0.3", "0.02"), eta),
         Choice("place", "start", PLACES, place),
         Slider("r", "radius r", log_grid(-4, -1, 4), r)],
        compute=TwoNoises, draw=_draw, readout=_readout, main=("batch", "eta", "place"),
        presets=PRESETS, ratios=(.46, 1.55))
