"""What a student types into a field: whatever it shows can be typed back, nothing is read as what was not meant."""
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lnnlib import explorers
from lnnlib.live import Slider, count_text, linear_grid
from lnnlib.live.typed import read_number


@pytest.mark.parametrize("name", explorers.__all__)
def test_whatever_a_field_shows_can_be_typed_back(name):
    for control in getattr(explorers, name)().controls.values():
        if not isinstance(control, Slider):
            continue
        for label, k in control.state()["options"]:
            control.value = control.grid[k]
            shown = label.split(" = ")[0]                            # as view.js puts it into the field
            assert control.read(shown) == control.grid[k], (control.name, label)
            assert control.read(label) == control.grid[k], (control.name, label)


@given(st.integers(0, 10**12), st.sampled_from(["\u202f", "\u00a0", " ", "'", "’", "_", "\u2009"]))
def test_separators_of_thousands_are_read_as_what_they_are(n, mark):
    assert read_number(f"{n:,}".replace(",", mark)) == n
    assert read_number(count_text(n)) == n


@given(st.integers(10**6, 10**12), st.integers(0, 99))
def test_so_are_commas_where_they_can_be_nothing_else(n, hundredths):
    assert read_number(f"{n:,}") == n
    assert read_number(f"{n:,}.{hundredths:02}") == n + Fraction(hundredths, 100)


@given(st.integers(1000, 999_999))
def test_one_comma_before_three_digits_may_be_either_so_it_asks(n):
    with pytest.raises(ValueError, match=rf"“{n:,}” may be {n} or {f'{n:,}'.replace(',', '.')}. Type it without the comma."):
        read_number(f"{n:,}")


@given(st.integers(0, 999), st.integers(0, 10**5).filter(lambda k: len(str(k)) != 3))
def test_any_other_comma_is_a_point(whole, digits):
    assert read_number(f"{whole},{digits}") == Fraction(f"{whole}.{digits}")
    assert read_number(f"0,{digits:03}") == Fraction(f"0.{digits:03}")


def test_a_point_before_three_digits_is_asked_about_where_only_whole_numbers_are():
    many, share = Slider("d", "dimension d", range(2, 10_001), 10, exact=True), Slider("x", "x", linear_grid(0, 9, 1), 1)
    with pytest.raises(ValueError, match="“10.000” may be 10000 or 10.000. Type it without the point."):
        many.read("10.000")
    assert many.read("10 000") == 10_000 and share.read("1.500") == Fraction(3, 2)


@pytest.mark.parametrize("text, number", [
    ("1/3", "1/3"), ("−0.5", "-1/2"), ("3e-5", "3/100000"), ("3E-5", "3/100000"), ("10⁻⁸", "1e-8"), ("3·10⁻⁵", "3e-5"),
    ("2.5*10^3", "2500"), ("30°", "30"), ("37.5 %", "3/8"), (".5", "1/2"), ("5.", "5"), ("1e-3/4", "1/4000"), ("+7", "7"),
    ("0,25", "1/4"), ("10^-400", "1e-400")])
def test_numbers_as_people_write_them(text, number):
    assert read_number(text) == Fraction(number)


@pytest.mark.parametrize("junk", [
    "", " ", "much", "1/0", "1//2", "inf", "nan", "∞", "0x10", "1.2.3", "1,2,3", "12,34,567", "1,000,00", "e5", "-", "10^", "%",
    "1e1000", "1e10000000", "1e-10000000", "1" + "0" * 10_000 + "x", "⁻⁸", "x·10⁻⁸", "1.2.3·10⁻⁸", "\n", "1e5e5"])
def test_what_is_no_number_is_refused_in_one_short_sentence(junk):
    slider = Slider("eta", "step size η in units of 1/β", linear_grid(0, "2.5", "0.01"), 1)
    with pytest.raises(ValueError) as refused:
        slider.read(junk)
    said = str(refused.value)
    assert len(said) <= 120 and said.endswith(".") and "Fraction" not in said and "\n" not in said


@given(st.text(max_size=30))
def test_any_text_is_a_number_on_the_slider_or_is_refused(text):
    slider = Slider("eta", "step size η", linear_grid(0, "2.5", "0.01"), 1)
    try:
        assert 0 <= slider.read(text) <= Fraction(5, 2)
    except ValueError as refused:
        assert len(str(refused)) <= 120


@pytest.mark.parametrize("text", ["9", "-1", "1e300", "10^400", "9" * 50])
def test_a_number_beyond_the_slider_is_refused_by_the_sliders_label(text):
    slider = Slider("eta", "step size η", linear_grid(0, "2.5", "0.01"), 1)
    with pytest.raises(ValueError, match=r"^step size η is “.{1,20}”, expected a number from 0 to 2.5\.$"):
        slider.read(text)
    with pytest.raises(ValueError, match=r"^dimension d is “2.5”, expected a whole number from 2 to 9\.$"):
        Slider("d", "dimension d", range(2, 10), 3, exact=True).read("2.5")
