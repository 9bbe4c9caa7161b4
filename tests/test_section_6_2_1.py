"""The explorers and the homework of 6.2.1, by exact rationals, closed forms and the definitions."""
import math
import time
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.answers import watchdog
from lnnlib.descent import gradient_descent
from lnnlib.explorers import descent_ledger, quadratic_sandwich, step_size_dial
from lnnlib.explorers.section_6_2_1.descent_ledger import PREDICT
from lnnlib.explorers.section_6_2_1.descent_ledger_run import Ledger
from lnnlib.explorers.section_6_2_1.quadratic_sandwich import X
from lnnlib.explorers.section_6_2_1.step_size_dial import DIAL, ParabolaRun, steps_needed
from lnnlib.homework import check, given
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2_1.promised import is_bound
from lnnlib.landscapes import Quadratic

pytestmark = pytest.mark.usefixtures("own_record")

LEDGERS = [(eta, eps, landscape) for eta in (.1, .5, 1., 1.5, 1.95) for eps in (.03, .3, 1.)
           for landscape in ("bowl", "softplus", "huber", "zig-zag")]


# ---------------------------------------------------------------- the ledger
@pytest.mark.parametrize("eta, eps", [(.1, .3), (.5, .03), (1., .03), (1.95, .3)])
def test_the_bowl_is_run_as_rationals_run_it(eta, eps):
    step, (x, y), values, squares = Fraction(eta), (Fraction(1), Fraction(5)), [], []
    while True:
        values.append(x**2 / 2 + y**2 / 10)
        squares.append(x**2 + y**2 / 25)
        if squares[-1] <= Fraction(eps) ** 2:
            break
        x, y = x * (1 - step), y * (1 - step / 5)
        x, y = (v.limit_denominator(10**25) for v in (x, y))       # far finer than a float, and short
    run, kappa = Ledger(eta, eps, "bowl"), step * (1 - step / 2)
    assert run.first == len(values) - 1
    assert run.left == pytest.approx([float(v) for v in values], rel=1e-12, abs=1e-13)
    assert run.decrease == pytest.approx([float(a - b) for a, b in zip(values, values[1:], strict=False)], rel=1e-9, abs=1e-13)
    assert run.guaranteed == pytest.approx([float(kappa * square) for square in squares[:-1]], rel=1e-9)
    assert run.promised[-1] == pytest.approx(float(values[0] - kappa * sum(squares[:-1])), rel=1e-9)
    assert run.bound == pytest.approx(float(values[0] / (kappa * Fraction(eps) ** 2)), rel=1e-12)


def test_the_softplus_is_scaled_to_beta_one():
    run, x = Ledger(.7, .1, "softplus"), 0.
    for t in range(run.first):
        assert 4 / (1 + math.exp(-x)) > .1
        assert run.trajectory.points[t, 0] == pytest.approx(x, abs=1e-12)
        assert run.left[t] == pytest.approx(4 * math.log(1 + math.exp(x)))
        x -= .7 * 4 / (1 + math.exp(-x))
    assert 4 / (1 + math.exp(-x)) <= .1


@pytest.mark.parametrize("eta, eps, landscape", LEDGERS)
def test_no_account_is_overdrawn(eta, eps, landscape):
    run = Ledger(eta, eps, landscape)
    assert (run.decrease >= run.guaranteed - 1e-12).all()
    assert (run.left <= run.promised + 1e-12).all() and run.left[-1] >= -1e-12
    assert (run.guaranteed > run.rate * eps**2 * (1 - 1e-12)).all() and run.trajectory.grad_norms[-1] <= eps
    assert run.first <= run.bound * (1 + 1e-8)


@pytest.mark.parametrize("eps, teeth", [(.3, 3), (.1, 33), (.03, 370)])
def test_the_zig_zag_uses_two_thirds_of_its_bound(eps, teeth):
    run = Ledger(1., eps, "zig-zag")
    assert run.first == teeth + 1
    assert run.first / run.bound == pytest.approx(2 * (teeth + 1) / (3 * teeth + 2), rel=1e-8)
    assert Ledger(.9, eps, "zig-zag").first == 1


def test_the_readout_says_which_share_of_the_bound_was_needed():
    zig_zag = descent_ledger(landscape="zig-zag", eta=1, eps=.03)
    assert zig_zag.readout.startswith("GD first meets ‖∇f‖ ≤ ε = 0.03 at step T* = 371, 66.7 % of the bound 556. It has ")
    zig_zag.set(eta=.9)
    assert " at step T* = 1, " in zig_zag.readout
    assert " at step T* = 1, 100 % of the bound 1. " in descent_ledger(landscape="zig-zag", eta=1, eps=1).readout
    assert descent_ledger(landscape="huber", eps=1).readout == "GD starts where ‖∇f‖ ≤ ε = 1: T* = 0, and the bound is 6.667."


@pytest.mark.parametrize("change, shown", [({}, None), ({"eps": Fraction(3, 100)}, 0), ({"eps": .025119}, 0),
                                           ({"eps": Fraction(3, 100), "landscape": "softplus"}, None)])
def test_the_prediction_is_judged_on_the_bowl_where_eps_is_small(change, shown):
    assert PREDICT.answer(descent_ledger(**change).run()) == shown


def test_no_setting_turns_a_right_prediction_into_a_wrong_one():
    figure = descent_ledger(eps=Fraction(3, 100))
    for eta in figure.controls["eta"].grid:
        figure.set(eta=eta)
        assert PREDICT.answer(figure.run()) == 0, eta
    figure.reset()
    for name, control in figure.controls.items():
        for value in control.ends():
            figure.reset()
            figure.set(**{name: value})
            assert PREDICT.answer(figure.run()) in (0, None), (name, value)


@pytest.mark.parametrize("eta, shrink", [(.1, .98), (.5, .9), (1, .8), (1.5, .7), (1.9, .9)])
def test_the_verdict_gives_the_steps_of_three_runs_and_the_rate(eta, shrink):
    figure = descent_ledger(eta=eta, eps=Fraction(3, 100))
    counts = [next(t for t in range(1000) if math.hypot((1 - eta) ** t, (1 - eta / 5) ** t) <= eps) for eps in (.3, .03, .003)]
    more = math.log(10) / -math.log(shrink)
    why = PREDICT.verdict(2, figure.run()).partition("but it is not so. ")[2]
    assert why == (f"T* = {counts[0]}, {counts[1]}, {counts[2]} at 10ε, ε, ε/10: in the end a step scales ‖∇f‖ by {shrink}, "
                   f"so {more:.3g} steps make a tenth.")
    assert counts[2] - counts[1] == pytest.approx(more, abs=1)


def test_two_of_the_three_counts_are_seen_before():
    figure = descent_ledger()
    seen = [figure.run().first]
    figure.set(eps=Fraction(3, 100))
    seen.append(figure.run().first)
    assert PREDICT.why(figure.run()).startswith(f"T* = {seen[0]}, {seen[1]}, ")


@pytest.mark.parametrize("make, other", [(descent_ledger, "huber"), (quadratic_sandwich, "softplus")])
def test_another_landscape_releases_the_pin_with_a_word_and_no_slider_does(make, other):
    figure = make()
    figure.pin()
    for name, control in figure.controls.items():
        if name != "landscape":
            figure.set(**{name: control.ends()[-1]})
    assert figure.pinned is not None
    figure.set(landscape=other)
    assert figure.pinned is None and figure.pin_says.startswith("The pin is released: its landscape was “")


def axes_ends(figure):
    """(x, y) ends of every panel, by its title."""
    scene = figure.scene(figure.values)
    scene.record(figure.run(), figure.pinned)
    return {ax.get_title(loc="left").partition(",")[0]: (ax.get_xlim(), ax.get_ylim()) for ax in scene.figure.axes}


@pytest.mark.parametrize("eta, eps, landscape", LEDGERS)
def test_the_axes_hold_all_of_the_run_and_little_more(eta, eps, landscape):
    figure = descent_ledger(eta=eta, eps=eps, landscape=landscape)
    run, ends = figure.run(), axes_ends(figure)
    (_, last), (least, most) = ends["Decrease of f in each step"]
    _, (low, high) = ends["What is left of the budget"]
    assert run.bound < last <= 4.7 * max(run.bound, 10)
    paid = [run.price, *run.decrease]
    assert .08 * min(paid) <= least < min(paid) and max(paid) < most <= 4.4 * max(paid)
    assert low < 0 and run.gap < high <= 1.8 * run.gap
    if landscape == "zig-zag":
        (left, right), _ = ends["f and the run"]
        minimum = (run.f.teeth + 1) * eps
        assert left < 0 and minimum < right <= 1.8 * minimum


def test_a_pinned_run_is_seen_in_the_same_units():
    figure = descent_ledger(eps=.03, landscape="zig-zag", eta=1)
    alone = axes_ends(figure)
    figure.pin()
    figure.set(eps=.3)
    both = axes_ends(figure)
    assert both["f and the run"][0] == alone["f and the run"][0]
    assert both["Decrease of f in each step"][0] == alone["Decrease of f in each step"][0]
    assert both["Decrease of f in each step"][1][0] == alone["Decrease of f in each step"][1][0]
    figure.pin(False)
    assert axes_ends(figure)["f and the run"][0][1] < 2


# ---------------------------------------------------------------- a student's step in the ledger
def own_readout(step, **settings):
    return descent_ledger(step=step, **settings).readout.partition("was guaranteed. ")[2]


def test_a_right_step_takes_the_same_path():
    assert own_readout(lambda w, grad, eta: w - eta * grad(w)) == "Your step takes the same path, at all 12 steps."
    assert own_readout(lambda w, grad, eta: list(w - eta * grad(w)), landscape="huber").startswith("Your step takes the same path")


def test_a_wrong_step_is_followed_and_said():
    assert own_readout(lambda w, grad, eta: w + eta * grad(w), eta=1) == (
        "Your step leaves this path at step 1, with f − f* = 5.6 instead of 1.6.")       # (2^2 + 6^2/5)/2, (0^2 + 4^2/5)/2
    assert "leaves this path at step 1" in own_readout(lambda w, grad, eta: w - eta * grad(w) * np.array([1, .5]))


def in_place(w, grad, eta):
    w -= eta * grad(w)
    return w


def test_a_step_in_place_spoils_nothing():
    assert own_readout(in_place).startswith("Your step takes the same path")


@pytest.mark.parametrize("step, said", [
    (lambda w, grad, eta: 1 / 0, "At step 1 your step raised ZeroDivisionError: division by zero."),
    (lambda w, grad, eta: w[:1], "At step 1 your step returned [1], expected a vector of 2 finite numbers."),
    (lambda w, grad, eta: None, "At step 1 your step returned None (is a `return` missing?)."),
    (lambda w, grad, eta: w / 0, "At step 1 your step returned [inf, inf], expected a vector of 2 finite numbers."),
    (lambda w, grad, eta: ..., "At step 1 your step still returns `...`."),
    (lambda w, grad: w, "At step 1 your step raised TypeError: "),
])
def test_a_bad_step_is_said_in_one_sentence(step, said, capsys):
    figure = descent_ledger(step=step)
    assert own_readout(step).startswith(said)
    assert len(figure.frame().points) > 20
    assert capsys.readouterr().err == ""


def test_a_step_that_fails_later_is_drawn_up_to_there():
    def step(w, grad, eta):
        if w[1] < 4:
            raise ValueError("too low")
        return w - eta * grad(w)
    figure = descent_ledger(step=step)
    points, trouble = figure.run().own_run
    assert trouble == "At step 4 your step raised ValueError: too low"
    assert points[:4, 1] == pytest.approx([5, 4.5, 4.05, 3.645]) and np.isnan(points[4:]).all()
    figure.frame()
    crosses = next(mark for mark in figure.scene(figure.values).marks if mark.name == "your step").artist
    assert np.isfinite(crosses.get_xydata()).all(axis=1).sum() == 4


def test_an_endless_step_is_stopped_once_and_not_called_again(monkeypatch):
    monkeypatch.setattr(watchdog, "SECONDS", .2)
    calls = []

    def endless(w, grad, eta):
        calls.append(w)
        while True:
            pass
    figure = descent_ledger(step=endless)
    assert "At step 1 your step was stopped after 0.2 s: look for a loop" in figure.readout
    start = time.monotonic()
    figure.set(eps=Fraction(3, 100))
    assert "was stopped after 0.2 s" in figure.readout and len(calls) == 1
    assert time.monotonic() - start < 60                               # it came back at all


def test_what_is_no_function_is_named():
    with pytest.raises(ValueError, match=r"step is 3, expected a function of \(w, grad, eta\)"):
        descent_ledger(step=3)


# ---------------------------------------------------------------- the sandwich
@pytest.mark.parametrize("landscape", ["drift", "softplus", "huber", "quadratic"])
def test_the_least_beta_is_one(landscape):
    figure = quadratic_sandwich(landscape=landscape)
    some = False
    for w in np.linspace(-4, 4, 81):
        figure.set(w=w, beta=1)
        assert not figure.run().pierced.any(), w
        figure.set(beta=Fraction(19, 20))
        some |= bool(figure.run().pierced.any())
    assert some


@pytest.mark.parametrize("w", [.25, .5, 1., -2.])
def test_the_kink_needs_a_beta_of_one_over_its_distance(w):
    # |x| - (|w| + sign(w)(x - w)) = 2|x| beyond the kink, and 2|x| <= beta/2 (x - w)^2 for all x iff beta >= 1/|w|
    for factor, pierced in ((.99, True), (1.01, False)):
        beta = factor / abs(w)
        if .05 <= beta <= 2:
            assert quadratic_sandwich(w=w, beta=beta, landscape="absolute").run().pierced.any() == pierced


@pytest.mark.parametrize("w", [-3.1, -.4, 0, .85, 2.5])
def test_the_bend_is_the_curvature_of_the_parabola_through_f(w):
    run = quadratic_sandwich(w=w).run()
    f = (1 + (X**2 - 1) / (1 + X**4)) / 3
    slope = (2 * w * (1 + w**4) - 4 * w**3 * (w**2 - 1)) / (1 + w**4) ** 2 / 3
    here = (1 + (w**2 - 1) / (1 + w**4)) / 3
    away = np.abs(X - w) > 1e-3
    assert (here + slope * (X - w) + run.bend / 2 * (X - w) ** 2)[away] == pytest.approx(f[away], abs=1e-12)


def test_a_piercing_is_said_with_its_side():
    assert "above the upper one. So f is not β-smooth for this β." in quadratic_sandwich(w=0, beta=.5).readout
    assert "below the lower one" in quadratic_sandwich(w=1.3, beta=.3).readout
    assert quadratic_sandwich(beta=.9, w=3).readout.endswith("Around another w this β is too small.")
    assert quadratic_sandwich(w=0, landscape="absolute").readout.startswith("At w = 0, f has a kink: there is no slope")


# ---------------------------------------------------------------- the dial
def counted(eta, s):
    """T* by squaring rationals; None after 400 steps."""
    square = Fraction(s)
    for t in range(400):
        if square <= 1:
            return t
        square *= (1 - Fraction(eta)) ** 2
        square = square.limit_denominator(10**40)
    return None


@pytest.mark.parametrize("s", [1, Fraction(21, 20), 4, 16, 64, 1000])
def test_steps_are_counted_exactly_ties_included(s):
    for k in range(1, 221):
        t = counted(Fraction(k, 100), s)
        assert float(steps_needed(k / 100, float(s))) == (math.inf if t is None else t) or t is None, k
        assert k == 200 or ParabolaRun(Fraction(k, 100), s).steps == t or t is None, k
    assert float(steps_needed(2., float(s))) == ParabolaRun(2, s).steps == (0 if s == 1 else math.inf)


@pytest.mark.parametrize("eta, s, steps, holds", [
    (Fraction(9, 10), 100, 1, True),                                 # .1^2 * 100 = 1: it has arrived, and in floats it has not
    (Fraction(9, 10), 100 + Fraction(1, 10**12), 2, True), (Fraction(9, 10), 100 - Fraction(1, 10**12), 1, True),
    (Fraction(3, 2), Fraction(3, 2), 1, True),                       # T* is the printed bound itself
    (Fraction(3, 2), Fraction(3, 2) - Fraction(1, 10**12), 1, False), (Fraction(19, 10), 4, 7, False)])
def test_the_dial_decides_ties_exactly(eta, s, steps, holds):
    run = ParabolaRun(eta, s)
    assert (run.steps, run.printed_holds) == (steps, holds)
    assert f"bound {run.printed:.4g} {'holds' if holds else 'is broken'}" in step_size_dial(eta=eta, s=s).readout


@pytest.mark.parametrize("s", [1.05, 2., 4., 30., 1000.])
def test_the_corrected_bound_holds_everywhere_and_the_printed_one_up_to_one_over_beta(s):
    steps = steps_needed(DIAL, s)
    assert (steps <= s / (DIAL * (2 - DIAL)) * (1 + 1e-9)).all()
    assert (steps <= s / DIAL * (1 + 1e-9))[DIAL <= 1].all()


@pytest.mark.parametrize("eta", [1.01, 1.1, 1.5, 1.9, 1.99])
def test_for_every_step_size_beyond_one_over_beta_some_start_breaks_the_printed_bound(eta):
    run = ParabolaRun(eta, (1 + eta) / 2)
    assert 1 <= run.steps > run.printed


def test_what_the_dial_says():
    assert "T* = 1 step to |f′| ≤ ε. The printed bound 0.9545 is broken" in step_size_dial(eta=1.1, s=1.05).readout
    assert "T* = 7 steps" in step_size_dial(eta=1.9, s=4).readout
    assert step_size_dial(eta=2).readout.endswith("for ever: there is no bound.")
    assert "diverges: each step multiplies x by −1.2" in step_size_dial(eta=2.2).readout
    assert step_size_dial(s=1, eta=2.1).readout.startswith("The start is ε-stationary already")
    assert step_size_dial(eta=0).readout.startswith("With η = 0 nothing moves")


@pytest.mark.parametrize("s", [1, 1.05, 4., 10., 30., 1000.])
def test_the_dial_reaches_down_to_the_least_share(s):
    figure = step_size_dial(s=s)
    _, (low, high) = axes_ends(figure)["Steps over the printed bound 2Δ/(ηε²)"]
    shares = steps_needed(DIAL, s) * DIAL / s
    assert high == 40 and low < max(.1, shares[DIAL >= .5].min())
    assert s < 4 or low > .05 * shares[DIAL >= .5].min()


def test_beyond_two_over_beta_the_dial_points_to_infinity():
    figure = step_size_dial(eta=2.1)
    figure.frame()
    arrow = [line for line in figure.scene(figure.values).figure.axes[1].lines if line.get_marker() == "^"][0]
    assert float(arrow.get_xdata()[0]) == 2.1
    for change in ({"eta": 0}, {"eta": 2.1, "s": 1}):
        figure.set(**change)
        figure.frame()
        assert len(arrow.get_xdata()) == 0


# ---------------------------------------------------------------- homework
def test_the_numbers_of_6_2_1_a():
    data = given("6.2.1-a")
    assert (data.curvatures.tolist(), data.w0.tolist(), data.eta, data.eps) == ([2, 8], [3, 2], .125, .15)
    bound = Fraction(50) / (Fraction(1, 8) * Fraction(15, 100) ** 2)             # the budget is (2 3^2 + 8 2^2)/2 = 25
    for right in (bound, float(bound), 17777, 17777.78):
        assert check("6.2.1-a", bound=right, first=13).state == "right"
    for wrong, mistake in ((bound * Fraction(15, 100), "eps not squared"), (bound / 64, "eta multiplied"), (bound / 2, "lost 2"),
                           ((2 * bound + 1) / 3, "sharp form"), (17778, "rounded up"), (13, "first as bound"),
                           (2 * bound, "factor")):
        assert check("6.2.1-a", bound=wrong, first=13).mistake == mistake
    for wrong in (17776, 17779, 17777.5, 1e300, -1e300):
        assert check("6.2.1-a", bound=wrong, first=13).state == "wrong"
    assert "still larger than ε" in check("6.2.1-a", bound=bound, first=12).message
    assert "an earlier step" in check("6.2.1-a", bound=bound, first=14).message
    assert len(check("6.2.1-a", bound=bound, first=10**299).message) < 200


@pytest.mark.parametrize("size, first, mistake", [                     # after one step w = (3 (3/4)^t, 0), its gradient twice that
    (lambda w: w * w, 8, "value for gradient"), (lambda w: w, 11, "point for gradient"),
    (lambda w: 4 * w * w, 10, "norm squared"), (lambda w: 2 * w, 13, None)])
def test_another_size_than_that_of_the_gradient_is_met_at_another_step(size, first, mistake):
    eps = Fraction(15, 100)
    assert size(3 * Fraction(3, 4) ** first) <= eps < size(3 * Fraction(3, 4) ** (first - 1))
    assert check("6.2.1-a", bound=17777, first=first).mistake == mistake


@pytest.mark.parametrize("value, bound, right", [
    (22.5, 22.5, True), (22, 22.5, True), (23, 22.5, False), (22.4, 22.5, False), (21, 22.5, False),
    (22, 22, True), (21, 22, True), (20, 22, False), (83199, 83200.00000000001, True), (0, .3, True), (-1, .3, False)])
def test_a_bound_may_be_rounded_down_and_where_it_is_whole_lowered_by_one(value, bound, right):
    """T* < bound, strictly: so T* is at most the bound rounded up, less 1."""
    assert is_bound(value, bound) == right


@pytest.mark.parametrize("seed", range(1, 30))
def test_no_draw_of_6_2_1_a_has_another_answer_than_rationals_find(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", str(seed))
    data = given("6.2.1-a")
    curvatures, w = [Fraction(c) for c in data.curvatures], [Fraction(str(x)) for x in data.w0]
    eps = Fraction(str(data.eps))
    budget, eta, t = sum(c * x**2 for c, x in zip(curvatures, w, strict=True)) / 2, 1 / curvatures[1], 0
    while sum((c * x) ** 2 for c, x in zip(curvatures, w, strict=True)) > eps**2:
        w, t = [x * (1 - eta * c) for c, x in zip(curvatures, w, strict=True)], t + 1
    answer = 2 * budget / (eta * eps**2)
    for form in (float(answer), float(f"{float(answer):.7g}"), math.floor(answer)):       # to seven digits, or rounded down
        assert check("6.2.1-a", bound=form, first=t).state == "right"


def sharp(gap, eta, beta, eps):
    return 2 * gap / (eta * (2 - eta * beta) * eps * eps)


@pytest.mark.parametrize("beta, x0, eps, state", [
    (1, 1.1, 1, "right"), (7, -1.1, 7, "right"), (1, 1 + 1e-9, 1, "right"), (2, .6, 1, "right"), (1e-3, 1.2e3, 1, "right"),
    (1, 1, 1, "almost"), (1, .5, 1, "almost"), (1, 0, 1, "almost"), (1, 1.3, 1, "wrong"), (1, 3, 1, "wrong"),
    (-1, 1.1, 1, "wrong"), (1, 1.1, -1, "wrong"), (0, 1, 1, "wrong"),
])
def test_every_counterexample_of_6_2_1_b_is_right_and_no_other(beta, x0, eps, state):
    if beta > 0 and eps > 0:                                            # by the run itself
        run = gradient_descent(Quadratic([beta]), [x0], 1.5 / beta, 60)
        assert (run.first_stationary(eps) > 2 * run.values[0] / (1.5 / beta * eps**2)) == (state == "right")
    assert check("6.2.1-b", beta=beta, x0=x0, eps=eps, constant=sharp).state == state


@pytest.mark.parametrize("constant, mistake", [
    (lambda gap, eta, beta, eps: gap / (eta * (1 - eta * beta) * eps**2), "half lost"),
    (lambda gap, eta, beta, eps: 2 * gap / (eta * eps**2), "as printed"),
    (lambda gap, eta, beta, eps: max(2 * gap / (eta * eps**2), sharp(gap, eta, beta, eps)), "two pieces"),
    (lambda gap, eta, beta, eps: gap / (eta * (1 + eta * beta / 2) * eps**2), "plus for minus"),
    (lambda gap, eta, beta, eps: sharp(gap, eta, beta, eps) * eps, "eps not squared"),
    (lambda gap, eta, beta, eps: gap / (eta * (2 - eta * beta) * eps**2), "lost 2"),
    (lambda gap, eta, beta, eps: 2 * sharp(gap, eta, beta, eps), "2 too many"),
    (lambda gap, eta, beta, eps: math.ceil(sharp(gap, eta, beta, eps)), "rounded up"),
    (lambda gap, eta, beta, eps: gap / (eta * eps**2), None),
    (lambda gap, eta, beta, eps: math.floor(sharp(gap, eta, beta, eps)) - 2, None),
    (lambda gap, eta, beta, eps: 1e300, None),
])
def test_other_constants_of_6_2_1_b(constant, mistake):
    verdict = check("6.2.1-b", beta=1, x0=1.1, eps=1, constant=constant)
    assert (verdict.state, verdict.mistake) == ("almost" if mistake else "wrong", mistake)


def test_a_sentence_about_the_constant_says_nothing_of_the_counterexample():
    verdict = check("6.2.1-b", beta=1, x0=2, eps=1, constant=lambda gap, eta, beta, eps: 2 * gap / (eta * eps**2))
    assert verdict.mistake == "as printed" and "you have" not in verdict.message
    larger = check("6.2.1-b", beta=1, x0=1.1, eps=1, constant=lambda gap, eta, *_: 4 * gap / eta / .0009)
    assert "you return 1244444, above" in larger.message


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_of_6_2_1_b_may_be_rounded_down(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", str(seed))
    for constant in (sharp, lambda *case: math.floor(sharp(*case)), lambda *case: math.ceil(sharp(*case)) - 1):
        assert check("6.2.1-b", beta=1, x0=1.1, eps=1, constant=constant).state == "right"
    assert check("6.2.1-b", beta=1, x0=1.1, eps=1, constant=lambda *case: math.ceil(sharp(*case))).mistake == "rounded up"


@pytest.mark.parametrize("beta, x0, eps, state", [
    (1e155, 1e155, 1e-320, "wrong"), (1e300, -1e300, 5e-324, "wrong"), (1e-200, 1e-200, 1e-320, "almost"),
    (5e-324, 1, 5e-324, "almost"), (1e-300, 1.1e300, 1, "right"), (1e300, 1.1e300, 1e300, "wrong"), (1, 1.2e-320, 1e-320, "right")])
def test_huge_and_tiny_counterexamples_are_judged_exactly(beta, x0, eps, state):
    s = (Fraction(beta) * Fraction(x0) / Fraction(eps)) ** 2
    assert (1 < s < Fraction(3, 2)) == (state == "right") and (s <= 1) == (state == "almost")
    verdict = check("6.2.1-b", beta=beta, x0=x0, eps=eps, constant=sharp)
    assert verdict.state == state and "inf" not in verdict.message


@pytest.mark.parametrize("step, state, mistake", [
    (lambda w, grad, eta: w - eta * grad(w), "right", None),
    (lambda w, grad, eta: [Fraction(float(x)) for x in w - eta * grad(w)], "right", None),
    (lambda w, grad, eta: w - grad(w), "almost", "eta left out"),
    (lambda w, grad, eta: w - eta * grad(w) / np.linalg.norm(grad(w)), "almost", "unit length"),
    (lambda w, grad, eta: -eta * grad(w), "almost", "move alone"),
    (lambda w, grad, eta: eta * grad(w) - w, "almost", "sign"),
    (lambda w, grad, eta: [x - eta * g for x, g in zip(w, grad(w), strict=True)], "right", None),
    (in_place, "almost", "in place"),
    (lambda w, grad, eta: w + eta * grad(w), "almost", "uphill"),
    (lambda w, grad, eta: w - eta**2 * grad(w), "wrong", None),
    (lambda w, grad, eta: w, "wrong", None),
    (lambda w, grad, eta: w - eta * grad, "wrong kind", None),
    (lambda w, grad, eta: np.append(w, 0) - 1, "wrong kind", None),
    (lambda w, grad, eta: ..., "not answered", None),
])
def test_steps_of_6_2_1_c(step, state, mistake):
    verdict = check("6.2.1-c", step=step)
    assert (verdict.state, verdict.mistake) == (state, mistake)


def test_what_is_no_step_function_is_told_so():
    for no_function in (float, 3):
        assert "expected a function of (w, grad, eta)" in check("6.2.1-c", step=no_function).message


def test_a_step_that_moves_at_a_stationary_point_is_wrong():
    def step(w, grad, eta):
        g = grad(w)
        return w - eta * g if g.any() else w + .1
    assert "the gradient is 0" in check("6.2.1-c", step=step).message


def test_a_step_in_place_that_goes_wrong_is_told_where_it_goes():
    def step(w, grad, eta):
        w -= 3 * eta * grad(w)
        return w
    verdict = check("6.2.1-c", step=step)
    assert verdict.state == "wrong" and "your step goes to" in verdict.message


def test_the_smallest_step_that_fails_is_shown():
    assert "For w=[1.5], grad(w)=[0.75], eta=0.1 your step goes to (1.5)." in check("6.2.1-c", step=lambda w, grad, eta: w).message


LEAST = {"beta_1": 3, "beta_2": Fraction(25, 4), "beta_3": 5}


@pytest.mark.parametrize("answers, state, mistake", [
    ({}, "right", None), ({"beta_1": Fraction(3), "beta_2": 6.25, "beta_3": np.array(5.)}, "right", None),
    ({"beta_1": 3 * (1 + 1e-9)}, "right", None),
    ({"beta_1": 2}, "almost", "only upward"), ({"beta_1": 5}, "almost", "spread"),
    ({"beta_1": math.sqrt(13)}, "almost", "Frobenius norm"), ({"beta_1": -3}, "almost", "sign"),
    ({"beta_1": 4}, "almost", "looser than asked"), ({"beta_1": 6}, "almost", "looser than asked"),
    ({"beta_1": 2.9}, "wrong", None), ({"beta_2": 25}, "almost", "quarter lost"), ({"beta_2": 1.25}, "almost", "a once"),
    ({"beta_2": 5}, "almost", "length of the gradient"),
    ({"beta_2": .25}, "almost", "a left out"), ({"beta_2": 4}, "almost", "along an axis"), ({"beta_2": 1.75}, "wrong", None),
    ({"beta_3": 8}, "almost", "jump"), ({"beta_3": 4}, "almost", "mean"), ({"beta_3": 3}, "almost", "other side"),
    ({"beta_3": math.inf}, "almost", "no beta"), ({"beta_3": 2.5}, "almost", "factor"), ({"beta_3": 2}, "wrong", None),
    ({"beta_1": math.inf}, "wrong", None), ({"beta_1": -math.inf}, "wrong", None), ({"beta_2": 0}, "wrong", None),
    ({"beta_1": 1e300}, "almost", "looser than asked"), ({"beta_1": None}, "wrong kind", None)])
def test_betas_of_6_2_1_d(answers, state, mistake):
    verdict = check("6.2.1-d", **{**LEAST, **answers})
    assert (verdict.state, verdict.mistake) == (state, mistake)


@pytest.mark.parametrize("seed", range(20))
def test_the_least_beta_is_met_by_pairs_of_points_and_by_no_more(seed, monkeypatch):
    """Definition 6.3 by brute force: no pair needs more than the answer that is right, and some pair nearly all of it."""
    monkeypatch.setenv("LNN_SEED", str(seed))
    data, rng = given("6.2.1-d"), np.random.default_rng(seed)
    right, left = data.slopes
    grads = {"beta_1": (2, lambda w: data.H @ w), "beta_2": (len(data.a), lambda w: data.a / (1 + math.exp(-data.a @ w))),
             "beta_3": (1, lambda w: np.where(w >= 0, right * w, left * w))}
    scope = {}
    exec(find("6.2.1-d").code, scope)
    for name, (d, grad) in grads.items():
        pairs = rng.normal(scale=.03, size=(4000, 2, d))
        ratio = max(np.linalg.norm(grad(u) - grad(v)) / np.linalg.norm(u - v) for u, v in pairs)
        assert .99 * scope[name] <= ratio <= scope[name] * (1 + 1e-9)
    assert check("6.2.1-d", **{name: scope[name] for name in grads}).state == "right"
    product = abs(np.linalg.det(data.H))                                       # of both eigenvalues
    assert check("6.2.1-d", **{**{name: scope[name] for name in grads}, "beta_1": product}).state != "right"
    answers = [wrong for mistake in find("6.2.1-d").mistakes for wrong in mistake.made(find("6.2.1-d").given()).items()]
    assert len({(name, round(float(x), 9)) for name, x in answers} | {(name, round(float(scope[name]), 9)) for name in grads}) == 15

