"""`check`: from the answers in a notebook to a verdict, a hint and the record of tries."""
import os
import sys
from collections import ChainMap
from dataclasses import replace

import numpy as np

from ..answers.kinds import FunctionFailed, Unanswered, WrongKind, show
from . import record
from .classics import classic
from .exercise import find
from .mistakes import Fault
from .verdict import Verdict

UNTOUCHED = Verdict("not answered", "Put your answer in the place of every `...`, "
                                    "run that cell, then this one.")


class NotRight(AssertionError):
    """What a grader sees of an answer that is not right: the message, without a traceback."""

    def _render_traceback_(self):
        return [f"AssertionError: {self}"]


def check(id, **answers):
    """Judge the answers to the exercise `id`; returns a Verdict that displays itself.

    Without keywords the answers are the caller's variables of the names asked for, and a missing
    one counts as `...`: so a check cell still answers calmly where the answer cell was skipped.
    With keywords nothing else is read. While nbgrader grades or validates, nothing is recorded:
    "right" returns None, and anything else is shown and raises AssertionError.

    >>> check("6.2.2-a", bound=..., first_escape=...)
    Not answered yet. Put your answer in the place of every `...`, run that cell, then this one.
    """
    exercise, said = find(id), {}
    if not answers:
        answers = _variables(exercise, sys._getframe(1))
        said = {ask.name: ask.source for ask in exercise.asks}   # the cell's own names
    verdict, about = _verdict(exercise, answers, said)
    if os.environ.get("NBGRADER_EXECUTION") in ("autograde", "validate"):
        return _grade(exercise, verdict)
    if verdict.state == "not answered":
        return verdict
    hints = next((ask.hints for ask in exercise.asks if ask.name == about), ())
    entry, new = record.add(exercise.id, record.fingerprint(answers), verdict.state == "right",
                            about, len(hints))
    return replace(verdict, hints=hints[: entry["hints"].get(about, 0)], new=new)


def _grade(exercise, verdict):
    """Nothing where the answer is right: a grader would take a value for points."""
    if verdict.state == "right":
        return
    _display(verdict)
    raise NotRight(f"{exercise.id} {exercise.title}. {verdict}")


def own(name):
    """The caller's function of that name, for an explorer to draw.

    Where there is none yet, one that returns `...`. What is no function becomes one that says so
    when it is called, so the explorer's sentence tells it, and no traceback.

    >>> own("no_such_answer")(1, 2)
    Ellipsis
    """
    frame = sys._getframe(1)
    value = ChainMap(frame.f_locals, frame.f_globals).get(name, ...)
    if callable(value) and not isinstance(value, type):
        return value

    def stand_in(*arguments):
        if value is ...:
            return ...
        raise TypeError(f"{name} is {show(value)}, expected a function")

    return stand_in


def _variables(exercise, frame):
    """The answers that stand in the variables of the calling cell or function."""
    scope = ChainMap(frame.f_locals, frame.f_globals)
    return {ask.name: scope.get(ask.source, ...)
            for ask in exercise.asks if ask.source in scope or not ask.optional}


def _verdict(exercise, answers, said):
    """The verdict, and the keyword of the answer whose hints a further try adds, or None.

    `said` are the names that the student knows answers by.
    """
    asked = {ask.name: ask for ask in exercise.asks}
    if unknown := [name for name in answers if name not in asked]:
        return _wrong_kind(f"{exercise.id} asks for {_names(asked)}, not for {_names(unknown)}.")
    if all(value is ... for value in answers.values()):
        return UNTOUCHED, None
    if missing := [name for name, ask in asked.items()
                   if answers.get(name, None if ask.optional else ...) is ...]:
        missing = _names(said.get(name, name) for name in missing)
        return Verdict("not answered", f"Still missing: {missing}."), None
    read = {}
    for name, value in answers.items():
        try:
            read[name] = asked[name].kind(value)
        except WrongKind as wrong:
            return _wrong_kind(f"`{said.get(name, name)}` is {wrong}.")
        except Exception as error:  # an object that raises at whatever is done with it
            return _wrong_kind(f"`{said.get(name, name)}` cannot be read: it raises "
                               f"{type(error).__name__}.")
    try:
        # what is not a number compares as nothing: it must not pass for right
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            return _compared(exercise, asked, read, said)
    except FunctionFailed as failed:
        return _wrong_kind(str(failed))
    except Unanswered:
        return UNTOUCHED, None
    except ArithmeticError:
        return _wrong_kind("There are numbers in your answer, or in what your function returns, "
                           "that are too large or too small to compute with.")
    except Exception as error:  # no answer may end in a traceback
        return _wrong_kind(f"Your answer cannot be judged ({type(error).__name__}).")


def _compared(exercise, asked, answers, said):
    """The judge first, then the known mistakes: what is right in an unforeseen way is right."""
    given = exercise.given()
    failure = exercise.judge(given, answers)
    if failure is None:
        left_out = [name for name in asked if name not in answers]
        still_open = f" Still open: {_names(left_out)}." if left_out else ""
        return Verdict("right", exercise.right + still_open), None
    for mistake in exercise.mistakes:
        if _makes(mistake, given, answers):
            return Verdict("almost", mistake.hint, mistake.name), mistake.about(given)
    fault = Fault(*failure)
    if exercise.classics and not fault.mistake:
        found = classic(exercise.judge, given, answers, said)
        fault = found._replace(sentence=f"{fault.sentence} {found.sentence}") if found else fault
    state = "almost" if fault.mistake else "wrong"
    return Verdict(state, fault.sentence, fault.mistake), fault.name


def _makes(mistake, given, answers):
    """Whether the answers make a known mistake; what fails meanwhile makes another one."""
    try:
        return mistake.recognizes(given, answers)
    except Exception:  # a function whose time is up, numbers that cannot be computed with
        return False


def _wrong_kind(sentence):
    return Verdict("wrong kind", sentence), None


def _names(names):
    return ", ".join(f"`{name}`" for name in names)


def _display(verdict):
    try:
        from IPython.display import display
    except ImportError:  # the checks need no notebook
        display = print
    display(verdict)
