"""`learning_dynamics`: how a product of matrices learns its singular values by gradient descent.

From a diagonal start the layers for 1/2 ||W_{1:N} - diag(s)||^2 stay diagonal, so a step of the
whole network is a step of each mode by itself. Every layer but the first has the same entries at
the start, hence for ever. So two numbers tell all of a mode: x, that of W_1, and y, that of W_2,
.., W_N. A balanced start has x = y = a; an unbalanced one with the same product has x = a^N, y = 1.
"""
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import numpy as np

from ...dynamics import learning_curve, learning_time
from ...live import Choice, Explorer, Predict, Preset, Slider, presets_from_defaults
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import count_text, log_grid, number_text
from ...losses import SquaredLoss
from ...networks import LinearNetwork
from ...saddles import classify

STRENGTHS = (3., 1.2, .5)                      # the singular values of M
STAIRS = {"no mode learned": 0, "mode 1 learned": 1, "modes 1, 2 learned": 2}
MODES = range(len(STRENGTHS))
LAST = 10**4                                   # steps of a run
END = 1000                                     # the latest time shown
FAR = 50.                                      # an entry of W_1 beyond this has diverged
TIMES = np.expm1(np.linspace(0, np.log1p(10 * END), 160)) / 10      # even on the picture's axis


@lru_cache(maxsize=64)
def orbit(s, x, y, depth, eta):
    """(x, y) of one mode at steps 0, 1, .., LAST, or until it has diverged: two arrays.

    With u = x y^{N-1} a step adds eta (s - u) y^{N-1} to x and eta (s - u) x y^{N-2} to y.
    """
    xs, ys, hidden = [x], [y], depth > 1
    for _ in range(LAST):
        others = y ** (depth - 2) if hidden else 1.         # y^{N-2}
        above = others * y if hidden else 1.                # y^{N-1}
        move = eta * (s - x * above)
        x, y = x + move * above, (y + move * x * others if hidden else y)
        xs.append(x)
        ys.append(y)
        if not -FAR < x < FAR:
            break
    return np.array(xs), np.array(ys)


@dataclass(frozen=True)
class Learning:
    """One run of gradient descent and, beside it, the exact curves of a balanced start."""

    depth: int
    eta: float
    scale: float
    step: int
    start: str

    @cached_property
    def orbits(self):
        a, unbalanced = self.scale, self.start == "unbalanced" and self.depth > 1
        x, y = (a**self.depth, 1.) if unbalanced else (a, a)
        return [orbit(s, x, y, self.depth, self.eta) for s in STRENGTHS]

    @cached_property
    def diverged(self):
        """The first step at which some mode has diverged, None if none has."""
        end = min(len(xs) for xs, _ in self.orbits) - 1
        return end if end < LAST else None

    @cached_property
    def now(self):
        """The step of the cursor: the one asked for, or the last that there is in the picture."""
        last = LAST if self.diverged is None else self.diverged - 1
        return min(self.step, last, int(END / self.eta))

    @cached_property
    def steps(self):
        """The steps that are drawn: the cursor's, and others evenly spread on the axis of times."""
        spread = np.rint(TIMES[::2] / self.eta).astype(int)
        return np.unique(np.append(spread[spread <= self.now], self.now))

    @cached_property
    def time(self):
        """eta t at `steps`."""
        return self.steps * self.eta

    @cached_property
    def layers(self):
        """x and y of every mode at `steps`: two arrays (modes, steps)."""
        modes = [[part[self.steps] for part in parts] for parts in self.orbits]
        return np.swapaxes(modes, 0, 1)

    @cached_property
    def u(self):
        """The singular values of W_{1:N} at `steps`, (modes, steps), with the sign of x y^{N-1}."""
        x, y = self.layers
        return x * y ** (self.depth - 1)

    @cached_property
    def value(self):
        """Phi at `steps`."""
        return ((self.u.T - STRENGTHS) ** 2).sum(axis=1) / 2

    @cached_property
    def slope(self):
        """||grad Phi|| at `steps`.

        Its square is the sum over s of (u - s)^2 (y^{2n} + n (x y^{n-1})^2), n = N - 1.
        """
        x, y = self.layers
        n = self.depth - 1
        factors = y ** (2 * n) + (n * (x * y ** (n - 1)) ** 2 if n else 0)
        return np.sqrt((factors * (self.u.T - STRENGTHS).T ** 2).sum(axis=0))

    def reached(self, mode, share):
        """The first step at which a mode has at least this share of its strength, None if never."""
        xs, ys = self.orbits[mode]
        found = np.flatnonzero(xs * ys ** (self.depth - 1) >= share * STRENGTHS[mode])
        return int(found[0]) if len(found) else None

    @cached_property
    def halves(self):
        """For every mode the first step at which half of it is learned, None if never."""
        return [self.reached(mode, .5) for mode in MODES]

    @cached_property
    def exact(self):
        """The singular values under gradient flow from a balanced start, (modes, TIMES)."""
        u0 = self.scale**self.depth
        return np.array([learning_curve(s, u0, TIMES, self.depth) for s in STRENGTHS])

    @cached_property
    def exact_halves(self):
        """When the exact curves reach s/2: 0 where they start beyond it, None if never."""
        u0 = self.scale**self.depth
        times = [
            learning_time(s, u0, max(u0, s / 2), self.depth) if u0 < s else 0 for s in STRENGTHS]
        return [None if t == np.inf else float(t) for t in times]

    @property
    def crosses(self):
        """(times, singular values) where the exact curves pass s/2; None where none does."""
        passed = [(t, s / 2) for t, s in zip(self.exact_halves, STRENGTHS, strict=True) if t]
        return tuple(zip(*passed, strict=True)) or None

    @cached_property
    def point(self):
        """The stationary-point certificate of the whole network at the cursor."""
        net = LinearNetwork(SquaredLoss(np.diag(STRENGTHS)), hidden=(3,) * (self.depth - 1))
        W_1, W_n = (np.diag([parts[k][self.now] for parts in self.orbits]) for k in (0, 1))
        w = net.join([W_1] + (self.depth - 1) * [W_n])
        return classify(net, w, grad_tol=1e-9, curvature_tol=1e-9)

    @property
    def limit(self):
        """2/lambda_max at the balanced global minimum: with a larger eta it cannot settle there."""
        return 2 / (self.depth * STRENGTHS[0] ** (2 - 2 / self.depth))


def _draw(fig, start):
    modes, loss = fig.panels("Singular values of the product W", "Loss Φ and its gradient")
    for ax in (modes, loss):
        ax.set_xscale(
            "function", functions=(lambda t: np.log1p(10 * t), lambda z: np.expm1(z) / 10))
        ax.set(xlim=(0, 1.1 * END), xlabel="time = η · step")
        ax.set_xticks([0, .1, 1, 10, 100, 1000], ["0", "0.1", "1", "10", "100", "1000"])
        ax.grid(True, axis="x", color=fig.look.faint, lw=.6)
    _draw_modes(fig, modes)
    _draw_loss(fig, loss)
    for ax in (modes, loss):
        fig.vline(ax, lambda run: run.time[-1], color=fig.look.fault, lw=1, label="step t")
    fig.key(modes, 4 if fig.wide else 2)
    fig.key(loss, 4)


def _draw_modes(fig, ax):
    look, once = fig.look, dict(when=("depth", "scale"))
    name = dict(ha="right", va="bottom", color=look.ink, fontsize=SMALL, family=look.font)
    ax.set(ylim=(-.12, 3.8))
    ax.set_yticks([0, *STRENGTHS], ["0", *map(number_text, STRENGTHS)])
    for mode, s in enumerate(STRENGTHS):
        ax.axhline(s, color=look.faint, lw=.9, ls=DOTTED)
        ax.text(.42 * END, s + .04, f"mode {mode + 1}", **name)
    for mode in MODES:
        fig.line(ax, lambda run, mode=mode: (TIMES, run.exact[mode]),
                 color=look.bound, lw=1.8, label=None if mode else "exact curve", **once)
    fig.line(ax, lambda run: run.crosses, "x",
             color=look.bound, ms=8, mew=2, zorder=4, label="half learned", **once)
    for mode in MODES:
        fig.line(ax, lambda run, mode=mode: (run.time, run.u[mode]), "o",
                 color=look.run, ms=3.6, mew=0, label=None if mode else "GD", ghost=True)


def _draw_loss(fig, ax):
    look = fig.look
    name = dict(ha="right", color=look.ink, fontsize=SMALL, family=look.font)
    ax.set_yscale("log", nonpositive="mask")
    ax.set(ylim=(1e-4, 40))
    fig.ticks(ax, y=(1e-4, .001, .01, .1, 1, 10))
    for text, learned in STAIRS.items():
        height = sum(s**2 for s in STRENGTHS[learned:]) / 2
        ax.axhline(height, color=look.ink, lw=.9, ls=DOTTED)
        y, va = (height / 1.1, "top") if learned else (1.1 * height, "bottom")     # clear of Φ
        ax.text(.42 * END, y, text, va=va, **name)
    fig.line(ax, lambda run: (run.time, run.value), color=look.value, lw=1.8, label="Φ", ghost=True)
    fig.line(
        ax, lambda run: (run.time, run.slope), color=look.slope, lw=1.8, ls=DASHED, label="‖∇Φ‖")


def _readout(run):
    """When each mode was learned and when it should have been, then the certificate at step t."""
    text, warning = partial(number_text, digits=3, zero=1e-9), ""
    layers = f"With {run.depth} layer{'s' if run.depth > 1 else ''}"
    if run.eta > run.limit:
        warning = (f" η = {number_text(run.eta)} is beyond 2/λ_max = {number_text(run.limit)} "
                   "at the balanced minimum.")
    if run.diverged:
        return f"{layers} GD diverged at step {count_text(run.diverged)}.{warning}"
    learned = "half of no mode"
    if set(run.halves) != {None}:
        learned = f"half of modes 1, 2, 3 at step {_listed(run.halves, 'not yet')}"
    steps = [None if t is None else round(t / run.eta) for t in run.exact_halves]
    curves = "the exact curves" + (" of the balanced start" if run.start == "unbalanced" else "")
    return (f"{layers} GD learned {learned}; by {curves}: {_listed(steps, 'never')}.{warning} "
            f"At step {count_text(run.now)} Φ = {text(run.value[-1])}, "
            f"‖∇Φ‖ = {text(run.point.grad_norm)} and λ_min = {text(run.point.lambda_min)}.")


def _listed(steps, otherwise):
    return ", ".join(otherwise if t is None else count_text(t) for t in steps)


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


PREDICT = Predict(
    "One matrix W learns M by gradient descent, and the three singular values grow side by side. "
    "Now write W as a product of two matrices, W = W₂W₁, and start small. "
    "How do the singular values of the product grow?",
    ("Side by side as before, only faster or slower",
     "In turn, the largest first: each waits until the one before it is nearly learned",
     "In turn, the smallest first"),
    _together_or_in_turn)

PRESETS = (
    Preset("One layer", "No product, no plateau: all modes grow from the first step on", depth=1),
    Preset("Four layers", "The same target, the same a: the plateaus are longer, the jumps sharper",
           depth=4),
    Preset("Start at 0", "The origin is stationary as soon as there are two layers: nothing moves",
           scale=0),
    Preset("Unbalanced", "The same product at the start, other factors: the plateaus are gone",
           start="unbalanced"),
    Preset("η too large", "Beyond 2/λ_max the largest mode cannot settle", eta=.35),
)
STARTS = {
    "balanced: every layer a·I": "balanced", "unbalanced: W₁ = aᴺ·I, the others I": "unbalanced"}


@presets_from_defaults
def learning_dynamics(depth=2, eta=.05, scale=.05, step=LAST, start="balanced", predict=False):
    """Gradient descent on 1/2 ||W_{1:N} - diag(3, 1.2, 0.5)||^2: plateaus, jumps of a linear map.

    `depth` is N, every layer is 3 x 3; `scale` is a: every layer starts at a I, or,
    `start="unbalanced"`, the first at a^N I and the others at I, which is the same product. `step`
    is the last step drawn. The exact curves are gradient flow's from the balanced start (Saxe,
    McClelland and Ganguli 2013). With `predict` a question comes first. Lecture 6.2.4.

    >>> learning_dynamics(step=50).readout
    'With 2 layers GD learned half of modes 1, 2, 3 at step 25, 53, 107;
    by the exact curves: 24, 51, 106. At step 50 Φ = 0.349, ‖∇Φ‖ = 0.705 and λ_min = -0.681.'
    """
    whole = sorted({*range(30), *(int(v) for v in log_grid(1, 4, 30))})
    return Explorer([Slider("depth", "depth N", tuple(range(1, 5)), depth, exact=True),
                     Slider("eta", "step size η", log_grid(-3, 0, 30), eta),
                     Slider("scale", "start a", (0, *log_grid(-3, 0, 30)), scale, {"0": 0}),
                     Slider("step", "step t", whole, step, play=True, exact=True, text=count_text),
                     Choice("start", "start", STARTS, start)],
                    compute=Learning, draw=_draw, readout=_readout, presets=PRESETS,
                    predict=PREDICT if predict else None)
