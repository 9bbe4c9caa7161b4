"""The origin of depth 2 against 6.2.2's bound: by the Hessian, plain loops over matrices, the exact chi-squared law."""
import math
from functools import cache

import numpy as np
import pytest

from lnnlib.explorers import origin_escape
from lnnlib.explorers.section_6_2_7.origin_escape import PRESETS
from lnnlib.explorers.section_6_2_7.origin_escape_run import EPS, NEVER, Leaving
from lnnlib.losses import LinearRegression, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.origin import origin_modes, origin_saddle, waiting_chance
from tests.oracles import complex_step

USUAL = dict(scale=.001, eta=.1, sigma=2, width=2, seed=0)
NETS = {
    "square": LinearNetwork(SquaredLoss(np.diag([2., 1])), (2,)),
    "wide": LinearNetwork(SquaredLoss(np.diag([3., 2, 1])), (4,)),
    "narrow": LinearNetwork(SquaredLoss(np.diag([3., 2, 1])), (1,)),
    "data": LinearNetwork(LinearRegression([[1., 2, -1], [0, 1, 1]], [[1., 0, 2], [3, 1, 0], [0, -1, 1]]), (3,)),
}
ETA = {"square": .1, "wide": .05, "narrow": .05, "data": .05}


def escapes(M, w, eta, steps):
    """First escapes on Phi = 1/2 ||W_2 W_1 - M||^2 and on its quadratic part, a step after the other; rows of w: (W_1, W_2)."""
    d_2, d_0 = M.shape
    h, found = w.shape[1] // (d_0 + d_2), []
    for kept in (1, 0):                                    # the gradient of l is kept W - M
        W_1, W_2 = w[:, :h * d_0].reshape(-1, h, d_0), w[:, h * d_0:].reshape(-1, d_2, h)
        first = np.full(len(w), NEVER)
        for t in range(steps + 1):
            P = W_2 @ W_1
            G = kept * P - M
            g_1, g_2 = W_2.mT @ G, G @ W_1.mT
            value = kept * (P**2).sum((1, 2)) / 2 - (M * P).sum((1, 2))
            out = (value < 0) & ((g_1**2).sum((1, 2)) + (g_2**2).sum((1, 2)) > EPS**2)
            first[out & (first == NEVER)] = t
            if out.all():
                break
            W_1, W_2 = W_1 - eta * g_1, W_2 - eta * g_2
        found.append(first)
    return found


@cache
def counted(name):
    """Of 200 starts: the bound, the first escape on the quadratic part by `QuadraticSaddle`, and both by `escapes`."""
    net, eta = NETS[name], ETA[name]
    w = np.array([net.random(np.random.default_rng(seed), 1e-3) for seed in range(200)])
    saddles = [origin_saddle(net, one, eta, EPS) for one in w]
    exact = np.array([(saddle.bound(), saddle.first_escape()) for saddle in saddles]).T
    return *exact, *escapes(net.loss.target, w, eta, 200)


@pytest.mark.parametrize("name", NETS)
def test_the_modes_are_those_of_the_hessian_at_the_origin(name):
    net = NETS[name]
    H = complex_step(net.grad, np.zeros(net.dim))
    sigma, grows, shrinks = origin_modes(net, net.random(3, 1, size=(5,)))
    spectrum = np.sort([*-sigma, *sigma, *[0] * (len(H) // net.dims[1] - 2 * len(sigma))] * net.dims[1])
    assert np.linalg.eigvalsh(H) == pytest.approx(spectrum, abs=1e-12)
    for w, more, less in zip(net.random(3, 1, size=(5,)), grows, shrinks, strict=True):
        assert w @ H @ w == pytest.approx(sigma @ (less**2 - more**2))
        assert np.linalg.norm(H @ w) ** 2 == pytest.approx(sigma**2 @ (less**2 + more**2))
        w = w - .1 * H @ w
        _, now, then = origin_modes(net, w)
        assert now == pytest.approx((1 + .1 * sigma) * more) and then == pytest.approx(abs(1 - .1 * sigma) * less)


def test_the_modes_are_asked_of_depth_2_alone():
    with pytest.raises(ValueError, match="depth 3, expected one of depth 2"):
        origin_modes(LinearNetwork(SquaredLoss([[1.]]), (1, 1)), np.zeros(3))


@pytest.mark.parametrize("name, first, mean, over", [
    ("square", [(32, 32, 32), (31, 31, 31), (29, 29, 29)], 30.325, 20),
    ("wide", [(32, 32, 32), (35, 34, 35), (31, 31, 31)], 33.09, 0),
    ("narrow", [(50, 50, 50), (40, 40, 40), (34, 34, 34)], 41.20, 7)])
def test_bound_and_counts_of_200_starts(name, first, mean, over):
    bound, exact, phi, model = counted(name)
    assert (exact == model).all() and (model <= bound).all()                # a theorem for the quadratic part
    assert set(phi - model) <= {0, 1}                                       # measured
    assert [*zip(bound[:3], model[:3], phi[:3], strict=True)] == first
    assert (phi > bound).sum() == over and phi.mean() == pytest.approx(mean, abs=.006)


@pytest.mark.parametrize("name, sigma, step, more", [("square", (2, 1), 37, .04), ("wide", (3, 2, 1), 39, .015),
                                                     ("narrow", (3, 2, 1), 57, .035)])
def test_the_promise_for_95_percent(name, sigma, step, more):
    chance = waiting_chance(np.arange(100), sigma, NETS[name].dims[1], 1e-3, ETA[name], EPS)
    assert (chance <= .05).argmax() == step and (np.diff(chance) <= 0).all()
    _, exact, *_ = counted(name)
    assert (exact > step).mean() == pytest.approx(more)


def test_the_chance_is_above_the_exact_law_and_falls_to_it():
    """Two hidden units: P(chi^2 <= y) = 1 - e^{-y/2}; one: the error function. Markov's share alone is left in the end."""
    t = np.arange(20, 60)
    y = (EPS / (2 * 1e-3)) ** 2 * 1.2 ** (-2. * t)
    exact = {2: 1 - np.exp(-y / 2), 1: np.array([math.erf(math.sqrt(v / 2)) for v in y])}
    for width, law in exact.items():
        added = 1e-6 * width * 3 * 2 / EPS**2
        chance = waiting_chance(t, (2, 1), width, 1e-3, .1, EPS)
        assert (chance >= np.minimum(1, law + added) - 1e-12).all()
        assert chance[-1] == pytest.approx(law[-1] + added, rel=1e-3)


@pytest.mark.parametrize("values", [{}, dict(width=1, eta=.25), dict(width=16, sigma=1), dict(sigma=.9), dict(scale=.1, width=4),
                                    dict(scale=1e-4, eta=.05, sigma=.8, width=1)], ids=str)
def test_the_explorer_counts_what_plain_loops_count(values):
    run = Leaving(**USUAL | values)
    M = run.sigma * np.diag([1, .5])
    net = LinearNetwork(SquaredLoss(M), (run.width,))
    starts = np.array([net.random(seed, run.scale) for seed in range(200)])
    phi, model = escapes(M, starts, run.eta, run.shown)
    assert (run.on_phi == phi).all() and (run.on_model == model).all()
    for seed in (0, 7, 10, 199):
        assert run.bounds[seed] == origin_saddle(net, starts[seed], run.eta, EPS).bound(0)
    assert (run.on_model <= run.bounds).all()
    if run.promise is not None:
        assert (run.on_model > run.promise).mean() <= .05


def test_the_error_along_the_run_is_that_of_the_taylor_polynomial():
    run, net = Leaving(**USUAL), NETS["square"]
    w, H, start = net.random(0, 1e-3), complex_step(net.grad, np.zeros(8)), net(np.zeros(8))
    for t in range(46):
        quadratic = w @ H @ w / 2
        assert run.error[t] == pytest.approx(abs(net(w) - start - quadratic) / abs(quadratic), rel=1e-2, abs=1e-6)
        assert run.slope_at[t] == pytest.approx(np.linalg.norm(net.grad(w)))
        w = w - .1 * net.grad(w)
    assert [round(float(run.error[t]), 4) for t in (20, 30, 36, 40, 45)] == [.0001, .0041, .0348, .1268, .3666]


def test_presets_show_what_they_say():
    runs = {preset.label: Leaving(**USUAL | {key: float(v) if key in ("scale", "sigma") else int(v) for key, v in
                                             preset.changes.items()}) for preset in PRESETS}
    assert runs["One hidden unit"].promise > Leaving(**USUAL).promise
    late = runs["A step late"]
    assert late.on_phi[late.seed] == late.bounds[late.seed] + 1
    never = runs["Never on Φ"]
    assert (never.on_phi == NEVER).all() and never.real[1].max() < EPS and (never.on_model < NEVER).all()
    assert runs["Far start"].promise is None


def test_the_readout_counts_the_starts():
    assert "192 of 200 are out on Φ. 21 leave later on Φ than on f̃, by a step." in origin_escape().readout
    assert "by at most 4 steps." in origin_escape(sigma=1).readout
    assert "No start leaves on Φ within 128 steps." in origin_escape(sigma=.9).readout
    assert "1 does not leave on Φ within 128 steps." in origin_escape(sigma=.95).readout
    assert "1 leaves later on Φ than on f̃, by a step." in origin_escape(scale=1e-4, eta=.25, sigma=4, width=1).readout
    assert "At this scale nothing is promised" in origin_escape(scale=.1).readout
