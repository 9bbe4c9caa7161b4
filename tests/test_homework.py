"""Homework: every registered exercise through all states, and the parts that the checks stand on."""
import ast
import gc
import inspect
import itertools
import json
import math
import os
import re
import subprocess
import sys
import time
import tomllib
import weakref
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from threading import Thread
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from lnnlib import homework
from lnnlib.answers import kinds, watchdog
from lnnlib.homework import check, given, progress, record, solution
from lnnlib.homework.cells import CHECK, grade_id, stamp
from lnnlib.homework.exercise import exercises, find, sections
from lnnlib.homework.section_6_2_2 import a_count_the_steps, b_high_probability
from lnnlib.saddles import QuadraticSaddle
from tests.homework_cases import BAD_FUNCTIONS, JUNK

pytestmark = pytest.mark.usefixtures("own_record")

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = exercises()
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
each_mistake = pytest.mark.parametrize(
    "exercise, mistake", [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes],
    ids=lambda one: getattr(one, "id", None) or one.name)
each_seed = pytest.mark.parametrize("seed", ["0", "1", "2"])


@pytest.fixture
def short_limit(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", 0.3)
    monkeypatch.setattr(watchdog, "GRACE", 0.5)


def right_answers(exercise):
    """What the exercise's own solution hands in."""
    scope = {}
    exec(exercise.code, scope)
    return {ask.name: scope[ask.source] for ask in exercise.asks}


def module_of(exercise):
    return next(module for module in list(sys.modules.values()) if getattr(module, "EXERCISE", None) is exercise)


def mistaken_answers(exercise, mistake):
    return {**right_answers(exercise), **mistake.made(exercise.given())}


def stored(exercise):
    """The cells of the exercise in its notebook: prompt, answer, check, solution."""
    section = exercise.id.rpartition("-")[0].replace(".", "_")
    [path] = ROOT.glob(f"notebooks/{section}_[a-z]*.ipynb")
    held = nbformat.read(path, as_version=4).cells
    [k] = [k for k, cell in enumerate(held) if cell.cell_type == "code" and CHECK.findall(cell.source) == [exercise.id]]
    return held[k - 2 : k + 2]


# ---- every exercise ----

@each_seed
@each_exercise
def test_the_solution_is_right(exercise, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    verdict = check(exercise.id, **right_answers(exercise))
    assert (verdict.state, verdict.mistake) == ("right", None)


@each_exercise
def test_the_solution_pasted_into_the_notebook_is_right(exercise):
    scope = {"check": check}
    exec(f"{exercise.code}\nverdict = check({exercise.id!r})", scope)
    assert scope["verdict"].state == "right"


EARLIER = tomllib.loads((ROOT / "tests/earlier_answers.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", ["0", "1"])
@pytest.mark.parametrize("id", EARLIER)
def test_an_answer_cell_of_an_earlier_version_is_right(id, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    scope = {}
    exec(f"from lnnlib.homework import check, given\n{EARLIER[id]['answer']}\nverdict = check({id!r})", scope)
    assert scope["verdict"].state == "right"


@each_exercise
def test_untouched_and_skipped_cells_are_not_answered(exercise, own_record):
    for cell in (stored(exercise)[1].source, ""):
        scope = {"check": check, "given": given}
        exec(f"{cell}\nverdict = check({exercise.id!r})", scope)
        assert scope["verdict"].state == "not answered"
    assert not own_record.exists()


@each_exercise
def test_one_answer_alone_is_not_enough(exercise):
    for ask in exercise.asks:
        if len(exercise.asks) > 1:
            verdict = check(exercise.id, **{**right_answers(exercise), ask.name: ...})
            assert verdict.state == "not answered" and f"`{ask.name}`" in verdict.message


@each_exercise
def test_what_is_optional_may_be_left_out(exercise):
    answers = right_answers(exercise)
    for ask in exercise.asks:
        rest = {name: answer for name, answer in answers.items() if name != ask.name}
        if ask.optional:
            verdict = check(exercise.id, **rest)
            assert verdict.state == "right" and f"`{ask.name}`" in verdict.message


@each_seed
@each_mistake
def test_a_known_mistake_gets_its_own_hint(exercise, mistake, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    verdict = check(exercise.id, **mistaken_answers(exercise, mistake))
    assert (verdict.state, verdict.mistake, verdict.message, verdict.hints) == ("almost", mistake.name, mistake.hint, ())


@each_exercise
def test_mistakes_have_distinct_names_and_hints(exercise):
    assert exercise.mistakes
    assert len({mistake.name for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert len({mistake.hint for mistake in exercise.mistakes}) == len(exercise.mistakes)


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
@each_exercise
def test_junk_is_answered_calmly(exercise, junk, capsys):
    if exercise.id == "6.2.1-d" and junk is math.inf:  # there it is an answer, though a wrong one
        return
    for ask in exercise.asks:
        verdict = check(exercise.id, **{**right_answers(exercise), ask.name: junk})
        assert_calm(verdict, f"`{ask.name}`", "your function")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("function", BAD_FUNCTIONS.values(), ids=BAD_FUNCTIONS)
@each_exercise
def test_a_function_that_misbehaves_is_answered_calmly(exercise, function, capsys):
    before = repr(exercise.given())
    for ask in exercise.asks:
        verdict = check(exercise.id, **{**right_answers(exercise), ask.name: function})
        assert_calm(verdict, f"`{ask.name}`", "your function")
    output = capsys.readouterr()
    assert output.err == "" and len(output.out) <= len(exercise.asks) * watchdog.PRINTED
    assert repr(exercise.given()) == before
    assert check(exercise.id, **right_answers(exercise)).state == "right"


def assert_calm(verdict, *mentions):
    assert verdict.state == "wrong kind"
    assert any(mention in verdict.message for mention in mentions)
    assert "Traceback" not in verdict.message and "\n" not in verdict.message and len(verdict.message) < 500


def numbers_in(answer):
    """Every number of an answer, however deep in dicts, lists and arrays."""
    if isinstance(answer, dict | list | tuple):
        return [x for one in (answer.values() if isinstance(answer, dict) else answer) for x in numbers_in(one)]
    return [] if callable(answer) or isinstance(answer, str) else list(np.ravel(answer))


@each_exercise
def test_nothing_gives_the_answer_away(exercise):
    right = right_answers(exercise)
    said = [repr(exercise), *(cell.source for cell in stored(exercise)), inspect.getdoc(module_of(exercise))]
    said += [hint for ask in exercise.asks for hint in ask.hints] + [mistake.hint for mistake in exercise.mistakes]
    for name in right:
        said += [check(exercise.id, **{**right, name: answer}).message for answer in (..., "x", 987, lambda *_: 987)]
    for mistake in exercise.mistakes:
        said.append(check(exercise.id, **mistaken_answers(exercise, mistake))._repr_html_())
    numbers = {f"{x:g}" for answer in right.values() for x in numbers_in(answer)}
    for number in numbers:
        if len(number) > 1:  # a single digit stands in formulas too
            assert not re.search(rf"(?<![\w.]){re.escape(number)}(?![\w.])", "\n".join(said))


@each_exercise
def test_ids_and_cells_are_well_formed(exercise):
    assert find(exercise.id) is exercise and exercise.id.rpartition("-")[0] in sections()
    prompt, answer, checked, opened = stored(exercise)
    assert prompt.source.startswith(f"### {exercise.id}: {exercise.title}\n")
    assigned = assigned_names(answer.source) - {"data"}
    assert assigned == {ask.source for ask in exercise.asks}
    assert assigned <= assigned_names(exercise.code)
    assert len(answer.source.splitlines()) <= 12
    shown = f'data = given("{exercise.id}")\nprint(data)\n'
    assert answer.source.startswith(shown) or "given(" not in answer.source + prompt.source + exercise.code
    assert checked.source == f'from lnnlib.homework import check; check("{exercise.id}")'
    assert opened.source == f'solution("{exercise.id}")'


def test_the_file_of_an_exercise_names_its_id():
    """`section_6_2_2/a_count_the_steps.py` holds 6.2.2-a, and every such file is found."""
    files = sorted(ROOT.glob("lnnlib/homework/section_*/[a-z]_*.py"))
    named = [f"{path.parent.name.removeprefix('section_').replace('_', '.')}-{path.name[0]}" for path in files]
    found = [(exercise.id, inspect.getfile(module_of(exercise))) for exercise in EXERCISES]
    assert found == list(zip(named, map(str, files), strict=True))


def test_unknown_ids_and_keywords_are_named():
    assert len({exercise.id for exercise in EXERCISES}) == len(EXERCISES)
    with pytest.raises(ValueError, match=r"id is '6.2.2-z', expected one of 6.2.2-a, 6.2.2-b"):
        check("6.2.2-z")
    with pytest.raises(ValueError, match=r"section is '7', expected one of .*6\.2\.2"):
        progress("7")
    verdict = check("6.2.2-a", bound=1, first=2)
    assert verdict.state == "wrong kind" and "`first_escape`" in verdict.message and "`first`" in verdict.message


# ---- what is read, and what is a right answer ----

def test_variables_of_the_caller_are_read_and_keywords_win():
    cell = """
read = check("6.2.2-a")
def inside():
    bound = ...
    return check("6.2.2-a")
read_inside = inside()
keywords = check("6.2.2-a", bound=bound - 1, first_escape=first_escape)
only_keywords = check("6.2.2-a", bound=bound)
"""
    scope = {"check": check, **right_answers(find("6.2.2-a"))}
    exec(cell, scope)
    assert scope["read"].state == "right"
    assert scope["read_inside"].state == scope["only_keywords"].state == "not answered"
    assert scope["keywords"].mistake == "floor"


@pytest.mark.parametrize("form", [int, float, Fraction, Decimal, np.int64, np.float32, np.array, np.float64], ids=str)
def test_every_form_of_the_right_number_is_right(form):
    answers = {name: form(value) for name, value in right_answers(find("6.2.2-a")).items()}
    assert check("6.2.2-a", **answers).state == "right"


def test_kinds_convert_what_is_right_and_refuse_the_rest():
    assert kinds.number()(Fraction(1, 4)) == 0.25
    assert kinds.number(infinite=True)(math.inf) == math.inf
    assert kinds.array(2, None)([[Fraction(1, 2), 1, 2], [3, 4, 5]]).tolist() == [[0.5, 1, 2], [3, 4, 5]]
    assert [W.shape for W in kinds.arrays((1,), (2, 2))([[3], np.eye(2)])] == [(1,), (2, 2)]
    refused = [
        (kinds.whole_number(), 2.5), (kinds.whole_number(3), 2), (kinds.whole_number(), Decimal("sNaN")), (kinds.number(), 10**400),
        (kinds.number(), math.inf), (kinds.number(infinite=True), math.nan), (kinds.array(2), [1, 2, 3]),
        (kinds.array(2), [True, False]), (kinds.array(2), ["1", "2"]), (kinds.array(2), [1, math.inf]),
        (kinds.array(2, 2), [[1, 2], [3]]), (kinds.arrays((1,)), np.ones(())), (kinds.arrays((1,)), [[1], [2]]),
        (kinds.function("x", kinds.number()), 3),
    ]
    for kind, value in refused:
        with pytest.raises(kinds.WrongKind, match="expected"):
            kind(value)


# ---- the exercises of 6.2.2 ----

def test_the_numbers_of_6_2_2_a():
    exercise = find("6.2.2-a")
    assert right_answers(exercise) == {"bound": 23, "first_escape": 14, "tie": 2}
    wrong = {mistake.name: mistake.made(exercise.given()) for mistake in exercise.mistakes}
    assert wrong["floor"] == {"bound": 22} and wrong["lost half"] == {"bound": 45}
    assert wrong["only condition 1"] == {"first_escape": 6} and wrong["ceil"] == {"tie": 1}


@pytest.mark.parametrize("answers, part", [
    ({"bound": 5, "first_escape": 14}, "t > B does not hold at t = 5"),
    ({"bound": 99, "first_escape": 14}, "but from an earlier step"),
    ({"bound": 23, "first_escape": 3}, "condition 1"),
    ({"bound": 23, "first_escape": 12}, "condition 2"),
    ({"bound": 23, "first_escape": 10**30}, "an earlier step meets both"),
    ({"bound": 23, "first_escape": 14, "tie": 9}, "`tie` = 9"),
])
def test_a_wrong_number_of_6_2_2_a_says_which_property_fails(answers, part):
    verdict = check("6.2.2-a", **answers)
    assert (verdict.state, verdict.mistake) == ("wrong", None) and part in verdict.message


def exact_quantile(sigma, delta, eigenvalues, eta, eps):
    """The fewest steps that one coordinate allows, by trying: |Z| exceeds its own quantile with probability 1 - delta."""
    alpha, theta = -eigenvalues.min(), sigma * NormalDist().inv_cdf((1 + delta) / 2)
    return next(t for t in itertools.count() if alpha * (1 + eta * alpha) ** t * theta > eps)


@each_seed
def test_every_sound_number_of_steps_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    reference = right_answers(find("6.2.2-b"))["steps"]
    assert check("6.2.2-b", steps=exact_quantile).state == "right"
    assert check("6.2.2-b", steps=lambda *start: float(reference(*start))).state == "right"
    more = check("6.2.2-b", steps=lambda *start: reference(*start) + 1)
    assert (more.state, more.mistake) == ("almost", "looser than asked") and "fewer steps" in more.message
    fewer = check("6.2.2-b", steps=lambda *start: max(0, exact_quantile(*start) - 2))
    assert fewer.state == "wrong" and "not escaped" in fewer.message


def test_the_limit_of_6_2_2_b_is_that_of_the_text_at_every_start():
    """One step more than P(|Z| <= x) <= x sqrt(2/pi) gives is too many, at each start by itself."""
    reference, starts = right_answers(find("6.2.2-b"))["steps"], find("6.2.2-b").given().cases
    for chosen in starts:
        def one_more(sigma, delta, lams, eta, eps, chosen=chosen):
            is_chosen = sigma == chosen[0] and np.array_equal(lams, chosen[2])
            return reference(sigma, delta, lams, eta, eps) + is_chosen

        assert "fewer steps" in check("6.2.2-b", steps=one_more).message


@pytest.mark.parametrize("pick, state, mistake", [
    (lambda lams: lams[0], "almost", "first eigenvalue"),
    (lambda lams: lams[lams < 0].max(), "almost", "looser than asked"),
    (lambda lams: lams[lams < 0].mean(), "almost", "looser than asked"),
    (lambda lams: lams.sum(), "wrong", None)])
@each_seed
def test_another_eigenvalue_than_the_least_is_not_alpha(pick, state, mistake, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    reference = right_answers(find("6.2.2-b"))["steps"]
    verdict = check("6.2.2-b", steps=lambda sigma, delta, lams, *rest: reference(sigma, delta, [pick(lams)], *rest))
    assert (verdict.state, verdict.mistake) == (state, mistake)


@pytest.mark.parametrize("t, eigenvalues", [(0, (-.5,)), (3, (-.5, 0)), (4, (-.3, -.9)), (9, (0, -.9, -.3)), (2, (-.4, -.4))])
def test_the_probability_to_be_still_inside_is_the_share_of_simulated_starts(t, eigenvalues):
    sigma, eta, eps, n = .5, .4, .6, 200_000
    lams = np.array(eigenvalues, dtype=float)
    theta = np.random.default_rng(0).normal(0, sigma, (n, len(lams))) * (1 - eta * lams) ** t
    inside = np.mean(np.linalg.norm(lams * theta, axis=1) <= eps)
    assert b_high_probability._still_inside(t, sigma, lams, eta, eps) == pytest.approx(inside, abs=5 / math.sqrt(4 * n))


def test_the_probability_of_two_equal_directions_is_that_of_an_exponential():
    a = .4 * 1.2**5 * .3 / .2
    assert b_high_probability._still_inside(5, .3, (-.4, -.4), .5, .2) == pytest.approx(1 - math.exp(-1 / (2 * a**2)), rel=1e-12)


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if one.draw], ids=lambda exercise: exercise.id)
def test_another_seed_is_another_instance_and_the_same_seed_the_same(exercise, monkeypatch):
    numbers = {}
    for seed in ("0", "1", "1", "2"):
        monkeypatch.setenv("LNN_SEED", seed)
        numbers.setdefault(seed, set()).add(repr(given(exercise.id)))
    assert all(len(texts) == 1 for texts in numbers.values()) and len(set.union(*numbers.values())) == 3


def test_no_draw_lets_a_mistake_of_6_2_2_a_hit_the_right_number():
    for seed in range(600):  # about one draw in 200 would
        data = a_count_the_steps._draw(np.random.default_rng(seed))
        saddle, tie = QuadraticSaddle(**data.saddle), QuadraticSaddle(**data.tie)
        right = {"bound": saddle.bound(), "first_escape": saddle.first_escape(), "tie": tie.bound()}
        for mistake in a_count_the_steps.MISTAKES:
            assert all(right[name] != wrong for name, wrong in mistake.made(data).items())


# ---- the exercises of 6.2.6 ----

def test_the_zero_matrix_has_a_null_vector_too():
    def scaled(W):
        with np.errstate(invalid="ignore"):
            return np.linalg.svd(W / np.linalg.norm(W))[0][:, -1] if W.any() else np.full(len(W), math.nan)

    assert check("6.2.6-c", null_vector=lambda W: np.linalg.svd(W)[0][:, -1]).state == "right"
    assert check("6.2.6-c", null_vector=scaled).state == "wrong kind"
    long = check("6.2.6-c", null_vector=lambda W: scaled(W) if W.any() else np.ones(len(W)))
    assert long.mistake == "not normalized"


def bad_minimum(m, c):
    """Weights of product diag(0, m), W_1 multiplied by c and W_2 divided by it."""
    return {"W_1": np.array([[0, c * math.sqrt(m)]]), "W_2": np.array([[0], [math.sqrt(m) / c]])}


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_a_bad_minimum_is_one_at_every_scale_of_its_layers(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    m = given("6.2.6-d").m
    assert check("6.2.6-d", W_1=[[0, -m / 1000]], W_2=[[0], [-1000]]).state == "right"
    for c in (1e-150, 1e-8, -.01, 1e8):
        assert check("6.2.6-d", **bad_minimum(m, c)).state == "right"
        assert check("6.2.6-d", W_1=[[c, 0]], W_2=[[1 / c], [0]]).mistake == "global minimum"
        off = check("6.2.6-d", **bad_minimum(1.001 * m, c))
        assert off.state == "wrong" and "gradient is not 0" in off.message
    assert check("6.2.6-d", W_1=[[1e200, 1]], W_2=[[1e200], [1]]).state == "wrong"


@pytest.mark.parametrize("m", [Fraction(1, 2), Fraction(1, 4)])
def test_a_minimum_is_certified_only_where_the_hessian_is_positive_across(m):
    """At a = 1/m, where 2am - 2 = 0, u = v = (s, p) with p^2 = m - s^2/m lies lower, by s^4 (1/m^2 - 1)."""
    s, judge = Fraction(1, 100), find("6.2.6-d").judge
    assert (s**2 - 1) ** 2 + (s**2 / m) ** 2 + 2 / m * s**2 * (m - s**2 / m) == 1 - s**4 * (1 / m**2 - 1)
    for a, words in ((1 / m, "certifies no minimum"), (1 / m - s, "a way down"), (1 / m + s, None)):
        failure = judge(SimpleNamespace(a=float(a), m=float(m)), bad_minimum(m, 1))
        assert words is None if failure is None else words in failure[1]


# ---- the watchdog ----

def test_a_call_works_on_copies():
    start = np.ones(3)
    watchdog.Watched(BAD_FUNCTIONS["spoils its arguments"])(start)
    assert start.tolist() == [1, 1, 1]


def test_slow_calls_share_one_limit(short_limit):
    slow = kinds.function("x", kinds.number())(lambda x: time.sleep(.2) or x)
    assert slow(1) == 1
    with pytest.raises(kinds.FunctionFailed, match="after 0.3 s"):
        slow(2)


def stubborn(*arguments):
    """Catches what stops it and goes on."""
    while True:
        try:
            for _ in range(10**6):
                pass
        except Exception:
            continue


def very_stubborn(*arguments):
    """Catches even what is no Exception, a few times."""
    for _ in range(3):
        try:
            while True:
                pass
        except BaseException:
            continue


def recursion_that_forgets(*arguments):
    """A recursion that starts again when it is too deep."""
    while True:
        try:
            BAD_FUNCTIONS["recurses"]()
        except RecursionError:
            continue


class Finalizer:
    """Runs Python code when it dies; an exception raised there is swallowed and reported."""

    def __del__(self):
        for _ in range(10**5):
            pass


def dies_again_and_again(*arguments):
    """Spends most of its time in finalizers, for longer than it is given."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        Finalizer()


def test_a_stop_that_a_finalizer_swallows_is_not_reported(short_limit, capsys):
    verdict = check("6.2.2-b", steps=dies_again_and_again)
    for thread in student_threads():
        thread.join(10)
    assert verdict.state == "wrong kind" and "after 0.3 s" in verdict.message and capsys.readouterr().err == ""


def test_a_call_leaves_nothing_for_the_garbage_collector(monkeypatch):
    calls = []
    monkeypatch.setattr(watchdog._Call, "start", lambda call: calls.append(weakref.ref(call)) or Thread.start(call))
    gc.disable()
    try:
        check("6.2.2-b", steps=BAD_FUNCTIONS["recurses"])
        assert [call() for call in calls] == [None]
    finally:
        gc.enable()


@pytest.mark.parametrize("function", [stubborn, very_stubborn, recursion_that_forgets])
def test_what_never_ends_is_stopped(function, short_limit):
    verdict = check("6.2.2-b", steps=function)
    assert verdict.state == "wrong kind" and "your function was stopped after 0.3 s" in verdict.message
    assert "sigma=" in verdict.message and not student_threads()


def test_a_busy_garbage_collector_does_not_swallow_every_stop(short_limit):
    def callback(phase, info):                           # as hypothesis has one: Python code in the student's thread
        end = time.monotonic() + .01
        while time.monotonic() < end:
            pass

    threshold = gc.get_threshold()
    gc.callbacks.append(callback)
    gc.set_threshold(20, 1, 1)
    try:
        verdict = check("6.2.2-b", steps=recursion_that_forgets)
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(callback)
    assert "your function was stopped after 0.3 s" in verdict.message and not student_threads()


def test_a_recursion_without_end_is_named():
    assert "your function raised RecursionError" in check("6.2.2-b", steps=BAD_FUNCTIONS["recurses"]).message


def test_what_cannot_be_stopped_is_left_and_said(short_limit, monkeypatch):
    monkeypatch.setattr(watchdog, "GRACE", 0.1)
    verdict = check("6.2.2-b", steps=lambda *_: time.sleep(1.5))
    assert verdict.state == "wrong kind" and "restart the kernel" in verdict.message
    for thread in student_threads():
        thread.join(10)


def test_an_interrupted_check_leaves_no_loop_behind(monkeypatch):
    wait = watchdog.threading.Event.wait

    def interrupted(event, seconds=None):
        if seconds and seconds > 1:
            raise KeyboardInterrupt
        return wait(event, seconds)

    monkeypatch.setattr(watchdog.threading.Event, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check("6.2.2-b", steps=stubborn)
    assert not student_threads()


def student_threads():
    return [thread for thread in watchdog.threading.enumerate() if isinstance(thread, watchdog._Call)]


# ---- tries, hints, solution, progress ----

def test_a_try_is_a_changed_answer_and_hints_grow(own_record):
    hints = find("6.2.2-a").asks[0].hints
    verdicts = [check("6.2.2-a", bound=bound, first_escape=14) for bound in (5, 5, 6, 7, 8)]
    assert [verdict.hints for verdict in verdicts] == [(), (), hints[:1], hints[:2], hints[:2]]
    assert [verdict.new for verdict in verdicts] == [False, False, True, True, False]
    assert json.loads(own_record.read_text())["6.2.2-a"]["tries"] == 4


def test_a_changed_function_is_a_changed_answer():
    def steps(n):
        return lambda *start: n

    def deeper(*start, by=1):
        return (lambda: 1 + by)()

    marks = [record.fingerprint({"steps": f}) for f in (lambda: 1, lambda: 2, deeper, np.sin)]
    assert len(set(marks)) == 4
    assert record.fingerprint({"steps": steps(1)}) == record.fingerprint({"steps": steps(2)})  # same code
    assert record.fingerprint({"W": np.eye(2)}) != record.fingerprint({"W": np.ones((2, 2))})


@each_exercise
def test_the_solution_opens_after_a_try(exercise):
    assert exercise.code.strip() not in repr(solution(exercise.id))
    check(exercise.id, **{ask.name: "junk" for ask in exercise.asks})
    opened = solution(exercise.id)
    assert exercise.code.strip() in opened._repr_markdown_() and exercise.solution.strip() in repr(opened)


@pytest.mark.parametrize("explorer, names", [("descent_ledger", {"step": "f"}), ("pgd_debugger", {"perturb": "f"}),
                                             ("taylor_orders", {"gradient": "f", "hess_form": "f"})])
@pytest.mark.parametrize("cell, said", [("", None), ("f = ...", None), ("f = 3", "f is 3, expected a function"),
                                        ("f = float", "expected a function")])
def test_an_explorer_stays_calm_whatever_a_student_hands_it(explorer, names, cell, said):
    handed = ", ".join(f"{keyword}=own({name!r})" for keyword, name in names.items())
    scope = {}
    exec(f"from lnnlib import explorers\nfrom lnnlib.homework import own\n{cell}\nfigure = explorers.{explorer}({handed})", scope)
    readout = scope["figure"].readout
    assert "Traceback" not in readout and (said is None or said in readout)


def test_a_check_speaks_of_the_cells_own_names():
    scope = {"check": check}
    exec('my_beta = "one"\nmy_x0 = my_eps = 1\nconstant = lambda *a: 1\nverdict = check("6.2.1-b")', scope)
    asked = {ask.name: ask.source for ask in find("6.2.1-b").asks}
    assert f"`{asked['beta']}`" in scope["verdict"].message and asked["beta"] == "my_beta"


@pytest.mark.parametrize("word, opens", [("closed", False), (" Closed", False), ("1", False), ("clsoed", False),
                                         ("open", True), ("", True)])
def test_a_lecturer_can_keep_the_solutions_closed(word, opens, monkeypatch):
    monkeypatch.setenv("LNN_SOLUTIONS", word)
    check("6.2.2-a", bound=1, first_escape=1)
    assert (find("6.2.2-a").code.strip() in repr(solution("6.2.2-a"))) is opens
    assert ("not opened" in repr(solution("6.2.2-a"))) is not opens


def test_the_whole_course_has_a_line_per_section():
    check("6.2.2-a", **right_answers(find("6.2.2-a")))
    lines = progress().lines
    assert [line.split()[1] for line in lines] == [f"{section}:" for section in sections()]
    assert "○ 6.2.2: 1 of 2 solved" in lines and "○ 6.2.1: 0 of 4 solved" in lines


def test_progress_counts_what_is_solved():
    assert "not tried yet" in repr(progress("6.2.2"))
    check("6.2.2-a", **right_answers(find("6.2.2-a")))
    check("6.2.2-a", bound=1, first_escape=1)  # once solved, solved
    check("6.2.2-b", steps=lambda *_: 0)
    text = repr(progress("6.2.2"))
    assert text.startswith("1 of 2 exercises solved") and "✓ 6.2.2-a" in text and "○ 6.2.2-b" in text and "1 try, not" in text
    assert len(progress().rows) == len(EXERCISES)
    assert 'role="status"' in progress()._repr_html_() and "1 of 2" in progress("6.2.2")._repr_html_()


BROKEN = ["", "{", "[]", "null", "3", '{"6.2.2-a": 3}', '{"6.2.2-a": {"tries": "many"}}', "[" * 10**5, "\x00\xff"]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_record_counts_as_empty_and_is_mended(content, own_record):
    own_record.write_bytes(content.encode("latin-1"))
    assert not any(tries for _, tries, _ in progress().rows)
    check("6.2.2-a", bound=1, first_escape=1)
    assert json.loads(own_record.read_text())["6.2.2-a"]["tries"] == 1


def test_a_deleted_record_starts_again(own_record):
    for bound in (1, 2):
        check("6.2.2-a", bound=bound, first_escape=1)
    own_record.unlink()
    assert "Hand in an answer" in repr(solution("6.2.2-a"))
    check("6.2.2-a", bound=3, first_escape=1)
    assert record.entry("6.2.2-a")["tries"] == 1
    assert [path.name for path in own_record.parent.iterdir()] == [own_record.name]


def test_where_nothing_can_be_written_the_kernel_remembers(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for place in (tmp_path / "missing" / "p.json", tmp_path / "file" / "p.json", tmp_path):
        monkeypatch.setenv("LNN_PROGRESS", str(place))
        for bound in (1, 2):
            assert check("6.2.2-a", bound=bound, first_escape=1).state == "wrong"
        assert record.entry("6.2.2-a")["tries"] == 2
        assert find("6.2.2-a").code.strip() in repr(solution("6.2.2-a"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_lock_that_a_dead_kernel_left_is_taken_over(own_record):
    lock = own_record.with_name(own_record.name + ".lock")
    lock.touch()
    check("6.2.2-a", bound=1, first_escape=1)
    assert own_record.exists() and not lock.exists()


def test_two_kernels_lose_nothing(own_record):
    code = "from lnnlib.homework import record; [record.add(f'{{}}-{n}', 'x', True) for n in range(60)]"
    writers = [subprocess.Popen([sys.executable, "-c", code.replace("{{}}", name)], cwd=ROOT) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(json.loads(own_record.read_text())) == 120


def test_the_record_lies_beside_the_notebooks(monkeypatch, tmp_path):
    monkeypatch.delenv("LNN_PROGRESS")
    monkeypatch.chdir(tmp_path)
    check("6.2.2-a", bound=1, first_escape=1)
    assert [path.name for path in tmp_path.iterdir()] == [".lnn-progress.json"]


# ---- how it shows itself, in a notebook, a grader and without either ----

@pytest.mark.parametrize("state", homework.verdict.LOOKS)
def test_a_verdict_shows_word_and_symbol_and_is_the_same_in_every_run(state):
    verdict = homework.verdict.Verdict(state, "Look at `t` < 3 & on.")
    html, look = verdict._repr_html_(), homework.verdict.LOOKS[state]
    assert repr(verdict) == f"{look.word}. Look at `t` < 3 & on."
    assert 'role="status"' in html and f"{look.symbol} {look.word}" in html and "<code>t</code> &lt; 3 &amp; on." in html
    assert " id=" not in html and "var(--jp-" in html and state in repr(verdict).lower()
    with pytest.raises(ValueError):
        float(repr(verdict))  # a grader would take a number for the points


def test_hints_are_a_list_and_the_new_one_is_marked():
    hints = ("Where W_{1:k} has rank 1, `u` is ½.", "Try <b>x</b>^{1−2/N}.")
    verdict = homework.verdict.Verdict("wrong", "No.", hints=hints, new=True)
    assert repr(verdict).splitlines()[1:] == [f"  Hint 1: {hints[0]}", f"  Hint 2 (new): {hints[1]}"]
    items = re.findall("<li[^>]*>(.*?)</li>", verdict._repr_html_())
    assert items == ["<strong>Hint 1:</strong> Where W<sub>1:k</sub> has rank 1, <code>u</code> is ½.",
                     "<strong>Hint 2 (new):</strong> Try &lt;b&gt;x&lt;/b&gt;<sup>1−2/N</sup>."]


@each_exercise
def test_texts_have_no_raw_formulas(exercise):
    """Formulas are Unicode, readable without a network: no LaTeX, no names of Greek letters, no ASCII powers."""
    hints = [mistake.hint for mistake in exercise.mistakes] + [hint for ask in exercise.asks for hint in ask.hints]
    greek = "alpha|beta|gamma|delta|eps|epsilon|eta|theta|lambda|rho|sigma|chi|phi"
    for text in [exercise.title, exercise.right, *hints]:
        formulas = re.sub(r"`[^`]*`", "", text)
        assert not re.search(rf"[$\\]|\*\*|<=|>=|!=|\b({greek})(_|\b)", formulas), text
        assert not re.search(r"_(?!\{)", formulas) and "^" not in re.sub(r"\^\{", "", formulas), text


@pytest.mark.parametrize("execution", ["autograde", "validate"])
def test_a_grader_gets_an_error_and_no_record_is_kept(execution, monkeypatch, own_record, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    assert check("6.2.2-a", **right_answers(find("6.2.2-a"))) is None
    for answers in ({"bound": ..., "first_escape": ...}, {"bound": 22, "first_escape": 14}, {"bound": "x", "first_escape": 1}):
        with pytest.raises(AssertionError) as error:
            check("6.2.2-a", **answers)
        output = capsys.readouterr()
        assert str(error.value) == f"6.2.2-a Count the steps out of a saddle. {output.out.strip()}" and output.err == ""
        assert error.value._render_traceback_() == [f"AssertionError: {error.value}"]
    assert not own_record.exists()


@pytest.mark.parametrize("line", ["check = lambda *arguments, **answers: None", "from numpy import *; from builtins import *"])
def test_nothing_in_an_answer_cell_stands_in_the_way_of_the_check(line, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    for exercise in EXERCISES:
        cell = stored(exercise)[2].source
        exec(f"{line}\n{exercise.code}\n{cell}", {})
        with pytest.raises(AssertionError, match=exercise.id):
            exec(f"{line}\n{cell}", {})


def test_a_copied_cell_and_a_check_alone_are_stamped_or_left():
    code = [nbformat.v4.new_code_cell(source) for source in ('check("6.2.2-a")', "x = 1", 'progress("6.2.2")')]
    with pytest.raises(ValueError, match="no answer cell above"):
        stamp(code)
    stamp(code[1:])
    assert "nbgrader" not in code[1].metadata and code[2].metadata.tags == ["nbval-ignore-output"]


def test_it_needs_no_ipython():
    code = ("import sys; sys.modules['IPython'] = None\nfrom lnnlib.homework import check\n"
            "print(check('6.2.2-a'))\nimport os; os.environ['NBGRADER_EXECUTION'] = 'validate'\n"
            "try: check('6.2.2-a')\nexcept AssertionError as error: print('raised:', error)")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60,
                         env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert run.stderr == "" and run.stdout.count("Not answered yet") == 3 and "raised: 6.2.2-a Count" in run.stdout


# ---- the notebooks ----

def assigned_names(source):
    """The names that a cell assigns or defines at its top level."""
    tree = ast.parse("\n".join(line for line in source.splitlines() if not line.startswith(("%", "!"))))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    scopes = ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.comprehension
    inside = {id(inner) for node in ast.walk(tree) if isinstance(node, scopes) for inner in ast.walk(node)}
    stored = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return names | {node.id for node in stored if id(node) not in inside}


NOTEBOOKS = {path: section for section in sections()
             for path in ROOT.glob(f"notebooks/{section.replace('.', '_')}_[a-z]*.ipynb")}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_other_cell_of_a_notebook_assigns_a_name_that_is_handed_in(path):
    held = nbformat.read(path, as_version=4).cells
    for exercise in exercises(NOTEBOOKS[path]):
        handed_in = {ask.source for ask in exercise.asks}
        for cell in held:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade_id") != grade_id(exercise.id):
                assert not assigned_names(cell.source) & handed_in, f"{cell.source!r} assigns a name that {exercise.id} hands in"
