"""`taylor_orders`: how fast an expansion of Phi gets exact: ours, the printed, a student's."""
import math
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property, partial

import numpy as np
from matplotlib.ticker import MaxNLocator

from ...answers.host import Host
from ...answers.kinds import arrays, number
from ...live import Choice, Explorer, Slider, explorer_factory
from ...live.look import DASHED, DOTTED, SMALL
from ...live.values import log_grid, number_text
from ...losses import SquaredLoss
from ...networks import LinearNetwork

DEPTHS = (2, 3, 4, 5)
SIZES = np.geomspace(1e-3, 1, 31)          # h of the right panel
LINE = np.linspace(-1, 1, 61)              # h of the left panel
HUGE = 1e9                                 # a larger term would leave nothing else in the picture
SMALL_STEP = .004                          # the remainder's first term rules, rounding does not yet
TARGET = np.array([[2.0, -1.0], [0.5, 1.0]])    # square, so that D_j D_j has a meaning


@cache
class Restriction:
    """Phi of depth N, with the square loss, on a line w + hD, ||D|| = 1.

    Its derivatives at h = 0: `slope`, `form`, and `printed`, the form with the sum over j <= j'.
    """

    def __init__(self, depth):
        self.net = net = LinearNetwork(SquaredLoss(TARGET), (len(TARGET),) * (depth - 1))
        self.w, D = net.random(27, .9), net.random(66)      # terms of one size at every depth
        self.D = D / np.linalg.norm(D)
        self.G = net.loss.grad(net.product(self.w))
        self.slope = float(net.grad(self.w) @ self.D)
        self.form = float(net.hess_form(self.w, self.D, self.D))
        squares = sum(                                      # j = j': they do not belong there
            net.product(self.w, j + 1) @ D_j @ D_j @ net.product(self.w, 1, j - 1)
            for j, D_j in enumerate(net.split(self.D), 1))
        self.printed = self.form + 2 * float((self.G * squares).sum())

    def value(self, h):
        """Phi(w + h D) for an array of h."""
        return self.net(self.w + np.multiply.outer(h, self.D))


class HandedIn:
    """A student's gradient(weights, G) and hess_form(weights, D, target); either may be None."""

    def __init__(self, gradient, hess_form):
        self._gradient = None if gradient is None else {
            depth: Host("gradient", gradient, "weights, G", arrays(*[TARGET.shape] * depth))
            for depth in DEPTHS}
        self._hess_form = None if hess_form is None else Host(
            "hess_form", hess_form, "weights, D, target", number())
        self.terms = cache(self._terms)                     # no slider calls them again

    def _terms(self, depth):
        """((slope, form), what is amiss): ours where none is handed in, NaN where one is amiss."""
        at, nothing = Restriction(depth), (math.nan, math.nan)
        weights, D = at.net.split(at.w), at.net.split(at.D)
        slope, form = at.slope, at.form
        if self._gradient:
            blocks, failure = _called(self._gradient[depth], weights, at.G)
            if failure:
                return nothing, f"Your gradient {failure}."
            slope = float(at.net.join(blocks) @ at.D)
        if self._hess_form:
            form, failure = _called(self._hess_form, weights, D, TARGET)
            if failure:
                return nothing, f"Your hess_form {failure}."
        if not (abs(slope) <= HUGE and abs(form) <= HUGE):
            return nothing, f"Your numbers are too large to be drawn, beyond {HUGE:g}."
        return (slope, form), ""


def _called(host, *point):
    """`Host.run` of one call, on copies: what is handed over may be overwritten."""
    return host.run(lambda function: function(*deepcopy(point)))


@dataclass(frozen=True)
class Expansion:
    """The line of one depth, seen at one step size h."""

    depth: int
    pairs: str
    h: float
    yours: HandedIn | None

    @cached_property
    def polynomials(self):
        """Name -> coefficients (c_0, c_1, c_2) of what is shown."""
        at = Restriction(self.depth)
        zero = float(at.value(0.0))
        shown = {"first": (zero, at.slope, 0), "second": (zero, at.slope, at.form / 2)}
        if self.pairs == "printed":
            shown["printed"] = (zero, at.slope, at.printed / 2)
        if self.yours:
            (slope, form), _ = self.yours.terms(self.depth)
            shown["yours"] = (zero, slope, form / 2)
        return shown

    @property
    def failure(self):
        """What is wrong with a function that gave no value, "" where nothing is."""
        return self.yours.terms(self.depth)[1] if self.yours else ""

    def along(self, name, h):
        """A polynomial's values at h."""
        return np.polynomial.polynomial.polyval(h, self.polynomials[name])

    def remainder(self, name, h):
        """|Phi(w + hD) - polynomial(h)|, NaN where nothing is left of it."""
        off = np.abs(Restriction(self.depth).value(h) - self.along(name, h))
        return np.where(off > 0, off, np.nan)

    def ratio(self, name, h):
        """By what half the step divides the remainder."""
        whole, half = self.remainder(name, np.array([h, h / 2]))
        return float(whole / half)

    def order(self, name):
        """The order of a remainder, to a whole number, measured at a small step."""
        return round(math.log2(self.ratio(name, SMALL_STEP)))


def _draw(fig, depth, pairs, yours):
    look = fig.look
    curve, orders = fig.panels(
        ("Φ along w + hΔ, and its expansions", "Φ along w + hΔ"), "How far they are off")
    _draw_still(fig, curve, orders, Restriction(depth).value(LINE))
    styles = {
        "first": dict(label="1st order", color=look.slope, lw=1.6, ls=DOTTED),
        "second": dict(label="2nd order", color=look.bound, lw=1.9, ls=DASHED)}
    if pairs == "printed":
        styles["printed"] = dict(
            label="as printed", color=look.fault, lw=1.9, ls=(0, (6, 2, 1.2, 2)))
    if yours:                                               # separate rings: a line below is seen
        styles["yours"] = dict(
            label="yours", fmt="o", color=look.value, ms=5, mfc="none", mew=1.2, markevery=3)
    for name, style in styles.items():
        style["when"] = ("depth",)
        fig.line(curve, lambda run, name=name: (LINE, run.along(name, LINE)), **style)
        fig.line(orders, lambda run, name=name: (SIZES, run.remainder(name, SIZES)), **style)
    fig.dot(orders, lambda run: (run.h, run.remainder("second", run.h)), color=look.bound, ms=8.5,
            drag=("h", None))
    for ax in (curve, orders):
        fig.vline(ax, lambda run: run.h, color=look.ink, lw=.8)
    fig.key(curve, 5)


def _draw_still(fig, curve, orders, values):
    """The axes, Phi and the slopes of the orders 2 and 3."""
    look, room = fig.look, .35 * np.ptp(values)
    curve.set(xlim=(-1, 1), ylim=(values.min() - room, values.max() + room), xlabel="h")
    fig.ticks(curve, x=(-1, -.5, 0, .5, 1))
    curve.plot(LINE, values, color=look.run, lw=2.4, label="Φ")
    orders.set(xscale="log", yscale="log", xlim=(8e-4, 1.25), ylim=(1e-11, 30),
               xlabel="step h", ylabel="|Φ − expansion|")
    fig.ticks(orders, x=(.001, .01, .1, 1))
    orders.set_yticks([1e-9, 1e-6, 1e-3, 1], ["10⁻⁹", "10⁻⁶", "10⁻³", "1"])
    curve.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    curve.yaxis.set_major_formatter(lambda y, _: number_text(y))
    for order, name in ((2, "h²"), (3, "h³")):
        orders.plot(SIZES, .02 * SIZES**order, color=look.faint, lw=.9)
        orders.text(SIZES[3], .006 * SIZES[3]**order, name,
                    color=look.ink, fontsize=SMALL, family=look.font)


def _readout(run):
    off = number_text(run.remainder("second", run.h))
    said = [f"At h = {number_text(run.h)} the second-order expansion is off by {off}. "
            f"Half the step divides that {_halving(run, 'second')}."]
    if run.pairs == "printed":
        said.append(f"As printed: {_halving(run, 'printed')}.")
    if run.failure:
        said.append(run.failure)
    elif run.yours:
        advice = ADVICE.get(run.order("yours"), "")
        said.append(f"Yours: {_halving(run, 'yours')}. {advice}".rstrip())
    return " ".join(said)


def _halving(run, name):
    order = run.order(name)
    return f"by {number_text(run.ratio(name, run.h))}, as h → 0 by {2**order}: order {order}"


ADVICE = {
    1: "Your gradient is not right.",
    2: "Your Hessian form is not right.",
    3: "That is the right order.",
}


@explorer_factory
def taylor_orders(depth=3, pairs="strict", h=.1, gradient=None, hess_form=None):
    """The expansion of Phi along a line w + hD, ||D|| = 1: what it leaves out vanishes like h^3.

    `depth` is N (2 to 5), all matrices are 2 x 2 and the loss is the square one. `pairs` = "strict"
    sums over j < j'; with "printed" the lecture's sum over j <= j' stands beside it, which leaves
    h^2. Your own functions may be handed in and are drawn as rings: `gradient(weights, G)`, a list
    of matrices, and `hess_form(weights, D, target)`, a number. Lecture 6.2.5.

    >>> taylor_orders(pairs="printed").readout
    'At h = 0.1 the second-order expansion is off by 0.0001648. Half the step divides that by 8.143,
    as h → 0 by 8: order 3. As printed: by 3.902, as h → 0 by 4: order 2.'
    """
    own = gradient is not None or hess_form is not None
    yours = HandedIn(gradient, hess_form) if own else None
    return Explorer(
        [Choice("depth", "depth N", {str(n): n for n in DEPTHS}, depth),
         Choice("pairs", "sum over", {"j < j′": "strict", "j ≤ j′, as printed": "printed"}, pairs),
         Slider("h", "step h", log_grid(-3, 0, 30), h)],
        compute=partial(Expansion, yours=yours), draw=partial(_draw, yours=own),
        readout=_readout, main=("depth", "pairs"), ratios=(.46, 1.55))
