"""Gradient descent against closed forms and exact rationals; Theorem 6.7 on many functions, and where it stops holding."""
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib.descent import gradient_descent, stationarity_bound
from lnnlib.landscapes import Absolute, DriftToInfinity, Huber, Octopus, Quadratic, SaddleValley, Softplus, ZigZag
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.saddles import classify

SMOOTH = [Quadratic([1, 10]), Quadratic([3]), Quadratic([0, 2, 5]), DriftToInfinity(), Softplus(), Huber(.5),
          ZigZag(5, beta=2, eps=.3)]


def starts(f, how_many, seed=0):
    return 2 * np.random.default_rng(seed).normal(size=(how_many, f.dim))


def test_a_quadratic_run_equals_its_closed_form():
    eigenvalues, w0, eta = np.array([1, .25, -.5]), np.array([1., -2, 3]), .5
    run = gradient_descent(Quadratic(eigenvalues), w0, eta, 40)
    exact = w0 * (1 - eta * eigenvalues) ** np.arange(41)[:, None]
    assert run.points == pytest.approx(exact, rel=1e-13)
    assert run.values == pytest.approx((eigenvalues * exact**2).sum(-1) / 2, rel=1e-12, abs=1e-12)
    assert run.grad_norms == pytest.approx(np.sqrt(((eigenvalues * exact) ** 2).sum(-1)), rel=1e-12)
    assert run.eta == eta and not run.diverged and run.steps.tolist() == list(range(41))


@pytest.mark.parametrize("f", [SaddleValley(), Octopus(3, 1, 1, 2), LinearNetwork(SquaredLoss(np.eye(2)), (2,))],
                         ids=lambda f: type(f).__name__)
def test_a_batch_is_its_runs(f):
    w0 = .5 * np.random.default_rng(0).normal(size=(2, 3, f.dim))
    batch = gradient_descent(f, w0, .05, 60, keep=7)
    assert batch.points.shape == (10, 2, 3, f.dim) and batch.values.shape == batch.grad_norms.shape == (10, 2, 3)
    for i, j in np.ndindex(2, 3):
        run = gradient_descent(f, w0[i, j], .05, 60, keep=7)
        assert batch.points[:, i, j] == pytest.approx(run.points, rel=1e-12, abs=1e-15)
        assert batch.values[:, i, j] == pytest.approx(run.values, rel=1e-12, abs=1e-15)
        assert batch.grad_norms[:, i, j] == pytest.approx(run.grad_norms, rel=1e-10, abs=1e-15)
    assert batch.diverged.shape == (2, 3) and not batch.diverged.any()


@pytest.mark.parametrize("steps, keep", [(0, 1), (1, 1), (12, 3), (13, 3), (14, 3), (2, 5), (5, 5)])
def test_every_kth_point_and_the_last_are_kept(steps, keep):
    f = Quadratic([1, 2])
    everything = gradient_descent(f, [1, 1], .1, steps)
    run = gradient_descent(f, [1, 1], .1, steps, keep=keep)
    expected = sorted({*range(0, steps + 1, keep), steps})
    assert run.steps.tolist() == expected
    assert np.array_equal(run.points, everything.points[expected])
    assert np.array_equal(run.values, everything.values[expected])


@pytest.mark.parametrize("keep", [1, 7])
def test_stop_grad_stops_at_the_first_stationary_step(keep):
    f = Quadratic([1, 10])
    first = gradient_descent(f, [1, 1], .1, 500).first_stationary(1e-3)
    run = gradient_descent(f, [1, 1], .1, 500, stop_grad=1e-3, keep=keep)
    assert run.steps[-1] == first == run.first_stationary(1e-3) and run.grad_norms[-1] <= 1e-3
    batch = gradient_descent(f, [[1, 1], [100, 0], [0, 0]], .1, 500, stop_grad=1e-3, keep=keep)
    alone = gradient_descent(f, [100, 0], .1, 500, stop_grad=1e-3)
    assert batch.steps[-1] == alone.steps[-1] > first and (batch.grad_norms[-1] <= 1e-3).all()
    assert gradient_descent(f, [1, 1], .1, 3, stop_grad=1e-3).steps.tolist() == [0, 1, 2, 3]
    assert gradient_descent(f, [0, 0], .1, 3, stop_grad=0).steps.tolist() == [0]


def test_a_run_that_diverges_ends_in_nan_and_leaves_the_others_alone():
    f = Quadratic([1, -4])
    w0 = np.array([[1, 0], [1, 1e-300], [1, 1], [0, 0]])
    batch = gradient_descent(f, w0, 1, 600)
    assert batch.diverged.tolist() == [False, False, True, False]
    for run, points in ((gradient_descent(f, w, 1, 600), batch.points[:, n]) for n, w in enumerate(w0)):
        assert np.array_equal(run.points, points, equal_nan=True)
    lost = np.isnan(batch.points[:, 2]).all(-1)
    assert lost.tolist() == sorted(lost) and 0 < lost.sum() < 601
    # 5^t |lambda| squared is a float as long as it is below 2^1024.
    assert lost.argmax() == next(t for t in range(600) if (4 * 5**t) ** 2 >= 2**1024)
    for numbers in (batch.values, batch.grad_norms):
        assert np.array_equal(np.isnan(numbers[:, 2]), lost) and np.isfinite(numbers[~lost, 2]).all()
    assert np.isfinite(np.delete(batch.points, 2, axis=1)).all()


def test_divergence_is_silent_and_computed_no_further():
    class Counting(Quadratic):
        seen = 0

        def grad(self, w):
            Counting.seen += np.atleast_2d(w).shape[0]
            return super().grad(w)
    for w0, alive in (([1.], 0), ([[1.], [1e-300], [0.]], 1)):
        Counting.seen = 0
        run = gradient_descent(Counting([1]), w0, 1e10, 100)
        assert run.diverged.any() and len(run.points) == 101
        assert Counting.seen < 101 * (1 + alive)
    quartic = gradient_descent(SaddleValley(), [[1, 1e80], [1, .5]], .1, 50, stop_grad=1e-12, keep=4)
    assert quartic.diverged.tolist() == [True, False] and np.isnan(quartic.points[:, 0]).all()
    everything_lost = gradient_descent(SaddleValley(), [[1, 1e80]], .1, 50, stop_grad=1e-12)
    assert everything_lost.diverged.all() and len(everything_lost.points) == 51


def test_first_stationary_of_one_run_and_of_a_batch():
    f = Quadratic([1])
    run = gradient_descent(f, [8], .5, 10)
    assert [run.first_stationary(eps) for eps in (9, 8, 7, 1, 1e-9)] == [0, 0, 1, 3, None]
    assert type(run.first_stationary(1)) is int
    batch = gradient_descent(f, [[8], [1], [2**20]], .5, 10)
    assert batch.first_stationary(1).tolist() == [3, 0, np.inf]
    assert gradient_descent(f, [8], .5, 10, keep=2).first_stationary(1) == 4


@pytest.mark.parametrize("changes, message", [
    ({"w0": [1]}, r"w0 has shape \(1,\), expected shape \(\.\.\., 2\)"),
    ({"w0": [1, np.inf]}, "w0 has a non-finite entry"),
    ({"eta": 0}, "eta is 0, expected a finite number and > 0"),
    ({"eta": np.nan}, "eta"),
    ({"steps": -1}, "steps is -1"),
    ({"steps": 1.5}, "steps"),
    ({"keep": 0}, "keep is 0"),
    ({"stop_grad": -1}, "stop_grad"),
    ({"steps": 10**8}, "steps is 100000000 .* 3.2 GB .* at most 1 GB"),
    ({"steps": 10**6, "w0": np.ones((100, 2))}, r"shape \(100, 2\): 3.2 GB"),
])
def test_bad_input(changes, message):
    with pytest.raises(ValueError, match=message):
        gradient_descent(Quadratic([1, 2]), **{"w0": [1, 1], "eta": .1, "steps": 10} | changes)


def test_a_larger_keep_stores_less():
    run = gradient_descent(Quadratic([1, 2]), [1, 1], .5, 10**8, stop_grad=1e-9, keep=10**4)
    assert run.steps[-1] < 100


# Theorem 6.7

@pytest.mark.parametrize("f", SMOOTH, ids=lambda f: type(f).__name__)
@pytest.mark.parametrize("eta_beta", [.1, .5, 1, 1.5, 1.9])
def test_descent_lemma_telescope_and_bound(f, eta_beta):
    eta, eps = eta_beta / f.beta, .05
    run = gradient_descent(f, starts(f, 50), eta, 2000)
    squares, rate = run.grad_norms**2, eta * (1 - eta_beta / 2)
    assert (run.values[1:] <= run.values[:-1] - rate * squares[:-1] + 1e-12).all()
    assert (run.values[-1] <= run.values[0] - rate * squares[:-1].sum(axis=0) + 1e-9).all()
    first, gaps = run.first_stationary(eps), run.values[0] - f.infimum
    bounds = np.array([stationarity_bound(gap, eta, eps, f.beta) for gap in gaps])
    assert (first <= bounds)[np.isfinite(first)].all() and (bounds >= 2000)[np.isinf(first)].all()
    assert np.isfinite(first).any()


@given(st.fractions("1/8", 8, max_denominator=8), st.fractions("1/8", "15/8", max_denominator=8), st.fractions(-4, 4),
       st.fractions("1/50", 2, max_denominator=50))
@settings(max_examples=100, deadline=None)
def test_bound_in_exact_arithmetic(beta, eta_beta, x, eps):
    """f = beta x^2/2 in rationals: T* <= gap/(eta (1 - eta beta/2) eps^2), with < as soon as T* >= 1."""
    eta, gap, first = eta_beta / beta, beta * x**2 / 2, 0
    while abs(beta * x) > eps:
        x, first = x - eta * beta * x, first + 1
    bound = gap / (eta * (1 - eta_beta / 2) * eps**2)
    assert first < bound if first else first <= bound
    least = bound if eta_beta > 1 else 2 * gap / (eta * eps**2)
    assert stationarity_bound(gap, eta, eps, beta) == pytest.approx(float(least), rel=1e-14)


def test_reference_bound_and_first_step():
    """f = (x^2 + 10 y^2)/2 from (1, 1), eta = .1, eps = .01."""
    run = gradient_descent(Quadratic([1, 10]), [1, 1], .1, 100)
    assert run.first_stationary(.01) == 44
    assert stationarity_bound(run.values[0], .1, .01, beta=10) == pytest.approx(1.1e6, rel=1e-14)
    assert stationarity_bound(run.values[0], .1, .01) == pytest.approx(1.1e6, rel=1e-14)


@pytest.mark.parametrize("eta_beta", [1.001, 1.25, 1.5, 1.9, 1.99])
def test_one_over_beta_is_sharp(eta_beta):
    """f = beta x^2/2 with 1 < (beta x0/eps)^2 < eta beta: T* >= 1 > 2 gap/(eta eps^2)."""
    f, eps = Quadratic([2]), .1
    x0 = eps / f.beta * ((1 + eta_beta) / 2) ** .5
    run = gradient_descent(f, [x0], eta_beta / f.beta, 2000)
    printed = stationarity_bound(run.values[0], run.eta, eps)
    assert run.first_stationary(eps) >= 1 > printed
    assert run.first_stationary(eps) <= stationarity_bound(run.values[0], run.eta, eps, f.beta)


def test_the_printed_bound_breaks_at_a_large_step():
    run = gradient_descent(Quadratic([1]), [2], 1.9, 20)
    printed, right = (stationarity_bound(run.values[0], 1.9, 1, beta) for beta in (None, 1))
    assert run.first_stationary(1) == 7 > printed == pytest.approx(2.105, abs=1e-3)
    assert right == pytest.approx(21.05, abs=5e-3)


@pytest.mark.parametrize("teeth", [0, 1, 2, 3, 20])
def test_zig_zag_nearly_attains_the_bound(teeth):
    f = ZigZag(teeth, beta=3, eps=.2)
    run = gradient_descent(f, [0], 1 / f.beta, teeth + 5)
    first = run.first_stationary(f.eps)
    assert first == teeth + 1
    ratio = first / stationarity_bound(run.values[0], 1 / f.beta, f.eps, f.beta)
    assert ratio == pytest.approx(2 * (teeth + 1) / (3 * teeth + 2), rel=1e-8)


@pytest.mark.parametrize("eps", [.03, .1, .777])
def test_no_rounding_lets_gradient_descent_leave_a_long_zig_zag(eps):
    f = ZigZag(2000, beta=1, eps=eps)
    assert gradient_descent(f, [0], 1, 2005).first_stationary(eps) == 2001


def test_two_over_beta_is_the_end():
    f = Quadratic([4])
    orbit = gradient_descent(f, [3], 2 / 4, 9)
    assert orbit.points[:, 0].tolist() == [3, -3] * 5
    assert gradient_descent(f, [3], 2.1 / 4, 10**4).diverged
    for eta in (.5, .6):
        with pytest.raises(ValueError, match="eta is .* expected a finite number and < 0.5"):
            stationarity_bound(1, eta, .1, beta=4)


def test_without_smoothness_no_point_is_nearly_stationary():
    """|x|: every slope is 1, from a start that eta does not divide."""
    run = gradient_descent(Absolute(), [1.05], .1, 1000)
    assert (run.grad_norms == 1).all() and run.first_stationary(.99) is None
    assert abs(run.points[20:]).max() < .1


def test_at_the_minimum_the_bound_is_zero():
    assert stationarity_bound(0, .1, .01) == 0
    assert gradient_descent(Quadratic([1]), [0], .1, 3).first_stationary(.01) == 0


@pytest.mark.parametrize("arguments, message", [
    ((-1, 1, 1), "gap is -1"), ((1, 0, 1), "eta is 0"), ((1, 1, 0), "eps is 0"), ((1, 1, 1, -1), "beta is -1"),
])
def test_bound_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        stationarity_bound(*arguments)


# The landscape approach: what good stationary points do not promise

def test_gradient_descent_may_drift_to_infinity():
    f = DriftToInfinity()
    run = gradient_descent(f, [3], 1 / f.beta, 20000, keep=100)
    x = run.points[:, 0]
    assert (np.diff(x) > 0).all() and x[-1] > 15 and not run.diverged
    assert (np.diff(run.values) < 0).all() and 1 < run.values[-1] < 1.01 and f.minimum == 0


def test_gradient_descent_may_end_at_a_saddle():
    f = SaddleValley()
    run = gradient_descent(f, [[1, 0], [1, 1e-12], [1, -1e-12]], .1, 1000)
    assert (run.points[:, 0, 1] == 0).all()
    kinds = [classify(f, w, grad_tol=1e-9, curvature_tol=1e-9).kind for w in run.points[-1]]
    assert kinds == ["strict saddle", "second-order stationary", "second-order stationary"]
    assert run.points[-1, 1:] == pytest.approx(np.array([[0, 1], [0, -1]]), abs=1e-9)      # the sign of y is kept


def test_escape_time_of_the_saddle_valley_grows_like_a_logarithm():
    eta, heights = .05, 10. ** -np.arange(2, 13, 2)
    run = gradient_descent(SaddleValley(), np.stack([0 * heights, heights], -1), eta, 1500)
    times = (abs(run.points[..., 1]) > .5).argmax(axis=0)
    assert np.diff(times) == pytest.approx(np.full(5, np.log(100) / np.log1p(eta)), abs=1.01)


def test_a_linear_network_is_not_smooth():
    """||nabla^2 Phi|| grows like ||w||^(2(N-1)), so no beta holds everywhere."""
    for depth in (2, 3):
        net = LinearNetwork(SquaredLoss(np.eye(2)), (2,) * (depth - 1))
        w = net.random(0)
        small, large = (np.linalg.norm(net.hess(scale * w), 2) for scale in (1e3, 1e4))
        assert large / small == pytest.approx(10 ** (2 * (depth - 1)), rel=1e-3)


def test_gradient_descent_takes_rational_steps_exactly():
    run = gradient_descent(Quadratic([1]), [Fraction(1, 2)], Fraction(1, 4), 2)
    assert run.points[:, 0].tolist() == [.5, .375, .28125]
