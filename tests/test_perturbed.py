"""Perturbed gradient descent: the constants, the listing pass by pass, one run to reproduce, and each printed slip."""
from dataclasses import astuple
from itertools import islice
from math import ceil, isclose, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib.landscapes import Quadratic, SaddleValley
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.perturbed import (
    is_second_order_stationary,
    perturbed_gradient_descent,
    pgd_constants,
    pgd_steps,
    uniform_in_ball,
)

VALLEY, BETA, RHO, EPS = SaddleValley(), 3.4, 7.2, 0.1      # beta and rho hold for |y| <= 1.2
ARGUMENTS = {"dim": 2, "beta": BETA, "rho": RHO, "eps": EPS, "c": 0.5, "delta": 0.1, "gap": 1}
CONSTANTS = pgd_constants(**ARGUMENTS)
START = [1.0, 0.0]


# The constants

def test_constants_by_hand():
    """d = 10, beta = 2, rho = 1, eps = .01, c = .25, delta = .1, gap = 3: values computed twice, elsewhere."""
    found = astuple(pgd_constants(10, 2, 1, 0.01, 0.25, 0.1, 3))
    assert all(isclose(a, b, rel_tol=1e-4) for a, b in zip(found, (50.98069, 0.125, 9.619e-7, 1.9238e-6, 1.8868e-9, 16314),
                                                           strict=True))
    assert isinstance(found[-1], int) and isclose(found[0], 3 * log(10 * 2 * 3 / (0.25 * 0.01**2 * 0.1)), rel_tol=1e-14)
    assert pgd_constants(2, 1, 1, 1, 1, 1, 1e-9).chi == 12


positive = st.floats(1e-3, 1e3)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**6), positive, positive, st.floats(1e-3, 1), st.floats(1e-3, 1), st.floats(1e-6, 1), positive)
def test_relations_between_the_constants(dim, beta, rho, fraction, c, delta, gap):
    """For eps <= beta^2/rho: chi >= 12, r = g/beta, and the noise raises f by at most g r + beta r^2/2 <= f_thresh/8."""
    eps = fraction * beta**2 / rho
    k = pgd_constants(dim, beta, rho, eps, c, delta, gap)
    assert k.chi >= 12 and isclose(k.g_thresh, beta * k.r, rel_tol=1e-12) and isclose(k.eta, c / beta)
    assert k.g_thresh <= eps / 144 * sqrt(c) * (1 + 1e-12)
    rise = k.g_thresh * k.r + beta * k.r**2 / 2
    assert isclose(rise, 1.5 * c * eps**2 / (k.chi**4 * beta), rel_tol=1e-9) and rise <= k.f_thresh / 8 * (1 + 1e-12)
    printed = pgd_constants(dim, beta, rho, eps, c, delta, gap, ceiling=False)
    assert k.t_thresh == ceil(printed.t_thresh) and astuple(k)[:-1] == astuple(printed)[:-1]
    assert isclose(printed.t_thresh, k.chi / c**2 * sqrt(beta**2 / (rho * eps)), rel_tol=1e-12)


@pytest.mark.parametrize("name, value, message", [
    ("dim", 0, "dim is 0, expected an integer >= 1"),
    ("beta", 0, "beta is 0, expected a finite number and > 0"),
    ("rho", -1, "rho is -1, expected a finite number and > 0"),
    ("eps", 0, "eps is 0, expected a finite number and > 0"),
    ("c", np.nan, "c is nan, expected a finite number"),
    ("delta", 0, "delta is 0, expected a finite number and > 0 and <= 1"),
    ("delta", 1.5, "delta is 1.5, expected a finite number and > 0 and <= 1"),
    ("gap", "a", "gap is 'a', expected a finite number"),
])
def test_bad_constants_are_named(name, value, message):
    with pytest.raises(ValueError, match=message):
        pgd_constants(**{**ARGUMENTS, name: value})


# The run

def test_run_to_reproduce():
    """From (1, 0): noise at 59 and 518, (0, -1) returned at 976 = 518 + 458."""
    assert CONSTANTS.t_thresh == 458 and isclose(pgd_constants(**ARGUMENTS, ceiling=False).t_thresh, 457.648, abs_tol=1e-3)
    run = perturbed_gradient_descent(VALLEY, START, CONSTANTS, np.random.default_rng(0), 10_000)
    assert run.returned and run.steps == 976 and run.perturbations == (59, 518)
    assert np.abs(run.point - [0, -1]).max() < 1e-4 and len(run.values) == 977
    assert is_second_order_stationary(VALLEY, run.point, EPS, RHO)
    again = perturbed_gradient_descent(VALLEY, START, CONSTANTS, 0, 10_000)
    assert (again.point == run.point).all() and (again.values == run.values).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("start", [[1.0, 0.0], [0.3, 1.1], [0.0, 0.0]])
def test_the_listing_pass_by_pass(start, seed):
    """Each pass replayed by the listing's own words; the invariants of every run."""
    k = CONSTANTS
    steps = list(islice(pgd_steps(VALLEY, start, k, seed), 4000))
    assert steps[-1].returned and not any(step.returned for step in steps[:-1])
    rng, w, t_noise, w_tilde = np.random.default_rng(seed), np.array(start), -k.t_thresh - 1, None
    for t, step in enumerate(steps):
        assert step.t == t and isclose(step.grad_norm, np.linalg.norm(VALLEY.grad(w)), rel_tol=1e-12)
        if np.linalg.norm(VALLEY.grad(w)) <= k.g_thresh and t - t_noise > k.t_thresh:
            w_tilde, t_noise = w, t
            z, u = rng.normal(size=2), rng.random()
            w = w_tilde + k.r * np.sqrt(u) * z / np.sqrt(z @ z)
            assert step.perturbed and VALLEY(w) - VALLEY(w_tilde) <= k.g_thresh * k.r + BETA * k.r**2 / 2
        assert step.perturbed == (t_noise == t) and np.abs(step.w - w).max() < 1e-15 and step.value == VALLEY(step.w)
        assert step.t_noise == t_noise and (step.w_tilde is None) == (w_tilde is None)
        assert step.returned == (t - t_noise == k.t_thresh and VALLEY(w) - VALLEY(w_tilde) > -k.f_thresh)
        gradient = VALLEY.grad(w)
        assert VALLEY(w - k.eta * gradient) <= VALLEY(w) - k.eta / 2 * (gradient @ gradient) + 1e-15
        w = w - k.eta * gradient
    times = [step.t for step in steps if step.perturbed]
    assert all(later - earlier > k.t_thresh for earlier, later in zip(times, times[1:], strict=False))
    assert np.abs(steps[-1].w_tilde - w_tilde).max() < 1e-15
    assert np.linalg.norm(VALLEY.grad(steps[-1].w_tilde)) <= k.g_thresh <= EPS / 144 * sqrt(0.5)


def test_on_a_linear_network():
    """Phi's strict saddle at the origin, where plain gradient descent stays for ever, is left for a global minimum."""
    net = LinearNetwork(SquaredLoss(np.diag([1.0, 2.0])), (2,))
    constants = pgd_constants(net.dim, beta=20, rho=20, eps=0.5, c=1, delta=0.1, gap=2.5)
    run = perturbed_gradient_descent(net, net.zeros(), constants, 0, 20_000)
    assert run.returned and run.perturbations[0] == 0 and net(run.point) < 1e-4
    assert run.values[0] <= 2.5 + constants.f_thresh / 8


# What is printed

def test_without_the_ceiling_it_never_returns():
    """t - t_noise is an integer and t_thresh = 457.648 is not: noise for ever, every 458 passes."""
    printed = pgd_constants(**ARGUMENTS, ceiling=False)
    run = perturbed_gradient_descent(VALLEY, START, printed, 0, 20_000)
    assert not run.returned and run.steps == 20_000 and len(run.values) == 20_001
    assert run.perturbations == tuple(range(59, 20_001, 458))


def test_with_the_overwritten_point_the_noised_one_is_returned():
    right = list(islice(pgd_steps(VALLEY, START, CONSTANTS, 0), 2000))
    printed = list(islice(pgd_steps(VALLEY, START, CONSTANTS, 0, overwrite=True), 2000))
    assert len(right) == len(printed) == 977
    shift = printed[-1].w_tilde - right[-1].w_tilde
    assert 0 < np.linalg.norm(shift) <= CONSTANTS.r and (printed[-1].w_tilde == printed[518].w).all()
    run = perturbed_gradient_descent(VALLEY, START, CONSTANTS, 0, 2000, overwrite=True)
    assert (run.point == printed[-1].w_tilde).all()


def test_the_loop_that_ends_at_d_0_returns_nothing():
    run = perturbed_gradient_descent(VALLEY, START, CONSTANTS, 0, max_steps=2)
    assert not run.returned and run.steps == 2 and run.perturbations == () and len(run.values) == 3


def test_at_the_minimum_it_still_needs_t_thresh_passes():
    """f(w_0) = f*: the printed bound on the number of steps is 0."""
    run = perturbed_gradient_descent(VALLEY, [0.0, 1.0], CONSTANTS, 0, 2000)
    assert run.returned and run.steps == CONSTANTS.t_thresh and (run.point == [0, 1]).all()


def test_divergence_is_a_result():
    constants = pgd_constants(1, beta=1, rho=1, eps=0.1, c=30, delta=0.1, gap=1)
    run = perturbed_gradient_descent(Quadratic([1.0]), [1.0], constants, 0, 500)
    assert not run.returned and not np.isfinite(run.values[-1])


def test_bad_starts_are_named():
    with pytest.raises(ValueError, match=r"w0 has shape \(3,\), expected shape \(2,\)"):
        perturbed_gradient_descent(VALLEY, [1, 2, 3], CONSTANTS, 0, 10)
    with pytest.raises(ValueError, match="max_steps is -1, expected an integer >= 0"):
        perturbed_gradient_descent(VALLEY, START, CONSTANTS, 0, -1)


# The noise

@pytest.mark.parametrize("d", [1, 2, 5, 40])
def test_noise_is_uniform_in_the_ball(d):
    """E ||xi|| = r d/(d+1), not r/2; (||xi||/r)^d is uniform on [0, 1]; no direction is preferred, the cube's corners neither."""
    rng, n, r = np.random.default_rng(d), 4000, 0.3
    sample = np.array([uniform_in_ball(rng, d, r) for _ in range(n)])
    norms = np.linalg.norm(sample, axis=1)
    deviation = r * sqrt(d / (d + 2) - (d / (d + 1)) ** 2)
    assert norms.max() <= r and abs(norms.mean() - r * d / (d + 1)) < 4 * deviation / sqrt(n)
    uniform = np.sort((norms / r) ** d)
    assert np.abs(uniform - (np.arange(n) + 0.5) / n).max() < 1.95 / sqrt(n)             # Kolmogorov and Smirnov, 1e-3
    assert np.abs(sample.mean(0)).max() < 5 * r / sqrt((d + 2) * n)                      # E xi_i^2 = r^2/(d+2)
    assert np.abs(sample.T @ sample / n - r**2 / (d + 2) * np.eye(d)).max() < 6 * r**2 / (d + 2) / sqrt(n)


# Definition 6.8

@pytest.mark.parametrize("rho", [0.3, 1.0, 3.0, 7.2, 49.0])
def test_the_saddle_itself_from_eps_equal_to_one_over_rho(rho):
    assert is_second_order_stationary(VALLEY, [0, 0], 1 / rho, rho)
    assert is_second_order_stationary(VALLEY, [0, 0], 1.001 / rho, rho)
    assert not is_second_order_stationary(VALLEY, [0, 0], 0.999 / rho, rho)


def test_second_order_stationarity_on_a_grid():
    """Both conditions by hand: grad = (x, y^3 - y), lambda_min = min(1, 3y^2 - 1)."""
    x, y = np.meshgrid(np.linspace(-0.2, 0.2, 21), np.linspace(-1.3, 1.3, 53))
    for eps, rho in ((0.1, 1.0), (0.1, 7.2), (0.15, 2.0)):
        expected = (np.hypot(x, y**3 - y) <= eps) & (np.minimum(1, 3 * y**2 - 1) >= -sqrt(rho * eps))
        found = is_second_order_stationary(VALLEY, np.stack([x, y], axis=-1), eps, rho)
        assert found.shape == x.shape and (found == expected).all() and expected.any() and not expected.all()


def test_second_condition_is_empty_from_beta_squared_over_rho():
    """Lemma 6.4: |lambda| <= beta, so that at eps >= beta^2/rho only the gradient is asked for."""
    hill, rho = Quadratic([-3.0, -1.0]), 2.0
    assert is_second_order_stationary(hill, [0, 0], hill.beta**2 / rho, rho)
    assert not is_second_order_stationary(hill, [0, 0], 0.99 * hill.beta**2 / rho, rho)
    with pytest.raises(ValueError, match="eps is 0, expected a finite number and > 0"):
        is_second_order_stationary(hill, [0, 0], 0, 1)
    with pytest.raises(ValueError, match="rho is -2, expected a finite number and > 0"):
        is_second_order_stationary(hill, [0, 0], 1, -2)
