"""What an exercise shows beside its verdict: its data and, after a try, its worked solution."""
import os
from dataclasses import dataclass

from . import record
from .exercise import find
from .given import Given


@dataclass(frozen=True, repr=False)
class Solution:
    """A worked solution in markdown; it displays itself.

    >>> Solution("The inequality is **strict**.")
    The inequality is **strict**.
    """

    text: str

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return self.text


def given(id):
    """The data of the exercise `id`, a fresh copy: arrays and numbers by name.

    >>> given("6.2.2-a").saddle.eta
    0.5
    """
    exercise = find(id)
    return Given(exercise.formerly, **vars(exercise.given()))


def solution(id):
    """The worked solution of the exercise `id`; before the first try, a sentence that says so.

    Where the environment says LNN_SOLUTIONS=closed, as a lecturer may while homework is open,
    it stays closed; so it does at every other word but "open".

    >>> solution("6.2.2-a")
    The solution of 6.2.2-a opens after your first try. Hand in an answer, then run this cell again.
    """
    exercise = find(id)
    if os.environ.get("LNN_SOLUTIONS", "").strip().lower() not in ("", "open"):
        return Solution(f"Your lecturer has not opened the solution of {id} yet.")
    if not record.entry(id)["tries"]:
        return Solution(f"The solution of {id} opens after your first try. "
                        "Hand in an answer, then run this cell again.")
    return Solution(f"**{exercise.title}**\n\n{exercise.solution.strip()}\n\n"
                    f"```python\n{exercise.code.strip()}\n```")
