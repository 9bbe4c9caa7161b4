"""What the explorers of 6.2.6 claim, and what its homework takes for right, by exact arithmetic and other derivations."""
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.answers.kinds import WrongKind, function, number
from lnnlib.explorers import bottleneck_trap, escape_hatch, kink_trap, svd_picture
from lnnlib.explorers.section_6_2_6.bottleneck_trap import GRID
from lnnlib.explorers.section_6_2_6.escape_hatch import POINTS, PREDICT
from lnnlib.explorers.section_6_2_6.kink_trap import CURVES
from lnnlib.explorers.section_6_2_6.svd_picture import NETS
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.live import number_text
from lnnlib.proofs import balanced_critical_point, kernel_perturbation
from lnnlib.traps import KinkTrap, ReluUnit
from tests.oracles import complex_step

pytestmark = pytest.mark.usefixtures("own_record")


# ---- Figure 6.1

@pytest.mark.parametrize("net, star, kernel", [("1", 1, 1), ("2", 2, 1), ("3", 3, 1), ("two", 2, 2), ("square", 2, 1)])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_picture_is_a_singular_value_decomposition_with_its_kernel(net, star, kernel, k):
    for leak in (0, .01, .5, 1):
        run = svd_picture(k=k, leak=leak, net=net).run()
        M = run.matrices
        assert np.abs(M["U"] @ M["Σ"] @ M["V"] - M["W"]).max() < 1e-12
        for Q in (M["U"], M["V"]):
            assert np.abs(Q @ Q.T - np.eye(len(Q))).max() < 1e-12
        opened = kernel if leak == 0 and k >= star else 0
        assert np.linalg.matrix_rank(M["W"]) == 3 - opened
        assert run.has_kernel == (run.residual <= 1e-12) == (opened > 0)
        assert (f"and k* = {star}." in svd_picture(k=k, leak=leak, net=net).readout) == (opened > 0)
    assert set(NETS.values()) == {"1", "2", "3", "two", "square"}


@pytest.mark.parametrize("net", ["1", "2", "3", "square"])
def test_the_column_moves_continuously_as_the_leak_closes(net):
    for k in (1, 2, 3):
        closed, nearly = (svd_picture(k=k, leak=leak, net=net).run() for leak in (0, 1e-4))
        assert np.abs(closed.U - nearly.U).max() < 1e-3


# ---- The proof by hand

def corners(point):
    """The explorer's runs with every w_k entry at its ends, at 0 and in between."""
    figure = escape_hatch(point=point)
    for w in itertools.product((-1.5, .4), (-1.5, 0, 1.5), (-1.5, 0, 1.5), (-1.5, 0, .6)):
        figure.set(**dict(zip(("w21", "w22", "w31", "w32"), w, strict=True)))
        yield figure.run(), figure.readout


@pytest.mark.parametrize("point", POINTS.values())
def test_the_product_and_phi_never_move(point):
    for run, readout in corners(point):
        W1, W2, W3 = run.net.split(run.moved())
        V1, V2, V3 = run.net.split(run.start)
        assert np.abs(W3 @ W2 @ W1 - V3 @ V2 @ V1).max() < 1e-12 and run.drift < 1e-12
        assert readout.startswith("Φ and the product have not moved")
        reach = np.hstack([V3 @ V2, W3 @ W2] if run.k_star == 1 else [V3, W3])
        assert run.reached == np.linalg.matrix_rank(reach, tol=1e-9)


def test_the_gradient_at_the_saddle_in_closed_form():
    """Layer 1 alone sees it: ||(W~_3 W~_2)^T grad l|| = |u_2^T w_2| |w_3^T e|, e the direction that the product misses."""
    e = [-math.sin(math.radians(35)), math.cos(math.radians(35))]
    for run, _ in corners("saddle"):
        assert run.slope() == pytest.approx(abs(run.w22 * (run.w31 * e[0] + run.w32 * e[1])), abs=1e-12)
    assert np.linalg.norm(complex_step(run.net, run.moved())) == pytest.approx(run.slope(), abs=1e-12)


def test_a_global_minimum_stays_asleep_and_the_second_saddle_needs_one_vector():
    assert max(run.slope() for run, _ in corners("minimum")) == 0
    second = escape_hatch(point="second", w21=1, w22=1, w31=0, w32=1).run()
    assert second.k_star == 2 and second.slope([2]) == 0 and second.slope([3]) == second.slope() > .1


def test_no_setting_turns_a_right_prediction_into_a_wrong_one():
    for run, _ in corners("saddle"):
        assert PREDICT.answer(run) == (2 if run.w22 and (run.w31 or run.w32) else None)
    for point in ("second", "origin", "minimum"):
        assert {PREDICT.answer(run) for run, _ in corners(point)} == {None}
    assert PREDICT.answer(escape_hatch(predict=True).run()) is None


def test_the_verdict_gives_both_factors_of_the_gradient_and_why_one_alone_is_not_enough():
    """At the first saddle, turned back by 35 degrees, w_2 counts by its second entry and w_3 along (-sin 35, cos 35)."""
    e = [-math.sin(math.radians(35)), math.cos(math.radians(35))]
    for w22, w31, w32 in [(.8, -.8, .6), (-1.5, .3, 1.5), (.02, 0, .02)]:
        run = escape_hatch(w22=w22, w31=w31, w32=w32).run()
        along_u, along_e = abs(w22), abs(w31 * e[0] + w32 * e[1])
        assert run.parts == pytest.approx((along_u, along_e), abs=1e-12)
        factors = f"{number_text(along_u, 3)} · {number_text(along_e, 3)} = {number_text(along_u * along_e, 3)}"
        for predicted, mark in ((0, "✗"), (1, "✗"), (2, "✓")):
            verdict = PREDICT.verdict(predicted, run)
            assert verdict.startswith(mark) and factors in verdict and len(verdict) <= 165


def test_the_pinned_start_stays_behind_every_other():
    figure = escape_hatch(w22=.8, w31=-.8, w32=.6)
    figure.pin()
    alone = figure.frame()
    for point in POINTS.values():
        figure.set(point=point)
        assert figure.pinned is not None and figure.pin_says.startswith("Pinned: Φ and the product have not moved")
        assert figure.frame() != escape_hatch(point=point, w22=.8, w31=-.8, w32=.6).frame()
    figure.set(point="saddle")
    assert figure.frame() == alone


# ---- The bottleneck

def descend(a, width, steps=500, eta=.2):
    """The products at the end of the explorer's 60 runs, with gradients written out by hand."""
    w = .3 * np.random.default_rng(2).normal(size=(60, 4 * width))
    V, U = w[:, :2 * width].reshape(60, width, 2), w[:, 2 * width:].reshape(60, 2, width)
    for _ in range(steps):
        P = U @ V
        G = 2 * np.array([[1, a], [a, 1]]) * (P - np.diag([1, .8]))
        U, V = U - eta * G @ V.transpose(0, 2, 1), V - eta * U.transpose(0, 2, 1) @ G
    return U @ V


@pytest.mark.parametrize("a, width, trapped", [(2, 1, 22), (1, 1, 0), (2, 2, 0), (.5, 1, 0)])
def test_so_many_runs_end_in_the_trap(a, width, trapped):
    run, P = bottleneck_trap(a=a, width=width).run(), descend(a, width)
    assert np.isclose(P, np.diag([0, .8]), atol=1e-3).all(axis=(1, 2)).sum() == trapped == run.trapped.sum()
    assert np.abs(run.paths[-1][~run.trapped] - run.best).max() < 1e-2
    assert f"{trapped} of 60 runs are in the trap" in bottleneck_trap(a=a, width=width).readout


def test_the_curvature_turns_at_one_over_m():
    for a, width in itertools.product((*GRID, Fraction(5, 4)), (1, 2)):
        run = bottleneck_trap(a=a, width=width).run()
        W_1, W_2 = (np.zeros_like(W) for W in run.f.split(run.f.zeros()))
        W_1[-1, 0] = W_2[0, -1] = 1 / np.sqrt(2)
        way, H = run.f.join([W_1, W_2]), complex_step(run.f.grad, run.f.balanced(np.diag([0, .8])))
        assert run.curvature == pytest.approx(way @ H @ way, abs=1e-12)
        assert np.sign(run.curvature) == (np.sign(a - Fraction(5, 4)) if width == 1 else -1)
    for a, word in ((1.25 - 1e-10, "a strict saddle"), (1.25 + 1e-10, "a bad local minimum")):
        assert word in bottleneck_trap(a=a).readout
    words = {Fraction(6, 5): "a strict saddle", Fraction(5, 4): "does not decide", Fraction(13, 10): "a bad local minimum"}
    assert all(word in bottleneck_trap(a=a).readout for a, word in words.items())


@pytest.mark.parametrize("a", [0, .3, .8, 1.25, 3])
def test_the_landscape_shown_is_the_best_loss_with_these_two_entries(a):
    run, free = bottleneck_trap(a=a).run(), np.concatenate([-np.geomspace(1e-3, 1e3, 4001), np.geomspace(1e-3, 1e3, 4001)])
    for p, s in [(.3, .4), (-.2, .7), (1, .1), (.9, -.3)]:
        best = ((p - 1) ** 2 + (s - .8) ** 2 + a * (free**2 + (p * s / free) ** 2)).min()
        assert run.height(p, s) == pytest.approx(best, abs=1e-5)
    p, s = np.meshgrid(np.linspace(-.5, 1.5, 401), np.linspace(-.5, 1.5, 401))
    least = run.f.minimum
    assert least == pytest.approx(run.height(*run.best), abs=1e-12)
    assert least <= run.height(p, s).min() + 1e-12 < least + 1e-4


# ---- The kinks

def huber(t, mu):
    return abs(t) - mu / 2 if abs(t) > mu else t * t / (2 * mu)


def test_with_kinks_nothing_near_is_lower_and_with_huber_something_is():
    grid = [Fraction(k, 20) for k in range(-20, 21)]
    half = [x for x in grid if abs(x) <= Fraction(1, 2)]
    assert all(abs(c) + (x * c - 1) ** 2 >= 1 for x in half for c in grid)
    for mu in (Fraction(1, 20), Fraction(1, 4), Fraction(1)):
        for x in (Fraction(1, 100), Fraction(-1, 1000)):
            c = 2 * mu * x / (1 + 2 * mu * x * x)                            # the best c: Phi - 1 = -2 mu x^2 / (1 + 2 mu x^2)
            assert huber(c, mu) + (x * c - 1) ** 2 - 1 == -2 * mu * x * x / (1 + 2 * mu * x * x)


@pytest.mark.parametrize("mu", [.05, .25, 1])
def test_the_picture_and_the_curvature_of_the_exit(mu):
    run = kink_trap(mu=mu).run()
    expected = [huber(c, mu) + (x * c - 1) ** 2 for x, c in zip(CURVES.x.flat, CURVES.y.flat, strict=True)]
    assert run.heights.ravel() == pytest.approx(expected, abs=1e-12)
    assert run.curvature**2 - run.curvature / mu == pytest.approx(4, abs=1e-9) and run.curvature < 0   # of [[0, -2], [-2, 1/mu]]
    assert run.descent.values[-1] < 1e-6 and "a strict saddle" in kink_trap(mu=mu).readout


def test_the_dashed_curve_is_the_least_eigenvalue_at_the_trap():
    """Phi of KinkTrap is smooth at its trap for mu > 0: the Hessian there by a complex step. At mu = 0 nothing is drawn."""
    figure = kink_trap(mu=.25)
    axes = figure.scene(figure.values).figure.axes
    curve, = (line for ax in axes if ax.get_ylabel() == "λₘᵢₙ" for line in ax.lines if len(line.get_xdata()) > 2)
    for mu, drawn in zip(*curve.get_data(), strict=True):
        f = KinkTrap(mu)
        assert drawn == pytest.approx(np.linalg.eigvalsh(complex_step(f.grad, f.trap))[0], abs=1e-12)
    assert 0 < min(curve.get_xdata()) < .02 and max(curve.get_xdata()) == 1


def test_with_kinks_the_run_takes_a_subgradient():
    """Its steps by hand: sign(0) = 0 in the place of |.|'s slope, then the chain rule."""
    run = kink_trap(x=.2, y=.1).run()
    w, f = run.f.trap + .2 * np.eye(8)[6] + .1 * np.eye(8)[0], run.f
    for point in run.descent.points[:50]:
        assert point == pytest.approx(w, abs=1e-12)
        W_1, W_2 = f.split(w)
        P = W_2 @ W_1
        G = np.sign(P)
        G[1, 0] = 2 * (P[1, 0] - 1)
        w = w - .01 * f.join([W_2.T @ G, G @ W_1.T])
    with pytest.raises(ValueError, match="expected a point where l has a gradient"):
        f.grad(run.descent.points[0])                                        # W_12 = W_22 = 0 on this plane


def test_the_axis_of_values_ends_over_the_run_and_over_the_pinned_one():
    figure = kink_trap(mu=.25)
    values = next(ax for ax in figure.scene(figure.values).figure.axes if ax.get_ylabel() == "Φ")
    figure.frame()
    assert values.get_ylim() == (0, 1.5)
    figure.set(x=1.4, y=-.9)                                                 # 0.775 + (-1.26 - 1)^2 = 5.88 at the start
    figure.frame()
    assert values.get_ylim() == (0, 9) and max(values.get_yticks()) == 9
    assert figure.run().descent.values.max() == pytest.approx(.9 - .125 + 2.26**2)
    figure.pin()
    figure.set(x=.2, y=.1)
    figure.frame()
    assert values.get_ylim() == (0, 9)
    for mu, x, y, plane in itertools.product((0, .25, 1), (-1.4, 1.4), (-.9, .9), ("exit", "random")):
        assert kink_trap(mu=mu, x=x, y=y, plane=plane).run().descent.values.max() < 9


def test_a_run_pinned_in_one_plane_is_released_in_the_other():
    figure = kink_trap()
    figure.pin()
    figure.set(mu=.25)
    assert figure.pinned is not None
    figure.set(plane="random")
    assert figure.pinned is None
    assert figure.pin_says == "The pin is released: its plane was “the one with the exit”."


def test_the_trap_holds_runs_until_it_is_smoothed_and_random_planes_miss_the_exit():
    assert kink_trap().run().descent.values[-1] == pytest.approx(1, abs=.02)
    assert "no point of the grid in this plane is below 0.999" in kink_trap().readout
    assert "no point of the grid in this plane is below 0.999" in kink_trap(mu=.25, plane="random").readout
    assert "this plane goes down to" in kink_trap(mu=.25).readout


# ---- The ReLU unit

def test_the_minima_of_the_relu_unit_are_these():
    unit, F = ReluUnit((-3, -2, 2, 3), (2, 1, 1, 3)), Fraction
    found = [(m.value, m.active, m.dimension) for m in unit.local_minima()]
    assert found == [(F(125, 104), (-3, -2, 2, 3), 0), (F(5, 2), (2, 3), 0), (F(3), (3,), 1), (F(5), (-3, -2), 0),
                     (F(11, 2), (-3,), 1), (F(15, 2), (), 2)]
    assert [(m.w, m.b) for m in unit.local_minima() if m.dimension == 0] == [(F(3, 26), F(7, 4)), (2, -3), (-1, -1)]
    for w, b, active, value in ((4, -9, 3, F(3)), (-3, -7, -3, F(11, 2))):                  # the rays 3w + b = 3 and -3w + b = 2
        assert w * active + b == dict(unit.data)[active] and unit.active(w, b) == (active,) and unit(w, b) == value
    assert all(abs(w * x + b) >= 1 for w, b in ((2, -3), (-1, -1)) for x, _ in unit.data)   # so 1/5 (3 + 1) < 1 changes no state


@pytest.mark.parametrize("seed", range(8))
def test_descent_finds_no_other_minimum_of_a_relu_unit(seed):
    """Gradient descent from 400 starts, with slopes written out; it cannot rest on a kink, which bends down."""
    rng = np.random.default_rng(seed)
    x, y = rng.choice(np.arange(-4, 5), size=4, replace=False).tolist(), rng.integers(1, 6, size=4).tolist()
    unit = ReluUnit(x, y)
    z = np.stack([x, np.ones(4)])
    w = rng.normal(size=(400, 2)) * 3
    for _ in range(20000):
        w -= .02 * (np.maximum(w @ z, 0) - y) * (w @ z > 0) @ z.T
    values = np.unique(((np.maximum(w @ z, 0) - y) ** 2).sum(axis=1).round(9) / 2)
    claimed = np.array([float(m.value) for m in unit.local_minima()])
    assert len(values) > 1 and max(np.abs(claimed - value).min() for value in values) < 1e-7
    near = [Fraction(k, 1000) for k in (-1, 0, 1)]
    for m in unit.local_minima():
        around = [unit(m.w + s, m.b + t - (m.active or (0,))[0] * s) for s in near for t in near if s or t]
        assert min(around) >= m.value and around.count(m.value) == (0, 2, 8)[m.dimension]    # a ray goes along (1, -x)


def test_no_minimum_of_a_relu_unit_lies_on_a_line():
    """At (2, -3) the data 2, 3 are fitted and 3/2 is on its line: to lift it is to go down."""
    unit = ReluUnit((Fraction(3, 2), 2, 3), (1, 1, 3))
    assert unit(2, -3) == Fraction(1, 2) > unit(2, Fraction(-299, 100))
    assert [m.active for m in unit.local_minima()] == [(Fraction(3, 2), 2, 3), (3,), (Fraction(3, 2),), ()]


@pytest.mark.parametrize("x, y, says", [
    ((1,), (1,), "two or more different numbers"), ((1, 1), (1, 2), "different"), ((1, 2), (1,), "2 numbers, one for each"),
    ((1, 2), (1, 0), "> 0"), ((1, math.inf), (1, 2), "finite")])
def test_a_relu_unit_names_what_is_no_data(x, y, says):
    with pytest.raises(ValueError, match=says):
        ReluUnit(x, y)


# ---- The numbers that the notebook's folds say

def test_what_you_should_have_seen_is_what_the_pictures_say():
    for k, least in ((2, "0.128"), (3, "0.164")):
        assert f"and {least}, so its kernel is {{0}}" in svd_picture(k=k, leak=.1).readout
    for k in (2, 3):                                          # two dimensions: columns 2, 3 and the shaded one give 0
        run = svd_picture(k=k, net="two").run()
        assert (np.linalg.norm(run.U.T @ run.W, axis=1) < 1e-12).tolist() == [False, True, True, True]
    moved = dict(w21=.4, w22=.8, w31=-.8, w32=.6)
    for point, slope, reached in (("saddle", "0.76", 2), ("second", "0.95", 2), ("origin", "0.874", 1), ("minimum", "0", 2)):
        figure = escape_hatch(point=point, **moved)
        assert f"‖∇Φ‖ = {slope}." in figure.readout and f"reach {reached} of 2" in figure.readout
        alone = [figure.run().slope([2]), figure.run().slope([3])]
        assert alone == ([0, figure.run().slope()] if point == "second" else [0, 0])
    for a, trapped, curvature in ((2, 22, "1.2"), (1.3, 10, "0.08"), (1.25, 2, "0"), (1.2, 0, "−0.08")):
        readout = bottleneck_trap(a=a).readout
        assert f"{trapped} of 60 runs" in readout and f"towards W₁₁ is {curvature}:" in readout
    for mu, low in ((.05, "0.987"), (.25, "0.939")):
        assert f"this plane goes down to {low}." in kink_trap(mu=mu).readout
    assert "the run is at Φ < 10⁻⁶" in kink_trap(mu=.25, plane="random").readout
    assert min(kink_trap(mu=mu, plane="random").run().heights.min() for mu in np.linspace(.05, 1, 20).round(2)) >= .999


def test_no_run_ends_in_the_trap_of_width_2():
    assert not any(bottleneck_trap(a=a, width=2).run().trapped.any() for a in GRID)


def test_the_way_down_from_the_trap_opens_with_mu():
    """On y = 2 mu x of the exit's plane Phi is 1 - 2 mu x^2 (1 - 2 mu x^2), while |y| <= mu."""
    for mu, x in itertools.product((Fraction(1, 1000), Fraction(1, 20), Fraction(1)), (Fraction(1, 3), Fraction(-1, 100))):
        y, t = 2 * mu * x, 2 * mu * x * x
        assert abs(y) <= mu and huber(y, mu) + (x * y - 1) ** 2 == 1 - t * (1 - t) < 1


# ---- Homework: 6.2.6-a

def exact(matrix):
    return np.array([[Fraction(x) for x in row] for row in matrix], dtype=object)


def left_null(A):
    """An integer u with u^T A = 0 for a 3 x 3 matrix of rank 2: the cross product of two independent columns."""
    for i, j in ((0, 1), (0, 2), (1, 2)):
        (a, b, c), (d, e, f) = A[:, i], A[:, j]
        u = np.array([b * f - c * e, c * d - a * f, a * e - b * d])
        if any(u):
            return u
    raise AssertionError


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_every_exact_perturbation_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    W = [exact(layer) for layer in vars(given("6.2.6-a")).values()]
    u_2, u_3 = left_null(W[1] @ W[0]), left_null(W[2] @ W[1] @ W[0])
    assert (u_2 @ W[1] @ W[0] == 0).all() and (u_3 @ W[2] @ W[1] @ W[0] == 0).all()
    for w_3, w_4 in [((1, 2, 3), (0, 0, 0)), ((0, 0, 0), (-5, 0, 1)), ((7, 0, 0), (1, 1, 1)), ((10**6, 1, 0), (0, 10**6, 0))]:
        moved = [W[0], W[1], W[2] + np.outer(w_3, u_2), W[3] + np.outer(w_4, u_3)]
        assert check("6.2.6-a", weights=[layer.tolist() for layer in moved]).state == "right"


@pytest.mark.parametrize("change, says", [
    (lambda W: [W[0] * 2, W[1] / 2, W[2], W[3]], "Layer 1 has changed"),
    (lambda W: [W[0], W[1], W[2] * 2, W[3] / 2], "product of the first 3 layers"),
    (lambda W: W, "so do the weights"),
    (lambda W: [W[0], W[1] + 1e-3 * np.eye(3), W[2], W[3]], "Layer 2 has changed"),
    (lambda W: [W[0], W[1], W[2], W[3] + np.eye(3)], "product of the first 4 layers"),
    (lambda W: [W[0], W[1], W[2] + 1e-5 * np.outer([1, 1, 1], [1, 1, -1]), W[3]], "moved by")])
def test_what_is_wrong_is_named(change, says):
    W = [np.array(layer, float) for layer in vars(given("6.2.6-a")).values()]
    verdict = check("6.2.6-a", weights=change(W))
    assert verdict.state == "wrong" and says in verdict.message


def right_null(A):
    return left_null(A.T)


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_known_mistake_is_recognized_whatever_w_is_and_in_one_layer_alone(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    W = [exact(layer) for layer in vars(given("6.2.6-a")).values()]
    W12, W13 = W[1] @ W[0], W[2] @ W[1] @ W[0]
    vectors = {"right singular vector": (right_null(W12), right_null(W13)), "index": (left_null(W13), left_null(W[3] @ W13)),
               "order of the product": (left_null(W[0] @ W[1]), left_null(W[0] @ W[1] @ W[2]))}
    for mistake, (v_3, v_4) in vectors.items():
        for w_3, w_4 in [((1, 2, 3), (2, 0, -1)), ((0, 0, 0), (-5, 0, 1)), ((7, 0, 0), (0, 0, 0))]:
            moved = [W[0], W[1], W[2] + np.outer(w_3, v_3), W[3] + np.outer(w_4, v_4)]
            assert check("6.2.6-a", weights=[layer.tolist() for layer in moved]).mistake == mistake
    turned = [W[0], W[1], W[2] + np.outer(left_null(W12), (1, 2, 3)), W[3]]
    assert check("6.2.6-a", weights=turned).mistake == "columns for rows"


def test_the_layers_are_arrays_and_keep_their_older_names():
    data = given("6.2.6-a")
    assert [*vars(data)] == ["W1", "W2", "W3", "W4"] and data.W_3 is data.W3 and data.W4.dtype == float


@pytest.mark.filterwarnings("error")
def test_a_perturbation_may_be_as_large_as_floats_are():
    W = [exact(layer) for layer in vars(given("6.2.6-a")).values()]
    u, far = left_null(W[1] @ W[0]), 2**1000
    assert check("6.2.6-a", weights=[*W[:2], W[2] + far * np.outer((1, 0, 0), u), W[3]]).state == "right"
    for k in range(4):
        off = [layer + far * exact(np.eye(3)) * (k == n) for n, layer in enumerate(W)]
        assert check("6.2.6-a", weights=off).state == "wrong"


# ---- Homework: 6.2.6-b to -d

def test_the_threshold_is_one_over_m_and_is_not_attained():
    assert check("6.2.6-b", threshold=lambda m: 1 / m).state == "right"
    for factor in (1 + 1e-6, 1 - 1e-6, 3):
        assert check("6.2.6-b", threshold=lambda m, factor=factor: factor / m).state == "wrong"
    for m, s in itertools.product((Fraction(1, 5), Fraction(4, 5)), (Fraction(1, 10), Fraction(1, 100))):
        for a in (Fraction(1, 2) / m, 1 / m):                                    # u = v = (s, p): lower up to 1/m, and there too
            p_squared = m - s * s / m
            assert (s * s - 1) ** 2 + (p_squared - m) ** 2 + 2 * a * s * s * p_squared < 1
    for wrong, name in [(1.25, "the picture's number"), (1, "one"), (math.inf, "never")]:
        assert check("6.2.6-b", threshold=lambda _, wrong=wrong: wrong).mistake == name
    assert check("6.2.6-b", threshold=lambda m: m**-2).mistake == "no square"


@pytest.mark.parametrize("seed", list("012345"))
def test_nine_digits_of_the_threshold_are_enough(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    assert check("6.2.6-b", threshold=lambda m: float(f"{1 / m:.9g}")).state == "right"


@pytest.mark.parametrize("m", [Fraction(1, 2), Fraction(4, 5)])
def test_with_p_equal_to_m_the_sign_turns_at_one_over_m_squared(m):
    for a, s in itertools.product((1 / m**2 - 1, 1 / m**2, 1 / m**2 + 1), (Fraction(1, 10), Fraction(1, 100))):
        rise = (s**2 - 1) ** 2 + 2 * a * s**2 * m**2 - 1 - s**4
        assert rise == 2 * (a * m**2 - 1) * s**2


def through_normal_equations(W):
    """Another road to u: what is left of a random vector once its part in the column space is gone."""
    b = np.random.default_rng(7).normal(size=len(W))
    rest = b - W @ np.linalg.lstsq(W, b, rcond=1e-9)[0]
    return rest / np.linalg.norm(rest)


def test_every_null_vector_is_right():
    for u in (through_normal_equations, lambda W: -np.linalg.svd(W)[0][:, W.shape[1] - 1],
              lambda W: np.linalg.svd(W, full_matrices=False)[0][:, -1].tolist(), lambda W: np.linalg.eigh(W @ W.T)[1][:, 0]):
        assert check("6.2.6-c", null_vector=u).state == "right"


@pytest.mark.parametrize("u, says", [
    (lambda W: np.zeros(len(W)), "W=[[0]] your u has the length 0"), (lambda W: np.eye(len(W))[0], "not 0"),
    (lambda W: np.linalg.svd(W)[0][:, len(W) // 2], "‖uᵀW‖"), (lambda W: np.full(len(W), 1e308), "length 1e+308"),
    (lambda W: np.eye(W.shape[1])[0], "W=")])
def test_what_is_no_null_vector_is_told_what_fails(u, says):
    verdict = check("6.2.6-c", null_vector=u)
    assert verdict.state == "wrong" and says in verdict.message


@pytest.mark.parametrize("digits", [3, 5, 7])
def test_a_length_next_to_1_is_written_with_its_digits(digits):
    short = check("6.2.6-c", null_vector=lambda W: np.eye(len(W))[-1] * (1 - 10.0**-digits))
    assert f"has the length 0.{'9' * digits}, not 1" in short.message


def test_a_change_that_is_a_little_too_small_is_written_with_its_digits():
    W = [np.array(layer) for layer in vars(given("6.2.6-a")).values()]
    u = np.linalg.svd(W[2] @ W[1] @ W[0])[0][:, -1]
    moved = check("6.2.6-a", weights=[*W[:3], W[3] + .9999e-3 * np.outer([1, 0, 0], u)])
    assert "they moved by 0.0009999, and 0.001 is asked for" in moved.message


def test_the_null_vector_is_your_own():
    for ours in (kernel_perturbation, balanced_critical_point):
        verdict = check("6.2.6-c", null_vector=ours)
        assert verdict.state == "wrong kind" and "your own function" in verdict.message


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_wrong_vector_is_recognized_in_every_form(seed, monkeypatch):
    """Kernels and images by eigenvectors and normal equations instead of the SVD, with either sign and of any length."""
    monkeypatch.setenv("LNN_SEED", seed)

    def kernel(W):
        return -np.linalg.eigh(W.T @ W)[1][:, 0]

    def first_column(W):
        return -np.linalg.svd(W)[0][:, 0]

    for u, mistake in ((kernel, "right singular vector"), (first_column, "first column"),
                       (lambda W: np.linalg.svd(W)[0][-1, :].tolist(), "row of U"),
                       (lambda W: -1e300 * through_normal_equations(W), "not normalized")):
        assert check("6.2.6-c", null_vector=u).mistake == mistake


def test_matrices_without_full_column_rank_of_every_shape():
    shapes = [W.shape for W, in find("6.2.6-c").given().cases]
    assert (1, 1) in shapes and (3, 1) in shapes and all(rows >= columns for rows, columns in shapes)
    for W, in find("6.2.6-c").given().cases:
        assert np.linalg.matrix_rank(W) < W.shape[1]


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_what_a_hint_says_of_the_product_is_true_at_every_scale(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    m = given("6.2.6-d").m
    for c in (1, -2, 1e-5):
        for s in (m**2, m):
            verdict = check("6.2.6-d", W_1=[[0, c]], W_2=[[0], [s / c]])
            assert verdict.mistake == ("no root" if s == m**2 else None)
        assert check("6.2.6-d", W_1=[[c, c * m]], W_2=[[1 / c], [1 / c]]).mistake == "both entries"
        assert check("6.2.6-d", W_1=[[0, c]], W_2=[[0], [m / c / 2]]).mistake == "factor"
        assert check("6.2.6-d", W_1=[[0, c]], W_2=[[0], [-m / c]]).mistake == "sign"
    for W_1, W_2 in (([[1e200, 1]], [[1e200], [1]]), ([[0, 1]], [[1e308], [-1.7e308]])):
        assert "larger than all floats" in check("6.2.6-d", W_1=W_1, W_2=W_2).message


def test_every_bad_local_minimum_is_right_and_nothing_else():
    root = math.sqrt(given("6.2.6-d").m)
    for c in (1, -1, 3, .2):
        assert check("6.2.6-d", W_1=[[0, c * root]], W_2=[[0], [root / c]]).state == "right"
    for W_1, W_2, says in [([[0, 1]], [[0], [1]], "gradient is not 0"), ([[.1, root]], [[.1], [root]], "gradient is not 0")]:
        verdict = check("6.2.6-d", W_1=W_1, W_2=W_2)
        assert verdict.state == "wrong" and says in verdict.message
    assert check("6.2.6-d", W_1=[[2, 0]], W_2=[[.5], [0]]).mistake == "global minimum"


def test_a_type_is_no_function():
    with pytest.raises(WrongKind, match="expected a function of"):
        function("m", number())(float)
