"""Gradient flow on a linear network, one singular value at a time: the exact learning curves (section 6.2.4).

l(W) = 1/2 ||W - M||_F^2. Let W_1, .., W_N be aligned with M (its singular vectors) and balanced (equal singular values).
Then they stay so, and a mode of strength s, a singular value of M, moves by itself: u, that of W_{1:N}, obeys

    du/dt = N u^{2 - 2/N} (s - u),    t = eta * step for gradient descent with a small eta

(Saxe, McClelland and Ganguli 2013, arXiv 1312.6120).
"""
import numpy as np

from lnnlib._arguments import count, fail, number


def learning_time(s, u0, u, depth=2):
    """The time t at which a mode of strength s > 0 that starts at u0 reaches u, between u0 and s; u may be an array.

    N = 2: t = log(u (s - u0) / (u0 (s - u))) / (2s). N >= 3, with w = u^{1/N}: s t is the integral of
    1/w^{N-1} + w/(s - w^N), and the first term, u0^{2/N-1}/(N - 2), is the plateau. From u0 = 0 it takes for ever (inf).

    >>> round(float(learning_time(1, 1e-3, .5)), 4), round(float(learning_time(1, 1e-3, .5, depth=3)), 4)
    (3.4534, 9.1447)
    """
    s, u0, depth = _mode(s, u0, depth)
    u = np.asarray(u, dtype=float)
    if not ((u - u0) * (s - u) >= 0).all():
        fail("u", u, f"values between u0 = {u0} and s = {s}")
    with np.errstate(divide="ignore", invalid="ignore"):
        t = _clock(s, u, depth) - _clock(s, np.float64(u0), depth)
    return np.where(u == u0, 0, np.where((u == s) | ((u0 == 0) & (depth > 1)), np.inf, t))


def learning_curve(s, u0, t, depth=2):
    """u(t) of a mode of strength s > 0 that starts at u0 >= 0; t >= 0 may be an array.

    N = 1: s - (s - u0) e^{-t}. N = 2: s/(1 + (s/u0 - 1) e^{-2st}). N >= 3: the inverse of `learning_time`, to 1e-9.

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
    return float(number("s", s, above=0)), float(number("u0", u0, at_least=0)), count("depth", depth, at_least=1)


def _clock(s, u, depth):
    """An antiderivative of dt/du = u^{2/N-2} / (N (s - u)).

    With w = u^{1/N} it is dw/(w^{N-1} (s - w^N)) = (w^{1-N} + w/(s - w^N)) dw / s, and partial fractions over the roots of
    unity r give the integral of x/(1 - x^N) as -1/N sum_r r^2 log(1 - x/r).
    """
    if depth == 1:
        return -np.log(np.abs(s - u))
    w = u ** (1 / depth)
    x, roots = w / s ** (1 / depth), np.exp(2j * np.pi * np.arange(depth) / depth)
    rest = -(roots**2 * np.log(1 - x[..., None] / roots)).sum(-1).real / depth
    start = np.log(w) if depth == 2 else -(w ** (2 - depth)) / (depth - 2)
    return start / s + s ** (2 / depth - 2) * rest


def _inverse(s, u0, t, depth):
    """u(t) for N >= 3, through z = log(u/|s - u|), in which dt/dz = u^{2/N-1} / (N s) is smooth: a table, then Newton."""
    side = np.sign(s - u0)

    def u_of(z):
        return s / (1 + side * np.exp(-z))

    def t_of(z):
        return _clock(s, u_of(z), depth) - _clock(s, np.float64(u0), depth)

    z0 = np.log(u0 / abs(s - u0))
    table = z0 + (30 - z0) * np.linspace(0, 1, 200)                  # at z = 30 the mode is learned to 1e-13
    z = np.interp(t, t_of(table), table)
    for _ in range(4):
        u = u_of(z)
        z = np.clip(z - (t_of(z) - t) * depth * s * u ** (1 - 2 / depth), z0, 30)
    return u_of(z)
