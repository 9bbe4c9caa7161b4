"""Formulas with every constant other than 1: a lost factor or divisor, g for 1/g or 2 for t, changes them."""
from itertools import product

import numpy as np
import pytest

from lnnlib.balance import bounded_descent, weight_bounds
from lnnlib.landscapes import DriftToInfinity, Octopus, Shelf, Softplus, Trough
from lnnlib.losses import LinearRegression, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import flat_saddle_certificate
from tests.oracles import complex_step


def stages(f):
    """One point in each piece of the octopus, on its domain: i coordinates passed, the i-th below t or beyond, the rest below t."""
    for i, here in product(range(f.dim), (.3, .9, 1.2, 1.8)):
        passed, waiting = 2.7 + .4 * np.arange(i), .2 + .1 * np.arange(f.dim - i - 1)
        yield f.t * np.array([*passed, here, *waiting]) * (-1) ** np.arange(f.dim)


@pytest.mark.parametrize("L, g, t", [(2, .5, .25), (.5, 3, .1), (3, 2, 4)])
@pytest.mark.parametrize("d", [1, 3])
def test_octopus_derivatives_at_any_scale(d, L, g, t):
    f = Octopus(d, L, g, t)
    for w in stages(f):
        assert f.grad(w) == pytest.approx(complex_step(f, w), rel=1e-10, abs=1e-10)
        assert f.hess(w) == pytest.approx(complex_step(f.grad, w), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("L, g, t", [(2, .5, .25), (3, 2, 4)])
def test_octopus_slopes_at_any_scale(L, g, t):
    """f = -g x_1^2 + L x_2^2 near the first saddle, and L (x - 4t)^2 - nu in a coordinate that has passed."""
    f, x, y = Octopus(2, L, g, t), .5 * t, .25 * t
    for sign in (1, -1):
        assert f([sign * x, y]) == pytest.approx(-g * x**2 + L * y**2)
        assert f.grad([sign * x, y]) == pytest.approx([-2 * g * sign * x, 2 * L * y])
        assert f.hess([sign * x, y]) == pytest.approx(np.diag([-2 * g, 2 * L]))
        assert f([sign * 3 * t, y]) == pytest.approx(L * t**2 - f.nu - g * y**2)
    assert f.minimum == pytest.approx(-2 * (37 * L + 13 * g) * t**2 / 6) == f([4 * t, -4 * t])


@pytest.mark.parametrize("curve", [Shelf(), Softplus(), DriftToInfinity()], ids=lambda curve: type(curve).__name__)
def test_a_trough_is_its_curve_plus_half_a_square(curve):
    f, w = Trough(curve), np.random.default_rng(0).normal(size=(4, 5, 2))
    assert f(w) == pytest.approx(curve(w[..., :1]) + w[..., 1] ** 2 / 2, rel=1e-14)
    for one in w.reshape(-1, 2):
        assert f.grad(one) == pytest.approx(complex_step(f, one), rel=1e-10)
        assert f.hess(one) == pytest.approx(complex_step(f.grad, one), rel=1e-10, abs=1e-12)
    assert f.hess(w).shape == (4, 5, 2, 2) and f.hvp(w, [1, 2]).shape == (4, 5, 2)
    assert f.minimum == curve.minimum and f.infimum == curve.infimum and f.rho == curve.rho


def test_the_beta_of_a_trough_is_the_larger_of_its_two_curvatures():
    assert Trough(Softplus()).beta == 1 and Trough(DriftToInfinity()).beta == DriftToInfinity().beta > 2
    assert Trough(Shelf()).beta is None


def test_a_small_imbalance_bounds_the_weights_as_a_large_one_does():
    """p^{2/N} + min{sum m + q before, sum q + m from there on}, N = 3, with m = 1/4, 1/8 and q = 1/2, 1/16."""
    B = [np.diag([1 / 2, -1 / 4]), np.diag([-1 / 8, 1 / 16])]
    expected = [1 / 4 + 3 / 8, 1 / 4 + min(3 / 8 + 1 / 2, 9 / 16 + 1 / 8), 1 / 4 + min(3 / 8 + 9 / 16, 9 / 16)]
    assert weight_bounds(1 / 8, B) ** 2 == pytest.approx(np.array(expected), rel=1e-14)
    assert weight_bounds(1 / 8, [0 * A for A in B]) == pytest.approx(np.full(3, 1 / 2), rel=1e-14)


def test_half_the_step_size_takes_twice_the_steps():
    region = bounded_descent(LinearNetwork(SquaredLoss([[1]]), (1,)), [3, .2])
    assert region.steps(.1, eta=region.eta / 2) == pytest.approx(2 * region.steps(.1))
    assert region.steps(.05) == pytest.approx(4 * region.steps(.1))


def test_a_loss_that_does_not_know_its_sublevel_sets_is_refused():
    class Plain:
        shape, minimum, beta = (1, 1), 0., 1.

        def __call__(self, W):
            return W[..., 0, 0] ** 2 / 2

    with pytest.raises(ValueError, match="bounded sublevel sets"):
        bounded_descent(LinearNetwork(Plain(), (1,)), [1, 1])


@pytest.mark.parametrize("X, Y", [([[2.]], [[1.]]), ([[.5]], [[-3.]]), ([[.5]], [[-1.]]), ([[3., 1.]], [[5., 7.]])])
def test_the_origin_is_compared_where_phi_is_c_t_up_to_half(X, Y):
    """By default t = |c|/(q + |c|) 2^-k, k = 1, .., 20, for c = -Y X^T/n and q = X X^T/n."""
    net, n = LinearNetwork(LinearRegression(X, Y), (1, 1)), len(X[0])
    c, q = abs((np.array(Y) @ np.transpose(X)).item()) / n, (np.array(X) @ np.transpose(X)).item() / n
    saddle = flat_saddle_certificate(net)
    assert saddle.t == pytest.approx(c / (q + c) / 2. ** np.arange(1, 21), rel=1e-14)
    assert (saddle.rise > 0).all() and (saddle.fall < 0).all() and saddle.t.shape == (20,)
