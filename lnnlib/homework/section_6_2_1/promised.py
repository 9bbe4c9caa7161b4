"""Which numbers of steps are the bound of the descent lemma."""
from ..mistakes import agrees


def is_bound(value, bound):
    """Whether `value` is the bound or, since steps are whole, the largest number of them.

    The steps stay strictly below the bound, so where it is whole that may be one less.

    >>> [is_bound(value, 22.5) for value in (22.5, 22, 23, 21)]
    [True, True, False, False]
    >>> [is_bound(value, 22.) for value in (22, 21, 20)]
    [True, True, False]
    """
    rounding = 1e-9 * bound
    counts = float(value).is_integer() and -rounding <= bound - value <= 1 + rounding
    return agrees(value, bound) or counts
