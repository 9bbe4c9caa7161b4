"""What the explorer of 6.2.2 claims in words, by exact arithmetic and by the definition of an escape."""
from fractions import Fraction

import pytest

from lnnlib.explorers import saddle_escape
from lnnlib.explorers.section_6_2_2.saddle_escape import PREDICT, PRESETS

PRESET = {preset.label: preset.values for preset in PRESETS}


def escaped(t, eta, alpha, theta, eps, theta2, landscape, **_):
    """Both conditions at step t, by running gradient descent in rationals."""
    second = -1 if landscape == "maximum" else 1
    for _ in range(t):
        theta, theta2 = theta * (1 + eta * alpha), theta2 * (1 - eta * second)
    return second * theta2**2 < alpha * theta**2 and (alpha * theta) ** 2 + theta2**2 > eps**2


def test_flicker_is_on_off_and_on_for_ever():
    steps = {t for t in range(400) if escaped(t, **PRESET["Flicker"])}
    assert steps == {0, *range(197, 400)}
    assert saddle_escape(**PRESET["Flicker"]).readout.startswith("GD first ε-escapes at step 0; the bound says at most 197")


def test_a_tie_is_no_escape():
    assert [escaped(t, **PRESET["Exact tie"]) for t in range(3)] == [False, False, True]
    assert "at step 2; the bound says at most 2, the lecture prints 1." in saddle_escape(**PRESET["Exact tie"]).readout


def test_rounding_rescues_the_rotated_start_alone():
    assert saddle_escape(**PRESET["θ₁⁽⁰⁾ = 0"]).readout.startswith("GD never ε-escapes; the theorem promises nothing")
    assert saddle_escape(**PRESET["θ₁⁽⁰⁾ = 0, rotated"]).readout.startswith("In floating point GD first ε-escapes at step ")


def test_beyond_two_over_lambda_the_formula_is_wrong():
    values = PRESET["η beyond 2/λ_max"]
    assert not any(escaped(t, **values) for t in range(200))
    readout = saddle_escape(**values).readout
    assert "GD never ε-escapes; it diverged at step " in readout and "the printed formula gives 6" in readout


def test_a_local_maximum_is_left_too():
    values = PRESET["Local maximum"]
    first = next(t for t in range(1000) if escaped(t, **values))
    assert saddle_escape(**values).readout.startswith(f"GD first ε-escapes at step {first};")


@pytest.mark.parametrize("theta, shown", [(Fraction(1, 1000), None), (Fraction(1, 10**6), None), (Fraction(1, 10**9), 0),
                                          (Fraction(1, 10**12), 0), (0, None)])
def test_the_prediction_is_judged_where_it_is_decided(theta, shown):
    assert PREDICT.answer(saddle_escape(theta=theta).run()) == shown


def test_no_setting_turns_a_right_prediction_into_a_wrong_one():
    figure = saddle_escape(theta=Fraction(1, 10**9))
    for name, control in figure.controls.items():
        for value in control.ends():
            figure.reset()
            figure.set(**{name: value})
            assert PREDICT.answer(figure.run()) in (0, None), (name, value)
