"""<= or <, >= or >: what each definition says of a point on the boundary itself, where rounding has no part."""
import numpy as np
import pytest

from lnnlib.descent import gradient_descent
from lnnlib.landscapes import Quadratic
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.perturbed import PGDConstants, is_second_order_stationary, perturbed_gradient_descent, pgd_steps
from lnnlib.proofs import kernel_perturbation, negative_direction
from lnnlib.saddles import classify


def constants(**changes):
    return PGDConstants(**{"chi": 12, "eta": .5, "r": .125, "g_thresh": .5, "f_thresh": .25, "t_thresh": 3, **changes})


def test_the_boundary_is_second_order_stationary():
    """Definition 6.8: ||grad f|| <= eps and lambda_min >= -sqrt(rho eps)."""
    assert is_second_order_stationary(Quadratic([1]), [.5], eps=.5, rho=1, tol=0)
    assert is_second_order_stationary(Quadratic([-2]), [0], eps=4, rho=1, tol=0)
    for f, w in ((Quadratic([1]), [np.nextafter(.5, 1)]), (Quadratic([np.nextafter(-2**-.5, -1)]), [0])):
        assert not is_second_order_stationary(f, w, eps=.5, rho=1, tol=0)


def test_a_gradient_as_large_as_eps_is_stationary():
    """Definition 6.6: ||grad f|| <= eps, for one run and for a batch, also to stop at."""
    f = Quadratic([1])
    for w0 in ([.5], [[.5], [.25]]):
        run = gradient_descent(f, w0, .5, 9, stop_grad=.5)
        assert run.steps.tolist() == [0] and np.all(run.first_stationary(.5) == 0)
    for w0, keep in (([8.], 1), ([8.], 3), ([[8.], [2.]], 1), ([[8.], [2.]], 3)):      # stopped before the room is used up
        run = gradient_descent(f, w0, .5, 50, stop_grad=.5, keep=keep)
        assert run.steps[-1] == 4 and len(run.points) == len(run.grad_norms) == len(run.values) == len(run.steps)
    with pytest.raises(ValueError, match="^eps is -1, expected a finite number and >= 0"):
        run.first_stationary(-1)


def test_a_flat_direction_leaves_the_minimum():
    assert Quadratic([1, 0]).minimum == Quadratic([.5]).minimum == 0 and Quadratic([1, -1e-300]).minimum is None


def test_a_gradient_as_large_as_the_threshold_asks_for_noise():
    """Line 4.1: ||grad f(w_t)|| <= g_thresh."""
    assert next(pgd_steps(Quadratic([1]), [.5], constants(), rng=0)).perturbed
    assert not next(pgd_steps(Quadratic([1]), [np.nextafter(.5, 1)], constants(), rng=0)).perturbed


@pytest.mark.parametrize("f_thresh, returns", [(0, False), (1e-300, True)])
def test_a_fall_by_exactly_the_threshold_goes_on(f_thresh, returns):
    """Line 4.2 returns where f(w_t) - f(w~) > -f_thresh; on a constant f the fall is 0."""
    run = perturbed_gradient_descent(Quadratic([0]), [0], constants(f_thresh=f_thresh), 0, max_steps=20)
    assert run.returned == returns and run.steps == (3 if returns else 20)


def test_a_run_that_is_cut_off_ends_at_its_last_point_not_at_the_one_before_the_noise():
    f, k = Quadratic([1]), constants(t_thresh=10)
    run = perturbed_gradient_descent(f, [.5], k, 0, max_steps=4)
    steps = [step for _, step in zip(range(5), pgd_steps(f, [.5], k, 0), strict=False)]
    assert not run.returned and run.perturbations == (0,)
    assert run.point == steps[-1].w and run.point != steps[-1].w_tilde


def test_what_is_at_the_tolerance_counts_as_zero_for_the_kind_of_a_point():
    """||grad f|| <= grad_tol is stationary, and lambda_min >= -curvature_tol ||H||, ||H|| = max |lambda|, is no strict saddle."""
    def kind(eigenvalues, w, grad_tol, curvature_tol):
        return classify(Quadratic(eigenvalues), w, grad_tol=grad_tol, curvature_tol=curvature_tol).kind

    assert kind([-1], [.5], .5, .5) == "strict saddle" and kind([-1], [np.nextafter(.5, 1)], .5, .5) == "not stationary"
    assert kind([-1], [0], 0, 0) == "strict saddle"
    for eigenvalues in ([-1, .5], [-1, -.5], [-1, -1]):                  # the largest |lambda| is that of -1
        assert kind(eigenvalues, [0, 0], 0, 1) == "second-order stationary"
        assert kind(eigenvalues, [0, 0], 0, np.nextafter(1, 0)) == "strict saddle"
    assert kind([-1, 4], [0, 0], 0, .25) == "second-order stationary"
    assert kind([-1, 4], [0, 0], 0, np.nextafter(.25, 0)) == "strict saddle"


@pytest.mark.parametrize("smallest, tol, has_a_kernel", [
    (.5, .5, True), (np.nextafter(.5, 1), .5, False),               # at most tol times the largest
    (.6, .55, False)])                                              # .55 times the Frobenius norm would be .64
def test_a_product_has_a_kernel_up_to_the_tolerance_times_the_spectral_norms(smallest, tol, has_a_kernel):
    net = LinearNetwork(SquaredLoss(np.eye(2)), (2,))
    kernel = kernel_perturbation(net, net.join([np.diag([1, smallest]), np.eye(2)]), tol=tol)
    assert kernel.k_star == (1 if has_a_kernel else None)


def test_a_kernel_is_measured_by_every_layer_before_it():
    net = LinearNetwork(SquaredLoss(np.eye(2)), (2, 2))
    w = net.join([np.diag([4, 1]), np.diag([1, 4]), np.eye(2)])     # W_{1:2} = 4 I, ||W_1|| ||W_2|| = 16
    assert [kernel_perturbation(net, w, tol=tol).k_star for tol in (.2, .249, .25)] == [None, None, 1]
    w = net.join([np.diag([4, 2]), np.diag([2, 1]), np.eye(2)])     # W_{1:2} = diag(8, 2), ||W_1|| ||W_2|| = 8
    assert [kernel_perturbation(net, w, tol=tol).k_star for tol in (.249, .25, .5)] == [None, 2, 1]


@pytest.mark.parametrize("dims, transposed", [((3, 4, 2), True), ((3, 3, 2), True), ((2, 3, 3), False), ((2, 4, 3), False),
                                              ((3, 5, 3), False), ((3, 2, 4, 2), True), ((2, 2, 5, 3), False)])
def test_the_kernel_is_sought_from_the_narrower_end(dims, transposed):
    """d_N < d_0: of the transposed net, which begins with W_N^T."""
    net = LinearNetwork(SquaredLoss(np.ones((dims[-1], dims[0]))), dims[1:-1])
    kernel = kernel_perturbation(net, net.random(0))
    assert kernel.transposed == transposed
    assert kernel.weights[0].shape[1] == min(dims[0], dims[-1])


def test_a_gradient_of_zero_is_measured_against_the_gradient_at_zero():
    """Zero is at most tol max |grad l(0)|, whatever the scale; grad l(0) = 0 leaves nothing to curve down."""
    for M in (1e-6, 1., 1e6):
        net = LinearNetwork(SquaredLoss([[M]]), (1,))
        assert negative_direction(net, [0, 0], tol=.6).value == pytest.approx(-1)
        with pytest.raises(ValueError, match="grad l"):
            negative_direction(net, [0, 0], tol=1)
    with pytest.raises(ValueError, match="grad l"):
        negative_direction(LinearNetwork(SquaredLoss([[0]]), (1,)), [0, 0])


def test_by_default_only_rounding_counts_as_zero():
    """What is 1e-13 of the largest counts as rounding, what is a millionth of it is a number."""
    net = LinearNetwork(SquaredLoss(np.zeros((2, 2))), (2,))
    for small, kept in ((1e-6, True), (1e-13, False)):
        assert net.product(net.balanced(np.diag([1, small])))[1, 1] == pytest.approx(small if kept else 0, abs=0)
        kernel = kernel_perturbation(net, net.join([np.diag([1, small]), np.eye(2)]))
        assert kernel.k_star == (None if kept else 1)
        one_learned = LinearNetwork(SquaredLoss(np.diag([1, small])), (2,))
        w = one_learned.join([np.diag([1, 0]), np.diag([1, 0])])
        if kept:
            assert negative_direction(one_learned, w).value == pytest.approx(-1, abs=1e-6)
            assert negative_direction(one_learned, w).c == pytest.approx(-small)
        else:
            with pytest.raises(ValueError, match="grad l"):
                negative_direction(one_learned, w)
        assert is_second_order_stationary(Quadratic([1]), [.5 * (1 + small)], eps=.5, rho=1) != kept
        assert is_second_order_stationary(Quadratic([-1 - small]), [0], eps=1, rho=1) != kept
