"""The landscapes, explorer and homework of 6.2, by complex step, exact rationals and the definitions."""
import numpy as np
import pytest

from lnnlib.landscapes import DriftToInfinity, Shelf, Softplus, Trough
from tests.oracles import complex_step

LAID_OUT = [Shelf(), Trough(Shelf()), Trough(DriftToInfinity())]


@pytest.mark.parametrize("f", LAID_OUT, ids=["shelf", "trough of shelf", "trough of drift"])
def test_derivatives_of_the_new_landscapes_equal_complex_step(f):
    rng = np.random.default_rng(0)
    for w, v in 2 * rng.normal(size=(20, 2, f.dim)):
        assert f.grad(w) == pytest.approx(complex_step(f, w), rel=1e-10, abs=1e-10)
        assert f.hess(w) == pytest.approx(complex_step(f.grad, w), rel=1e-10, abs=1e-10)
        assert f.hvp(w, v) == pytest.approx(f.hess(w) @ v, rel=1e-10, abs=1e-10)
    batch = rng.normal(size=(3, 4, f.dim))
    assert f(batch).shape == (3, 4) and f.hess(batch).shape == (3, 4, f.dim, f.dim)


def test_what_a_trough_takes_over_from_its_curve():
    f = Trough(DriftToInfinity())
    assert f([3, 2]) == pytest.approx(1 + 8 / 82 + 2)
    assert (f.minimum, f.infimum) == (0, 0) and f.beta == DriftToInfinity().beta and f.rho == DriftToInfinity().rho
    assert (Trough(Softplus()).minimum, Trough(Softplus()).infimum, Trough(Softplus()).beta) == (None, 0, 1)
    assert Trough(Shelf()).beta is Trough(Shelf()).rho is None


def test_the_minimum_of_the_shelf():
    x = np.linspace(-3, 3, 60001)[:, None]
    values = Shelf()(x)
    assert values.min() == pytest.approx(Shelf().minimum, abs=1e-12) and x[values.argmin(), 0] == pytest.approx(-1)
