"""Exact arithmetic for judges: which of two values is larger must not depend on rounding."""
import math
from fractions import Fraction
from functools import reduce

import numpy as np


def exact(values):
    """The same numbers as Fractions: computing is exact, and a strict sign needs no tolerance.

    >>> exact([.5, -2]) @ exact([1, 1])
    Fraction(-3, 2)
    """
    return np.frompyfunc(Fraction, 1, 1)(np.asarray(values, dtype=float))


def rounded(fraction):
    """The float nearest to a Fraction; inf where it is beyond all floats.

    >>> rounded(Fraction(1, 4)), rounded(-Fraction(10)**400)
    (0.25, -inf)
    """
    try:
        return float(fraction)
    except OverflowError:
        return math.inf if fraction > 0 else -math.inf


def phi(layers, target):
    """1/2 ||W_N .. W_1 - target||^2 of rational matrices, exactly.

    >>> phi([exact([[1, 2]]), exact([[.5]])], [[0, 1]])
    Fraction(1, 8)
    """
    product = reduce(lambda W, W_n: W_n @ W, layers)
    return ((product - exact(target)) ** 2).sum() / 2
