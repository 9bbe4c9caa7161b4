"""A student's gradient step, run beside the reference: whatever it does, the picture stays calm."""
import time

import numpy as np

from ...answers import kinds, watchdog


class OwnStep:
    """`step(w, grad, eta)` as a student wrote it: it gets a point, the function grad, the step size, and gives the next point.

    >>> from lnnlib.landscapes import Quadratic
    >>> f = Quadratic([1])
    >>> points, trouble = OwnStep(lambda w, grad, eta: w - eta * grad(w)).run(f, np.array([8.]), .5, 3)
    >>> points.ravel().tolist(), trouble
    ([8.0, 4.0, 2.0, 1.0], '')
    >>> OwnStep(lambda w, grad, eta: w[0]).run(f, np.array([8.]), .5, 3)[1]
    'At step 1 your step returned 8.0, expected an array of finite numbers of shape (1,)'
    """

    def __init__(self, step):
        if not callable(step):
            raise ValueError(f"step is {kinds.show(step)}, expected a function of (w, grad, eta)")
        self._step = step
        self._endless = None                                   # what was said of it once its time was up: it gets no second chance

    def run(self, f, w0, eta, steps):
        """The points w_0, w_1, .. as far as they are sound, at most `steps` steps, and a sentence where they end earlier."""
        if self._endless:
            return w0[None], self._endless
        read, points = kinds.array(len(w0)), [w0]

        def descend():
            while len(points) <= steps:
                new = self._step(points[-1].copy(), f.grad, eta)
                if new is ...:
                    return "still returns `...`"
                try:
                    points.append(read(new))
                except kinds.WrongKind as wrong:
                    return f"returned {wrong}"

        watched = watchdog.Watched(descend)
        try:
            failure = watched()
        except watchdog.Failed as failed:
            failure = str(failed)
        trouble = f"At step {len(points)} your step {failure}" if failure else ""
        if time.monotonic() > watched.end:
            self._endless = trouble
        return np.array(points), trouble
