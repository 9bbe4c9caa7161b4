"""One run of the listing and the pass one looks at: what every line of it compares and does."""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...perturbed import pgd_constants
from .noise import Students, cloud, noise
from .valley import BETA, RHO, follow, grad_norm, lambda_min, value

DELTA, GAP = 1 / 10, 1
LAST = 15_000                    # the longest run that returns is shorter
ROUNDS = 40                      # a run that never returns is followed for so many rounds of t_thresh passes
D_0 = 2                          # where the loop ends in the lecture's print: the dimension of the input
EVERY = 110                     # so many passes, and as many after a noise, are all drawn


@cache
def constants(eps, c, ceiling):
    """The constants of PGD on the valley; without `ceiling` t_thresh stays as the lecture prints it."""
    return pgd_constants(2, BETA, RHO, eps, c, DELTA, GAP, ceiling=ceiling)


@cache
def law(kind):
    """The cloud that shows the law of a noise."""
    return cloud(noise(kind, 0))


@dataclass(frozen=True)
class Debugged:
    """PGD from (x, y), looked at in pass `step`.

    `listing` is "right", or has one slip of the lecture's print, "no ceiling", "overwritten", "ends at d_0", or other noise,
    "cube", "no noise". `students` is a student's noise.
    """

    x: float
    y: float
    eps: float
    c: float
    seed: float
    step: float
    listing: str = "right"
    students: Students | None = None

    @cached_property
    def constants(self):
        return constants(self.eps, self.c, self.listing != "no ceiling")

    @property
    def kind(self):
        """Of the noise."""
        return {"cube": "cube", "no noise": "none"}.get(self.listing, "ball")

    @cached_property
    def reference(self):
        return self._follow(noise(self.kind, int(self.seed)))

    @cached_property
    def run(self):
        """The student's run where there is one, else the reference run."""
        found = self.students and self.students.watched(lambda: self._follow(self.students.noise(int(self.seed))))
        return found or self.reference

    def _follow(self, add):
        last = {"ends at d_0": D_0, "no ceiling": min(LAST, ROUNDS * math.ceil(self.constants.t_thresh))}.get(self.listing, LAST)
        return follow((self.x, self.y), self.constants, add, last, overwrite=self.listing == "overwritten")

    @cached_property
    def cloud(self):
        return law(self.kind) if self.students is None or self.students.failure else self.students.cloud

    # ---- the pass one looks at
    @property
    def end(self):
        return len(self.run.x) - 1

    @cached_property
    def t(self):
        return min(int(self.step), self.end)

    @property
    def over(self):
        return self.t == self.end

    @property
    def at_return(self):
        return self.over and self.run.returned

    @cached_property
    def rounds(self):
        """How many noises there have been after pass t."""
        return int(np.searchsorted(self.run.noise, self.t, side="right"))

    @property
    def perturbed(self):
        return self.rounds > 0 and self.run.noise[self.rounds - 1] == self.t

    @cached_property
    def slope(self):
        """||grad f|| as line 4.1 sees it, before a noise of this pass."""
        x, y = self.run.before[self.rounds - 1] if self.perturbed else (self.run.x[self.t], self.run.y[self.t])
        return float(grad_norm(np.float64(x), np.float64(y)))

    @cached_property
    def since(self):
        """t - t_noise as line 4.1 sees it and as line 4.2 does."""
        stamps = (-self.constants.t_thresh - 1, *self.run.noise)
        return self.t - stamps[self.rounds - self.perturbed], self.t - stamps[self.rounds]

    @cached_property
    def change(self):
        """f(w) - f(w~), None before there is a w~."""
        if not self.rounds:
            return None
        return float(value(self.run.x[self.t], self.run.y[self.t]) - value(*self.run.tilde[self.rounds - 1]))

    @property
    def checks(self):
        """The truth of the four conditions in lines 4.1 and 4.2; None for the last where there is no w~."""
        k, (since, since_noise) = self.constants, self.since
        return (self.slope <= k.g_thresh, since > k.t_thresh, since_noise == k.t_thresh,
                None if self.change is None else self.change > -k.f_thresh)

    # ---- what it returns
    @property
    def point(self):
        return self.run.tilde[-1] if self.run.returned else None

    @cached_property
    def certificate(self):
        """||grad f||, lambda_min and whether both satisfy Definition 6.8, at the point that is returned."""
        x, y = self.point
        slope, least = float(grad_norm(np.float64(x), np.float64(y))), lambda_min(y)
        return slope, least, slope <= self.eps and least >= -math.sqrt(RHO * self.eps)

    # ---- the picture over passes
    @cached_property
    def drawn(self):
        """The passes that are drawn: all at the start and after the first noises, later ones sampled."""
        near = [t + np.arange(-1, EVERY) for t in self.run.noise[:2]]
        passes = np.unique(np.concatenate([np.arange(EVERY), np.geomspace(EVERY, LAST, 80).astype(int), *near, [self.t]]))
        return passes[(passes >= 0) & (passes <= self.t)]

    @cached_property
    def drop(self):
        """f(w~) - f(w) over the passes drawn, NaN where it is not positive or there is no w~."""
        latest = np.searchsorted(self.run.noise, self.drawn, side="right") - 1
        tilde = np.array([value(*w) for w in self.run.tilde] or [math.nan])
        fallen = tilde[latest] - value(self.run.x[self.drawn], self.run.y[self.drawn])
        return np.where((latest >= 0) & (fallen > 0), fallen, math.nan)
