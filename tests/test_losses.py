"""Losses against their definitions in scalar loops, complex steps, each other, and their limits at huge arguments."""
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss, sigmoid
from tests.matrix_oracles import STEP, complex_derivative, fractions, relative_error, scalar_softplus

RNG = np.random.default_rng(6)
X, Y = RNG.normal(size=(3, 7)), RNG.normal(size=(2, 7))
LABELS, CLASSES = [1, -1, 1, 1, -1, 1, -1], [0, 2, 1, 3, 2, 2, 0]
LOSSES = [SquaredLoss(Y[:, :3]), LinearRegression(X, Y), LogisticLoss(X, LABELS), SoftmaxLoss(X, CLASSES)]
each_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)


def by_definition(loss, W):
    """l(W) in scalar loops, from the formulas of the docstrings."""
    if isinstance(loss, SquaredLoss):
        return sum((W[i, j] - loss.target[i, j]) ** 2 for i in range(2) for j in range(3)) / 2
    outputs = [[sum(W[i, k] * X[k, s] for k in range(3)) for i in range(len(W))] for s in range(7)]
    if isinstance(loss, LinearRegression):
        return sum((outputs[s][i] - Y[i, s]) ** 2 for s in range(7) for i in range(2)) / 14
    if isinstance(loss, LogisticLoss):
        return sum(scalar_softplus(-LABELS[s] * outputs[s][0]) for s in range(7)) / 7
    return sum(log(sum(exp(z) for z in outputs[s])) - outputs[s][CLASSES[s]] for s in range(7)) / 7


@each_loss
def test_value_gradient_hessian(loss):
    for scale in (0.1, 1, 30):
        W, D = scale * RNG.normal(size=loss.shape), RNG.normal(size=loss.shape)
        assert relative_error(loss(W), by_definition(loss, W)) < 1e-13
        basis = np.eye(W.size).reshape(-1, *loss.shape)
        gradient = (loss(W + 1j * STEP * basis) / STEP).imag.reshape(loss.shape)
        assert relative_error(loss.grad(W), gradient) < 1e-12
        assert relative_error(loss.hvp(W, D), complex_derivative(loss.grad, W, D)) < 1e-12


@each_loss
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.1, 1.0, 10.0]))
def test_convex(loss, seed, scale):
    assert loss.convex and loss.differentiable
    rng = np.random.default_rng(seed)
    U, V, D = (scale * rng.normal(size=loss.shape) for _ in range(3))
    chord = (loss(U) + loss(V)) / 2
    assert loss((U + V) / 2) <= chord + 1e-12 * (1 + abs(chord))
    HD, HV = loss.hvp(U, D), loss.hvp(U, V)
    size = np.linalg.norm(HD) * np.linalg.norm(V) + np.linalg.norm(HV) * np.linalg.norm(D)
    assert (HD * D).sum() >= -1e-12 * size
    assert abs((HD * V).sum() - (HV * D).sum()) <= 1e-12 * size


@each_loss
def test_leading_axes_equal_single_calls(loss):
    W, D = RNG.normal(size=(4, 5, *loss.shape)), RNG.normal(size=(5, *loss.shape))
    value, gradient, second = loss(W), loss.grad(W), np.broadcast_to(loss.hvp(W, D), W.shape)
    assert value.shape == (4, 5)
    for index in np.ndindex(4, 5):
        assert relative_error(value[index], loss(W[index])) < 1e-14
        assert relative_error(gradient[index], loss.grad(W[index])) < 1e-14
        assert relative_error(second[index], loss.hvp(W[index], D[index[1]])) < 1e-14


@pytest.mark.parametrize("z", [1e3, 1e10, 1e100, 1e307, 8e307, 1e308])
def test_logistic_and_softmax_at_huge_arguments(z):
    """No warning (the suite makes each an error), the limits exactly; the complex step agrees there too."""
    logistic, softmax = LogisticLoss([[1.0]], [1]), SoftmaxLoss([[1.0]], [1])
    assert logistic([[z]]) == 0 and logistic([[-z]]) == z
    assert logistic.grad([[z]]) == 0 and logistic.grad([[-z]]) == -1
    assert logistic.hvp([[z]], [[1.0]]) == logistic.hvp([[-z]], [[1.0]]) == 0
    assert softmax([[0.0], [z]]) == 0 and softmax([[z], [0.0]]) == z
    assert softmax([[-z / 2], [z / 2]]) == 0 and softmax([[z / 2], [-z / 2]]) == z
    assert softmax([[-z], [z]]) == 0
    assert softmax.grad([[z], [-z]]).ravel().tolist() == [1, -1]
    assert softmax.hvp([[-z], [z]], [[1.0], [2.0]]).ravel().tolist() == [0, 0]
    assert complex_derivative(logistic, np.array([[-z]]), np.ones((1, 1))) == -1
    assert complex_derivative(softmax, np.array([[z], [0.0]]), np.array([[1.0], [0.0]])) == 1
    assert np.isfinite(LogisticLoss([[1.0, 1.0, 1.0]], [1, 1, 1])([[-z]]))      # a mean of large numbers is no overflow


def test_tails_keep_their_relative_accuracy():
    """On separable data gradient descent lives in the tail: e^-100 must not be rounded to 0."""
    logistic, softmax = LogisticLoss([[1.0]], [1]), SoftmaxLoss([[1.0]], [1])
    for z in (40.0, 100.0, 700.0):
        W, D = np.array([[-z / 4], [3 * z / 4]]), np.array([[2.0], [5.0]])
        assert relative_error(softmax(W), exp(-z)) < 1e-14
        assert relative_error(softmax.grad(W), [[exp(-z)], [-exp(-z)]]) < 1e-14
        assert relative_error(softmax.hvp(W, D), [[-3 * exp(-z)], [3 * exp(-z)]]) < 1e-14
        small = exp(-z) / (1 + exp(-z))
        assert relative_error(logistic([[z]]), scalar_softplus(-z)) < 1e-14
        assert relative_error(logistic.grad([[z]]), [[-small]]) < 1e-14
        assert relative_error(sigmoid(-z), small) < 1e-14 and sigmoid(z) == 1 / (1 + exp(-z))


def test_two_classes_are_logistic():
    W = RNG.normal(size=(2, 3))
    softmax, logistic = SoftmaxLoss(X, [label == 1 for label in LABELS]), LogisticLoss(X, LABELS)
    difference = W[1:] - W[:1]
    assert relative_error(softmax(W), logistic(difference)) < 1e-14
    gradient = logistic.grad(difference)
    assert relative_error(softmax.grad(W), np.concatenate([-gradient, gradient])) < 1e-13


def test_whitened_regression_is_the_squared_loss():
    regression, W = LinearRegression(3 * np.eye(9), 3 * np.arange(18).reshape(2, 9)), RNG.normal(size=(2, 9))
    squared = SquaredLoss(np.arange(18).reshape(2, 9))
    assert relative_error(regression(W), squared(W)) < 1e-14
    assert relative_error(regression.grad(W), squared.grad(W)) < 1e-14


def test_minimum_where_it_is_known_and_attained():
    assert SquaredLoss(Y).minimum == SquaredLoss(Y)(Y) == 0
    assert LogisticLoss(X, LABELS).minimum is None and SoftmaxLoss(X, CLASSES).minimum is None
    x, y = fractions([1, 2, 3, 5]), fractions([2, 4, 7, 1])             # one-dimensional least squares, exactly
    exact = ((x.dot(y) / x.dot(x) * x - y) ** 2).sum() / 8
    assert relative_error(LinearRegression([[1, 2, 3, 5]], [[2, 4, 7, 1]]).minimum, float(exact)) < 1e-14
    wide = LinearRegression(RNG.normal(size=(5, 3)), RNG.normal(size=(2, 3)))
    assert wide.minimum < 1e-28                                          # fewer samples than inputs: a perfect fit
    loss = LOSSES[1]
    W = np.linalg.solve(X @ X.T, X @ Y.T).T                              # the normal equations
    assert np.abs(loss.grad(W)).max() < 1e-14 and relative_error(loss.minimum, loss(W)) < 1e-13


@pytest.mark.parametrize("make, message", [
    (lambda: SquaredLoss([1.0, 2.0]), r"target has shape \(2,\), expected shape \(any, any\)"),
    (lambda: SquaredLoss(np.zeros((0, 2))), r"target has shape \(0, 2\), expected at least one row"),
    (lambda: SquaredLoss([[np.nan]]), "target has a non-finite entry"),
    (lambda: SquaredLoss("text"), r"target is .*'text'.*, expected an array of numbers of"),
    (lambda: LinearRegression(np.zeros((2, 0)), np.zeros((2, 0))), r"X has shape \(2, 0\), expected at least one row and"),
    (lambda: LinearRegression(X, Y[:, :6]), r"Y has shape \(2, 6\), expected shape \(any, 7\): one column per column"),
    (lambda: LinearRegression(X, Y[:0]), r"Y has shape \(0, 7\), expected at least one row"),
    (lambda: LogisticLoss(X, [0, 1] * 3 + [1]), r"labels is \[0.0, 1.0, .*expected -1 or \+1 for every sample"),
    (lambda: LogisticLoss(X, [1, -1]), r"labels has shape \(2,\), expected shape \(7,\): one per column of X"),
    (lambda: LogisticLoss(np.zeros((2, 0)), []), r"X has shape \(2, 0\), expected at least one row"),
    (lambda: SoftmaxLoss(X, [0.5] * 7), r"classes is \[0.5, .*expected integers 0, 1, .., K-1"),
    (lambda: SoftmaxLoss(X, [-1] * 7), r"classes is \[-1.0, .*expected integers 0, 1, .., K-1"),
    (lambda: LOSSES[1](np.zeros((3, 2))), r"W has shape \(3, 2\), expected shape \(..., 2, 3\)"),
    (lambda: LOSSES[0].grad(np.zeros(3)), r"W has shape \(3,\), expected shape \(..., 2, 3\)"),
    (lambda: LOSSES[3].hvp(np.zeros((4, 3)), np.zeros((1, 3))), r"D has shape \(1, 3\), expected shape \(..., 4, 3\)"),
])
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
