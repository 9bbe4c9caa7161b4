"""6.2.3-c: write the noise of line 4.1.2. It is judged by its law, on a few hundred draws."""
import math
from contextlib import suppress
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import FunctionFailed, array, function
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

DRAWS, FEW = 300, 40
# of an empirical distribution function: larger once in 10^7 checks of a right answer
DEVIATION = 3 / math.sqrt(DRAWS)
FAR = 5.5                            # standard deviations: larger as seldom
PATIENCE = 500                       # uses of `rng` in one call: some d are enough
HUGE = 1e100                         # so that squares stay finite
TAKE = "Take all randomness from `rng`."


class Seen(np.ndarray):
    """An array that the watchdog does not copy, so that a change of it is seen."""

    def __deepcopy__(self, memo):
        return self


class Impatient(np.random.Generator):
    """A generator that the watchdog does not copy, and that ends a loop which uses it for ever."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(seed))
        self.uses = 0

    def __deepcopy__(self, memo):
        return self

    def __getattribute__(self, name):
        if not name.startswith("_") and name != "uses":
            self.uses += 1
            if self.uses > PATIENCE:
                raise RuntimeError("too many draws")
        return super().__getattribute__(name)


def _draw(rng):
    """Points, radii and a seed: one case for each dimension."""
    return SimpleNamespace(cases=[(rng.normal(size=d).round(2) * 3 + 5,
                                   float(rng.choice((.1, .5, 2.))), int(rng.integers(10**6)))
                                  for d in (1, 2, 6, 30)])


def noises(perturb, case, draws=DRAWS):
    """xi/r for `draws` calls, each with a generator of its own, (draws, d)."""
    w, r, seed = case
    moved = []
    for k in range(draws):
        found = perturb(w.copy(), r, np.random.default_rng([seed, k]))
        if found.shape != w.shape:
            raise FunctionFailed(f"For a point w of shape {w.shape} your function "
                                 f"returned shape {found.shape}, expected the same.")
        moved.append(found)
    return (np.clip(moved, -HUGE, HUGE) - w) / r


def _judge(given, answers):
    fault = _fault(given.cases, answers["perturb"])
    return fault and ("perturb", fault)


def _fault(cases, perturb):
    """The first property of the noise that fails, in the lowest dimension, or None."""
    if _changes_w(cases, perturb):
        return "After the call w is not what it was. The listing still needs it: make a new point."
    for case in cases:
        w, r, seed = case
        where = f"In dimension {w.size} with r = {r:g},"
        if _draws_on(case, perturb):
            return f"{where} one call uses `rng` more than {PATIENCE} times and is not done."
        xi = noises(perturb, case)
        length = np.linalg.norm(xi, axis=1)
        [again] = noises(perturb, case, 1)
        if not _near(again, xi[0]):
            return f"{where} two generators of the same seed give two points. {TAKE}"
        if _near(xi, xi[0]):
            return f"{where} generators of different seeds all give the same point. {TAKE}"
        if length.max() > 1 + 1e-9:
            return (f"{where} {np.mean(length > 1 + 1e-9):.0%} of the noises "
                    "lie outside the ball around w.")
        if _deviation(length**w.size) > DEVIATION:
            return (f"{where} the lengths have another law. Uniform in the ball, "
                    f"their mean is r · d/(d + 1); yours is {length.mean():.3f} r.")
        if not _isotropic(xi / np.maximum(length, 1 / HUGE)[:, None]):
            return (f"{where} the lengths are right, "
                    "but some directions come more often than others.")
        # a coordinate's variance is 1/(d + 2)
        if np.abs(xi.mean(axis=0)).max() > FAR / math.sqrt(len(xi) * (w.size + 2)):
            return (f"{where} lengths and directions are right, but not together: "
                    "the mean of the noise is not 0.")
    return None


def _near(one, two):
    return np.allclose(one, two, rtol=1e-9, atol=1e-9)


def _deviation(u):
    """The largest distance of u's empirical distribution function from the uniform on [0, 1]."""
    u, k = np.sort(u, axis=None), np.arange(u.size)
    return max((u - k / u.size).max(), ((k + 1) / u.size - u).max())


def _isotropic(direction):
    """First, second and fourth moments of unit vectors: 0, I/d and sum_i E u_i^4 = 3/(d + 2)."""
    n, d = direction.shape
    fourth = (direction**4).sum(axis=1)
    second = direction.T @ direction * d / n - np.eye(d)
    return (np.abs(direction.mean(axis=0)).max() < FAR / math.sqrt(n * d)
            and np.abs(second).max() < 2 * FAR / math.sqrt(n)
            and abs(fourth.mean() - 3 / (d + 2)) <= FAR * fourth.std() / math.sqrt(n))


def _changes_w(cases, perturb):
    w, r, seed = cases[0]
    kept = w.copy().view(Seen)
    perturb(kept, r, np.random.default_rng(seed))
    return not np.array_equal(kept, w)


def _draws_on(case, perturb):
    """Whether one call uses `rng` as if without end."""
    w, r, seed = case
    rng = Impatient(seed)
    with suppress(FunctionFailed):       # for another reason: then the next call says so
        perturb(w.copy(), r, rng)
    return rng.uses > PATIENCE


def _law(condition, draws=FEW):
    """A mistake that so many noises show in the highest dimension.

    condition(xi, lengths, point/r) says so.
    """
    def shows(given, answers):
        w, r, _ = case = given.cases[-1]
        xi = noises(answers["perturb"], case, draws)
        return bool(condition(xi, np.linalg.norm(xi, axis=1), w / r))

    return shows


def _inside_and_shorter(length, share):
    """Whether all noises lie in the ball, and about that share of them within r/2."""
    return length.max() <= 1 + 1e-9 and abs(np.mean(length < .5) - share) < .08


def _direction(rng, d):
    z = rng.normal(size=d)
    return z / np.linalg.norm(z)


def _adds_in_place(w, r, rng):
    w += r * rng.random() ** (1 / w.size) * _direction(rng, w.size)
    return w


def _rejects(w, r, rng):
    while True:
        xi = rng.uniform(-r, r, w.size)
        if np.linalg.norm(xi) <= r:
            return w + xi


MISTAKES = (
    Mistake(
        "changes w",
        "`perturb` changes the array w that it gets, "
        "and line 4.2 needs the point before the noise. Is `w +=` the same as `w = w +`?",
        {"perturb": _adds_in_place},
        lambda given, answers: _changes_w(given.cases, answers["perturb"])),
    Mistake(
        "rejection",
        f"One call of yours uses `rng` more than {PATIENCE} times and is not done. "
        "Do you draw from the cube until a point lies in the ball? That has the right law. "
        "But which share of the cube is the ball in 30 dimensions?",
        {"perturb": _rejects},
        lambda given, answers: any(_draws_on(case, answers["perturb"]) for case in given.cases)),
    Mistake(
        "noise alone",
        "Your point lies within r of 0, and not of w. Line 4.1.2 wants the point after the noise.",
        {"perturb": lambda w, r, rng: (r * rng.random() ** (1 / w.size)
                                       * _direction(rng, w.size))},
        _law(lambda xi, length, w: (np.linalg.norm(xi + w, axis=1) <= 1 + 1e-9).all())),
    Mistake(
        "cube",
        "In dimension 30 each coordinate of your noise is at most r, "
        "and the whole vector is longer: that is a cube. Where are its corners?",
        {"perturb": lambda w, r, rng: w + rng.uniform(-r, r, w.size)},
        _law(lambda xi, length, w: np.abs(xi).max() <= 1 and _deviation((xi + 1) / 2) < .09)),
    Mistake(
        "normal",
        "A normal vector has the right directions, and its length has no bound. "
        "Keep the direction, and draw the length anew.",
        {"perturb": lambda w, r, rng: w + r * rng.normal(size=w.size)},
        _law(lambda xi, length, w: _deviation(np.vectorize(NormalDist().cdf)(xi)) < .09)),
    Mistake(
        "sphere",
        "In dimension 30 all your noises have length r: that is the sphere. A ball has an inside.",
        {"perturb": lambda w, r, rng: w + r * _direction(rng, w.size)},
        _law(lambda xi, length, w: np.allclose(length, 1))),
    Mistake(
        "length r U",
        "In dimension 30 about half of your noises are shorter than r/2. "
        "Which share of a ball's volume is that near its centre?",
        {"perturb": lambda w, r, rng: w + r * rng.random() * _direction(rng, w.size)},
        _law(lambda xi, length, w: _inside_and_shorter(length, .5), DRAWS)),
    Mistake(
        "disk",
        "In dimension 30 about a quarter of your noises are shorter than r/2. "
        "For a disk, in dimension 2, that is right. How does this share change with the dimension?",
        {"perturb": lambda w, r, rng: w + r * math.sqrt(rng.random()) * _direction(rng, w.size)},
        _law(lambda xi, length, w: _inside_and_shorter(length, .25), DRAWS)),
)

EXERCISE = Exercise(
    id="6.2.3-c",
    title="Write the noise",
    asks=(Ask("perturb", function("w, r, rng", returns=array(None)), hints=(
        "Draw a direction and a length apart from each other, and multiply.",
        "A standard normal vector, divided by its norm, has a uniform direction.",
        "The share of the ball within distance s of the centre is (s/r)ᵈ. "
        "Set it equal to a uniform number and solve for s.")),),
    draw=_draw,
    judge=_judge,
    classics=False,
    mistakes=MISTAKES,
    right="In the ball, of the right length, in no favourite direction, and w is as it was. Next: "
          "run the cell with `pgd_debugger` below. It is your noise that frees the run there.",
    solution=r"""
The direction is $z/\|z\|$ with a standard normal $z$: its law is the same in every direction.
The length $s$ has $P(\|\xi\|\le s)=(s/r)^d$, the share of the volume. So $(s/r)^d=U$ is uniform in
$[0,1]$, and $s=r\,U^{1/d}$. `w + ...` makes a new array, `w += ...` would change the old one.
""",
    code="""
import numpy as np

def perturb(w, r, rng):
    z = rng.normal(size=w.size)
    length = r * rng.random() ** (1 / w.size)
    return w + length * z / np.linalg.norm(z)
""",
)
