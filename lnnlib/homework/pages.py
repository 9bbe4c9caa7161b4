"""What an exercise shows beside its verdict: its data and, after a try, its worked solution."""
import os
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from . import record
from .exercise import find


class Given(SimpleNamespace):
    """The data of an exercise as attributes; it displays itself as one line for each.

    >>> Given(saddle={"eta": 0.5, "eps": 1}, depth=3, W=np.eye(2))
    saddle: eta = 0.5, eps = 1
    depth: 3
    W: [[1.0, 0.0], [0.0, 1.0]]
    """

    def __repr__(self):
        def text(value):
            if isinstance(value, dict):
                return ", ".join(f"{key} = {text(one)}" for key, one in value.items())
            return str(value.tolist() if isinstance(value, np.ndarray) else value)

        return "\n".join(f"{name}: {text(value)}" for name, value in vars(self).items())


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
    """The data of the exercise `id`, a fresh copy.

    >>> given("6.2.2-a").saddle["eta"]
    0.5
    """
    return Given(**vars(find(id).given()))


def solution(id):
    """The worked solution of the exercise `id`; before the first try, a sentence that says so.

    Where the environment says LNN_SOLUTIONS=closed, as a lecturer may while homework is open,
    it stays closed.

    >>> solution("6.2.2-a")
    The solution of 6.2.2-a opens after your first try. Hand in an answer, then run this cell again.
    """
    exercise = find(id)
    if os.environ.get("LNN_SOLUTIONS") == "closed":
        return Solution(f"Your lecturer has not opened the solution of {id} yet.")
    if not record.entry(id)["tries"]:
        return Solution(f"The solution of {id} opens after your first try. "
                        "Hand in an answer, then run this cell again.")
    return Solution(f"**{exercise.title}**\n\n{exercise.solution.strip()}\n\n"
                    f"```python\n{exercise.code.strip()}\n```")
