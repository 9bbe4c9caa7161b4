"""The named landscapes: derivatives against complex step and exact rationals, constants, and the claims made of each."""
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lnnlib.descent import gradient_descent
from lnnlib.landscapes import (
    Absolute,
    BottleneckTrap,
    DriftToInfinity,
    Huber,
    KinkTrap,
    Octopus,
    Quadratic,
    SaddleValley,
    Shelf,
    Softplus,
    Trough,
    ZigZag,
)
from lnnlib.saddles import classify
from tests.oracles import complex_step, rational_gradient

ANALYTIC = [Quadratic([1, -2, 0]), SaddleValley(), DriftToInfinity(), Softplus(), Octopus(4, 2, 1, 1.5),
            BottleneckTrap(2, .8)]
EVERY = [*ANALYTIC, Huber(.5), Absolute(), ZigZag(4, beta=2, eps=.5), KinkTrap(), KinkTrap(mu=.25)]


def named(f):
    return type(f).__name__


def points(f, how_many, seed=0):
    """Points on both sides of every seam: for the octopus also in each region of its domain."""
    rng = np.random.default_rng(seed)
    w = 2 * rng.normal(size=(how_many, f.dim))
    if isinstance(f, Octopus):
        i = rng.integers(0, f.dim + 1, (how_many, 1))
        j = np.arange(f.dim)
        size = np.where(j < i, 2 + 3 * rng.random(w.shape), np.where(j == i, 2, 1) * rng.random(w.shape))
        w = rng.choice([-1, 1], w.shape) * f.t * size
    return w


def close(value, expected):
    return np.abs(value - expected).max() <= 1e-10 * max(1, np.abs(expected).max())


@pytest.mark.parametrize("f", ANALYTIC, ids=named)
def test_derivatives_equal_complex_step(f):
    for w in points(f, 40):
        assert close(f.grad(w), complex_step(f, w))
        assert close(f.hess(w), complex_step(f.grad, w))


@pytest.mark.parametrize("f", EVERY, ids=named)
def test_shapes_and_hvp(f):
    w, v = points(f, 12).reshape(3, 4, f.dim), points(f, 12, seed=1).reshape(3, 4, f.dim)
    assert f(w).shape == (3, 4) and f.grad(w).shape == w.shape and f.hess(w).shape == (3, 4, f.dim, f.dim)
    assert close(f.hvp(w, v), np.einsum("...ij,...j", f.hess(w), v))
    assert close(f.hvp(w[0, 0], v), np.einsum("ij,...j", f.hess(w[0, 0]), v))
    for i, j in np.ndindex(3, 4):
        assert close(f(w)[i, j], f(w[i, j])) and close(f.grad(w)[i, j], f.grad(w[i, j]))
        assert close(f.hess(w)[i, j], f.hess(w[i, j])) and close(f.hess(w[i, j]), f.hess(w[i, j]).T)
    assert np.array_equal(f.grad(w[0, 0].tolist()), f.grad(w[0, 0]))
    with pytest.raises(ValueError, match=rf"w has shape .*expected shape \(\.\.\., {f.dim}\)"):
        f.grad(np.ones(f.dim + 1))


# Independent forms in rational numbers of the functions that no complex step can differentiate.

def rational_huber(x, mu):
    """The Moreau envelope min_y |y| + (x - y)^2/(2 mu), at its minimizer y, the soft threshold of x."""
    y = max(x - mu, 0) + min(x + mu, 0)
    return abs(y) + (x - y) ** 2 / (2 * mu)


def rational_kinks(w, curve):
    """Phi(W_1, W_2) = l(W_2 W_1), entry by entry; w lists W_1, then W_2, row by row."""
    (a, b, c, d), (e, f, g, h) = w[:4], w[4:]
    product = [[e * a + f * c, e * b + f * d], [g * a + h * c, g * b + h * d]]
    return curve(product[0][0]) + curve(product[0][1]) + curve(product[1][1]) + (product[1][0] - 1) ** 2


def rational_zig_zag(x, teeth, beta, slope):
    """Minus the integral of f' from x to the minimum: f' is piecewise linear, so trapezoids at its corners are exact."""
    stride = slope / beta
    corners = [(-1, -slope), *((Fraction(t, 2) * stride, -slope if t % 2 == 0 else -slope / 2) for t in range(2 * teeth + 1))]
    corners += [((teeth + 1) * stride, 0), ((teeth + 2) * stride, slope), ((teeth + 2) * stride + 10, slope)]

    def derivative(y):
        (a, left), (b, right) = next(pair for pair in zip(corners, corners[1:], strict=False) if y <= pair[1][0])
        return left + (right - left) * (y - a) / (b - a)
    minimizer = (teeth + 1) * stride
    low, high = sorted((x, minimizer))
    ends = [low, *(a for a, _ in corners if low < a < high), high]
    area = sum((b - a) * (derivative(a) + derivative(b)) / 2 for a, b in zip(ends, ends[1:], strict=False))
    return area if x > minimizer else -area


RATIONAL = [
    (Huber(.5), lambda w: rational_huber(w[0], Fraction(1, 2))),
    (Absolute(), lambda w: abs(w[0])),
    (ZigZag(4, beta=2, eps=.5), lambda w: rational_zig_zag(w[0], 4, 2, Fraction(.5 * (1 + 1e-9)))),
    (KinkTrap(), lambda w: rational_kinks(w, abs)),
    (KinkTrap(mu=.25), lambda w: rational_kinks(w, lambda x: rational_huber(x, Fraction(1, 4)))),
]


@pytest.mark.parametrize("f, exact", RATIONAL, ids=[named(f) for f, _ in RATIONAL])
def test_values_and_derivatives_equal_exact_rationals(f, exact):
    w = points(f, 60) if f.dim > 1 else np.linspace(-.9, 2.5, 60)[:, None]
    little = Fraction(1, 10**25)
    for x in w:
        rational = list(map(Fraction, x))
        assert close(f(x), float(exact(rational)))
        gradient = rational_gradient(exact, rational)
        assert close(f.grad(x), np.array(gradient, dtype=float))
        for k in range(f.dim):
            ahead, behind = ([y + s * little * (j == k) for j, y in enumerate(rational)] for s in (1, -1))
            column = [(p - q) / (2 * little) for p, q in
                      zip(rational_gradient(exact, ahead), rational_gradient(exact, behind), strict=True)]
            assert close(f.hess(x)[:, k], np.array(column, dtype=float))


# Constants

@pytest.mark.parametrize("f", [Quadratic([1, -2, 0]), DriftToInfinity(), Softplus(), Huber(.5), ZigZag(4, 2, .5)], ids=named)
def test_beta_is_the_least_smoothness_constant(f):
    x = np.linspace(-12.1, 12.3, 100001)[:, None] * np.ones(f.dim)     # a grid that meets no kink
    norms = np.linalg.norm(f.hess(x), 2, axis=(-2, -1)) if f.dim > 1 else abs(f.hess(x))[:, 0, 0]
    assert norms.max() == pytest.approx(f.beta, rel=1e-6) and norms.max() <= f.beta * (1 + 1e-12)
    u, v = points(f, 2000), points(f, 2000, seed=1)
    steps = np.linalg.norm(f.grad(u) - f.grad(v), axis=-1)
    assert (steps <= f.beta * np.linalg.norm(u - v, axis=-1) * (1 + 1e-9)).all()


@pytest.mark.parametrize("f", [DriftToInfinity(), Softplus()], ids=named)
def test_rho_is_the_least_hessian_lipschitz_constant(f):
    x = np.linspace(-12, 12, 200001)[:, None]
    slopes = abs(np.diff(f.hess(x)[:, 0, 0])) / np.diff(x[:, 0])
    assert slopes.max() == pytest.approx(f.rho, rel=1e-5) and slopes.max() <= f.rho * (1 + 1e-9)


@pytest.mark.parametrize("f, minimizer", [
    (Quadratic([1, 0]), [0, 7]), (SaddleValley(), [0, -1]), (DriftToInfinity(), [0]), (Huber(.5), [0]),
    (ZigZag(4, beta=2, eps=.5), [5 * .25 * (1 + 1e-9)]), (Octopus(3, 2, 1, 1.5), [6, -6, 6]),
    (KinkTrap(mu=.25), [1, 0, 0, 0, 0, 0, 1, 0]),
], ids=lambda f: named(f) if hasattr(f, "dim") else "")
def test_minimum_is_attained_and_never_undercut(f, minimizer):
    assert f(minimizer) == pytest.approx(f.minimum, abs=1e-12)
    assert f.grad(minimizer) == pytest.approx(np.zeros(f.dim), abs=1e-12)
    assert (f(points(f, 5000)) >= f.minimum - 1e-12).all()


def test_minimum_at_a_kink():
    for f, minimizer in ((Absolute(), [0]), (KinkTrap(), [1, 0, 0, 0, 0, 0, 1, 0])):
        assert f(minimizer) == f.minimum == 0 and (f(points(f, 5000)) > 0).all()


def test_functions_without_a_minimum():
    assert Quadratic([1, -1]).minimum is None
    f = Softplus()
    assert f.minimum is None and f.infimum == 0 and 0 < f([-700]) < 1e-300
    assert Octopus(2, 1, 1, 1).beta is SaddleValley().beta is SaddleValley().rho is Huber(1).rho is Absolute().beta is None


def test_softplus_far_out():
    f, x = Softplus(), np.array([[-1e308], [-800], [800], [1e308]])
    assert f(x).tolist() == [0, 0, 800, 1e308] and f.grad(x)[:, 0].tolist() == [0, 0, 1, 1]


def test_stationary_points_of_the_drift_to_infinity():
    """0 and +-sqrt(1 + sqrt 2) alone, the latter strict maxima."""
    f, far = DriftToInfinity(), np.sqrt(1 + np.sqrt(2))
    assert abs(f.grad([[0], [far], [-far]])).max() < 1e-15
    assert f.hess([0])[0, 0] > 0 > f.hess([far])[0, 0]
    x = np.linspace(-50, 50, 100001)
    changes = x[:-1][np.diff(np.sign(f.grad(x[:, None])[:, 0])) != 0]
    assert np.unique(changes.round(2)) == pytest.approx([-far, 0, far], abs=.02)


def test_huber_is_the_smoothed_kink():
    x = np.linspace(-3, 3, 601)[:, None]
    for mu in (1, .1, .001):
        assert (Absolute()(x) - Huber(mu)(x) >= 0).all() and (Absolute()(x) - Huber(mu)(x) <= mu / 2 + 1e-15).all()


# Derivatives that do not exist

KINKS = [(Absolute(), 1, [0]), (Huber(.5), 2, [-.5, .5]),
         (ZigZag(3, beta=2, eps=.5), 2, [ZigZag(3, 2, .5)._stride * t for t in (0, .5, 1, 1.5, 2, 2.5, 3, 5)]),
         (ZigZag(0, beta=1, eps=1), 2, [0, 2 * ZigZag(0, 1, 1)._stride])]


@pytest.mark.parametrize("f, order, kinks", KINKS, ids=lambda value: named(value) if hasattr(value, "dim") else "")
def test_a_derivative_that_does_not_exist_is_refused(f, order, kinks):
    """At a kink the difference quotients of value or slope from the two sides differ; next to it they agree, and there is one."""
    below, derivative = (f.value, f.slope) if order == 1 else (f.slope, f.curvature)
    kinks, h = np.array(kinks, float), 1e-6

    def sides(x):
        return (below(x + h) - below(x)) / h, (below(x) - below(x - h)) / h

    right, left = sides(kinks)
    assert (abs(right - left) > .4).all() and np.isnan(derivative(kinks)).all()
    near = (kinks[:, None] + [-1e-4, 1e-4]).ravel()
    assert np.allclose(*sides(near), atol=1e-3) and np.allclose(derivative(near), sides(near)[0], atol=1e-3)
    for x in kinks:
        what = "f'" if order == 1 else "f''"
        for call in [f.grad] if order == 1 else [f.hess, lambda w: f.hvp(w, [1.])]:
            with pytest.raises(ValueError, match=rf"w is \[{x}\], expected points where {what} of {named(f)} exists"):
                call([x])
            with pytest.raises(ValueError, match=rf"w is \[{x}\], expected"):
                call([[x], [x + .01]])
        plane = Trough(f)
        with pytest.raises(ValueError, match="exists"):
            (plane.grad if order == 1 else plane.hess)([x, 1])
    assert order == 1 or np.isfinite(f.grad(kinks[:, None])).all()


def test_without_a_slope_there_is_no_curvature():
    assert np.isnan(Absolute().curvature(np.zeros(2))).all()
    with pytest.raises(ValueError, match="points where f'' of Absolute exists"):
        Absolute().hess([0])


def test_a_run_that_overflows_meets_no_kink():
    """Infinity minus infinity is not a missing derivative: such a run diverges."""
    assert gradient_descent(Shelf(), [-9.], 1, 50).diverged and gradient_descent(Trough(Shelf()), [-9., 0], 1, 50).diverged


def test_derivatives_along_kinky_curves_by_complex_step():
    for f in (Absolute(), Huber(.5), ZigZag(4, beta=2, eps=.5)):
        for w in points(f, 40):
            assert close(f.grad(w), complex_step(f, w)) and close(f.hess(w), complex_step(f.grad, w))


def test_kink_trap_has_derivatives_only_where_its_loss_has():
    f = KinkTrap()
    steps = 1e-3 * np.eye(8)
    one_sided = (f(f.trap + steps) - 1) / 1e-3, (1 - f(f.trap - steps)) / 1e-3
    assert abs(one_sided[0] - one_sided[1]).max() > 1                          # at the trap Phi has no gradient
    for w in (f.trap, [1, 0, 0, 0, 0, 0, 1, 0], np.zeros(8)):
        for derivative in (f.grad, f.hess):
            with pytest.raises(ValueError, match=r"W_\{1:2\} is \[+0.0, 0.0\], .*, expected a point where l has a"):
                derivative(w)
    smooth = KinkTrap(mu=.25)
    w = smooth.join([np.eye(2), [[.25, .1], [.3, .2]]])                         # W_11 = mu: a gradient and no Hessian
    assert close(smooth.grad(w), complex_step(smooth, w))
    with pytest.raises(ValueError, match="expected a point where l has a Hessian"):
        smooth.hess(w)
    w = smooth.join([np.eye(2), [[.1, .1], [.25, .2]]])                         # W_21 is under no |.|
    assert np.isfinite(smooth.hess(w)).all()


# The octopus

def printed_octopus(f, w):
    """The formulas of Du et al. 2017, coordinate by coordinate, as printed there."""
    L, g, t, x = f.L, f.g, f.t, np.abs(w)
    nu = 37 / 6 * L * t**2 + 13 / 6 * g * t**2

    def g1(x):
        return -g * x**2 + (-14 * L + 10 * g) * (x - t) ** 3 / (3 * t) + (5 * L - 3 * g) * (x - t) ** 4 / (2 * t**2)

    def g2(x):
        return (-g - 10 * (L + g) * (x - 2 * t) ** 3 / t**3 - 15 * (L + g) * (x - 2 * t) ** 4 / t**4
                - 6 * (L + g) * (x - 2 * t) ** 5 / t**5)
    i = next((j for j in range(f.dim) if x[j] < 2 * t), f.dim)
    total = sum(L * (x[j] - 4 * t) ** 2 - nu for j in range(i))
    if i == f.dim:
        return total
    if x[i] <= t:
        return total - g * x[i] ** 2 + sum(L * x[j] ** 2 for j in range(i + 1, f.dim))
    total += g1(x[i]) + sum(L * x[j] ** 2 for j in range(i + 2, f.dim))
    return total + (g2(x[i]) * x[i + 1] ** 2 if i + 1 < f.dim else 0)


def test_octopus_equals_the_published_formula():
    for f in (Octopus(5, 1, 1, np.e), Octopus(3, 2, .5, 1)):
        for w in points(f, 200):
            assert f(w) == pytest.approx(printed_octopus(f, w), rel=1e-12, abs=1e-12)
            assert f(w) == f(-w)


def test_octopus_is_twice_differentiable_at_its_seams():
    f, h = Octopus(4, 2, 1, 1.5), 1e-9
    for i, seam in product(range(4), (f.t, 2 * f.t)):
        w = np.array([3.5 * f.t] * i + [seam] + [.4 * f.t] * (3 - i))
        before, after = w - h * np.eye(4)[i], w + h * np.eye(4)[i]
        for derivative in (f, f.grad, f.hess):
            assert derivative(before) == pytest.approx(derivative(after), abs=1e-6)


def test_octopus_minima():
    f = Octopus(3, 1, 1, 1)
    for signs in product((-1, 1), repeat=3):
        w = 4 * np.array(signs, dtype=float)
        assert f(w) == pytest.approx(-3 * f.nu) and not f.grad(w).any()
        assert (np.linalg.eigvalsh(f.hess(w)) == 2).all()


@pytest.mark.parametrize("L, leave", [(1, [6, 20, 60, 167, 457]), (2, [10, 47, 204, 840, 3456])])
def test_gradient_descent_leaves_the_octopus_in_exponential_time(L, leave):
    f, eta = Octopus(5, L, 1, np.e), 1 / (4 * L)
    run = gradient_descent(f, np.random.default_rng(1).uniform(0, 1, 5), eta, leave[-1] + 200)
    assert (abs(run.points) >= 2 * f.t).argmax(axis=0).tolist() == leave
    ratio = 1 + np.log(1 / (1 - 2 * eta * L)) / np.log1p(2 * eta * f.g)
    assert leave[-1] / leave[-2] == pytest.approx(ratio, rel=.02)
    assert run.values[-1] == pytest.approx(f.minimum)


def test_underflow_holds_gradient_descent_on_the_octopus_for_ever():
    """A waiting coordinate halves some 1074 times, to the least float, which no later step moves: the last saddle stays."""
    f = Octopus(6, 2, 1, np.e)
    run = gradient_descent(f, np.random.default_rng(1).uniform(0, 1, 6), 1 / 8, 4500)
    waiting, least = run.points[:, 5], np.nextafter(0, 1)
    assert 1060 < (waiting <= least).argmax() < 1080
    assert (waiting[1080:] == waiting[-1]).all() and waiting[-1] in (0, least)
    last = run.points[-1]
    assert (last[:5] > 2 * f.t).all()
    assert classify(f, last, grad_tol=1e-9, curvature_tol=1e-9).kind == "strict saddle"


# Traps

@pytest.mark.parametrize("a, m", [(2, .8), (.5, .8), (.3, .9), (0, .5), (.4, 2), (3, 1.5)])
def test_minimum_of_the_bottleneck(a, m):
    f = BottleneckTrap(a, m)
    run = gradient_descent(f, f.random(0, size=(60,)), .02, 20000, stop_grad=1e-10, keep=20000)
    assert run.values[-1].min() == pytest.approx(f.minimum, abs=1e-9)


@pytest.mark.parametrize("m", [.5, .8, 1, 1.5, 2, 4])
@pytest.mark.parametrize("a", [0, .2, .3, .6, .9, 1, 1.5, 3])
def test_minimum_over_all_matrices_of_rank_one(a, m):
    """W = rho E with E = u v^T of unit vectors: l is quadratic in rho, so only the two angles have to be tried."""
    f, angle = BottleneckTrap(a, m), np.linspace(0, np.pi, 1201)
    u, v = np.stack([np.cos(angle), np.sin(angle)]), np.stack([np.cos(angle), np.sin(angle)])
    E = u[:, None, :, None] * v[None, :, None, :]
    weights, target = np.array([[1, a], [a, 1]])[..., None, None], np.diag([1, m])[..., None, None]
    best = 1 + m**2 - (E * weights * target).sum((0, 1)) ** 2 / np.maximum((weights * E**2).sum((0, 1)), 1e-300)
    assert f.minimum - 1e-12 <= best.min() <= f.minimum + 1e-5
    assert (f(f.random(0, size=(2000,))) >= f.minimum - 1e-12).all()


@pytest.mark.parametrize("a, m", [(.6, 2), (.5, 2), (3, 1.5), (1, 1), (2, 1)])
def test_from_one_over_m_on_a_large_mode_makes_the_trap_a_global_minimum(a, m):
    f = BottleneckTrap(a, m)
    assert f(f.trap) == pytest.approx(f.minimum, abs=1e-12)
    below = BottleneckTrap(.99 / m, m)
    assert np.linalg.eigvalsh(below.hess(below.trap))[0] < -.01 and below.minimum < 1


def test_bottleneck_trap_turns_at_one_over_m():
    m = .8
    for a, sign in ((1.2, -1), (1.25, 0), (1.3, 1)):
        f = BottleneckTrap(a, m)
        assert f(f.trap) == pytest.approx(1) and f.grad(f.trap) == pytest.approx(np.zeros(4), abs=1e-12)
        expected = sorted([2 * a * m - 2, 0, 4 * m, 2 * a * m + 2])
        assert np.linalg.eigvalsh(f.hess(f.trap)) == pytest.approx(expected, abs=1e-12)
        assert np.sign(round(2 * a * m - 2, 12)) == sign
    assert np.linalg.eigvalsh(BottleneckTrap(2, m).hess(BottleneckTrap(2, m).trap)) == pytest.approx([0, 1.2, 3.2, 5.2], abs=1e-9)


def test_bottleneck_trap_is_left_at_one_over_m_itself():
    """u = v = (s, P) with P^2 = m - s^2/m changes Phi by s^4 (1 - 1/m^2) < 0."""
    m = .8
    f = BottleneckTrap(1 / m, m)
    for s in (.3, .1, .03):
        p = np.sqrt(m - s**2 / m)
        assert f([s, p, s, p]) - 1 == pytest.approx(s**4 * (1 - 1 / m**2), rel=1e-9)


def test_some_runs_end_in_the_bottleneck_trap():
    f = BottleneckTrap(2, .8)
    run = gradient_descent(f, f.random(0, .3, size=(60,)), .02, 20000, stop_grad=1e-10, keep=20000)
    ends = run.values[-1]
    trapped = np.isclose(ends, 1)
    assert 5 < trapped.sum() < 55 and np.allclose(ends[~trapped], .64) and f.minimum == pytest.approx(.64)
    wide = f.with_hidden((2,))
    freed = gradient_descent(wide, wide.random(0, .3, size=(60,)), .02, 20000, stop_grad=1e-10, keep=20000)
    assert freed.values[-1] == pytest.approx(np.zeros(60), abs=1e-12)


def test_kink_trap_is_a_bad_local_minimum():
    f, rng = KinkTrap(), np.random.default_rng(0)
    assert f(f.trap) == 1 and f.minimum == 0
    for radius in (.3, .1, 1e-2, 1e-4):
        directions = rng.normal(size=(20000, 8))
        near = f.trap + radius * directions / np.linalg.norm(directions, axis=-1, keepdims=True)
        assert (f(near) >= 1 - 1e-12).all()
        # Why: W_21 = x W_11 + y W_22 - x y W_12 near it, with x and y small.
        P = f.product(near)
        W_1, W_2 = f.split(near)
        x, y = W_2[:, 1, 0] / W_2[:, 0, 0], W_1[:, 1, 0] / W_1[:, 1, 1]
        assert P[:, 1, 0] == pytest.approx(x * P[:, 0, 0] + y * P[:, 1, 1] - x * y * P[:, 0, 1], abs=1e-12)


@pytest.mark.parametrize("mu", [1, .25, .05])
def test_smoothing_opens_the_kink_trap(mu):
    f = KinkTrap(mu)
    assert f(f.trap) == 1 and classify(f, f.trap, grad_tol=0, curvature_tol=1e-9).kind == "strict saddle"
    run = gradient_descent(f, f.trap + 1e-3 * np.random.default_rng(0).normal(size=8), .2 * mu, 20000, stop_grad=1e-9, keep=20000)
    assert run.values[-1] < 1e-9


@pytest.mark.parametrize("construct, message", [
    (lambda: Quadratic([]), "eigenvalues"), (lambda: Quadratic([[1]]), "eigenvalues"), (lambda: Huber(0), "mu is 0"),
    (lambda: ZigZag(-1, 1, 1), "teeth is -1"), (lambda: ZigZag(1, 0, 1), "beta is 0"), (lambda: ZigZag(1, 1, 0), "eps is 0"),
    (lambda: Octopus(0, 1, 1, 1), "d is 0"), (lambda: Octopus(2, 0, 1, 1), "L is 0"), (lambda: Octopus(2, 1, -1, 1), "g is -1"),
    (lambda: Octopus(2, 1, 1, np.inf), "t is inf"), (lambda: BottleneckTrap(-1, 1), "a is -1"),
    (lambda: BottleneckTrap(1, 0), "m is 0"), (lambda: KinkTrap(-1), "mu is -1"),
])
def test_bad_input(construct, message):
    with pytest.raises(ValueError, match=message):
        construct()
