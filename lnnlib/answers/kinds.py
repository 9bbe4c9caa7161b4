"""Kinds of answers: functions value -> value, as the judge wants it.

They raise WrongKind for anything else.
"""
import math
import sys
from collections.abc import Sized
from decimal import Decimal
from fractions import Fraction
from inspect import isroutine
from numbers import Complex, Integral, Number, Rational, Real
from operator import attrgetter

import numpy as np

from . import watchdog

LARGEST = 10**300  # no right answer is as large, and Python writes no int of 4,300 digits


class WrongKind(Exception):
    """Not the kind asked for; the text, "22.5, expected a whole number", ends a sentence."""


class FunctionFailed(Exception):
    """A function handed in gave no usable value; the text is the student's sentence."""


class Unanswered(Exception):
    """A function handed in still returns the `...` of the untouched cell."""


def show(value):
    """`value` in a few words, whatever it is.

    >>> show([0] * 1000), show(np.float64(22.5)), show(np.zeros((3, 4))), show("22")
    ('a list of length 1000', '22.5', 'an array of shape (3, 4)', "'22'")
    >>> show([np.zeros((3, 1)), np.zeros((2, 3))]), show([np.eye(1), np.eye(1)])
    ('a list of arrays of shapes (3, 1), (2, 3)', '[[[1]], [[1]]]')
    """
    try:
        if isinstance(value, np.ndarray):
            return number_text(value) if value.size <= 6 else f"an array of shape {value.shape}"
        if (isinstance(value, list | tuple) and 0 < len(value) <= 6
                and all(isinstance(one, np.ndarray) for one in value)):
            if sum(one.size for one in value) <= 6:
                return f"[{', '.join(map(number_text, value))}]"
            shapes = ", ".join(str(one.shape) for one in value)
            return f"a {type(value).__name__} of arrays of shapes {shapes}"
        if isinstance(value, Sized) and not isinstance(value, str | type) and len(value) > 6:
            return f"a {type(value).__name__} of length {len(value)}"
        if isinstance(value, type):
            return "a type"
        if isinstance(value, list) and all(isinstance(one, Number) for one in value):
            return number_text(value)
        text = number_text(value) if isinstance(value, Number) else repr(value)
        if text.startswith("<") or " at 0x" in text:  # an address says nothing
            return "a function" if isroutine(value) else f"a {type(value).__name__}"
    except Exception:  # an object whose repr fails
        huge = isinstance(value, int)  # Python writes no integer of 10,000 digits
        return ("a whole number of thousands of digits" if huge
                else f"an object of type {type(value).__name__}")
    text = " ".join(text.split())  # an object that holds arrays has a text of several lines
    return text if len(text) <= 60 else text[:57] + "..."


def number_text(value):
    """A number or an array in Python's notation, without the digits that rounding has left.

    >>> number_text(4.6999999999999995e-07), number_text(np.array([[1.0, -0.5]]))
    ('4.7e-07', '[[1, -0.5]]')
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return f"[{', '.join(map(number_text, value))}]"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _refuse(value, expected):
    raise WrongKind(f"{show(value)}, expected {expected}")


def _scalar(value):
    """`value` as an int, a Fraction, a Decimal or a float if it is a real number, else None.

    A numpy scalar, a 0-d array and an object with `__float__`, as sympy's, are numbers too.
    """
    value = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
    if isinstance(value, bool | np.bool_ | str | np.ndarray | Decimal):
        return value if isinstance(value, Decimal) else None
    if isinstance(value, Rational):
        return int(value) if isinstance(value, Integral) else Fraction(value)
    if isinstance(value, Complex) and not isinstance(value, Real):
        return None
    try:
        return float(value) if hasattr(type(value), "__float__") else None
    except Exception:  # a symbol without a value, whatever else an object may do
        return None


def whole_number(at_least=0):
    """The kind "a whole number": ints, and whole floats, Fractions, numpy scalars and 0-d arrays.

    >>> whole_number()(22.0)
    22
    >>> whole_number()("22")
    Traceback (most recent call last):
        ...
    lnnlib.answers.kinds.WrongKind: '22', expected a whole number, 0 or larger
    """
    def read(value):
        scalar = _scalar(value)
        try:
            whole = scalar is not None and scalar == math.floor(scalar) and scalar >= at_least
        except Exception:  # not a number, infinite
            whole = False
        if not whole:
            _refuse(value, f"a whole number, {at_least} or larger")
        if int(scalar) >= LARGEST:
            _refuse(value, "a whole number below 10^300")
        return int(scalar)

    return read


def number(infinite=False):
    """The kind "a real number", as a float; with `infinite=True` math.inf is an answer too.

    >>> number()(1)
    1.0
    """
    expected = "a real number or infinity" if infinite else "a finite real number"

    def read(value):
        scalar = _scalar(value)
        try:
            found = math.nan if scalar is None else float(scalar)
        except Exception:  # a number beyond all floats
            found = math.nan
        fits = math.isfinite(found) or (infinite and math.isinf(found))
        return found if fits else _refuse(value, expected)

    return read


def truth():
    """The kind "True or False".

    >>> truth()(np.float64(1) < 2)
    True
    """
    def read(value):
        found = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
        if isinstance(found, bool | np.bool_):
            return bool(found)
        return _refuse(value, "`True` or `False`")

    return read


def array(*shape):
    """The kind "an array of finite numbers" of that shape (None: any length), or nested lists.

    >>> array(2, 2)([[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    size = "" if None in shape else " × ".join(map(str, shape)) + " "
    what = {1: "vector", 2: "matrix"}.get(len(shape), "array")
    expected = f"a {what} of {size}finite numbers".replace("a array", "an array")

    def read(value):
        try:
            found = np.asarray(value)
            if found.dtype.kind not in "iufO":  # booleans, strings, complex: converted silently
                _refuse(value, expected)
            found = np.array(found, dtype=float)
        except Exception:  # ragged lists, objects that are no numbers or raise what they like
            _refuse(value, expected)
        fits = found.ndim == len(shape) and all(
            n in (None, m) for n, m in zip(shape, found.shape, strict=True))
        return found if fits and np.isfinite(found).all() else _refuse(value, expected)

    return read


def arrays(*shapes):
    """The kind "a list of arrays" of those shapes, in that order; one array of them all too.

    >>> [W.shape for W in arrays((2, 1), (1, 2))([[[1], [2]], [[3, 4]]])]
    [(2, 1), (1, 2)]
    """
    def read(value):
        sized = isinstance(value, list | tuple) or isinstance(value, np.ndarray) and value.ndim
        if not sized or len(value) != len(shapes):
            _refuse(value, f"a list of {len(shapes)} arrays")
        return [member(k, one) for k, one in enumerate(value)]

    def member(k, one):
        try:
            return array(*shapes[k])(one)
        except WrongKind as wrong:
            raise WrongKind(f"a list whose array {k + 1} is {wrong}") from None

    return read


def function(parameters, returns):
    """The kind "a function" of the named `parameters` whose value is of the kind `returns`.

    What the judge gets calls the student's function through the watchdog, by position, on copies,
    for at most `watchdog.SECONDS` in all. Where no value of the right kind comes back, it raises
    FunctionFailed.

    >>> ratio = function("sigma, delta", whole_number())(lambda sigma, delta: sigma / delta)
    >>> ratio(6, 3)
    2
    >>> ratio(1, 0)
    Traceback (most recent call last):
        ...
    lnnlib.answers.kinds.FunctionFailed: For sigma=1, delta=0
    your function raised ZeroDivisionError: division by zero.
    """
    names = [name.strip() for name in parameters.split(",")]

    def read(value):
        if not callable(value) or isinstance(value, type):  # float is callable, but nobody's answer
            _refuse(value, f"a function of ({parameters})")
        if _is_ours(value):
            _refuse(value, f"your own function of ({parameters}): what lnnlib has is no answer")
        watched = watchdog.Watched(value)

        def guarded(*arguments):
            try:
                found = watched(*arguments)
                if found is ...:
                    raise Unanswered
                if found is None:
                    raise watchdog.Failed("returned None (is a `return` missing?)")
                return returns(found)
            except watchdog.Failed as failed:
                failure = str(failed)
            except WrongKind as wrong:
                failure = f"returned {wrong}"
            raise FunctionFailed(f"For {instance(names, arguments)} your function {failure}.")

        return guarded

    return read


def _is_ours(function):
    """Whether a function or method stands in lnnlib, outside of the homework.

    A wrapper around it hides that.
    """
    function = getattr(function, "__func__", function)
    module, path = (str(getattr(function, name, "")) for name in ("__module__", "__qualname__"))
    if not module.startswith("lnnlib.") or module.startswith("lnnlib.homework."):
        return False
    try:
        return attrgetter(path)(sys.modules[module]) is function
    except (AttributeError, KeyError):
        return False


def instance(names, arguments):
    """The arguments of a call as a student reads them.

    >>> instance(("eta", "eigenvalues"), (0.5, np.array([-1.0, 0.0])))
    'eta=0.5, eigenvalues=[-1, 0]'
    """
    def text(value):
        short = isinstance(value, float) or isinstance(value, np.ndarray) and value.size <= 12
        return number_text(value) if short else show(value)

    return ", ".join(f"{name}={text(value)}" for name, value in zip(names, arguments, strict=True))
