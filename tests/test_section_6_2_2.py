"""What the explorers of 6.2.2 claim, by exact arithmetic, by the definition of an escape, by simulation and real runs."""
import math
import re
from fractions import Fraction
from itertools import count, product
from statistics import NormalDist

import numpy as np
import pytest

from lnnlib.descent import gradient_descent
from lnnlib.explorers import escape_probability, octopus, saddle_escape
from lnnlib.explorers.section_6_2_2.escape_probability import ALPHA, EPS, Starts, sample
from lnnlib.explorers.section_6_2_2.octopus import CURVATURES, RADIUS, START, STEP_SIZES, G, Passage, T, _noise, plain
from lnnlib.explorers.section_6_2_2.saddle_escape import PREDICT
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
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
    figure = shown(saddle_escape(), "η > 2/λₘₐₓ")
    assert not any(escaped(t, **figure.values) for t in range(200))
    readout = figure.readout
    assert readout.startswith("GD never ε-escapes: θ₂ grows, since η > 2/λₘₐₓ;") and "the printed formula gives 6." in readout


def test_an_escape_while_theta_2_grows_says_both():
    figure = saddle_escape(eta=3)
    assert [escaped(t, **figure.values) for t in (32, 33)] == [False, True]
    assert figure.readout.startswith("GD first ε-escapes at step 33, though θ₂ grows, since η > 2/λₘₐₓ;")


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


def test_the_verdict_counts_three_runs_and_says_what_a_factor_costs():
    """Wherever the prediction is judged each factor 1000 adds what the formula says, up to the rounding of steps."""
    judged, etas, alphas = 0, map(Fraction, (".03", ".1", ".7", "1", "1.9")), map(Fraction, (".02", ".5", "1"))
    for eta, alpha, eps in product(etas, alphas, (.001, .1, 3)):
        run = saddle_escape(theta=Fraction(1, 10**9), eta=eta, alpha=alpha, eps=eps).run()
        starts = Fraction(1, 10**3), Fraction(1, 10**6), Fraction(1, 10**9)
        counts = [QuadraticSaddle((-alpha, 1), (theta, 1), eta, run.eps).first_escape() for theta in starts]
        added = math.log(1000) / math.log(1 + eta * alpha)
        if PREDICT.answer(run) is not None:
            judged += 1
            assert np.diff(counts) == pytest.approx([added, added], abs=1)
            said = re.findall(r"\d+(?:\.\d+)?", PREDICT.why(run).replace("\N{NARROW NO-BREAK SPACE}", ""))
            assert [*map(int, said[:3])] == counts and float(said[-1]) == pytest.approx(added, rel=1e-3)
    assert judged > 30


def test_the_verdict_of_the_first_answer():
    verdict = PREDICT.verdict(0, saddle_escape(theta=Fraction(1, 10**9)).run())
    assert verdict == ("✓ You predicted “Each time the same number is added”, and so it is. "
                       "109, 251, 392 steps: a factor 1000 adds log 1000 / log(1 + ηα) = 141.6.")


def test_the_longest_verdict_fits_into_its_lines():
    run = saddle_escape(theta=1e-16, eta=.001, alpha=.01, eps=3).run()
    assert max(len(PREDICT.verdict(k, run)) for k in range(3)) <= 165


def test_where_theta_1_races_theta_2_nothing_is_judged():
    """With eta near 2 GD waits for f~ < 0: a factor 1000 costs fewer steps than the formula of the verdict."""
    run = saddle_escape(theta=Fraction(1, 10**9), eta=Fraction("1.99")).run()
    saddle = run.saddle
    assert saddle.gradient_large(saddle.first_escape() - 1) and PREDICT.answer(run) is None


@pytest.mark.parametrize("change, last", [
    ({}, 420), ({"theta": Fraction(1, 10**9)}, 1400), ({"eta": Fraction(1, 1000)}, 42_000), ({"theta": 1}, 14),
    ({"theta": 0, "eta": Fraction(1, 2)}, 42)])
def test_the_steps_end_where_the_run_does(change, last):
    """At 1.4 times the next of 10, 30, 100, .. after the bound, or after theta_2 = 10^-7 where nothing leads out."""
    figure = saddle_escape(**change)
    run, scene = figure.run(), figure.scene(figure.values)
    assert run.over == (run.bound if change.get("theta") != 0 else math.ceil(7 * math.log(10) / math.log(2)))
    figure.frame()
    for ax in scene.figure.axes[1:]:
        assert ax.get_xlim() == pytest.approx((-.4, last))
    assert scene.figure.axes[1].get_ylim()[0] <= run.slope[run.steps <= run.over].min() ** 2 or run.depth == 1e-24


def test_no_escape_of_the_sliders_lies_beyond_the_last_step():
    run = saddle_escape(eta=.001, alpha=.01, theta=1e-16, eps=3).run()
    assert run.bound == run.over < 10**7


def test_a_pinned_run_widens_the_steps():
    figure = saddle_escape(theta=Fraction(1, 10**9))
    figure.pin()
    figure.set(theta=Fraction(1, 1000))
    figure.frame()
    assert figure.scene(figure.values).figure.axes[1].get_xlim()[1] == pytest.approx(1400)


def test_a_pinned_run_turns_with_the_basis():
    """The ghost of one run is the same in both bases but for the turn by 30 degrees: w = R theta."""
    figure = saddle_escape(theta=0, eta=.5, alpha=1)
    figure.pin()
    figure.set(landscape="rotated")
    figure.frame()
    ghosts = figure.scene(figure.values).ghosts
    assert figure.pinned is not None
    run = next(line for line in ghosts if line.axes.get_xlabel() == "w₁" and len(line.get_xdata()) > 5)
    mark = next(mark for mark in figure.scene(figure.values).marks if mark.artist is run)
    x, y = mark.data(figure.pinned)
    assert np.hypot(x, y)[:3] == pytest.approx([1, .5, .25]) and np.arctan2(-x, y)[:3] == pytest.approx(math.pi / 6)


def test_a_start_is_dragged_along_its_own_axes_alone():
    for landscape, points in (("saddle", 1), ("maximum", 1), ("rotated", 0)):
        figure = saddle_escape(landscape=landscape)
        assert len(figure.scene(figure.values).handles()) == points


def test_a_run_in_floats_that_was_broken_off_claims_nothing_later():
    run = saddle_escape(landscape="rotated", eta=.001, alpha=.01, theta=0).run()
    assert len(run.floating) == 5001 and run.first is None
    (_, until), = run.stretches(np.ones(len(run.steps), bool))
    assert until == 5000.4


def test_the_step_that_is_drawn_last_is_marked():
    figure = saddle_escape(step=50)
    assert figure.run().stop == 50 and len(figure.run().positive(figure.run().slope)[0]) == 51
    assert saddle_escape().run().stop is None
    assert figure.controls["step"].read("the end") == 10**7


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
    out = f"{(times <= sure).sum():,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    half = math.floor(np.quantile(times, .5, method="lower"))
    assert figure.readout.endswith(f"starts half were out by step {half}, {out} by step {sure}.")


@pytest.mark.parametrize("sigma, d, eta", STARTED)
def test_the_histogram_is_in_starts_per_step(sigma, d, eta):
    x, y = Starts(sigma, d, .05, eta).histogram.T
    assert (y[:-1] * np.diff(x)).sum() == pytest.approx(2000)


def test_the_axis_of_escapes_is_as_long_as_the_sliders_need():
    """It depends on eta alone, and whatever else is set the promise and every start stand on it."""
    for eta, shown_steps in ((.05, 640), (.1, 320), (.2, 160)):
        for sigma, d in product((.001, .1, 1), (1, 10, 10_000)):
            starts = Starts(sigma, d, .001, eta)
            assert starts.shown == shown_steps >= max(starts.times.max(), starts.promise, starts.sure)


def test_a_pinned_histogram_stands_in_the_units_of_the_present_one():
    figure = escape_probability(eta=.2)
    ends = []
    for _ in range(2):
        figure.frame()
        ax = figure.scene(figure.values).figure.axes[0]
        ends.append((ax.get_xlim()[1], round(ax.get_ylim()[1])))
        figure.pin()
        figure.set(eta=.05)
    assert ends == [(160, 110), (640, 110)]


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
    assert len(said) == 1 and "With η = 1/(2L)" in said[0] and "stuck at saddle 2 for ever" in said[0]


def test_what_the_octopus_says_of_its_ratio_and_of_float64():
    assert "ever nearer to 2.71 times" in octopus().readout and "ever nearer to 4.106 times" in octopus(L=2, eta=.125).readout
    assert octopus(arithmetic="float64").readout.startswith("GD in float64 leaves 6 saddles and is stuck at saddle 7 for ever: x₇")


def test_the_octopus_axes_hold_all_that_is_shown_and_little_more():
    figure = octopus()
    for L, eta, arithmetic in product((1, 1.5, 2), (.1, .2, .25), ("exact", "float64")):
        figure.set(L=L, eta=eta, arithmetic=arithmetic)
        figure.frame()
        run = figure.run()
        (_, top), (_, deep) = (ax.get_ylim() for ax in figure.scene(figure.values).figure.axes)
        assert 3 <= top / max(*run.leave, *run.noisy, *(run.limit[1] if run.limit else ())) <= 3000
        assert 1 <= deep / max(*run.digits, 324) <= 10_000


def test_the_bound_is_one_of_exact_arithmetic_where_the_run_is_in_floats():
    """Rounding changes theta_1: in floats GD may need more steps than the bound of the exact start."""
    figure = saddle_escape(landscape="rotated", theta=1e-16, eps=1, eta=.1, alpha=.5, theta2=1)
    assert figure.run().first > figure.run().bound
    assert "in exact arithmetic the bound says" in figure.readout
    assert "in exact arithmetic the bound" not in saddle_escape(theta=1e-9).readout


# ---- Homework: 6.2.2-a

each_seed = pytest.mark.parametrize("seed", ["0", "1", "2"])


@pytest.fixture
def course(own_record, monkeypatch, seed):
    monkeypatch.setenv("LNN_SEED", seed)


def first(holds):
    return next(t for t in count() if holds(t))


def numbers_by_trying(eigenvalues, theta0, eta, eps):
    """B's step, that without S+, the first escape: in rationals, by trying every step."""
    (lam_1, lam_2), (x, y), eta, eps = ([*map(Fraction, map(float, eigenvalues))], [*map(Fraction, map(float, theta0))],
                                        Fraction(eta), Fraction(eps))
    alpha, S = -lam_1, lam_2 * y**2
    path = lambda t: (x * (1 + eta * alpha) ** t, y * (1 - eta * lam_2) ** t)  # noqa: E731
    below = lambda t: lam_2 * path(t)[1] ** 2 < alpha * path(t)[0] ** 2  # noqa: E731
    steep = lambda t: (alpha * path(t)[0]) ** 2 + (lam_2 * path(t)[1]) ** 2 > eps**2  # noqa: E731
    return {"bound": first(lambda t: alpha * x**2 * (1 + eta * alpha) ** (2 * t) > max(S, eps**2 / alpha)),
            "without S+": first(lambda t: alpha * x**2 * (1 + eta * alpha) ** (2 * t) > eps**2 / alpha),
            "first_escape": first(lambda t: below(t) and steep(t))}


@each_seed
def test_the_numbers_and_the_forgotten_sum_by_trying(course):
    data = given("6.2.2-a")
    found, tie = numbers_by_trying(**data.saddle), given("6.2.2-a").tie
    r = (tie.eps / (tie.eigenvalues[0] * tie.theta0[0])) ** 2
    right = {"bound": found["bound"], "first_escape": found["first_escape"],
             "tie": first(lambda t: (1 - tie.eta * tie.eigenvalues[0]) ** (2 * t) > r)}
    assert check("6.2.2-a", **right).state == "right"
    assert check("6.2.2-a", **right | {"bound": found["without S+"]}).mistake == "S₊ forgotten"
    assert check("6.2.2-a", **right | {"tie": right["tie"] - 1}).mistake == "ceil"
    assert check("6.2.2-a", **right | {"first_escape": right["first_escape"] + 1}).mistake == "off by one"


@each_seed
def test_a_step_of_hundreds_of_digits_is_answered_in_a_line(course):
    for name in ("bound", "first_escape", "tie"):
        verdict = check("6.2.2-a", **{"bound": 90, "first_escape": 900, "tie": 90, name: 10**299})
        assert verdict.state == "wrong" and len(verdict.message) < 300


# ---- Homework: 6.2.2-b

def by_trying(sigma, delta, lams, eta, eps, pick=min, strict=True, share=1, power=1):
    """The least T with alpha^power (1 + eta alpha)^T sigma delta (pi/2)^(1/2)/share > eps, or >= eps where it is not strict."""
    alpha, start = -pick(lams), sigma * delta * math.sqrt(math.pi / 2) / share
    reached = lambda t: alpha**power * (1 + eta * alpha) ** t * start  # noqa: E731
    return first(lambda t: reached(t) > eps if strict else alpha**power * (1 + eta * alpha) ** (t + 1) * start > eps)


def quantile(sigma, delta, lams, eta, eps, pick=min):
    """The same with the quantile of |Z| itself."""
    alpha, start = -pick(lams), sigma * NormalDist().inv_cdf((1 + delta) / 2)
    return first(lambda t: alpha * (1 + eta * alpha) ** t * start > eps)


@each_seed
def test_the_cases_begin_small_and_have_every_order(course):
    spectra = [case[2] for case in find("6.2.2-b").given().cases]
    assert [len(lams) for lams in spectra] == [1, 1, 3, 4, 30]
    assert all(lams.max() <= 0 > lams[0] for lams in spectra)
    assert [bool(lams[0] == lams.min()) for lams in spectra] == [True, True, False, True, False]
    assert by_trying(*find("6.2.2-b").given().cases[0]) == 0


@each_seed
def test_a_known_mistake_is_recognized_in_other_forms(course):
    for steps, mistake in [
            (by_trying, None), (quantile, None),
            (lambda *case: by_trying(*case, pick=lambda lams: lams[0]), "first eigenvalue"),
            (lambda *case: quantile(*case, pick=lambda lams: lams[0]), "first eigenvalue"),
            (lambda *case: by_trying(*case, share=len(case[2])), "union bound"),
            (lambda sigma, delta, lams, *rest: quantile(sigma, delta / len(lams), lams, *rest), "union bound"),
            (lambda *case: by_trying(*case, power=0), "not the gradient"),
            (lambda *case: by_trying(*case, strict=False), "not strict"),
            (lambda *case: 40, "independent of delta")]:
        verdict = check("6.2.2-b", steps=steps)
        assert (verdict.state, verdict.mistake) == (("right" if mistake is None else "almost"), mistake)


@pytest.mark.parametrize("seed", range(20))
def test_round_for_the_next_whole_number_breaks_the_promise(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", str(seed))

    def rounds(sigma, delta, lams, eta, eps):
        alpha, start = -min(lams), sigma * delta * math.sqrt(math.pi / 2)
        return max(0, round(math.log(eps / (alpha * start)) / math.log(1 + eta * alpha)))

    assert check("6.2.2-b", steps=rounds).state != "right"


@each_seed
def test_a_promise_that_is_broken_anywhere_is_wrong_and_one_that_is_kept_late_is_almost(course):
    late = check("6.2.2-b", steps=lambda *case: by_trying(*case) + (10**200 if len(case[2]) == 1 else 0))
    assert (late.state, late.mistake) == ("almost", "looser than asked") and "sigma=100" in late.message
    broken = check("6.2.2-b", steps=lambda *case: by_trying(*case) + 7 if len(case[2]) == 1 else 0)
    assert (broken.state, broken.mistake) == ("wrong", None) and "not escaped" in broken.message
