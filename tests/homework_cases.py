"""Answers that are no answers, and functions that misbehave: whatever is handed in, a check stays calm."""
import math
import sys
import warnings

import numpy as np


class Unprintable:
    """An object whose text fails."""

    def __repr__(self):
        raise RuntimeError("no text")


class Reluctant(Exception):
    """An exception whose text fails."""

    def __str__(self):
        raise RuntimeError("no text")


JUNK = {
    "None": None,
    "NaN": math.nan,
    "infinity": math.inf,
    "a string": "23",
    "a boolean": True,
    "a numpy boolean": np.True_,
    "a complex number": 1 + 2j,
    "a list": [1, [2, 3]],
    "a dict": {"bound": 1},
    "an array of another shape": np.zeros((3, 7, 2)),
    "an array of NaN": np.full(2, math.nan),
    "a huge array": np.zeros(10**6),
    "an exception": ValueError("no"),
    "an exception class": ValueError,
    "a type": float,
    "an unprintable object": Unprintable(),
    "an integer without text": -(10**5000),
    "a generator": (n for n in range(3)),
}


def raises(error):
    """A function of anything that raises `error`."""
    def function(*arguments):
        raise error

    return function


def recurses(*arguments):
    """A recursion without an end."""
    return recurses(*arguments)


def spoils_its_arguments(*arguments):
    """Overwrite every array that comes in."""
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument[...] = -77
    return "spoiled"


def warns_and_prints(*arguments):
    """Noise on every channel."""
    print("x" * 10**5)
    print("trouble", file=sys.stderr)
    warnings.warn("trouble", stacklevel=1)
    return str(np.float64(1) / np.float64(0))


BAD_FUNCTIONS = {
    "raises": raises(ZeroDivisionError("division by zero")),
    "raises without text": raises(Reluctant()),
    "runs out of memory": raises(MemoryError()),
    "leaves the program": raises(SystemExit(1)),
    "is interrupted": raises(KeyboardInterrupt()),
    "recurses": recurses,
    "takes nothing": lambda: 1,
    "returns None": lambda *arguments: None,
    "returns NaN": lambda *arguments: math.nan,
    "returns a complex number": lambda *arguments: 1j,
    "returns a string": lambda *arguments: "1",
    "returns a huge array": lambda *arguments: np.zeros(10**6),
    "returns a generator": lambda *arguments: (n for n in range(3)),
    "spoils its arguments": spoils_its_arguments,
    "warns and prints": warns_and_prints,
}
