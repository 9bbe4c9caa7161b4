"""Weights of a linear network: complex ones pass through, the rank decides on the boundary too, and names tell the widths."""
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from lnnlib._exponential_sums import log
from lnnlib.feedforward import FeedForward
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import permutation_average, two_zeros, width_one_equivalent

NET = LinearNetwork(SquaredLoss([[1, 2], [3, 5]]), (3, 2))


def test_complex_weights_stay_complex():
    w = NET.random(0) + 1j * NET.random(1)
    assert (NET.join(NET.split(w)) == w).all()
    one_complex = [NET.split(w)[0].real, *NET.split(w)[1:]]
    assert (NET.split(NET.join(one_complex))[1] == one_complex[1]).all()


def test_the_hessian_is_linear_over_complex_directions():
    w, u, v = NET.random(0, size=(3,))
    assert NET.hvp(w, u + 1j * v) == pytest.approx(NET.hvp(w, u) + 1j * NET.hvp(w, v), rel=1e-13)


def test_the_third_derivative_by_a_complex_step_is_symmetric():
    """d/dh nabla^2 Phi(w + h a)[b, c] at h = 0 is the same in every order of a, b, c."""
    w, *directions = NET.random(0, size=(4,))
    values = [NET.hvp(w + 1e-30j * a, b).imag @ c / 1e-30 for a, b, c in permutations(directions)]
    assert values == pytest.approx([values[0]] * 6, rel=1e-12) and abs(values[0]) > 1


def test_a_singular_value_at_the_tolerance_counts_as_zero():
    net = LinearNetwork(SquaredLoss(np.zeros((2, 2))), (2,))
    assert net.product(net.balanced(np.diag([1, .5]), tol=.5)) == pytest.approx(np.diag([1, 0]))
    above = np.diag([1, np.nextafter(.5, 1)])
    assert net.product(net.balanced(above, tol=.5)) == pytest.approx(above)
    narrow = LinearNetwork(SquaredLoss(np.zeros((2, 2))), (1,))
    assert narrow.product(narrow.balanced(np.diag([1, .5]), tol=.5)) == pytest.approx(np.diag([1, 0]))
    with pytest.raises(ValueError, match="^W is a matrix of rank > 1"):
        narrow.balanced(above, tol=.5)


def test_no_more_than_one_factor_is_missing_from_an_empty_product():
    w = NET.zeros()
    assert NET.product(w, 4, 3).tolist() == np.eye(2).tolist()
    for j, k in ((5, 3), (5, None), (1, 4)):
        with pytest.raises(ValueError, match=r"^\(j, k\) is"):
            NET.product(w, j, k)


def test_a_network_is_named_by_its_loss_and_its_hidden_widths():
    assert repr(LinearNetwork(SquaredLoss(np.eye(2)), (3, 4, 5))) == "LinearNetwork(SquaredLoss(shape=(2, 2)), hidden=(3, 4, 5))"


@pytest.mark.parametrize("bits", [60, 100, 1000])
def test_the_logarithm_beside_1_loses_no_digits(bits):
    """log(1 +- x) = +-x - x^2/2, on both sides of 1, where numerator and denominator may differ by one bit."""
    x = Fraction(1, 2**bits)
    assert [log(1 - x), log(1 + x), log(1 / (1 - x))] == pytest.approx([-float(x), float(x), float(x)], rel=1e-15, abs=0)


@pytest.mark.parametrize("construction", [permutation_average, width_one_equivalent, two_zeros])
@pytest.mark.parametrize("net", [NET, FeedForward((2, 4, 3, 1), "tanh")], ids=repr)
def test_the_constructions_of_6_1_take_leading_axes_as_single_weights(construction, net):
    def vectors(w):
        """What the construction makes of w, without the network that `width_one_equivalent` gives as well."""
        made = construction(net, w)
        return np.array(made[1] if construction is width_one_equivalent else made)

    w = net.random(0, size=(2, 3))
    batch = vectors(w)
    for index in np.ndindex(2, 3):
        assert batch[..., *index, :] == pytest.approx(vectors(w[index]), rel=1e-14)
