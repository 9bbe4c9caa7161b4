"""`check`: from the answers in a notebook to a verdict, a hint and the record of tries."""
import os
import sys
from collections import ChainMap
from dataclasses import replace

from ..answers.kinds import FunctionFailed, Unanswered, WrongKind, show
from . import record
from .exercise import find
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
    With keywords nothing else is read. While nbgrader grades or validates, anything but "right"
    is shown and raises AssertionError, and nothing is recorded.

    >>> check("6.2.2-a", bound=..., first_escape=...)
    Not answered yet. Put your answer in the place of every `...`, run that cell, then this one.
    """
    exercise, said = find(id), {}
    if not answers:
        answers = _variables(exercise, sys._getframe(1))
        said = {ask.name: ask.source for ask in exercise.asks}   # the cell's own names
    verdict, hints = _verdict(exercise, answers, said)
    if os.environ.get("NBGRADER_EXECUTION") in ("autograde", "validate"):
        if verdict.state != "right":
            _display(verdict)
            raise NotRight(verdict.message)
    elif verdict.state != "not answered":
        tries = record.add(exercise.id, record.fingerprint(answers), verdict.state == "right")
        verdict = replace(verdict, message=" ".join([verdict.message, *hints[: tries - 1]]))
    return verdict


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
    """The verdict and the hints that further tries add to it.

    `said` are the names that the student knows answers by.
    """
    asked = {ask.name: ask for ask in exercise.asks}
    if unknown := [name for name in answers if name not in asked]:
        return _wrong_kind(f"{exercise.id} asks for {_names(asked)}, not for {_names(unknown)}.")
    if all(value is ... for value in answers.values()):
        return UNTOUCHED, ()
    if missing := [name for name, ask in asked.items()
                   if answers.get(name, None if ask.optional else ...) is ...]:
        missing = _names(said.get(name, name) for name in missing)
        return Verdict("not answered", f"Still missing: {missing}."), ()
    read = {}
    for name, value in answers.items():
        try:
            read[name] = asked[name].kind(value)
        except WrongKind as wrong:
            return _wrong_kind(f"`{said.get(name, name)}` is {wrong}.")
    try:
        return _compared(exercise, asked, read)
    except FunctionFailed as failed:
        return _wrong_kind(str(failed))
    except Unanswered:
        return UNTOUCHED, ()


def _compared(exercise, asked, answers):
    """The judge first, then the known mistakes: what is right in an unforeseen way is right."""
    given = exercise.given()
    failure = exercise.judge(given, answers)
    if failure is None:
        left_out = [name for name in asked if name not in answers]
        still_open = f" Still open: {_names(left_out)}." if left_out else ""
        return Verdict("right", exercise.right + still_open), ()
    for mistake in exercise.mistakes:
        if mistake.recognizes(given, answers):
            return Verdict("almost", mistake.hint, mistake.name), asked[mistake.about(given)].hints
    name, sentence = failure
    return Verdict("wrong", sentence), asked[name].hints


def _wrong_kind(sentence):
    return Verdict("wrong kind", sentence), ()


def _names(names):
    return ", ".join(f"`{name}`" for name in names)


def _display(verdict):
    try:
        from IPython.display import display
    except ImportError:  # the checks need no notebook
        display = print
    display(verdict)
