"""What the explorers of 6.2.2 claim, by exact arithmetic, by the definition of an escape, by simulation and real runs."""
import math
from fractions import Fraction
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

from lnnlib.descent import gradient_descent
from lnnlib.explorers import escape_probability, octopus, saddle_escape
from lnnlib.explorers.section_6_2_2.escape_probability import ALPHA, EPS, Starts, sample
from lnnlib.explorers.section_6_2_2.octopus import CURVATURES, RADIUS, START, STEP_SIZES, G, Passage, T, _noise, plain
from lnnlib.explorers.section_6_2_2.saddle_escape import PREDICT
from lnnlib.landscapes import Octopus
from lnnlib.saddles import QuadraticSaddle


def shown(figure, label):
    """The figure at its preset of that label."""
    figure.show(next(preset for preset in figure.presets if preset.label == label))
    return figure


def escaped(t, eta, alpha, theta, eps, theta2, landscape, **_):
    """Both conditions at step t, by running gradient descent in rationals."""
    second = -1 if landscape == "maximum" else 1
    for _ in range(t):
        theta, theta2 = theta * (1 + eta * alpha), theta2 * (1 - eta * second)
    return second * theta2**2 < alpha * theta**2 and (alpha * theta) ** 2 + theta2**2 > eps**2


def test_flicker_is_on_off_and_on_for_ever():
    figure = shown(saddle_escape(), "Flicker")
    steps = {t for t in range(400) if escaped(t, **figure.values)}
    assert steps == {0, *range(197, 400)}
    assert figure.readout.startswith("GD first ε-escapes at step 0; the bound says at most 197")


def test_a_tie_is_no_escape():
    figure = shown(saddle_escape(), "Exact tie")
    assert [escaped(t, **figure.values) for t in range(3)] == [False, False, True]
    assert "at step 2; the bound says at most 2, the lecture prints 1." in figure.readout


def test_rounding_rescues_the_rotated_start_alone():
    exact, rotated = (shown(saddle_escape(), label).readout for label in ("θ₁⁽⁰⁾ = 0", "θ₁⁽⁰⁾ = 0, rotated"))
    assert exact.startswith("GD never ε-escapes; the theorem promises nothing")
    assert rotated.startswith("In floating point GD first ε-escapes at step ")


def test_beyond_two_over_lambda_the_formula_is_wrong():
    figure = shown(saddle_escape(), "η beyond 2/λ_max")
    assert not any(escaped(t, **figure.values) for t in range(200))
    readout = figure.readout
    assert "GD never ε-escapes; it diverged at step " in readout and "the printed formula gives 6" in readout


def test_a_local_maximum_is_left_too():
    figure = shown(saddle_escape(), "Local maximum")
    first = next(t for t in range(1000) if escaped(t, **figure.values))
    assert figure.readout.startswith(f"GD first ε-escapes at step {first};")


@pytest.mark.parametrize("theta, answer", [(Fraction(1, 1000), None), (Fraction(1, 10**6), None), (Fraction(1, 10**9), 0),
                                           (Fraction(1, 10**12), 0), (0, None)])
def test_the_prediction_is_judged_where_it_is_decided(theta, answer):
    assert PREDICT.answer(saddle_escape(theta=theta).run()) == answer


def test_no_setting_turns_a_right_prediction_into_a_wrong_one():
    figure = saddle_escape(theta=Fraction(1, 10**9))
    for name, control in figure.controls.items():
        for value in control.ends():
            figure.reset()
            figure.set(**{name: value})
            assert PREDICT.answer(figure.run()) in (0, None), (name, value)


# ---- random starts ----

SIGMAS, DIMENSIONS, ETAS = (.001, .03, 1), (1, 2, 30, 10_000), (.05, .2)
STARTED = list(product(SIGMAS, DIMENSIONS, ETAS))


@pytest.mark.parametrize("sigma, d, eta", STARTED)
def test_escape_times_are_those_of_the_exact_saddle(sigma, d, eta):
    times, (theta, rest) = Starts(sigma, d, .05, eta).times, sample(d)
    for i in range(0, 2000, 97):
        saddle = QuadraticSaddle((-ALPHA, 1), (sigma * theta[i], sigma * rest[i]), eta, EPS)
        assert times[i] == saddle.first_escape()


@pytest.mark.parametrize("sigma, d, eta, t", [(.01, 1, .05, 150), (.01, 2, .05, 140), (.3, 3, .1, 8), (.5, 6, .2, 0),
                                               (.1, 40, .1, 20)])
def test_the_probability_not_to_be_out_is_the_share_of_simulated_starts(sigma, d, eta, t):
    n, lam = 40_000, np.array([-ALPHA, *(d - 1) * [1]])
    theta = np.random.default_rng(0).normal(0, sigma, (n, d)) * (1 - eta * lam) ** t
    out = (theta**2 @ lam < 0) & (theta**2 @ lam**2 > EPS**2)
    assert Starts(sigma, d, .05, eta).inside([t])[0] == pytest.approx(1 - out.mean(), abs=5 / math.sqrt(4 * n))


def test_in_one_dimension_the_quantile_is_that_of_the_normal():
    for sigma, delta, eta in product(SIGMAS, (.5, .05, .001), ETAS):
        least = sigma * NormalDist().inv_cdf((1 + delta) / 2)
        wanted = max(0, math.floor(math.log(EPS / (ALPHA * least)) / math.log1p(eta * ALPHA)) + 1)
        assert Starts(sigma, 1, delta, eta).sure == wanted


@pytest.mark.parametrize("sigma, d, eta", STARTED)
def test_the_promise_is_kept_and_no_later_step_breaks_it(sigma, d, eta):
    for delta in (.5, .05, .001):
        starts = Starts(sigma, d, delta, eta)
        inside = starts.inside(np.arange(starts.promise + 20))
        assert starts.sure == np.flatnonzero(inside > delta).max(initial=-1) + 1 <= starts.promise


def test_an_escape_that_flickers_counts_from_where_it_holds_for_ever():
    """The probability to be out reaches 1 - delta at step 55, falls below it again, and stays above from 70 on."""
    starts = Starts(sigma=.188, d=100, delta=.119, eta=.055)
    inside = starts.inside(np.arange(400))
    assert np.flatnonzero(inside <= .119)[0] == 55 and inside[55:70].max() > .119 >= inside[70:].max()
    assert starts.sure == 70
    readout = escape_probability(sigma=.188, d=100, delta=.119, eta=.055).readout
    assert readout.startswith("From step 70 on GD is out with probability 88.1 % or more;")


def test_the_share_that_waits_counts_the_exact_escapes():
    starts, t = Starts(.1, 1000, .05, .05), np.array([0, 40, 60, 80, 200])
    theta, rest = sample(1000)
    saddles = [QuadraticSaddle((-ALPHA, 1), (.1 * theta[i], .1 * rest[i]), .05, EPS) for i in range(2000)]
    assert starts.waiting(t) == pytest.approx(1 - np.mean([saddle.escaped(t) for saddle in saddles], axis=0))


def test_the_readout_counts_the_starts():
    figure = escape_probability(sigma=.01, d=2, delta=.1)
    times, sure = figure.run().times, figure.run().sure
    assert f"{(times <= sure).sum():,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + " were out by step" in figure.readout
    assert figure.readout.endswith(f"half of them by step {math.floor(np.quantile(times, .5, method='lower'))}.")


# ---- the octopus ----

@pytest.mark.parametrize("L, eta, d", [(1, .25, 6), (2, .125, 4), (1.5, .1, 6), (1.75, .2, 4), (1.3, .21, 5)])
def test_leaving_steps_are_those_of_a_real_run(L, eta, d):
    leave = Passage(d, L, eta, "float64").leave
    run = gradient_descent(Octopus(d, L, G, T), START[:d], eta, leave[-1] + 50)
    assert len(leave) == d and (np.abs(run.points) >= 2 * T).argmax(axis=0).tolist() == leave


@pytest.mark.parametrize("L, eta, stuck", [(2, .125, 5), (1.5, .2, 5), (2, .25, 1)])
def test_float64_is_stuck_where_a_real_run_is(L, eta, stuck):
    passed = Passage(stuck + 1, L, eta, "float64")
    assert len(passed.never) and len(passed.leave) == stuck
    f, steps = Octopus(stuck + 1, L, G, T), passed.leave[-1] + 3000
    run = gradient_descent(f, START[:stuck + 1], eta, steps, keep=steps)
    assert (np.abs(run.points[-1, :stuck]) > 2 * T).all() and np.abs(run.points[-1, stuck]) < 1e-300


def test_times_grow_by_the_ratio_in_the_limit():
    for L, eta in product(CURVATURES, STEP_SIZES):
        run = Passage(10, L, eta, "exact")
        if 2 * eta * L < 1:
            assert run.leave[-1] / run.leave[-2] == pytest.approx(run.ratio, rel=.01)
        else:
            assert run.leave == plain(L, eta)[0] and len(run.leave) == 1 and run.ratio == math.inf


def test_arms_at_rest_leave_an_octopus_of_fewer_arms():
    rng, d = np.random.default_rng(0), 4
    large, small = (Octopus(n, 1.5, G, T) for n in (10, d))
    for passed in range(d):
        x = T * np.array([*(2 + 2 * rng.random(passed)), 2 * rng.random(), *rng.random(d - passed - 1)])
        gradient = large.grad(np.concatenate([np.full(10 - d, 4 * T), x]))
        assert (gradient[:10 - d] == 0).all() and gradient[10 - d:] == pytest.approx(small.grad(x), rel=1e-12)


def test_noise_makes_the_times_linear():
    for L, eta, d in product(CURVATURES, STEP_SIZES, (6, 10)):
        more = np.diff(Passage(d, L, eta, "exact").noisy)
        assert (more > 0).all() and more[2:].max() < 2 * more[2:].min()


def test_noise_is_uniform_in_the_ball_of_the_free_coordinates():
    free = np.tile(np.arange(10) >= 7, (40_000, 1))
    noise = _noise(np.random.default_rng(0), free)
    size = np.linalg.norm(noise, axis=1) / RADIUS
    assert (noise[:, :7] == 0).all() and size.max() <= 1
    assert size.mean() == pytest.approx(3 / 4, abs=.01) and (size**3).mean() == pytest.approx(1 / 2, abs=.01)
    assert np.abs(noise.mean(axis=0)).max() < .02 * RADIUS


def test_what_the_octopus_presets_say():
    figure = octopus()
    said = [shown(figure, preset.label).readout for preset in figure.presets]
    assert "ever nearer to 2.71 times" in said[0] and "ever nearer to 4.106 times" in said[1]
    assert "leaves 6 saddles and is stuck at saddle 7 for ever" in said[2] and "stuck at saddle 2 for ever" in said[3]


def test_the_bound_is_one_of_exact_arithmetic_where_the_run_is_in_floats():
    """Rounding changes theta_1: in floats GD may need more steps than the bound of the exact start."""
    figure = saddle_escape(landscape="rotated", theta=1e-16, eps=1, eta=.1, alpha=.5, theta2=1)
    assert figure.run().first > figure.run().bound
    assert "in exact arithmetic the bound says" in figure.readout
    assert "in exact arithmetic the bound" not in saddle_escape(theta=1e-9).readout
