"""Activations, losses, curves and traps where their formulas change over: at 0, at a kink, at the end of a tooth."""
import re
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.curves import ZigZag
from lnnlib.descent import gradient_descent
from lnnlib.feedforward import EmpiricalLoss, FeedForward
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss, sigmoid
from lnnlib.traps import KinkTrap
from tests.oracles import complex_step


def test_a_complex_step_from_zero_itself():
    """sigmoid' = sigmoid (1 - sigmoid) is 1/4 at 0; the slope of the logistic loss at W = 0 is -1/2 mean y x."""
    assert complex_step(lambda z: sigmoid(z[:, 0]), [0.]) == pytest.approx([1 / 4])
    loss = LogisticLoss([[3., -1.], [1., 2.]], [1, -1])
    assert complex_step(lambda w: loss(w.reshape(-1, 1, 2)), np.zeros(2)) == pytest.approx([-1, 1 / 4])
    assert loss.grad(np.zeros((1, 2))) == pytest.approx(np.array([[-1, 1 / 4]]))


def test_a_step_is_1_where_z_is_positive_and_0_at_0():
    net = FeedForward((1, 1, 1), "step")
    assert net.forward([1, 1], [[-1, 0, 5e-324]]).tolist() == [[0, 0, 1]]


def test_the_loss_of_a_network_is_the_squared_one_unless_said_otherwise():
    net, X, Y = FeedForward((1, 2, 1), "tanh"), [[1., 2.]], [[3., 5.]]
    w = [.1, .2, .3, .4]
    expected = ((net.forward(w, X) - Y) ** 2).sum() / 4
    assert EmpiricalLoss(net, X, Y)(w) == pytest.approx(expected) == net.objective(X, Y)(w)


@pytest.mark.parametrize("layer, w", [(1, [[0, 1], [[1, 1], [1, 2]], [1, 1]]), (2, [[1, 1], [[1, -1], [1, 2]], [1, 1]])])
def test_a_refusal_names_the_layer_of_the_kink(layer, w):
    L = FeedForward((1, 2, 2, 1), "relu").objective([[1.]], [[5.]])
    w = np.concatenate([np.ravel(W) for W in w]).astype(float)
    for derivative in (L.grad, L.hess):
        with pytest.raises(ValueError, match=f"relu unit of layer {layer} at its kink"):
            derivative(w)


@pytest.mark.parametrize("X", [[[1., 2.], [0., 1.], [3., 1.]], [[1., 2., 3.], [2., 4., 6.]], [[2.]]])
def test_the_range_of_the_data_has_an_orthonormal_basis(X):
    """Tall data too, of fewer samples than inputs: Q^T Q = I and Q Q^T X = X."""
    Q = LinearRegression(X, np.ones((1, len(X[0])))).range_basis()
    assert Q.shape == (len(X), np.linalg.matrix_rank(X))
    assert Q.T @ Q == pytest.approx(np.eye(Q.shape[1])) and Q @ Q.T @ X == pytest.approx(np.array(X))


@pytest.mark.parametrize("loss", [
    SquaredLoss([[.1, -.2]]), LinearRegression([[.1, .7], [.3, 1.]], [[.2, .5]]),
    LogisticLoss([[.1, .7, 2.], [.3, 1., 5.]], [1, -1, -1]), SoftmaxLoss([[.1, .7, 2.], [.3, 1., 5.]], [0, 2, 1]),
], ids=repr)
def test_the_exact_gradient_at_zero_is_that_of_floats_to_their_last_digits(loss):
    exact = loss.exact_grad_at_zero()
    assert exact.shape == loss.shape and all(type(entry) is Fraction for entry in exact.flat)
    assert exact.astype(float) == pytest.approx(loss.grad(np.zeros(loss.shape)), rel=1e-14)


def test_a_gradient_that_cancels_is_exactly_zero():
    """.1 + .2 = .3 holds for no floats; x_1 + x_2 = 0 does, and softmax and the logistic loss see only such sums."""
    x = [[.1, -.1, .7, -.7]]
    assert LogisticLoss(x, [1, 1, 1, 1]).exact_grad_at_zero().item() == 0
    assert SoftmaxLoss(x, [0, 0, 1, 1]).exact_grad_at_zero().tolist() == [[0], [0]]
    assert LinearRegression([[.1, .2, .3]], [[1., 1., -1.]]).exact_grad_at_zero().item() != 0


def test_losses_are_named_with_their_shape():
    assert [repr(loss) for loss in (SquaredLoss([[1, 2]]), LogisticLoss([[1]], [1]))] == [
        "SquaredLoss(shape=(1, 2))", "LogisticLoss(shape=(1, 1))"]


@pytest.mark.parametrize("teeth", [0, 1, 4])
def test_a_zig_zag_curves_between_its_kinks_and_at_its_minimum(teeth):
    """Slope -eps' at every iterate and -eps'/2 at the peaks between, 0 at the minimum, eps' from the end on."""
    f = ZigZag(teeth, beta=2, eps=.5)
    *iterates, minimizer = gradient_descent(f, [0], 1 / 2, teeth + 1).points[:, 0]      # to the last bit: 1/beta is a power of 2
    iterates, stride = np.array(iterates), minimizer / (teeth + 1)
    assert stride == pytest.approx(.5 * (1 + 1e-9) / 2, rel=1e-12)
    assert f.slope(iterates) == pytest.approx(np.full(teeth + 1, -.5)) and (abs(f.slope(iterates)) > .5).all()
    assert f.slope(iterates[:-1] + stride / 2) == pytest.approx(np.full(teeth, -.25))
    for x, curvature in ((minimizer, 2), (minimizer - stride / 2, 2), (minimizer + stride / 2, 2), (minimizer + 1.5 * stride, 0)):
        assert f.hess([x]).tolist() == [[curvature]]
    assert f.grad([minimizer]) == pytest.approx([0], abs=1e-12) and f.grad([minimizer + 1.5 * stride]) == pytest.approx([.5])


def test_the_kink_trap_is_where_its_text_says():
    for mu in (0, .5, 2):
        f = KinkTrap(mu)
        assert [W.tolist() for W in f.split(f.trap)] == [[[0, 0], [0, 1]], [[1, 0], [0, 0]]]
        assert (f.loss.differentiable, f.loss.convex) == (mu > 0, True)
    with pytest.raises(ValueError, match=re.escape("mu is -1, expected a finite number and >= 0")):
        KinkTrap(-1)
