"""Section 6.2.3: its explorers against the listing in lnnlib and against brute force, its homework against other right answers."""
import math
import re
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from matplotlib.path import Path

from lnnlib.answers import kinds, watchdog
from lnnlib.explorers import dimension_dial, pgd_debugger, second_order_map
from lnnlib.explorers.section_6_2_3.dimension_dial import EPS, REACH, STARTS, B, escaped, guaranteed, quantile, starts
from lnnlib.explorers.section_6_2_3.pgd_debugger import LISTINGS, PREDICT, PRESETS
from lnnlib.explorers.section_6_2_3.pgd_debugger_listing import lines
from lnnlib.explorers.section_6_2_3.pgd_debugger_run import follow, noise
from lnnlib.explorers.section_6_2_3.saddle_valley import BETA, EPSILONS, LEVELS, RHO, grad_norm, lambda_min, value
from lnnlib.explorers.section_6_2_3.second_order_map import TwoConditions
from lnnlib.homework import check
from lnnlib.homework.exercise import find
from lnnlib.landscapes import SaddleValley
from lnnlib.live import count_text, number_text
from lnnlib.perturbed import is_second_order_stationary, perturbed_gradient_descent, pgd_constants, pgd_steps
from lnnlib.saddles import QuadraticSaddle

pytestmark = pytest.mark.usefixtures("own_record")

VALLEY, PRESET = SaddleValley(), {preset.label: preset.changes for preset in PRESETS}


# ---- the valley and the listing in plain floats ----

def test_the_valley_in_floats_is_the_landscape():
    for x, y in np.random.default_rng(0).uniform(-1.2, 1.2, (50, 2)):
        assert value(x, y) == pytest.approx(VALLEY([x, y]), abs=1e-15)
        assert grad_norm(x, y) == pytest.approx(np.linalg.norm(VALLEY.grad([x, y])), abs=1e-15)
        assert lambda_min(y) == pytest.approx(np.linalg.eigvalsh(VALLEY.hess([x, y]))[0], abs=1e-14)
    assert min(LEVELS) > VALLEY.minimum


def test_beta_and_rho_hold_on_the_box():
    y = np.linspace(-1.2, 1.2, 2001)
    curvature = 3 * y**2 - 1
    assert max(1, np.abs(curvature).max()) <= BETA and np.abs(np.diff(curvature) / np.diff(y)).max() <= RHO
    x, y = np.meshgrid(y[::50], y[::50])
    assert (value(x, y) - VALLEY.minimum).max() <= 1


@pytest.mark.parametrize("start, seed, eps, c, options", [
    ((1, 0), 0, .1, .5, {}), ((.3, 1.1), 1, .1, .5, {}), ((0, 0), 2, .3, 1, {}), ((-1.2, .02), 3, 1.6, .25, {}),
    ((1, 0), 0, .1, .5, {"overwrite": True}), ((1, 0), 4, 4, 1, {"overwrite": True}), ((1, 0), 0, 1, 1, {"ceiling": False}),
])
def test_follow_is_the_listing(start, seed, eps, c, options):
    ceiling, overwrite, last = options.get("ceiling", True), options.get("overwrite", False), 2500
    k = pgd_constants(2, BETA, RHO, eps, c, .1, 1, ceiling=ceiling)
    run = follow(start, k, noise("right", seed), last, overwrite)
    steps = list(islice(pgd_steps(VALLEY, start, k, seed, overwrite=overwrite), last + 1))
    assert len(steps) == len(run.x) and run.returned == steps[-1].returned
    assert run.noise == tuple(step.t for step in steps if step.perturbed)
    assert np.allclose([step.w for step in steps], np.column_stack([run.x, run.y]), rtol=0, atol=1e-9)
    if run.returned:
        assert np.allclose(run.tilde[-1], steps[-1].w_tilde, rtol=0, atol=1e-9)


# ---- pgd_debugger ----

def test_the_run_to_reproduce_and_each_slip():
    say = {name: pgd_debugger(listing=name, step=15_000).readout for name in LISTINGS.values()}
    assert say["right"].startswith("PGD returned (0, −1) in pass 976, after noise in passes 59 and 518.")
    assert pgd_debugger(**PRESET["Return"]).readout == say["right"].replace("returned", "returns")
    assert say["right"].endswith("it is ε-second-order stationary.")
    assert f"000 passes and noise in {1 + (15_000 - 59) // 458} of them, PGD has not returned" in say["no ceiling"]
    assert "a pass that comes 457.6 passes after a noise, and there is none." in say["no ceiling"]
    assert say["ends at d_0"].startswith("The loop ends after pass 2 and returns nothing")
    assert say["no noise"].startswith("PGD returned (8.399·10⁻⁵, 0) in pass 517; the noise of pass 59 was left out.")
    assert (1 - .5 / BETA) ** 59 == pytest.approx(8.399e-5, rel=1e-4) and "it is not" in say["no noise"]
    assert "left out" in pgd_debugger(listing="no noise", step=59).readout
    assert "One noise left out so far" in pgd_debugger(listing="no noise", step=300).readout
    noised = perturbed_gradient_descent(VALLEY, [1, 0], pgd_constants(2, BETA, RHO, .1, .5, .1, 1), 0, 2000, overwrite=True)
    assert f"‖∇f‖ = {number_text(np.linalg.norm(VALLEY.grad(noised.point)))} " in say["overwritten"]


@pytest.mark.parametrize("listing", ["right", "overwritten"])
def test_a_pass_sees_what_the_listing_sees(listing):
    k = pgd_constants(2, BETA, RHO, .1, .5, .1, 1)
    steps = list(pgd_steps(VALLEY, [1, 0], k, 0, overwrite=listing == "overwritten"))
    figure = pgd_debugger(listing=listing)
    for t in (0, 58, 59, 60, 400, 517, 518, 519, 975, 976):
        figure.set(step=t)
        run, step = figure.run(), steps[t]
        small, rested, due, risen = run.checks
        assert run.slope == pytest.approx(step.grad_norm, rel=1e-6, abs=1e-12) and (small and rested) == step.perturbed
        assert run.since[1] == t - step.t_noise and bool(due and risen) == step.returned
        assert run.change is None if step.w_tilde is None else run.change == pytest.approx(
            step.value - VALLEY(step.w_tilde), rel=1e-6, abs=1e-15)


def test_the_marked_lines_are_those_that_are_executed():
    figure, noised = pgd_debugger(), {"4.1.1", "4.1.2", "4.3"}
    for t, executed in {0: {"4.3"}, 59: noised, 517: {"4.3"}, 518: noised, 976: {"4.2.1"}}.items():
        figure.set(step=t)
        figure.frame()
        bars = [mark.artist for mark in figure.scene(figure.values).marks if mark.kind == "set_visible"]
        marked = [line.number for line, bar in zip(lines("right"), bars, strict=True) if bar.get_visible()]
        assert set(marked) == executed


def test_the_prediction_is_judged_only_where_it_was_asked():
    """By an independent count of noises: twice, whatever the seed, c and a small eps are."""
    assert PREDICT.answer(pgd_debugger().run()) is None                       # the default picture gives nothing away
    figure = pgd_debugger(step=15_000)
    assert PREDICT.answer(figure.run()) == 1
    for name, control in figure.controls.items():
        for setting in control.ends():
            figure.reset()
            figure.set(**{name: setting})
            assert PREDICT.answer(figure.run()) in (1, None), (name, setting)
    figure.reset()
    for seed in range(0, 100, 7):
        figure.set(seed=seed)
        k = pgd_constants(2, BETA, RHO, .1, .5, .1, 1)
        assert len(perturbed_gradient_descent(VALLEY, [1, 0], k, seed, 2000).perturbations) == 2
        assert PREDICT.answer(figure.run()) == 1


def test_beyond_the_limit_a_saddle_is_returned_with_full_right():
    assert EPSILONS[0] == Fraction(1, 50) and EPSILONS[-1] == 4 > Fraction("11.56") / Fraction("7.2")
    readout = pgd_debugger(x=0, y=0, eps=4, step=15_000, listing="no noise").readout
    assert readout.startswith("PGD returned (0, 0)") and readout.endswith("it is ε-second-order stationary.")


def test_the_verdict_says_how_far_f_fell_after_each_noise_and_what_was_asked_of_it():
    """Computed from the library's own run, which knows nothing of the explorer."""
    k = pgd_constants(2, BETA, RHO, .1, .25, .1, 1)
    figure = pgd_debugger(c=.25, step=15_000, predict=True)
    steps = list(pgd_steps(VALLEY, [1, 0], k, 0))
    noises = [step.t for step in steps if step.perturbed]
    falls = [VALLEY(steps[t].w_tilde) - steps[t + k.t_thresh].value for t in noises]
    assert len(noises) == 2 and falls[0] == pytest.approx(.25) and abs(falls[1]) < 1e-12 < k.f_thresh < falls[0]
    passes = " and ".join(map(count_text, noises))
    assert figure.predict.verdict(1, figure.run()) == (
        f"✓ You predicted “Twice”, and so it is. After noise in passes {passes} f fell by 0.25 and 0: "
        f"PGD returns where f falls by less than {number_text(k.f_thresh, 2)}.")
    figure.set(step=58)
    assert figure.predict.verdict(1, figure.run()) == "You predicted “Twice”. Drag the pass t to the right."


def axes(figure, title):
    scene = figure.scene(figure.values)
    return next(ax for ax in scene.figure.axes if ax.get_title(loc="left").startswith(title))


def test_the_axis_of_passes_ends_soon_after_the_run_and_shows_the_pinned_one_too():
    figure = pgd_debugger()
    stage = figure.scene(figure.values)
    for t, end in ((58, 100), (100, 100), (130, 300), (976, 1000)):
        figure.set(step=t)
        figure.frame()
        assert figure.run().t == t and axes(figure, "The same").get_xlim()[1] == pytest.approx(1.4 * end)
    figure.pin()
    figure.set(step=20)
    figure.frame()
    assert axes(figure, "The same").get_xlim()[1] == pytest.approx(1400) and figure.scene(figure.values) is stage


def test_a_pinned_run_stays_behind_another_listing():
    figure = pgd_debugger(step=976)
    figure.pin()
    alone = len(pgd_debugger(step=976, listing="no noise").frame().points)
    figure.set(listing="no noise")
    assert figure.pinned is not None and "after noise in passes 59 and 518" in figure.pin_says
    assert len(figure.frame().points) > alone + 300


@pytest.mark.parametrize("width, height", [(1080, 448), (832, 384), (600, 464), (576, 352), (648, 208), (352, 560)])
def test_what_was_asked_for_is_in_the_picture_at_every_size(width, height):
    size = dict(width=width, height=height)
    for figure, seen in ((pgd_debugger(), {"4.1.2", "return w̃"}), (pgd_debugger(perturb=ball), {"−r", "¼"})):
        texts = {text.get_text() for ax in figure.scene(figure.values, **size).figure.axes
                 for text in (*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels())}
        assert seen <= texts


# ---- a student's perturb in the debugger ----

def ball(w, r, rng):
    z = rng.normal(size=w.size)
    return w + r * rng.random() ** (1 / w.size) * z / np.linalg.norm(z)


def test_a_students_noise_drives_the_run():
    readout = pgd_debugger(perturb=ball, step=976).readout
    assert readout.startswith(pgd_debugger(step=976).readout[:60])            # the same draws in the same order
    assert "of yours 0 lie outside the ball" in readout and "2r/3" in readout
    assert "of yours 0 lie" not in pgd_debugger(perturb=lambda w, r, rng: w + rng.uniform(-r, r, 2)).readout
    figure = pgd_debugger(perturb=lambda w, r, rng: w + [0, r], step=15_000)
    assert figure.readout.startswith("PGD returned (0, 1)") and figure.frame().ops


@pytest.mark.parametrize("perturb, said", [
    (lambda w, r, rng: ..., "still returns `...`"), (lambda w, r, rng: 1 / 0, "raised ZeroDivisionError: division by zero"),
    (lambda w, r, rng: None, "returned None (is a `return` missing?)"), (lambda w: w, "raised TypeError"),
    (lambda w, r, rng: w * np.nan, "returned [nan, nan], expected"),
    (lambda w, r, rng: np.zeros(3), "expected a vector of 2 finite numbers"),
])
def test_a_bad_function_is_said_calmly_and_the_reference_is_shown(perturb, said):
    figure = pgd_debugger(perturb=perturb, step=976)
    assert figure.readout.startswith("Your perturb ") and said in figure.readout and figure.readout.endswith(".")
    assert figure.run().trajectory.noise == (59, 518) and len(figure.frame().points) > 100


def test_a_function_that_fails_in_one_run_drives_the_next():
    figure = pgd_debugger(perturb=lambda w, r, rng: w / 0 if w[0] > 0 else w + [0, r], step=15_000)
    for x, start in ((-1, "PGD returned (0, 1)"), (1, "Your perturb returned [inf, "), (-1, "PGD returned (0, 1)")):
        figure.set(x=x)
        assert figure.readout.startswith(start)


def test_what_is_no_function_is_a_value_error():
    with pytest.raises(ValueError, match=re.escape("perturb is 3, expected a function of (w, r, rng)")):
        pgd_debugger(perturb=3)


def test_a_function_that_never_ends_is_stopped_once(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", .2)
    calls = []

    def endless(w, r, rng):
        calls.append(1)
        while True:
            pass

    figure = pgd_debugger(perturb=endless)
    assert "was stopped after 0.2 s" in figure.readout
    figure.set(seed=7)
    figure.frame()
    assert len(calls) == 1


def test_a_run_that_does_not_return_is_explained_by_t_thresh_only_where_that_is_not_whole():
    lost = pgd_debugger(perturb=lambda w, r, rng: w + 100, step=15_000)
    assert "PGD has not returned. Of 200 noises" in lost.readout and lost.run().constants.t_thresh == 458
    endless = pgd_debugger(listing="no ceiling", step=15_000)
    assert "It never will: line 4.2 waits for a pass that comes 457.6 passes after a noise, and there is none." in endless.readout


# ---- second_order_map ----

@pytest.mark.parametrize("eps, rho", [(.02, 7.2), (.1, 7.2), (.3, 1), (.4, 1), (1, .5), (.3849, 2.), (1.6, 7.2), (.5, 3)])
def test_the_green_regions_are_the_definition(eps, rho):
    found, rng = TwoConditions(eps, rho, 0, 0), np.random.default_rng(0)
    regions = [Path(found.outline(found.certified, k)) for k in range(len(found.certified))]
    for x, y in rng.uniform(-1.2, 1.2, (600, 2)):
        slope, least = math.hypot(x, y**3 - y), min(1, 3 * y**2 - 1)
        if abs(slope - eps) > .02 and abs(least + math.sqrt(rho * eps)) > .02:
            inside = any(region.contains_point((x, y)) for region in regions)
            assert inside == (slope <= eps and least >= -math.sqrt(rho * eps)), (x, y)


def test_the_islands_meet_at_the_largest_gradient_between_saddle_and_minimum():
    meet = 2 / math.sqrt(27)
    assert [len(TwoConditions(eps, 1, 0, 0).flat) for eps in (.02, meet - 1e-4, meet + 1e-4, 4)] == [3, 3, 1, 1]


@pytest.mark.parametrize("rho", [Fraction(1, 2), 1, Fraction(36, 5), 20])
def test_the_saddle_turns_green_at_one_over_rho(rho):
    eps = 1 / Fraction(rho)
    if Fraction(1, 50) <= eps <= 4:
        assert "The saddle is certified" in second_order_map(eps=eps, rho=rho).readout
        assert "The saddle is refused" in second_order_map(eps=max(Fraction(1, 50), eps * Fraction(999, 1000)), rho=rho).readout


def test_a_tie_of_the_definition_is_decided_exactly_and_else_as_the_library_does():
    for rho in [*range(1, 40), Fraction(36, 5), Fraction(7, 3)]:
        eps = 1 / Fraction(rho)
        assert TwoConditions(eps, rho, 0, 0).verdict(0, 0)
        assert not TwoConditions(eps * (1 - Fraction(1, 10**30)), rho, 0, 0).verdict(0, 0)
        assert TwoConditions(Fraction(6, 25), 9, 0, 0).verdict(Fraction(6, 25), 1)                       # ||grad f|| = eps
        assert not TwoConditions(Fraction(6, 25), 9, 0, 0).verdict(Fraction(6, 25) + Fraction(1, 10**30), 1)
    for x, y, eps, rho in np.random.default_rng(0).uniform([-1.2, -1.2, .02, .5], [1.2, 1.2, 2, 20], (400, 4)):
        assert TwoConditions(eps, rho, 0, 0).verdict(x, y) == is_second_order_stationary(SaddleValley(), (x, y), eps, rho)


def test_the_readout_compares_each_number_with_what_is_asked_of_it():
    figure = second_order_map(eps=.3)
    for x, y in np.random.default_rng(1).uniform(-1.2, 1.2, (60, 2)).round(2):
        figure.set(x=x, y=y)
        said = re.search(r"Your point .* is (\w+): ‖∇f‖ = \S+ (.) ε = 0.3 and λₘᵢₙ = \S+ (.) −√\(ρε\)\.", figure.readout)
        steep, curved = np.linalg.norm(VALLEY.grad([x, y])) > .3, np.linalg.eigvalsh(VALLEY.hess([x, y]))[0] < -math.sqrt(7.2 * .3)
        assert said.groups() == ("refused" if steep or curved else "certified", "≤>"[int(steep)], "≥<"[int(curved)])


def test_the_second_condition_dies_at_beta_squared_over_rho():
    limit, words = Fraction("11.56") / Fraction("7.2"), "no β-smooth f goes below"
    assert words in second_order_map(eps=limit).readout and words not in second_order_map(eps=limit * Fraction(99, 100)).readout


# ---- dimension_dial ----

@pytest.mark.parametrize("eta", REACH)
@pytest.mark.parametrize("d", [10, 300, 10_000])
def test_bounds_and_escapes_are_those_of_the_quadratic_saddle(d, eta):
    theta, plus = starts(d)
    for k in range(0, STARTS, 97):
        saddle = QuadraticSaddle((-1, 1), (math.sqrt(theta[k]), math.sqrt(plus[k])), eta, EPS)   # all directions up as one
        assert saddle.bound() == guaranteed(d, eta)[k] and saddle.first_escape() == escaped(d, eta)[k]


def test_medians_grow_like_log_d():
    medians = [float(np.median(B(d, .5))) for d in (10, 100, 1000, 10_000)]
    assert medians == pytest.approx([3.6, 6.6, 9.5, 12.4], abs=.15)
    assert np.diff(medians) == pytest.approx([math.log(10) / (2 * math.log(1.5))] * 3, abs=.3)
    assert quantile(np.array([5, 1, 3, 2]), .5) == 2 and quantile(np.arange(10), Fraction(9, 10)) == 8


def test_starts_are_standard_normal():
    for d in (10, 1000):
        theta, plus = starts(d)
        assert theta.mean() == pytest.approx(1, abs=5 * math.sqrt(2 / STARTS))
        assert plus.mean() == pytest.approx(d - 1, abs=5 * math.sqrt(2 * (d - 1) / STARTS))


def test_no_start_falls_off_the_picture():
    for eta, reach in REACH.items():
        assert max(np.quantile(guaranteed(d, eta), .999) for d in (10, 10_000)) <= reach
    assert "guarantees 7 and 11" in dimension_dial(d=100).readout


def test_a_pinned_run_is_released_by_another_step_size_alone():
    figure = dimension_dial()
    figure.pin()
    figure.set(d=10_000, delta=.5)
    assert figure.pinned.d == 100
    figure.set(eta=.1)                                                        # its axes end elsewhere
    assert figure.pinned is None and figure.pin_says == "The pin is released: its step size η was “0.5”."


# ---- homework ----

def test_the_numbers_of_6_2_3_a():
    """chi = 3 log(20*5*4/(.2*.0001*.1)) = 3 log(2e8), and t_thresh is the whole number above chi / .04 * 5/sqrt(.07)."""
    exercise, chi = find("6.2.3-a"), 3 * math.log(2e8)
    waits = chi / .04 * 5 / math.sqrt(.07)
    right = dict(chi=57.34148, eta=.04, r=2.7202e-7, g_thresh=1.36012e-6, f_thresh=4.00935e-10, t_thresh=27092)
    assert chi == pytest.approx(right["chi"], rel=1e-6) and waits == pytest.approx(27091.305, abs=.001)
    assert check("6.2.3-a", **right).state == "right"
    other_forms = {"t_thresh": Fraction(27092), "eta": Fraction(1, 25), "chi": np.float32(57.34)}
    assert check("6.2.3-a", **right | other_forms).state == "right"
    wrong = {mistake.name: mistake.made(exercise.given()) for mistake in exercise.mistakes}
    assert wrong["log10"]["chi"] == pytest.approx(3 * math.log10(2e8), rel=1e-12)
    assert wrong["no factor 3"]["chi"] == pytest.approx(math.log(2e8), rel=1e-12)
    assert wrong["eps not squared"]["chi"] == pytest.approx(3 * math.log(2e6), rel=1e-12)
    assert check("6.2.3-a", **right | {"t_thresh": 27091.2}).mistake == "unrounded"
    for t_thresh in (round(waits), int(waits), math.floor(waits)):
        assert check("6.2.3-a", **right | {"t_thresh": t_thresh}).mistake == "rounded down"
    for t_thresh in (27093, 27090.9, 27092.5, -1e300, 1e308):
        assert check("6.2.3-a", **right | {"t_thresh": t_thresh}).state == "wrong"
    assert check("6.2.3-a", **right | {"r": 3.2e-7}).state == "wrong"
    assert check("6.2.3-a", **right | {"eta": -.04}).mistake == "sign"
    for name in ("chi", "eta", "r", "g_thresh", "f_thresh"):                    # as the prompt says: one part in 1000
        for off, state in ((9e-4, "right"), (-9e-4, "right"), (1.1e-3, "wrong"), (-1.1e-3, "wrong")):
            exact = {**right, "chi": chi}[name]
            assert check("6.2.3-a", **right | {name: exact * (1 + off)}).state == state


@pytest.mark.parametrize("seed", ["0", "1", "2"])
@pytest.mark.parametrize("name", ["r", "g_thresh", "f_thresh", "t_thresh"])
def test_a_constant_of_6_2_3_a_that_is_left_out_or_without_its_root_is_wrong_and_no_factor_of_two(name, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    given = find("6.2.3-a").given()
    right = {ask.name: getattr(pgd_constants(**vars(given)), ask.name) for ask in find("6.2.3-a").asks}
    for factor in (given.beta, given.beta**.5, given.rho, given.rho**.5, given.c, given.c**.5):
        for spoiled in (right[name] * factor, right[name] / factor):
            assert check("6.2.3-a", **right | {name: spoiled}).state == "wrong"


def test_no_draw_of_6_2_3_a_lets_mistakes_meet():
    exercise = find("6.2.3-a")
    for seed in range(200):
        given = exercise.draw(np.random.default_rng(seed))
        right = pgd_constants(**vars(given))
        values = [right.chi, *(m.made(given)["chi"] for m in exercise.mistakes if "chi" in m.made(given))]
        assert min(abs(a / b - 1) for i, a in enumerate(values) for b in values[:i]) > .01
        waits = pgd_constants(**vars(given), ceiling=False).t_thresh
        assert math.ceil(waits) == right.t_thresh == round(waits) + 1 == int(waits) + 1


def test_6_2_3_b_accepts_every_form_of_the_threshold():
    for threshold in (lambda rho: 1 / rho, lambda rho: Fraction(1) / Fraction(rho), lambda rho: np.float64(rho) ** -1):
        assert check("6.2.3-b", threshold=threshold).state == "right"
    for threshold in (lambda rho: 1 / rho**2, lambda rho: -math.inf, lambda rho: -1.0, lambda rho: 1.01 / rho, lambda rho: 1e308):
        assert check("6.2.3-b", threshold=threshold).state == "wrong"


@pytest.mark.parametrize("off, state", [(9e-9, "right"), (-9e-9, "right"), (2e-8, "wrong"), (-2e-8, "wrong")])
def test_6_2_3_b_is_judged_to_nine_digits_on_both_sides(off, state):
    assert check("6.2.3-b", threshold=lambda rho: float(f"{1 / rho:.9g}")).state == "right"
    assert check("6.2.3-b", threshold=lambda rho: (1 + off) / rho).state == state
    for [rho] in find("6.2.3-b").given().cases:                 # the judge's rho eps >= 1 is Definition 6.8 at the saddle
        for eps in (.999 / rho, 1.001 / rho):
            assert is_second_order_stationary(SaddleValley(), (0, 0), eps, rho) == (rho * eps >= 1)


def test_a_smallest_eps_of_6_2_3_b_that_asks_another_condition_is_greeted_by_what_it_would_be_right_for():
    """-1 >= -rho^(1/2) eps from 1/rho^(1/2) on; with the eigenvalue -1/2, 1/4 <= rho eps from 1/(4 rho) on."""
    for threshold, mistake in ((lambda rho: rho**-.5, "root over rho alone"), (lambda rho: 1 / (4 * rho), "coefficient")):
        assert check("6.2.3-b", threshold=threshold).mistake == mistake
    message = check("6.2.3-b", threshold=lambda rho: (1 + 3e-8) / rho).message   # what is said to be wrong does not look right
    rho = float(re.search("rho=(.*) you", message)[1])
    assert float(re.search("return (.*?)\\. ", message)[1]) > (1 + 2e-8) / rho


def by_projection(w, r, rng):
    """The first d coordinates of a uniform point of the sphere in d + 2 dimensions are uniform in the ball."""
    z = rng.normal(size=w.size + 2)
    return w + r * (z / np.linalg.norm(z))[: w.size]


def by_an_exponential(w, r, rng):
    z = rng.normal(size=w.size)
    return w + r * z / math.sqrt(z @ z + 2 * rng.exponential())


def by_beta(w, r, rng):
    z = rng.standard_normal(w.shape)
    return (w + r * rng.beta(w.size, 1) * z / math.sqrt((z**2).sum())).tolist()


@pytest.mark.parametrize("seed", ["0", "1", "2", "3"])
@pytest.mark.parametrize("perturb", [ball, by_projection, by_an_exponential, by_beta])
def test_every_way_to_be_uniform_in_the_ball_is_right(perturb, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    assert check("6.2.3-c", perturb=perturb).state == "right"


def with_length(length, direction=lambda rng, d: rng.normal(size=d)):
    def perturb(w, r, rng):
        z = direction(rng, w.size)
        return w + r * length(rng, w.size) * z / np.linalg.norm(z)

    return perturb


def longer_ahead(w, r, rng):
    """Lengths and directions of the right law each, but the longer ones on one side."""
    z = rng.normal(size=w.size)
    u = (rng.random() + (z[0] > 0)) / 2
    return w + r * u ** (1 / w.size) * z / np.linalg.norm(z)


def right_length(rng, d):
    return rng.random() ** (1 / d)


@pytest.mark.parametrize("perturb, part", [
    (with_length(lambda rng, d: .97 * right_length(rng, d)), "lengths"),
    (with_length(lambda rng, d: rng.random() ** .7), "lengths"),
    (with_length(lambda rng, d: rng.random() ** (1 / max(d, 2))), "lengths"),                        # wrong for d = 1 alone
    (with_length(right_length, lambda rng, d: rng.normal(size=d) if d > 1 else np.ones(1)), "directions"),
    (with_length(lambda rng, d: 1.02 * right_length(rng, d)), "lie outside"),
    (with_length(right_length, lambda rng, d: rng.uniform(-1, 1, d)), "directions"),
    (with_length(right_length, lambda rng, d: np.abs(rng.normal(size=d))), "directions"),
    (with_length(right_length, lambda rng, d: np.eye(d)[rng.integers(d)] * rng.choice([-1, 1])), "directions"),
    (with_length(right_length, lambda rng, d: rng.normal(size=d) * np.where(np.arange(d) == 0, 2, 1)), "directions"),
    (with_length(right_length, lambda rng, d: np.random.default_rng().normal(size=d)), "from `rng`"),
    (lambda w, r, rng: w + r * with_length(right_length)(np.zeros(w.size), r, rng), "lengths"),
    (lambda w, r, rng: w, "all give the same point"),
    (lambda w, r, rng: w + r / 2 / math.sqrt(w.size), "all give the same point"),
    (lambda w, r, rng: ball(w, r, np.random.default_rng(0)), "all give the same point. Take all randomness from `rng`"),
    (lambda w, r, rng: ball(w, r, np.random), "two generators of the same seed give two points. Take all randomness from `rng`"),
    (lambda w, r, rng: ball(w, r, rng) + r / 2, "outside the ball"),                                 # no cube, no normal vector
    (lambda w, r, rng: w + rng.normal(size=w.size) * r / math.sqrt(w.size), "outside the ball"),
    (lambda w, r, rng: 1e307 * rng.normal(size=w.size), "outside the ball"),
    (lambda w, r, rng: w if rng.random() < .1 else ball(w, r, rng), "directions"),
    (lambda w, r, rng: longer_ahead(w, r, rng), "not together"),
])
def test_noise_of_another_law_is_wrong_and_the_property_is_named(perturb, part):
    verdict = check("6.2.3-c", perturb=perturb)
    assert (verdict.state, verdict.mistake) == ("wrong", None) and part in verdict.message


def by_rejection(w, r, rng):
    xi = rng.uniform(-1, 1, w.size)
    while xi @ xi > 1:
        xi = rng.uniform(-1, 1, w.size)
    return w + r * xi


def by_recursion(w, r, rng):
    xi = 2 * rng.random(w.size) - 1
    return w + r * xi if np.linalg.norm(xi) <= 1 else by_recursion(w, r, rng)


def by_many_at_once(w, r, rng):
    while True:
        xi = rng.uniform(-1, 1, (1000, w.size))
        inside = xi[(xi**2).sum(axis=1) <= 1]
        if len(inside):
            return w + r * inside[0]


@pytest.mark.parametrize("perturb", [by_rejection, by_recursion, by_many_at_once])
def test_rejection_from_the_cube_is_greeted_by_name(perturb):
    """In 30 dimensions the ball is 2e-14 of the cube: pi^15 / 15! / 2^30."""
    assert math.pi**15 / math.factorial(15) / 2**30 == pytest.approx(2e-14, rel=.05)
    verdict = check("6.2.3-c", perturb=perturb)
    assert (verdict.state, verdict.mistake) == ("almost", "rejection") and "that has the right law" in verdict.message.lower()


def test_a_loop_that_ends_in_no_dimension_is_no_rejection(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", .2)

    def endless(w, r, rng):
        while True:
            rng.random()

    verdict = check("6.2.3-c", perturb=endless)
    assert verdict.state == "wrong kind" and "was stopped after 0.2 s" in verdict.message


@pytest.mark.parametrize("perturb", [
    lambda w, r, rng: ball(w, r, rng) if w.size < 30 else with_length(lambda rng, d: 1)(w, r, rng),
    lambda w, r, rng: ball(w, r, rng) if w.size < 30 else with_length(lambda rng, d: rng.random())(w, r, rng),
])
def test_a_hint_that_is_seen_in_dimension_30_says_so(perturb):
    verdict = check("6.2.3-c", perturb=perturb)
    assert verdict.state == "almost" and verdict.message.startswith("In dimension 30")


def test_generators_that_are_spawned_are_right():
    def spawned(w, r, rng):
        return ball(w, r, rng.spawn(1)[0])

    assert check("6.2.3-c", perturb=spawned).state == "right"


def test_what_a_function_raises_is_told_with_numpys_own_generator():
    verdict = check("6.2.3-c", perturb=lambda w, r, rng: ball(w, r, rng) if w.size < 2 else w[99])
    assert verdict.state == "wrong kind" and "rng=a Generator" in verdict.message


def test_the_generator_of_the_judge_is_numpys_own():
    """One that a function may hand on, and that draws what its seed says."""
    def checked(w, r, rng):
        assert isinstance(rng, np.random.Generator) and np.random.default_rng(rng) is rng
        return ball(w, r, rng)

    assert check("6.2.3-c", perturb=checked).state == "right"


def test_a_length_for_another_dimension_is_greeted_by_name():
    """The share of a ball within r/2 is 2^-d: 1/2 on a segment, 1/4 in a disk."""
    for power, mistake in ((1, "length r U"), (1 / 2, "disk"), (1 / 3, None)):
        assert check("6.2.3-c", perturb=with_length(lambda rng, d, power=power: rng.random() ** power)).mistake == mistake


def test_another_shape_is_the_wrong_kind():
    verdict = check("6.2.3-c", perturb=lambda w, r, rng: ball(w, r, rng)[:2])
    assert verdict.state == "wrong kind" and "of shape (6,) your function returned shape (2,)" in verdict.message


def test_6_2_3_d_is_judged_by_its_four_demands():
    eps, rho = .1, 6.0
    x, rng, rights = np.linspace(-5, 5, 20_001), np.random.default_rng(0), 0
    for a, b, c in rng.uniform([0, -.5, 0], [.13, .1, 1.2], (400, 3)):
        stationary = (np.diff(np.sign(a + 2 * b * x + 3 * c * x**2)) != 0).any()
        wanted = 6 * c <= rho and a <= eps and -math.sqrt(rho * eps) <= 2 * b < 0 and not stationary
        rights += wanted
        assert (check("6.2.3-d", a=a, b=b, c=c).state == "right") == wanted, (a, b, c)
    assert 20 < rights < 380
    for near, state in ((-1e-14, "right"), (1e-14, "almost")):                      # the discriminant is decided exactly
        assert check("6.2.3-d", a=3 * .1**2 * (1 - near), b=-.3, c=1).state == state
    for over, state in ((9e-10, "right"), (2e-9, "almost")):                        # where equality is allowed, to nine digits
        assert check("6.2.3-d", a=eps * (1 + over), b=-.1, c=1).state == state
    assert check("6.2.3-d", a=.1, b=0, c=0).mistake == "no negative curvature"              # a straight line has no other fault
    assert check("6.2.3-d", a=-.1, b=-.2, c=-1).state == "right" and check("6.2.3-d", a=0, b=0, c=0).state == "wrong"
    for huge in (1e300, -1e308):
        assert check("6.2.3-d", a=huge, b=huge, c=huge).state == "wrong"


@pytest.mark.parametrize("answers, mistake", [
    ((.1, -.2, 1.1), "Hessian too steep"), ((.2, -.2, 1), "gradient too large"), ((.3, -.39, 2), None),
    ((.1, -.39, 1), "curvature b"), ((.1, .2, 1), "no negative curvature"), ((.02, -.3, 1), "a stationary point"),
])
def test_6_2_3_d_names_the_demand_that_fails_alone(answers, mistake):
    """eps = .1, rho = 6: 6c <= 6, |a| <= .1, 4b² <= .6, b < 0, b² < 3ac."""
    assert check("6.2.3-d", **dict(zip("abc", answers, strict=True))).mistake == mistake


# ---- what the homework's kinds say of functions ----

def test_a_class_is_no_function_and_a_generator_is_named_without_its_address():
    with pytest.raises(kinds.WrongKind, match="a type, expected a function of"):
        kinds.function("rho", kinds.number())(float)
    assert kinds.show(np.random.default_rng(0)) == "a Generator"
