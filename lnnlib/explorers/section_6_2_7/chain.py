"""The scalar chain in closed form: N equal weights w with product w^N, loss (s - w^N)^2 / 2, under gradient descent.

With w = s^{1/N} x a step of size eta is x <- x + h v(x), where v(x) = x^{N-1} (1 - x^N) and h = eta s^{2-2/N}. Every
aligned balanced network is a bundle of such chains, one for each singular value s of the target.
"""
from functools import lru_cache

import numpy as np

TERMS = 700                                    # of the series below; at the largest x, x^N <= .98, what is left out is < 1e-6


def speed(x, N):
    """v(x) = x^{N-1} (1 - x^N)."""
    return x ** (N - 1) * (1 - x**N)


def flow_time(x, N):
    """An antiderivative of 1/v: gradient flow needs flow_time(x) - flow_time(a) from a to x, for 0 < a <= x < 1.

    1/v = x^{1-N} + x/(1 - x^N), so it is log x (N = 2) or x^{2-N}/(2-N), plus the series of x^{2+kN}/(2+kN), k >= 0.

    >>> [round(float(flow_time(.5, N) - flow_time(.01, N)), 2) for N in (2, 3, 4, 5)]
    [4.06, 98.13, 4998.13, 333330.79]
    """
    x = np.asarray(x, dtype=float)
    leading = np.log(x) if N == 2 else x ** (2 - N) / (2 - N)
    series, power = np.zeros_like(x), x**N
    for k in reversed(range(TERMS if x.max() > .8 else 60)):
        series = 1 / (2 + k * N) + power * series
    return leading + x**2 * series


def steps_to(x, a, N, h):
    """How many steps gradient descent takes from a to x: (flow_time(x) - flow_time(a))/h + log(v(x)/v(a))/2.

    The logarithm is what Euler's method loses against the flow; the formula is good to a step while h v' stays below 1.

    >>> w, steps = .05, 0
    >>> while w < .5:
    ...     w, steps = w + .1 * speed(w, 3), steps + 1
    >>> steps, round(float(steps_to(.5, .05, 3, .1)), 1)
    (184, 183.5)
    """
    return (flow_time(x, N) - flow_time(a, N)) / h + np.log(speed(x, N) / speed(a, N)) / 2


@lru_cache
def table(N):
    """(x, flow_time(x), v(x)) on a grid from 10^-4 to where x^N = .98: computed once for a depth."""
    end = .98 ** (1 / N)
    x = np.unique(np.concatenate([np.geomspace(1e-4, .3, 60), np.linspace(.3, end, 50), end - np.geomspace(1e-3, .2, 20)]))
    return x, flow_time(x, N), speed(x, N)
