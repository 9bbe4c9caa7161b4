"""Section 6.2.5: what the explorers say and what the homework accepts, by complex step, exact rationals and the definitions."""
import itertools
import time
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.answers import watchdog
from lnnlib.explorers import gauge, hessian_microscope, taylor_orders
from lnnlib.explorers.section_6_2_5.gauge import MINIMUM, NET, START, Orbit, eigenvalues_at_minimum, moved
from lnnlib.explorers.section_6_2_5.gauge import PRESETS as GAUGE_PRESETS
from lnnlib.explorers.section_6_2_5.hessian_microscope import PREDICT
from lnnlib.explorers.section_6_2_5.hessian_microscope_run import LOSSES, Place
from lnnlib.explorers.section_6_2_5.taylor_orders import ADVICE, TARGET, Restriction
from lnnlib.homework import check
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2_5 import a_one_block, b_one_form, c_every_gradient, d_every_form
from tests.matrix_oracles import complex_derivative, fractions, product_along, relative_error, squared_loss_along
from tests.oracles import complex_step

pytestmark = pytest.mark.usefixtures("own_record")

DEPTHS, WIDTHS = (2, 3, 4), (2, 4)
every_place = pytest.mark.parametrize("depth, width, loss", [*itertools.product(DEPTHS, WIDTHS, LOSSES)])
every_depth = pytest.mark.parametrize("depth", (2, 3, 4, 5))


# ---- hessian_microscope ----

@every_place
def test_the_two_terms_by_complex_steps(depth, width, loss):
    place = Place(depth, width, loss)
    net, w = place.net, place.point(.7)
    J = np.moveaxis(complex_step(net.product, w), -1, 0)                 # F along every unit direction
    first = np.einsum("iab,jab->ij", place.loss.hvp(net.product(w), J), J)
    hessian = complex_step(net.grad, w)
    for found, exact in zip(place.terms(.7), (first, hessian - first, hessian), strict=True):
        assert relative_error(found, exact) < 1e-11


@every_place
def test_the_second_term_needs_two_layers_and_a_slope(depth, width, loss):
    place = Place(depth, width, loss)
    _, second, _ = place.terms(1)
    sizes = [W.size for W in place.net.split(place.minimum)]
    ends = np.cumsum([0, *sizes])
    assert all(np.abs(second[a:b, a:b]).max() < 1e-12 for a, b in zip(ends, ends[1:], strict=False))
    low, high = np.linalg.eigvalsh(second)[[0, -1]]
    assert low < -.01 * place.high and high > .01 * place.high
    first, second, _ = place.terms(0)
    assert np.linalg.norm(place.loss.grad(place.net.product(place.minimum))) < 1e-9
    assert np.abs(second).max() < 1e-9 and np.linalg.eigvalsh(first)[0] > -1e-9


@every_place
def test_the_planes_are_what_their_names_say(depth, width, loss):
    place = Place(depth, width, loss)
    hessian = complex_step(place.net.grad, place.away)
    for kind, layers in (("inside", [{1}, {1}]), ("across", [{1}, {2}])):
        moved = [{n for n, D in enumerate(place.net.split(P), 1) if np.any(D)} for P in place.planes[kind]]
        assert moved == layers
    for kind in ("inside", "across", "random", "eigenvectors"):
        PQ = np.stack(place.planes[kind])
        assert PQ @ PQ.T == pytest.approx(np.eye(2), abs=1e-12)
    extremes = [P @ hessian @ P for P in place.planes["eigenvectors"]]
    assert extremes == pytest.approx(np.linalg.eigvalsh(hessian)[[0, -1]], rel=1e-9)


def test_a_direction_has_the_values_of_the_second_derivative_along_it():
    run = hessian_microscope(plane="random", angle=130, s=Fraction(1, 2), loss="softmax").run()
    P, Q = run.place.planes["random"]
    v, w = np.cos(np.radians(130)) * P + np.sin(np.radians(130)) * Q, run.place.point(.5)
    assert run.values[2] == pytest.approx(v @ complex_derivative(run.place.net.grad, w, v), rel=1e-9)
    assert run.values[0] + run.values[1] == pytest.approx(run.values[2], rel=1e-9)
    assert run.values[0] > 0


def test_no_setting_turns_the_right_prediction_into_a_wrong_one():
    shown = {}
    for depth, width, loss, plane, s in itertools.product(DEPTHS, (2, 3, 4), LOSSES,
                                                          ("inside", "across", "random", "eigenvectors"), (0, .02, .5, 1)):
        run = hessian_microscope(depth=depth, width=width, loss=loss, plane=plane, s=s).run()
        shown[depth, width, loss, plane, s] = PREDICT.answer(run)
    assert set(shown.values()) == {1, None}
    assert all(answer is None for (depth, _, _, plane, s), answer in shown.items()
               if plane != "across" or depth == 2 or s == 0)
    assert all(answer == 1 for (depth, _, _, plane, s), answer in shown.items() if plane == "across" and depth > 2 and s == 1)


def test_the_readout_counts_and_certifies():
    assert "‖∇l‖ = 0. The Hessian’s 12 eigenvalues reach from 0 to" in hessian_microscope(s=0).readout
    assert hessian_microscope(s=0).readout.endswith(", 0 of them below 0.")
    assert "2⟨∇l, S⟩ = 0, so Φ curves upwards" in hessian_microscope(plane="inside").readout
    hessian = complex_step(Place(3, 2, "square").net.grad, Place(3, 2, "square").away)
    eigenvalues = np.linalg.eigvalsh(hessian)
    negative, low, high = (eigenvalues < -1e-6).sum(), *eigenvalues[[0, -1]]
    said = f"12 eigenvalues reach from {low:.4g} to {high:.4g}, {negative} of them below 0.".replace("-", "−")
    assert hessian_microscope().readout.endswith(said)


def test_the_verdict_compares_one_layer_with_two():
    figure = hessian_microscope(predict=True, plane="eigenvectors", show="plane")
    place = Place(3, 2, "square")
    hessian = complex_step(place.net.grad, place.away)
    ends = np.cumsum([0, *(W.size for W in place.net.split(place.away))])
    alone = min(np.linalg.eigvalsh(hessian[a:b, a:b])[0] for a, b in itertools.pairwise(ends))
    assert "Choose the plane" in PREDICT.verdict(1, figure.run())           # the picture at first decides nothing
    moved = place.net.split(place.planes["eigenvectors"][0])
    assert all(np.linalg.norm(D) > .1 for D in moved)                       # and its directions move all three layers
    figure.set(plane="across")
    P, Q = place.planes["across"]
    together = np.linalg.eigvalsh([[P @ hessian @ P, P @ hessian @ Q], [Q @ hessian @ P, Q @ hessian @ Q]])[0]
    assert alone > 0 > together
    said = f"least curvature is {alone:.4g}. W₁ and W₂: S ≠ 0, and it is −{-together:.4g}."
    for option, mark in enumerate("✗✓✗"):
        verdict = PREDICT.verdict(option, figure.run())
        assert verdict.startswith(mark) and verdict.endswith(said)


def test_a_pinned_curvature_stays_for_another_point_and_goes_with_another_function():
    figure = hessian_microscope()
    figure.pin()
    figure.set(s=.5, angle=100)
    assert figure.pinned.s == 1 and figure.pin_says.startswith("Pinned: In this direction")
    for change in (dict(depth=4), dict(width=3), dict(loss="softmax"), dict(plane="random")):
        figure.reset()
        figure.pin()
        figure.set(**change)
        assert figure.pinned is None and figure.pin_says.startswith("The pin is released")


# ---- taylor_orders ----

@every_depth
def test_the_terms_along_the_line_are_those_of_exact_arithmetic(depth):
    line = Restriction(depth)
    weights, D = line.net.split(line.w), line.net.split(line.D)
    value, slope, half = squared_loss_along(weights, D, TARGET)
    found = [line.value(0.0), line.slope, line.form]
    assert [float(x) for x in found] == pytest.approx([float(value), float(slope), 2 * float(half)], rel=1e-12)
    G = fractions(product_along(weights, D)[0] - fractions(TARGET))
    squares = 0
    for j, D_j in enumerate(D):                                          # the terms j = j': D_j twice in the place of W_j
        factors = [*weights[:j], D_j @ D_j, *weights[j + 1:]]
        squares = squares + product_along(factors, factors)[0]
    assert line.printed == pytest.approx(2 * float(half) + 2 * float((G * squares).sum()), rel=1e-9)


@every_depth
def test_the_orders_are_three_and_two(depth):
    run = taylor_orders(depth=depth, pairs="printed").run()
    assert [run.order(name) for name in ("first", "second", "printed")] == [2, 3, 2]
    line = Restriction(depth)
    weights, D = line.net.split(line.w), line.net.split(line.D)
    C = product_along(weights, D)
    for h in (Fraction(1, 8), Fraction(1, 256)):                         # the remainder of an exact polynomial in h
        moved = sum(C_k * h**k for k, C_k in enumerate(C)) - fractions(TARGET)
        value, slope, half = squared_loss_along(weights, D, TARGET)
        exact = abs((moved**2).sum() / 2 - value - h * slope - h**2 * half)
        assert float(run.remainder("second", float(h))) == pytest.approx(float(exact), rel=1e-4)


def right_gradient(weights, G):
    """Entry by entry: a product with a unit matrix in the place of one layer."""
    blocks = []
    for j, W in enumerate(weights):
        units = [product_of([*weights[:j], unit.reshape(W.shape), *weights[j + 1:]]) for unit in np.eye(W.size)]
        blocks.append(np.array([(G * unit).sum() for unit in units]).reshape(W.shape))
    return blocks


def right_form(weights, D, target):
    """Twice the coefficient of h^2, in exact rationals."""
    return 2 * squared_loss_along(weights, D, target)[2]


def product_of(weights):
    W = weights[0]
    for W_n in weights[1:]:
        W = W_n @ W
    return W


@pytest.mark.parametrize("functions, order", [
    (dict(gradient=right_gradient, hess_form=right_form), 3),
    (dict(gradient=right_gradient), 3),
    (dict(gradient=lambda weights, G: [g.T for g in right_gradient(weights, G)]), 1),
    (dict(gradient=right_gradient, hess_form=lambda *point: right_form(*point) / 2), 2),
])
def test_handed_in_functions_are_measured(functions, order):
    for depth in (2, 3, 4, 5):
        figure = taylor_orders(depth=depth, **functions)
        assert figure.run().order("yours") == order
        assert f"Yours: by {figure.run().ratio('yours', .1):.4g}, " in figure.readout
        assert figure.readout.endswith(f"as h → 0 by {2**order}: order {order}. {ADVICE[order]}")
        for h in (.001, .03, 1):
            figure.set(pairs="printed", h=h)
            assert len(figure.readout) <= 245


@pytest.mark.parametrize("bad, said", [
    (lambda weights, G: 1 / 0, "ZeroDivisionError"), (lambda weights, G: ..., "still returns `...`"),
    (lambda weights, G: None, "None"),
    (lambda: 1, "TypeError"), (lambda weights, G: [np.eye(3)] * 3, "expected an array"),
    (lambda weights, G: weights[:2], "expected a list"), (lambda weights, G: [np.full((2, 2), np.nan)] * 3, "finite"),
    (lambda weights, G: [np.full((2, 2), 1e308)] * 3, "too large")])
def test_a_bad_function_is_named_in_one_calm_sentence_and_not_drawn(bad, said):
    figure = taylor_orders(gradient=bad)
    assert said in figure.readout and figure.readout.endswith(".")
    assert "\n" not in figure.readout and "Traceback" not in figure.readout
    scene = figure.scene(figure.values)
    drawn = scene.record(figure.run()).ops
    rings = [mark.artist for mark in scene.marks if mark.name == "yours"]
    assert len(rings) == 2 and not any(np.isfinite(line.get_ydata()).any() for line in rings)
    assert len(drawn) == len(taylor_orders().frame().ops)


def test_the_sentence_names_the_function_at_fault():
    figure = taylor_orders(gradient=right_gradient, hess_form=lambda *point: "six")
    assert figure.readout.endswith("Your hess_form returned 'six', expected a finite real number.")
    figure = taylor_orders(gradient=lambda *point: 1 / 0, hess_form=right_form)
    assert figure.readout.endswith("Your gradient raised ZeroDivisionError: division by zero.")


def test_a_function_that_never_ends_is_stopped_once_for_all_slider_moves(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", .2)
    calls = []

    def forever(weights, G):
        calls.append(len(weights))
        while True:
            pass

    figure = taylor_orders(gradient=forever)
    for h in (.1, .2, .5):
        figure.set(h=h)
        assert "was stopped after 0.2 s" in figure.readout
    figure.set(depth=4)
    assert "was stopped" in figure.readout and calls == [3, 4]


def test_what_is_no_function_is_refused():
    with pytest.raises(ValueError, match="gradient is 3, expected a function"):
        taylor_orders(gradient=3)
    with pytest.raises(ValueError, match="hess_form is"):
        taylor_orders(hess_form="form")


def test_functions_get_copies():
    def spoils(weights, G):
        for W in (*weights, G):
            W[...] = 7
        return weights

    before = taylor_orders().readout
    assert "Yours: by" in taylor_orders(gradient=spoils).readout
    assert taylor_orders().readout == before


def test_without_a_function_yours_is_not_in_the_picture():
    figure = taylor_orders()
    assert "ours" not in figure.readout
    assert "yours" not in {mark.name for mark in figure.scene(figure.values).marks}


# ---- gauge ----

@pytest.mark.parametrize("c", [.25, .6, 1, 3])
def test_the_gauge_keeps_the_function_and_moves_the_spectrum(c):
    minimum = moved(MINIMUM, c)
    assert NET.product(minimum) == pytest.approx(np.diag([2, 1]), abs=1e-12)
    measured = np.linalg.eigvalsh(complex_step(NET.grad, minimum))
    assert measured == pytest.approx([0] * 4 + sorted(eigenvalues_at_minimum(c)), abs=1e-9)
    assert NET(moved(START, c)) == pytest.approx(NET(START), rel=1e-12)
    assert Orbit(c, .1).spectrum == pytest.approx(measured, abs=1e-9)


def test_the_balance_moves_by_the_increments_in_exact_arithmetic():
    run = Orbit(2, .125)
    W_1, W_2 = (fractions(W) for W in NET.split(run.descent.points[0]))
    eta, target = Fraction(1, 8), fractions(np.diag([2, 1]))
    balance = W_2.T.dot(W_2) - W_1.dot(W_1.T)
    for t in range(1, 4):
        G = W_2.dot(W_1) - target
        G_1, G_2 = W_2.T.dot(G), G.dot(W_1.T)
        balance = balance + eta**2 * (G_2.T.dot(G_2) - G_1.dot(G_1.T))
        W_1, W_2 = W_1 - eta * G_1, W_2 - eta * G_2
        assert (W_2.T.dot(W_2) - W_1.dot(W_1.T) == balance).all()
        for found in (run.balance[t], run.predicted[t]):
            assert relative_error(found, balance.astype(float)) < 1e-12


def test_gradient_descent_settles_only_below_two_over_eta():
    settled = lost = 0
    for c, eta in itertools.product((.25, .5, .8, 1, 1.5, 2, 4), (.02, .1, .2, .3, .4, .45)):
        run = Orbit(c, eta)
        if run.end is None:
            lost += 1
            assert run.sharpness > 2 / eta
        else:
            assert run.as_predicted
            if run.descent.values[-1] < 1e-12:
                settled += 1
                assert run.end < 2 / eta
    assert settled > 20 and lost > 5


def test_the_buttons_of_gauge_show_what_they_say():
    runs = {preset.label: gauge(**preset.changes).run() for preset in GAUGE_PRESETS} | {"usual": gauge().run()}
    norm = {label: np.linalg.norm(run.balance, axis=(1, 2)) for label, run in runs.items()}
    assert runs["Balanced"].sharpness == pytest.approx(eigenvalues_at_minimum(np.geomspace(.25, 4, 101)).max(axis=1).min())
    stays = runs["usual"]
    assert stays.sharpness < 2 / stays.eta and norm["usual"][-1] > .98 * norm["usual"][0]
    leaves = runs["Beyond 2/η"]
    assert leaves.end < 2 / leaves.eta < leaves.sharpness and norm["Beyond 2/η"][-1] < .1 * norm["Beyond 2/η"][0]
    assert leaves.descent.values.max() > 5 * leaves.descent.values[0] and leaves.descent.values[-1] < 1e-12
    assert runs["Too far beyond"].descent.diverged and "diverges" in gauge(c=4, eta=Fraction(1, 5)).readout


def test_all_that_gauge_shows_lies_on_its_axes():
    for c, eta in itertools.product((.25, 1, 2, 4), (.05, .2, .4, .5)):
        figure = gauge(c=c, eta=eta)
        run, (curvature, value, balance) = figure.run(), figure.scene(figure.values).figure.axes
        low, high = curvature.get_ylim()
        assert low < 0 < run.sharpness < high and low < 2 / run.eta < high
        if run.end is not None:
            assert 0 < run.end < high
            assert run.descent.values.max() < value.get_ylim()[1]
            assert np.linalg.norm(run.balance, axis=(1, 2)).max() < balance.get_ylim()[1]


# ---- homework ----

def test_the_numbers_of_6_2_5_a():
    given = find("6.2.5-a").given()
    assert check("6.2.5-a", grad_2=[[-6, -2], [7, 3]]).state == "right"
    wrong = {mistake.name: mistake.made(given)["grad_2"].tolist() for mistake in a_one_block.MISTAKES}
    assert wrong == {"no transposes": [[-1, -1], [0, 4]], "grad l transposed": [[-8, -4], [5, 3]],
                     "neighbours swapped": [[-1, -2], [-3, -2]]}
    weights = [given.W1, given.W2, given.W3]
    assert right_gradient(weights, product_of(weights) - given.M)[1].tolist() == [[-6, -2], [7, 3]]
    verdict = check("6.2.5-a", grad_2=[[-6, -2], [7, 4]])
    assert verdict.state == "wrong" and "row 2, column 2" in verdict.message


def test_the_numbers_of_6_2_5_b():
    given = find("6.2.5-b").given()
    assert check("6.2.5-b", value=26).state == "right"
    wrong = {mistake.name: mistake.made(given) for mistake in b_one_form.MISTAKES}
    assert [wrong[name]["value"] for name in ("missing 2", "first term alone", "j <= j'")] == [30, 34, 6]
    for point, direction, value in ((given.point, b_one_form.IDENTITY, 26), (given.point, b_one_form.ONES, 26),
                                    (given.other, b_one_form.IDENTITY, 80), (given.other, b_one_form.ONES, 324)):
        weights = [point["W1"], point["W2"], point["W3"]]
        assert right_form(weights, [direction] * 3, point["M"]) == value


def test_the_direction_of_ones_is_met_by_the_second_instance():
    assert check("6.2.5-b", value=26, other=80).state == "right"
    assert check("6.2.5-b", value=26, other=324).mistake == "all ones"
    assert check("6.2.5-b", value=26, other=81).state == check("6.2.5-b", value=27).state == "wrong"


def test_no_draw_lets_a_mistake_hit_the_right_answer():
    for seed in range(150):
        rng = np.random.default_rng(seed)
        given = a_one_block._draw(rng)
        weights = [given.W1, given.W2, given.W3]
        right = right_gradient(weights, product_of(weights) - given.M)[1]
        answers = [right, *(mistake.made(given)["grad_2"] for mistake in a_one_block.MISTAKES)]
        assert len({tuple(answer.ravel()) for answer in answers}) == len(answers)
        given = b_one_form._draw(rng)
        for point in (given.point, given.other):
            weights = [point["W1"], point["W2"], point["W3"]]
            forms = [right_form(weights, [direction] * 3, point["M"]) for direction in (b_one_form.IDENTITY, b_one_form.ONES)]
            assert forms[0] != forms[1]
        wrong = [mistake.made(given)["value"] for mistake in b_one_form.MISTAKES if "value" in mistake.made(given)]
        value = right_form([given.point[name] for name in ("W1", "W2", "W3")], [b_one_form.IDENTITY] * 3, given.point["M"])
        assert len({value, *wrong}) == 1 + len(wrong)


@pytest.mark.parametrize("seed", ["0", "3"])
def test_any_right_function_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)

    def by_complex_step(weights, G):
        shapes = [W.shape for W in weights]
        w = np.concatenate([W.ravel() for W in weights])
        ends = np.cumsum([0, *(W.size for W in weights)])

        def inner(w):
            return (G * product_of([w[a:b].reshape(shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False)])).sum()

        g = np.array([inner(w + 1e-30j * unit).imag / 1e-30 for unit in np.eye(len(w))])
        return tuple(g[a:b].reshape(shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False))

    for function in (right_gradient, by_complex_step):
        assert check("6.2.5-c", gradient=function).state == "right"
    assert check("6.2.5-d", hess_form=lambda *point: float(right_form(*point))).state == "right"
    assert check("6.2.5-d", hess_form=right_form).state == "right"


@pytest.mark.parametrize("off", [1e-2, 1e-6, -1e-6])
def test_what_is_nearly_right_is_wrong(off):
    assert check("6.2.5-c", gradient=lambda *point: [(1 + off) * G for G in right_gradient(*point)]).state == "wrong"
    assert check("6.2.5-d", hess_form=lambda *point: (1 + off) * right_form(*point)).state == "wrong"


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_a_function_that_is_wrong_at_one_depth_alone_is_not_right(depth):
    def factor(weights):
        return 2 if len(weights) == depth else 1

    assert check("6.2.5-c", gradient=lambda W, G: [factor(W) * block for block in right_gradient(W, G)]).state != "right"
    assert check("6.2.5-d", hess_form=lambda W, D, M: factor(W) * right_form(W, D, M)).state != "right"


def test_a_function_for_some_networks_alone_is_not_right():
    def three_layers(weights, G):
        return right_gradient(weights, G) if len(weights) > 1 else [G.T]

    def nested(weights, G):
        return [g if g.any() else np.ones_like(g) for g in right_gradient(weights, G)]

    assert "widths 3, 2 grad_1 has shape (3, 2)" in check("6.2.5-c", gradient=three_layers).message
    assert "G = 0" in check("6.2.5-c", gradient=nested).message
    assert check("6.2.5-c", gradient=lambda weights, G: right_gradient(weights, G)[:-1]).state == "wrong"
    assert check("6.2.5-d", hess_form=lambda weights, D, M: float(right_form(weights, D, M)) or 1).state == "wrong"


def test_the_judges_derivations_are_those_of_exact_arithmetic():
    rng = np.random.default_rng(0)
    for (_, weights, G), (_, W, D, target) in zip(c_every_gradient._draw(rng).points, d_every_form._draw(rng).points, strict=False):
        for j, W_j in enumerate(weights):
            direction = rng.normal(size=W_j.shape)
            moved = [0 * one for one in weights]
            moved[j] = direction
            change = float((fractions(G) * product_along(weights, moved)[1]).sum())
            assert (c_every_gradient._derivative(weights, G, j) * direction).sum() == pytest.approx(change, rel=1e-9, abs=1e-12)
        first, mixed = d_every_form._parts(W, D, target)
        assert first + 2 * mixed == pytest.approx(2 * float(squared_loss_along(W, D, target)[2]), rel=1e-9, abs=1e-9)


def test_the_instances_hold_a_minimum_and_a_saddle():
    given = find("6.2.5-d").given()
    sizes = [(np.abs(product_of(W) - target).max(), max(np.abs(one).max() for one in W)) for _, W, _, target in given.points]
    assert any(residual < 1e-12 for residual, _ in sizes) and any(size == 0 < residual for residual, size in sizes)
    assert {len(W) for _, W, _, _ in given.points} >= {1, 2, 4}


def test_a_slow_function_is_stopped(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", .2)
    verdict = check("6.2.5-d", hess_form=lambda *point: time.sleep(.4) or 1.0)
    assert verdict.state == "wrong kind" and "0.2 s" in verdict.message
