"""SGD at a saddle: per-sample gradients, the noise of batches and the runs, against brute force; and PGD's own count."""
import itertools
import math

import numpy as np
import pytest

from lnnlib.data import iris
from lnnlib.descent import gradient_descent
from lnnlib.explorers import sgd_noise
from lnnlib.explorers.section_6_2_3.sgd_noise_run import KEPT, LEVEL, RUNS, TwoNoises, irises, perturbed, place, sgd
from lnnlib.losses import LinearRegression, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.perturbed import perturbed_gradient_descent, pgd_constants, uniform_in_ball
from lnnlib.sgd import ball_spread, median_exit, noise_covariance, noise_spread, sample_gradients, sgd_steps

MODES = (.5686, .2720)


def network(hidden, n=4, seed=0):
    rng = np.random.default_rng(seed)
    net = LinearNetwork(LinearRegression(rng.normal(size=(2, n)), rng.normal(size=(3, n))), hidden)
    return net, net.random(rng)


def run(steps, last):
    return next(itertools.islice(steps, last, None))


# ---- the gradients of samples, and the noise of a batch

@pytest.mark.parametrize("hidden", [(), (1,), (4,), (2, 3), (2, 1, 2)])
def test_a_samples_gradient_is_that_of_its_own_loss_by_complex_step(hidden):
    net, w = network(hidden)
    found, h = sample_gradients(net, w), 1e-30
    for i, grad in enumerate(found):
        x, y = net.loss.X[:, i], net.loss.Y[:, i]

        def loss(w, x=x, y=y):
            for W_n in net.split(w):
                x = W_n @ x
            return ((x - y)**2).sum() / 2

        assert grad == pytest.approx([loss(w + 1j * h * e).imag / h for e in np.eye(net.dim)], rel=1e-12, abs=1e-14)
    assert found.mean(axis=0) == pytest.approx(net.grad(w), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_the_noise_of_a_batch_has_the_covariance_C_over_B_counted_over_all_batches(batch):
    net, w = network((2,))
    grads = sample_gradients(net, w)
    means = np.array([grads[list(one)].mean(axis=0) for one in itertools.product(range(4), repeat=batch)])
    off = means - net.grad(w)
    assert means.mean(axis=0) == pytest.approx(net.grad(w), abs=1e-13)
    assert off.T @ off / len(off) == pytest.approx(noise_covariance(net, w) / batch, abs=1e-12)


def test_a_step_of_sgd_is_one_of_all_batches_and_each_comes_as_often():
    net, w = network((2,))
    grads = sample_gradients(net, w)
    ends = np.array([w - .1 * (grads[i] + grads[j]) / 2 for i, j in itertools.product(range(4), repeat=2)])
    moved = run(sgd_steps(net, np.tile(w, (8000, 1)), .1, 2, rng=0), 1)
    distances = np.abs(moved[:, None] - ends).max(axis=2)
    assert distances.min(axis=1).max() < 1e-13
    (kinds, which), often = np.unique(ends.round(9), axis=0, return_inverse=True), np.zeros(16)
    np.add.at(often, which.ravel()[distances.argmin(axis=1)], 1)
    expected = 500 * np.bincount(which.ravel())              # (i, j) and (j, i) are one point
    assert len(kinds) == 10 and np.abs(often[:10] - expected).max() < 5 * math.sqrt(1000)


@pytest.mark.parametrize("hidden", [(), (2,), (2, 3)])
def test_all_samples_at_once_are_gradient_descent(hidden):
    net, w = network(hidden)
    path = gradient_descent(net, w, .01, 30).points
    assert np.array(list(itertools.islice(sgd_steps(net, w, .01, None, 0), 31))) == pytest.approx(path, abs=1e-13)


def test_runs_repeat_by_seed_and_leave_the_start_as_it_is():
    net, w = network((2,))
    kept = w.copy()
    ends = [run(sgd_steps(net, w, .01, 2, seed), 20) for seed in (3, 3, 4)]
    assert (ends[0] == ends[1]).all() and (ends[0] != ends[2]).any() and (w == kept).all()


# ---- the linear model

@pytest.mark.parametrize("alpha, variance, eta, batch", [(.2965, .0456, .1, 10), (2, 3, .7, 1), (.01, .5, .3, 150)])
def test_the_spread_is_the_recursion_of_the_second_moment(alpha, variance, eta, batch):
    moment, A = 0, noise_spread(alpha, variance, eta, batch)
    for t in range(40):
        assert moment == pytest.approx(A**2 * ((1 + eta * alpha)**(2 * t) - 1), rel=1e-9, abs=1e-15)
        moment = (1 + eta * alpha)**2 * moment + eta**2 * variance / batch


def test_half_of_a_normal_start_has_passed_the_level_at_the_median_exit():
    Z = np.abs(np.random.default_rng(0).normal(0, .01, 100_000))
    t = median_exit(.01, .5, .1, .1)
    assert (Z * 1.05**t > .1).mean() == pytest.approx(.5, abs=.01)
    assert median_exit(0, .5, .1, .1) is None and median_exit(1, .5, .1, .1) == 0


@pytest.mark.parametrize("dim", [2, 7, 14])
def test_the_spread_of_the_ball_is_that_of_its_points(dim):
    rng = np.random.default_rng(0)
    xi = np.array([uniform_in_ball(rng, dim, .3) for _ in range(20_000)])
    assert xi.std(axis=0) == pytest.approx([ball_spread(.3, dim)] * dim, rel=.03)


@pytest.mark.parametrize("call, said", [
    (lambda: sample_gradients(LinearNetwork(SquaredLoss(np.eye(2)), (2,)), np.zeros(8)), "a LinearRegression as its loss"),
    (lambda: sample_gradients(network((2,))[0], np.zeros(3)), "w has shape"),
    (lambda: next(sgd_steps(*network((2,)), 0, 1, 0)), "eta is 0"),
    (lambda: next(sgd_steps(*network((2,)), .1, 0, 0)), "batch is 0"),
    (lambda: noise_spread(0, 1, .1, 1), "alpha is 0"), (lambda: noise_spread(1, -1, .1, 1), "variance is -1"),
    (lambda: ball_spread(0, 2), "r is 0"), (lambda: median_exit(-1, 1, 1, 1), "spread is -1"),
])
def test_a_bad_argument_is_a_value_error_that_names_it(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ---- the places on the irises

def test_the_irises_are_whitened_and_their_modes_known():
    loss, (_, species) = irises(), iris()
    assert loss.X @ loss.X.T / 150 == pytest.approx(np.eye(4), abs=1e-12)
    assert (loss.Y.argmax(axis=0) == species).all() and loss.Y.sum(axis=0) == pytest.approx(0, abs=1e-15)
    assert np.linalg.svd(loss.grad(np.zeros((3, 4))))[1] == pytest.approx([*MODES, 0], abs=1e-4)


NEGATIVE = {"live": ([.2965], [.0456]), "live and dead": ([.2965, .5686], [.0456, 0]),
            "dead": ([.2720], [0]), "origin": ([.5686, .2720], [0, 0])}


@pytest.mark.parametrize("name", KEPT)
def test_a_place_is_stationary_and_its_negative_directions_are_all_there_are(name):
    here, (alphas, variances) = place(name), NEGATIVE[name]
    values, vectors = np.linalg.eigh(here.net.hess(here.point))
    assert np.abs(here.net.grad(here.point)).max() < 1e-14
    assert here.alphas == pytest.approx(alphas, abs=1e-4) and here.variances == pytest.approx(variances, abs=1e-4)
    assert sorted(-here.alphas) == pytest.approx(values[values < -1e-9], abs=1e-12)
    for alpha, direction in zip(here.alphas, here.directions, strict=True):
        assert here.net.hess(here.point) @ direction == pytest.approx(-alpha * direction, abs=1e-12)
        own = vectors[:, np.abs(values + alpha).argmin()]
        assert abs(own @ direction) == pytest.approx(1, abs=1e-9)
        assert here.distances(here.point + .3 * direction) == pytest.approx(.3)
        grads = sample_gradients(here.net, here.point)
        assert here.variances[list(here.alphas).index(alpha)] == pytest.approx((grads @ direction).var(), abs=1e-12)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_at_the_origin_every_samples_gradient_is_0_and_sgd_stays(depth):
    net = LinearNetwork(irises(), hidden=(2,) * (depth - 1))
    assert not sample_gradients(net, net.zeros()).any()
    assert not run(sgd_steps(net, net.zeros(), .1, 1, 0), 50).any()


@pytest.mark.parametrize("batch", [1, 10, None])
@pytest.mark.parametrize("depth", [2, 3])
def test_a_dead_unit_stays_dead_whatever_the_batch(depth, batch):
    net = LinearNetwork(irises(), hidden=(3,) * (depth - 1))
    w = net.random(1, .3)
    W = net.split(w)
    W[0][1], W[1][:, 1] = 0, 0
    for grad in sample_gradients(net, w):
        assert not net.split(grad)[0][1].any() and not net.split(grad)[1][:, 1].any()
    W = net.split(run(sgd_steps(net, np.tile(w, (5, 1)), .05, batch, 0), 200))
    assert not W[0][:, 1].any() and not W[1][..., 1].any() and W[0][:, 0].all()


@pytest.mark.parametrize("direction", [2, 3])
def test_a_spare_unit_with_a_live_input_brings_the_noise_back(direction):
    """The product is that of the place "dead"; the input z e of the spare unit is orthogonal to v_1 and v_2."""
    here, z = place("dead"), .3
    W_1, W_2 = (W.copy() for W in here.net.split(here.point))
    _, _, Vt = np.linalg.svd(-here.net.loss.grad(np.zeros((3, 4))))
    W_1[1] = z * Vt[direction]
    w = here.net.join([W_1, W_2])
    values, vectors = np.linalg.eigh(here.net.hess(w))
    assert here.net.product(w) == pytest.approx(here.net.product(here.point)) and np.abs(here.net.grad(w)).max() < 1e-14
    assert values[0] == pytest.approx((z**2 - math.sqrt(z**4 + 4 * .272046**2)) / 2, abs=1e-5) == pytest.approx(-.2307, abs=1e-4)
    assert vectors[:, 0] @ noise_covariance(here.net, w) @ vectors[:, 0] > .01


# ---- the runs of the explorer

def plain_runs(name, step, eta, starts):
    """The first steps at which runs have left, one run after the other: step(net, w, rng) is a gradient."""
    here, first = place(name), []
    for seed, w in enumerate(starts):
        rng = np.random.default_rng(seed)
        first.append(0)
        while np.linalg.norm(here.directions @ (w - here.point)) <= LEVEL:
            w = w - eta * step(here.net, w, rng)
            first[-1] += 1
    return np.array(first)


def test_the_median_of_sgd_is_that_of_a_loop_over_samples_and_of_the_formula():
    def of_a_batch(net, w, rng):
        (W_1, W_2), chosen = net.split(w), rng.integers(150, size=10)
        X, Y = net.loss.X[:, chosen], net.loss.Y[:, chosen]
        E = (W_2 @ W_1 @ X - Y) / 10
        return net.join([W_2.T @ E @ X.T, E @ (W_1 @ X).T])

    looped = plain_runs("live", of_a_batch, .1, np.tile(place("live").point, (100, 1)))
    forecast = TwoNoises(10, .1, "live", .001).forecast
    assert forecast == pytest.approx(57.6, abs=.1)
    assert np.median(looped) == pytest.approx(forecast, abs=12) and sgd("live", 10, .1).median == pytest.approx(forecast, abs=9)


def test_the_runs_of_pgds_noise_are_gradient_descent_one_by_one():
    here, rng = place("live and dead"), np.random.default_rng(0)
    starts = [here.point + uniform_in_ball(rng, 14, .01) for _ in range(RUNS)]
    looped = np.sort(plain_runs("live and dead", lambda net, w, rng: net.grad(w), .2, starts))
    found = perturbed("live and dead", .2, .01)
    counted = found.first < math.inf
    assert counted.sum() >= .95 * RUNS and found.median == looped[RUNS // 2 - 1]
    assert (found.first[counted] == looped[:counted.sum()]).all()


@pytest.mark.parametrize("name, batch, sgd_by, ball_by", [
    ("live", 10, 57.6, 209), ("live", 100, 97.0, 209), ("live and dead", 10, 57.6, 115), ("dead", 10, None, 238),
])
def test_the_formulas_are_near_what_is_counted(name, batch, sgd_by, ball_by):
    both = TwoNoises(batch, .1, name, .001)
    assert both.forecast == (sgd_by and pytest.approx(sgd_by, abs=.1)) and both.ball_forecast == pytest.approx(ball_by, abs=.6)
    assert both.perturbed.median == pytest.approx(ball_by, abs=8)
    assert both.sgd.median == (sgd_by and pytest.approx(sgd_by, abs=9))
    assert both.silent == (sgd_by is None)


def test_sgd_on_phi_has_the_second_moment_of_the_linear_model():
    here = place("live")
    w = run(sgd_steps(here.net, np.tile(here.point, (3000, 1)), .1, 10, 0), 20)
    theta = (w - here.point) @ here.directions[0]
    A = noise_spread(here.alphas[0], here.variances[0], .1, 10)
    assert A == pytest.approx(.0275, abs=1e-4) and A**2 * ((1 + .1 * here.alphas[0])**40 - 1) == pytest.approx(1.681e-3, abs=1e-6)
    assert (theta**2).mean() == pytest.approx(1.681e-3, rel=5 * math.sqrt(2 / 3000))


def test_at_depth_3_the_same_formula_holds():
    loss = irises()
    net = LinearNetwork(loss, hidden=(1, 1))
    U, s, Vt = np.linalg.svd(-loss.grad(np.zeros((3, 4))))
    root = s[1]**(1 / 3)
    w = net.join([root * Vt[1:2], [[root]], root * U[:, 1:2]])
    values, vectors = np.linalg.eigh(net.hess(w))
    v = vectors[:, 0]
    variance = v @ noise_covariance(net, w) @ v
    assert np.abs(net.grad(w)).max() < 1e-14 and values[0] == pytest.approx(-root * (s[0] - s[1]))
    assert values[0] == pytest.approx(-.1921, abs=1e-4) and variance == pytest.approx(.0295, abs=1e-4)
    A = noise_spread(-values[0], variance, .1, 10)
    assert A == pytest.approx(.0276, abs=1e-4) and median_exit(A, -values[0], .1, .1) == pytest.approx(88.3, abs=.1)
    steps = np.array(list(itertools.islice(sgd_steps(net, np.tile(w, (200, 1)), .1, 10, 0), 400)))
    first = (np.abs((steps - w) @ v) > .1).argmax(axis=0)
    assert np.median(first) == pytest.approx(90, abs=12)


def test_what_is_drawn_is_what_was_counted():
    figure = sgd_noise()
    found = figure.run().sgd
    assert found.quantiles[0].tolist() == [0, 0, 0] and (np.diff(found.quantiles, axis=1) >= 0).all()
    assert (found.first <= found.last).mean() >= .95 > (found.first < found.last).mean()
    assert f"half of the runs out by step {found.median} (formula 58)" in figure.readout
    assert (found.first <= found.median).sum() >= RUNS / 2 > (found.first < found.median).sum()


def test_without_noise_no_run_of_sgd_has_moved_at_the_end():
    for name, shown in (("dead", 400), ("origin", 400)):
        for batch in (1, 150):
            found = sgd(name, batch, .1)
            assert found.last == shown and not found.quantiles.any() and found.median is None
    assert "all 200 runs of SGD stay at distance 0" in sgd_noise(place="origin").readout


def test_a_pinned_run_stays_through_every_change():
    figure = sgd_noise()
    figure.pin()
    figure.set(place="origin", batch=1, eta=.3)
    assert figure.pinned.place == "live" and figure.frame().ops


# ---- how long PGD itself takes

class Ripple:
    """f = ||x||^2/2 + 1 + cos y at w = (x, y) in R^d: beta = rho = 1 exactly, a saddle at 0, f(0) - f* = 2."""

    def __init__(self, dim):
        self.dim = dim

    def __call__(self, w):
        return w[:-1] @ w[:-1] / 2 + 1 + math.cos(w[-1])

    def grad(self, w):
        return np.append(w[:-1], -math.sin(w[-1]))


@pytest.mark.parametrize("dim, eps, chi, t_thresh", [
    (10, .1, 31.79, 403), (1000, .1, 45.61, 577), (10, .01, None, None), (10, .001, 59.42, 7517)])
def test_pgd_from_a_saddle_takes_two_rounds_of_its_own_patience(dim, eps, chi, t_thresh):
    k = pgd_constants(dim, beta=1, rho=1, eps=eps, c=.5, delta=.1, gap=2)
    assert chi is None or (k.chi == pytest.approx(chi, abs=.01) and k.t_thresh == t_thresh)
    for seed in range(3 if eps > .001 else 1):
        found = perturbed_gradient_descent(Ripple(dim), np.zeros(dim), k, seed, 4 * k.t_thresh)
        assert found.returned and found.steps == 2 * k.t_thresh + 1 and found.perturbations == (0, k.t_thresh + 1)
        assert Ripple(dim)(found.point) == pytest.approx(0, abs=1e-9)                  # a minimum, y = pi or -pi
        first = int((found.values < 2 - k.f_thresh).argmax())
        assert 0 < first < k.t_thresh / 10
        assert found.steps <= max(7 / (6 * .5**3), 2 / .5**2) * 2 * k.chi**4 / eps**2 + k.t_thresh
