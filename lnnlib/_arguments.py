"""Checks of arguments: every error names the argument, what was given and what was expected."""
import math
from numbers import Integral, Real

import numpy as np


def fail(name, given, expected):
    """Raise the one kind of error that lnnlib's functions raise for bad input."""
    raise ValueError(f"{name} is {given}, expected {expected}")


def shown(value, limit=60):
    """`value` as an error message shows it: its repr, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def number(name, value, *, above=None, at_least=None, at_most=None, below=None):
    """The finite real `value` itself (Fractions stay Fractions), within the bounds given."""
    bounds = (">", above), (">=", at_least), ("<=", at_most), ("<", below)
    wanted = [f"{sign} {bound}" for sign, bound in bounds if bound is not None]
    expected = " and ".join(["a finite number", *wanted])
    if (isinstance(value, (bool, np.bool_)) or not isinstance(value, Real)
            or not math.isfinite(value)):
        fail(name, shown(value), expected)
    inside = ((above is None or value > above) and (at_least is None or value >= at_least)
              and (at_most is None or value <= at_most) and (below is None or value < below))
    if not inside:
        fail(name, shown(value), expected)
    return value


def count(name, value, at_least=0):
    """`value` as an int, at least `at_least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral) or value < at_least:
        fail(name, shown(value), f"an integer >= {at_least}")
    return int(value)


def array(name, value, shape, meaning="", *, real=True):
    """`value` as a finite array of `shape`.

    In `shape` None stands for any length, a leading `...` for any leading axes. Real numbers become
    float64. With real=False a complex array is welcome and stays complex, so that a complex step
    passes through.
    """
    lengths = ("..." if n is ... else "any" if n is None else str(n) for n in shape)
    expected = "shape (" + ", ".join(lengths)
    expected += ",)" if len(shape) == 1 else ")"
    expected += f": {meaning}" if meaning else ""
    try:
        value = np.asarray(value)
        value = value if np.iscomplexobj(value) else value.astype(float)
    except (TypeError, ValueError):
        fail(name, shown(value), f"an array of numbers of {expected}")
    if real and np.iscomplexobj(value):
        fail(name, "complex", f"real numbers of {expected}")
    leading = shape[:1] == (...,)
    wanted = shape[1:] if leading else shape
    given = value.shape[-len(wanted):] if leading and wanted else value.shape
    fits = len(given) == len(wanted) and all(
        n is None or n == m for n, m in zip(wanted, given, strict=True))
    if not fits:
        raise ValueError(f"{name} has shape {value.shape}, expected {expected}")
    if not np.isfinite(value).all():
        raise ValueError(f"{name} has a non-finite entry, expected finite numbers")
    return value
