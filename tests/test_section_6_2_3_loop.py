"""Homework 6.2.3-e and -f: the loop against the library's listing and other right loops, the limit against Definition 6.8."""
import itertools
import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import lnnlib.perturbed
from lnnlib.homework import check
from lnnlib.homework.exercise import find
from lnnlib.homework.mistakes import agrees
from lnnlib.homework.section_6_2_3.e_the_loop import LISTING
from lnnlib.landscapes import Quadratic
from lnnlib.perturbed import is_second_order_stationary, pgd_steps

pytestmark = pytest.mark.usefixtures("own_record")

each_seed = pytest.mark.parametrize("seed", ["0", "1", "2"])


# ---- 6.2.3-e ----

def by_the_library(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
    """The passes of `pgd_steps`, whose noise the test replaces by xi."""
    constants = SimpleNamespace(eta=eta, r=xi, g_thresh=g_thresh, f_thresh=f_thresh, t_thresh=t_thresh)
    steps = list(itertools.islice(pgd_steps(f, w, constants, 0), passes))
    return [step.w for step in steps] + [step.w_tilde for step in steps if step.returned]


@pytest.mark.parametrize("seed", range(20))
def test_the_solution_is_the_librarys_listing(seed, monkeypatch):
    monkeypatch.setattr(lnnlib.perturbed, "uniform_in_ball", lambda rng, dim, r: r)
    for case in find("6.2.3-e").draw(np.random.default_rng(seed)).cases:
        assert np.array_equal(LISTING(*case), by_the_library(*case))


def counting_down(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
    """Another right loop: it counts the passes that are left of a round, on lists, and compares squares of norms."""
    points, left, kept, w = [], None, None, w.tolist()
    for _ in range(passes):
        if left is None and sum(x * x for x in f.grad(w)) <= g_thresh**2:
            kept, left = w, t_thresh
            w = [x + y for x, y in zip(kept, xi, strict=True)]
        points.append(w)
        if left == 0:
            if f(kept) - f(w) < f_thresh:
                return np.array([*points, kept])
            left = None
        elif left is not None:
            left -= 1
        w = [x - eta * g for x, g in zip(w, f.grad(w), strict=True)]
    return points


def in_fractions(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
    return [[Fraction(float(x)) for x in row] for row in LISTING(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes)]


@each_seed
@pytest.mark.parametrize("loop", [counting_down, in_fractions, lambda *case: np.array(LISTING(*case)) * (1 + 5e-10)])
def test_every_right_loop_is_right(loop, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    assert check("6.2.3-e", pgd_points=loop).state == "right"


@pytest.mark.parametrize("seed", range(20))
def test_the_runs_tell_all_mistakes_apart(seed):
    exercise = find("6.2.3-e")
    given = exercise.draw(np.random.default_rng(seed))
    before = repr(given)
    loops = [LISTING, *(mistake.made(given)["pgd_points"] for mistake in exercise.mistakes)]
    runs = [[np.array(loop(*case)) for case in given.cases] for loop in loops]
    for one, two in itertools.combinations(runs, 2):
        assert not all(map(agrees, one, two))
    assert repr(given) == before                                # no mistake changes the data


@pytest.mark.parametrize("seed", range(20))
def test_every_line_acts_and_every_tie_is_exact(seed):
    """At rest f rises, the bowl returns, the slopes have both ties and no return, the valley needs two noises."""
    cases = find("6.2.3-e").draw(np.random.default_rng(seed)).cases
    rest, bowl, slopes, valley, saddle = cases
    runs = dict(zip("rbgvs", (LISTING(*case) for case in cases), strict=True))
    assert rest[0](runs["r"][1]) - rest[0](rest[1]) > rest[5] and len(runs["r"]) == 3
    f, w, _, _, g_thresh, f_thresh, t_thresh, passes = slopes
    assert abs(f.grad(w)[0]) == g_thresh and f(runs["g"][t_thresh]) - f(w) == -f_thresh and len(runs["g"]) == passes
    assert abs(bowl[0].grad(runs["b"][-1])[0]) == bowl[4] and len(runs["b"]) == 7
    end = runs["v"][-1]
    assert abs(abs(end[1]) - 1) < .06 and len(runs["v"]) < valley[7] - 2
    gradient = saddle[0].grad(saddle[1])
    assert np.abs(gradient).max() < saddle[4] < np.linalg.norm(gradient) and len(runs["s"]) == 6


@pytest.mark.parametrize("spoil, part", [
    (lambda run: np.array(run) * (1 + 2e-9), "line 4.1.2: in pass 0"),
    (lambda run: [2 * run[0], *run[1:]], "line 4.1.2: in pass 0"),
    (lambda run: [run[0], run[1] + .01, *run[2:]], "line 4.3: row 1 is not one gradient step after row 0"),
    (lambda run: [*run[:-1], run[-1] + .01], "line 4.2.1: your last row"),
    (lambda run: [*run[:-1], run[-1] + .01, run[-1]], "line 4.2: in pass 1 both conditions hold, and your run goes on"),
    (lambda run: run[:1], "line 4.2: your list has no row 1,"),
    (lambda run: [*run, run[-1]], "your list goes on after row 2"),
    (lambda run: [np.append(row, 0) for row in run], "a point has 1 entries, and your rows have 2"),
    (lambda run: np.zeros((0, 1)), "your list has no row 0"),
])
def test_the_first_row_that_differs_says_which_line(spoil, part):
    verdict = check("6.2.3-e", pgd_points=lambda *case: spoil(LISTING(*case)))
    assert (verdict.state, verdict.mistake) == ("wrong", None) and part in verdict.message
    assert "For f=Quadratic([2]), w=[0], xi=[" in verdict.message


@each_seed
def test_a_test_in_more_passes_than_one_is_wrong_though_no_step_of_the_other_runs_raises_f(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)

    def tests_on(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
        points, t_noise, kept = [], -t_thresh - 1, None
        for t in range(passes):
            if np.linalg.norm(f.grad(w)) <= g_thresh and t - t_noise > t_thresh:
                kept, t_noise, w = w, t, w + xi
            points.append(w)
            if kept is not None and t - t_noise >= t_thresh and f(w) - f(kept) > -f_thresh:
                return [*points, kept]
            w = w - eta * f.grad(w)
        return points

    assert check("6.2.3-e", pgd_points=tests_on).mistake == "one more test"


def test_a_loop_whose_start_has_no_w_tilde_is_answered_calmly():
    def loop(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
        return w_tilde  # noqa: F821

    verdict = check("6.2.3-e", pgd_points=loop)
    assert verdict.state == "wrong kind" and "w_tilde" in verdict.message


@pytest.mark.parametrize("answer", [1e308, -1e308, 1e-308])
def test_huge_and_tiny_points_are_judged(answer):
    assert check("6.2.3-e", pgd_points=lambda *case: [[answer]] * 6).state == "wrong"


# ---- 6.2.3-f ----

@each_seed
def test_excluded_is_definition_6_8_at_the_saddle(seed, monkeypatch):
    """Rational arithmetic against the judge, and the library's definition on x^2/2 - gamma y^2/2 off the ties."""
    monkeypatch.setenv("LNN_SEED", seed)

    def exactly(gamma, rho, eps):
        excluded = Fraction(gamma) ** 2 > Fraction(rho) * Fraction(eps)
        near = abs(rho * eps / gamma**2 - 1) < 1e-9
        assert near or excluded == (not is_second_order_stationary(Quadratic([1, -gamma]), [0, 0], eps, rho))
        return excluded

    assert check("6.2.3-f", excluded=exactly, eps_limit=lambda gamma, rho: Fraction(gamma) ** 2 / Fraction(rho)).state == "right"


def test_the_limits_of_the_course_and_the_ties():
    asked = {}

    def limit(gamma, rho):
        asked[gamma, rho] = {(.6, 4): .09, (2, 5): .8, (.5, .125): 2}[gamma, rho]
        return asked[gamma, rho]

    assert check("6.2.3-f", excluded=lambda gamma, rho, eps: -gamma < -math.sqrt(rho * eps), eps_limit=limit).state == "right"
    assert len(asked) == 3


@each_seed
@pytest.mark.parametrize("excluded", [
    lambda gamma, rho, eps: -gamma < -math.sqrt(rho * eps),
    lambda gamma, rho, eps: -gamma < -math.sqrt(rho) * math.sqrt(eps),
    lambda gamma, rho, eps: eps < gamma**2 / rho,
    lambda gamma, rho, eps: eps < (gamma / math.sqrt(rho)) ** 2,
    lambda gamma, rho, eps: np.array(rho * eps / gamma**2) < 1,
    lambda gamma, rho, eps: not np.sqrt(eps) >= gamma / np.sqrt(rho),
])
def test_every_form_of_the_inequality_is_right_at_equality_too(excluded, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    assert check("6.2.3-f", excluded=excluded, eps_limit=lambda gamma, rho: gamma**2 / rho).state == "right"


@pytest.mark.parametrize("off, state", [(9e-10, "right"), (-9e-10, "right"), (2e-9, "wrong"), (-2e-9, "wrong"), (1e300, "wrong")])
def test_the_limit_is_judged_to_nine_digits(off, state):
    limit = lambda gamma, rho: gamma**2 / rho * (1 + off)  # noqa: E731
    assert check("6.2.3-f", excluded=lambda gamma, rho, eps: rho * eps < gamma**2, eps_limit=limit).state == state


@pytest.mark.parametrize("eps, part", [(1e-9, "A somewhat larger"), (7., "is ε-second-order stationary"), (0, "speaks of ε > 0"),
                                       (1e308, "a little below")])
def test_a_wrong_limit_says_which_property_fails(eps, part):
    verdict = check("6.2.3-f", excluded=lambda gamma, rho, eps: rho * eps < gamma**2, eps_limit=lambda gamma, rho: eps)
    assert verdict.state == "wrong" and part in verdict.message and "gamma=0.6, rho=4" in verdict.message


def test_a_wrong_answer_of_excluded_names_both_sides():
    wrong = lambda gamma, rho, eps: rho * eps < gamma**2 and gamma < 1  # noqa: E731
    verdict = check("6.2.3-f", excluded=wrong, eps_limit=lambda gamma, rho: gamma**2 / rho)
    assert verdict.state == "wrong" and "gamma=2, rho=5" in verdict.message and "γ = 2 and √(ρε) = 1.414" in verdict.message


@pytest.mark.parametrize("answer", [True, False])
def test_one_answer_for_every_eps_is_said_as_it_is(answer):
    verdict = check("6.2.3-f", excluded=lambda gamma, rho, eps: answer, eps_limit=lambda gamma, rho: gamma**2 / rho)
    assert verdict.state == "almost" and f"you return {answer} for every ε that was tried" in verdict.message


@pytest.mark.parametrize("value", [1, 0, "True", None, [True]])
def test_only_true_and_false_are_answers_of_excluded(value):
    verdict = check("6.2.3-f", excluded=lambda gamma, rho, eps: value, eps_limit=lambda gamma, rho: gamma**2 / rho)
    assert verdict.state == "wrong kind"


@pytest.mark.parametrize("seed", range(50))
def test_no_draw_lets_two_mistakes_meet(seed):
    exercise = find("6.2.3-f")
    given = exercise.draw(np.random.default_rng(seed))
    limits = [lambda gamma, rho: gamma**2 / rho]
    limits += [made["eps_limit"] for made in (mistake.made(given) for mistake in exercise.mistakes) if "eps_limit" in made]
    values = [[limit(*case) for case in given.cases] for limit in limits]
    for one, two in itertools.combinations(values, 2):
        assert max(abs(a / b - 1) for a, b in zip(one, two, strict=True)) > .1
