"""The explorers and the homework of 6.2.1, by exact rationals, closed forms and the definitions."""
import math
import time
from fractions import Fraction

import numpy as np
import pytest

from lnnlib.answers import watchdog
from lnnlib.descent import gradient_descent
from lnnlib.explorers import descent_ledger, quadratic_sandwich, step_size_dial
from lnnlib.explorers.section_6_2_1.descent_ledger import PREDICT, PRESETS
from lnnlib.explorers.section_6_2_1.descent_ledger_run import Ledger
from lnnlib.explorers.section_6_2_1.quadratic_sandwich import X
from lnnlib.explorers.section_6_2_1.step_size_dial import DIAL, ParabolaRun, steps_needed
from lnnlib.homework import check, given
from lnnlib.landscapes import Quadratic

pytestmark = pytest.mark.usefixtures("own_record")

PRESET = {preset.label: preset.changes for preset in PRESETS}
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


def test_the_buttons_show_what_they_claim():
    assert descent_ledger(**PRESET["Zig-zag"]).readout.startswith("GD first meets ‖∇f‖ ≤ ε = 0.03 at step T* = 371, 67 % of")
    assert " at step T* = 1, " in descent_ledger(**PRESET["Zig-zag, other η"]).readout


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


@pytest.mark.parametrize("pinned, landscape", [("bowl", "huber"), ("zig-zag", "bowl"), ("softplus", "huber")])
def test_a_run_pinned_on_another_landscape_leaves_its_accounts_and_no_path(pinned, landscape):
    figure = descent_ledger(landscape=pinned)
    figure.pin()
    figure.set(landscape=landscape)
    ghost = figure.scene(figure.values).look.ghost
    panels = {tuple(op["c"]) for op in figure.frame().ops if ghost in (op.get("s"), op.get("f"))}    # clipped to a panel each
    assert len(panels) == 2 and all(left > 400 for left, *_ in panels)


# ---------------------------------------------------------------- a student's step in the ledger
def own_readout(step, **settings):
    return descent_ledger(step=step, **settings).readout.partition("there ‖∇f‖ = ")[2].partition(". ")[2]


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
    (lambda w, grad, eta: w[:1], "At step 1 your step returned [1.0], expected an array of finite numbers of shape (2,)."),
    (lambda w, grad, eta: None, "At step 1 your step returned None (is a `return` missing?)."),
    (lambda w, grad, eta: w / 0, "At step 1 your step returned [inf, inf], expected an array of finite numbers of shape (2,)."),
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
    assert "above the upper one" in quadratic_sandwich(w=0, beta=.5).readout
    assert "below the lower one" in quadratic_sandwich(w=1.3, beta=.3).readout
    assert quadratic_sandwich(beta=.9, w=3).readout.endswith("For this f and another w, that β is too small.")


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
    assert "diverges: each step multiplies x by -1.2" in step_size_dial(eta=2.2).readout
    assert step_size_dial(s=1, eta=2.1).readout.startswith("The start is ε-stationary already")
    assert step_size_dial(eta=0).readout.startswith("With η = 0 nothing moves")


# ---------------------------------------------------------------- homework
def test_the_numbers_of_6_2_1_a():
    data = given("6.2.1-a").bowl
    assert (data["curvatures"], data["w0"], data["eta"], data["eps"]) == ((1, 10), (1, 1), .1, .01)
    assert check("6.2.1-a", bound=1.1e6, first=44).state == "right"
    for bound, mistake in ((1.1e4, "eps not squared"), (5.5e5, "lost 2"), (44, "first as bound")):
        assert check("6.2.1-a", bound=bound, first=44).mistake == mistake
    assert "still larger than eps" in check("6.2.1-a", bound=1.1e6, first=43).message
    assert "an earlier step" in check("6.2.1-a", bound=1.1e6, first=45).message


@pytest.mark.parametrize("seed", range(1, 30))
def test_no_draw_of_6_2_1_a_has_another_answer_than_rationals_find(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", str(seed))
    data = given("6.2.1-a").bowl
    curvatures, w = [Fraction(c) for c in data["curvatures"]], [Fraction(str(x)) for x in data["w0"]]
    eps = Fraction(str(data["eps"]))
    budget, eta, t = sum(c * x**2 for c, x in zip(curvatures, w, strict=True)) / 2, Fraction(1, data["curvatures"][1]), 0
    while sum((c * x) ** 2 for c, x in zip(curvatures, w, strict=True)) > eps**2:
        w, t = [x * (1 - eta * c) for c, x in zip(curvatures, w, strict=True)], t + 1
    answer = 2 * budget / (eta * eps**2)
    assert check("6.2.1-a", bound=float(answer), first=t).state == "right"
    assert check("6.2.1-a", bound=math.floor(answer), first=t).state == "right"


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
    (lambda gap, eta, beta, eps: gap / (eta * eps**2), None),
])
def test_other_constants_of_6_2_1_b(constant, mistake):
    verdict = check("6.2.1-b", beta=1, x0=1.1, eps=1, constant=constant)
    assert (verdict.state, verdict.mistake) == ("almost" if mistake else "wrong", mistake)


@pytest.mark.parametrize("step, state, mistake", [
    (lambda w, grad, eta: w - eta * grad(w), "right", None),
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


def test_a_step_that_moves_at_a_stationary_point_is_wrong():
    def step(w, grad, eta):
        g = grad(w)
        return w - eta * g if g.any() else w + .1
    assert "the gradient is 0" in check("6.2.1-c", step=step).message
