"""A question that is asked before the controls come."""
from collections.abc import Callable
from dataclasses import dataclass

from .defaults import undisturbed


@dataclass(frozen=True)
class Predict:
    """A `question` with a few `options`.

    `answer(run)` is the 0-based option that a run shows, None where it decides nothing; `why(run)`
    says in one sentence, with the numbers, how it shows it. Both are read off the run that is on
    the screen, never stored. `todo` says what to move to find out.
    """

    question: str
    options: tuple
    answer: Callable
    why: Callable
    todo: str

    @undisturbed()
    def verdict(self, predicted, run):
        """The student's prediction beside the run, or "" where none was made."""
        if predicted is None:
            return ""
        said, shown = self.options[predicted], self.answer(run)
        if shown is None:
            return f"You predicted “{said}”. {self.todo}"
        if shown == predicted:
            return f"✓ You predicted “{said}”, and so it is. {self.why(run)}"
        return f"✗ You predicted “{said}”, but it is not so. {self.why(run)}"


def added_or_multiplied(near, nearer, nearest, much=30):
    """What each of two equal factors costs, from three counts of steps: option 0, 1 or 2, or None.

    0: the same number of steps is added each time (to 2 steps and 10 %); 1 and 2: they are
    multiplied, `much` or more times for 2; None: neither, so nothing is decided.

    >>> counts = (10, 20, 30), (10, 100, 1000), (1, 100, 10_000)
    >>> [added_or_multiplied(*three) for three in counts]
    [0, 1, 2]
    """
    first, second = nearer - near, nearest - nearer
    if abs(second - first) <= 2 + .1 * first:
        return 0
    if second < 2 * first:
        return None
    return 1 if nearest < much * nearer else 2
