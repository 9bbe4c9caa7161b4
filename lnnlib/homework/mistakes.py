"""What can be wrong with an answer: a fault that a judge finds, a known mistake."""
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Fault(NamedTuple):
    """What is wrong: the keyword of an answer, a sentence and, where it is almost right, a name.

    >>> Fault("steps", "That keeps the promise, but fewer steps do.", "looser than asked").mistake
    'looser than asked'
    """

    name: str
    sentence: str
    mistake: str | None = None


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer, and the hint that it gets.

    `answers` are the wrong answers by keyword, or a function that makes them of the data. It is
    recognized where each of them agrees with the one handed in, to `rtol`; a function does where
    its values agree on every one of `given.cases`. `shows(given, answers)` recognizes what has
    more than one form.

    >>> from types import SimpleNamespace
    >>> floor = Mistake("floor", "Is the inequality strict?", lambda given: {"bound": given.B // 1})
    >>> floor.recognizes(SimpleNamespace(B=2.5), {"bound": 2, "tie": 7})
    True
    >>> half = Mistake("half", "Where is the other half?", {"area": lambda a, b: a * b / 2})
    >>> half.recognizes(SimpleNamespace(cases=[(2, 3), (1, 4)]), {"area": lambda a, b: b * a * .5})
    True
    """

    name: str
    hint: str
    answers: dict | Callable
    shows: Callable | None = None
    rtol: float = 1e-6

    def made(self, given):
        """The wrong answers by keyword."""
        return self.answers(given) if callable(self.answers) else self.answers

    def about(self, given):
        """The keyword that the hint speaks of."""
        return next(iter(self.made(given)))

    def recognizes(self, given, answers):
        """Whether `answers` make this mistake."""
        if self.shows:
            return self.shows(given, answers)
        return all(name in answers and self._agrees(given, answers[name], wrong)
                   for name, wrong in self.made(given).items())

    def _agrees(self, given, found, wrong):
        if not callable(wrong):
            return agrees(found, wrong, self.rtol)
        return all(agrees(found(*case), wrong(*deepcopy(case)), self.rtol) for case in given.cases)


def agrees(value, wanted, rtol=1e-6):
    """Whether two answers are the same: integers exactly, other numbers and arrays to `rtol`.

    Lists agree where their members do.

    >>> agrees(10**30, 10**30 + 1), agrees(0.333333333, 1 / 3), agrees([1, 2], [1, 2, 3])
    (False, True, False)
    """
    if isinstance(wanted, list | tuple) and wanted and isinstance(wanted[0], np.ndarray):
        return len(value) == len(wanted) and all(map(agrees, value, wanted, [rtol] * len(wanted)))
    if isinstance(wanted, int | str | dict):
        return value == wanted
    return np.shape(value) == np.shape(wanted) and np.allclose(value, wanted, rtol=rtol, atol=1e-12)


def on_every_case(name, fault):
    """A judge for the function `name`: the first of `given.cases` on which it is wrong.

    fault(value, *case) says what is wrong with the value there: a sentence, a Fault, or None.

    >>> from types import SimpleNamespace
    >>> judge = on_every_case("square", lambda y, x: None if y == x**2 else f"{x}² is not {y}.")
    >>> judge(SimpleNamespace(cases=[(2,), (3,)]), {"square": lambda x: 2 * x})
    Fault(name='square', sentence='3² is not 6.', mistake=None)
    """
    def judge(given, answers):
        for case in given.cases:
            found = fault(answers[name](*case), *case)
            if found:
                return Fault(name, found) if isinstance(found, str) else found
        return None

    return judge
