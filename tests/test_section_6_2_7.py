"""What the explorers of 6.2.7 claim, and the homework, by exact rationals, the complex step, plain loops, other derivations."""
import itertools
import re
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

each_seed = pytest.mark.parametrize("seed", ["0", "1", "2"])


def form_of(data, D1, D2):
    """Twice the coefficient of h^2 in Phi(W + h D)."""
    return 2 * squared_loss_along([data.W1, data.W2], [np.array(D1, float), np.array(D2, float)], data.M)[2]


def test_the_numbers_of_a():
    """W_2 W_1 = [[1, -3], [-2, 6]], G = -[[6, 2], [3, 1]]; with v = (0, 1) q = 0, and alpha = -1/(2c) for each entry c of G."""
    data = given("6.2.7-a")
    assert (data.W2 @ data.W1).tolist() == [[1, -3], [-2, 6]] and data.M.tolist() == [[7, -1], [1, 7]]
    for i, j, c in ((0, 0, -6), (0, 1, -2), (1, 0, -3), (1, 1, -1)):
        column, row = np.zeros((2, 2)), np.zeros((2, 2))
        column[1, j], row[i, 1] = 1, 1
        for scale in (1, -1, 3, 2.0**300):
            D1, D2 = -column / (2 * c) * scale, row / scale
            assert form_of(data, D1, D2) == pytest.approx(-1) and check("6.2.7-a", D1=D1, D2=D2).state == "right"
        for factor, mistake in ((-1, "sign"), (2, "factor 2"), (.5, "factor")):
            assert check("6.2.7-a", D1=-column / (2 * c) * factor, D2=row).mistake == mistake
        verdict = check("6.2.7-a", D1=-column / (1.5 * c), D2=row)
        assert (verdict.state, verdict.mistake) == ("wrong", None) and "is −1.333, not −1" in verdict.message


@pytest.mark.parametrize("off, said", [(1e-10, None), (-1e-10, None), (2e-9, "−0.999999998, not"), (-2e-9, "−1.000000002, not")])
def test_a_form_next_to_minus_one_is_written_with_more_digits(off, said):
    verdict = check("6.2.7-a", D1=[[0, 0], [Fraction(1, 12) * (1 - Fraction(off)), 0]], D2=[[0, 1], [0, 0]])
    assert verdict.state == ("wrong" if said else "right") and (not said or said in verdict.message)


def test_directions_of_any_size_of_a_are_answered():
    for size in (1e200, 1e308):
        verdict = check("6.2.7-a", D1=np.full((2, 2), size), D2=np.full((2, 2), -size))
        assert verdict.state == "wrong" and "beyond all floats, not −1" in verdict.message
    for D1, D2, mistake in ((0, 1, "one matrix alone"), (1, 0, "one matrix alone"), (0, 0, "one matrix alone")):
        assert check("6.2.7-a", D1=D1 * np.eye(2), D2=D2 * np.eye(2)).mistake == mistake


def test_one_layer_alone_is_told_so_whatever_its_form_is():
    """Its form can be +1 too, and that is no matter of a sign."""
    D2 = np.zeros((2, 2))
    D2[0, 0] = 1 / np.hypot(*given("6.2.7-a").W1[0])
    assert form_of(given("6.2.7-a"), 0 * D2, D2) == pytest.approx(1)
    assert check("6.2.7-a", D1=0 * D2, D2=D2).mistake == "one matrix alone"


@each_seed
def test_a_vector_of_the_wrong_kernel_of_a_is_known(seed, monkeypatch):
    """v with W_2^T v = 0, in every row and column, with any factor."""
    monkeypatch.setenv("LNN_SEED", seed)
    v = np.linalg.svd(given("6.2.7-a").W2.T)[2][-1]
    for e, f, alpha in itertools.product(np.eye(2), np.eye(2), (.1, -3)):
        assert check("6.2.7-a", D1=alpha * np.outer(v, e), D2=np.outer(f, v)).mistake == "kernel of the transpose"


def test_the_sign_of_one_layer_alone_always_makes_the_form_of_a_positive():
    """2 <G, D_2 D_1> = -1 - ||F||^2 changes its sign, and ||F||^2 does not fall below 0."""
    rng, data, tried = np.random.default_rng(0), given("6.2.7-a"), 0
    while tried < 20:
        D1, D2 = rng.normal(size=(2, 2, 2))
        form = float(form_of(data, D1, D2))
        if form < 0:
            D1, D2, tried = D1 / np.sqrt(-form), D2 / np.sqrt(-form), tried + 1
            assert form_of(data, D1, D2) == pytest.approx(-1) and form_of(data, -D1, D2) > .999


@each_seed
def test_a_direction_found_from_the_spectrum_is_right_too(seed, monkeypatch):
    """A scaled eigenvector is no product of vectors of the construction, yet its form is -1."""
    monkeypatch.setenv("LNN_SEED", seed)

    def direction(W1, W2, G):
        net = LinearNetwork(SquaredLoss(W2 @ W1 - G), (len(W1),))
        values, vectors = np.linalg.eigh(net.hess(net.join([W1, W2])))
        return net.split(vectors[:, 0] / np.sqrt(-values[0]))

    data = given("6.2.7-a")
    D1, D2 = direction(data.W1, data.W2, data.W2 @ data.W1 - data.M)
    assert check("6.2.7-a", D1=D1, D2=D2).state == "right"
    assert check("6.2.7-c", direction=direction).state == "right"


def test_the_kinds_of_b():
    """{}, {2}, {1,2} are non-strict; the least eigenvalues of the strict ones are those of the closed form."""
    lowest = {(1,): -.7640, (3,): -1.1808, (2, 3): -.5904, (1, 3): -1.1808}
    data, answer = given("6.2.7-b"), {}
    assert data.sigma.tolist() == [1.3, 2, .6] and data.N == 3
    net = LinearNetwork(SquaredLoss(np.diag(data.sigma)), (3, 3))
    for modes in b_map_of_saddles.SETS:
        key = tuple(sorted(modes))
        smallest = np.linalg.eigvalsh(complex_step(net.grad, balanced_critical_point(net, [m - 1 for m in key])))[0]
        assert smallest == pytest.approx(lowest.get(key, 0), abs=5e-5)
        answer[key] = "strict saddle" if key in lowest else "non-strict saddle" if len(key) < 3 else "global minimum"
    assert check("6.2.7-b", kinds=answer).state == "right"
    assert check("6.2.7-b", kinds={frozenset(key): word for key, word in answer.items()}).state == "right"
    one = check("6.2.7-b", kinds=answer | {(2, 3): "non-strict saddle", (3,): "global minimum"})
    assert one.state == "wrong" and "you name 2 wrongly" in one.message and "(3,), which you call a global minimum" in one.message
    for bad, part in (({(4,): "strict saddle"}, "the key (4,)"), ({(1,): "saddle"}, "'saddle' at (1,)"), ({}, "without ()")):
        verdict = check("6.2.7-b", kinds=bad)
        assert verdict.state == "wrong kind" and part in verdict.message


def chain(sigma):
    """The note of the map, by its words: strict if a mode left out is larger than a mode kept."""
    modes = frozenset((1, 2, 3))
    return {S: "global minimum" if S == modes else
            "strict saddle" if any(sigma[m - 1] > sigma[k - 1] for m in modes - S for k in S) else "non-strict saddle"
            for S in b_map_of_saddles.SETS}


WRITTEN = {
    "tuples": lambda S: tuple(S), "frozensets": lambda S: S, "turned round": lambda S: tuple(sorted(S, reverse=True)),
    "numpy integers": lambda S: tuple(np.array(sorted(S), dtype=int)), "floats": lambda S: tuple(map(float, S)),
    "numbers": lambda S: next(iter(S)) if len(S) == 1 else tuple(S), "lists as text": lambda S: str(sorted(S)),
    "sets as text": lambda S: str(set(S)), "tuples as text": lambda S: f" {tuple(S)}",
    "numbers as text": lambda S: ", ".join(map(str, sorted(S))) or "()",
}
WORDED = {"as asked": str, "capitals": str.title, "loud": str.upper, "spaces": lambda word: f" {word.replace('-', '  ')} ",
          "joined": lambda word: word.replace("-", ""), "numpy": np.str_,
          "underscores": lambda word: "_".join(re.split("[ -]", word))}


@pytest.mark.parametrize("worded", WORDED.values(), ids=WORDED)
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_every_way_to_write_the_map_is_right(written, worded):
    kinds = {written(S): worded(word) for S, word in chain(given("6.2.7-b").sigma).items()}
    assert check("6.2.7-b", kinds=kinds).state == "right"


@pytest.mark.parametrize("bad, said", [
    (lambda S: "strict saddle", "a function, expected a dict"), ([((1,), "strict saddle")], "expected a dict"),
    ({"1": None}, "None at (1,)"),
    ({"strict": 1}, "the key 'strict'"), ({"": 1}, "the key ''"), ({(1, 4): 1}, "the key (1, 4)"), ({None: 1}, "the key None"),
    ({"[" * 500: 1}, "the key '[["), ({1: "Saddle"}, "'Saddle' at (1,)"), ({(): lambda S: 1}, "a function at ()"),
    ({1: "strict saddle", (1,): "local minimum"}, "a dict with two words for (1,)"),
    ({1: "strict saddle", "1": "Strict saddle"}, "without ()"),
])
def test_what_is_no_map_is_answered_calmly(bad, said):
    verdict = check("6.2.7-b", kinds=bad)
    assert verdict.state == "wrong kind" and said in verdict.message


@pytest.mark.parametrize("seed", list("01234567"))
def test_every_way_to_misread_the_map_is_known(seed, monkeypatch):
    """The right map and the mistaken ones are all different, and each mistake is told its own name."""
    monkeypatch.setenv("LNN_SEED", seed)
    sigma = given("6.2.7-b").sigma
    right = chain(sigma)
    exchange = {"strict saddle": "non-strict saddle", "non-strict saddle": "strict saddle"}
    wrong = {
        "all strict": {S: word.removeprefix("non-") for S, word in right.items()},
        "only the origin": {S: word.removeprefix("non-") if S else word for S, word in right.items()},
        "no negative eigenvalue, hence a minimum":
            {S: word.replace("non-strict saddle", "local minimum") for S, word in right.items()},
        "numbered by size": chain([3, 2, 1]), "the smallest modes": chain(-sigma),
        "words exchanged": {S: exchange.get(word, word) for S, word in right.items()},
        "looser than asked": {S: word.replace("global", "local") for S, word in right.items()},
    }
    for mistake, kinds in {None: right, **wrong}.items():
        verdict = check("6.2.7-b", kinds=kinds)
        assert verdict.mistake == mistake and verdict.state == ("almost" if mistake else "right")
    taken = [S for S, word in right.items() if word == "non-strict saddle"]
    for some in (taken[:1], taken[1:]):
        verdict = check("6.2.7-b", kinds=right | dict.fromkeys(some, "local minimum"))
        assert verdict.mistake == "no negative eigenvalue, hence a minimum"
    strict = next(S for S, word in right.items() if word == "strict saddle")
    one = check("6.2.7-b", kinds=right | dict.fromkeys([*taken, strict], "local minimum"))
    assert (one.state, one.mistake) == ("wrong", None) and "you name 4 wrongly" in one.message


def form_by_hand(found, W1, W2, G):
    (D1, D2), F = found, W2 @ found[0] + found[1] @ W1
    return (F**2).sum() + 2 * (G * (D2 @ D1)).sum()


def test_every_instance_of_c_is_stationary_and_tells_the_mistakes_apart():
    ways = {"right": {}, "exchanged": {"exchanged": True}, "swapped": {"swapped": True}, "only W_2": {"upper": True},
            "sign": {"alpha": lambda q, c: (q + 1) / (2 * c)}, "no q": {"alpha": lambda q, c: -1 / (2 * c)},
            "factor 2": {"alpha": lambda q, c: -(q + 1) / c}}
    for seed in range(200):
        cases = c_every_shape._draw(np.random.default_rng(seed)).cases
        forms = {name: [] for name in ways}
        largest = [max(W1.shape + W2.shape) for W1, W2, _ in cases]
        assert largest == sorted(largest) and largest[0] == 1
        for W1, W2, G in cases:
            assert max(np.abs(W2.T @ G).max(), np.abs(G @ W1.T).max()) < 1e-13 and np.abs(G).max() > .1
        for case in cases:
            for name, wrong in ways.items():
                if len(case[0]) == 2:
                    forms[name].append(form_by_hand(c_every_shape.construct(*case, **wrong), *case))
        assert np.abs(np.array(forms["right"]) + 1).max() < 1e-9
        for one, other in itertools.combinations(forms.values(), 2):
            assert np.abs(np.subtract(one, other)).max() > .001
        [W2] = [W2 for W1, W2, _ in cases if (W1.shape[1], *W2.shape[::-1]) == (2, 2, 3)]
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
@each_seed
def test_what_holds_for_some_widths_alone_is_wrong(wired, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    for right in (None, lambda W1, W2: W1.shape[1] >= len(W2)):                   # where both kernels serve, either will do
        assert check("6.2.7-c", direction=lambda *point, right=right: constructed(*point, upper=right)).state == "right"
    assert check("6.2.7-c", direction=lambda *point: constructed(*point, **wired)).state != "right"


@pytest.mark.parametrize("direction, part", [
    (lambda W1, W2, G: (np.zeros((3, 3)), W2), "On a point of widths (1, 1, 1) `D1` has shape (3, 3), expected (1, 1)"),
    (lambda W1, W2, G: (W1, np.zeros((2, 1))), "On a point of widths (1, 1, 1) `D2` has shape (2, 1), expected (1, 1)"),
    (lambda W1, W2, G: (-.5 / G if G.size == 1 else [[0]], [[1]]), "On a point of widths (2, 2, 2) `D1` has shape (1, 1)"),
    (lambda W1, W2, G: (0 * W1, 0 * W2), "the Hessian form along your direction is 0, not −1"),
    (lambda W1, W2, G: (0 * W1 + 1e200, 0 * W2 - 1e200), "(1, 1, 1) the Hessian form along your direction is"),
    (lambda W1, W2, G: (0 * W1 + 1e200, 0 * W2 + 1e200), "not −1"),
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
    assert (verdict.state, verdict.mistake) == ("almost", "only the kernel of W₂") and "widths" not in verdict.message
    W2_alone = check("6.2.7-c", direction=lambda W1, W2, G: (W1, W2) if len(W2) > len(W1) else direction(W1, W2, G))
    assert W2_alone.mistake == "only the kernel of W₂"                            # whatever it returns where there is no kernel
    never = check("6.2.7-c", direction=lambda W1, W2, G: [2 * D for D in direction(W1, W2, G)])
    assert never.mistake != "only the kernel of W₂"


@each_seed
def test_a_direction_of_c_is_accused_of_no_mistake_that_it_does_not_make(seed, monkeypatch):
    """With alpha = 0 nothing is swapped, and with |c| in the place of c the form is right where c > 0."""
    monkeypatch.setenv("LNN_SEED", seed)
    for slip in (lambda q, c: 0, lambda q, c: -(q + 1) / (2 * abs(c)), lambda q, c: (q + 1) / (2 * abs(c))):
        verdict = check("6.2.7-c", direction=lambda *point, slip=slip: c_every_shape.construct(*point, alpha=slip))
        assert (verdict.state, verdict.mistake) == ("wrong", None)


@each_seed
@pytest.mark.parametrize("mistake, slip", [("q left out", lambda q, c: -1 / (2 * c)), ("factor 2", lambda q, c: -(q + 1) / c),
                                           ("sign", lambda q, c: (q + 1) / (2 * c)), (None, lambda q, c: -(q + 2) / (2 * c))])
@pytest.mark.parametrize("first", [False, True], ids=["largest entry", "first entry"])
def test_a_wrong_alpha_of_c_is_known_whatever_else_was_chosen(mistake, slip, first, seed, monkeypatch):
    """The other sign of v, alpha in the other layer, the first entry of G in the place of the largest."""
    monkeypatch.setenv("LNN_SEED", seed)

    def direction(W1, W2, G):
        i, j = np.argwhere(np.abs(G) > 1e-9)[0] if first else np.unravel_index(np.abs(G).argmax(), G.shape)
        upper = W1.shape[0] >= G.shape[0]
        v = -np.linalg.svd(W2 if upper else W1.T)[2][-1]
        D1, D2 = np.outer(v, np.eye(G.shape[1])[j]), np.outer(np.eye(G.shape[0])[i], v)
        alpha = slip(np.sum((D2 @ W1 + 0 if upper else W2 @ D1) ** 2), G[i, j])
        return [alpha * D1, D2] if upper else [D1, alpha * D2]

    assert check("6.2.7-c", direction=direction).mistake == mistake


@each_seed
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
    assert far.state == "almost" and far.mistake == "each matrix alone"
    farther = check("6.2.7-d", saddle=point, lower=[W + 3 * D for W, D in zip(point, step, strict=True)])
    assert farther.state == "wrong" and "further than 0.1" in farther.message
    upper = check("6.2.7-d", saddle=point, lower=[W - D for W, D in zip(point, step, strict=True)])
    assert upper.state == "almost" and upper.mistake == "the other side"
    sideways = check("6.2.7-d", saddle=point, lower=[W + D * s for W, D, s in zip(point, step, (1, 1, 1e-30), strict=True)])
    assert sideways.mistake == "not every layer"
    still = check("6.2.7-d", saddle=point, lower=point)
    assert (still.state, still.mistake) == ("wrong", None) and "It changes by 0." in still.message
    moved = check("6.2.7-d", saddle=[1.01 * W for W in point], lower=lower)
    assert moved.state == "wrong" and "not stationary" in moved.message


@pytest.mark.parametrize("t, state", [(1e-2, "right"), (1e-4, "right"), (1e-5, "right"), (.1 / 3**.5, "right"), (-1e-5, "almost")])
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
    assert verdict.state == "wrong" and "comes from a gradient" in verdict.message


def diagonal(*weights):
    """Three matrices diag(cbrt 2, w), for M = diag(2, 1): beside the cbrt 2 Phi is (1 - w_1 w_2 w_3)^2/2."""
    return [np.diag([np.cbrt(2), w]) for w in weights]


@pytest.mark.parametrize("delta", [4e-9, 1e-12])
@pytest.mark.parametrize("t", [.05, .001])
@pytest.mark.parametrize("share, right", [(0, False), (.5, False), (.99, False), (1.01, True), (2, True), (1e3, True)])
def test_a_fall_of_which_half_counts_as_zero_is_none(delta, t, share, right):
    """diag(0, 0, delta) in the left-out places bends by -delta along x = y; of x y z = t^2 (1 + share) delta t^2 delta is that."""
    saddle, lower = diagonal(0, 0, delta), diagonal(t, t, delta * (1 + share))
    verdict = check("6.2.7-d", saddle=saddle, lower=lower)
    assert (verdict.state == "right") == right
    net = d_no_negative_eigenvalue._net(given("6.2.7-d"))
    failure = d_no_negative_eigenvalue._not_lower(net, net.join(saddle), net.join(lower))
    assert failure is None if right else "eigenvalue at `saddle` that counts as 0" in failure[1]


@pytest.mark.parametrize("share, right", [(.9, False), (1.1, True)])
def test_a_fall_of_which_half_is_the_gradient_is_none(share, right):
    """Off by 1e-10 at the mode kept, the way back wins f = (x^3 - 2)^2/2 at first and second order; the mode left out t^3."""
    x = np.cbrt(2) + 1e-10
    t = np.cbrt(share * (x**3 - 2) ** 2 / 2)
    verdict = check("6.2.7-d", saddle=[np.diag([x, 0])] * 3, lower=diagonal(t, t, t))
    assert (verdict.state == "right") == right and (right or "comes from a gradient" in verdict.message)


def test_what_is_no_saddle_of_d_is_told_so():
    """A global minimum and the origin, also in another basis, and next to them."""
    R = np.array([[.6, -.8], [.8, .6]])
    M = given("6.2.7-d").M
    for turned in (np.eye(2), R):
        W1, W2, W3 = turned @ np.diag(np.cbrt([2, 1])) * 2, turned @ turned.T / 2, np.diag(np.cbrt([4, 1])) @ turned.T
        assert W3 @ W2 @ W1 == pytest.approx(M)
        verdict = check("6.2.7-d", saddle=[W1, W2, W3], lower=[W1, W2, W3])
        assert (verdict.state, verdict.mistake) == ("wrong", None) and "the product is M, up to rounding" in verdict.message
    for tiny in (4e-9, 1e-11):
        origin = check("6.2.7-d", saddle=[tiny * np.eye(2), 0 * M, 0 * M], lower=[.01 * np.eye(2)] * 3)
        assert (origin.state, origin.mistake) == ("wrong", None) and "is the origin, up to rounding" in origin.message
    assert check("6.2.7-d", saddle=[0 * M] * 3, lower=[.01 * np.eye(2)] * 3).mistake == "the origin"


def test_a_saddle_of_small_weights_is_not_the_origin():
    """The mode kept with 100, 100 and 2e-4: no entry of one matrix has to be large."""
    saddle, lower = ([np.diag([a, t]) for a in (100, 100, 2e-4)] for t in (0, .05))
    assert check("6.2.7-d", saddle=saddle, lower=lower).state == "right"


@pytest.mark.parametrize("g", [2.0**k for k in (-40, -20, -10, 10, 20, 30, 40)])
def test_a_saddle_of_unequal_layers_is_right_though_its_eigenvalues_are_rounded(g):
    """g, 1/g and 2, exactly stationary: the largest eigenvalue is about 4 max(g, 1/g)^2, rounding about 1e-16 of that."""
    saddle, lower = ([np.diag([g, t]), np.diag([1 / g, t]), np.diag([2, t])] for t in (0, .05))
    assert check("6.2.7-d", saddle=saddle, lower=lower).state == "right"


FORMS = {"an array": np.array, "nested lists": lambda point: np.array(point).tolist(), "a tuple": tuple,
         "objects": lambda point: np.array(point).astype(object),
         "Fractions": lambda point: [[[Fraction(x) for x in row] for row in W] for W in point]}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_point_of_d_in_any_form_is_right(form):
    """An array of shape (3, 2, 2) too."""
    saddle, lower = diagonal(0, 0, 0), diagonal(.05, .05, .05)
    assert check("6.2.7-d", saddle=form(saddle), lower=form(lower)).state == "right"
    assert check("6.2.7-d", saddle=form(lower), lower=form(saddle)).state == "wrong"


@pytest.mark.parametrize("size", [1e60, 1e100, 1e200, 1e308])
def test_huge_points_of_d_are_answered_calmly(size):
    saddle = diagonal(0, 0, 0)
    assert "not stationary" in check("6.2.7-d", saddle=[np.full((2, 2), size)] * 3, lower=saddle).message
    far = check("6.2.7-d", saddle=saddle, lower=[np.full((2, 2), size)] * 3)
    assert "further than 0.1" in far.message or (size, far.state) == (1e308, "wrong kind")
    for weights in ((size, 1 / size, 2), (2, size, 1 / size), (1 / size, 2, size)):
        point = [np.diag([weight, 0]) for weight in weights]
        verdict = check("6.2.7-d", saddle=point, lower=[W + .05 * np.diag([0, 1]) for W in point])
        assert verdict.state in ("right", "wrong", "wrong kind") and "\n" not in verdict.message


def test_a_point_of_d_without_its_root_is_known():
    for seed in "012":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LNN_SEED", seed)
            m = np.diag(given("6.2.7-d").M)
            saddle = [np.diag(np.where(m == m.max(), m, 0))] * 3
            assert check("6.2.7-d", saddle=saddle, lower=saddle).mistake == "no root"


def test_a_mistake_in_lower_is_told_only_where_the_saddle_is_right():
    saddle, lower = [np.diag([1.5, 0])] * 3, [np.diag([1.5, .05])] * 2 + [np.diag([1.5, 0])]
    assert check("6.2.7-d", saddle=saddle, lower=lower).mistake is None


@pytest.mark.parametrize("lengths, mistake", [((.1, .05, .05), "each matrix alone"), ((.1001, .05, .05), None),
                                              ((.09, .04, 0), "not every layer"), ((.05, .05, .05), "right"), ((.2, .2, .2), None)])
def test_a_lower_point_too_far_away_is_told_how(lengths, mistake):
    verdict = check("6.2.7-d", saddle=diagonal(0, 0, 0), lower=diagonal(*lengths))
    assert verdict.state == "right" if mistake == "right" else verdict.mistake == mistake


def test_the_counterexample_falls_with_the_third_power():
    exercise, scope = find("6.2.7-d"), {}
    exec(exercise.code, scope)
    data = exercise.given()
    deltas = [after - before for before, after in zip(scope["saddle"], scope["lower"], strict=True)]
    c_0, c_1, c_2 = squared_loss_along(scope["saddle"], deltas, data.M)
    assert abs(c_1) < 1e-15 and c_2 >= 0
    net = d_no_negative_eigenvalue._net(data)
    assert net(net.join(scope["lower"])) - float(c_0) == pytest.approx(-.05**3 + .05**6 / 2, rel=1e-9)
