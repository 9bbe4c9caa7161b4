"""The sharp form of Theorem 6.7: in exact rationals, on the worst functions, on random runs; its proof's algebra."""
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib.descent import gradient_descent, sharp_stationarity_bound, stationarity_bound
from lnnlib.landscapes import DriftToInfinity, Huber, Quadratic, Softplus, ZigZag

SMOOTH = [Quadratic([1, 10]), Quadratic([3]), Quadratic([0, 2, 5]), DriftToInfinity(), Softplus(), Huber(.5),
          ZigZag(5, beta=2, eps=.3)]
step_sizes = st.fractions("1/10", 1, max_denominator=10)       # h = eta beta
rationals = st.fractions(-4, 4, max_denominator=50)


def least_gap(first, eta, eps, beta):
    """The theorem in its first form: if T* = first >= 1, the gap is larger than this."""
    h = eta * beta
    return eta * eps**2 * ((4 - h) * (first - 1) / 4 + 1 / (2 * h))


@given(step_sizes, st.fractions("1/8", 8, max_denominator=8), rationals, st.fractions("1/50", 2, max_denominator=50))
@settings(max_examples=100, deadline=None)
def test_a_bowl_in_exact_arithmetic(h, beta, x, eps):
    eta, gap, first = h / beta, beta * x**2 / 2, 0
    while abs(beta * x) > eps:
        x, first = x - eta * beta * x, first + 1
    assert first == 0 or gap > least_gap(first, eta, eps, beta)
    bound = sharp_stationarity_bound(gap, eta, eps, beta)
    assert first <= bound
    if bound > 0:                                              # the two forms say the same
        assert float(least_gap(Fraction(bound), eta, eps, beta)) == pytest.approx(float(gap), rel=1e-13, abs=1e-13)


@given(st.integers(0, 30), st.fractions("1/4", 4, max_denominator=6), st.fractions("1/10", 2, max_denominator=10))
@settings(max_examples=50, deadline=None)
def test_no_smaller_gap_will_do_at_one_over_beta(teeth, beta, eps):
    """Gradient descent on the zig-zag in rationals, its gap by the trapezoids under |f'|, a hair of a billionth above eps."""
    deep = eps * (1 + Fraction(1, 10**9))
    stride = deep / beta

    def slope(x):
        t = min(max(round(x / stride), 0), teeth)
        return -deep + beta * abs(x - t * stride)
    gap = teeth * stride * Fraction(3, 4) * deep + stride * deep / 2
    x, first = Fraction(0), 0
    while abs(slope(x)) > eps:
        x, first = x - slope(x) / beta, first + 1
    assert first == teeth + 1
    least = least_gap(first, 1 / beta, eps, beta)
    assert 1 < gap / least < 1 + Fraction(3, 10**9)
    assert sharp_stationarity_bound(gap, 1 / beta, eps, beta) == pytest.approx(first, rel=1e-8)
    assert first / (gap / (eps**2 / beta)) == pytest.approx(4 * (teeth + 1) / (3 * teeth + 2), rel=1e-8)


@pytest.mark.parametrize("teeth", [0, 1, 2, 20, 1000])
def test_the_library_zig_zag_attains_it(teeth):
    f = ZigZag(teeth, beta=2, eps=.1)
    run = gradient_descent(f, [0], 1 / 2, teeth + 5)
    sharp = sharp_stationarity_bound(run.values[0], 1 / 2, f.eps, f.beta)
    assert run.first_stationary(f.eps) == teeth + 1 < sharp < (teeth + 1) * (1 + 1e-8)


@pytest.mark.parametrize("tau", [.1, 1e-3, 1e-6])
def test_a_bowl_just_beyond_the_threshold_needs_the_constant_2(tau):
    eps, beta = .1, 3
    run = gradient_descent(Quadratic([beta]), [(1 + tau) * eps / beta], 1 / beta, 3)
    first, gap = run.first_stationary(eps), run.values[0]
    assert first == 1 and first * eps**2 / beta / gap == pytest.approx(2 / (1 + tau) ** 2, rel=1e-12)
    assert 1 < sharp_stationarity_bound(gap, 1 / beta, eps, beta) < 1 + 4 * tau


@pytest.mark.parametrize("f", SMOOTH, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("h", [.1, .5, .9, 1])
def test_random_runs(f, h):
    eta, eps = h / f.beta, .05
    run = gradient_descent(f, 2 * np.random.default_rng(0).normal(size=(50, f.dim)), eta, 3000)
    first, gaps = run.first_stationary(eps), run.values[0] - f.infimum
    bounds = np.array([sharp_stationarity_bound(gap, eta, eps, f.beta) for gap in gaps])
    assert (first <= bounds)[np.isfinite(first)].all() and (bounds >= 3000)[np.isinf(first)].all()
    assert (np.isfinite(first) & (first >= 1)).any()
    stronger = bounds <= [stationarity_bound(gap, eta, eps, f.beta) for gap in gaps]
    assert stronger[first >= 1].all()


@pytest.mark.parametrize("h", [.05, .3, .7, 1])
def test_what_one_step_spends_in_five_dimensions(h):
    """The two inequalities of the proof, on a sum of valleys in skew directions."""
    rng, valley = np.random.default_rng(1), DriftToInfinity()
    A = rng.normal(size=(5, 5))
    beta = valley.beta * np.linalg.norm(A, 2) ** 2
    w = np.concatenate([rng.normal(size=(5000, 5)), np.linalg.solve(A, rng.normal(1, .3, size=(5, 5000))).T])
    g = valley.slope(w @ A.T) @ A
    after = w - h / beta * g
    g_after = valley.slope(after @ A.T) @ A
    spent = (valley.value(w @ A.T) - valley.value(after @ A.T)).sum(axis=1)
    square, square_after, product = ((a * b).sum(axis=1) for a, b in ((g, g), (g_after, g_after), (g, g_after)))
    first = ((1 + 2 * h - h**2) * square + square_after - 2 * (1 - h) * product) / (4 * beta)
    second = h / (4 * beta) * ((3 - h) * square + square_after)
    assert (spent >= first - 1e-12).all() and (first >= second - 1e-12).all()


@given(step_sizes, st.fractions("1/8", 8, max_denominator=8), st.lists(rationals, min_size=3, max_size=3),
       st.lists(rationals, min_size=3, max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_algebra_of_the_proof(h, beta, g, g_after):
    """Lemma 6.5 at z from w above and from w+ below, multiplied out; w = 0, in rationals."""
    def dot(a, b):
        return sum(x * y for x, y in zip(a, b, strict=True))
    z = [-((1 + h) * x - y) / (2 * beta) for x, y in zip(g, g_after, strict=True)]
    from_after = [x + h / beta * y for x, y in zip(z, g, strict=True)]
    above = dot(g, z) + beta / 2 * dot(z, z)
    below = dot(g_after, from_after) - beta / 2 * dot(from_after, from_after)
    form = (1 + 2 * h - h**2) * dot(g, g) + dot(g_after, g_after) - 2 * (1 - h) * dot(g, g_after)
    assert below - above == form / (4 * beta)
    assert form / (4 * beta) >= h / (4 * beta) * ((3 - h) * dot(g, g) + dot(g_after, g_after))


def test_reference_values():
    assert sharp_stationarity_bound(gap=1, eta=.5, eps=.25, beta=2) == pytest.approx((4 * 32 + 1) / 3, rel=1e-15)
    # h = 1/2: T* < 1 + 8/7 (gap/(eta eps^2) - 1)
    assert sharp_stationarity_bound(Fraction(9, 2), Fraction(1, 2), 1, 1) == pytest.approx(1 + 8 / 7 * 8, rel=1e-15)
    assert sharp_stationarity_bound(gap=0, eta=.01, eps=1, beta=1) == 0


@pytest.mark.parametrize("arguments, message", [
    ((-1, 1, 1, 1), "gap is -1"), ((1, 0, 1, 1), "eta is 0"), ((1, 1, 0, 1), "eps is 0"), ((1, 1, 1, 0), "beta is 0"),
    ((1, .6, 1, 2), "eta is 0.6 with beta = 2, expected at most 1/beta"),
])
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        sharp_stationarity_bound(*arguments)
