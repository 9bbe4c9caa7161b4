"""`collapse`: from a trained network to the average of all its permuted copies."""
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from ...live import Choice, Explorer, Predict, Slider, explorer_factory
from ...live.look import DASHED, DOTTED
from ...live.values import linear_grid, number_text
from .collapse_networks import (
    FLOOR,
    HIDDEN,
    NETS,
    START,
    TARGETS,
    average,
    merging,
    network,
    trained,
)

GRID = np.linspace(0, 1, 101)
REACH = 1.35                                            # how far from 0 outputs are drawn
COPIES = 6                                              # permuted copies that are drawn
LEFT = -.34                                             # where they stand: left of lambda = 0
ORDERS = [[np.random.default_rng(seed).permutation(HIDDEN) for seed in (k, 100 + k)]
          for k in range(COPIES)]                       # of the units of both hidden layers
UNITS = [np.column_stack([np.full(d, n), np.arange(d) + (HIDDEN - d) / 2])
         for n, d in enumerate((3, HIDDEN, HIDDEN, 2))]                 # where they are drawn
ONES = np.array([(0, -1), (1, -1), (2, -1)])            # and those that are always 1


@cache
def highest(activation, biases):
    """The largest loss of the averages of these networks, at least 0.6."""
    L, w = trained(activation, biases)
    return max(.6, *L(average(L.net, w, biases)))


@cache
def edges(biases):
    """A line for each weight, in the order of the vector w: row by row of each matrix."""
    units = UNITS
    if biases:
        units = [*map(np.vstack, zip(UNITS[:3], ONES, strict=True)), UNITS[3]]
    return np.concatenate([[(start, end) for end in later for start in earlier]
                           for earlier, later in pairwise(units)])


@dataclass(frozen=True)
class Collapse:
    """(1 - lam) W + lam A, W the trained network of number `net`, A its permutation average."""

    lam: float
    activation: str
    net: int
    biases: str

    @property
    def biased(self):
        return self.biases == "with"

    @cached_property
    def L(self):
        return trained(self.activation, self.biased)[0]

    @cached_property
    def W(self):
        return trained(self.activation, self.biased)[1][self.net - 1]

    @cached_property
    def A(self):
        return average(self.L.net, self.W, self.biased)

    @property
    def left(self):
        """Whether W is left: at W nothing is said yet of where a convex loss would go."""
        return self.lam > 0

    @cached_property
    def weights(self):
        return self.at(self.lam)

    @cached_property
    def outputs(self):
        """What the network at lambda computes, a column for each of the twelve points."""
        return self.L.net.forward(self.weights, self.L.X)

    @cached_property
    def narrow_outputs(self):
        """The outputs of the network of width 1 that the proof ends with."""
        M, S = merging(self.biased)
        net, (W_1, W_2, W_3) = network(1, self.activation, self.biased), self.L.net.split(self.W)
        return net.forward(net.join([M @ W_1, M @ W_2 @ S, W_3 @ S]), self.L.X)

    @cached_property
    def copies(self):
        """The losses of some copies of W: hidden units renumbered, and their weights with them."""
        W_1, W_2, W_3 = self.L.net.split(self.W)
        one = range(HIDDEN, len(W_1))                   # the unit that is always 1 stays there
        orders = [([*p, *one], [*q, *one]) for p, q in ORDERS]
        return np.array([
            self.L(self.L.net.join([W_1[p], W_2[q][:, p], W_3[:, q]])) for p, q in orders])

    @property
    def top(self):
        """Where the axis of losses ends."""
        return 1.15 * highest(self.activation, self.biased)

    @cached_property
    def curve(self):
        """The losses from W to A, at the lambdas of GRID."""
        return self.L(self.at(GRID[:, None]))

    @property
    def curve_so_far(self):
        """(lambda, loss) from W to here."""
        passed = GRID <= self.lam
        return np.append(GRID[passed], self.lam), np.append(self.curve[passed], self.loss)

    @cached_property
    def loss(self):
        return float(self.L(self.weights))

    @property
    def equal(self):
        """L(W), which all copies share."""
        return float(self.L(self.W))

    def at(self, lam):
        return (1 - lam) * self.W + lam * self.A

    def lines(self, sign):
        """Where weights of this sign are drawn, and how wide; none leads to the units of ONES."""
        places = edges(self.biased)
        drawn = (sign * self.weights > 0) & (places[:, 1, 1] >= 0)
        return places[drawn], 2.2 * np.abs(self.weights[drawn])


def _boxes(fig):
    """Where outputs, weights and loss stand: (x, y, width, height) each, in CSS pixels."""
    width, tall = fig.width, fig.tall
    _, right, bottom, top, gap = fig.margins
    left, down = 32, tall - bottom                      # no labels at these axes, only ticks
    if not fig.wide:                                    # two panels above the third
        half, high, low = width / 2 - left, .4 * tall - top, .4 * tall + 46
        return ((left, top, half, high), (left + half + 18, top, half - 2, high),
                (58, low, width - 58 - right, down - low))
    if fig.low or width >= 700:                         # a row
        one, two = .29 * width, .21 * width
        x = left + one + 22 + two + gap
        return ((left, top, one, down - top), (left + one + 22, top, two, down - top),
                (x, top, width - x - right, down - top))
    one, high, low = .36 * width, .57 * tall - top, .57 * tall + 46
    x = left + one + gap
    return ((left, top, one, high), (left, low, one, tall - low - 24),
            (x, top, width - x - right, down - top))


def _draw(fig, activation, biases):
    outputs, weights, loss = _boxes(fig)
    _draw_outputs(fig, fig.place(*outputs, "Outputs at λ"))
    biased = biases == "with"
    title = ("Weights and biases at λ", "Weights, biases") if biased else "Weights at λ"
    _draw_weights(fig, fig.place(*weights, title), biased)
    _draw_loss(fig, fig.place(*loss, ("Loss from W to its average A", "Loss from W to A")))


def _draw_outputs(fig, ax):
    look = fig.look
    ax.plot(*TARGETS, "+", color=look.bound, ms=10, mew=1.6, label="target")
    fig.levels(ax, lambda run: np.stack([TARGETS.T, run.outputs.T], 1), color=look.slope, lw=1)
    fig.line(ax, lambda run: run.outputs, "o", ghost=True,
             color=look.run, ms=5, mew=0, label="output")
    fig.line(ax, lambda run: run.narrow_outputs if run.lam == 1 else None, "o", ghost=True,
             mfc="none", mec=look.fault, mew=1.4, ms=11, label="width 1")
    fig.key(ax, 3)
    box = ax.get_position()
    sides = np.array([box.width * fig.width, box.height * fig.tall])
    across, up = REACH * sides / sides.min()            # so that the circle is round
    ax.set(xlim=(-across, across), ylim=(-up, up), xticks=(-1, 0, 1), yticks=(-1, 0, 1))


def _draw_weights(fig, ax, biased):
    """The network itself: units in columns, a line for each weight, the wider the larger."""
    look = fig.look
    ax.set(xlim=(-.25, 3.25), ylim=(-.4, 3.4), yticks=())
    ax.set_xticks([0, 1.5, 3], ["x", "hidden", "y"])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    unit = dict(color=look.paper, mec=look.ink, mew=1.2, zorder=3)
    ax.plot(*np.concatenate(UNITS).T, "o", ms=9, **unit)
    if biased:
        ax.set_ylim(bottom=-1.4)
        fig.line(ax, lambda run: ONES.T, "s", ms=12, **unit)               # above the weights
        for at in ONES:
            fig.label(ax, lambda run, at=at: at, "1", ha="center", va="center_baseline",
                      color=look.ink, zorder=4)
    for sign, colour, style, name in (
            (1, look.value, "-", "positive"), (-1, look.slope, DASHED, "negative")):
        ax.plot([], [], color=colour, ls=style, lw=2, label=name)
        lines = fig.levels(ax, lambda run, sign=sign: run.lines(sign)[0],
                           color=colour, linestyles=[style], ghost=True)
        fig.moves(lines, "set_linewidths", lambda run, sign=sign: run.lines(sign)[1], ghost=True)
    fig.key(ax, 2)


def _draw_loss(fig, ax):
    look, once = fig.look, dict(when=("L", "net", "left"))
    high = ax.get_position().height * fig.tall                  # in pixels
    pixel = 1.06 / high                                         # as a share of run.top
    ax.set(xlim=(LEFT, 1.04), xlabel="λ")
    ax.set_xticks([0, .25, .5, .75, 1], ["0: W", "0.25", "0.5", "0.75", "1: A"])
    ax.axvline(0, color=look.faint, lw=.8)
    fig.label(ax, lambda run: (.5, 1 - 8 / high) if run.left else None,
              "no convex loss\ngets here", transform=ax.get_xaxis_transform(),
              ha="center", va="top", color=look.fault, when="left")
    fig.scale(ax, y=lambda run: (-.06 * run.top, run.top))
    fig.hline(ax, lambda run: FLOOR if run.left else None, color=look.bound, lw=1.6, ls=DASHED)
    fig.label(ax, lambda run: (.98 * LEFT, FLOOR + 6 * pixel * run.top) if run.left else None,
              "width 1\nstays above", color=look.bound, linespacing=1.1, **once)
    fig.label(ax, lambda run: (.98 * LEFT, run.equal + 9 * pixel * run.top), "copies",
              color=look.run, **once)
    fig.region(ax, lambda run: [(0, run.equal), (1, run.equal), (1, 9), (0, 9)] if run.left
               else None, color=look.fault, alpha=.09, lw=0, **once)
    fig.line(ax, lambda run: ([LEFT, 2 if run.left else 0], [run.equal] * 2), ghost=True,
             color=look.fault, lw=1.4, ls=DOTTED, **once)
    fig.line(ax, lambda run: (np.linspace(.88 * LEFT, .12 * LEFT, COPIES), run.copies), "s",
             ghost=True, mfc=look.paper, mec=look.run, mew=1.3, ms=5, zorder=4, **once)
    fig.line(ax, lambda run: run.curve_so_far, ghost=True, color=look.value, lw=2)
    fig.dot(ax, lambda run: (run.lam, run.loss), ghost=True, color=look.run, ms=9)


def _readout(run):
    """The loss at lambda beside the loss that all copies share."""
    equal, loss = number_text(run.equal), number_text(run.loss)
    if run.lam == 0:
        return f"W has loss {equal}, and so have its permuted copies."
    all_copies = (f"A convex loss would be at most {equal} there" if run.loss > run.equal
                  else f"That is not above {equal}")
    if run.lam < 1:
        return (f"At λ = {number_text(run.lam)} the network has loss {loss}. "
                f"{all_copies}, the loss of all copies of W.")
    narrow = "width 1 with biases" if run.biased else "width 1"
    return (f"The average A has loss {loss}. A network of {narrow} computes the same, and none "
            f"gets below {number_text(FLOOR)}. {all_copies}, the loss of all copies.")


def _same_smaller_larger(run):
    """Predict's answer, decided at the average alone."""
    if run.lam < 1:
        return None
    if abs(run.loss - run.equal) < 1e-9:
        return 0
    return 1 if run.loss < run.equal else 2


def _why(run):
    equal, loss, floor = map(number_text, (run.equal, run.loss, FLOOR))
    return (f"W: {equal}, A: {loss}. In A all units of a layer are equal, as if there were one, "
            f"and width 1 stays above {floor}.")


PREDICT = Predict(
    "The trained network W and all its permuted copies compute the same map, so they have the "
    "same small loss. A is the average of all these weights. What is the loss of A?",
    ("The same", "Smaller", "Larger"), _same_smaller_larger, _why, "Drag λ to 1.")


@explorer_factory
def collapse(lam=0, activation="tanh", net=1, biases="without", predict=False):
    """The loss from a trained 3-4-4-2 network W to the average A of its permuted copies.

    Does it look convex? `lam` is the place on the segment, 0 at W and 1 at A; `net` is the number
    of the trained network, with or without `biases`. A computes what a network of hidden widths 1
    computes, whose loss is at least 1/4 on these data. With `predict` a question comes first.
    Proposition 6.1.

    >>> collapse(lam=1).readout
    'The average A has loss 0.2963. A network of width 1 computes the same, and none gets below
    0.25. A convex loss would be at most 0.0004227 there, the loss of all copies.'
    """
    return Explorer(
        [Slider("lam", "λ", linear_grid(0, 1, "0.01"), lam, {"W": 0, "A": 1}, play=True),
         Choice("activation", "activation", {name: name for name in START}, activation),
         Slider("net", "trained net", tuple(range(1, NETS + 1)), net, exact=True),
         Choice("biases", "biases", {name: name for name in ("without", "with")}, biases)],
        compute=Collapse, draw=_draw, readout=_readout,
        predict=PREDICT if predict else None, ratios=(.42, 1.4))
