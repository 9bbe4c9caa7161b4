"""What a student hands in: every right form is read, whatever misbehaves ends in a calm sentence, Stop means stop."""
import math
import os
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy

from lnnlib.answers import kinds
from lnnlib.balance import imbalance
from lnnlib.dynamics import learning_time
from lnnlib.homework import check
from lnnlib.networks import LinearNetwork
from tests.test_homework import each_exercise, right_answers

pytestmark = pytest.mark.usefixtures("own_record")

ROOT = Path(__file__).resolve().parents[1]


# ---- right in every form ----

class Measured:
    """A number of another library: it converts to a float, and that is all."""

    def __init__(self, value):
        self.value = value

    def __float__(self):
        return float(self.value)


class Tensor:
    """An array of another library: it converts to numpy's, and that is all."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)


@pytest.mark.parametrize("value", [Measured(.25), sympy.Rational(1, 4), sympy.Float(.25), sympy.sin(sympy.pi / 6) / 2,
                                   sympy.sqrt(2)**-4, Fraction(1, 4), Decimal(".25"), np.float32(.25), np.array(.25)],
                         ids=lambda value: type(value).__name__)
def test_a_number_of_any_library_is_a_number(value):
    assert kinds.number()(value) == .25


def test_a_number_without_a_short_form_is_one_too():
    assert kinds.number()(sympy.sqrt(2)) == math.sqrt(2) and kinds.number()(sympy.pi) == math.pi


@pytest.mark.parametrize("value", [Measured(3), sympy.Integer(3), Fraction(6, 2), np.int8(3), 3., np.array(3), sympy.Float(3)],
                         ids=lambda value: type(value).__name__)
def test_a_whole_number_of_any_library_is_whole(value):
    found = kinds.whole_number()(value)
    assert found == 3 and type(found) is int


@pytest.mark.parametrize("value", [sympy.Symbol("x"), sympy.I, 1 + 0j, "3", True, np.bool_(True), [3], np.ones(1)],
                         ids=lambda value: type(value).__name__)
def test_what_is_no_number_is_none(value):
    for kind in (kinds.number(), kinds.whole_number()):
        with pytest.raises(kinds.WrongKind, match="expected"):
            kind(value)


def test_arrays_of_any_library_are_arrays():
    wanted = [[.5, 1], [2, 3]]
    for value in (wanted, tuple(map(tuple, wanted)), np.array(wanted), sympy.Matrix(wanted), Tensor(wanted),
                  [[Fraction(1, 2), sympy.Integer(1)], [Measured(2), 3]]):
        assert kinds.array(2, 2)(value).tolist() == wanted
    for value in ([wanted, wanted], np.array([wanted, wanted]), (np.array(wanted), Tensor(wanted))):
        assert [W.tolist() for W in kinds.arrays((2, 2), (2, 2))(value)] == [wanted, wanted]


@each_exercise
def test_a_right_answer_is_right_as_lists_tuples_and_arrays(exercise):
    right = right_answers(exercise)
    for form in (listed, as_tuples, as_array):
        assert check(exercise.id, **{name: form(value) for name, value in right.items()}).state == "right"


def listed(value):
    """Lists for arrays, however deep; a function returns lists."""
    if callable(value):
        return lambda *arguments: listed(value(*arguments))
    if isinstance(value, list | tuple):
        return [listed(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def as_tuples(value):
    if callable(value):
        return lambda *arguments: as_tuples(value(*arguments))
    value = value.tolist() if isinstance(value, np.ndarray) else value
    return tuple(map(as_tuples, value)) if isinstance(value, list | tuple) else value


def as_array(value):
    """One array wherever there is one."""
    if callable(value):
        return lambda *arguments: as_array(value(*arguments))
    if isinstance(value, dict | str):
        return value
    try:
        found = np.array(value)
    except ValueError:                                   # arrays of different shapes
        return value
    return value if found.dtype == object else found


def test_what_stands_in_lnnlib_is_no_answer():
    for function in (learning_time, imbalance, LinearNetwork.grad):
        with pytest.raises(kinds.WrongKind, match="what lnnlib has is no answer"):
            kinds.function("x", kinds.number())(function)
    assert "no answer" in check("6.2.4-c", plateau=learning_time).message


# ---- nothing makes a check raise ----

ITSELF = []
ITSELF.append(ITSELF)
DEEP = []
for _ in range(10**5):
    DEEP = [DEEP]


class Evil:
    """Whatever is done with it, it raises."""

    def __array__(self, *_, **__):
        raise OSError("no array")

    def __float__(self):
        raise OSError("no number")

    def __repr__(self):
        raise OSError("no text")

    def __len__(self):
        raise OSError("no length")


class EvilArray(np.ndarray):
    """An array that cannot be computed with."""

    def __array_ufunc__(self, *_, **__):
        raise OSError("no arithmetic")

    def __array_function__(self, *_, **__):
        raise OSError("no functions")


EXTREME = {
    "2 to the 20000": 2**20000,
    "5000 digits": 10**5000,
    "minus 5000 digits": -10**5000,
    "a list that contains itself": ITSELF,
    "a list of 100,000 levels": DEEP,
    "an object that raises": Evil(),
    "a list of objects that raise": [Evil(), Evil()],
    "an array that raises": np.ones((2, 2)).view(EvilArray),
    "a dict of itself": {(): ITSELF},
}


@pytest.mark.parametrize("junk", EXTREME.values(), ids=EXTREME)
@each_exercise
def test_what_cannot_be_computed_with_is_answered_calmly(exercise, junk):
    for ask in exercise.asks:
        for value in (junk, lambda *_: junk):
            verdict = check(exercise.id, **{**right_answers(exercise), ask.name: value})
            assert verdict.state in ("wrong kind", "wrong", "almost") and len(repr(verdict)) < 800
            assert "cannot be judged" not in verdict.message


SIZES = (1e155, -1e155, 1e300, 1.7e308, 1e-155, 1e-320, 5e-324, -0., 2**53 + 1, 10**299)


@pytest.mark.parametrize("size", SIZES, ids=str)
@each_exercise
def test_numbers_of_every_size_are_judged(exercise, size):
    for ask in exercise.asks:
        right = right_answers(exercise)
        verdict = check(exercise.id, **{**right, ask.name: filled(right[ask.name], size)})
        assert verdict.state != "not answered" and "cannot be judged" not in verdict.message, verdict
    verdict = check(exercise.id, **{name: filled(value, size) for name, value in right.items()})
    assert "cannot be judged" not in verdict.message, verdict


def filled(value, size):
    """The same shape with that number everywhere."""
    if callable(value):
        return lambda *arguments: filled(value(*arguments), size)
    if isinstance(value, list | tuple):
        return [filled(one, size) for one in value]
    if isinstance(value, str | dict):
        return value
    return np.full(np.shape(value), size, dtype=float) if np.ndim(value) else size


# ---- what a student writes is shown as text ----

@each_exercise
def test_everything_handed_in_is_escaped(exercise):
    tag = "<img src=x onerror=alert(1)>"

    def raises(*_):
        raise ValueError(tag)

    def prints(*_):
        return tag

    for ask in exercise.asks:
        for value in (tag, [tag], {tag: tag}, raises, prints, type(tag, (), {})()):
            html = check(exercise.id, **{**right_answers(exercise), ask.name: value})._repr_html_()
            assert "<img" not in html


def test_a_question_to_nobody_is_named():
    message = check("6.2.2-b", steps=lambda *_: int(input("How many?"))).message
    assert "input()" in message and "argument" in message and "loop" not in message


# ---- Stop means stop ----

STOPPED = """
import os, signal, threading, time
from lnnlib.answers import watchdog
from lnnlib.homework import check

def loop(*_):
    return [0 for _ in iter(int, 1)]

def catches(*_):
    while True:
        try:
            while True: pass
        except Exception: pass

def recurses(*_):
    while True:
        try: recurses()
        except RecursionError: pass

def interrupt(times):
    for _ in range(times):
        time.sleep(.2)
        os.kill(os.getpid(), signal.SIGINT)

def students():
    return [thread for thread in threading.enumerate() if isinstance(thread, watchdog._Call)]

begun = threading.Event()
function = {function}
def watched(*arguments):
    begun.set()
    return function(*arguments)

threading.Thread(target=lambda: begun.wait() and interrupt({times}), daemon=True).start()
try:
    check("6.2.2-b", steps=watched)
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted")
for thread in students():
    thread.join(10)
print(len(students()), "left")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT of its own to send")
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("function", ["loop", "catches", "recurses"])
def test_a_real_interrupt_ends_the_students_code(function, times):
    code = STOPPED.replace("{function}", function).replace("{times}", str(times))
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.stdout.split("\n")[:2] == ["interrupted", "0 left"], run.stdout + run.stderr
