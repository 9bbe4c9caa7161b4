"""The escape explorer in JupyterLab: what a student drags, types and presses is what the picture and the sentence show."""
import base64
import io
import json
import re
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from lnnlib import explorers

pytestmark = pytest.mark.browser

SETUP = "from fractions import Fraction\nfrom lnnlib import explorers"
SHOWN = "figure = explorers.saddle_escape()\nfigure"
PICTURE = "canvas.lnn-picture"
GONE = "The kernel was restarted. Run this cell again."

# Every canvas shows where the sliders beside it stand.
CURRENT = """() => {
    const roots = [...document.querySelectorAll(".lnn-explorer")];
    return roots.length > 0 && roots.every(root => {
        const state = root.querySelector("canvas.lnn-picture")?.dataset.state;
        const handles = [...root.querySelectorAll(".lnn-control .noUi-handle")];
        return state && handles.every((handle, k) => Math.round(handle.getAttribute("aria-valuenow")) === JSON.parse(state)[k]);
    });
}"""

# A canvas script as a front end sees it that gives a widget neither `host` nor a manager.
ALONE = """
from lnnlib.live import link
import base64, pathlib
script = base64.b64encode(pathlib.Path(link.__file__).with_name("canvas.js").read_bytes()).decode()
link.Canvas._esm = '''
import original from "data:text/javascript;base64,SCRIPT";
const alone = model => new Proxy(model, { get: (model, name) => name === "widget_manager" ? undefined
    : typeof model[name] === "function" ? model[name].bind(model) : model[name] });
export default async () => {
    const { initialize, render } = await original();
    return { initialize: ({ model }) => initialize({ model: alone(model) }),
             render: ({ model, el }) => render({ model: alone(model), el }) };
};
'''.replace("SCRIPT", script)
"""


def current(page):
    """Wait until all pictures show the sliders' values."""
    page.tab.wait_for_function(CURRENT)


def readout(page):
    return page.tab.locator(".lnn-readout").first.inner_text()


def values(page):
    """The exact values that the kernel holds."""
    held = page.kernel.value("{name: str(value) for name, value in figure.values.items()}")
    return {name: value if name == "landscape" else Fraction(value) for name, value in held.items()}


def first_escape(eta, alpha, theta, theta2, eps, **_):
    """By running gradient descent in rational arithmetic."""
    for t in range(1000):
        if theta2**2 < alpha * theta**2 and alpha**2 * theta**2 + theta2**2 > eps**2:
            return t
        theta, theta2 = theta * (1 + eta * alpha), theta2 * (1 - eta)
    return None


def assert_right(page):
    """Readout and label say what gradient descent does at the values held."""
    current(page)
    for _ in range(100):                # a slider's own message may still be on its way to the kernel
        held = values(page)
        if readout(page) == explorers.saddle_escape(**held).readout:
            break
        page.tab.wait_for_timeout(50)
    said = int(re.search(r"first ε-escapes at step (\d+)", readout(page))[1])
    assert said == first_escape(**held)
    assert readout(page) == explorers.saddle_escape(**held).readout
    assert page.tab.locator(PICTURE).first.get_attribute("aria-label") == readout(page)


@pytest.fixture(scope="module")
def tab(lab, chromium):
    """One page with one explorer for all tests that leave it as they found it."""
    page = chromium.open(lab, lab.write("explorer.ipynb", SETUP, SHOWN))
    page.run_all()
    yield page
    page.close()
    lab.shut_down(page.name)


@pytest.fixture
def page(tab, lab):
    tab.kernel.run("figure.reset()")
    current(tab)
    yield tab
    assert tab.cell_errors() == []
    assert tab.console_errors() == []
    assert lab.errors() == []


def test_the_notebook_of_the_section_runs_and_is_alive(show):
    page = show(name="6_2_2_strict_saddles.ipynb")
    current(page)
    assert page.cell_errors() == []
    assert not [line for line in page.tab.locator(".lnn-error").all_inner_texts() if line]


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
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-eta input[type=text]').value === ''")
    assert_right(page)
    assert values(page)["eta"] == value
    said = page.handle("eta").get_attribute("aria-valuetext")
    assert Fraction(said) == value


def test_what_python_sets_stays_exact_and_right(page):
    page.kernel.run("figure.set(eta=.5, theta=Fraction(1, 100))")
    page.tab.get_by_text("first ε-escapes at step 14; the bound says at most 23").first.wait_for()     # worked by hand
    page.kernel.run("figure.set(eta=Fraction(1, 3), theta=3e-5)")
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-eta .noUi-handle').ariaValueText === '1/3'")
    assert_right(page)
    assert values(page)["eta"] == Fraction(1, 3)
    assert page.kernel.value("figure.values['theta'] == 3e-5")


def test_a_bad_typed_value_is_answered_in_a_sentence(page):
    field, error = page.tab.locator(".lnn-control-eta input[type=text]"), page.tab.locator(".lnn-error")
    for text, answer in (("one third", "not a number"), ("-1", "expected a number from")):
        field.fill(text)
        field.press("Enter")
        error.get_by_text(answer).wait_for()
    assert values(page)["eta"] == Fraction(1, 10)
    field.fill("")
    page.press("eta", "ArrowLeft")
    error.wait_for(state="hidden")
    assert_right(page)


def test_buttons_jump_and_reset(page):
    start = readout(page)
    page.tab.get_by_role("button", name="1/β", exact=True).click()
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-eta .noUi-handle').ariaValueText.startsWith('1 ')")
    assert_right(page)
    assert values(page)["eta"] == 1
    page.tab.get_by_role("button", name="Exact tie").click()
    page.tab.get_by_text("first ε-escapes at step 2; the bound says at most 2, the lecture prints 1").first.wait_for()
    page.tab.get_by_role("button", name="Reset").click()
    page.tab.get_by_text(start).first.wait_for()
    current(page)
    assert readout(page) == start


def test_a_pinned_run_stays_behind_later_ones(page):
    pin = page.tab.get_by_role("button", name="Pin this run")

    def turn(on):
        frame = page.tab.locator(PICTURE).get_attribute("data-frame")
        pin.click()
        page.tab.wait_for_function("frame => document.querySelector('canvas.lnn-picture').dataset.frame !== frame", arg=frame)

    turn(True)
    page.press("eta", "ArrowRight", times=20)
    current(page)
    pinned = page.pixels(PICTURE)
    turn(False)
    alone = page.pixels(PICTURE)
    share = (pinned != alone).any(axis=2).mean()
    assert .001 < share < .1
    assert_right(page)


def test_play_runs_the_steps(page):
    page.kernel.run("figure.set(step=0)")
    current(page)
    play = page.tab.locator(".lnn-control-step .jupyter-button").first
    play.click()
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-step .noUi-handle').ariaValueNow > 5")
    page.tab.locator(".lnn-control-step .jupyter-button").nth(1).click()
    current(page)


def test_the_start_can_be_dragged_on_the_picture(page):
    width = page.tab.evaluate("() => document.querySelector('canvas.lnn-picture').width")
    x, y = page.kernel.value(f"(figure.frame(width={width}), figure.scene(figure.values, width={width}).handle('start'))[1]")
    page.tab.locator(PICTURE).scroll_into_view_if_needed()
    box = page.tab.locator(PICTURE).bounding_box()
    page.tab.mouse.move(box["x"] + x, box["y"] + y)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + x + 60, box["y"] + y + 40, steps=8)
    page.tab.mouse.up()
    page.tab.wait_for_function("() => document.querySelector('.lnn-control-theta2 .noUi-handle').ariaValueText !== '1'")
    assert_right(page)
    held = values(page)
    assert held["theta"] > Fraction(1, 10) and held["theta2"] < 1


def test_an_error_in_a_callback_is_shown_and_goes(page):
    page.kernel.run("good = figure.compute\ndef broken(**_): raise ZeroDivisionError('injected')\nfigure.compute = broken")
    page.press("eta", "ArrowRight")
    error = page.tab.locator(".lnn-error")
    error.get_by_text("ZeroDivisionError: injected").wait_for()
    page.kernel.run("figure.compute = good")
    page.press("eta", "ArrowRight")
    error.wait_for(state="hidden")
    assert_right(page)


def test_the_canvas_shows_what_agg_draws(page):
    page.kernel.run("figure.set(eta=Fraction(1, 5), theta=Fraction(1, 20))")
    current(page)
    url, width = page.tab.evaluate("() => { const c = document.querySelector('canvas.lnn-picture'); return [c.toDataURL(), c.width]; }")
    canvas = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")).astype(int)
    figure = explorers.saddle_escape(**values(page))
    agg = np.asarray(Image.open(io.BytesIO(figure.png(width=width, pixel_ratio=1))).convert("RGB")).astype(int)
    assert canvas.shape == agg.shape
    assert (np.abs(canvas - agg).max(axis=2) > 32).mean() <= .01


def test_it_can_be_read_without_seeing(page):
    canvas = page.tab.locator(PICTURE)
    assert canvas.get_attribute("role") == "img"
    assert canvas.get_attribute("tabindex") is None
    labels = page.tab.locator(".lnn-control .noUi-handle").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(labels) == 6 and all(labels)
    live = page.tab.locator(".lnn-live[aria-live]")
    page.press("eta", "ArrowRight", times=5)
    page.tab.wait_for_function("() => document.querySelector('.lnn-live').textContent"
                               " === document.querySelector('.lnn-readout').textContent")
    assert live.text_content() == readout(page)
    assert_right(page)


def test_dark_and_narrow(page):
    try:
        page.dark()
        page.tab.wait_for_timeout(500)
        current(page)
        assert page.pixels(PICTURE).mean() < 60
        page.resize(800)
        page.tab.wait_for_function("() => { const c = document.querySelector('canvas.lnn-picture'); return c.height > 1.3 * c.width; }")
        assert page.tab.evaluate("() => { const e = document.querySelector('.lnn-explorer'); return e.scrollWidth <= e.clientWidth; }")
    finally:
        page.dark(False)
        page.resize(1280)
    page.tab.wait_for_function("() => { const c = document.querySelector('canvas.lnn-picture'); return c.height < c.width; }")
    assert page.pixels(PICTURE).mean() > 200


def test_a_prediction_comes_first(show):
    page = show(SETUP, "figure = explorers.saddle_escape(theta=Fraction(1, 10**9), predict=True)\nfigure")
    slider = page.tab.locator(".lnn-control-eta .widget-slider .slider[disabled], .lnn-control-eta .noUi-target[disabled]")
    slider.wait_for()
    ready = page.tab.get_by_role("button", name="That is my prediction")
    assert ready.is_disabled()
    page.tab.get_by_text("Each time the same number of steps is added").click()
    page.tab.wait_for_function("() => [...document.querySelectorAll('button')].some(b => b.innerText === 'That is my prediction' && !b.disabled)")
    ready.click()
    page.tab.locator(".lnn-verdict").get_by_text("and the run shows it").wait_for()
    slider.wait_for(state="detached")
    page.press("eta", "ArrowLeft")
    assert_right(page)


def test_a_restarted_kernel_is_told_and_the_cell_runs_again(show):
    page = show(SETUP, SHOWN)
    current(page)
    page.restart_kernel()
    page.tab.locator(".lnn-notice").get_by_text(GONE).wait_for()
    page.run_all()
    current(page)
    assert page.tab.locator(".lnn-notice").is_hidden()
    page.press("eta", "ArrowRight", times=3)
    assert_right(page)


def test_two_views_of_one_figure_move_together(show):
    page = show(SETUP, SHOWN, "figure")
    page.tab.locator(PICTURE).nth(1).wait_for()
    page.drag("eta", np.linspace(.5, .6, 30))
    current(page)
    first, second = page.tab.locator(PICTURE).evaluate_all("all => all.map(c => [c.dataset.state, c.toDataURL()])")
    assert first == second
    assert_right(page)


def test_two_tabs_on_one_notebook_both_follow(show):
    one = show(SETUP, SHOWN)
    current(one)
    one.command("docmanager:save")
    two = show(name=one.name, run=False)
    current(two)
    for mover in (one, two):
        mover.press("eta", "ArrowRight", times=5)
        mover.drag("theta", np.linspace(.6, .7, 30))
        for page in (one, two):
            assert_right(page)
            assert [page.index(name) for name in ("eta", "theta")] == [mover.index(name) for name in ("eta", "theta")]


def test_without_host_and_manager_the_kernel_sees_every_move(show):
    page = show(SETUP, ALONE, SHOWN)
    current(page)
    assert page.kernel.value("figure._panel._browser_listens") is False
    for control in ("eta", "alpha", "theta", "eps"):
        for _ in range(3):
            before = page.tab.locator(PICTURE).get_attribute("data-state")
            page.press(control, "ArrowLeft")
            assert_right(page)
            assert json.loads(page.tab.locator(PICTURE).get_attribute("data-state")) != json.loads(before)


def test_running_a_cell_again_leaks_nothing(show):
    page = show(SETUP, SHOWN)
    alive = "[len(__import__('ipywidgets').widgets.widget._instances), len(__import__('comm').get_comm_manager().comms)]"

    def census(runs):
        for _ in range(runs):
            page.run_cell(1)
        current(page)
        return page.kernel.value(alive), page.census()

    census(20)
    (kernel, browser), (kernel_later, browser_later) = census(1), census(200)
    assert kernel == kernel_later
    assert browser["models"] == browser_later["models"]
    assert browser_later["listeners"] <= browser["listeners"] + 20
    assert browser_later["nodes"] <= 1.1 * browser["nodes"]
