"""Gradient flow on a linear network, one singular value at a time: exact learning curves (6.2.4).

l(W) = 1/2 ||W - M||_F^2. Let W_1, .., W_N be aligned with M (its singular vectors) and balanced
(equal singular values). Then they stay so, and a mode of strength s, a singular value of M, moves
by itself: u, that of W_{1:N}, obeys

    du/dt = N u^{2 - 2/N} (s - u),    t = eta * step for gradient descent with a small eta

(Saxe, McClelland and Ganguli 2013, arXiv 1312.6120). So does the scalar chain, N equal weights w
with u = w^N. In the units x = w/s^{1/N} and s^{2-2/N} t it is dx/dt = v(x),
v(x) = x^{N-1} (1 - x^N), the same for every s.
"""
import numpy as np

from lnnlib._arguments import count, fail, number


def chain_speed(x, depth):
    """v(x) = x^{N-1} (1 - x^N): a step of gradient descent is x <- x + h v(x), h = eta s^{2-2/N}.

    >>> chain_speed(.5, depth=2)
    0.375
    """
    return x ** (depth - 1) * (1 - x**depth)


def flow_time(x, depth):
    """An antiderivative of 1/v: gradient flow takes flow_time(x) - flow_time(a) from a to x.

    a and x lie on one side of 1. N = 1: -log|1 - x|.
    N >= 2: 1/v = x^{1-N} + x/(1 - x^N), and partial fractions over the roots of unity r != 1 give

        log x (N = 2) or x^{2-N}/(2 - N)  -  1/N ( log|1 - x^N| + sum_r (r^2 - 1) log(1 - x/r) ).

    >>> [round(float(flow_time(.5, N) - flow_time(.01, N)), 2) for N in (2, 3, 4, 5)]
    [4.06, 98.13, 4998.13, 333330.79]
    """
    x, depth = np.asarray(x, dtype=float), count("depth", depth, at_least=1)
    if not (x >= 0).all():
        fail("x", x, "numbers >= 0")
    with np.errstate(divide="ignore"):
        return _antiderivative(x, -np.expm1(depth * np.log(x)), depth)


def descent_steps(x, a, depth, h):
    """How many steps x <- x + h v(x) takes from a to x.

    (flow_time(x) - flow_time(a))/h + log(v(x)/v(a))/2: the logarithm is what Euler's method loses
    against the flow. What is left is of the order of h.

    >>> w, steps = .05, 0
    >>> while w < .5:
    ...     w, steps = w + .1 * chain_speed(w, 3), steps + 1
    >>> steps, round(float(descent_steps(.5, .05, 3, .1)), 1)
    (184, 183.5)
    """
    time = flow_time(x, depth) - flow_time(a, depth)
    return time / h + np.log(chain_speed(x, depth) / chain_speed(a, depth)) / 2


def learning_time(s, u0, u, depth=2):
    """The time at which a mode of strength s > 0 that starts at u0 reaches u, between u0 and s.

    u may be an array. N = 2: t = log(u (s - u0) / (u0 (s - u))) / (2s).
    N >= 3: s^{2/N-2} times the `flow_time` between (u0/s)^{1/N} and (u/s)^{1/N}; from a small u0
    most of it is the plateau, u0^{2/N-1}/(s (N - 2)). From u0 = 0 it is inf if N >= 2.

    >>> [round(float(learning_time(1, 1e-3, .5, depth)), 4) for depth in (2, 3)]
    [3.4534, 9.1447]
    """
    s, u0, depth = _mode(s, u0, depth)
    u = np.asarray(u, dtype=float)
    if not ((u - u0) * (s - u) >= 0).all():
        fail("u", u, f"values between u0 = {u0} and s = {s}")
    with np.errstate(divide="ignore", invalid="ignore"):
        t = _clock(s, u, depth) - _clock(s, np.float64(u0), depth)
    return np.where(u == u0, 0, t)


def learning_curve(s, u0, t, depth=2):
    """u(t) of a mode of strength s > 0 that starts at u0 >= 0; t >= 0 may be an array.

    N = 1: s - (s - u0) e^{-t}. N = 2: s/(1 + (s/u0 - 1) e^{-2st}).
    N >= 3: the inverse of `learning_time`, to 1e-9.

    >>> learning_curve(3, 1e-3, [0, 1, 2, 9]).round(4).tolist()
    [0.001, 0.3557, 2.9457, 3.0]
    """
    s, u0, depth = _mode(s, u0, depth)
    t = np.asarray(t, dtype=float)
    if not (t >= 0).all():
        fail("t", t, "times >= 0")
    if depth == 1:
        return s - (s - u0) * np.exp(-t)
    if u0 in (0, s):
        return np.full(t.shape, u0)
    if depth == 2:
        return s / (1 + (s / u0 - 1) * np.exp(-2 * s * t))
    return _inverse(s, u0, t, depth)


def _mode(s, u0, depth):
    """The arguments that all curves share, checked."""
    s, u0 = float(number("s", s, above=0)), float(number("u0", u0, at_least=0))
    return s, u0, count("depth", depth, at_least=1)


def _clock(s, u, depth):
    """An antiderivative of dt/du = u^{2/N-2} / (N (s - u)); near s the exact s - u counts."""
    return s ** (2 / depth - 2) * _antiderivative((u / s) ** (1 / depth), (s - u) / s, depth)


def _antiderivative(x, rest, depth):
    """`flow_time` of x, where rest = 1 - x^N is known by itself."""
    if depth == 1:
        return -np.log(np.abs(rest))
    # One root of each pair; what -1 adds is 0.
    roots = np.exp(2j * np.pi * np.arange(1, (depth + 1) // 2) / depth)
    others = 2 * ((roots**2 - 1) * np.log(1 - x[..., None] / roots)).real.sum(-1)
    leading = np.log(x) if depth == 2 else x ** (2 - depth) / (2 - depth)
    return leading - (np.log(np.abs(rest)) + others) / depth


def _inverse(s, u0, t, depth):
    """u(t) for N >= 3, by z = log(u/|s - u|): dt/dz = u^{2/N-1} / (N s). A table, then Newton."""
    side, start = np.sign(s - u0), _clock(s, np.float64(u0), depth)

    def u_of(z):
        return s / (1 + side * np.exp(-z))

    def t_of(z):
        return _clock(s, u_of(z), depth) - start

    z0 = np.log(u0 / abs(s - u0))
    table = z0 + (30 - z0) * np.linspace(0, 1, 200)     # at z = 30 the mode is learned to 1e-13
    z = np.interp(t, t_of(table), table)
    for _ in range(4):
        u = u_of(z)
        z = np.clip(z - (t_of(z) - t) * depth * s * u ** (1 - 2 / depth), z0, 30)
    return u_of(z)
