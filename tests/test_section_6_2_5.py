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
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2_5 import c_every_gradient, forms
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
    (lambda: 1, "TypeError"), (lambda weights, G: [np.eye(3)] * 3, "expected a matrix"),
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

each_seed = pytest.mark.parametrize("seed", ["0", "1", "2"])


def by_name(given):
    """The weights and the target of a point of 6.2.5-a or -b."""
    return [given[name] for name in ("W1", "W2", "W3")], given["M"]


def form_along(direction, point):
    weights, target = by_name(point)
    return right_form(weights, [direction] * 3, target)


def test_the_numbers_of_6_2_5_a():
    given = find("6.2.5-a").given()
    assert check("6.2.5-a", grad_2=[[-11, -4], [12, 5]]).state == "right"
    wrong = {mistake.name: mistake.made(given)["grad_2"].tolist() for mistake in find("6.2.5-a").mistakes}
    weights, target = by_name(vars(given))
    W_1, W_2, W_3 = (fractions(W) for W in weights)
    G = W_3 @ W_2 @ W_1 - fractions(target)
    assert wrong == {name: block.tolist() for name, block in {
        "no transposes": W_3 @ G @ W_1, "W_3 not transposed": W_3 @ G @ W_1.T, "W_1 not transposed": W_3.T @ G @ W_1,
        "grad l transposed": W_3.T @ G.T @ W_1.T, "neighbours swapped": W_1.T @ G @ W_3.T,
        "order of the product": W_3.T @ (W_1 @ W_2 @ W_3 - fractions(target)) @ W_1.T,
        "target left out": W_3.T @ W_3 @ W_2 @ W_1 @ W_1.T}.items()}
    assert right_gradient(weights, product_of(weights) - given.M)[1].tolist() == [[-11, -4], [12, 5]]
    verdict = check("6.2.5-a", grad_2=[[-11, -4], [12, 4]])
    assert verdict.state == "wrong" and "row 2, column 2" in verdict.message


def test_the_numbers_of_6_2_5_b():
    given = find("6.2.5-b").given()
    identity, ones = np.eye(2), np.ones((2, 2))
    numbers = [form_along(direction, point) for point in (given.point, given.other) for direction in (identity, ones)]
    assert numbers == [34, 16, 80, 324]
    assert check("6.2.5-b", value=34).state == check("6.2.5-b", value=34, other=80).state == "right"
    assert check("6.2.5-b", value=34, other=324).mistake == "all ones"
    assert check("6.2.5-b", value=34, other=81).state == check("6.2.5-b", value=35).state == "wrong"


def wrong_forms(weights, D, target):
    """What is known to be mistaken for the Hessian form of square layers, from the definitions, in exact rationals."""
    N, W, D = len(weights), [fractions(one) for one in weights], [fractions(one) for one in D]

    def term(*moved):
        """The product with D_j in the place of W_j for the j of `moved`; with j twice, D_j D_j."""
        layers = [W[j] if j not in moved else D[j] @ D[j] if moved.count(j) == 2 else D[j] for j in range(N)]
        return product_of(layers)

    G = term() - fractions(target)
    F_j = [term(j) for j in range(N)]
    first, alone = (sum(F_j) ** 2).sum(), sum((F**2).sum() for F in F_j)
    pairs = {(j, k): (G * term(j, k)).sum() for j in range(N) for k in range(j, N)}
    mixed = sum(value for (j, k), value in pairs.items() if j < k)
    return {
        "missing 2": first + mixed, "first term alone": first, "j <= j'": first + 2 * sum(pairs.values()),
        "half of it": first / 2 + mixed, "each pair twice": first + 4 * mixed,
        "neighbours alone": first + 2 * sum(value for (j, k), value in pairs.items() if k == j + 1),
        "squares of the terms": alone + 2 * mixed, "no layer with itself": first - alone + 2 * mixed,
        "target left out": right_form(weights, D, 0 * target),
        "order of the product": right_form(weights[::-1], D[::-1], target)}


def test_the_mistaken_forms_are_those_of_the_definitions():
    assert {name for name, _, _ in forms.MISTAKEN} == set(wrong_forms(*find("6.2.5-d").given().cases[0]))
    for case in find("6.2.5-d").given().cases:
        expected = wrong_forms(*case)
        for name, _, wrong in forms.MISTAKEN:
            assert wrong(*case) == pytest.approx(float(expected[name]), rel=1e-12, abs=1e-12), name
    for point in vars(find("6.2.5-b").given()).values():
        weights, target = by_name(point)
        expected = wrong_forms(weights, [np.eye(2)] * 3, target)
        for name, _, wrong in forms.MISTAKEN:
            assert wrong(weights, [np.eye(2)] * 3, target) == expected[name]


def test_no_draw_lets_a_mistake_hit_the_right_answer_or_another_mistake():
    for seed in range(150):
        given = find("6.2.5-a").draw(np.random.default_rng(seed))
        weights, target = by_name(vars(given))
        right = right_gradient(weights, product_of(weights) - target)[1]
        wrong = [mistake.made(given)["grad_2"] for mistake in find("6.2.5-a").mistakes]
        answers = [right, right.T, -right, 2 * right, right / 2, *wrong]
        assert len({tuple((0.0 + answer).ravel()) for answer in answers}) == len(answers)
        given = find("6.2.5-b").draw(np.random.default_rng(seed))
        for point in (given.point, given.other):
            weights, target = by_name(point)
            right = form_along(np.eye(2), point)
            answers = [right, -right, 2 * right, form_along(np.ones((2, 2)), point),
                       *wrong_forms(weights, [np.eye(2)] * 3, target).values()]
            assert len(set(answers)) == len(answers)


def by_complex_step(weights, G):
    """The blocks as a tuple, by complex steps."""
    shapes = [W.shape for W in weights]
    w = np.concatenate([W.ravel() for W in weights])
    ends = np.cumsum([0, *(W.size for W in weights)])

    def inner(w):
        return (G * product_of([w[a:b].reshape(shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False)])).sum()

    g = np.array([inner(w + 1e-30j * unit).imag / 1e-30 for unit in np.eye(len(w))])
    return tuple(g[a:b].reshape(shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False))


def by_difference(weights, D, target):
    """The form by a second difference of a polynomial in h, exact where the weights are rational."""
    def Phi(h):
        moved = [fractions(W) + h * fractions(D_n) for W, D_n in zip(weights, D, strict=True)]
        return ((product_of(moved) - fractions(target)) ** 2).sum() / 2

    h = Fraction(1, 10**9)
    return (Phi(h) - 2 * Phi(0) + Phi(-h)) / h**2


def as_one_array(blocks):
    return np.array(blocks) if len({block.shape for block in blocks}) == 1 else blocks


@each_seed
def test_any_right_function_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    for form in (tuple, as_one_array, lambda blocks: [block.tolist() for block in blocks],
                 lambda blocks: [fractions(block) for block in blocks]):
        assert check("6.2.5-c", gradient=lambda *point, form=form: form(right_gradient(*point))).state == "right"
    assert check("6.2.5-c", gradient=by_complex_step).state == "right"
    for form in (float, Fraction, np.array):
        assert check("6.2.5-d", hess_form=lambda *point, form=form: form(right_form(*point))).state == "right"
    assert check("6.2.5-d", hess_form=by_difference).state == "right"


@pytest.mark.parametrize("value", [1e308, -1e308, 1e-320])
def test_huge_and_tiny_numbers_are_answered_calmly(value):
    for id, answers in (("6.2.5-a", {"grad_2": [[value, 1], [2, -value]]}), ("6.2.5-b", {"value": value, "other": -value}),
                        ("6.2.5-c", {"gradient": lambda weights, G: [W + value for W in weights]}),
                        ("6.2.5-d", {"hess_form": lambda *point: value})):
        assert check(id, **answers).state == "wrong"


@pytest.mark.parametrize("off", [1e-2, 1e-6, -1e-6])
def test_what_is_nearly_right_is_wrong(off):
    assert check("6.2.5-c", gradient=lambda *point: [(1 + off) * G for G in right_gradient(*point)]).state == "wrong"
    assert check("6.2.5-d", hess_form=lambda *point: (1 + off) * float(right_form(*point))).state == "wrong"


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_a_function_that_is_wrong_at_one_depth_alone_is_not_right(depth):
    def factor(weights):
        return 2 if len(weights) == depth else 1

    assert check("6.2.5-c", gradient=lambda W, G: [factor(W) * block for block in right_gradient(W, G)]).state != "right"
    assert check("6.2.5-d", hess_form=lambda W, D, M: factor(W) * right_form(W, D, M)).state != "right"


def test_a_function_for_some_networks_alone_is_not_right():
    def forgets_one_layer(weights, G):
        return right_gradient(weights, G) if len(weights) > 1 else [G.T]

    def never_zero(weights, G):
        return [g if g.any() else np.ones_like(g) for g in right_gradient(weights, G)]

    assert "`weights` = [[[" in check("6.2.5-c", gradient=forgets_one_layer).message
    assert "`G` = [[0]]" in check("6.2.5-c", gradient=never_zero).message
    for blocks, said in ((lambda *point: right_gradient(*point)[1:], "[], expected a list of matrices"),
                         (lambda *point: [np.eye(1), *right_gradient(*point)], "you return a list of 2"),
                         (lambda *point: right_gradient(*point)[:1], "you return a list of 1")):
        assert said in check("6.2.5-c", gradient=blocks).message
    assert check("6.2.5-d", hess_form=lambda weights, D, M: float(right_form(weights, D, M)) or 1).state == "wrong"


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_form_that_is_never_negative_is_wrong(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    for never in (abs, lambda form: max(form, 0)):
        assert check("6.2.5-d", hess_form=lambda *point, never=never: never(float(right_form(*point)))).state != "right"


def test_a_form_by_second_differences_is_right_though_rounded():
    def measured(W1, W2, W3, M, h=1e-4):
        def phi(h):
            return ((product_of([W + h * np.eye(2) for W in (W1, W2, W3)]) - M) ** 2).sum() / 2
        return (phi(h) - 2 * phi(0) + phi(-h)) / h**2

    data = given("6.2.5-b")
    assert check("6.2.5-b", value=measured(**data.point), other=measured(**data.other)).state == "right"


def test_a_function_for_square_layers_alone_is_told_the_smallest_network_on_which_it_fails():
    def square(weights):
        return len({n for W in weights for n in W.shape}) == 1

    def flat(weights, G):
        return [block if square(weights) else block.T for block in right_gradient(weights, G)]

    verdict = check("6.2.5-c", gradient=flat)
    assert (verdict.state, verdict.mistake) == ("wrong", None) and "`G` = [[" in verdict.message
    assert "∇₁ has shape (1, 2), but W₁ has shape (2, 1)" in verdict.message
    verdict = check("6.2.5-d", hess_form=lambda W, D, M: float(right_form(W, D, M)) + (not square(W)))
    assert verdict.state == "wrong" and "you return" in verdict.message
    one = check("6.2.5-c", gradient=lambda W, G: [np.eye(2).T @ block for block in right_gradient(W, G)])
    assert one.state == "wrong kind" and "weights=[[[-1]]], G=[[" in one.message


@each_seed
@pytest.mark.parametrize("factors, name", [
    (lambda W, j: (W[j + 1:], W[:j]), "order of the product"),
    (lambda W, j: (W[j:][::-1], W[:j][::-1]), "W_j on the left"),
    (lambda W, j: (W[j + 1:][::-1], W[:j + 1][::-1]), "W_j on the right"),
])
def test_the_partial_products_of_a_gradient_are_recognized(factors, name, seed, monkeypatch):
    """Written as a student does who multiplies lists from the left to the right."""
    monkeypatch.setenv("LNN_SEED", seed)

    def times(matrices, size):
        A = np.eye(size)
        for matrix in matrices:
            A = A @ matrix
        return A

    def gradient(weights, G):
        sides = [factors(weights, j) for j in range(len(weights))]
        return [times(left, len(G)).T @ G @ times(right, G.shape[1]).T for left, right in sides]

    assert check("6.2.5-c", gradient=gradient).mistake == name


@each_seed
def test_the_gradient_of_the_layers_in_the_other_order_is_recognized(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    verdict = check("6.2.5-c", gradient=lambda weights, G: right_gradient(weights[::-1], G)[::-1])
    assert verdict.mistake == "order of the layers"


def test_the_judges_derivations_are_those_of_exact_arithmetic():
    def everywhere(id):
        given = find(id).given()
        return [*given.cases, *given.other]

    rng = np.random.default_rng(0)
    for weights, G in everywhere("6.2.5-c"):
        for j, W_j in enumerate(weights):
            direction = rng.normal(size=W_j.shape)
            moved = [0 * one for one in weights]
            moved[j] = direction
            change = float((fractions(G) * product_along(weights, moved)[1]).sum())
            assert (c_every_gradient._gradient(weights, G)[j] * direction).sum() == pytest.approx(change, rel=1e-9, abs=1e-12)
    for weights, D, target in everywhere("6.2.5-d"):
        assert forms.hess_form(weights, D, target) == 2 * squared_loss_along(weights, D, target)[2]


def test_the_instances_hold_a_minimum_a_saddle_and_many_shapes():
    given = find("6.2.5-d").given()
    sizes = [(np.abs(product_of(W) - target).max(), max(np.abs(one).max() for one in W)) for W, _, target in given.cases]
    assert any(residual == 0 for residual, _ in sizes) and any(size == 0 < residual for residual, size in sizes)
    assert any(np.any(D[0]) and not np.any(D[1:]) for W, D, _ in given.cases if len(W) > 1)
    for id in ("6.2.5-c", "6.2.5-d"):
        given = find(id).given()
        widths = [(W[0].shape[1], *map(len, W)) for W, *_ in given.cases + given.other]
        assert {len(dims) - 1 for dims in widths} == {1, 2, 3, 4, 5}
        assert {(dims[0] > dims[-1]) - (dims[0] < dims[-1]) for dims in widths} == {-1, 0, 1}
        assert any(1 in dims[1:-1] for dims in widths) and {dims[1] for dims in widths} >= {1, 2, 3, 4}
        assert all(len(set(dims)) == 1 for dims in widths[:len(given.cases)])
        assert widths[0] == (1, 1)


@pytest.mark.parametrize("value", [3, "W", {}, [], np.float64(1), np.ones(3), np.eye(2), [np.eye(2), [1, 2]], [[[1, np.nan]]]])
def test_what_is_no_list_of_matrices_is_named(value):
    message = check("6.2.5-c", gradient=lambda *point: value).message
    assert message.endswith("expected a list of matrices of finite numbers, one for each layer.") and "\n" not in message


def test_a_slow_function_is_stopped(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", .2)
    verdict = check("6.2.5-d", hess_form=lambda *point: time.sleep(.4) or 1.0)
    assert verdict.state == "wrong kind" and "0.2 s" in verdict.message
