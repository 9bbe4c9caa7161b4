"""One run of gradient descent with its accounts: what each step takes from the budget f(w_0) - f*, what it has to take."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...descent import gradient_descent
from ...landscapes import Huber, Quadratic, Softplus, ZigZag
from .one_smooth import OneSmooth
from .own_step import OwnStep

LAST = 600                                     # a step beyond every run that is shown
LONGEST = 10**4                                # steps beyond every run at all
BUDGET = 1 / 4                                 # f(w_0) - f* of the zig-zag, as nearly as whole teeth allow
GRID = np.unique([*range(40), *np.geomspace(40, LAST, 50).astype(int)])    # the steps that are drawn
BOWL = Quadratic([1, .2])


def zig_zag(eps):
    """The worst landscape for this eps at eta = 1: as many teeth as the budget pays for."""
    return ZigZag(teeth=max(0, round((4 * BUDGET / eps**2 - 2) / 3)), beta=1, eps=eps)


STARTS = {"bowl": (1., 5.), "softplus": (0.,), "huber": (3.,), "zig-zag": (0.,)}
LANDSCAPES = {"bowl": lambda eps: BOWL, "softplus": lambda eps: OneSmooth(Softplus()), "huber": lambda eps: Huber(1),
              "zig-zag": zig_zag}


@dataclass(frozen=True)
class Ledger:
    """Gradient descent on a 1-smooth landscape until ||grad f|| <= eps, and every amount of Theorem 6.7.

    `t` is the last step shown; `own` is a student's step, run beside it.
    """

    eta: float
    eps: float
    landscape: str
    t: int = LAST
    own: OwnStep | None = None

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

    @cached_property
    def bound(self):
        """Budget over least price: Theorem 6.7 with the constant that the descent lemma gives, 2 gap/(eta eps^2) at eta = 1."""
        return self.gap / (self.rate * self.eps**2)

    @cached_property
    def trajectory(self):
        return gradient_descent(self.f, self.w0, self.eta, min(LONGEST, int(self.bound) + 1), stop_grad=self.eps)

    @property
    def first(self):
        """T*, the first step with ||grad f|| <= eps."""
        return len(self.trajectory.points) - 1

    @cached_property
    def left(self):
        """What is left of the budget before every step: f(w_t) - f*."""
        return self.trajectory.values - self.f.infimum

    @cached_property
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

    @cached_property
    def own_run(self):
        """The student's points as far as they go, and what is to be said where they end too early ("" if they do not)."""
        return self.own.run(self.f, self.w0, self.eta, self.first)

    @cached_property
    def own_left(self):
        return np.array(self.f(self.own_run[0])) - self.f.infimum
