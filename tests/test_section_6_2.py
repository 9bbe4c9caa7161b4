"""The landscapes, explorer and homework of 6.2, by complex step, exact rationals and the definitions."""
import itertools
from decimal import Decimal, localcontext
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from lnnlib.explorers import landscape_gallery
from lnnlib.explorers.section_6_2.landscape_gallery import PREDICT, PRESETS
from lnnlib.explorers.section_6_2.landscape_gallery_run import LANDSCAPES
from lnnlib.homework import check
from lnnlib.homework.exercise import find
from lnnlib.homework.section_6_2 import a_end_at_the_saddle, b_two_derivatives
from lnnlib.landscapes import DriftToInfinity, Shelf, Softplus, Trough
from tests.oracles import complex_step

pytestmark = pytest.mark.usefixtures("own_record")

LAID_OUT = [Shelf(), Trough(Shelf()), Trough(DriftToInfinity())]


@pytest.mark.parametrize("f", LAID_OUT, ids=["shelf", "trough of shelf", "trough of drift"])
def test_derivatives_of_the_new_landscapes_equal_complex_step(f):
    rng = np.random.default_rng(0)
    for w, v in 2 * rng.normal(size=(20, 2, f.dim)):
        assert f.grad(w) == pytest.approx(complex_step(f, w), rel=1e-10, abs=1e-10)
        assert f.hess(w) == pytest.approx(complex_step(f.grad, w), rel=1e-10, abs=1e-10)
        assert f.hvp(w, v) == pytest.approx(f.hess(w) @ v, rel=1e-10, abs=1e-10)
    batch = rng.normal(size=(3, 4, f.dim))
    assert f(batch).shape == (3, 4) and f.hess(batch).shape == (3, 4, f.dim, f.dim)


def test_what_a_trough_takes_over_from_its_curve():
    f = Trough(DriftToInfinity())
    assert f([3, 2]) == pytest.approx(1 + 8 / 82 + 2)
    assert (f.minimum, f.infimum) == (0, 0) and f.beta == DriftToInfinity().beta and f.rho == DriftToInfinity().rho
    assert (Trough(Softplus()).minimum, Trough(Softplus()).infimum, Trough(Softplus()).beta) == (None, 0, 1)
    assert Trough(Shelf()).beta is Trough(Shelf()).rho is None


def test_the_minimum_of_the_shelf():
    x = np.linspace(-3, 3, 60001)[:, None]
    values = Shelf()(x)
    assert values.min() == pytest.approx(Shelf().minimum, abs=1e-12) and x[values.argmin(), 0] == pytest.approx(-1)


# ---- the gallery ----

def rational_run(gradient, x, y, eta, steps):
    """Gradient descent in exact rationals; `gradient(x, y)` gives two of them."""
    x, y, eta = Fraction(x), Fraction(y), Fraction(eta)
    for _ in range(steps):
        g, h = gradient(x, y)
        x, y = x - eta * g, y - eta * h
    return x, y


def plane_value(name, x, y):
    """The landscapes of the gallery, written out in x and y."""
    return {"valley": x**2 / 2 - y**2 / 2 + y**4 / 4, "network": (y * x - 1) ** 2 / 2,
            "trap": (x**2 - 1) ** 2 + (y**2 - .8) ** 2 + 4 * x**2 * y**2, "shelf": x**3 / 3 + x**4 / 4 + y**2 / 2,
            "drift": 1 + (x**2 - 1) / (1 + x**4) + y**2 / 2}[name]


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_picture_shows_the_function_that_gradient_descent_runs_on(name):
    scene, xy = LANDSCAPES[name], np.random.default_rng(0).uniform(-1.5, 1.5, (30, 2))
    assert scene.f(scene.lift(xy)) == pytest.approx(plane_value(name, *xy.T), rel=1e-12, abs=1e-12)
    run = landscape_gallery(landscape=name, x=.7, y=-.44, eta=.05).run().trajectory
    assert run.points == pytest.approx(scene.lift(run.points[:, :2]), abs=1e-12)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_all_stationary_points_in_the_picture_are_marked_and_no_others(name):
    scene = LANDSCAPES[name]
    x, y = np.meshgrid(np.linspace(*scene.xlim, 300), np.linspace(-1.7, 1.7, 300))
    xy = np.stack([x, y], axis=-1).reshape(-1, 2)
    slope = np.hypot(*np.gradient(plane_value(name, x, y), y[:, 0], x[0])).ravel()
    marked = np.array(scene.stationary, dtype=float)
    quiet = xy[(slope < .02) & (plane_value(name, *xy.T) - scene.f.minimum > 1e-2)]
    quiet = quiet[np.abs(quiet[:, 0]) < 4]                                    # the way to infinity is quiet too
    assert (np.linalg.norm(quiet[:, None] - marked, axis=-1).min(axis=1) < .2).all()
    for point in marked:
        assert np.abs(complex_step(lambda z: plane_value(name, z[..., 0], z[..., 1]), point)).max() < 1e-12


KINDS = {
    "valley": {(0, 0): "strict saddle", (0, 1): "global minimum", (0, -1): "global minimum"},
    "network": {(0, 0): "strict saddle"},
    "shelf": {(0, 0): "non-strict saddle", (-1, 0): "global minimum"},
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kinds_in_the_key(name):
    assert {point: LANDSCAPES[name].kind(point) for point in LANDSCAPES[name].stationary} == KINDS[name]


def test_the_kinds_of_the_trap_by_its_values_nearby():
    scene, rng = LANDSCAPES["trap"], np.random.default_rng(0)
    for point in scene.stationary:
        w = scene.lift(np.array(point, dtype=float))
        rises = scene.f(w + .02 * rng.normal(size=(20_000, 4))).min() >= scene.f(w) - 1e-12
        lowest = scene.f(w) < .64 + 1e-9
        assert scene.kind(point) == ("global minimum" if lowest else "bad local minimum" if rises else "strict saddle")


def test_the_bound_is_a_bound_wherever_it_is_drawn():
    drawn = 0
    for name, eta, x, y in itertools.product(LANDSCAPES, (.01, .1, .3), (-2, .3, 1.2), (.02, 1)):
        run = landscape_gallery(landscape=name, eta=eta, x=x, y=y).run()
        if run.small_steps:
            drawn += 1
            t = np.arange(1, len(run.points))
            assert (np.minimum.accumulate(run.trajectory.grad_norms)[:-1] <= run.bound(t) * (1 + 1e-9)).all()
    assert drawn > 40


PRESET = {preset.label: preset.changes for preset in PRESETS}


def test_on_the_ridge_and_on_the_antidiagonal_gradient_descent_stays_there_exactly():
    valley = PRESET["On the ridge"]
    x, y = rational_run(lambda x, y: (x, y**3 - y), Fraction("1.2"), 0, Fraction(1, 10), 20)
    assert y == 0 and x == Fraction("1.2") * Fraction(9, 10) ** 20
    assert "λₘᵢₙ = −1 certify a strict saddle. Here f is 0.25 above" in landscape_gallery(**valley).readout
    x, y = rational_run(lambda x, y: (y * (x * y - 1), x * (x * y - 1)), Fraction("1.2"), Fraction("-1.2"), Fraction(1, 10), 5)
    assert x == -y and 0 < x < Fraction("1.2")
    assert "λₘᵢₙ = −1 certify a strict saddle. Here f is 0.5 above" in landscape_gallery(**PRESET["Network"]).readout


def test_the_shelf_is_never_crossed_and_the_crest_is_never_climbed():
    run = landscape_gallery(**PRESET["Shelf"]).run()
    assert (np.diff(run.points[:, 0]) < 0).all() and (run.points[:, 0] > 0).all() and run.end.kind == "second-order stationary"
    x, _ = rational_run(lambda x, y: (x**2 + x**3, y), 1, 1, Fraction(1, 10), 6)
    assert run.points[6, 0] == pytest.approx(float(x), rel=1e-12)
    away = landscape_gallery(**PRESET["To infinity"]).run()
    assert (np.diff(away.points[:, 0]) > 0).all() and (away.height > 1).all() and away.end.kind == "not stationary"


def test_what_the_readout_says_elsewhere():
    assert landscape_gallery().readout.endswith("λₘᵢₙ = 1 certify a local minimum. Here f is at its global minimum.")
    assert landscape_gallery(**PRESET["Bottleneck"]).readout.endswith(
        "λₘᵢₙ = 0 do not tell of which kind it is. Here f is 0.36 above its minimum.")
    assert landscape_gallery(landscape="network", eta=1, x=2, y=1.5).readout == (
        "GD diverged: from this start the step size η is too large.")


def test_the_prediction_is_judged_where_the_question_is_asked_and_nowhere_else():
    for eta, x, y in itertools.product((.01, .1, 1), (-2, 2), (-1.5, 0)):
        run = landscape_gallery(landscape="drift", eta=eta, x=x, y=y).run()
        assert PREDICT.answer(run) == 2
        z = float(x)                                         # f' = (2x(1+x^4) - 4x^3(x^2-1)) / (1+x^4)^2
        for _ in range(600):
            z -= eta * (2 * z * (1 + z**4) - 4 * z**3 * (z**2 - 1)) / (1 + z**4) ** 2
        assert PREDICT.why(run) == f"|x| grows from 2 to {abs(z):.3g} in 600 steps: beyond 1.554 f falls outwards."
    for name in LANDSCAPES:
        assert PREDICT.answer(landscape_gallery(landscape=name, x=1.2).run()) is None
        assert name == "drift" or PREDICT.answer(landscape_gallery(landscape=name, x=2).run()) is None


# ---- homework ----

def end_of_the_run(given, w, steps=150):
    """"saddle", "minimum" or "diverges": gradient descent on f itself, in 60 decimal digits."""
    with localcontext() as context:
        context.prec = 60
        (s, t), (a, b), (c, d) = ([Decimal(n) for n in pair] for pair in (given.saddle, given.up, given.down))
        x, y, eta = (Decimal(str(n)) for n in (*w, given.eta))
        for _ in range(steps):
            u, v = a * (x - s) + b * (y - t), c * (x - s) + d * (y - t)
            x, y = x - eta * (u * a + (v**3 - v) * c), y - eta * (u * b + (v**3 - v) * d)
            if abs(x) + abs(y) > 10**6:
                return "diverges"
        v = c * (x - s) + d * (y - t)
        return "saddle" if abs(v) < Decimal("1e-9") else "minimum"


@pytest.mark.parametrize("seed", range(6))
def test_a_start_is_right_if_and_only_if_its_run_ends_at_the_saddle(seed):
    given = a_end_at_the_saddle._draw(np.random.default_rng(seed))
    saddle, up, down = (np.array(pair) for pair in (given.saddle, given.up, given.down))
    starts = [saddle + c * up for c in (1, -2, 7)] + [(saddle + c * up + e * down) for c in (0, 1, -3) for e in (1, -1)]
    starts += list(np.random.default_rng(seed).integers(-4, 5, (12, 2)))
    seen = set()
    for w in (w for w in starts if (w != saddle).any()):
        end = end_of_the_run(given, [int(n) for n in w])
        failure = a_end_at_the_saddle._judge(given, {"w0": w.astype(float)})
        seen.add(end)
        assert (failure is None) == (end == "saddle"), w
        assert failure is None or ("diverges" in failure[1]) == (end == "diverges")
    assert {"saddle", "diverges"} <= seen


@pytest.mark.parametrize("w0", [(3, 3), (2.1, 1.2), (Fraction(7, 3), Fraction(5, 3)), [-5, -13], np.array([2.001, 1.002])], ids=str)
def test_every_form_and_size_of_a_right_start_is_right(w0):
    assert check("6.2-a", w0=w0).state == "right"


def test_a_start_that_one_step_brings_to_the_line_is_right_too():
    v = np.sqrt(1 + 1 / (.1 * 5))                            # 1 + eta |down|^2 (1 - v^2) = 0
    assert check("6.2-a", w0=np.array([3, 3]) + v / 5 * np.array([2, -1])).state == "right"
    assert check("6.2-a", w0=np.array([3, 3]) + .99 * v / 5 * np.array([2, -1])).state == "wrong"


@pytest.mark.parametrize("off", [1e-2, 5e-5, 1e-7, 1e-10, -1e-10])
def test_a_start_beside_the_line_ends_at_a_minimum_however_near_it_is(off):
    given = SimpleNamespace(saddle=(2, 1), up=(1, 2), down=(2, -1), eta=.1)
    w0 = [Decimal(3) + 2 * Decimal(off), Decimal(3) - Decimal(off)]
    assert end_of_the_run(given, w0) == "minimum" and check("6.2-a", w0=w0).mistake == "only close"
    v = Decimal(3).sqrt() * (1 + Decimal(off))                 # one step would bring it to the line, but for `off`
    w0 = [3 + v / 5 * 2, 3 - v / 5]
    assert end_of_the_run(given, w0) == "minimum" and check("6.2-a", w0=w0).state == "wrong"


def test_a_start_that_is_far_off_the_line_is_not_called_close():
    given = SimpleNamespace(saddle=(0, 0), up=(1, 0), down=(0, 1), eta=.1)
    for u, v, close in ((200, 5, False), (200, .04, True), (1, .04, True), (.1, .04, False)):
        w0 = np.array([u, v], dtype=float)
        assert bool(a_end_at_the_saddle._is_close(given, {"w0": w0})) == close


@pytest.mark.parametrize("size", [1e20, 1e155, 1e300, 1.7e308])
def test_a_start_beyond_all_bounds_is_judged(size):
    """s + c up is 0 to 12 digits of its size off the line, whatever c is."""
    for w0, said in (([size, size], "GD diverges"), ([-size, size], "GD diverges"), ([1, size], "GD diverges")):
        verdict = check("6.2-a", w0=w0)
        assert verdict.state == "wrong" and said in verdict.message
    assert check("6.2-a", w0=[size / 2, size]).state == "right"


def test_the_saddle_is_the_saddle_and_the_origin_is_in_no_direction():
    assert check("6.2-a", w0=[2, 1]).mistake == check("6.2-a", w0=[2 + 1e-14, 1]).mistake == "the saddle itself"
    assert check("6.2-a", w0=[0, 0]).state == "wrong"
    for c in (1, -2, 1e-3):
        assert check("6.2-a", w0=[c, 2 * c]).mistake == "from the origin"


def test_a_point_beside_a_saddle_that_is_not_strict_is_not_called_strict():
    readout = landscape_gallery(landscape="shelf", eta=.01, x=-.02, y=0).readout
    assert "strict saddle" not in readout and readout.startswith("After 600 steps GD still moves")


def test_the_step_axis_ends_soon_after_the_run_and_shows_the_pinned_one_too():
    figure = landscape_gallery()
    scene = figure.scene(figure.values)
    along = scene.figure.axes[1]
    for eta, pinned, end in ((.1, None, 300), (.01, None, 1000), (.1, .01, 1000)):
        if pinned:
            figure.set(eta=pinned)
            figure.pin()
        figure.set(eta=eta)
        scene.record(figure.run(), figure.pinned)
        assert along.get_xlim() == (-.4, 1.4 * end), (eta, pinned)


def test_another_landscape_releases_the_pin_and_another_start_does_not():
    figure = landscape_gallery()
    figure.pin()
    figure.set(x=-1, eta=.3)
    assert figure.pinned is not None
    figure.set(landscape="shelf")
    assert figure.pinned is None and figure.pin_says == "The pin is released: its landscape was “saddle valley”."


def test_no_draw_of_the_valley_mixes_up_its_mistakes():
    for seed in range(40):
        given = a_end_at_the_saddle._draw(np.random.default_rng(seed))
        assert np.dot(given.up, given.down) == 0 and 0 < given.eta * np.dot(given.up, given.up) < 1
        for mistake in a_end_at_the_saddle.MISTAKES:
            answers = {"w0": np.array(mistake.made(given)["w0"], dtype=float)}
            assert a_end_at_the_saddle._judge(given, answers)
            assert [one for one in a_end_at_the_saddle.MISTAKES if one.recognizes(given, answers)][0] is mistake


def by_minors(gradient, hessian, tol=1e-9):
    """The kind by Sylvester's criterion: signs of principal minors, no eigenvalue."""
    d = len(hessian)
    subsets = [list(rows) for k in range(1, d + 1) for rows in itertools.combinations(range(d), k)]
    if max(abs(gradient)) > tol:
        return "not stationary"
    if any(np.linalg.det(hessian[np.ix_(rows, rows)]) < -tol for rows in subsets):
        return "strict saddle"
    return "local minimum" if all(np.linalg.det(hessian[:k, :k]) > tol for k in range(1, d + 1)) else "undecided"


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_another_way_to_find_the_kind_is_right(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    assert check("6.2-b", kind=by_minors).state == "right"


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_what_counts_as_zero_is_what_the_text_says(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    for tol, state in ((8e-10, "right"), (9e-9, "right"), (1.1e-8, "wrong"), (1e-6, "wrong"), (4e-10, "almost")):
        kind = lambda gradient, hessian, tol=tol: b_two_derivatives._kind(gradient, hessian, tol)  # noqa: E731
        assert check("6.2-b", kind=kind).state == state


def test_a_wrong_kind_says_where_and_not_what():
    verdict = check("6.2-b", kind=lambda gradient, hessian: "local minimum")
    assert (verdict.state, verdict.mistake) == ("wrong", None) and "eigenvalues" in verdict.message
    assert "expected one of 'not stationary', 'strict saddle'" in check("6.2-b", kind=lambda gradient, hessian: "saddle").message


@pytest.mark.parametrize("seed", ["0", "1", "2"])
@pytest.mark.parametrize("tol", [0, 1e-9])
def test_a_misconception_is_told_by_name_with_a_tolerance_or_without(seed, tol, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)

    def sees(norm, eigenvalues, zero, top="strict saddle"):
        if norm > tol:
            return "not stationary"
        if eigenvalues[0] < -tol:
            return top if eigenvalues[-1] <= tol else "strict saddle"
        return "local minimum" if eigenvalues[0] > tol else zero

    for name, how in (("semidefinite is a minimum", ("local minimum",)), ("semidefinite is a saddle", ("strict saddle",)),
                      ("a maximum is none", ("undecided", "undecided"))):
        def kind(gradient, hessian, how=how):
            return sees(np.linalg.norm(gradient), np.sort(np.linalg.eigvals(hessian).real), *how)

        assert check("6.2-b", kind=kind).mistake == name


@pytest.mark.parametrize("number", [np.sum, np.mean, np.max, np.min, lambda gradient: gradient[0]])
def test_one_number_that_is_not_the_norm_is_told_by_name(number):
    def kind(gradient, hessian):
        small = np.linalg.norm(gradient) <= 1e-9 or number(gradient) <= 1e-9
        return by_minors(0 * gradient if small else gradient, hessian)

    assert check("6.2-b", kind=kind).mistake == "gradient"


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_who_asks_for_the_gradient_last_or_for_its_square_is_pointed_to_the_norm(seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)

    def hessian_first(gradient, hessian):
        found = by_minors(0 * gradient, hessian)
        return found if found == "strict saddle" else by_minors(gradient, hessian)

    for kind in (hessian_first, lambda g, H: by_minors(0 * g, H), lambda g, H: by_minors(g if g @ g > 1e-9 else 0 * g, H)):
        verdict = check("6.2-b", kind=kind)
        assert verdict.mistake == "gradient" and "Does it ask first whether the norm" in verdict.message


def test_the_first_point_shown_has_the_fewest_dimensions():
    cases = find("6.2-b").given().cases
    sizes = [len(gradient) for gradient, _ in cases]
    assert sizes == sorted(sizes) and set(sizes) == {1, 2, 3, 4}
    message = check("6.2-b", kind=lambda gradient, hessian: "undecided").message
    assert f"norm 0 and the Hessian has the eigenvalues {cases[0][1][0, 0]:.3g}, your" in message
