"""`collapse`: from a trained network to the average of all its permuted copies."""
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from matplotlib.collections import LineCollection

from ...live import Choice, Explorer, Predict, Preset, Slider, linear_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL, TEXT
from ...proofs import permutation_average, width_one_equivalent
from .ring import FLOOR, INPUTS, NETS, TARGETS, trained

GRID = np.linspace(0, 1, 101)
COPIES = 6                                              # permuted copies that are drawn
LEFT = -.34                                             # where the copies stand: left of lambda = 0
ORDERS = [[np.random.default_rng(k).permutation(4), np.random.default_rng(100 + k).permutation(4)] for k in range(COPIES)]

UNITS = [np.column_stack([np.full(d, n), np.arange(d) + (4 - d) / 2]) for n, d in enumerate((3, 4, 4, 2))]   # where they are drawn
EDGES = np.concatenate([[(start, end) for end in later for start in earlier] for earlier, later in pairwise(UNITS)])


@dataclass(frozen=True)
class Collapse:
    """The network (1 - lam) W + lam A, W the trained one of number `net`, A its permutation average."""

    lam: float
    activation: str
    net: int

    @cached_property
    def L(self):
        return trained(self.activation)[0]

    @cached_property
    def W(self):
        return trained(self.activation)[1][self.net - 1]

    @cached_property
    def A(self):
        return permutation_average(self.L.net, self.W)

    @cached_property
    def outputs(self):
        return self.L.net.forward(self.at(self.lam), INPUTS)

    @cached_property
    def narrow_outputs(self):
        """Those of the network of width 1 that the proof ends with."""
        net, w = width_one_equivalent(self.L.net, self.W)
        return net.forward(w, INPUTS)

    @cached_property
    def copies(self):
        """The losses of some copies of W: hidden units renumbered, their in- and outgoing weights with them."""
        W_1, W_2, W_3 = self.L.net.split(self.W)
        return np.array([self.L(self.L.net.join([W_1[p], W_2[q][:, p], W_3[:, q]])) for p, q in ORDERS])

    @cached_property
    def curve(self):
        return self.L(self.at(GRID[:, None]))

    @cached_property
    def loss(self):
        return float(self.L(self.at(self.lam)))

    @property
    def equal(self):
        """L(W), which all copies share."""
        return float(self.L(self.W))

    def at(self, lam):
        return (1 - lam) * self.W + lam * self.A


def _stage(fig, activation):
    look = fig.look
    shares = [.75, 1] if fig.wide else [1.7, 1]
    plane, loss = fig.panels("Outputs of the network at λ", "Loss from W to its average A", shares=shares)
    drawing = fig.split(plane, .27, gap=64)
    plane.set(xlim=(-1.35, 1.35), ylim=(-1.35, 1.35), xlabel="first output", ylabel="second output")
    plane.plot(*TARGETS, "+", color=look.bound, ms=10, mew=1.6, label="target")
    L, nets = trained(activation)
    top = 1.15 * max(.6, *L(permutation_average(L.net, nets)))
    loss.set(xlim=(LEFT, 1.04), ylim=(-.06 * top, top), xlabel="λ", ylabel="loss")
    loss.set_xticks([0, .25, .5, .75, 1], ["0: W", "0.25", "0.5", "0.75", "1: A"])
    loss.axvline(0, color=look.faint, lw=.8)
    loss.axhline(FLOOR, color=look.bound, lw=1.6, ls=DASHED, label="width 1 cannot go below")
    loss.text(LEFT / 2, .06 * top, "permuted\ncopies of W", ha="center", va="bottom", color=look.run, fontsize=SMALL,
              bbox=dict(fc=look.paper, ec="none", pad=1))
    loss.text(.5, .94 * top, "no convex loss gets here", ha="center", va="center", color=look.fault, fontsize=SMALL)
    actors = {
        "errors": plane.add_collection(LineCollection([], colors=[look.slope], linewidths=[1]), autolim=False),
        "rings": plane.plot([], [], "o", mfc="none", mec=look.fault, mew=1.4, ms=11, label="width-1 network")[0],
        "outputs": plane.plot([], [], "o", color=look.run, ms=5, mew=0, label="output")[0],
        "forbidden": loss.fill([], [], color=look.fault, alpha=.09, lw=0)[0],
        "ceiling": loss.plot([], [], color=look.fault, lw=1.4, ls=DOTTED, label="loss of W and its copies")[0],
        "copies": loss.plot([], [], "s", mfc=look.paper, mec=look.run, mew=1.3, ms=5, zorder=4)[0],
        "curve": loss.plot([], [], color=look.value, lw=2, label="loss up to λ")[0],
        "now": loss.plot([], [], "o", color=look.run, mec=look.paper, ms=9, zorder=5)[0],
    }
    fig.key(plane, 3)
    fig.key(loss, 2)
    return actors | _drawing(drawing, look)


def _drawing(ax, look):
    """The network itself: units in columns, a line for each weight."""
    ax.set(xlim=(-.25, 3.25), ylim=(-1.1, 3.4))
    ax.set_axis_off()
    ax.set_title("Its weights (wide: large, dashed: negative)", fontsize=TEXT + .5, loc="left", pad=2)
    for x, name in enumerate(("x", "hidden 1", "hidden 2", "y")):
        ax.text(x, -1.1, name, ha="center", va="bottom", fontsize=SMALL, color=look.ink)
    ax.plot(*np.concatenate(UNITS).T, "o", color=look.paper, mec=look.ink, mew=1.2, ms=9, zorder=3)
    return {"weights": [ax.add_collection(LineCollection([], colors=[colour], linestyles=[style]), autolim=False)
                        for colour, style in ((look.value, "-"), (look.slope, DASHED))]}


def _act(actors, run):
    if actors.changed("network", run.activation, run.net):
        low, high = 0, actors.curve.axes.get_ylim()[1]
        actors.forbidden.set_xy([(low, run.equal), (1, run.equal), (1, high), (low, high)])
        actors.ceiling.set_data([LEFT, 2], [run.equal] * 2)
        actors.copies.set_data(np.linspace(.88 * LEFT, .12 * LEFT, COPIES), run.copies)
    actors.errors.set_segments(np.stack([TARGETS, run.outputs], axis=-1).transpose(1, 2, 0))
    actors.outputs.set_data(*run.outputs)
    actors.rings.set_data(*(run.narrow_outputs if run.lam == 1 else ([], [])))
    w = run.at(run.lam)
    for weights, here in zip(actors.weights, (w > 0, w < 0), strict=True):
        weights.set_segments(EDGES[here])
        weights.set_linewidths(2.2 * np.abs(w[here]))
    shown = GRID <= run.lam
    actors.curve.set_data(np.append(GRID[shown], run.lam), np.append(run.curve[shown], run.loss))
    actors.now.set_data([run.lam], [run.loss])


def _readout(run):
    """The loss at lambda beside the loss that all copies share."""
    equal, loss = number_text(run.equal), number_text(run.loss)
    if run.lam == 0:
        return f"W has loss {equal}, and so have its permuted copies; no network of width 1 gets below {number_text(FLOOR)}."
    where = "The average A" if run.lam == 1 else f"At λ = {number_text(run.lam)} the network"
    ending = ", and a network of width 1 computes the same" if run.lam == 1 else ""
    if run.loss > run.equal:
        return f"{where} has loss {loss}{ending}; a convex loss would be at most {equal} there, the loss of all copies of W."
    return f"{where} has loss {loss}{ending}; that is not above {equal}, the loss of all copies of W."


def _same_smaller_larger(run):
    """Predict's answer, decided at the average alone."""
    if run.lam < 1:
        return None
    if abs(run.loss - run.equal) < 1e-9:
        return 0
    return 1 if run.loss < run.equal else 2


PREDICT = Predict(
    "The trained network W and all its permuted copies compute the same map, so they have the same small loss. "
    "A is the average of all these weights. What is the loss of A?",
    ("The same: all copies have it", "Smaller: averaging removes noise", "Larger"),
    _same_smaller_larger)

PRESETS = (
    Preset("The average", dict(lam=1, activation="tanh", net=1), "Every hidden unit does the same: the outputs lie on a line"),
    Preset("No activation", dict(lam=1, activation="linear", net=1), "A product of matrices: the loss is not convex either"),
)
ACTIVATIONS = {name: name for name in ("tanh", "linear", "relu", "sigmoid", "sin")}


def collapse(lam=0, activation="tanh", net=1, predict=False):
    """The loss from a trained 3-4-4-2 network W to the average A of its permuted copies: does it look convex?

    `lam` is the place on the segment, 0 at W and 1 at A; `net` is the number of the trained network. A computes what a
    network of hidden widths 1 computes, whose loss is at least 1/4 on these data. Proposition 6.1.

    >>> collapse(lam=1).readout
    'The average A has loss 0.2963, and a network of width 1 computes the same; a convex loss would be at most 0.0004227
    there, the loss of all copies of W.'
    """
    return Explorer(
        [Slider("lam", "λ", linear_grid(0, 1, "0.01"), lam, {"W": 0, "A": 1}, play=True),
         Choice("activation", "activation", ACTIVATIONS, activation),
         Slider("net", "new net", tuple(range(1, NETS + 1)), net, exact=True)],
        compute=Collapse, stage=_stage, act=_act, readout=_readout, presets=PRESETS, predict=PREDICT if predict else None,
        ghosts=("curve",), ratios=(.58, 2.2))
