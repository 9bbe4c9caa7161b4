"""What `pgd_debugger` computes: a run of the listing, and what its lines compare in a pass."""
import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ...answers.host import Host
from ...answers.kinds import array
from ...perturbed import pgd_constants, uniform_in_ball
from .saddle_valley import BETA, RHO, grad_norm, lambda_min, value

DELTA, GAP = 1 / 10, 1           # delta and Delta_f
LAST = 15_000                    # the longest run that returns is shorter
ROUNDS = 40                      # a run that never returns: so many rounds of t_thresh passes
D_0 = 2                          # where the loop ends in the lecture's print: the input's dimension
DRAWS = 200                      # points of the cloud that shows the law of a noise
EVERY = 100                      # so many passes, and as many after a noise, are all drawn
TINY = 1e-12                     # below this the picture over passes ends
SHOWN = 16                       # noises of a run that never returns that are drawn


def noise(listing, seed):
    """A function (x, y, r) -> [x, y] after the noise that a listing adds, see `Debugged`.

    >>> noise("no noise", 0)(1., 2., .1)
    [1.0, 2.0]
    """
    rng = np.random.default_rng(seed)
    others = {"cube": lambda r: rng.uniform(-r, r, 2), "no noise": lambda r: np.zeros(2)}
    xi = others.get(listing, lambda r: uniform_in_ball(rng, 2, r))
    return lambda x, y, r: (xi(r) + [x, y]).tolist()


def cloud(add):
    """DRAWS noises of radius 1 around the origin, (DRAWS, 2)."""
    return np.array([add(0., 0., 1.) for _ in range(DRAWS)])


@cache
def law(listing):
    """The cloud of the noise that a listing adds."""
    return cloud(noise(listing, 0))


class OwnNoise:
    """A student's perturb(w, r, rng) in the place of `noise`.

    >>> OwnNoise(lambda w, r, rng: 1 / 0).cloud
    (None, 'raised ZeroDivisionError: division by zero')
    """

    def __init__(self, perturb):
        self._host = Host("perturb", perturb, "w, r, rng", array(2))
        self.cloud = self.run(cloud, 0)

    def run(self, job, seed):
        """(job(noise), "") or (None, what is wrong with the function)."""
        rng = np.random.default_rng(seed)
        return self._host.run(lambda perturb: job(
            lambda x, y, r: perturb(np.array([x, y]), r, rng).tolist()))


@dataclass(frozen=True, eq=False)
class Trajectory:
    """x[t], y[t] after the noise of pass t; of every noise its pass, the point before it, w~."""

    x: np.ndarray
    y: np.ndarray
    noise: tuple
    before: tuple
    tilde: tuple
    returned: bool


def follow(start, constants, noise, last, overwrite=False):
    """`lnnlib.perturbed.pgd_steps` on the valley, 40 times as fast: to pass `last`, or its return.

    `noise(x, y, r)` gives the point after the noise. `overwrite` is line 4.1.1 as printed.

    >>> k = pgd_constants(2, BETA, RHO, .1, .5, .1, 1)
    >>> run = follow((1, 0), k, lambda x, y, r: (x, y + r), last=10_000)
    >>> run.noise, run.returned, len(run.y) - 1, round(float(run.y[-1]), 6)
    ((59, 518), True, 976, 1.0)
    """
    x, y = map(float, start)
    eta, r, t_thresh = constants.eta, constants.r, constants.t_thresh
    steep = constants.g_thresh**2
    xs, ys, passes, before, tilde = [], [], [], [], []
    t_noise, returned = -t_thresh - 1, False
    for t in range(last + 1):
        slope = y * y * y - y
        if t - t_noise > t_thresh and x * x + slope * slope <= steep:
            before.append((x, y))
            x, y = noise(x, y, r)
            slope, t_noise = y * y * y - y, t
            tilde.append((x, y) if overwrite else before[-1])
            passes.append(t)
        xs.append(x)
        ys.append(y)
        if t - t_noise == t_thresh and value(x, y) - value(*tilde[-1]) > -constants.f_thresh:
            returned = True
            break
        x -= eta * x
        y -= eta * slope
    return Trajectory(
        np.array(xs), np.array(ys), tuple(passes), tuple(before), tuple(tilde), returned)


@dataclass(frozen=True)
class Debugged:
    """PGD from (x, y), looked at in pass `step`.

    `listing` is "right", or has one slip of the lecture's print, "no ceiling", "overwritten",
    "ends at d_0", or other noise, "cube", "no noise". `own` is a student's noise.
    """

    x: float
    y: float
    eps: float
    c: float
    seed: float
    step: float
    listing: str = "right"
    own: OwnNoise | None = None

    @cached_property
    def constants(self):
        whole = self.listing != "no ceiling"
        return pgd_constants(2, BETA, RHO, self.eps, self.c, DELTA, GAP, ceiling=whole)

    @cached_property
    def reference(self):
        return self._follow(noise(self.listing, int(self.seed)))

    @cached_property
    def owned(self):
        """(trajectory with the student's noise, "") or (None, what is wrong with it)."""
        if not self.own:
            return None, ""
        _, failure = self.own.cloud
        return (None, failure) if failure else self.own.run(self._follow, int(self.seed))

    @property
    def trajectory(self):
        """The student's where there is one, else the reference."""
        return self.owned[0] or self.reference

    @property
    def cloud(self):
        return self.own.cloud[0] if self.owned[0] else law(self.listing)

    @property
    def lengths(self):
        """Of the noises in the cloud, sorted."""
        return np.sort(np.linalg.norm(self.cloud, axis=1))

    def _follow(self, add):
        endless = ROUNDS * math.ceil(self.constants.t_thresh)
        last = {"ends at d_0": D_0, "no ceiling": min(LAST, endless)}.get(self.listing, LAST)
        return follow(
            (self.x, self.y), self.constants, add, last, overwrite=self.listing == "overwritten")

    # ---- the pass one looks at
    @cached_property
    def t(self):
        return min(int(self.step), len(self.trajectory.x) - 1)

    @property
    def over(self):
        return self.t == len(self.trajectory.x) - 1

    @property
    def at_return(self):
        return self.over and self.trajectory.returned

    @property
    def now(self):
        return self.trajectory.x[self.t], self.trajectory.y[self.t]

    @cached_property
    def rounds(self):
        """How many noises there have been after pass t."""
        return int(np.searchsorted(self.trajectory.noise, self.t, side="right"))

    @property
    def perturbed(self):
        return self.rounds > 0 and self.trajectory.noise[self.rounds - 1] == self.t

    @property
    def before(self):
        """The point before the latest noise."""
        return self.trajectory.before[self.rounds - 1]

    @property
    def tilde(self):
        """w~, None before there is one."""
        return self.trajectory.tilde[self.rounds - 1] if self.rounds else None

    @cached_property
    def slope(self):
        """||grad f|| as line 4.1 sees it, before a noise of this pass."""
        return float(grad_norm(*(self.before if self.perturbed else self.now)))

    @cached_property
    def since(self):
        """t - t_noise as line 4.1 sees it and as line 4.2 does."""
        stamps = (-self.constants.t_thresh - 1, *self.trajectory.noise)
        return self.t - stamps[self.rounds - self.perturbed], self.t - stamps[self.rounds]

    @cached_property
    def change(self):
        """f(w) - f(w~), None before there is a w~."""
        return float(value(*self.now) - value(*self.tilde)) if self.rounds else None

    @cached_property
    def checks(self):
        """The truth of the four conditions in lines 4.1 and 4.2; None for the last without a w~."""
        k = self.constants
        since_in_41, since_in_42 = self.since
        return (self.slope <= k.g_thresh, since_in_41 > k.t_thresh, since_in_42 == k.t_thresh,
                None if self.change is None else self.change > -k.f_thresh)

    @cached_property
    def executed(self):
        """The names of the lines that the pass executes."""
        end = ("4",) if self.over and not self.at_return else ()
        perturb = ("4.1.1", "4.1.2") if self.perturbed else ()
        return *end, *perturb, "4.2.1" if self.at_return else "4.3"

    @cached_property
    def certificate(self):
        """||grad f||, lambda_min and whether both satisfy Definition 6.8, at w~."""
        slope, least = float(grad_norm(*self.tilde)), lambda_min(self.tilde[1])
        return slope, least, slope <= self.eps and least >= -math.sqrt(RHO * self.eps)

    # ---- what is drawn of it
    @cached_property
    def drawn(self):
        """Passes up to t: all at the start and after the first noises, later ones sampled."""
        near = [t + np.arange(-1, EVERY) for t in self.trajectory.noise[:2]]
        later = np.geomspace(EVERY, LAST, 64).astype(int)
        passes = np.unique(np.concatenate([np.arange(EVERY), later, *near, [self.t]]))
        return passes[(passes >= 0) & (passes <= self.t)]

    @cached_property
    def points(self):
        """x and y in the passes drawn."""
        return self.trajectory.x[self.drawn], self.trajectory.y[self.drawn]

    @property
    def reference_points(self):
        """x and y of the reference run up to pass t, 200 passes at most."""
        last = min(self.t + 1, len(self.reference.x))
        passes = np.unique(np.geomspace(1, last, 200).astype(int)) - 1
        return self.reference.x[passes], self.reference.y[passes]

    @property
    def slopes(self):
        """||grad f|| over the passes drawn, NaN where it is far below the picture."""
        slope = grad_norm(*self.points)
        return np.where(slope > TINY / 10, slope, np.nan)

    @property
    def drop(self):
        """f(w~) - f(w) over the passes drawn, NaN where it is not positive or there is no w~."""
        latest = np.searchsorted(self.trajectory.noise, self.drawn, side="right") - 1
        tilde = np.array([value(*w) for w in self.trajectory.tilde] or [math.nan])
        fallen = tilde[latest] - value(*self.points)
        return np.where((latest >= 0) & (fallen > 0), fallen, math.nan)

    @cached_property
    def noises(self):
        """The passes with noise up to t, the first SHOWN of them."""
        return np.array(self.trajectory.noise[:self.rounds][:SHOWN], dtype=int)

    @property
    def tests(self):
        """The passes in which line 4.2 tests these noises; none where t_thresh is not whole."""
        t_thresh = self.constants.t_thresh
        return self.noises + t_thresh if t_thresh == int(t_thresh) else self.noises[:0]

    @property
    def moved(self):
        """These noises themselves in units of r, (2, n)."""
        after = self.trajectory.x[self.noises], self.trajectory.y[self.noises]
        before = np.reshape(self.trajectory.before[:len(self.noises)], (-1, 2)).T
        return (np.array(after) - before) / self.constants.r
