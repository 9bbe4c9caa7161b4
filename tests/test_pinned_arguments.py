"""Every refusal names the argument that is wrong, whatever the objective, and cuts what was given to a line."""
import numpy as np
import pytest

from lnnlib import landscapes
from lnnlib._arguments import shown
from lnnlib.balance import bounded_descent
from lnnlib.descent import gradient_descent, stationarity_bound
from lnnlib.feedforward import FeedForward
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.perturbed import is_second_order_stationary
from lnnlib.proofs import flat_saddle_certificate, kernel_perturbation
from lnnlib.saddles import QuadraticSaddle, classify

OBJECTIVES = {
    "Quadratic": lambda: landscapes.Quadratic([1, 2]), "SaddleValley": landscapes.SaddleValley,
    "Trough": lambda: landscapes.Trough(landscapes.Shelf()),
    "Octopus": lambda: landscapes.Octopus(3, 1, 1, 1), "Shelf": landscapes.Shelf, "Softplus": landscapes.Softplus,
    "Absolute": landscapes.Absolute,
    "DriftToInfinity": landscapes.DriftToInfinity, "Huber": lambda: landscapes.Huber(.5),
    "ZigZag": lambda: landscapes.ZigZag(2, 1, 1),
    "KinkTrap": lambda: landscapes.KinkTrap(.5), "BottleneckTrap": lambda: landscapes.BottleneckTrap(2, .5),
    "LinearNetwork": lambda: LinearNetwork(SquaredLoss(np.eye(2)), (3,)),
    "EmpiricalLoss": lambda: FeedForward((1, 2, 1), "tanh").objective([[1, 2]], [[3, 4]]),
}
LOSSES = {
    "SquaredLoss": lambda: SquaredLoss([[1, 2]]), "LinearRegression": lambda: LinearRegression([[1], [2]], [[3]]),
    "LogisticLoss": lambda: LogisticLoss([[1], [2]], [1]), "SoftmaxLoss": lambda: SoftmaxLoss([[1], [2]], [0]),
}


def refused(name):
    """The beginning of a refusal of the argument `name`."""
    return pytest.raises(ValueError, match=rf"^{name} (is|has) ")


@pytest.mark.parametrize("make", OBJECTIVES.values(), ids=OBJECTIVES)
def test_an_objective_names_the_point_or_the_direction(make):
    f = make()
    w, bad = np.full(f.dim, .3), np.zeros(f.dim + 1)
    for derivative in (f, f.grad, f.hess, lambda w: f.hvp(w, bad)):
        with refused("w"):
            derivative(bad)
    with refused("v"):
        f.hvp(w, bad)
    with refused("w"):
        is_second_order_stationary(f, bad, eps=1, rho=1)
    if isinstance(f, LinearNetwork):
        for u, v, name in ((bad, w, "u"), (w, bad, "v"), (bad, bad, "u")):
            with refused(name):
                f.hess_form(w, u, v)


@pytest.mark.parametrize("make", LOSSES.values(), ids=LOSSES)
def test_a_loss_names_the_matrix_or_the_direction(make):
    loss = make()
    W, bad = np.zeros(loss.shape), np.zeros((5, 7))
    for derivative in (loss, loss.grad):
        with refused("W"):
            derivative(bad)
    with refused("D"):
        loss.hvp(W, bad)


@pytest.mark.parametrize("make, name", [
    (lambda: landscapes.Quadratic([[1]]), "eigenvalues"), (lambda: landscapes.Quadratic([]), "eigenvalues"),
    (lambda: SquaredLoss([1]), "target"), (lambda: SquaredLoss(np.zeros((0, 1))), "target"),
    (lambda: LinearRegression([1], [[1]]), "X"), (lambda: LinearRegression(np.zeros((1, 0)), [[]]), "X"),
    (lambda: LinearRegression([[1]], [[1, 2]]), "Y"), (lambda: LinearRegression([[1]], np.zeros((0, 1))), "Y"),
    (lambda: LogisticLoss([[1]], [1, 1]), "labels"), (lambda: LogisticLoss([[1]], [2]), "labels"),
    (lambda: SoftmaxLoss([[1]], [0, 1]), "classes"), (lambda: SoftmaxLoss([[1]], [.5]), "classes"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), 3), "hidden"), (lambda: LinearNetwork(3, (1,)), "loss"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (2, 0)), r"hidden\[1\]"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (1,)).join([[[1]], [[1, 2]]]), r"weights\[1\]"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (1,)).join([[[1]]]), "weights"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (1,)).balanced([[1, 2]]), "W"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (1,)).product([1, 2], 0), "j"),
    (lambda: LinearNetwork(SquaredLoss([[1]]), (1,)).product([1, 2], 1, -1), "k"),
    (lambda: FeedForward((1,), "tanh"), "dims"), (lambda: FeedForward((1, 0), "tanh"), r"dims\[1\]"),
    (lambda: FeedForward((1, 1), "tan"), "activation"), (lambda: FeedForward((1, 1), "tanh").forward([1], [[1], [2]]), "X"),
    (lambda: FeedForward((1, 1), "tanh").objective([[1]], [[1, 2]]), "Y"),
    (lambda: FeedForward((1, 1), "tanh").objective([[1], [2]], [[1]]), "X"), (lambda: landscapes.KinkTrap(-1), "mu"),
    (lambda: FeedForward((1, 1), "tanh").objective([[1]], [[1]], loss="cubed"), "loss"),
])
def test_a_constructor_names_the_argument(make, name):
    with refused(name):
        make()


@pytest.mark.parametrize("name, bad", [("w0", [1, 2]), ("eta", 0), ("steps", -1), ("keep", 0), ("stop_grad", -1)])
def test_a_descent_names_the_argument(name, bad):
    with refused(name):
        gradient_descent(landscapes.Quadratic([1]), **{"w0": [1], "eta": .1, "steps": 1, name: bad})


@pytest.mark.parametrize("name, bad", [("w", [1]), ("grad_tol", -1), ("curvature_tol", -1)])
def test_a_classification_names_the_argument(name, bad):
    with refused(name):
        classify(landscapes.Quadratic([1, 2]), **{"w": [0, 0], "grad_tol": 0, "curvature_tol": 0, name: bad})


@pytest.mark.parametrize("make, name", [
    (lambda: QuadraticSaddle((1,), (1,), 1, 1).trajectory(-1), "steps"),
    (lambda: QuadraticSaddle((1,), (1,), 1, 1).value(.5), "t"),
    (lambda: QuadraticSaddle((1,), (1, 2), 1, 1), "theta0"), (lambda: QuadraticSaddle((1, "a"), (1,), 1, 1), r"eigenvalues\[1\]"),
    (lambda: QuadraticSaddle((1,), (1,), 0, 1), "eta"), (lambda: QuadraticSaddle((1,), (1,), 1, 0), "eps"),
    (lambda: flat_saddle_certificate(LinearNetwork(SquaredLoss([[1]]), (1, 1)), t=1), "t"),
    (lambda: flat_saddle_certificate(LinearNetwork(SquaredLoss([[1]]), (1, 1)), t=[0]), "t"),
    (lambda: bounded_descent(LinearNetwork(SquaredLoss([[1]]), (1,)), [1, 1]).steps(.1, eta=0), "eta"),
    (lambda: bounded_descent(LinearNetwork(SquaredLoss([[1]]), (1,)), [1]), "w0"),
    (lambda: kernel_perturbation(LinearNetwork(SquaredLoss([[1]]), (1,)), [1]), "w"),
])
def test_saddles_proofs_and_balance_name_the_argument(make, name):
    with refused(name):
        make()


@pytest.mark.parametrize("name, bad", [("gap", -1), ("eta", 0), ("eps", 0), ("beta", 0)])
def test_a_bound_names_the_argument(name, bad):
    with refused(name):
        stationarity_bound(**{"gap": 1, "eta": .1, "eps": 1, "beta": 1, name: bad})


def test_what_was_given_is_shown_whole_up_to_60_characters_and_else_cut_to_60():
    assert shown("x" * 58) == repr("x" * 58)
    assert shown("x" * 59) == "'" + "x" * 56 + "..." and len(shown("x" * 59)) == 60
    assert shown("x" * 59, limit=10) == "'xxxxxx..."
