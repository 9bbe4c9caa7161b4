"""The noise of line 4.1.2: uniform in the ball, what one might take instead, and a student's own function."""
import numpy as np

from ...answers.kinds import WrongKind, array
from ...answers.watchdog import Failed, Watched
from ...perturbed import uniform_in_ball

DRAWS = 200                       # points of the cloud that shows a law
_point = array(2)


def noise(kind, seed):
    """A function (x, y, r) -> point after the noise, for `follow`; kind is "ball", "cube" or "none".

    >>> noise("none", 0)(1., 2., .1)
    (1.0, 2.0)
    """
    rng = np.random.default_rng(seed)
    draw = {"ball": lambda r: uniform_in_ball(rng, 2, r), "cube": lambda r: rng.uniform(-r, r, 2), "none": lambda r: (0., 0.)}[kind]

    def add(x, y, r):
        dx, dy = draw(r)
        return x + float(dx), y + float(dy)

    return add


def cloud(add):
    """DRAWS noises of radius 1 around the origin, (DRAWS, 2)."""
    return np.array([add(0., 0., 1.) for _ in range(DRAWS)])


class Students:
    """A student's perturb(w, r, rng) in the place of `noise`. `failure` says in words why it cannot be used, or is None.

    It runs under the homework's watchdog; once it has failed it is not called again.

    >>> Students(lambda w, r, rng: 1 / 0).failure
    'raised ZeroDivisionError: division by zero'
    """

    def __init__(self, perturb):
        self.perturb, self.failure = perturb, None
        self.cloud = self.watched(lambda: cloud(self.noise(0)))

    def noise(self, seed):
        rng = np.random.default_rng(seed)

        def add(x, y, r):
            found = self.perturb(np.array([x, y]), r, rng)
            if found is ...:
                raise Failed("still returns `...`")
            try:
                return tuple(_point(found).tolist())
            except WrongKind as wrong:
                raise Failed(f"returned {wrong}") from None

        return add

    def watched(self, call):
        """What call() gives, or None where the function fails."""
        def outcome():
            try:
                return call()
            except Failed as failed:                        # raised across the watchdog it would lose its words
                return failed

        if self.failure is None:
            try:
                found = Watched(outcome)()
            except Failed as failed:
                found = failed
            if not isinstance(found, Failed):
                return found
            self.failure = str(found)
        return None
