"""The classic mistakes, recognized in every exercise by undoing them."""
from typing import NamedTuple

import numpy as np

from .mistakes import Fault


class Classic(NamedTuple):
    """A mistake of every field: a name, a sentence about "`W` is", and what would undo it."""

    name: str
    sentence: str
    repairs: tuple


def _transposed(value):
    return value.T if isinstance(value, np.ndarray) else None


def _shifted(by):
    return lambda value: value + by if type(value) is int else None


def _scaled(by):
    return lambda value: value * by if type(value) is not int or by == int(by) else (
        int(value * by) if (value * by).is_integer() else None)


CLASSICS = (
    Classic("sign", "{} wrong by the sign alone.", (_scaled(-1),)),
    Classic("factor", "{} wrong by a factor of 2 or ½ alone. "
                      "Where does such a factor come in, or where is it lost?",
            (_scaled(2), _scaled(.5))),
    Classic("transposed", "{} transposed: rows and columns are exchanged. "
                          "Which index counts what comes out?", (_transposed,)),
    Classic("off by one", "{} wrong by one alone. Is an inequality strict, or not? "
                          "From which number on do you count?", (_shifted(1), _shifted(-1))),
)


def classic(judge, given, answers, said):
    """The Fault of the classic mistake that makes the whole difference, or None.

    It is found by undoing it: what is wrong by its sign is right with the other one. So no right
    answer is needed, and the sentence holds whatever the exercise accepts. Answers are changed one
    by one, then all together. `said` are the names that the student knows some of them by.
    """
    groups = [[name] for name in answers] + ([list(answers)] if len(answers) > 1 else [])
    for mistake in CLASSICS:
        for names in groups:
            for repair in mistake.repairs:
                if _holds(judge, given, answers, names, repair):
                    subject = ", ".join(f"`{said.get(name, name)}`" for name in names)
                    subject += " is" if len(names) == 1 else " are"
                    return Fault(names[0], mistake.sentence.format(subject), mistake.name)
    return None


class _NothingToRepair(Exception):
    """This change does not apply to such a value."""


def _holds(judge, given, answers, names, repair):
    """Whether the answers are right once those of `names` are repaired."""
    try:
        return judge(given, {**answers, **{name: _repaired(answers[name], repair)
                                           for name in names}}) is None
    except Exception:  # nothing to repair, a function whose time is up, a judge that cannot compute
        return False


def _repaired(value, repair):
    """A number or an array repaired; a list member by member, a function in what it returns."""
    if callable(value):
        return lambda *arguments: _repaired(value(*arguments), repair)
    if isinstance(value, list):
        return [_repaired(one, repair) for one in value]
    if not isinstance(value, int | float | np.ndarray):
        raise _NothingToRepair
    found = repair(value)
    if found is None:
        raise _NothingToRepair
    return found
