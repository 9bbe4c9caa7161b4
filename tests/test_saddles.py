"""The quadratic saddle against gradient descent in exact rationals; the kinds of stationary points against the lecture."""
import math
import random
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lnnlib._exponential_sums import ExponentialSum, log
from lnnlib.landscapes import BottleneckTrap, KinkTrap, Quadratic, SaddleValley
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.saddles import QuadraticSaddle, classify
from tests.oracles import ceiling_of_B, first_true, saddle_conditions, smallest_step

HORIZON = 60


def random_instances(seed, how_many, largest_eta):
    """Rational saddles with small numbers, so that ties, zeros and equal bases are frequent."""
    rng = random.Random(seed)
    for _ in range(how_many):
        dim, denominator = rng.randint(1, 5), rng.choice([1, 2, 3, 4, 10])
        eigenvalues = [Fraction(rng.randint(-2 * denominator, 2 * denominator), denominator) for _ in range(dim)]
        theta0 = [Fraction(rng.randint(-4, 4), rng.choice([1, 2, 10, 1000])) for _ in range(dim)]
        eta = min(Fraction(rng.randint(1, 12), rng.choice([1, 2, 4, 10])), largest_eta)
        eps = Fraction(rng.randint(1, 20), rng.choice([1, 2, 10, 100]))
        yield eigenvalues, theta0, eta, eps


def guaranteed(eigenvalues, theta0, eta):
    return all(eta * a <= 2 for a, x in zip(eigenvalues, theta0, strict=True) if x)


def directions(eigenvalues, theta0):
    return [i for i, (a, x) in enumerate(zip(eigenvalues, theta0, strict=True)) if a < 0 and x]


def check_against_brute_force(eigenvalues, theta0, eta, eps):
    saddle = QuadraticSaddle(eigenvalues, theta0, eta, eps)
    conditions = saddle_conditions(eigenvalues, theta0, eta, eps, HORIZON)
    steps = np.arange(HORIZON + 1)
    assert list(zip(saddle.below_saddle(steps), saddle.gradient_large(steps), strict=True)) == conditions
    escaped = [below and large for below, large in conditions]
    assert saddle.escaped(steps).tolist() == escaped
    first, bound = first_true(escaped), saddle.bound()
    found = saddle.first_escape()
    assert found == first or (first is None and (found is None or found > HORIZON))
    if not directions(eigenvalues, theta0) or not guaranteed(eigenvalues, theta0, eta):
        assert bound is None
        return None
    assert bound == min(smallest_step(eigenvalues, theta0, eta, eps, i) for i in directions(eigenvalues, theta0))
    assert all(escaped[bound:]) and found <= bound
    return bound - found


@pytest.mark.parametrize("largest_eta", [Fraction(1, 2), 1, 12])
def test_conditions_first_escape_and_bound_equal_brute_force(largest_eta):
    gaps = [check_against_brute_force(*instance) for instance in random_instances(0, 300, largest_eta)]
    gaps = [gap for gap in gaps if gap is not None]
    assert gaps.count(0) > len(gaps) / 2 and max(gaps) > 0      # attained in more than half, yet it can be loose


numbers = st.fractions(-3, 3, max_denominator=12)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4), st.fractions("1/12", 3, max_denominator=12),
       st.fractions("1/50", 4, max_denominator=50))
@settings(max_examples=150, deadline=None)
def test_any_rational_instance_equals_brute_force(modes, eta, eps):
    eigenvalues, theta0 = zip(*modes, strict=True)
    check_against_brute_force(eigenvalues, theta0, eta, eps)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4), st.fractions("1/12", 3, max_denominator=12),
       st.fractions("1/50", 4, max_denominator=50))
@settings(max_examples=100, deadline=None)
def test_printed_bound_is_the_ceiling_of_B(modes, eta, eps):
    eigenvalues, theta0 = zip(*modes, strict=True)
    downward = directions(eigenvalues, theta0)
    assume(downward)
    saddle = QuadraticSaddle(eigenvalues, theta0, eta, eps)
    assert saddle.printed_bound() == min(ceiling_of_B(eigenvalues, theta0, eta, eps, i) for i in downward)
    assert saddle.printed_bound() - 1 - 1e-9 < saddle.B < saddle.printed_bound() + 1e-9


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-1, 1)), min_size=1, max_size=3), st.floats(.1, 3), st.floats(1e-3, 2))
@settings(max_examples=60, deadline=None)
def test_floats_count_at_their_binary_value(modes, eta, eps):
    eigenvalues, theta0 = zip(*modes, strict=True)
    saddle = QuadraticSaddle(np.array(eigenvalues), np.array(theta0), np.float64(eta), eps)
    exact = [tuple(map(Fraction, eigenvalues)), tuple(map(Fraction, theta0)), Fraction(eta), Fraction(eps)]
    assert saddle == QuadraticSaddle(*exact)        # 1/4 == Fraction(1, 4), and 0.1 != Fraction(1, 10)
    assert saddle.escaped(np.arange(7)).tolist() == [below and large for below, large in saddle_conditions(*exact, 6)]


# The instances of the lecture's corrections: eigenvalues, theta(0), eta, eps, first escape, bound, printed bound.
REFERENCES = [
    ((-1,), (1,), 1, 2, 2, 2, 1),                                           # tie in condition 2
    ((-1, 1), (1, 1), Fraction(1, 2), Fraction(1, 10), 1, 1, 0),            # tie in condition 1
    ((-1,), (1,), 1, Fraction(1, 2), 0, 0, -1),                             # B = -1
    ((-.5, 1), (.01, 1), .5, .1, 14, 23, 23),
    ((Fraction(-1, 10), 1), (1, 1), Fraction(5, 2), Fraction(1, 10), None, None, 6),
    ((-1,), (0,), 1, 1, None, None, math.inf),
    ((1, 2), (1, 1), Fraction(1, 4), 1, None, None, math.inf),
]


@pytest.mark.parametrize("eigenvalues, theta0, eta, eps, first, bound, printed", REFERENCES)
def test_reference_values(eigenvalues, theta0, eta, eps, first, bound, printed):
    saddle = QuadraticSaddle(eigenvalues, theta0, eta, eps)
    assert (saddle.first_escape(), saddle.bound(), saddle.printed_bound()) == (first, bound, printed)


def test_escape_can_flicker():
    eps = math.sqrt(.005)
    saddle = QuadraticSaddle((Fraction(-1, 100), 1), (1, Fraction(9, 100)), 1, eps)
    assert saddle.escaped(np.arange(400)).tolist() == [True] + 196 * [False] + 203 * [True]
    assert (saddle.first_escape(), saddle.bound()) == (0, 197)
    assert saddle.below_saddle(np.arange(400)).all()


def test_the_best_negative_direction_counts():
    """B = 923.3 for alpha = .01 alone, and B = 0 for alpha = 1 beside it."""
    instance = (Fraction(-1, 100), -1), (1, 1), Fraction(1, 2), 1
    saddle = QuadraticSaddle(*instance)
    bounds = [saddle.bound(0), saddle.bound(1)]
    assert bounds == [924, 1] and bounds == [smallest_step(*instance, i) for i in range(2)]
    assert (saddle.bound(), saddle.B, saddle.printed_bound()) == (1, 0, 0)
    alone = QuadraticSaddle((Fraction(-1, 100),), (1,), Fraction(1, 2), 1)
    assert round(alone.B, 1) == 923.3 and alone.bound() == alone.first_escape() == 924


def test_bound_of_one_direction():
    saddle = QuadraticSaddle((-1, 1, -2), (1, 1, 0), Fraction(1, 4), 1)
    assert saddle.bound(1) is None and saddle.bound(2) is None
    assert saddle.bound(0) == saddle.bound() == smallest_step((-1, 1, -2), (1, 1, 0), Fraction(1, 4), 1, 0)


@pytest.mark.parametrize("k", [0, 1, 7, 40, 1000])
def test_ties_are_lost_and_near_ties_are_seen(k):
    """||grad f~|| = 2^t: it exceeds 2^k from k + 1 on, a little less than 2^k from k on."""
    little = Fraction(1, 10**400)
    for eps, first in ((Fraction(2**k), k + 1), (2**k * (1 - little), k), (2**k * (1 + little), k + 1)):
        saddle = QuadraticSaddle((-1,), (1,), 1, eps)
        assert (saddle.first_escape(), saddle.bound()) == (first, first)


def test_zero_to_the_zero_is_one():
    """eta lambda = 1: the direction matters at t = 0 only."""
    saddle = QuadraticSaddle((-1, 1), (1, 2), 1, Fraction(1, 2))
    assert saddle.below_saddle(np.arange(3)).tolist() == [False, True, True]
    assert saddle.trajectory(2).tolist() == [[1, 2], [2, 0], [4, 0]]


def test_equal_bases_cancel():
    """lambda = -1 and 3 at eta = 1 have the factors 2 and -2: f~ keeps its sign, or stays 0, for ever."""
    steps = np.arange(50)
    for eigenvalues, theta0, sign in (((-1, 3), (3, 1), -1), ((-1, 3), (1, 1), 1), ((-3, 5), (1, 1), 1)):
        saddle = QuadraticSaddle(eigenvalues, theta0, 1, 1)
        assert (np.sign(saddle.value(steps)) == sign).all()
        assert (saddle.below_saddle(steps) == (sign < 0)).all()
    balanced = QuadraticSaddle((-1, -1, 2, 2), (1, 1, 1, 0), 2, 1)      # factors 3, 3, -3, -3 and f~ = 0
    assert (balanced.value(steps) == 0).all() and not balanced.below_saddle(steps).any()
    assert balanced.first_escape() is None


def test_escape_beyond_two_over_lambda_may_end():
    """The bowl (factor -1.5) grows faster than the slope (factor 1.25): below the saddle early, above it for ever after."""
    saddle = QuadraticSaddle((-1, 10), (1, Fraction(1, 10)), Fraction(1, 4), Fraction(1, 2))
    conditions = saddle_conditions((-1, 10), (1, Fraction(1, 10)), Fraction(1, 4), Fraction(1, 2), 100)
    assert saddle.below_saddle(np.arange(101)).tolist() == [below for below, _ in conditions]
    assert saddle.first_escape() == 0 and not saddle.escaped(10**6) and saddle.bound() is None


@pytest.mark.parametrize("eta, theta", [(1e-4, 1e-300), (.2, 1e-300), (1e-3, 1e-16), (1e-6, 1e-5), (1e-9, 1e-12)])
def test_long_waits_equal_high_precision_logarithms(eta, theta):
    """floor(B) + 1 with B in 60 digits; far beyond what brute force can reach."""
    saddle = QuadraticSaddle((-1e-4, 1.), (theta, 1.), eta, .1)
    with localcontext() as context:
        context.prec = 60
        alpha, growth = Decimal(1e-4), (1 + Decimal(eta) * Decimal(1e-4)).ln()
        positive, gradient = 1 / (alpha * Decimal(theta) ** 2), Decimal(.1) / (alpha * Decimal(theta))
        bound = math.floor(max(positive.ln() / 2, gradient.ln()) / growth) + 1
    assert saddle.bound() == bound > 10**6
    first = saddle.first_escape()
    assert first <= bound and saddle.escaped([first, first - 1, bound, bound + 1]).tolist() == [True, False, True, True]


def test_a_wait_beyond_every_machine_integer():
    saddle = QuadraticSaddle((-1,), (Fraction(1, 10),), Fraction(1, 10**25), 1)
    bound = saddle.bound()
    assert 10**25 < bound == saddle.first_escape()
    assert saddle.escaped(bound) and not saddle.escaped(bound - 1)
    assert abs(float(bound) - saddle.B) <= 1e-12 * bound


def test_closed_form_equals_rational_gradient_descent():
    rng = np.random.default_rng(3)
    for _ in range(20):
        eigenvalues, theta0 = rng.normal(size=(2, 4))
        saddle = QuadraticSaddle(eigenvalues, theta0, eta=float(rng.uniform(.1, 3)), eps=1)
        points, values, norms = saddle.trajectory(30), saddle.value(range(31)), saddle.grad_norm(range(31))
        theta, exact = list(map(Fraction, theta0)), list(map(Fraction, eigenvalues))
        for t in range(31):
            assert points[t] == pytest.approx([float(x) for x in theta], rel=1e-12)
            value = sum(a * x * x for a, x in zip(exact, theta, strict=True)) / 2
            size = sum(abs(a) * x * x for a, x in zip(exact, theta, strict=True)) / 2
            assert abs(values[t] - float(value)) <= 1e-12 * float(size)
            squared = sum(a * a * x * x for a, x in zip(exact, theta, strict=True))
            assert norms[t] == pytest.approx(math.sqrt(squared), rel=1e-12)
            theta = [x - Fraction(saddle.eta) * a * x for a, x in zip(exact, theta, strict=True)]


def test_no_number_is_nan_however_far():
    saddle = QuadraticSaddle((-1, 5, 1, -2), (1e-300, 1, 1e300, 0), eta=1, eps=1)
    steps = np.array([0, 1, 500, 1000, 10**6, 10**15])
    for result in (saddle.theta(steps), saddle.value(steps), saddle.grad_norm(steps), saddle.trajectory(3000)):
        assert not np.isnan(result).any()
    assert saddle.value(10**6) == math.inf and saddle.theta(10**6)[2] == 0
    assert QuadraticSaddle((-1, 1), (1, 1), eta=1, eps=1).value(10**6) == -math.inf
    assert QuadraticSaddle((0, -1), (1, 0), eta=1, eps=1).value([0, 10**9]).tolist() == [0, 0]
    assert saddle.theta(1010)[0] == pytest.approx(float(Fraction(1e-300) * 2**1010), rel=1e-11)


def test_steps_of_any_shape():
    saddle = QuadraticSaddle((-1, 1), (1, 1), eta=.5, eps=.1)
    steps = np.arange(6).reshape(2, 3)
    assert saddle.theta(steps).shape == (2, 3, 2) and saddle.theta(4).shape == (2,)
    assert saddle.value(steps).shape == saddle.escaped(steps).shape == (2, 3)
    assert np.ndim(saddle.value(4)) == np.ndim(saddle.escaped(4)) == 0
    assert saddle.theta(steps)[1, 2].tolist() == saddle.theta(5).tolist() == saddle.trajectory(5)[5].tolist()


@pytest.mark.parametrize("changes, message", [
    ({"eigenvalues": ()}, "eigenvalues"),
    ({"eigenvalues": 3}, "eigenvalues"),
    ({"eigenvalues": (-1, float("nan"))}, r"eigenvalues\[1\] is nan"),
    ({"theta0": (1,)}, "theta0 is 1 numbers, expected 2"),
    ({"theta0": (1, "a")}, r"theta0\[1\]"),
    ({"eta": 0}, "eta is 0, expected a finite number and > 0"),
    ({"eta": -1}, "eta"),
    ({"eps": 0}, "eps"),
    ({"eps": math.inf}, "eps"),
])
def test_bad_input(changes, message):
    with pytest.raises(ValueError, match=message):
        QuadraticSaddle(**{"eigenvalues": (-1, 1), "theta0": (1, 1), "eta": 1, "eps": 1} | changes)


def test_bad_steps_and_directions():
    saddle = QuadraticSaddle((-1, 1), (1, 1), 1, 1)
    for t in (-1, 1.5, [0, -2], None, "a"):
        with pytest.raises(ValueError, match="t is"):
            saddle.escaped(t)
    for i in (-1, 2, .5):
        with pytest.raises(ValueError, match="i is"):
            saddle.bound(i)
    with pytest.raises(ValueError, match="steps"):
        saddle.trajectory(-1)


coefficients = st.integers(-1000, 1000)
bases = st.fractions(0, 4, max_denominator=6)


@given(st.lists(st.tuples(coefficients, bases), max_size=6))
@settings(max_examples=200, deadline=None)
def test_signs_of_exponential_sums(terms):
    F = ExponentialSum(terms)
    signs = [np.sign(sum(a * r**t for a, r in terms)) for t in range(80)]
    assert F.sign(np.arange(80)).tolist() == signs
    for sign in (-1, 0, 1):
        first = F.first(sign)
        assert first == first_true(s == sign for s in signs) or (first is not None and first >= 80)


@given(st.sets(st.integers(1, 300), max_size=5), st.sampled_from([2, Fraction(3, 2), Fraction(9, 7)]))
@settings(max_examples=100, deadline=None)
def test_many_sign_changes_are_all_found(roots, base):
    """prod (x - base^root) at x = base^t, expanded: zero at the roots and nowhere else, however close they are."""
    polynomial = [Fraction(1)]
    for root in roots:
        polynomial = [high - base**root * low for high, low in zip([0, *polynomial], [*polynomial, 0], strict=True)]
    F = ExponentialSum([(a, base**k) for k, a in enumerate(polynomial)])
    expected = [math.prod((t > root) - (t < root) for root in roots) for t in range(350)]
    assert F.sign(np.arange(350)).tolist() == expected


@given(st.integers(1, 300), st.fractions("1/50", 50, max_denominator=50), st.fractions("1/50", 50, max_denominator=50),
       st.integers(8, 40), st.sampled_from([-1, 0, 1]))
@settings(max_examples=200, deadline=None)
def test_a_near_tie_has_the_sign_that_rationals_give(t, r, s, digits, side):
    """F(t) = a (1 + side 10^-digits) r^t - s^t with a = (s/r)^t: closer to 0 than floats see, or exactly 0."""
    F = ExponentialSum([((s / r)**t * (1 + Fraction(side, 10**digits)), r), (-1, s)])
    assert F.sign(t) == side


@given(st.fractions("1/1000", 1000))
def test_logarithm_of_a_rational(x):
    assert log(x) == pytest.approx(math.log(x.numerator) - math.log(x.denominator), rel=1e-12, abs=1e-13)
    assert log(1 + x / 10**30) == pytest.approx(float(x) * 1e-30, rel=1e-14)


TOLERANCES = {"grad_tol": 1e-9, "curvature_tol": 1e-9}


@pytest.mark.parametrize("f, w, kind", [
    (SaddleValley(), [0, 0], "strict saddle"),
    (SaddleValley(), [0, -1], "second-order stationary"),
    (SaddleValley(), [1, 0], "not stationary"),
    (Quadratic([1, 2]), [0, 0], "second-order stationary"),
    (Quadratic([1, 0]), [0, 5], "second-order stationary"),
    (Quadratic([-1, -2]), [0, 0], "strict saddle"),             # the lecture's definition covers a local maximum
    (Quadratic([1, -1e-12]), [0, 0], "second-order stationary"),
    (Quadratic([1e-6, -1e-12]), [0, 0], "strict saddle"),       # curvature_tol is relative to ||H||
])
def test_kinds_of_points(f, w, kind):
    point = classify(f, w, **TOLERANCES)
    eigenvalues = np.linalg.eigvalsh(f.hess(w))
    assert point.kind == kind
    assert (point.lambda_min, point.lambda_max) == (eigenvalues[0], eigenvalues[-1])
    assert point.grad_norm == np.linalg.norm(f.grad(w))


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_map_of_saddles(depth):
    """W_k = diag(sigma_i^(1/N) for i kept): for N = 2 every saddle is strict, for N >= 3 the top sets are not (6.2.7)."""
    sigma = np.array([2, 1.3, .6])
    net = LinearNetwork(SquaredLoss(np.diag(sigma)), hidden=(3,) * (depth - 1))
    for kept in (kept for size in range(4) for kept in combinations(range(3), size)):
        lost = [m for m in range(3) if m not in kept]
        negative = [sigma[k] ** (1 - 2 / depth) * (sigma[k] - sigma[m]) for k in kept for m in lost if m < k]
        negative += [-sigma[m] for m in lost if depth == 2]
        root = np.where(np.isin(range(3), kept), sigma, 0) ** (1 / depth)
        point = classify(net, net.join([np.diag(root)] * depth), **TOLERANCES)
        assert point.kind == ("strict saddle" if negative else "non-strict saddle" if lost else "global minimum")
        assert point.lambda_min == pytest.approx(min(negative, default=0), abs=1e-9)


class Cubic:
    """l(x) = x^3 - 3x, which says of itself what the test wants it to."""

    shape = (1, 1)

    def __init__(self, **says):
        vars(self).update(says)

    def __call__(self, W):
        return (W**3 - 3 * W)[..., 0, 0]

    def grad(self, W):
        return 3 * W**2 - 3

    def hvp(self, W, D):
        return 6 * W * D


@pytest.mark.parametrize("says", [{}, {"convex": False, "differentiable": True}, {"convex": True}, {"differentiable": True},
                                  {"convex": True, "differentiable": False}])
def test_no_strong_verdict_without_its_hypotheses(says):
    """At (1, 1) l' = 0 and Phi is lower at (-3, 1): nobody says that l is convex, so nobody says global minimum."""
    net = LinearNetwork(Cubic(**says), hidden=(1,))
    assert net([-3, 1]) < net([1, 1])
    assert classify(net, [1, 1], **TOLERANCES).kind == "second-order stationary"
    deep = LinearNetwork(Cubic(**says), hidden=(1, 1))
    assert classify(deep, [0, 0, 0], **TOLERANCES).kind == "second-order stationary"


def test_only_a_linear_network_gets_a_strong_verdict():
    class Looks(SaddleValley):
        dims, loss = (1, 1, 1), SquaredLoss([[0]])

        def product(self, w):
            return np.zeros((1, 1))
    assert classify(Looks(), [0, 1], **TOLERANCES).kind == "second-order stationary"


def test_no_verdict_where_a_derivative_does_not_exist():
    """KinkTrap(0).trap is a bad local minimum (6.2.6), and l has no gradient there."""
    with pytest.raises(ValueError, match="expected a point where l has a gradient"):
        classify(KinkTrap(), KinkTrap().trap, **TOLERANCES)
    assert classify(KinkTrap(.25), KinkTrap(.25).trap, **TOLERANCES).kind == "strict saddle"
    assert not KinkTrap().loss.differentiable and KinkTrap().loss.convex
    assert all(f.loss.differentiable and f.loss.convex for f in (KinkTrap(.25), BottleneckTrap(2, .8)))
    least = KinkTrap(.25).join([np.eye(2), [[0, 0], [1, 0]]])
    assert classify(KinkTrap(.25), least, **TOLERANCES).kind == "global minimum" and KinkTrap(.25)(least) == 0


@pytest.mark.parametrize("hidden", [(2,), (3,), (2, 2), (2, 4), (3, 2, 5)])
@pytest.mark.parametrize("shape", [(2, 3), (3, 2), (2, 5), (2, 2)])
def test_a_rectangular_network_without_bottleneck_gets_the_strong_verdicts(hidden, shape):
    """The least of d_0 and d_N decides, not the largest: Theorem 6.10 asks for hidden widths >= min(d_0, d_N) = 2."""
    target = np.zeros(shape)
    np.fill_diagonal(target, (2, 1))
    net = LinearNetwork(SquaredLoss(target), hidden)
    assert classify(net, net.balanced(target), **TOLERANCES).kind == "global minimum"
    origin = classify(net, net.zeros(), **TOLERANCES).kind
    assert origin == ("strict saddle" if net.depth == 2 else "non-strict saddle")
    narrow = LinearNetwork(SquaredLoss(target), (*hidden[:-1], 1))
    best = np.where(target == 2, 2, 0)
    assert classify(narrow, narrow.balanced(best), **TOLERANCES).kind == "second-order stationary"


def test_the_gradient_of_the_loss_is_measured_in_the_frobenius_norm():
    """grad l(0) = -diag(3, 4): 5 in that norm, 4 in the spectral one, 7 in the nuclear one."""
    net = LinearNetwork(SquaredLoss(np.diag([3, 4])), hidden=(2, 2))
    kinds = {tol: classify(net, net.zeros(), grad_tol=tol, curvature_tol=1e-9).kind for tol in (3.5, 4.5, 4.999, 5, 6)}
    assert kinds == {3.5: "non-strict saddle", 4.5: "non-strict saddle", 4.999: "non-strict saddle", 5: "global minimum",
                     6: "global minimum"}


def test_a_bottleneck_leaves_the_last_kind_whole():
    trap = BottleneckTrap(a=2, m=.8)
    assert classify(trap, trap.trap, **TOLERANCES).kind == "second-order stationary"
    wide = trap.with_hidden((2,))
    w = wide.join([np.diag([0, 1]), np.diag([0, trap.m])])
    assert classify(wide, w, **TOLERANCES).kind == "strict saddle"


@pytest.mark.parametrize("w, tolerances, message", [
    ([0, 0, 0], TOLERANCES, "w has shape"),
    ([0, math.nan], TOLERANCES, "w has a non-finite entry"),
    ([0, 1j], TOLERANCES, "w is complex, expected real numbers"),
    ([0, 0], TOLERANCES | {"grad_tol": -1}, "grad_tol"),
    ([0, 0], TOLERANCES | {"curvature_tol": None}, "curvature_tol"),
])
def test_classify_bad_input(w, tolerances, message):
    with pytest.raises(ValueError, match=message):
        classify(SaddleValley(), w, **tolerances)
