"""Axes that follow the run: ends that change in steps only, and their ticks."""
import math

from ...live.values import number_text, tick_text

BELOW, ABOVE = .04, .08                        # room below 0 and above the top, in tops


def rounded_up(x):
    """The least of .., 1, 1.5, 2, 3, 5, 10, 15, .. that is no less than x > 0, up to a hair.

    >>> rounded_up(.22), rounded_up(3.), rounded_up(11.2)
    (0.3, 3.0, 15.0)
    """
    power = math.floor(math.log10(x))
    rounds = (float(f"{k}e{power}") for k in (1, 1.5, 2, 3, 5, 10))
    return next(k for k in rounds if 1.000001 * k >= x)


def from_zero(length):
    """The ends of an axis from 0 to `length`, rounded up, with a little room on both sides.

    >>> from_zero(87)
    (-4.0, 108.0)
    """
    top = rounded_up(length)
    return -BELOW * top, (1 + ABOVE) * top


def halves(low, high):
    """The ticks of such an axis and their texts.

    >>> halves(-4, 108)
    ([0, 50.0, 100.0], ['0', '50', '100'])
    """
    top = high / (1 + ABOVE)
    return [0, top / 2, top], [number_text(place, 3) for place in (0, top / 2, top)]


def decades(low, high):
    """The powers of ten from `low` to `high`, the even ones of more than three, and their texts.

    >>> decades(.06, 40)
    ([0.1, 1.0, 10.0], ['0.1', '1', '10'])
    >>> decades(.0006, 40)[1]
    ['0.01', '1']
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    powers = range(first, last + 1)
    places = [10.0**k for k in powers if len(powers) <= 3 or k % 2 == 0]
    return places, [tick_text(place) for place in places]
