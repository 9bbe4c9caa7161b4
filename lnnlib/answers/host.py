"""Runs a student's own function beside ours, in a picture that stays calm whatever it does."""
import time

from .kinds import WrongKind, show
from .watchdog import Failed, Watched


class Host:
    """`function` as a student wrote it, called through `run` alone; ValueError where it is none.

    `name` is what an error calls it, `parameters` names its arguments, `returns` is the kind of its
    value (see `kinds`).

    >>> from lnnlib.answers.kinds import number
    >>> host = Host("ratio", lambda sigma, delta: sigma / delta, "sigma, delta", number())
    >>> host.run(lambda ratio: [ratio(6, 3), ratio(1, 4)])
    ([2.0, 0.25], '')
    >>> host.run(lambda ratio: ratio(1, 0))
    (None, 'raised ZeroDivisionError: division by zero')
    """

    def __init__(self, name, function, parameters, returns):
        if not callable(function):
            raise ValueError(f"{name} is {show(function)}, expected a function of ({parameters})")
        self._function, self._read = function, returns
        self._endless = ""                  # what was said once its time was up: no second chance

    def run(self, job):
        """What `job(call)` gives and "", or None and what is wrong: the end of "your function ..".

        `call` is the student's function, its value read as its kind. All of the job has the
        watchdog's time: a function that took longer once is not called again.
        """
        if self._endless:
            return None, self._endless

        def outcome():
            try:
                return job(self._call), ""
            except Failed as failed:           # raised across the watchdog it would lose its words
                return None, str(failed)

        watched = Watched(outcome)
        try:
            given, failure = watched()
        except Failed as failed:
            given, failure = None, str(failed)
        if time.monotonic() > watched.end:
            self._endless = failure
        return given, failure

    def _call(self, *arguments):
        found = self._function(*arguments)
        if found is ...:
            raise Failed("still returns `...`")
        if found is None:
            raise Failed("returned None (is a `return` missing?)")
        try:
            return self._read(found)
        except WrongKind as wrong:
            raise Failed(f"returned {wrong}") from None
