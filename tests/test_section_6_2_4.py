"""What the explorers and the homework of 6.2.4 claim, by the whole network, by closed forms and by rational arithmetic."""
import importlib
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from lnnlib.descent import gradient_descent
from lnnlib.dynamics import learning_time
from lnnlib.explorers import landscape_slice, learning_dynamics
from lnnlib.explorers.section_6_2_4.learning_dynamics import STRENGTHS
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2_4 import a_products_of_layers, b_counterexample, c_length_of_a_plateau
from lnnlib.live.values import count_text
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

pytestmark = pytest.mark.usefixtures("own_record")

DYNAMICS, SLICE = (importlib.import_module(f"lnnlib.explorers.section_6_2_4.{name}")      # the functions hide their modules
                   for name in ("learning_dynamics", "landscape_slice"))
RUNS, PLANES = ({preset.label: preset.changes for preset in module.PRESETS} for module in (DYNAMICS, SLICE))


# ---- learning_dynamics

@pytest.mark.parametrize("depth, start", list(product([1, 2, 3, 4], ["balanced", "unbalanced"])))
def test_the_modes_are_those_of_gradient_descent_on_the_whole_network(depth, start):
    """Matrices against the recurrence, and ||grad Phi|| and Phi at every step."""
    a, eta = .3, .02
    run = learning_dynamics(depth=depth, eta=eta, scale=a, step=400, start=start).run()
    net = LinearNetwork(SquaredLoss(np.diag(STRENGTHS)), hidden=(3,) * (depth - 1))
    first = [a**depth * np.eye(3), *[np.eye(3)] * (depth - 1)] if start == "unbalanced" else [a * np.eye(3)] * depth
    whole = gradient_descent(net, net.join(first), eta, steps=400)
    u = np.diagonal(net.product(whole.points), axis1=1, axis2=2)
    assert run.now == 400
    np.testing.assert_allclose(run.u.T, u, rtol=1e-9)
    np.testing.assert_allclose(run.value, whole.values, rtol=1e-8, atol=1e-15)
    np.testing.assert_allclose(run.slope, whole.grad_norms, rtol=1e-8, atol=1e-9)
    assert run.point.grad_norm == pytest.approx(whole.grad_norms[400], rel=1e-8, abs=1e-12)
    for mode, s in enumerate(STRENGTHS):
        half = np.flatnonzero(u[:, mode] >= s / 2)
        assert run.halves[mode] == half[0] if len(half) else run.halves[mode] > 400


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_crosses_stand_on_the_exact_curves_at_half_the_strength(depth):
    run = learning_dynamics(depth=depth, scale=.1).run()
    for s, t in zip(STRENGTHS, run.exact_halves, strict=True):
        u, h = .1**depth, t / 20000
        for _ in range(20000):                                     # Heun's method on the differential equation
            k = depth * u ** (2 - 2 / depth) * (s - u)
            v = u + h * k
            u += h / 2 * (k + depth * v ** (2 - 2 / depth) * (s - v))
        assert u == pytest.approx(s / 2, rel=1e-4)


def test_at_zero_nothing_moves_unless_there_is_one_layer():
    still = learning_dynamics(**RUNS["Start at 0"])
    assert not still.run().u.any() and "learned half of no mode; by the exact curves: never, never, never" in still.readout
    assert learning_dynamics(**RUNS["Start at 0"] | {"depth": 1}).run().halves == [14, 14, 14]     # 1 - .95^14 > 1/2


def test_presets_show_what_they_say():
    in_turn = learning_dynamics().run()
    one, four = (learning_dynamics(depth=depth).run() for depth in (1, 4))
    unbalanced = learning_dynamics(**RUNS["Unbalanced"]).run()
    assert max(one.halves) - min(one.halves) <= 2
    assert four.halves[0] > 10 * in_turn.halves[0] and unbalanced.halves[2] < in_turn.halves[0]
    large = learning_dynamics(**RUNS["η too large"]).run()
    assert large.eta > large.limit and np.ptp(large.u[0, -20:]) > 1 and np.abs(large.u[1:, -1] / STRENGTHS[1:] - 1).max() < .01


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_limit_of_eta_is_where_the_balanced_minimum_turns_unstable(depth):
    limit = learning_dynamics(depth=depth).run().limit
    layer = 3 ** (1 / depth)
    for eta, settles in ((.98 * limit, True), (1.02 * limit, False)):
        a = layer * 1.001
        for _ in range(500):
            a -= eta * a ** (depth - 1) * (a**depth - 3)
        assert (abs(a - layer) < 1e-4 * layer) == settles or not np.isfinite(a)


def test_a_run_that_diverges_says_when_and_never_draws_beyond():
    figure = learning_dynamics(depth=4, eta=1, scale=1)
    assert figure.readout == "With 4 layers GD diverged at step 2. η = 1 is beyond 2/λₘₐₓ = 0.09623 at the balanced minimum."
    assert np.abs(figure.run().u).max() < 50**4


@pytest.mark.parametrize("values, shown", [
    ({"depth": 1}, None), ({}, 1), ({"depth": 3}, 1), ({"depth": 4}, 1), ({"scale": 0}, None), ({"scale": 1}, None),
    ({"start": "unbalanced"}, None), ({"eta": .35}, None), ({"depth": 4, "scale": .01}, None)])
def test_the_prediction_is_judged_where_it_is_decided(values, shown):
    assert DYNAMICS.PREDICT.answer(learning_dynamics(**values).run()) == shown


def test_no_setting_turns_a_right_prediction_into_a_wrong_one():
    controls = learning_dynamics().controls
    scales, etas = (controls[name].grid[::18] for name in ("scale", "eta"))
    for depth, start, scale, eta in product((1, 2, 3, 4), controls["start"].ends(), scales, etas):
        run = learning_dynamics(depth=depth, start=start, scale=scale, eta=eta).run()
        assert DYNAMICS.PREDICT.answer(run) in (1, None), (depth, start, scale, eta)


@pytest.mark.parametrize("depth, scale, shown", [(2, .05, "s·a,"), (3, .05, "s·a²,"), (4, .1, "s·a³,")])
def test_the_verdict_gives_the_steps_of_the_whole_network_and_the_speed(depth, scale, shown):
    figure = learning_dynamics(depth=depth, scale=scale, predict=True)
    net = LinearNetwork(SquaredLoss(np.diag(STRENGTHS)), hidden=(3,) * (depth - 1))
    whole = gradient_descent(net, net.join([scale * np.eye(3)] * depth), .05, steps=2500)
    u = np.diagonal(net.product(whole.points), axis1=1, axis2=2)
    halves = [count_text(int(np.argmax(mode >= s / 2))) for mode, s in zip(u.T, STRENGTHS, strict=True)]
    verdict = figure.predict.verdict(1, figure.run())
    assert verdict.startswith("✓") and f"steps {', '.join(halves)}: " in verdict and shown in verdict
    assert figure.predict.verdict(0, figure.run()).startswith("✗")
    small = 1e-3 * np.eye(3)                                       # what one step adds to a small layer, per time
    speed = -np.diag(net.split(net.grad(net.join([small] * depth)))[0])
    np.testing.assert_allclose(speed, np.multiply(STRENGTHS, 1e-3 ** (depth - 1)), rtol=1e-2)


def test_where_there_is_room_every_step_is_drawn():
    run = learning_dynamics(eta=.35).run()
    for times, _ in (run.dots(0), run.curve(run.value)):
        np.testing.assert_allclose(times, .35 * np.arange(29))
    np.testing.assert_array_equal(run.dots(0)[1], run.u[0])


def test_a_cycle_of_two_steps_is_two_rows_and_no_zigzag():
    run = learning_dynamics(depth=4, eta=.12).run()
    times, values = run.curve(run.value)
    (gap,) = np.flatnonzero(np.isnan(values))
    late = times[:gap] > 500
    assert np.abs(np.diff(np.log(run.value[-100:]))).min() > .5      # from one step to the next
    low, high = values[:gap][late], values[gap + 1:][late]
    assert (np.abs(np.diff(np.log(low))) < .05).all() and (np.abs(np.diff(np.log(high))) < .05).all()
    assert (high > 1.5 * low).all()
    drawn = np.isfinite(values)
    np.testing.assert_array_equal(values[drawn], run.value[np.rint(times[drawn] / run.eta).astype(int)])


def test_a_smooth_run_is_one_line_through_its_own_points():
    for depth in (1, 2, 3, 4):
        run = learning_dynamics(depth=depth).run()
        for whole in (run.value, run.slope):
            times, values = run.curve(whole)
            assert (np.diff(times) > 0).all()
            np.testing.assert_array_equal(values, whole[np.rint(times / run.eta).astype(int)])


def test_the_axis_of_times_ends_where_the_curves_have_arrived_and_shows_a_pinned_run_too():
    figure = learning_dynamics()
    scene = figure.scene(figure.values)
    for values, end in (({}, 10), ({"scale": .01}, 30), ({"depth": 4}, 1000), ({"depth": 1}, 10), ({"scale": 0}, 1000)):
        figure.reset()
        figure.set(**values)
        figure.frame()
        run = figure.run()
        assert figure.scene(figure.values) is scene                # no slider redraws the stage
        assert all(ax.get_xlim() == (0, end) for ax in scene.figure.axes) and run.end == end
        gaps = np.abs(run.exact - np.array(STRENGTHS)[:, None])
        assert values.get("scale") == 0 or (gaps[:, -1] <= .01 * gaps[:, 0]).all()
    figure.reset()
    figure.set(depth=4)
    figure.pin()
    figure.set(depth=1)
    figure.frame()
    assert scene.figure.axes[0].get_xlim() == (0, 1000) and figure.run().end == 10


def test_the_pinned_run_has_its_crosses_and_curves_through_every_change():
    figure = learning_dynamics()
    labels = {artist.get_label() for artist in figure.scene(figure.values).ghosts}
    assert {"exact", "half learned", "GD", "Φ", "‖∇Φ‖", "step t"} <= labels
    figure.pin()
    pinned = figure.pinned
    figure.set(depth=3, scale=.1, eta=.01, start="unbalanced", step=40)
    assert figure.pinned is pinned
    assert figure.pin_says.startswith("Pinned: With 2 layers GD learned half of modes 1, 2, 3 at steps 25, 53, 107")


@pytest.mark.parametrize("make", [learning_dynamics, landscape_slice])
def test_a_depth_is_a_whole_number(make):
    for depth in (2.5, Fraction(5, 2), True, 5, 0):
        with pytest.raises(ValueError, match="depth is"):
            make(depth=depth)
    assert make(depth=np.int64(3)).values["depth"] == 3


# ---- landscape_slice

def heights(depth, x, y):
    """Phi on the plane (mode 1, mode 2, every layer) through the origin, where the unit vectors are entries over sqrt N."""
    return ((x / depth**.5) ** depth - 2) ** 2 / 2 + ((y / depth**.5) ** depth - 1) ** 2 / 2


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_the_plane_is_the_closed_form_and_its_middle_what_the_theory_says(depth):
    run = landscape_slice(depth=depth, ax=1.5, ay=-.5, bx=-2, by=.75).run()
    t = np.linspace(0, 1, len(run.phi))
    np.testing.assert_allclose(run.phi, heights(depth, 1.5 - 3.5 * t, -.5 + 1.25 * t), rtol=1e-12)
    kind = {1: "not stationary", 2: "strict saddle"}.get(depth, "non-strict saddle")
    assert run.plane.point.kind == kind
    assert landscape_slice(depth=depth, learned="both modes").run().plane.point.kind == "global minimum"


@pytest.mark.parametrize("label", PLANES)
def test_a_preset_pierces_its_chord(label):
    run = landscape_slice(**PLANES[label]).run()
    assert run.excess > .5
    assert (run.straight <= run.chord + 1e-9).all()                # l is convex: its own chord is never pierced
    assert run.straight[[0, -1]] == pytest.approx(run.phi[[0, -1]])


def test_at_depth_one_no_chord_is_pierced_and_deeper_some_are():
    rng = np.random.default_rng(0)
    names = landscape_slice().controls["first"].ends()
    found = {depth: 0 for depth in (1, 2, 3, 4)}
    for depth, first, second, _ in product(found, names, names, range(3)):
        ends = dict(zip(("ax", "ay", "bx", "by"), rng.uniform(-3, 3, 4), strict=True))
        found[depth] += landscape_slice(depth=depth, first=first, second=second, **ends).run().excess > 0
    assert found[1] == 0 and min(found[depth] for depth in (2, 3, 4)) > 5


@pytest.mark.parametrize("values", [
    dict(depth=3, first="mode 1, alternating signs", second="mode 1, every layer", ax=.25, ay=.6, bx=1.6, by=2.6),
    dict(depth=4, first="random", second="mode 1, every layer", learned="both modes", ax=2.3, ay=-.45, bx=1.8, by=-2.1)], ids=str)
def test_a_rise_between_two_drawn_points_of_the_segment_is_seen(values):
    """At no drawn point is Phi above the chord, and yet between two of them it is."""
    run = landscape_slice(**values).run()
    assert (run.phi <= run.chord + 1e-12).all()
    A, B = run.ends
    s = np.linspace(0, 1, 20_001)
    rise = (run.net(A + s[:, None] * (B - A)) - (1 - s) * run.phi[0] - s * run.phi[-1]).max()
    assert rise > 1e-6 and run.excess == pytest.approx(rise, rel=1e-3)
    assert "so Φ is not convex" in landscape_slice(**values).readout


def test_the_rise_is_that_of_a_fine_grid():
    rng, s = np.random.default_rng(0), np.linspace(0, 1, 4001)
    for depth in (1, 2, 3, 4):
        for ax, ay, bx, by in rng.uniform(-3, 3, (20, 4)):
            run = landscape_slice(depth=depth, first="random", ax=ax, ay=ay, bx=bx, by=by).run()
            A, B = run.ends
            rise = (run.net(A + s[:, None] * (B - A)) - (1 - s) * run.phi[0] - s * run.phi[-1]).max()
            assert run.excess == pytest.approx(max(rise, 0), rel=1e-4, abs=1e-7)
            assert depth > 1 or run.excess == 0


def test_a_pinned_segment_stays_in_its_plane_and_is_released_with_a_word_in_another():
    figure = landscape_slice()
    for name, value, said in (("depth", 3, "its depth N was “2”"), ("learned", "mode 1", "its point: learned was “nothing”"),
                              ("first", "random", "its direction U was “mode 1, every layer”"),
                              ("second", "random", "its direction V was “mode 2, every layer”")):
        figure.reset()
        figure.pin()
        figure.set(ax=.5, by=2)
        assert figure.pinned is not None and figure.pin_says.startswith("Pinned: With 2 layers")
        figure.set(**{name: value})
        assert figure.pinned is None and figure.pin_says == f"The pin is released: {said}."


def test_the_heights_are_absolute_and_the_axis_shows_the_pinned_run_too():
    figure = landscape_slice(bx=3, by=3)
    cut = figure.scene(figure.values).figure.axes[1]
    figure.frame()
    high = cut.get_ylim()[1]
    assert high >= heights(2, 3, 3)
    figure.pin()
    figure.set(bx=0, by=0)
    figure.frame()
    assert cut.get_ylim()[1] == high
    figure.pin(False)
    figure.frame()
    assert 2.5 <= cut.get_ylim()[1] < high                         # Phi at the origin is 2.5
    np.testing.assert_allclose(cut.get_lines()[0].get_ydata()[[0, -1]], [heights(2, 2, 1.4), 2.5])


# ---- homework

def right(id):
    scope = {}
    exec(find(id).code, scope)
    return {ask.name: scope[ask.source] for ask in find(id).asks}


def test_the_products_by_hand():
    """[[2, 0], [1, -1]] [[0, 1], [1, 1]] [[1, 2], [0, 1]]."""
    assert {name: matrix.tolist() for name, matrix in right("6.2.4-a").items()} == {
        "product": [[0, 2], [-1, -2]], "part": [[0, 2], [-1, 0]], "empty": np.eye(4).tolist()}
    wrong = {mistake.name: mistake.made(find("6.2.4-a").given()) for mistake in a_products_of_layers.MISTAKES}
    assert wrong["reversed"]["product"].tolist() == [[7, -3], [3, -1]]
    assert wrong["one layer short"]["product"].tolist() == wrong["other layers"]["part"].tolist() == [[0, 1], [1, 3]]
    assert wrong["entrywise"]["product"].tolist() == [[0, 0], [0, -1]]
    assert wrong["part reversed"]["part"].tolist() == [[1, -1], [3, -1]]
    assert wrong["one layer alone"]["part"].tolist() == [[0, 1], [1, 1]]


def test_no_two_answers_to_a_product_look_alike():
    """Right, spoiled and mistaken matrices of `product` and of `part` are all different, in every draw."""
    drawn = [a_products_of_layers._draw(np.random.default_rng(seed)) for seed in range(100)]
    for data in [find("6.2.4-a").given(), *drawn]:
        A, B, C = (np.array(W) for W in (data.W1, data.W2, data.W3))
        product, part = C @ B @ A, C @ B
        for right, wrong in ((product, [A @ B @ C, A * B * C, B @ A]), (part, [B @ C, B, B @ A])):
            answers = [right, -right, 2 * right, right / 2, right.T, *wrong]
            assert not any(np.array_equal(one, other) for one, other in combinations(answers, 2))


def test_the_layers_are_arrays_under_the_names_of_the_text():
    data = given("6.2.4-a")
    assert (data.W3 @ data.W2 @ data.W1).tolist() == (data.W_3 @ data.W_2 @ data.W_1).tolist() == [[0, 2], [-1, -2]]
    assert data.chain["W_1"].tolist() == [[1, 2], [0, 1]] and data.widths[2] == 4


def test_every_identity_of_another_size_is_told_so_and_no_other_matrix_is():
    answers = right("6.2.4-a")
    for size in (1, 2, 3, 5, 9):
        assert check("6.2.4-a", **answers | {"empty": np.eye(size)}).mistake == "size of the other side"
    for empty, part in ((np.ones((4, 4)), "There are weights"), (np.ones((4, 5)), "4 × 5"), (np.ones((10**6, 1)), "1000000 × 1")):
        verdict = check("6.2.4-a", **answers | {"empty": empty})
        assert (verdict.state, verdict.mistake) == ("wrong", None) and part in verdict.message
    assert check("6.2.4-a", **answers | {"part": [[5, 5], [5, 6]]}).mistake is None


def test_a_wrong_product_says_which_one():
    for name in ("product", "part"):
        verdict = check("6.2.4-a", **right("6.2.4-a") | {name: [[9, 9], [9, 9]]})
        assert (verdict.state, verdict.mistake) == ("wrong", None) and f"`{name}`" in verdict.message
    huge = check("6.2.4-a", **right("6.2.4-a") | {"part": np.full((2, 2), 1e300)})
    assert (huge.state, huge.mistake) == ("wrong", None)


def exact_phi(w, target):
    w = [Fraction(float(x)) for x in w]
    W_1, W_2 = (w[:2], w[2:4]), (w[4:6], w[6:])
    return sum((sum(W_2[i][k] * W_1[k][j] for k in (0, 1)) - target[i][j]) ** 2 for i in (0, 1) for j in (0, 1)) / 2


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_pair_is_right_where_rational_arithmetic_says_so(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    target, rng = find("6.2.4-b").given().target, np.random.default_rng(int(seed))
    states = set()
    for scale in (.1, 1, 3):
        for _ in range(60):
            U, V = rng.normal(0, scale, (2, 8)).round(3)
            certifies = 2 * exact_phi((U + V) / 2, target) > exact_phi(U, target) + exact_phi(V, target)
            states.add(certifies)
            assert (check("6.2.4-b", U=U, V=V).state == "right") == certifies
    assert states == {True, False}


def test_rounding_certifies_nothing():
    """Along one layer Phi is convex; at 1e12 its rounding errors alone are far above any fixed threshold."""
    rng = np.random.default_rng(0)
    for scale in (1e6, 1e12, 1e80, 1e200):
        U = scale * rng.normal(size=8)
        V = U + np.concatenate([np.zeros(4), 1e-9 * scale * rng.normal(size=4)])
        assert check("6.2.4-b", U=U, V=V).state in ("almost", "wrong")
        assert check("6.2.4-b", U=U, V=U).mistake == "the same point"


@pytest.mark.parametrize("scale", [1e-3, 1e-8, 1e-100])
def test_a_certificate_is_one_however_little_phi_rises(scale):
    U = scale * np.array(right("6.2.4-b")["U"])
    excess = exact_phi(0 * U, find("6.2.4-b").given().target) - exact_phi(U, find("6.2.4-b").given().target)
    assert 0 < excess < 1e-5 and check("6.2.4-b", U=U, V=-U).state == "right"


def test_a_tie_is_no_certificate_and_says_so():
    verdict = check("6.2.4-b", U=[1, 0, 0, 0, 0, 0, 0, 0], V=[0, 0, 0, 0, 0, 0, 0, 1])
    assert verdict.state == "almost" and verdict.mistake == "two zeros and a dip"
    verdict = check("6.2.4-b", U=[1, 0, 0, 1, 0, 0, 0, 0], V=[1, 0, 0, 2, 3, 3, 3, 3])
    assert verdict.state == "wrong" and "proves nothing" in verdict.message


def test_every_target_has_the_certificate_of_the_solution():
    for seed in range(100):
        given = b_counterexample._draw(np.random.default_rng(seed))
        W = np.concatenate([np.eye(2).ravel(), np.ravel(given.target)])
        assert exact_phi(W, given.target) == exact_phi(-W, given.target) == 0 < exact_phi(0 * W, given.target)


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_plateau_found_by_quadrature_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)

    def quadrature(s, u0, uf):
        z = np.linspace(np.log(u0), np.log(uf), 200_001)
        return np.trapezoid(1 / (2 * (s - np.exp(z))), z)

    assert check("6.2.4-c", plateau=quadrature).state == "right"
    assert check("6.2.4-c", plateau=lambda *mode: float(f"{quadrature(*mode):.4g}")).state == "right"
    for factor, word in ((1.01, "late"), (.99, "early")):
        verdict = check("6.2.4-c", plateau=lambda *mode, factor=factor: factor * quadrature(*mode))
        assert (verdict.state, verdict.mistake) == ("wrong", None) and f"too {word}" in verdict.message


def test_every_mode_drawn_is_one_that_the_formula_covers():
    for seed in range(50):
        for s, u0, uf in c_length_of_a_plateau._draw(np.random.default_rng(seed)).cases:
            assert 0 < u0 < uf < s and all(len(repr(x).replace(".", "").split("e")[0].lstrip("0")) <= 6 for x in (s, u0, uf))


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_wrong_integral_is_told_by_name_also_where_it_is_computed_with_five_digits(seed, monkeypatch):
    """The integrals of wrong differential equations, by quadrature."""
    monkeypatch.setenv("LNN_SEED", seed)

    def time(rate):
        def plateau(s, u0, uf):
            z = np.linspace(np.log(u0), np.log(uf), 200_001)
            return float(f"{np.trapezoid(np.exp(z) * rate(s, np.exp(z)), z):.5g}")

        return plateau

    for name, rate in (("lost 2", lambda s, u: 1 / (u * (s - u))), ("lost s", lambda s, u: (1 / u + 1 / (s - u)) / 2),
                       ("sign of the second integral", lambda s, u: (1 / u - 1 / (s - u)) / (2 * s)),
                       ("pure exponential", lambda s, u: 1 / (2 * s * u)), ("one layer", lambda s, u: 1 / (s - u)),
                       ("backwards", lambda s, u: -1 / (2 * u * (s - u)))):
        assert check("6.2.4-c", plateau=time(rate)).mistake == name


def test_the_librarys_own_function_is_no_answer():
    verdict = check("6.2.4-c", plateau=learning_time)
    assert verdict.state == "wrong kind" and "expected your own function" in verdict.message


def test_a_wrong_time_is_shown_at_the_first_mode_in_short_numbers():
    s, u0, uf = find("6.2.4-c").given().cases[0]
    assert check("6.2.4-c", plateau=lambda *mode: 77).message == (
        f"For s={s:g}, u0={u0:g}, uf={uf:g} you return 77, and that is too late: u(t) is not `uf` then.")
    for odd in (-1e300, 1e300, 5e-324):
        assert check("6.2.4-c", plateau=lambda *mode, odd=odd: odd).state == "wrong"


def test_huge_and_tiny_weights_are_judged_and_shown():
    """Phi of weights of size 10^200 is about 10^800. The product of weights of size 10^-200 is not 0."""
    verdict = check("6.2.4-b", U=np.full(8, 1e200), V=np.full(8, 3e200))
    assert verdict.state == "wrong" and "e+80" in verdict.message and "inf" not in verdict.message
    tiny = check("6.2.4-b", U=np.full(8, 1e-200), V=[3e-200, *[1e-200] * 6, 3e-200])
    assert tiny.state != "right" and tiny.mistake != "two zeros and a dip"
