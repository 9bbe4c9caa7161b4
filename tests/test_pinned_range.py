"""The quadratic saddle where its numbers leave floats and machine integers: values are limits, never an error or NaN."""
import numpy as np
import pytest

from lnnlib.saddles import QuadraticSaddle

HUGE = 10**30                                           # a step that no machine integer holds


def test_value_and_slope_beyond_machine_integers():
    saddle = QuadraticSaddle((-1, 1), (1, 1), eta=.5, eps=1)
    assert saddle.value([0, HUGE]).tolist() == [0, -np.inf] and saddle.grad_norm([0, HUGE]).tolist() == [2**.5, np.inf]
    bowl = QuadraticSaddle((1, 1), (1, 1), eta=.5, eps=1)
    assert bowl.value(HUGE) == bowl.grad_norm(HUGE) == 0


def test_a_step_that_lands_on_the_minimum_stays_there():
    """eta lambda = 1: theta(t) = 0 from t = 1 on, with 0^0 = 1 at t = 0."""
    bowl = QuadraticSaddle((2,), (3,), eta=.5, eps=1)
    for found, expected in ((bowl.value, [9, 0, 0]), (bowl.grad_norm, [6, 0, 0]), (bowl.theta, [[3], [0], [0]])):
        assert found([0, 1, 5]) == pytest.approx(np.array(expected), rel=1e-12, abs=0)


def test_numbers_of_numpy_count_as_python_s():
    """An int64 would overflow in the squares: 4^t x 10^24 at t = 50."""
    given = {"eigenvalues": (-1, 3), "theta0": (1, 10**12), "eta": 1, "eps": 1}
    python = QuadraticSaddle(**given)
    numpy = QuadraticSaddle(**{name: np.array(value)[()] for name, value in given.items()})
    for t in (0, 1, 50):
        assert numpy.escaped(t) == python.escaped(t) and numpy.value(t) == python.value(t)
    assert numpy.first_escape() == python.first_escape() and numpy.bound() == python.bound()
    single = QuadraticSaddle(np.float32([-.5, 1]), np.float32([.01, 1]), eta=np.float32(.5), eps=np.float32(.1))
    assert single.first_escape() == 14 and single.bound() == 23
