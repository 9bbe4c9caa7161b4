"""What the explorers of 6.2.7 claim, and the homework, by exact rationals, the complex step, plain loops, other derivations."""
import itertools
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.descent import gradient_descent
from lnnlib.explorers import depth_dial, negative_direction, saddle_map
from lnnlib.explorers.section_6_2_7.depth_dial import PREDICT, progress
from lnnlib.explorers.section_6_2_7.negative_direction import PLACES, POINTS, WALK
from lnnlib.explorers.section_6_2_7.negative_direction import PRESETS as BENDS
from lnnlib.explorers.section_6_2_7.saddle_map import PRESETS as WALKS
from lnnlib.explorers.section_6_2_7.saddle_map_walk import Walk, lattice
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2_7 import b_map_of_saddles, c_every_shape, d_no_negative_eigenvalue
from lnnlib.live import number_text
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import balanced_critical_point
from lnnlib.saddles import classify
from tests.matrix_oracles import squared_loss_along
from tests.oracles import complex_step

pytestmark = pytest.mark.usefixtures("own_record")


# ---- depth_dial ----

@pytest.mark.parametrize("N, a", [(2, 1e-4), (3, 1e-2), (3, .3), (4, .05), (5, .1)])
def test_the_dial_counts_as_the_network_does(N, a):
    net = LinearNetwork(SquaredLoss([[1]]), (1,) * (N - 1))
    run = gradient_descent(net, a * np.ones(N), eta=.1, steps=4000)
    first = int((run.points[:, 0] >= .5).argmax())
    dial = depth_dial(N=N, a=a)
    assert first > 0 and dial.run().counted and f"leaves at step {first:,}".replace(",", "\u202f") in dial.readout
    assert dial.run().grad_norm == pytest.approx(run.grad_norms[0], rel=1e-12)


@pytest.mark.parametrize("N", [2, 3, 4, 5])
def test_what_was_lost_is_exact_though_it_is_tiny(N):
    a, w = Fraction(1, 1024), Fraction(1, 1024)
    for _ in range(3):
        w += Fraction(.1) * w ** (N - 1) * (1 - w**N)
    lost = ((1 - a**N) ** 2 - (1 - w**N) ** 2) / 2
    run = depth_dial(N=N, a=a).run()
    assert run.fallen(3) == pytest.approx(float(lost), rel=1e-3 if N == 5 else 1e-6)
    assert (np.diff(run.w) > 0).all()                                             # slow, not stuck: every step gains


def test_the_leading_term_follows_the_run():
    for N, a in ((3, .001), (4, .01), (5, .02)):
        run = depth_dial(N=N, a=a).run()
        t = np.arange(1, run.steps // 2, 7)[:100]
        assert progress(N, a, t) == pytest.approx(run.w[t] ** N - a**N, rel=.05)


def test_a_closer_start_costs_what_the_presets_say():
    cost = {N: [depth_dial(N=N, a=a).run().steps for a in (.001, .01)] for N in (2, 3, 5)}
    assert cost[2][0] - cost[2][1] == 24 and cost[3][0] / cost[3][1] == pytest.approx(10, rel=.02)
    assert cost[5][0] == pytest.approx(1e9 / .3, rel=1e-3)                         # a^{2-N} / ((N - 2) eta)
    kinds = {N: classify(LinearNetwork(SquaredLoss([[1]]), (1,) * (N - 1)), np.zeros(N), grad_tol=0, curvature_tol=1e-9)
             for N in (2, 3, 4, 5)}
    for N, kind in kinds.items():
        assert f"λₘᵢₙ = {number_text(kind.lambda_min)}, a {kind.kind}." in depth_dial(N=N).readout


def test_the_prediction_is_judged_at_depth_3_alone_and_never_wrongly():
    for N in (2, 3, 4, 5):
        for a in depth_dial().controls["a"].grid:
            shown = PREDICT.answer(depth_dial(N=N, a=a).run())
            assert shown == (1 if N == 3 and a <= Fraction(2, 1000) else None)
    assert PREDICT.answer(depth_dial(predict=True).run()) is None


# ---- negative_direction ----

every_point = pytest.mark.parametrize("name", POINTS.values())


@every_point
def test_the_points_are_stationary_and_no_global_minima(name):
    net, w = PLACES[name]
    assert np.abs(complex_step(net, w)).max() < 1e-14
    assert np.abs(net.loss.grad(net.product(w))).max() > .4
    if name == "wide out":                                                        # the case that needs Ker W_1^T
        assert np.linalg.svd(net.split(w)[1], compute_uv=False)[-1] > .3


@pytest.mark.parametrize("pair", ["entry", "singular"])
@every_point
def test_line_bound_and_walk_are_those_of_the_network(name, pair):
    net, w = PLACES[name]
    H = complex_step(net.grad, w)
    for alpha in (-2, -.3, 0, 1.7):
        run = negative_direction(alpha=alpha, point=name, pair=pair).run()
        D = run.direction(np.array(run.alpha))
        assert D @ D == pytest.approx(alpha**2 + 1)
        assert D @ H @ D == pytest.approx(float(run.formula(alpha)), abs=1e-9) == float(run.measured(alpha))
        assert D @ H @ D / (D @ D) == pytest.approx(float(run.per_length(alpha)), abs=1e-9)
        if name != "logistic":
            c_2 = squared_loss_along(net.split(w), net.split(D), net.loss.target)[2]
            assert float(2 * c_2) == pytest.approx(float(run.formula(alpha)), abs=1e-9)
        near = np.abs(WALK) < .1
        assert run.walk[near] == pytest.approx(run.parabola[near], abs=2e-3)
    smallest = np.linalg.eigvalsh(H)[0]
    assert run.lambda_min == pytest.approx(smallest, abs=1e-12)
    least = min(run.per_length(np.linspace(-20, 20, 400_001)))
    assert smallest <= least + 1e-9 and least == pytest.approx(run.built.lambda_min_bound, abs=1e-6)


def test_presets_show_what_they_say():
    runs = {preset.label: negative_direction(**preset.changes).run() for preset in BENDS}
    form = {label: float(run.measured(run.alpha)) for label, run in runs.items()}
    assert form["A form of −1"] == pytest.approx(-1) and form["The other sign"] == pytest.approx(1)
    attained = runs["Bound attained"]
    assert attained.per_length(attained.alpha) == pytest.approx(attained.lambda_min, rel=1e-12)
    assert form["Transposed"] < 0


# ---- saddle_map ----

@pytest.mark.parametrize("N", [2, 3, 4, 5])
@pytest.mark.parametrize("sigma", [(2, 1.2, .7), (.5, 2.5, .5), (1, 1, 1), (.2, .9, 2.5)])
def test_every_node_is_what_gradient_and_hessian_say(sigma, N):
    net = LinearNetwork(SquaredLoss(np.diag(sigma)), (3,) * (N - 1))
    for node in lattice(sigma, N):
        w = balanced_critical_point(net, [i - 1 for i in node.modes])
        found = classify(net, w, grad_tol=1e-9, curvature_tol=1e-9)
        assert found.kind == node.kind and node.loss == pytest.approx(net(w), abs=1e-12)
        smallest = np.linalg.eigvalsh(complex_step(net.grad, w))[0]
        assert node.lambda_min == pytest.approx(smallest, abs=1e-8)


@pytest.mark.parametrize("values", [dict(), dict(N=2), dict(s1=.5, N=4, start=.25), dict(s2=2), dict(start=.1, s1=2.5)], ids=str)
def test_the_walk_is_gradient_descent_on_the_network(values):
    run = saddle_map(**values).run()
    net = LinearNetwork(SquaredLoss(np.diag(run.sigma)), (3,) * (run.N - 1))
    steps = int(run.now)
    real = gradient_descent(net, net.join([run.start * np.eye(3)] * run.N), eta=.01, steps=steps)
    for t in np.linspace(0, steps, 60).astype(int)[1:]:
        learned = np.diag(net.product(real.points[t])) / run.sigma
        low, high = run.learned(max(t - 1.5, 0)), run.learned(t + 1.5)            # right to a step and a half
        assert (low - .01 <= learned).all() and (learned <= high + .01).all()
    half = [(np.diagonal(net.product(real.points), axis1=-2, axis2=-1)[:, i] > s / 2).argmax() for i, s in enumerate(run.sigma)]
    assert np.abs(np.array(half) - run.arrivals).max() < 2
    way = [tuple(i + 1 for i in range(3) if half[i] <= t) for t in (-1, *sorted(set(half)))]
    assert [node.modes for node in run.visited] == way


@pytest.mark.parametrize("N, start, tolerance", [(2, 1e-6, .05), (3, 1e-3, .01), (4, .02, .05), (5, .05, .02)])
def test_the_formula_of_the_waits_is_the_leading_term_of_the_counted_steps(N, start, tolerance):
    run = Walk(2, 1, .5, N, start, 1)
    for sigma, wait in zip(run.sigma, run.waits, strict=True):
        w, steps = start, 0
        while w**N < sigma / 2:
            w, steps = w + .01 * w ** (N - 1) * (sigma - w**N), steps + 1
        assert wait == pytest.approx(steps, rel=tolerance)


def test_the_certificate_is_the_gradient_of_the_network():
    run = saddle_map(share=Fraction(2, 5)).run()
    net = LinearNetwork(SquaredLoss(np.diag(run.sigma)), (3, 3))
    u = run.learned(run.now) * run.sigma
    w = net.join([np.diag(np.cbrt(u))] * 3)
    assert run.grad_norm == pytest.approx(np.linalg.norm(net.grad(w)), rel=1e-9)
    assert run.loss(run.learned(run.now)) == pytest.approx(net(w), rel=1e-9)


def test_the_way_leads_over_the_largest_modes():
    for sigma in itertools.permutations((2, 1.2, .7)):
        way = saddle_map(*sigma).run().visited
        largest_first = sorted((1, 2, 3), key=lambda i: -sigma[i - 1])
        assert [set(node.modes) for node in way] == [set(largest_first[:k]) for k in range(4)]
        assert [node.kind for node in way] == ["non-strict saddle"] * 3 + ["global minimum"]


def test_presets_of_the_map_show_what_they_say():
    run = {preset.label: saddle_map(**preset.changes).run() for preset in WALKS}
    assert {node.kind for node in saddle_map(N=2).run().nodes[:-1]} == {"strict saddle"}
    resting = run["Plateau of {1}"]
    assert resting.reached(resting.now).modes == (1,) and resting.grad_norm < .03
    assert [node.modes for node in run["Twin modes"].visited] == [(), (1, 2), (1, 2, 3)]
    assert saddle_map(s1=.5).run().visited[1].modes == (2,)
    for label, rests in (("Plateau of {1}", True), ("Far start", False)):
        t = np.linspace(0, run[label].last, 2000)
        near = np.abs(run[label].loss(run[label].learned(t)) - run[label].nodes[1].loss) < .02
        assert (near.mean() > .15) == rests


# ---- homework ----

def test_the_numbers_of_a():
    data = given("6.2.7-a")
    assert (data.W1, data.W2, data.M) == ([[1, 0], [0, 0]], [[1, 0], [0, 0]], [[1, 0], [0, 2]])
    corner = np.diag([0, 1])
    for x, y in ((Fraction(1, 4), 1), (1, .25), (-.5, -.5)):
        form = 2 * squared_loss_along([np.array(data.W1), np.array(data.W2)], [float(x) * corner, float(y) * corner], data.M)[2]
        assert form == -1 and check("6.2.7-a", D1=float(x) * corner, D2=float(y) * corner).state == "right"
    assert check("6.2.7-a", D1=-corner / 4, D2=corner).mistake == "sign"
    assert check("6.2.7-a", D1=corner, D2=corner / 2).mistake == "factor 2"
    verdict = check("6.2.7-a", D1=corner / 3, D2=corner)
    assert (verdict.state, verdict.mistake) == ("wrong", None) and "is -1.33333, not -1" in verdict.message


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_direction_found_from_the_spectrum_is_right_too(seed, monkeypatch):
    """A scaled eigenvector is no product of vectors of the construction, yet its form is -1."""
    monkeypatch.setenv("LNN_SEED", seed)

    def direction(W1, W2, G):
        net = LinearNetwork(SquaredLoss(W2 @ W1 - G), (len(W1),))
        values, vectors = np.linalg.eigh(net.hess(net.join([W1, W2])))
        return net.split(vectors[:, 0] / np.sqrt(-values[0]))

    data = given("6.2.7-a")
    W1, W2 = np.array(data.W1, float), np.array(data.W2, float)
    D1, D2 = direction(W1, W2, W2 @ W1 - data.M)
    assert check("6.2.7-a", D1=D1, D2=D2).state == "right"
    assert check("6.2.7-c", direction=direction).state == "right"


def test_the_kinds_of_b():
    """{}, {1}, {1,2} are non-strict; the least eigenvalues of the strict ones are those of the closed form."""
    lowest = {(2,): -.7640, (3,): -1.1808, (1, 3): -.5904, (2, 3): -1.1808}
    data, answer = given("6.2.7-b"), {}
    assert data.sigma == (2, 1.3, .6) and data.N == 3
    net = LinearNetwork(SquaredLoss(np.diag(data.sigma)), (3, 3))
    for modes in b_map_of_saddles.SETS:
        key = tuple(sorted(modes))
        smallest = np.linalg.eigvalsh(complex_step(net.grad, balanced_critical_point(net, [m - 1 for m in key])))[0]
        assert smallest == pytest.approx(lowest.get(key, 0), abs=5e-5)
        answer[key] = "strict saddle" if key in lowest else "non-strict saddle" if len(key) < 3 else "global minimum"
    assert check("6.2.7-b", kinds=answer).state == "right"
    assert check("6.2.7-b", kinds={frozenset(key): word for key, word in answer.items()}).state == "right"
    one = check("6.2.7-b", kinds=answer | {(2, 3): "non-strict saddle", (3,): "global minimum"})
    assert one.state == "wrong" and "2 of the 8 sets" in one.message and "(3,)" in one.message
    for bad, part in (({(4,): "strict saddle"}, "the key (4,)"), ({(1,): "saddle"}, "'saddle' at (1,)"), ({}, "without ()")):
        verdict = check("6.2.7-b", kinds=bad)
        assert verdict.state == "wrong kind" and part in verdict.message


def test_every_instance_of_c_is_stationary_and_tells_the_mistakes_apart():
    ways = {"right": {}, "exchanged": {"exchanged": True}, "swapped": {"swapped": True}, "sign": {"sign": 1}}
    for seed in range(200):
        data = c_every_shape._draw(np.random.default_rng(seed))
        forms = {name: [] for name in ways}
        for W1, W2, M in data.points:
            G = W2 @ W1 - M
            assert max(np.abs(W2.T @ G).max(), np.abs(G @ W1.T).max()) < 1e-13 and np.abs(G).max() > .1
        for W1, W2, M in data.telling:
            G = W2 @ W1 - M
            for name, wrong in ways.items():
                D1, D2 = c_every_shape.construct(W1, W2, G, **wrong)
                F = W2 @ D1 + D2 @ W1
                forms[name].append((F**2).sum() + 2 * (G * (D2 @ D1)).sum())
        assert np.abs(np.array(forms["right"]) + 1).max() < 1e-9
        for one, other in itertools.combinations(forms.values(), 2):
            assert np.abs(np.subtract(one, other)).max() > .01
        W1, W2, _ = data.points[2]
        assert np.linalg.svd(W2, compute_uv=False)[-1] > .05                      # no kernel to take v from


def constructed(W1, W2, G, *, sign=None, row=-1, upper=None, d_1=None):
    """Theorem 6.11's direction, or one that is hard-wired to the shape of some points."""
    d_1 = W1.shape[0] if d_1 is None else d_1
    i, j = np.unravel_index(np.abs(G).argmax(), G.shape)
    upper = W1.shape[0] >= G.shape[0] if upper is None else upper(W1, W2)
    v = np.linalg.svd(W2 if upper else W1.T)[2][row][:d_1]
    D1, D2 = np.outer(v, np.eye(G.shape[1])[j]), np.outer(np.eye(G.shape[0])[i], v)
    q = np.sum((D2 @ W1 if upper else W2 @ D1) ** 2)
    alpha = -(q + 1) / (2 * (G[i, j] if sign is None else sign * abs(G[i, j])))
    return (alpha * D1, D2) if upper else (D1, alpha * D2)


@pytest.mark.parametrize("wired", [
    dict(d_1=2), dict(row=1), dict(row=0), dict(sign=-1), dict(sign=1), dict(upper=lambda W1, W2: len(W2) <= 2),
    dict(upper=lambda W1, W2: True), dict(upper=lambda W1, W2: False)],
    ids=["d_1 is 2", "second row", "first row", "-1", "+1", "d_2 up to 2", "always W_2", "always W_1"])
@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_what_holds_for_some_widths_alone_is_wrong(wired, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    for right in (None, lambda W1, W2: W1.shape[1] >= len(W2)):                   # where both kernels serve, either will do
        assert check("6.2.7-c", direction=lambda *point, right=right: constructed(*point, upper=right)).state == "right"
    assert check("6.2.7-c", direction=lambda *point: constructed(*point, **wired)).state != "right"


@pytest.mark.parametrize("direction, part", [
    (lambda W1, W2, G: (np.zeros((3, 3)), W2), "On a point of widths (2, 2, 2) D1 has shape (3, 3), expected (2, 2)"),
    (lambda W1, W2, G: (0 * W1, 0 * W2), "the Hessian form along your direction is 0, not -1"),
])
def test_a_wrong_function_of_c_says_where_it_fails(direction, part):
    verdict = check("6.2.7-c", direction=direction)
    assert (verdict.state, verdict.mistake) == ("wrong", None) and part in verdict.message


def test_a_function_of_c_that_forgets_the_other_case_is_wrong_on_the_tall_network():
    def direction(W1, W2, G):
        i, j = np.unravel_index(np.abs(G).argmax(), G.shape)
        v = np.linalg.svd(W2)[2][-1]
        D1, D2 = np.outer(v, np.eye(G.shape[1])[j]), np.outer(np.eye(G.shape[0])[i], v)
        return -(((D2 @ W1) ** 2).sum() + 1) / (2 * G[i, j]) * D1, D2

    verdict = check("6.2.7-c", direction=direction)
    assert verdict.state == "wrong" and "widths (2, 2, 3)" in verdict.message


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_any_gauge_of_the_saddle_of_d_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    rng, (kept, m) = np.random.default_rng(3), max(enumerate(np.diag(given("6.2.7-d").M)), key=lambda pair: pair[1])
    R, S = (np.linalg.qr(rng.normal(size=(2, 2)))[0] for _ in range(2))
    e, f = np.eye(2)[kept], np.eye(2)[1 - kept]
    point = [np.cbrt(m) * np.outer(R[0], e), np.cbrt(m) * np.outer(S[0], R[0]), np.cbrt(m) * np.outer(e, S[0])]
    step = [.05 * np.outer(R[1], f), .05 * np.outer(S[1], R[1]), .05 * np.outer(f, S[1])]
    lower = [W + D for W, D in zip(point, step, strict=True)]
    assert check("6.2.7-d", saddle=point, lower=lower).state == "right"
    far = check("6.2.7-d", saddle=point, lower=[W + 2 * D for W, D in zip(point, step, strict=True)])
    assert far.state == "wrong" and "further than 0.1" in far.message
    upper = check("6.2.7-d", saddle=point, lower=[W - D for W, D in zip(point, step, strict=True)])
    assert upper.state == "wrong" and "not smaller" in upper.message
    moved = check("6.2.7-d", saddle=[1.01 * W for W in point], lower=lower)
    assert moved.state == "wrong" and "not stationary" in moved.message


@pytest.mark.parametrize("t, state", [(1e-2, "right"), (1e-4, "right"), (1e-5, "right"), (-1e-5, "wrong")])
def test_a_fall_counts_though_it_is_below_what_floats_tell_apart(t, state):
    saddle = [np.diag([np.cbrt(2), 0])] * 3
    verdict = check("6.2.7-d", saddle=saddle, lower=[np.diag([np.cbrt(2), t])] * 3)
    assert verdict.state == state
    net = d_no_negative_eigenvalue._net(given("6.2.7-d"))
    w, lower = net.join(saddle), net.join([np.diag([np.cbrt(2), t])] * 3)
    assert float(d_no_negative_eigenvalue.fall(net, w, lower)) == pytest.approx(t**3 - t**6 / 2, rel=1e-9, abs=1e-40)


def test_a_fall_along_the_gradient_that_rounding_left_is_none():
    saddle = [np.diag([np.cbrt(2) + 1e-10, 0])] * 3
    lower = [np.diag([np.cbrt(2), 0])] * 3
    verdict = check("6.2.7-d", saddle=saddle, lower=lower)
    assert verdict.state == "wrong" and "no more than rounding" in verdict.message


def test_the_counterexample_falls_with_the_third_power():
    exercise, scope = find("6.2.7-d"), {}
    exec(exercise.code, scope)
    data = exercise.given()
    deltas = [after - before for before, after in zip(scope["saddle"], scope["lower"], strict=True)]
    c_0, c_1, c_2 = squared_loss_along(scope["saddle"], deltas, data.M)
    assert abs(c_1) < 1e-15 and c_2 >= 0
    net = d_no_negative_eigenvalue._net(data)
    assert net(net.join(scope["lower"])) - float(c_0) == pytest.approx(-.05**3 + .05**6 / 2, rel=1e-9)
