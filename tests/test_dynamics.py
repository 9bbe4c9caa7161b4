"""Learning curves against the differential equation itself, series, quadrature, and gradient descent."""
import itertools
from decimal import Decimal, localcontext

import numpy as np
import pytest

from lnnlib.dynamics import descent_steps, flow_time, learning_curve, learning_time

MODES = [(3, 1e-3), (1, .05), (.5, .499), (.3, 1), (2, 2.5)]     # (s, u0), the last two fall towards s
every_depth = pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 7])


def runge_kutta(s, u, t, depth, steps=4000):
    """u(t) by the classical method of order 4."""
    def speed(u):
        return depth * u ** (2 - 2 / depth) * (s - u)

    h = t / steps
    for _ in range(steps):
        k1 = speed(u)
        k2 = speed(u + h / 2 * k1)
        k3 = speed(u + h / 2 * k2)
        u += h / 6 * (k1 + 2 * k2 + 2 * k3 + speed(u + h * k3))
    return u


def simpson(f, low, high, n=20000):
    x = np.linspace(low, high, n + 1)
    weights = np.where(np.arange(n + 1) % 2, 4, 2)
    weights[[0, -1]] = 1
    return (high - low) / (3 * n) * (weights * f(x)).sum()


@every_depth
@pytest.mark.parametrize("s, u0", MODES)
def test_the_curve_solves_the_differential_equation(s, u0, depth):
    for t in (.1, .7, 2):
        assert learning_curve(s, u0, t, depth) == pytest.approx(runge_kutta(s, u0, t, depth), rel=1e-9)


@every_depth
@pytest.mark.parametrize("s, u0", MODES)
def test_the_time_is_the_integral_of_one_over_the_speed(s, u0, depth):
    for share in (.1, .5, .95):
        u = u0 + share * (s - u0)
        wanted = simpson(lambda z: np.exp(z) / (depth * np.exp(z) ** (2 - 2 / depth) * (s - np.exp(z))), np.log(u0), np.log(u))
        assert learning_time(s, u0, u, depth) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("x", [1e-9, .01, .3, .75, .97])
def test_flow_time_is_its_series_in_50_digits(x, depth):
    """1/v = x^{1-N} + x + x^{1+N} + .., integrated term by term."""
    with localcontext() as context:
        context.prec = 50
        exact = Decimal(x)
        total = exact.ln() if depth == 2 else exact ** (2 - depth) / (2 - depth)
        for k in itertools.count():
            term = exact ** (2 + k * depth) / (2 + k * depth)
            total += term
            if term < Decimal("1e-30"):
                break
    assert flow_time(x, depth) == pytest.approx(float(total), rel=1e-14, abs=1e-15)


def one_over_v(end, depth):
    """The integral of 1/v from 1/2 to 1 - e^{-end}: smooth in y where x = 1 - e^{-y}."""
    nodes, weights = np.polynomial.legendre.leggauss(100)
    y = np.log(2) + (end - np.log(2)) * (nodes + 1) / 2
    x, rest = -np.expm1(-y), -np.expm1(depth * np.log1p(-np.exp(-y)))
    return (np.exp(-y) / (x ** (depth - 1) * rest)) @ weights * (end - np.log(2)) / 2


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 6])
def test_flow_time_is_accurate_close_to_1(depth):
    for k in (3, 20, 40):
        x = 1 - .5**k                                                  # no rounding: 1 - x is a power of 2
        wanted = one_over_v(k * np.log(2), depth)
        assert flow_time(x, depth) - flow_time(.5, depth) == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 6])
def test_a_mode_that_is_nearly_learned_loses_no_digits(depth):
    for k in (10, 40):
        u = 1 - .5**k
        z = np.log(u) - np.log(.5**k)                                  # dt/dz = u^{2/N-1}/N where z = log(u/(1 - u))
        wanted = simpson(lambda z: (1 / (1 + np.exp(-z))) ** (2 / depth - 1) / depth, 0, z)
        assert learning_time(1, .5, u, depth) == pytest.approx(wanted, rel=1e-12)


def test_flow_time_beyond_1_is_that_of_a_fall():
    for depth in (1, 2, 3, 4, 5, 6):
        wanted = simpson(lambda x, depth=depth: x ** (1 - depth) / (x**depth - 1), 1.5, 3)
        assert flow_time(1.5, depth) - flow_time(3, depth) == pytest.approx(wanted, rel=1e-12)
    assert flow_time([0, 1], 2).tolist() == [-np.inf, np.inf] and flow_time(0, 1) == 0


@pytest.mark.parametrize("N, a, h", [(2, .01, .1), (2, .1, .02), (3, .01, .1), (3, .1, .02), (4, .05, .1), (5, .1, .1)])
def test_the_closed_form_counts_the_steps_of_gradient_descent(N, a, h):
    w, counted = a, {}
    for step in itertools.count():
        counted |= {x: step for x in (.5, .9, .98) if w >= x ** (1 / N) and x not in counted}
        if len(counted) == 3:
            break
        w -= h * w ** (N - 1) * (w**N - 1)
    for x, steps in counted.items():
        assert -.05 <= steps - descent_steps(x ** (1 / N), a, N, h) <= 1.05


@every_depth
def test_curve_and_time_are_inverse_from_any_small_start(depth):
    u0 = np.float64(1e-8)
    u = np.array([1e-7, 1e-3, .2, .5, .9, 1 - 1e-6])
    t = learning_time(1, u0, u, depth)
    assert (np.diff(t) > 0).all()
    np.testing.assert_allclose(learning_curve(1, u0, t, depth), u, rtol=1e-9)


@every_depth
def test_a_mode_ends_at_its_strength_and_never_passes_it(depth):
    for s, u0 in MODES:
        u = learning_curve(s, u0, np.concatenate([np.geomspace(1e-3, 1e5, 80), [np.inf]]), depth)
        assert (np.diff(u) * np.sign(s - u0) >= -1e-12).all() and u[-1] == pytest.approx(s, rel=1e-12)


@every_depth
def test_what_starts_at_zero_moves_at_depth_one_alone(depth):
    moves = depth == 1
    assert (learning_curve(2, 0, [0., 1, 50], depth) > 0).tolist() == [False, moves, moves]
    assert np.isfinite(learning_time(2, 0, 1, depth)) == moves
    assert learning_time(2, 0, 0, depth) == learning_time(2, 2, 2, depth) == 0
    assert learning_time(2, 1, 2, depth) == np.inf
    assert learning_curve(2, 2, [0., 9], depth).tolist() == [2, 2]


@pytest.mark.parametrize("depth, time", [(2, 4.06), (3, 98.1), (4, 4998), (5, 333331)])
def test_leaving_the_origin_takes_the_times_measured_elsewhere(depth, time):
    """Every layer from .01 to .5, s = 1: flow times of another implementation, to the digits it gave."""
    assert learning_time(1, .01**depth, .5**depth, depth) == pytest.approx(time, rel=2e-3)


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_a_plateau_grows_like_a_power_of_the_start(depth):
    for a in (1e-2, 1e-3, 1e-4):
        assert learning_time(2, a**depth, 1, depth) == pytest.approx(a ** (2 - depth) / ((depth - 2) * 2), rel=a)


@every_depth
def test_gradient_descent_follows_with_a_gap_like_eta(depth):
    s, a, gaps = 1.5, .4, []
    for eta in (.02, .01, .005):
        layer, steps, gap = a, round(4 / eta), 0
        for t in range(steps):
            gap = max(gap, abs(layer**depth - learning_curve(s, a**depth, eta * t, depth)))
            layer -= eta * layer ** (depth - 1) * (layer**depth - s)
        gaps.append(gap)
    assert gaps[0] / gaps[1] == pytest.approx(2, abs=.2) and gaps[1] / gaps[2] == pytest.approx(2, abs=.1)


@pytest.mark.parametrize("call, name", [
    (lambda: learning_time(0, 1, 1), "s is"), (lambda: learning_time(1, -1, 1), "u0 is"),
    (lambda: learning_time(1, .5, .2), "u is"), (lambda: learning_time(1, .1, 2), "u is"),
    (lambda: learning_time(1, .1, np.nan), "u is"),
    (lambda: flow_time(-.1, 3), "x is"), (lambda: flow_time(np.nan, 3), "x is"), (lambda: flow_time(.1, 0), "depth is"),
    (lambda: learning_curve(1, .1, -1), "t is"), (lambda: learning_curve(1, .1, 1, depth=0), "depth is"),
    (lambda: learning_curve(1, .1, 1, depth=2.5), "depth is"), (lambda: learning_curve(np.inf, .1, 1), "s is")])
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
