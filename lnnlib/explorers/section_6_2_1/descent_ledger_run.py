"""One run of gradient descent with its accounts: what a step takes from f, what it has to take."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...descent import gradient_descent
from ...landscapes import Huber, Quadratic, Softplus, ZigZag
from .axes import from_zero
from .one_smooth import OneSmooth

LONGEST = 10**4                                # steps beyond every run
GRID = np.unique([*range(30), *np.geomspace(30, LONGEST, 60).astype(int)])  # the steps drawn
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
SPANS = {"softplus": (-6, 1), "huber": (-3.6, 3.6)}                 # the stretch of w that is seen
TEETH = 10                                     # so many of the zig-zag's are seen close by


@dataclass(frozen=True)
class Ledger:
    """Gradient descent on a 1-smooth landscape until ||grad f|| <= eps, with all of Theorem 6.7.

    `own` maps a dimension to the host of a student's step there.
    """

    eta: float
    eps: float
    landscape: str
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
        """The steps that are drawn, up to T*."""
        return np.append(GRID[GRID < self.first], self.first)

    @property
    def paid(self):
        """The steps that are drawn and take from the budget."""
        return self.steps[:-1]

    @property
    def ahead(self):
        """Steps up to the bound, for what is left in the worst case."""
        later = np.geomspace(1, self.bound, 40) if self.bound > 1 else self.bound
        return np.append(0, later)

    @property
    def path(self):
        """GD's points at these steps, shape (steps, d)."""
        return self.trajectory.points[self.steps]

    @property
    def own_path(self):
        """The student's points at these steps."""
        return self.own_run[0][self.steps]

    @property
    def span(self):
        """The stretch of w that is seen of a landscape on a line."""
        if self.landscape != "zig-zag":
            return SPANS[self.landscape]
        return from_zero((self.f.teeth + 1) * self.eps)           # up to the minimum

    @property
    def close(self):
        """The stretch of w on which |f'| is seen: of the zig-zag the first teeth alone."""
        if self.landscape != "zig-zag":
            return SPANS[self.landscape]
        return from_zero(min(self.f.teeth + 1, TEETH) * self.eps)

    @cached_property
    def graph(self):
        """w and f on `span`."""
        w = np.linspace(*self.span, 81)
        return w, self.f.value(w)

    @cached_property
    def slopes(self):
        """w and |f'| on `close`, the zig-zag's at all its kinks; NaN where |f'| = 0."""
        w = np.linspace(*self.close, 81)
        if self.landscape == "zig-zag":
            kinks = self.eps / 2 * np.arange(2 * self.f.teeth + 5)
            w = np.unique([w[0], *kinks[kinks <= w[-1]], w[-1]])
        size = np.abs(self.f.slope(w))
        return w, np.where(size > 0, size, np.nan)

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
