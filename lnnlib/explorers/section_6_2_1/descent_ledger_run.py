"""One run of gradient descent with its accounts: what a step takes from f, what it has to take."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...descent import gradient_descent
from ...landscapes import Huber, Quadratic, Softplus, ZigZag
from .one_smooth import OneSmooth

LAST = 600                                     # a step beyond every run that is shown
LONGEST = 10**4                                # steps beyond every run at all
GRID = np.unique([*range(40), *np.geomspace(40, LAST, 50).astype(int)])     # the steps drawn
DOTS = 60                                      # so many of them on a line
BUDGET = 1 / 4                                 # f(w_0) - f* of the zig-zag, nearly: in whole teeth
BOWL = Quadratic([1, .2])


def zig_zag(eps):
    """The worst landscape for this eps at eta = 1: as many teeth as the budget pays for.

    With m teeth f(w_0) - f* = (3 m + 2)/4 eps^2.
    """
    return ZigZag(teeth=max(0, round((4 * BUDGET / eps**2 - 2) / 3)), beta=1, eps=eps)


LANDSCAPES = {
    "bowl": lambda eps: BOWL, "softplus": lambda eps: OneSmooth(Softplus()),
    "huber": lambda eps: Huber(1), "zig-zag": zig_zag}
STARTS = {"bowl": (1., 5.), "softplus": (0.,), "huber": (3.,), "zig-zag": (0.,)}
# What is seen of the landscapes on a line: the stretch of w, the range of f.
VIEWS = {
    "softplus": ((-6, 1), (-.3, 5.6)), "huber": ((-3.6, 3.6), (-.2, 3.4)),
    "zig-zag": ((-.15, 4), (-.03, .55))}


@dataclass(frozen=True)
class Ledger:
    """Gradient descent on a 1-smooth landscape until ||grad f|| <= eps, with all of Theorem 6.7.

    `t` is the last step shown; `own` maps a dimension to the host of a student's step there.
    """

    eta: float
    eps: float
    landscape: str
    t: int = LAST
    own: dict | None = None

    @cached_property
    def f(self):
        return LANDSCAPES[self.landscape](self.eps)

    @property
    def w0(self):
        return np.array(STARTS[self.landscape])

    @cached_property
    def gap(self):
        """The budget f(w_0) - f*."""
        return float(self.f(self.w0) - self.f.infimum)

    @property
    def rate(self):
        """A step takes at least rate ||grad f||^2 from f: the descent lemma with beta = 1."""
        return self.eta * (1 - self.eta / 2)

    @property
    def price(self):
        """What a step takes at least while ||grad f|| > eps."""
        return self.rate * self.eps**2

    @property
    def bound(self):
        """Theorem 6.7 with the descent lemma's constant: gap/(eta (1 - eta/2) eps^2)."""
        return self.gap / self.price

    @cached_property
    def trajectory(self):
        steps = min(LONGEST, int(self.bound) + 1)
        return gradient_descent(self.f, self.w0, self.eta, steps, stop_grad=self.eps)

    @property
    def first(self):
        """T*, the first step with ||grad f|| <= eps."""
        return len(self.trajectory.points) - 1

    @cached_property
    def left(self):
        """What is left of the budget before every step: f(w_t) - f*."""
        return self.trajectory.values - self.f.infimum

    @property
    def decrease(self):
        """The true decrease f(w_t) - f(w_{t+1}) for t < T*."""
        return -np.diff(self.trajectory.values)

    @cached_property
    def guaranteed(self):
        """The decrease that the descent lemma guarantees, for t < T*."""
        return self.rate * self.trajectory.grad_norms[:-1] ** 2

    @cached_property
    def promised(self):
        """The most that can be left of the budget by what was guaranteed so far."""
        return self.gap - np.concatenate([[0], np.cumsum(self.guaranteed)])

    @cached_property
    def steps(self):
        """The steps that are drawn, up to T* and up to `t`."""
        end = min(self.first, self.t)
        return np.append(GRID[GRID < end], end)

    @property
    def paid(self):
        """The steps that are drawn and still take from the budget."""
        return self.steps[self.steps < self.first]

    @property
    def ahead(self):
        """Steps up to the bound, for what is left in the worst case."""
        later = np.geomspace(1, self.bound, 40) if self.bound > 1 else self.bound
        return np.append(0, later)

    def seen(self, landscape, points, heights):
        """x and y in a picture of `landscape`; None where the run, a pinned one, is on another."""
        if self.landscape != landscape:
            return None
        if landscape == "bowl":
            return points[self.steps].T
        dots = self.steps[:DOTS]
        return points[dots, 0], heights[dots]

    @cached_property
    def graph(self):
        """w, f and |f'| of a landscape on a line, with every kink that f' has within sight."""
        low, high = VIEWS[self.landscape][0]
        w = np.linspace(low, high, 81)
        if self.landscape == "zig-zag":
            kinks = np.arange(min(2 * self.f.teeth + 5, 2 * high / self.eps))
            w = np.union1d(w, self.eps / 2 * kinks)
        size = np.abs(self.f.slope(w))
        return w, self.f.value(w), np.where(size > 0, size, np.nan)

    @cached_property
    def own_run(self):
        """The student's points, NaN from where they end too early; what is said then, or None."""
        points = np.full_like(self.trajectory.points, np.nan)

        def descend(step):
            points[0] = self.w0
            for t in range(self.first):
                points[t + 1] = step(points[t].copy(), self.f.grad, self.eta)

        _, failure = self.own[self.f.dim].run(descend)
        end = np.isfinite(points[:, 0]).sum()  # 0 where its time was up before, so it is not called
        where = f"At step {end} your" if end else "Your"
        return points, f"{where} step {failure}" if failure else None

    @cached_property
    def own_left(self):
        """What is left of the budget before each of the student's steps."""
        return self.f(self.own_run[0]) - self.f.infimum
