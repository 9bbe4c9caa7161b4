"""The escape explorer in JupyterLab: what a student drags, types and presses is what the picture and the sentence show."""
import base64
import contextlib
import io
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from lnnlib import explorers

from .escape import CURRENT, PICTURE, SETUP, SHOWN, assert_right, current, readout, says, values

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tab(lab, chromium):
    """One page with one explorer for all tests here, all its controls in sight: each starts from a reset."""
    page = chromium.open(lab, lab.write("explorer.ipynb", SETUP, SHOWN))
    page.run_all()
    more(page)
    yield page
    lab.shut_down(page.name)
    page.close()


@pytest.fixture
def page(tab, lab):
    tab.kernel.run("figure.reset()")
    says(tab, explorers.saddle_escape().readout)             # the reset has come through
    current(tab)
    yield tab
    assert tab.cell_errors() == []
    assert tab.console_errors() == []
    assert lab.errors() == []


@pytest.mark.parametrize("control", ["eta", "alpha", "theta", "eps"])
def test_a_slider_moves_by_keys_and_by_mouse(page, control):
    pixels, index = page.pixels(PICTURE), page.index(control)
    page.press(control, "ArrowLeft", times=4)
    assert_right(page)
    assert page.index(control) == index - 4
    by_keys = page.pixels(PICTURE)
    assert (by_keys != pixels).any()
    page.drag(control, np.linspace(.7, .6, 40))
    assert_right(page)
    assert (page.pixels(PICTURE) != by_keys).any()


@pytest.mark.parametrize("text, value", [("1/3", Fraction(1, 3)), ("3e-2", Fraction(3, 100)), ("0,25", Fraction(1, 4))])
def test_a_typed_value_stays_exact(page, text, value):
    field = page.tab.locator(".lnn-control-eta input[type=text]")
    field.fill(text)
    field.press("Enter")
    shown = "([field, before]) => field.value && field.value !== before"       # the value as it is written, still with the focus
    page.tab.wait_for_function(shown, arg=[field.element_handle(), "" if text == "1/3" else text])
    assert_right(page)
    assert values(page)["eta"] == value == Fraction(field.input_value())
    assert Fraction(page.handle("eta").get_attribute("aria-valuetext")) == value


def test_what_python_sets_stays_exact(page):
    page.kernel.run("figure.set(eta=.5, theta=Fraction(1, 100))")
    says(page, "first ε-escapes at step 14; the bound says at most 23")     # worked by hand
    page.kernel.run("figure.set(eta=Fraction(1, 3), theta=3e-5)")
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-eta .noUi-handle').ariaValueText === '1/3'")
    assert_right(page)
    assert values(page)["eta"] == Fraction(1, 3)
    assert page.kernel.value("figure.values['theta'] == Fraction(3, 100_000)")


def test_a_bad_typed_value_is_answered_in_a_sentence(page):
    field, error = page.tab.locator(".lnn-control-eta input[type=text]"), page.tab.locator(".lnn-error")
    for text, answer in (("one third", "not a number"), ("-1", "expected a number from")):
        field.fill(text)
        field.press("Enter")
        error.get_by_text(answer).wait_for()
        page.press("theta", "ArrowLeft")                                    # another frame does not hide what was refused
        error.wait_for(state="hidden")
        assert (field.input_value(), field.get_attribute("aria-invalid")) == (text, "true")
        assert answer in field.get_attribute("title")
    assert values(page)["eta"] == Fraction(1, 10)
    field.fill("-1.")
    assert field.get_attribute("aria-invalid") == "false"
    field.fill("-1")                                                        # the same again is refused still
    assert field.get_attribute("aria-invalid") == "true"
    for _ in range(2):                                                      # and refused once more when the slider has moved
        page.press("eta", "ArrowLeft")
        page.tab.wait_for_function("() => !document.querySelector('.lnn-control-eta input[type=text]').ariaInvalid")
        assert Fraction(field.input_value()) == values(page)["eta"] != Fraction(1, 10)
        field.fill("-1")
        field.press("Enter")
        error.get_by_text("expected a number from").wait_for()
    page.press("eta", "ArrowLeft")
    assert_right(page)


def test_buttons_jump_and_reset(page):
    start = readout(page)
    page.tab.get_by_role("button", name="step size η: jump to 1/β", exact=True).click()
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-eta .noUi-handle').ariaValueText.startsWith('1 ')")
    assert_right(page)
    assert values(page)["eta"] == 1
    page.tab.get_by_role("button", name="Exact tie").click()
    says(page, "first ε-escapes at step 2; the bound says at most 2, the lecture prints 1")
    page.tab.get_by_role("button", name="Reset").click()
    says(page, start)
    current(page)
    assert readout(page) == start


def more(page):
    page.tab.get_by_role("button", name="More", exact=True).click()


def repainted(page, action):
    """Do what makes the kernel send a new frame though no slider moves, and wait for it."""
    frame = page.tab.locator(PICTURE).get_attribute("data-frame")
    action()
    page.tab.wait_for_selector(f"{PICTURE}:not([data-frame='{frame}'])")


def test_a_pinned_run_stays_behind_later_ones(page):
    pin = page.tab.get_by_role("button", name="Pin", exact=True)
    repainted(page, pin.click)
    page.press("eta", "ArrowRight", times=20)
    current(page)
    pinned = page.pixels(PICTURE)
    assert page.tab.locator(".lnn-pinned").inner_text().startswith("Pinned: GD first ε-escapes at step")
    repainted(page, pin.click)
    assert page.tab.locator(".lnn-pinned").is_hidden()
    ghost = (page.pixels(PICTURE) != pinned).any(axis=2)
    assert .001 < ghost.mean() < .1
    assert_right(page)


def test_more_shows_the_other_controls_and_leaves_the_picture_as_large_as_it_is(page):
    picture, other = page.tab.locator(PICTURE), page.tab.locator(".lnn-control-theta2")
    larger = picture.bounding_box()
    assert other.is_visible()
    more(page)
    other.wait_for(state="hidden")
    box = picture.bounding_box()
    assert (box["width"], box["height"]) == (larger["width"], larger["height"])
    more(page)
    other.wait_for()


def test_scenes_that_do_not_fit_become_a_menu(page):
    button, menu = page.tab.locator(".lnn-scenes button", has_text="Flicker"), page.tab.locator(".lnn-scenes select")
    assert button.is_visible() and not menu.is_visible()
    try:
        page.resize(800)
        button.wait_for(state="hidden")
        menu.focus()
        for said in ("first ε-escapes at step 0;", "first ε-escapes at step 2;"):       # the arrow goes from scene to scene
            page.tab.keyboard.press("ArrowDown")
            says(page, said)
        assert menu.evaluate("menu => menu === document.activeElement")
    finally:
        page.resize(1280)
    button.wait_for()


def test_play_runs_the_steps(page):
    page.kernel.run("figure.set(step=0)")
    current(page)
    play = page.tab.locator(".lnn-control-step .jupyter-button").first
    play.click()
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-step .noUi-handle').ariaValueNow > 5")
    play.click()                                             # pause
    assert values(page)["step"] == page.kernel.value(f"figure.controls['step'].grid[{page.index('step')}]")


def test_the_start_can_be_dragged_on_the_picture(page):
    canvas, figure = page.tab.locator(PICTURE), explorers.saddle_escape()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    size = {name: round(box[name]) for name in ("width", "height")}
    figure.frame(**size)
    x, y = figure.scene(figure.values, **size).handles()[0]
    page.tab.mouse.move(box["x"] + x, box["y"] + y)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + x + 60, box["y"] + y + 40, steps=8)
    page.tab.mouse.up()
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-theta2 .noUi-handle').ariaValueText !== '1'")
    assert_right(page)
    held = values(page)
    assert held["theta"] > Fraction(1, 10) and held["theta2"] < 1


@contextlib.contextmanager
def broken(page):
    """The kernel fails at every new place meanwhile."""
    page.kernel.run("good = figure.compute\ndef broken(**_): raise ZeroDivisionError('injected')\nfigure.compute = broken")
    try:
        yield
    finally:
        page.kernel.run("figure.compute = good")


def test_an_error_in_a_callback_is_shown_and_goes(page):
    error = page.tab.locator(".lnn-error")
    with broken(page):
        page.press("alpha", "End")                      # the next step would have been fetched already
        error.get_by_text("ZeroDivisionError: injected").wait_for()
    page.press("alpha", "ArrowLeft")
    error.wait_for(state="hidden")
    assert_right(page)


def test_the_next_step_of_a_resting_hand_needs_no_kernel(page):
    """However long the fetching takes: a busy machine may need a longer rest than a quiet one."""
    error = page.tab.locator(".lnn-error")
    for rest in (500, 1000, 2000, 4000, 8000, 16000):
        page.press("eta", "ArrowRight")
        current(page)
        page.tab.wait_for_timeout(rest)
        with broken(page):
            page.press("eta", "ArrowRight")
            page.tab.wait_for_function(f"() => ({CURRENT})() || !document.querySelector('.lnn-error').hidden")
            asked = error.is_visible()
        if not asked:
            break
    assert not asked
    assert_right(page)


def test_what_was_kept_is_forgotten_once_a_run_is_pinned(page):
    page.press("eta", "ArrowRight", times=20)
    current(page)
    page.tab.wait_for_timeout(800)                      # the next step is there, without a ghost
    repainted(page, lambda: page.kernel.run("figure.pin()"))
    page.press("eta", "ArrowRight")
    assert_right(page)
    pinned = page.pixels(PICTURE)
    repainted(page, lambda: page.kernel.run("figure.pin(False)"))
    assert (page.pixels(PICTURE) != pinned).any()
    assert_right(page)


def test_the_canvas_shows_what_agg_draws(page):
    page.kernel.run("figure.set(eta=Fraction(1, 5), theta=Fraction(1, 20))")
    figure = explorers.saddle_escape(**values(page))
    url = page.tab.locator(PICTURE).evaluate("canvas => canvas.toDataURL()")
    canvas = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"))
    agg = figure.scene(figure.values, width=canvas.shape[1], height=canvas.shape[0]).paint(figure.run())
    assert canvas.shape == agg.shape
    assert (np.abs(canvas.astype(int) - agg).max(axis=2) > 32).mean() <= .01


def test_it_can_be_read_without_seeing(page):
    canvas = page.tab.locator(PICTURE)
    assert canvas.get_attribute("role") == "img"
    assert canvas.get_attribute("tabindex") is None
    labels = page.tab.locator(".lnn-control .noUi-handle").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(labels) == 6 and all(labels)
    page.press("eta", "ArrowRight", times=5)
    spoken = "() => document.querySelector('.lnn-live[aria-live]').textContent"
    page.tab.wait_for_function(f"{spoken} === document.querySelector('.lnn-readout').textContent")
    page.tab.wait_for_function(f"{spoken} === ''")
    page.tab.get_by_role("button", name="step size η: jump to 1/β", exact=True).press("Enter")
    says(page, "first ε-escapes at step 14;")
    page.tab.locator("button.lnn-jump[aria-current=true]", has_text="1/β").wait_for()


def test_dark_and_narrow(page):
    root, shape = page.tab.locator(".lnn-explorer"), "({ width, height }) => height / width"

    def taller_than_wide(yes):
        page.tab.wait_for_function(f"() => (({shape})(document.querySelector('{PICTURE}')) > 1) === {str(yes).lower()}")

    try:
        repainted(page, page.dark)
        assert page.pixels(PICTURE).mean() < 60
        page.resize(800)
        taller_than_wide(True)
        assert root.evaluate("root => root.scrollWidth <= root.clientWidth")
    finally:
        repainted(page, lambda: page.dark(False))
        page.resize(1280)
    taller_than_wide(False)
    assert page.pixels(PICTURE).mean() > 200
