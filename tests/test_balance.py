"""Imbalance, and what it bounds: theorem (bounded descent) of 6.2.5, step by step, against exact rationals and brute force."""
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.balance import (
    bounded_descent,
    hessian_bound,
    imbalance,
    imbalance_increments,
    on_range_of_data,
    weight_bounds,
)
from lnnlib.data import iris
from lnnlib.descent import gradient_descent
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from lnnlib.networks import LinearNetwork

M = np.diag([2.0, 1.0])


def norm(A):
    return np.linalg.norm(A, 2)


def random_net(seed, bottlenecks=True):
    rng = np.random.default_rng(seed)
    widths = rng.integers(1 if bottlenecks else 2, 5, rng.integers(3, 6))
    if seed % 2:
        loss = SquaredLoss(rng.normal(size=(widths[-1], widths[0])))
    else:
        loss = LinearRegression(rng.normal(size=(widths[0], 6)), rng.normal(size=(widths[-1], 6)))
    net = LinearNetwork(loss, widths[1:-1])
    return net, net.random(rng, rng.uniform(.2, 1.2)), rng


def largest_layer(net, points):
    return max(np.linalg.norm(W, 2, axis=(-2, -1)).max() for W in net.split(points))


def total(imbalances):
    return sum(norm(B) for B in imbalances)


# The imbalance and its exact increments

def exact_product(*matrices):
    product = matrices[0]
    for A in matrices[1:]:
        product = product.dot(A)
    return product


def rational(A):
    return np.array([[Fraction(x) for x in row] for row in A], dtype=object)


@pytest.mark.parametrize("seed", range(5))
def test_a_step_of_any_size_changes_the_imbalance_by_eta_squared_times_the_increments_in_exact_rationals(seed):
    rng = np.random.default_rng(seed)
    W = [rational(rng.integers(-3, 4, shape)) for shape in [(2, 3), (4, 2), (3, 4)]]
    target, eta = rational(rng.integers(-3, 4, (3, 3))), Fraction(int(rng.integers(1, 99)), 10)
    P = exact_product(W[2], W[1], W[0]) - target
    G = [exact_product(W[1].T, W[2].T, P), exact_product(W[2].T, P, W[0].T), exact_product(P, W[0].T, W[1].T)]

    def balance(V):
        return [V[j + 1].T.dot(V[j + 1]) - V[j].dot(V[j].T) for j in range(2)]

    moved = balance([A - eta * B for A, B in zip(W, G, strict=True)])
    net = LinearNetwork(SquaredLoss(target.astype(float)), hidden=(2, 4))
    w = net.join([A.astype(float) for A in W])
    for exact, start, B, added in zip(moved, balance(W), imbalance(net, w), imbalance_increments(net, w), strict=True):
        np.testing.assert_allclose(B, start.astype(float), rtol=1e-13)
        np.testing.assert_allclose(float(eta)**2 * added, (exact - start).astype(float), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("loss", [SquaredLoss(np.ones((3, 2))), LogisticLoss([[1, 2], [0, 1]], [1, -1]),
                                  SoftmaxLoss([[1, 2, 0], [0, 1, 3]], [0, 1, 2])], ids=repr)
def test_the_terms_of_order_eta_cancel_for_every_loss(loss):
    net = LinearNetwork(loss, hidden=(3, 2))
    w = net.random(0)
    moved = [imbalance(net, w - 1e-30j * net.grad(w))[j].imag / 1e-30 for j in range(2)]      # d/d eta at 0, by a complex step
    assert all(np.abs(rate).max() < 1e-12 for rate in moved)


def test_balanced_weights_have_imbalance_zero_and_layers_as_large_as_a_root_of_the_product():
    net = LinearNetwork(SquaredLoss(np.zeros((2, 3))), hidden=(4, 2))
    w = net.balanced([[3, 1, 0], [0, 2, 1]])
    assert total(imbalance(net, w)) < 1e-14
    np.testing.assert_allclose([norm(W) for W in net.split(w)], norm(net.product(w)) ** (1 / 3))


# Weights from the product

@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_no_layer_is_larger_than_the_product_and_the_imbalance_allow(depth):
    rng, closest = np.random.default_rng(depth), 0
    for _ in range(400):
        widths = rng.integers(1, 4, depth + 1)
        net = LinearNetwork(SquaredLoss(np.zeros((widths[-1], widths[0]))), widths[1:-1])
        w = net.join([rng.lognormal(0, 1.5) * rng.normal(size=shape) for shape in zip(widths[1:], widths, strict=False)])
        layers = np.array([norm(W) for W in net.split(w)])
        bounds = weight_bounds(norm(net.product(w)), imbalance(net, w))
        assert (layers <= bounds * (1 + 1e-9)).all()
        closest = max(closest, (layers / bounds).max())
    assert closest > .999                                   # attained: nothing smaller is true


def test_the_weight_bounds_are_those_of_the_statement():
    B = [np.diag([2.0, -1.0]), np.diag([-3.0, 5.0, 0.0])]           # m = 1, 3 and q = 2, 5
    np.testing.assert_allclose(weight_bounds(8.0, B)**2, [4 + min(4, 7 + 4), 4 + min(4 + 2, 7 + 3), 4 + min(4 + 7, 7)])


def test_the_bounds_at_depth_2_are_attained_by_numbers_of_any_size():
    net = LinearNetwork(SquaredLoss([[0]]), hidden=(1,))
    for w in ([3, .2], [.2, 3], [1e-5, 1e5], [0, 2], [1, 1]):
        np.testing.assert_allclose(weight_bounds(abs(w[0] * w[1]), imbalance(net, w)), w, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("B, p, sentence", [([], 1, "B is empty"), ([[[np.nan]]], 1, "non-finite"), ([[[1]]], -1, "p is -1"),
                                            ([[1, 2]], 1, "B\\[0\\] has shape")])
def test_weight_bounds_say_what_is_wrong_with_their_arguments(B, p, sentence):
    with pytest.raises(ValueError, match=sentence):
        weight_bounds(p, B)


# The Hessian

def test_no_hessian_is_larger_than_its_bound_and_some_come_close():
    closest = 0
    for seed in range(300):
        net, w, _ = random_net(seed)
        R = max(norm(W) for W in net.split(w))
        bound = hessian_bound(net.depth, R, norm(net.loss.grad(net.product(w))), net.loss.beta)
        largest = norm(net.hess(w))
        assert largest <= bound * (1 + 1e-9)
        closest = max(closest, largest / bound)
    assert closest > .8


def test_the_hessian_bound_is_attained_by_a_chain_of_equal_weights():
    for depth, target in ((2, 5), (3, 5), (4, 5), (3, 0)):
        net = LinearNetwork(SquaredLoss([[target]]), hidden=(1,) * (depth - 1))
        w, slope = np.full(depth, 1.5), 1.5**depth - target
        H = net.hess(w)
        if slope > 0:                                       # both terms have their largest eigenvector in (1, .., 1)
            assert norm(H) == pytest.approx(hessian_bound(depth, 1.5, slope, 1))
        assert norm(H) <= hessian_bound(depth, 1.5, abs(slope), 1) * (1 + 1e-12)


# What a loss has to bring

@pytest.mark.parametrize("loss", [SquaredLoss([[1, -2], [0, 3]]),
                                  LinearRegression([[1, 2, 0], [0, 1, 3]], [[1, 0, 1], [2, 1, 0]])], ids=repr)
def test_beta_is_the_largest_curvature_of_the_loss(loss):
    E = np.eye(4).reshape(4, 2, 2)
    hessian = np.array([loss.hvp(np.zeros((2, 2)), D).ravel() for D in E])
    assert loss.beta == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_no_matrix_of_a_sublevel_set_is_larger_than_its_radius_and_one_is_as_large(seed):
    net, w, rng = random_net(seed)
    loss, radius, largest = net.loss, net.loss.sublevel_radius(net(w)), 0
    for _ in range(2000):                                   # out from the minimizer along a ray, to the edge of the sublevel set
        D = rng.normal(size=loss.shape)
        centre = loss.target if isinstance(loss, SquaredLoss) else np.linalg.lstsq(loss.X.T, loss.Y.T, rcond=None)[0].T
        reach = np.sqrt(2 * (net(w) - loss.minimum) / (loss.hvp(centre, D) * D).sum())
        assert loss(centre + reach * D) == pytest.approx(net(w))
        largest = max(largest, norm(centre + reach * D))
    assert .3 * radius < largest <= radius * (1 + 1e-9)


def test_the_radius_of_the_squared_loss_is_attained():
    loss = SquaredLoss(M)
    assert loss(np.diag([5.0, 1])) == 4.5 and loss.sublevel_radius(4.5) == pytest.approx(norm(np.diag([5.0, 1])))


# The theorem

# (hidden, seed, scale, target): Phi_0, p, imbalance, eta*, R, beta, largest layer, drift, its bound, T*, its bound
REFERENCE = [
    ((2,), 0, .5, M, (2.4560, 4.2163, .6163, .08513, 2.1829, 11.75, 1.4178, .0453, .4182, 36, 577006)),
    ((2, 2), 0, .5, M, (2.7909, 4.3626, 1.0380, .01166, 2.2375, 85.76, 1.3769, .0129, .1302, 774, 4.79e6)),
    ((3, 2), 1, .7, M, (2.5464, 4.2567, 1.1807, .01090, 2.2825, 91.73, 1.4513, .0094, .1110, 539, 4.67e6)),
    ((1,), None, None, [[1]], (.0800, 1.4000, 8.9600, .05329, 3.0302, 18.76, 3.0107, .0056, .0085, 8, 30022)),
]


@pytest.mark.parametrize("hidden, seed, scale, target, values", REFERENCE)
def test_the_values_of_the_reference_table(hidden, seed, scale, target, values):
    net = LinearNetwork(SquaredLoss(target), hidden)
    w0 = np.array([3, .2]) if seed is None else net.random(seed, scale)
    region = bounded_descent(net, w0)
    run = gradient_descent(net, w0, region.eta, 2000, stop_grad=.01)
    drift = max(total(b - a for a, b in zip(imbalance(net, w0), imbalance(net, w), strict=True)) for w in run.points)
    found = (net(w0), region.p, region.imbalance, region.eta, region.radius(region.eta), region.beta(region.eta),
             largest_layer(net, run.points), drift, region.drift(region.eta), run.first_stationary(.01), region.steps(.01))
    np.testing.assert_allclose(found, values, rtol=3e-3, atol=5e-5)


@pytest.mark.parametrize("seed", range(60))
def test_every_claim_of_the_theorem_holds_along_the_run(seed):
    net, w0, _ = random_net(seed)
    region = bounded_descent(net, w0)
    eta = .999 * region.eta
    assert region.eta * region.beta(region.eta) == pytest.approx(1) and eta * region.beta(eta) < 1
    run = gradient_descent(net, w0, eta, 200)
    assert (run.values[1:] <= run.values[:-1] - eta / 2 * run.grad_norms[:-1]**2 + 1e-13).all()
    assert largest_layer(net, run.points) <= region.radius(eta)
    for w in run.points[::10]:
        assert norm(net.product(w)) <= region.p and norm(net.loss.grad(net.product(w))) <= region.slope * (1 + 1e-9)
        assert norm(net.hess(w)) <= region.beta(eta)
        drift = total(b - a for a, b in zip(imbalance(net, w0), imbalance(net, w), strict=True))
        assert drift <= 2 * (1 if net.depth == 2 else 2) * eta * (run.values[0] - net.loss.minimum) * (1 + 1e-9)


def test_irises_have_a_step_size_and_meet_a_small_gradient_within_the_bound():
    X, species = iris()
    X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    Y = np.eye(3)[species].T
    net = LinearNetwork(LinearRegression(X, Y - Y.mean(axis=1, keepdims=True)), hidden=(3,))
    w0 = net.random(0, .3)
    region = bounded_descent(net, w0)
    run = gradient_descent(net, w0, region.eta, 2000, stop_grad=.01)
    assert (round(region.p, 3), round(region.eta, 4)) == (3.993, .0383)
    assert (run.first_stationary(.01), round(region.steps(.01))) == (861, 58556)


def test_where_the_rank_of_the_data_is_too_small_gradient_descent_is_the_same_run_on_their_range():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(5, 2)) @ rng.normal(size=(2, 8))
    net = LinearNetwork(LinearRegression(X, rng.normal(size=(3, 8))), hidden=(4, 2))
    w0 = net.random(rng, .6)
    with pytest.raises(ValueError, match="on_range_of_data"):
        bounded_descent(net, w0)
    on_Q, w_Q = on_range_of_data(net, w0)
    assert on_Q.dims == (2, 4, 2, 3) and on_Q(w_Q) == pytest.approx(net(w0))
    eta = bounded_descent(on_Q, w_Q).eta
    run, run_Q = gradient_descent(net, w0, eta, 300), gradient_descent(on_Q, w_Q, eta, 300)
    np.testing.assert_allclose(run.values, run_Q.values, rtol=1e-10)
    projection = X @ np.linalg.pinv(X)
    unseen = net.split(run.points)[0] @ (np.eye(5) - projection)
    assert np.abs(unseen - unseen[0]).max() < 1e-12 and np.abs(unseen).max() > .1


# Where the theorem ends

def test_the_step_size_has_to_depend_on_the_imbalance():
    net = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
    for c in (1, 100, 10**4):                               # Phi = 0 all along, so the sublevel set is unbounded
        w = np.array([c, 1 / c])
        assert net(w) == pytest.approx(0, abs=1e-25) and norm(net.hess(w)) == pytest.approx(c**2 + c**-2)
        assert bounded_descent(net, w).eta * norm(net.hess(w)) <= 1 + 1e-9


def test_a_step_size_beyond_it_may_make_phi_grow():
    net = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
    values = gradient_descent(net, [3, .2], eta=.25, steps=3).values
    assert bounded_descent(net, [3, .2]).eta < .25 and (np.diff(values) > 0).all()
    np.testing.assert_allclose(values, [.08, .13, .2179, .3149], atol=5e-5)


def test_losses_without_bounded_sublevel_sets_are_refused_and_their_products_grow():
    net = LinearNetwork(LogisticLoss([[1.0]], [1]), hidden=(1,))
    with pytest.raises(ValueError, match="bounded sublevel sets"):
        bounded_descent(net, [.5, .5])
    run = gradient_descent(net, [.5, .5], eta=.1, steps=10_000, keep=100)
    assert total(imbalance(net, run.points[-1])) == 0        # balanced for ever, and yet
    np.testing.assert_allclose(np.prod(run.points[[1, 100]], axis=-1), [3.784, 9.749], atol=.2)


@pytest.mark.parametrize("make, sentence", [
    (lambda: bounded_descent(LinearNetwork(SquaredLoss(M), ()), np.zeros(4)), "depth >= 2"),
    (lambda: bounded_descent(SquaredLoss(M), np.zeros(4)), "a LinearNetwork"),
    (lambda: bounded_descent(LinearNetwork(SquaredLoss(M), (2,)), np.zeros(4)), "w0 has shape"),
    (lambda: bounded_descent(LinearNetwork(SoftmaxLoss([[1]], [0]), (1,)), np.zeros(2)), "bounded sublevel sets"),
    (lambda: bounded_descent(LinearNetwork(SquaredLoss(M), (2,)), np.zeros(8)).steps(.1, eta=1), "eta is 1"),
    (lambda: bounded_descent(LinearNetwork(SquaredLoss(M), (2,)), np.zeros(8)).steps(0), "eps is 0"),
    (lambda: on_range_of_data(LinearNetwork(SquaredLoss(M), (2,)), np.zeros(8)), "LinearRegression"),
    (lambda: on_range_of_data(LinearNetwork(LinearRegression([[0]], [[1]]), (2,)), np.zeros(4)), "all data 0"),
])
def test_what_cannot_be_said_is_refused_with_the_missing_hypothesis(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_start_at_the_minimum_needs_no_steps():
    net = LinearNetwork(SquaredLoss(M), hidden=(2,))
    region = bounded_descent(net, net.balanced(M))
    assert region.steps(.1) == pytest.approx(0, abs=1e-9) and region.eta == pytest.approx(1 / 4, rel=1e-4)
    nothing_moves = bounded_descent(LinearNetwork(SquaredLoss([[0]]), hidden=(1,)), [0, 0])
    assert nothing_moves.eta == np.inf and nothing_moves.radius(np.inf) == nothing_moves.drift(np.inf) == 0
