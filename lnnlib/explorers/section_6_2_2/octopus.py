"""`octopus`: a row of saddles, each left exponentially later than the last, but for noise.

Saddle k is left at the first step with |x_k| >= 2t. While |x_k| <= t it grows by the factor
1 + 2 eta g at each step, and every later coordinate shrinks by 1 - 2 eta L: it comes to its own
saddle the later, the nearer to the direction that holds it there.
"""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...landscapes import Octopus
from ...live import Choice, Explorer, Preset, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.values import count_text, number_text, tick_text

G, T = 1, math.e
MOST = 10                    # arms
SADDLES = np.arange(1, MOST + 1)
CURVATURES = (1, 1.25, 1.5, 1.75, 2)         # the values of L
STEP_SIZES = (.1, .125, .15, .175, .2, .225, .25)
START = np.random.default_rng(1).uniform(0, 1, MOST)
RADIUS = T / 100             # of the noise
WAIT = 10                    # steps between two noises at least
LEAST = math.log(5e-324)     # the log of the least number that float64 holds
FINEST = 324                 # the zeros after the point that float64 has no number for
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@cache
def plain(L, eta):
    """(leave, log_closest): the step at which GD leaves each saddle, log |x_k| before x_k grows.

    Coordinates are kept as logarithms, so that none underflows. While x_k <= t both factors are
    constant, and the steps are counted by a logarithm; from t to 2t they are taken one by one, on
    the two coordinates that move together.
    """
    f, grow, shrink = Octopus(2, L, G, T), math.log1p(2 * eta * G), _log(1 - 2 * eta * L)
    logs, step, leave, log_closest = np.log(START), 0, [], []
    for k in range(MOST):
        log_closest.append(logs[k])
        if logs[k] == -math.inf:         # eta = 1/(2L): one step makes the coordinate exactly 0
            break
        wait = max(0, math.floor((math.log(T) - logs[k]) / grow) + 1)
        step += wait
        if wait:                         # 0 times a shrink of -inf would be NaN
            logs[k + 1:] += wait * shrink
        x = math.exp(logs[k] + wait * grow)
        while x < 2 * T:
            following = math.exp(logs[k + 1]) if k + 1 < MOST else 0.
            slope = f.grad(np.array([x, following]))[0]
            curvature = f.grad(np.array([x, 1.]))[1]        # the slope there per x_{k+1}: 2 c(x)
            logs[k + 1:k + 2] += _log(abs(1 - eta * curvature))
            logs[k + 2:] += shrink
            x, step = x - eta * slope, step + 1
        leave.append(step)
    return leave, log_closest


def perturbed(L, eta):
    """leave[d, -d:], the steps at which GD with noise leaves the saddles 1 .. d of d arms.

    Where ||grad f|| <= RADIUS, noise uniform in the ball of that radius is added, at most every
    WAIT steps. The numbers of the grid are computed all at once, when first asked for.
    """
    table = _table()
    return table[L, eta] if (L, eta) in table else _perturbed(L, (eta,))[0]


@cache
def _table():
    """`perturbed` at every (L, eta) of the grid."""
    return {(L, eta): leave for L in CURVATURES
            for eta, leave in zip(STEP_SIZES, _perturbed(L, STEP_SIZES), strict=True)}


@cache
def _perturbed(L, step_sizes):
    """leave[eta, d]: with all but its last d arms at rest in their wells an octopus has d arms."""
    f, rng = Octopus(MOST, L, G, T), np.random.default_rng(0)
    eta = np.repeat(step_sizes, MOST + 1)[:, None]
    d = np.tile(np.arange(MOST + 1), len(step_sizes))[:, None]
    own = SADDLES - MOST + d             # a row's last d arms have the numbers 1, 2, .., d
    free = own > 0
    x = np.where(free, np.take(START, own - 1, mode="clip"), 4 * T)
    leave, last = np.full(x.shape, np.nan), np.full(len(x), -WAIT)
    for step in range(5000):
        leave[free & (np.abs(x) >= 2 * T) & np.isnan(leave)] = step
        if not (free & np.isnan(leave)).any():
            break
        gradient = f.grad(x)
        quiet = (np.linalg.norm(gradient, axis=1) <= RADIUS) & (step - last >= WAIT)
        last[quiet] = step
        x = x - eta * gradient + np.where(quiet[:, None], _noise(rng, free), 0)
    return leave.reshape(len(step_sizes), MOST + 1, MOST)


def _noise(rng, free):
    """A point uniform in the ball of radius RADIUS of each row's free coordinates."""
    z, u = rng.normal(size=free.shape) * free, rng.random((len(free), 1))
    norm, d = np.linalg.norm(z, axis=1, keepdims=True), free.sum(axis=1, keepdims=True)
    return RADIUS * u ** (1 / np.maximum(1, d)) * z / np.where(norm > 0, norm, 1)


def _log(x):
    """log x, for x = 0 too."""
    return math.log(x) if x > 0 else -math.inf


@dataclass(frozen=True)
class Passage:
    """Both runs past an octopus with d arms. `arithmetic` is "exact" or "float64"."""

    d: int
    L: float
    eta: float
    arithmetic: str

    @cached_property
    def leave(self):
        """The steps at which GD leaves the saddles 1, 2, ..; fewer than d where it is stuck."""
        leave, log_closest = plain(self.L, self.eta)
        if self.arithmetic == "float64":
            leave = leave[:next((k for k, log in enumerate(log_closest) if log < LEAST), MOST)]
        return leave[:self.d]

    @property
    def never(self):
        """The saddles that GD never leaves."""
        return SADDLES[len(self.leave):self.d]

    @property
    def digits(self):
        """log10(1/|x_k|), as large as it becomes; none for a saddle that is met on the ridge."""
        reached = plain(self.L, self.eta)[1][:min(self.d, len(self.leave) + 1)]
        return [-log / math.log(10) for log in reached if log > -math.inf]

    @cached_property
    def noisy(self):
        """The steps at which GD with noise leaves the saddles 1 .. d."""
        return [int(step) for step in perturbed(self.L, self.eta)[self.d, -self.d:]]

    @property
    def ratio(self):
        """leave[k + 1]/leave[k] in the limit, 1 + log(1/(1 - 2 eta L))/log(1 + 2 eta g)."""
        return 1 - _log(1 - 2 * self.eta * self.L) / math.log1p(2 * self.eta * G)

    @property
    def latest(self):
        """The last step that is known or forecast."""
        return max([*self.leave, *self.noisy, *(self.limit[1] if self.limit else ())])

    @property
    def limit(self):
        """(k, steps): for every saddle k what `ratio` makes of the last of `leave`, or None."""
        if not math.isfinite(self.ratio):
            return None
        k = SADDLES[:self.d]
        return k, self.leave[-1] * self.ratio ** (k - float(len(self.leave)))


def _draw(fig, arithmetic):
    look = fig.look
    times, digits = fig.panels(
        "Step at which saddle k is left",
        ("How near the ridge it arrives", "Nearness to the ridge"))
    for ax in (times, digits):
        ax.set(xlim=(.5, MOST + .5), yscale="log", xlabel="saddle k")
        ax.grid(True, axis="y", color=look.faint, lw=.6)
        fig.ticks(ax, x=SADDLES, y=(1,))
    digits.set_ylabel("log₁₀(1/|xₖ|)")
    fig.scale(times, y=lambda run: (2, _power(3 * run.latest, 3)), ticks=_powers)
    fig.scale(digits, y=lambda run: (.1, _power(max(*run.digits, FINEST), 4)), ticks=_powers)
    fig.hline(digits, FINEST, color=look.fault, lw=1, ls=DASHED)
    fig.label(digits, (.6, 1.2 * FINEST), "least float64", color=look.fault, va="bottom")
    fig.hline(digits, -math.log10(RADIUS), color=look.slope, lw=1, ls=DOTTED)
    fig.label(digits, (MOST + .4, 1.3), "the noise", color=look.slope, va="top", ha="right")
    fig.line(times, lambda run: (SADDLES[:len(run.leave)], run.leave), "o-", ghost=True,
             color=look.run, lw=1, ms=6, label="GD", zorder=3)
    fig.line(times, lambda run: (SADDLES[:run.d], run.noisy), "s-", ghost=True,
             color=look.slope, lw=1, ms=5, label="with noise", zorder=3)
    fig.line(times, lambda run: run.limit, ghost=True,
             color=look.bound, lw=1.6, ls=DASHED, label="limit")
    fig.line(times, lambda run: (run.never, np.full(len(run.never), .95)), "X", ghost=True,
             color=look.fault, ms=8, mec=look.paper, transform=times.get_xaxis_transform())
    fig.label(times, _never_here, "never left", color=look.fault, va="center", ha="right",
              transform=times.get_xaxis_transform())
    fig.line(digits, lambda run: (SADDLES[:len(run.digits)], run.digits), "o-", ghost=True,
             color=look.run, lw=1, ms=6)
    fig.key(times, 3)


def _never_here(run):
    """Left of the first cross, or below where there is no room; no line comes there."""
    if not len(run.never):
        return None
    return (run.never[0] - .5, .95) if run.never[0] >= 5 else (3.6, .82)


def _power(number, apart):
    """The least power of 10^apart that is no less than `number`: an end that seldom moves."""
    return 10 ** (apart * math.ceil(math.log10(number) / apart))


def _powers(_, high):
    """Ticks 1, 10, 100, .. up to `high`, each second one where they are many."""
    top = round(math.log10(high))
    places = [10**k for k in range(0, top + 1, 1 if top < 6 else 2)]
    return places, list(map(tick_text, places))


def _readout(run):
    """How both runs got on, and what the theory says of each further saddle."""
    d, left = run.d, len(run.leave)
    more = number_text((run.noisy[-1] - run.noisy[0]) / (d - 1), 2)
    noise = (f"With noise it leaves saddle {d} at step {count_text(run.noisy[-1])}, "
             f"{more} steps for each further one.")
    if not math.isfinite(run.ratio):
        return ("With η = 1/(2L) one step makes every waiting coordinate exactly 0: "
                f"GD is stuck at saddle 2 for ever. {noise}")
    if len(run.never):
        waiting = "x" + str(left + 1).translate(SUBSCRIPTS)
        return (f"GD in float64 leaves {left} saddles and is stuck at saddle {left + 1} for ever: "
                f"{waiting} is down at 0 or next to the least float64, "
                f"and η times its gradient rounds to 0. {noise}")
    return (f"GD leaves saddle {d} at step {count_text(run.leave[-1])}; each further one takes "
            f"ever nearer to {number_text(run.ratio)} times as many. {noise}")


PRESETS = (
    Preset("η = 1/(2L)", "One step removes every waiting coordinate: exactly on the ridge", L=2),
)


@explorer_factory
def octopus(d=10, L=1, eta=.25, arithmetic="exact"):
    """When GD leaves the d saddles of `Octopus(d, L, g=1, t=e)`, plain and with noise.

    Plain GD is followed in logarithms, which cannot underflow; with `arithmetic` = "float64" it is
    what a computer runs. Du et al. 2017, arXiv 1705.10412; lecture 6.2.2 speaks of one saddle.

    >>> octopus(d=5).readout
    'GD leaves saddle 5 at step 457; each further one takes ever nearer to 2.71 times as many.
    With noise it leaves saddle 5 at step 97, 23 steps for each further one.'
    """
    return Explorer(
        [Slider("d", "arms d", tuple(range(2, MOST + 1)), d, exact=True, text=count_text),
         Slider("L", "curvature L", CURVATURES, L),
         Slider("eta", "step size η", STEP_SIZES, eta),
         Choice("arithmetic", "numbers", {"exact": "exact", "float64": "float64"}, arithmetic)],
        compute=Passage, draw=_draw, readout=_readout, main=("L", "eta", "arithmetic"),
        presets=PRESETS, ratios=(.46, 1.5))
