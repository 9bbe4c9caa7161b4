"""What the explorers and the homework of 6.1 claim, by plain loops, rationals and closed forms."""
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.explorers import collapse, two_zeros
from lnnlib.explorers.section_6_1.collapse import PREDICT
from lnnlib.explorers.section_6_1.collapse_networks import FLOOR, INPUTS, START, TARGETS, trained
from lnnlib.explorers.section_6_1.collapse_networks import NETS as TRAINED_NETS
from lnnlib.explorers.section_6_1.two_zeros import LABELS, NETS, PRESETS, SAMPLES, TICKS, ZERO_AT_ZERO, plane_of_zeros
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_1 import a_certificate, c_prove_by_code

pytestmark = pytest.mark.usefixtures("own_record")

SIGMA = {"tanh": math.tanh, "linear": lambda z: z, "relu": lambda z: max(z, 0), "sin": math.sin,
         "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "step": lambda z: 1 if z > 0 else 0}
PRESET = {preset.label: preset.changes for preset in PRESETS}


def output(weights, x, activation):
    """W_N sigma(.. sigma(W_1 x)) of one x, entry by entry."""
    for n, W in enumerate(weights):
        x = [sum(row[k] * (SIGMA[activation](x[k]) if n else x[k]) for k in range(len(x))) for row in W]
    return x


def squared(weights, X, Y, activation):
    """1/(2n) sum of squares, sample by sample."""
    n = len(X[0])
    errors = [o - y for i in range(n) for o, y in zip(output(weights, [row[i] for row in X], activation),
                                                      [row[i] for row in Y], strict=True)]
    return sum(error**2 for error in errors) / (2 * n)


# ---- collapse ----

def test_no_network_of_width_one_is_below_a_quarter():
    """Outputs on the line along (cos s, sin s) leave the squared distances to it, which on a circle are 1/2 on average."""
    for s in np.linspace(0, math.pi, 50):
        off_the_line = np.array([-math.sin(s), math.cos(s)]) @ TARGETS
        assert (off_the_line**2).mean() / 2 == pytest.approx(1 / 4, abs=1e-14)
    assert FLOOR == pytest.approx(1 / 4, abs=1e-14)


@pytest.mark.parametrize("activation", START)
def test_every_trained_network_meets_the_hypothesis_and_its_average_is_of_width_one(activation):
    assert len(trained(activation)[1]) == TRAINED_NETS
    for net in range(1, TRAINED_NETS + 1):
        run = collapse(lam=1, activation=activation, net=net).run()
        assert run.equal < FLOOR <= run.loss + 1e-12
        assert np.linalg.svd(run.outputs)[1][1] <= 1e-12 * np.abs(run.outputs).max()
        assert np.allclose(run.outputs, run.narrow_outputs, rtol=1e-12, atol=1e-14)
        assert np.allclose(run.copies, run.equal, rtol=1e-9, atol=1e-15)
        assert PREDICT.answer(run) == 2


@pytest.mark.parametrize("activation", START)
def test_the_curve_is_the_loss_of_the_mixed_weights(activation):
    run = collapse(lam=.5, activation=activation, net=2).run()
    W = [np.array(W_n) for W_n in run.L.net.split(run.W)]
    Q = [np.eye(3), np.full((4, 4), 1 / 4), np.full((4, 4), 1 / 4), np.eye(2)]
    mixed = [(W[n] + Q[n + 1] @ W[n] @ Q[n]) / 2 for n in range(3)]
    expected = squared([W_n.tolist() for W_n in mixed], INPUTS.tolist(), TARGETS.tolist(), activation)
    assert run.loss == pytest.approx(expected, rel=1e-12) and run.curve[50] == pytest.approx(expected, rel=1e-12)


def test_copies_are_networks_with_renumbered_units():
    run = collapse(activation="tanh").run()
    W = [np.array(W_n) for W_n in run.L.net.split(run.W)]
    p, q = np.eye(4)[[2, 0, 3, 1]], np.eye(4)[[1, 3, 0, 2]]
    copy = [W_n.tolist() for W_n in (p @ W[0], q @ W[1] @ p.T, W[2] @ q.T)]
    assert squared(copy, INPUTS.tolist(), TARGETS.tolist(), "tanh") == pytest.approx(run.copies[0], rel=1e-9)


def layers(run):
    """[(W_n, b_n)] of the network with biases at lambda, as lists, from its matrices [[W_n, b_n], [0, 1]] and [W_3, b_3]."""
    matrices = [W.tolist() for W in run.L.net.split(run.weights)]
    assert [W[-1] for W in matrices[:2]] == [[0] * (len(W[0]) - 1) + [1] for W in matrices[:2]]
    return [([row[:-1] for row in W], [row[-1] for row in W]) for W in (matrices[0][:-1], matrices[1][:-1], matrices[2])]


def biased_outputs(weights, activation):
    """W_3 sigma(W_2 sigma(W_1 x + b_1) + b_2) + b_3 of the twelve inputs, entry by entry."""
    outputs = []
    for x in INPUTS.T.tolist():
        for n, (W, b) in enumerate(weights):
            h = [SIGMA[activation](v) for v in x] if n else x
            x = [sum(row[k] * h[k] for k in range(len(h))) + b_i for row, b_i in zip(W, b, strict=True)]
        outputs.append(x)
    return outputs


def biased_loss(weights, activation):
    pairs = zip(biased_outputs(weights, activation), TARGETS.T.tolist(), strict=True)
    return sum((o - y)**2 for output, target in pairs for o, y in zip(output, target, strict=True)) / 24


def renumbered(weights, p, q):
    """The copy whose hidden units are those of the orders p and q, each with its bias and all its weights."""
    (W_1, b_1), (W_2, b_2), (W_3, b_3) = weights
    return [([W_1[i] for i in p], [b_1[i] for i in p]),
            ([[W_2[i][j] for j in p] for i in q], [b_2[i] for i in q]), ([[row[j] for j in q] for row in W_3], b_3)]


@pytest.mark.parametrize("activation", START)
def test_with_biases_the_average_is_that_of_all_576_copies_and_every_copy_computes_the_same(activation):
    run = collapse(activation=activation, biases="with").run()
    W, outputs = layers(run), biased_outputs(layers(run), activation)
    assert min(abs(b_i) for _, b in W for b_i in b) > 0
    assert run.outputs.T.tolist() == pytest.approx(np.array(outputs), rel=1e-12, abs=1e-14)
    assert run.loss == pytest.approx(biased_loss(W, activation), rel=1e-9)
    orders = list(itertools.permutations(range(4)))
    copies = [renumbered(W, p, q) for p, q in itertools.product(orders, orders)]
    for copy in copies[1::41]:
        assert np.allclose(biased_outputs(copy, activation), outputs, rtol=1e-11, atol=1e-12)
    left_behind = [(copies[-1][0][0], W[0][1]), *copies[-1][1:]]                       # b_1 where it was: another map
    assert not np.allclose(biased_outputs(left_behind, activation), outputs, atol=1e-2)
    average = layers(collapse(lam=1, activation=activation, biases="with").run())
    for n in range(3):
        for k in range(2):
            assert np.allclose(np.mean([copy[n][k] for copy in copies], axis=0), average[n][k], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("activation", START)
def test_with_biases_every_average_is_of_width_one_and_above_a_quarter(activation):
    assert len(trained(activation, True)[1]) == TRAINED_NETS
    for net in range(1, TRAINED_NETS + 1):
        figure = collapse(lam=1, activation=activation, net=net, biases="with")
        run = figure.run()
        (W_1, b_1), (W_2, b_2), (W_3, b_3) = layers(run)
        narrow = [([W_1[0]], b_1[:1]), ([[sum(W_2[0])]], b_2[:1]), ([[sum(row)] for row in W_3], b_3)]
        outputs = biased_outputs(narrow, activation)
        for found in (run.outputs, run.narrow_outputs):
            assert np.allclose(found.T, outputs, rtol=1e-11, atol=1e-12)
        assert run.equal < FLOOR < run.loss == pytest.approx(biased_loss(narrow, activation), rel=1e-11)
        assert np.allclose(run.copies, run.equal, rtol=1e-9, atol=1e-15)
        assert PREDICT.answer(run) == 2 and run.curve.max() < run.top
        assert "A network of width 1 with biases computes the same" in figure.readout


def test_no_line_at_all_comes_nearer_to_the_circle_than_those_through_the_origin():
    """With biases the outputs of width 1 lie on a line cos(s) y_1 + sin(s) y_2 = c: its mean square distance is 1/2 + c^2."""
    for s, c in itertools.product(np.linspace(0, math.pi, 20), (-1, -.1, 0, .3)):
        off = np.array([math.cos(s), math.sin(s)]) @ TARGETS - c
        assert (off**2).mean() / 2 == pytest.approx((1 / 2 + c**2) / 2, abs=1e-14)
        assert (off**2).mean() / 2 >= FLOOR - 1e-14


def test_every_weight_and_bias_is_drawn_where_it_belongs():
    run = collapse(lam=.4, biases="with").run()
    (W_1, b_1), (W_2, b_2), (W_3, b_3) = layers(run)
    drawn = [(*start, *end, width * sign / 2.2) for sign in (1, -1) for (start, end), width in zip(*run.lines(sign), strict=True)]
    height = (np.arange(3) + .5, np.arange(4), np.arange(4), np.arange(2) + 1)
    expected = [(n, height[n][j], n + 1, height[n + 1][i], W[i][j]) for n, W in enumerate((W_1, W_2, W_3))
                for i in range(len(W)) for j in range(len(W[0]))]
    expected += [(n, -1, n + 1, height[n + 1][i], b[i]) for n, b in enumerate((b_1, b_2, b_3)) for i in range(len(b))]
    assert len(drawn) == 36 + 10 and np.allclose(sorted(drawn), sorted(expected))


def test_at_w_nothing_gives_the_prediction_away():
    figure = collapse(predict=True)
    scene = figure.scene(figure.values)
    loss = scene.figure.axes[2]

    def said():
        return sorted(text.get_text() for text in loss.texts if text.get_visible())

    scene.record(figure.run())
    assert said() == ["copies"] and not [patch for patch in loss.patches if len(patch.get_xy()) > 1]
    figure.set(lam=.01)
    scene.record(figure.run())
    assert said() == ["copies", "no convex loss\ngets here", "width 1\nstays above"]


def test_the_least_loss_of_an_average_is_the_one_that_the_notebook_names():
    least = min((collapse(lam=1, activation=activation, net=net).run().loss, activation, net)
                for activation, net in itertools.product(START, range(1, TRAINED_NETS + 1)))
    assert least == (pytest.approx(.2933, abs=5e-5), "sin", 1)


@pytest.mark.parametrize("lam", [0, .01, .5, .99])
def test_the_prediction_is_judged_at_the_average_only(lam):
    assert all(PREDICT.answer(collapse(lam=lam, activation=activation).run()) is None for activation in START)


def test_the_readout_names_the_equal_network_at_the_average_only():
    figure = collapse()
    assert figure.readout.startswith("W has loss 0.0004227, and so have its permuted copies")
    figure.set(lam=.5)
    assert "network of width 1 computes the same" not in figure.readout
    figure.set(lam=1)
    assert "A network of width 1 computes the same" in figure.readout


def test_the_verdict_gives_both_losses_and_the_least_of_width_one():
    for activation, net in itertools.product(START, (1, 4)):
        run = collapse(lam=1, activation=activation, net=net).run()
        Q = np.full((4, 4), 1 / 4)
        W = run.L.net.split(run.W)
        average = [Q @ W[0], Q @ W[1] @ Q, W[2] @ Q]
        losses = [squared([np.asarray(W_n).tolist() for W_n in layers], INPUTS.tolist(), TARGETS.tolist(), activation)
                  for layers in (W, average)]
        said = PREDICT.why(run)
        power = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
        numbers = [part.split(": ")[1] for part in said.split(". In A")[0].split(", ")]
        read = [float(number.replace("·10", "e").translate(power)) for number in numbers]
        assert read == pytest.approx(losses, rel=1e-3, abs=0) and said.endswith("width 1 stays above 0.25.")


def test_the_axis_of_losses_holds_every_curve_of_an_activation_and_the_pinned_one():
    figure = collapse(lam=1, activation="sigmoid")
    figure.pin()
    figure.set(activation="linear")
    run, pinned = figure.run(), figure.pinned
    assert run.top < pinned.loss < pinned.top
    scene = figure.scene(figure.values)
    loss = scene.figure.axes[2]
    scene.record(run)
    assert loss.get_ylim() == pytest.approx((-.06 * run.top, run.top))
    scene.record(run, pinned)
    assert loss.get_ylim() == pytest.approx((-.06 * pinned.top, pinned.top))
    for activation, net in itertools.product(START, range(1, TRAINED_NETS + 1)):
        run = collapse(activation=activation, net=net).run()
        assert run.curve.max() < run.top


# ---- two_zeros ----

@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("activation", [*ZERO_AT_ZERO, "sigmoid"])
def test_the_plane_shows_the_loss_of_the_scaled_network(activation, net):
    here = plane_of_zeros(activation, "squared", net, "samples")
    hidden, last = [W.tolist() for W in here.hidden], here.last.tolist()
    for row, column in ((10, 60), (75, 33)):
        a, b = TICKS[column], TICKS[row]
        weights = [[[a * v for v in line] for line in W] for W in hidden] + [[[b * v for v in line] for line in last]]
        expected = squared(weights, SAMPLES.tolist(), LABELS.tolist(), activation)
        assert here.grid[row, column] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("loss", ["squared", "absolute", "wrong signs"])
@pytest.mark.parametrize("activation", ZERO_AT_ZERO)
def test_both_green_lines_compute_zero(activation, loss):
    for net in NETS:
        here = plane_of_zeros(activation, loss, net, "samples")
        assert (here.loss(TICKS, 0 * TICKS) == here.zero).all() and (here.loss(0 * TICKS, TICKS) == here.zero).all()
        run = two_zeros(activation=activation, loss=loss, net=net, a=.7, b=-.45).run()
        assert (run.losses[:2, [0, 2]] == here.zero).all() and run.losses[2, 1] == here.zero


def test_every_preset_shows_what_its_button_says():
    certificates = {label: two_zeros(**values).run().certificate for label, values in PRESET.items()}
    assert certificates == {"A trained net": 1, "−W no worse than W": 2, "No derivative": 0, "σ(0) = 1/2": None}
    assert two_zeros().run().certificate == 0
    random, trained_3, trained_2 = (two_zeros(**changes).run() for changes in ({}, *list(PRESET.values())[:2]))
    assert random.losses[0, 1] > random.plane.zero
    assert trained_3.losses[0, 1] < trained_3.plane.zero < trained_3.losses[1, 1]
    assert max(trained_2.losses[:2, 1]) < trained_2.plane.zero
    values = np.unique(two_zeros(**PRESET["No derivative"]).run().plane.grid)
    assert len(values) <= 5                                                  # a few plateaus, nothing in between


def test_where_a_certificate_is_shown_the_midpoint_is_above_and_elsewhere_none_is_missed():
    for activation, loss, net, a, b in itertools.product(SIGMA, ("squared", "wrong signs"), NETS, (-1, .5), (.25, 1.25)):
        run = two_zeros(activation=activation, loss=loss, net=net, a=a, b=b).run()
        W = run.plane.weights(a, b)
        first = W.copy()
        first[-run.plane.last.size:] = 0
        A, B = 2 * first, 2 * (W - first)
        excess = [float(run.plane.L((U + V) / 2) - (run.plane.L(U) + run.plane.L(V)) / 2) for U, V in ((A, B), (-A, -B), (W, -W))]
        expected = next((k for k in range(3) if excess[k] > 1e-9), None)
        assert run.certificate == expected, (activation, loss, net, a, b)
        assert activation == "sigmoid" or expected is not None or abs(excess[0]) < 1e-9


def test_the_broken_case_is_a_parabola_in_b():
    """x = 0: every hidden unit is sigma(0) = 1/2, so L = (b W_2 1/2 - 1)^2/2 for every a."""
    here = plane_of_zeros("sigmoid", "squared", "random, depth 2", "zero")
    slope = here.last.sum() / 2
    assert np.allclose(here.grid, ((TICKS * slope - 1) ** 2 / 2)[:, None], rtol=1e-12)
    assert "No pair of the three violates convexity." in two_zeros(**PRESET["σ(0) = 1/2"]).readout


def test_the_three_curves_that_the_text_asks_for_can_be_told_apart_at_first():
    one, other, third = two_zeros().run().curves
    assert min(np.abs(one - other).max(), np.abs(one - third).max(), np.abs(other - third).max()) > .2


def test_a_pin_stays_for_another_network_and_goes_with_another_loss_or_other_data():
    figure = two_zeros()
    low, high = figure.run().plane.heights
    figure.pin()
    figure.set(activation="relu", net="trained, depth 2")
    scene = figure.scene(figure.values)
    scene.record(figure.run(), figure.pinned)
    bottom, top = scene.figure.axes[1].get_ylim()
    assert figure.pinned is not None and bottom <= low and top >= high
    for change, said in (({"loss": "absolute"}, "loss was “squared”"), ({"data": "zero"}, "data was “14 samples”")):
        figure.reset()
        figure.pin()
        figure.set(**change)
        assert figure.pinned is None and figure.pin_says == f"The pin is released: its {said}."


def test_off_the_two_axes_every_place_of_the_first_scene_has_a_certificate():
    """What the notebook says of the first scene, at every position of both sliders."""
    figure = two_zeros()
    places = [float(a) for a in figure.controls["a"].grid]
    assert len(places) == 51 and 0 in places
    for a, b in itertools.product(places, places):
        run = two_zeros(a=a, b=b).run()
        assert (run.certificate is None) == (a * b == 0)
        assert a * b or (run.losses == .5).all()


def test_what_the_notebook_says_of_the_sigmoid_on_the_samples():
    runs = {net: two_zeros(activation="sigmoid", net=net).run() for net in NETS}
    assert {net: run.certificate for net, run in runs.items()} == {
        "random, depth 2": None, "random, depth 3": None, "trained, depth 2": 2, "trained, depth 3": 1}
    assert all(run.losses[0, 2] != run.plane.zero for run in runs.values())


def test_no_segment_leaves_its_axis():
    for net, activation, a, b in itertools.product(NETS, SIGMA, (-1.25, .5, 1.25), (-1.25, 1.25)):
        run = two_zeros(net=net, activation=activation, a=a, b=b).run()
        assert run.plane.heights[0] <= run.curves.min() and run.curves.max() <= run.plane.heights[1]


def test_a_constant_loss_is_convex():
    for activation in ZERO_AT_ZERO:
        run = two_zeros(activation=activation, data="zero").run()
        assert run.certificate is None and np.ptp(run.plane.grid) == 0


# ---- homework ----

def exact(numbers):
    return [[Fraction(str(v)) for v in row] for row in numbers]


def exact_loss(data, w):
    """L of the 2-3-1 ReLU net in rationals."""
    w = [Fraction(str(v)) if isinstance(v, float) else v for v in w]
    weights = [[w[0:2], w[2:4], w[4:6]], [w[6:9]]]
    return squared(weights, exact(data.X), exact(data.Y), "relu")


def excess(data, one, other):
    middle = [(a + b) / 2 for a, b in zip(one, other, strict=True)]
    return exact_loss(data, middle) - (exact_loss(data, one) + exact_loss(data, other)) / 2


@pytest.mark.parametrize("seed", ["0", "1", "2", "3"])
def test_the_reference_certificate_and_no_mistake_certifies_in_rationals(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    data = given("6.1-a")
    w = [Fraction(str(v)) for v in data.w]
    minus, zero = [-v for v in w], [Fraction(0)] * 9
    A, B = [2 * v for v in w[:6]] + zero[:3], zero[:6] + [2 * v for v in w[6:]]
    wrong = [v for k in (1, 2, 0) for v in w[2 * k:2 * k + 2]] + [w[6 + k] for k in (2, 0, 1)]    # W_2 P, not W_2 P^T
    copy = [v for k in (1, 2, 0) for v in w[2 * k:2 * k + 2]] + [w[6 + k] for k in (1, 2, 0)]
    assert exact_loss(data, w) < exact_loss(data, zero) < exact_loss(data, minus)
    assert exact_loss(data, copy) == exact_loss(data, w) != exact_loss(data, wrong)
    assert excess(data, [-v for v in A], [-v for v in B]) == exact_loss(data, minus) - exact_loss(data, zero) > 0
    halves = [v / 2 for v in A], [v / 2 for v in B]
    for pair, name in (((A, B), "A and B"), (halves, "A and B not doubled"), ((w, minus), "W and -W"),
                       ((w, wrong), "no copies"), ((copy, wrong), "no copies")):
        floats = [np.array(one, float) for one in pair]
        for U, V in (floats, floats[::-1]):
            verdict = check("6.1-a", U=U, V=V)
            certifies = excess(data, *pair) > 0
            assert (verdict.state, verdict.mistake) == (("right", None) if certifies else ("almost", name)), (seed, name)
        assert not certifies or pair[0] is copy


def test_every_certificate_is_right_and_what_is_none_is_wrong():
    data = given("6.1-a")
    L, w = data.net.objective(data.X, data.Y), np.array(data.w)
    rng, found = np.random.default_rng(0), {"right": 0, "wrong": 0}
    copy = w[[2, 3, 4, 5, 0, 1, 7, 8, 6]]
    for U, V in [*rng.normal(size=(30, 2, 9)), *rng.normal([w, copy], .1, (15, 2, 9))]:
        state = "right" if L((U + V) / 2) > (L(U) + L(V)) / 2 else "wrong"
        assert (check("6.1-a", U=U.tolist(), V=V).state == "right") == (state == "right")
        found[state] += 1
    assert min(found.values()) > 5
    below = check("6.1-a", U=w, V=2 * w)
    assert below.state == "wrong" and "the midpoint has to lie above" in below.message
    for point in (w, 0 * w, rng.normal(size=9)):
        assert check("6.1-a", U=point, V=point.tolist()).mistake == "one point"
    huge = check("6.1-a", U=1e200 * w, V=-1e200 * w)
    assert huge.state == "wrong" and "the mean of L(U) and L(V) is more than 10³⁰⁸." in huge.message


@pytest.mark.parametrize("scale", [1, 1e-4, 1e-9, 1e-60])
def test_a_certificate_near_the_origin_is_one_though_its_excess_is_tiny(scale):
    data, W = given("6.1-a"), -scale * np.array(given("6.1-a").w)
    A, B = np.append(2 * W[:6], np.zeros(3)), np.append(np.zeros(6), 2 * W[6:])
    shift = excess(data, *([Fraction(v) for v in one.tolist()] for one in (A, B)))
    assert shift > 0 and (scale > 1e-5 or shift < 1e-9)
    assert check("6.1-a", U=A, V=B).state == "right"
    assert check("6.1-a", U=A, V=A).mistake == "one point"                       # equality is no certificate


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_average_is_the_mean_of_the_six_copies_in_rationals(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    data = given("6.1-b")
    orders = list(itertools.permutations(range(3)))
    mean = [[[Fraction(int(sum(data.W1[p[i]][j] for p in orders)), 6) for j in range(3)] for i in range(3)],
            [[Fraction(int(sum(data.W2[i][p[j]] for p in orders)), 6) for j in range(3)] for i in range(3)]]
    whole = [[[int(value) for value in row] for row in W] for W in mean]
    for form in (mean, np.array(mean, float), np.array(mean), tuple(mean), whole):
        assert check("6.1-b", averaged=form).state == "right"
    half = [[[value / 2 for value in row] for row in W] for W in mean]                   # row sums 1/2: 3 times 1/6
    assert check("6.1-b", averaged=half).mistake == "printed 1/d!"
    cycles = [W1 / 2 for W1 in map(np.array, mean)]                                      # three cycles, divided by 6
    assert "You put" not in check("6.1-b", averaged=cycles).message
    assert check("6.1-b", averaged=[mean[0], data.W2]).mistake == "only W1"
    across = [[[Fraction(int(sum(row)), 3)] * 3 for row in data.W1], mean[1]]
    assert check("6.1-b", averaged=across).mistake == "columns of W1"
    assert "rows of your first matrix differ" in check("6.1-b", averaged=[data.W1, mean[1]]).message
    assert "columns of your second matrix are equal" in check("6.1-b", averaged=[mean[0], np.ones((3, 3)) / 3]).message


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_other_averages_are_known_by_loops_over_the_copies(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    W1, W2 = given("6.1-b").W1, given("6.1-b").W2
    perms = [np.eye(3)[list(order)] for order in itertools.permutations(range(3))]
    rows = [sum(P @ W for P in perms) / 6 for W in (W1, W2)]
    columns = [sum(W @ P for P in perms) / 6 for W in (W1, W2)]
    everything = [np.full((3, 3), W.mean()) for W in (W1, W2)]
    for averaged, name in (([6 * rows[0], 6 * columns[1]], "sum"), ([columns[0], columns[1]], "columns of W1"),
                           ([columns[0], rows[1]], "inputs and outputs"), (everything, "both sides"),
                           ([columns[1], rows[0]], "order"), ([rows[0].T, columns[1].T], "transposed")):
        verdict = check("6.1-b", averaged=averaged)
        assert (verdict.state, verdict.mistake) == ("almost", name)
    huge = check("6.1-b", averaged=[np.diag([1.7e308, -1.7e308, 0]), W2])
    assert huge.state == "wrong" and "differ" in huge.message


def test_every_pair_of_zeros_around_the_network_is_right():
    for points in (lambda W1, W2: ((0 * W1, 2 * W2), (2 * W1, 0 * W2)),                   # the other way round
                   lambda W1, W2: [[(2 * W1).tolist(), np.zeros(W2.shape)], [np.zeros(W1.shape), W2 + W2]]):
        assert check("6.1-c", points=points).state == "right"


@pytest.mark.parametrize("points, part", [
    (lambda W1, W2: ((2 * W1, 0 * W2), (0 * W1, 3 * W2)), "the midpoint of your A2 and B2 is not W2"),
    (lambda W1, W2: ((2 * W1.T, 0 * W2), (0 * W1, 2 * W2)), "your A1 and A2 have shapes (2, 3) and (1, 3)"),
    (lambda W1, W2: ((W1 + 1, W2 + 1), (W1 - 1, W2 - 1)), "your A does not compute the zero function"),
    (lambda W1, W2: ((2 * W1, 1e-12 * W2), (0 * W1, (2 - 1e-12) * W2)), "your A does not compute the zero function"),
    (lambda W1, W2: ((2 * W1, 0 * W2), (1e-12 * W1, 2 * W2)), "your B does not compute the zero function"),
])
def test_wrong_points_say_which_property_fails(points, part):
    verdict = check("6.1-c", points=points)
    assert (verdict.state, verdict.mistake) == ("wrong", None) and part in verdict.message


def test_transposed_points_are_told_from_others():
    verdict = check("6.1-c", points=lambda W1, W2: ((2 * W1.T, 0 * W2.T), (0 * W1.T, 2 * W2.T)))
    assert (verdict.state, verdict.mistake) == ("almost", "transposed")
    assert "have shapes (2, 3) and (3, 1), unlike W1 and W2" in verdict.message
    assert check("6.1-c", points=lambda W1, W2: ((-2 * W1, 0 * W2), (0 * W1, -2 * W2))).mistake == "sign"


@pytest.mark.parametrize("points, name", [
    (lambda W1, W2: ((0 * W1, W2), (W1, 0 * W2)), "factor 2"),
    (lambda W1, W2: ((0 * W1, 0 * W2), (W1, W2)), "factor 2"),
    (lambda W1, W2: ((0 * W1, 0 * W2), (0 * W1, 0 * W2)), "same layer"),
    (lambda W1, W2: ((W1, 2 * W2), (W1, 0 * W2)), "one layer split"),
    (lambda W1, W2: ((W1, W2), (W1, W2)), "one layer split"),
    (lambda W1, W2: ((W1 + 1, W2), (W1 - 1, W2)), "one layer split"),
    (lambda W1, W2: ((1e308 + 0 * W1, -W2), (-1e308 + 0 * W1, W2)), "W and -W"),
])
def test_a_mistake_of_6_1_c_has_several_forms(points, name):
    verdict = check("6.1-c", points=points)
    assert (verdict.state, verdict.mistake) == ("almost", name)


def test_huge_points_compute_zero_too_where_a_layer_is_zero():
    verdict = check("6.1-c", points=lambda W1, W2: ((1e308 + 0 * W1, 0 * W2), (-1e308 + 0 * W1, 2 * W2)))
    assert verdict.state == "wrong" and "the midpoint of your A1 and B1 is not W1" in verdict.message
    assert c_prove_by_code._computes_zero(np.full((2, 2), 1e308), np.zeros((1, 2)))
    assert not c_prove_by_code._computes_zero(np.full((2, 2), 1e308), np.full((1, 2), 1e308))
    assert not c_prove_by_code._computes_zero(np.array([[1.], [-1.]]), np.array([[1., 1.]]))      # |x| for relu
    assert not c_prove_by_code._computes_zero(np.array([[1.], [2.]]), np.array([[-2., 1.]]))      # tanh 2x is not 2 tanh x


def test_zero_for_tanh_relu_and_the_identity_is_not_zero_for_every_activation():
    W1, W2, x = np.array([[1.], [-1.], [2.], [-2.]]), np.array([[2., 2., -1., -1.]]), np.linspace(-1, 1, 5)[None]
    for sigma in (np.tanh, lambda z: np.maximum(z, 0), lambda z: z):
        assert np.allclose(W2 @ sigma(W1 @ x), 0, atol=1e-15)
    assert (W2 @ (W1 @ x) ** 2).min() == -4
    assert not c_prove_by_code._computes_zero(W1, W2)
    assert c_prove_by_code._computes_zero(np.array([[1., 2.], [0., 0.], [1., 2.]]), np.array([[3., 7., -3.]]))    # equal rows


def test_points_of_one_flat_vector_are_the_wrong_kind():
    verdict = check("6.1-c", points=lambda W1, W2: (np.append(2 * W1, 0 * W2), np.append(0 * W1, 2 * W2)))
    assert verdict.state == "wrong kind" and "four matrices" in verdict.message


def layers_of(case, sigma, x):
    """h_1, h_2 and y of a network of depth 3 with biases, unit by unit."""
    h, layers = x, []
    for n in (0, 2, 4):
        z = [sum(w * value for w, value in zip(row, h, strict=True)) + b[0]
             for row, b in zip(case[n].tolist(), case[n + 1].tolist(), strict=True)]
        h = [sigma(one) for one in z] if n < 4 else z
        layers.append(h)
    return layers


def renumber(W1, b1, W2, b2, W3, b3, P1, P2):
    """The copy by lists: unit i of a layer is the old unit that row i of P names."""
    p, q = ([list(row).index(1) for row in P.tolist()] for P in (P1, P2))
    return [[W1[i].tolist() for i in p], [b1[i].tolist() for i in p], [[W2[i][j] for j in p] for i in q],
            [b2[i].tolist() for i in q], [[row[j] for j in q] for row in W3.tolist()], b3.tolist()]


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_renumbered_network_has_the_hidden_layers_asked_for_and_the_same_output(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    assert check("6.1-d", renumbered=renumber).state == "right"
    for *net, P1, P2 in find("6.1-d").given().cases:
        x = [.03 * (k + 1) for k in range(net[0].shape[1])]
        for sigma in SIGMA.values():
            h1, h2, y = layers_of(net, sigma, x)
            copy = [np.array(one) for one in renumber(*net, P1, P2)]
            assert np.allclose(np.concatenate(layers_of(copy, sigma, x)), np.concatenate([P1 @ h1, P2 @ h2, y]), rtol=1e-9)


def slipped(**parts):
    """The copy with some parts made otherwise."""
    names = ("W1", "b1", "W2", "b2", "W3", "b3")
    return lambda *case: [parts[name](*case) if name in parts else part
                          for name, part in zip(names, renumber(*case), strict=True)]


OF_6_1_D = [
    ({"b1": lambda W1, b1, *_: b1}, "biases left behind"),
    ({"b2": lambda W1, b1, W2, b2, *_: b2}, "biases left behind"),
    ({"W2": lambda W1, b1, W2, b2, W3, b3, P1, P2: P2 @ W2}, "W2 on one side"),
    ({"W2": lambda W1, b1, W2, b2, W3, b3, P1, P2: W2 @ P1.T}, "W2 on one side"),
    ({"W2": lambda W1, b1, W2, b2, W3, b3, P1, P2: P2 @ W2 @ P1}, "P for its transpose"),
    ({"W3": lambda W1, b1, W2, b2, W3, b3, P1, P2: W3 @ P2}, "P for its transpose"),
    ({"W3": lambda W1, b1, W2, b2, W3, *_: W3}, "last layer left"),
    ({"b3": lambda W1, b1, W2, b2, W3, b3, P1, P2: P2 @ b3}, "outputs too"),            # raises at other widths
    ({"b3": lambda W1, b1, W2, b2, W3, b3, P1, P2: b3 + len(P2) - 1}, None),
    ({"W2": lambda W1, b1, W2, b2, W3, b3, P1, P2: W2}, None),
]


@pytest.mark.parametrize("parts, name", OF_6_1_D)
def test_a_slip_with_biases_is_told_from_the_others(parts, name):
    verdict = check("6.1-d", renumbered=slipped(**parts))
    assert verdict.state == ("almost" if name else "wrong") and verdict.mistake == name
    if not name:
        assert verdict.message.startswith("For a network of widths 1-2-2-2 with P1=[[1, 0], [0, 1]], P2=[[0, 1], [1, 0]]: your ")


def test_another_copy_is_almost_the_one_asked_for():
    none, transposed = (lambda P: np.eye(len(P))), (lambda P: P.T)
    for first, second, name in ((transposed, transposed, "the inverse order"), (none, lambda P: P, "one layer only"),
                                (lambda P: P, none, "one layer only"), (transposed, lambda P: P, None)):
        def other(*case, first=first, second=second):
            return renumber(*case[:6], first(case[6]), second(case[7]))
        assert check("6.1-d", renumbered=other).mistake == name
        *net, P1, P2 = find("6.1-d").given().cases[-1]
        copy = [np.array(one) for one in other(*net, P1, P2)]
        assert np.allclose(layers_of(copy, math.tanh, [.1, .2])[2], layers_of(net, math.tanh, [.1, .2])[2])
    exchanged = check("6.1-d", renumbered=lambda *case: renumber(*case[:6], *case[:5:-1]))
    assert exchanged.state == "wrong" and "widths 1-2-2-2" in exchanged.message
    narrow = check("6.1-d", renumbered=lambda W1, b1, *rest: [W1, b1.T, *renumber(W1, b1, *rest)[2:]])
    assert narrow.state == "wrong" and "your b1 has shape (1, 2)." in narrow.message


def test_the_example_of_6_1_d_by_hand():
    """Widths 1-2-2-1: L at W, on the way to the mean of the four copies and there, and at what is no copy."""
    half, swap = Fraction(1, 2), [[0, 1], [1, 0]]
    W = [np.array(M, dtype=object) for M in ([[1], [1]], [[1], [0]], [[1, -2], [1, -2]], [[0], [0]], [[1, 0]], [[0]])]

    def loss(net):
        return sum((layers_of(net, SIGMA["relu"], [x])[2][0] - y) ** 2 for x, y in ((-1, 0), (0, 1), (1, 0))) * Fraction(1, 6)

    perms = [np.array(P, dtype=object) for P in ([[1, 0], [0, 1]], swap)]
    copies = [[np.array(M, dtype=object) for M in renumber(*W, P, R)] for P, R in itertools.product(perms, perms)]
    mean = [sum(parts) * half * half for parts in zip(*copies, strict=True)]
    assert [loss(copy) for copy in copies] == [0] * 4
    ways = [loss([M + (A - M) * Fraction(k, 4) for M, A in zip(W, mean, strict=True)]) for k in range(5)]
    assert ways == [0, Fraction(147, 2048), *3 * [Fraction(1, 6)]]
    Q = perms[0] * half + perms[1] * half
    for found, wanted in zip(mean, (Q @ W[0], Q @ W[1], Q @ W[2] @ Q, Q @ W[3], W[4] @ Q, W[5]), strict=True):
        assert (found == wanted).all()
    swapped = [np.array(M, dtype=object) for M in renumber(*W, perms[1], perms[0])]
    assert loss([swapped[0], W[1], *swapped[2:]]) == Fraction(1, 6)    # b_1 left behind
    steps = [Fraction(k, 8) for k in range(-8, 17)]                    # monotone outputs u <= v <= w or u >= v >= w
    assert min(u**2 + (v - 1)**2 + w**2 for u, v, w in itertools.product(steps, repeat=3)
               if u <= v <= w or u >= v >= w) / 6 == Fraction(1, 12)
    for text in (r"L=\frac16", r"\frac1{12}"):
        assert text in find("6.1-d").solution


def test_a_draw_is_found_for_every_seed():
    for seed in range(15):
        data = a_certificate._draw(np.random.default_rng(seed))
        assert len(data.w) == 9 and find("6.1-a").judge(data, {"U": np.array(data.w), "V": -np.array(data.w)})


def test_without_the_last_layer_b_computes_zero_for_every_activation():
    readout = two_zeros(activation="sigmoid", b=0).readout
    assert "A and B compute zero" in readout and "but B" not in readout
