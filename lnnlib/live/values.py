"""Exact values: grids for sliders, and how a number is written."""
import math
from fractions import Fraction
from numbers import Rational

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number_text(value, digits=4, zero=0):
    """`value` as it is printed, at most `digits` significant digits.

    What is at most `zero` in size is what rounding has left of 0, and is written as 0.

    >>> [number_text(v) for v in (Fraction(1, 4), Fraction(1, 3), 3e-5, -0.123456, 12_300_000)]
    ['0.25', '1/3', '3·10⁻⁵', '−0.1235', '1.23·10⁷']
    >>> number_text(12), number_text(1e-8), number_text(float("inf"))
    ('12', '10⁻⁸', '∞')
    >>> number_text(-3e-17, zero=1e-12)
    '0'
    """
    if abs(value) <= zero:
        return "0"
    if _is_ratio(value) and value.denominator < 1000:
        return f"{value.numerator}/{value.denominator}".replace("-", "−")
    value = float(value)
    if not math.isfinite(value):
        return {True: "∞", False: "−∞"}[value > 0] if not math.isnan(value) else "undefined"
    if value == int(value) and abs(value) < 10**digits:
        return str(int(value)).replace("-", "−")
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    if exponent:
        power = "10" + str(int(exponent)).translate(_RAISED)
        mantissa = {"1": power, "-1": f"-{power}"}.get(mantissa, f"{mantissa}·{power}")
    return mantissa.replace("-", "−")


def count_text(n):
    r"""A number of steps in full, in groups of three.

    >>> count_text(12345678).split("\N{NARROW NO-BREAK SPACE}")
    ['12', '345', '678']
    """
    return f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def power_text(k):
    """10^k as an axis says it.

    >>> [power_text(k) for k in (-8, 0, 1, 2, 3)]
    ['10⁻⁸', '1', '10', '100', '10³']
    """
    return str(10**k) if 0 <= k <= 2 else "10" + str(k).translate(_RAISED)


def tick_text(value):
    """A value as an axis says it.

    >>> [tick_text(v) for v in (1e-12, .001, .5, 0, 1, -2, 100, 1000, 1e9)]
    ['10⁻¹²', '0.001', '0.5', '0', '1', '−2', '100', '10³', '10⁹']
    """
    power = round(math.log10(value)) if value > 0 else 0
    if value == float(f"1e{power}") and (power < -3 or power > 2):
        return power_text(power)
    return number_text(value)


def linear_grid(low, high, step):
    """low, low + step, .., high as exact fractions; arguments are decimals in quotes or integers.

    >>> [str(v) for v in linear_grid(0, "0.5", "0.25")]
    ['0', '1/4', '1/2']
    """
    low, high, step = Fraction(low), Fraction(high), Fraction(step)
    return tuple(low + k * step for k in range(math.floor((high - low) / step) + 1))


def log_grid(low, high, per_decade=20):
    """10^low .. 10^high, `per_decade` values a decade, exact after rounding to three digits.

    >>> [str(v) for v in log_grid(-1, 0, 2)]
    ['1/10', '79/250', '1']
    """
    powers = range(low * per_decade, high * per_decade + 1)
    return tuple(Fraction(f"{10 ** (k / per_decade):.2e}") for k in powers)


def with_values(grid, *extra):
    """`grid` with `extra` values put in their place, no value twice."""
    return tuple(sorted({*grid, *extra}))


def nearest(grid, value):
    """The 0-based position in the sorted `grid` of the value nearest to `value`."""
    return min(range(len(grid)), key=lambda k: abs(grid[k] - value))


def _is_ratio(value):
    """Whether `value` is an exact number that no decimal is equal to."""
    if not isinstance(value, Rational) or isinstance(value, int):
        return False
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest != 1
