"""`taylor_orders`: how fast the expansion of Phi becomes exact, the printed one and a student's beside it."""
from fractions import Fraction
from functools import partial

import numpy as np

from ...live import Choice, Explorer, Handle, Preset, Slider, log_grid, number_text
from ...live.look import DASHED, DOTTED, SMALL
from .expansion import LINE, SIZES, Expansion, HandedIn, line

LABELS = {"first": "first order", "second": "second order", "printed": "as printed, j ≤ j′", "yours": "yours"}


def _stage(fig, depth, pairs, yours):
    look, values = fig.look, line(depth).value(LINE)
    curve, orders = fig.panels("Φ along w + hΔ, and its expansions", "How far they are off")
    room = .35 * np.ptp(values)
    curve.set(xlim=(-1, 1), ylim=(values.min() - room, values.max() + room), xlabel="h")
    curve.set_xticks([-1, -.5, 0, .5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    curve.plot(LINE, values, color=look.run, lw=2.4, label="Φ")
    orders.set(xscale="log", yscale="log", xlim=(8e-4, 1.25), ylim=(1e-11, 30), xlabel="step h", ylabel="|Φ − expansion|")
    orders.set_xticks([1e-3, 1e-2, 1e-1, 1], ["0.001", "0.01", "0.1", "1"])
    orders.set_yticks([1e-9, 1e-6, 1e-3, 1], ["10⁻⁹", "10⁻⁶", "10⁻³", "1"])
    orders.minorticks_off()
    for order in (2, 3):
        orders.plot(SIZES, .02 * SIZES**order, color=look.faint, lw=.9)
        orders.text(SIZES[3], .006 * SIZES[3]**order, f"h{'²³'[order - 2]}", color=look.ink, fontsize=SMALL, family=look.font)
    styles = {"first": dict(color=look.slope, lw=1.6, ls=DOTTED), "second": dict(color=look.bound, lw=1.9, ls=DASHED)}
    if pairs == "printed":
        styles["printed"] = dict(color=look.fault, lw=1.9, ls=(0, (6, 2, 1.2, 2)))
    if yours:
        styles["yours"] = dict(color=look.value, lw=0, marker="o", ms=5, mfc="none", mew=1.2)
    actors = {name: [curve.plot([], [], label=LABELS[name], **style)[0], orders.plot([], [], **style)[0]]
              for name, style in styles.items()}
    actors["now"] = orders.plot([], [], "o", color=look.bound, mec=look.paper, ms=8.5, zorder=5)[0]
    actors["cursor"] = [ax.axvline(0, color=look.ink, lw=.8) for ax in (curve, orders)]
    fig.key(curve, 3)
    return actors


def _act(actors, run):
    for name in LABELS:
        if name not in vars(actors):
            continue
        step = 3 if name == "yours" else 1               # a student's as separate rings, so that a line below is seen
        for artist, h, values in zip(getattr(actors, name), (LINE, SIZES), (run.along, run.remainder), strict=True):
            artist.set_data(*((h[::step], values(name, h[::step])) if name in run.polynomials else ([], [])))
    actors.now.set_data([run.h], [run.remainder("second", run.h)])
    for cursor in actors.cursor:
        cursor.set_xdata([run.h] * 2)


def _readout(run):
    off = number_text(run.remainder("second", run.h))
    said = [f"At h = {number_text(run.h)} the expansion to second order is off by {off}, and {_halving(run, 'second')}."]
    if run.pairs == "printed":
        said.append(f"With the sum as printed {_halving(run, 'printed')}.")
    if run.failure:
        said.append(run.failure)
    elif run.yours:
        said.append(f"With yours {_halving(run, 'yours')}. {ADVICE.get(run.order('yours'), '')}".rstrip())
    return " ".join(said)


def _halving(run, name):
    order = run.order(name)
    return f"half the step divides the error by {number_text(run.ratio(name))}, and by {2**order} as h → 0: order {order}"


ADVICE = {
    1: "So the first-order term, your gradient, is not right.",
    2: "So the second-order term, your Hessian form, is not right.",
    3: "That is the right order.",
}

PRESETS = (
    Preset("As printed", dict(pairs="printed"), "The terms j = j′ cost one order: the parabola bends by the wrong amount"),
    Preset("A large step", dict(h=1), "Far out no polynomial of degree 2 fits: the order says how fast it does near by"),
)


def taylor_orders(depth=3, pairs="strict", h=Fraction(1, 10), gradient=None, hess_form=None):
    """The expansion of Phi along a line w + hD, ||D|| = 1, and how fast what it leaves out vanishes: like h^3.

    `depth` is N (2 to 5), all matrices are 2 x 2 and the loss is the square one. `pairs` = "strict" sums over j < j'; with
    "printed" the lecture's sum over j <= j' stands beside it, which leaves h^2. Your own functions may be handed in and are
    drawn as rings: `gradient(weights, G)`, a list of matrices, and `hess_form(weights, D, target)`, a number. Lecture 6.2.5.

    >>> taylor_orders(pairs="printed").readout
    'At h = 0.1 the expansion to second order is off by 0.0001648, and half the step divides the error by 8.143, and by 8
    as h → 0: order 3. With the sum as printed half the step divides the error by 3.902, and by 4 as h → 0: order 2.'
    """
    yours = HandedIn(gradient, hess_form)
    return Explorer(
        [Choice("depth", "depth N", {str(n): n for n in (2, 3, 4, 5)}, depth),
         Choice("pairs", "sum over", {"j < j′": "strict", "j ≤ j′, as printed": "printed"}, pairs),
         Slider("h", "step h", log_grid(-3, 0, 30), h, play=True)],
        compute=partial(Expansion, yours=yours), stage=partial(_stage, yours=bool(yours)), act=_act, readout=_readout,
        presets=PRESETS, handles=(Handle("now", "h"),), ratios=(.46, 1.55))
