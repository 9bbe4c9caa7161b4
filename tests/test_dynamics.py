"""Learning curves against the differential equation itself, against quadrature, and against gradient descent."""
import numpy as np
import pytest

from lnnlib.dynamics import learning_curve, learning_time

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
    (lambda: learning_curve(1, .1, -1), "t is"), (lambda: learning_curve(1, .1, 1, depth=0), "depth is"),
    (lambda: learning_curve(1, .1, 1, depth=2.5), "depth is"), (lambda: learning_curve(np.inf, .1, 1), "s is")])
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
