"""The escape explorer in JupyterLab through what happens to notebooks: restarts, copies, re-runs, other front ends, slow links."""
import numpy as np
import pytest

from .escape import PICTURE, SETUP, SHOWN, assert_right, current, state
from .slow_link import SlowLink

pytestmark = pytest.mark.browser

GONE = "The kernel was restarted. Run this cell again."

# The canvas as in a front end that gives a widget neither `host` nor a manager.
ALONE = """
from lnnlib.live import link
import base64
script = base64.b64encode(link.Canvas._esm.encode()).decode()
link.Canvas._esm = '''
import original from "data:text/javascript;base64,SCRIPT";
const alone = model => new Proxy(model, { get: (model, name) => name === "widget_manager" ? undefined
    : typeof model[name] === "function" ? model[name].bind(model) : model[name] });
export default { render: ({ model, el }) => original.render({ model: alone(model), el }) };
'''.replace("SCRIPT", script)
"""

# What the kernel holds of explorers: widgets, comms, and our own objects.
HELD = """[len(__import__("ipywidgets").widgets.widget._instances), len(__import__("comm").get_comm_manager().comms),
    *(sum(type(thing).__name__ == name for thing in __import__("gc").get_objects()) for name in ("Panel", "Scene", "StageFigure"))]"""


def test_a_prediction_comes_first(show):
    page = show(SETUP, "figure = explorers.saddle_escape(theta=Fraction(1, 10**9), predict=True)\nfigure")
    controls = page.tab.locator(".lnn-control-eta")
    page.tab.locator(".lnn-predict").wait_for()
    assert not controls.is_visible()
    place = """canvas => { const [one, all] = [canvas, canvas.closest(".lnn-explorer")].map(e => e.getBoundingClientRect());
        return [one.top - all.top, one.width, one.height]; }"""
    before = page.tab.locator(PICTURE).evaluate(place)
    ready = page.tab.get_by_role("button", name="That is my prediction")
    assert ready.is_disabled()
    page.tab.get_by_role("radiogroup", name="Predict first.").get_by_role("radio").first.check()
    ready.click()
    page.tab.locator(".lnn-verdict").get_by_text("and so it is").wait_for()
    controls.wait_for()
    assert page.tab.locator(".lnn-predict").is_hidden()
    assert page.tab.locator(PICTURE).evaluate(place) == before          # the picture has kept its place
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
    assert_right(page)
    first, second = page.tab.locator(PICTURE).evaluate_all("all => all.map(canvas => [canvas.dataset.state, canvas.toDataURL()])")
    assert first == second


def test_a_new_view_of_an_output_has_a_size_of_its_own(show):
    page = show(SETUP, SHOWN)
    current(page)
    page.select_cell(1)
    page.command("notebook:create-output-view")
    page.tab.locator(PICTURE).nth(1).wait_for()
    page.press("eta", "ArrowRight", times=3)
    assert_right(page)
    sizes = page.eventually(
        lambda: page.tab.locator(PICTURE).evaluate_all("all => all.map(canvas => [canvas.width, canvas.height, canvas.clientWidth, canvas.clientHeight])"),
        lambda sizes: all(size[:2] == size[2:] for size in sizes))
    assert all(size[:2] == size[2:] for size in sizes), "each is drawn as large as it is shown"
    assert sizes[0][0] != sizes[1][0]


def test_two_tabs_on_one_notebook_both_follow(show):
    one = show(SETUP, SHOWN)
    current(one)
    one.command("docmanager:save")
    two = show(name=one.name, run=False)
    current(two)
    for mover in (one, two):
        mover.press("eta", "ArrowRight", times=5)
        mover.drag("theta", np.linspace(.6, .7, 30))
        assert_right(mover)
        for page in (one, two):
            assert_right(page)
            assert state(page) == state(mover)


def test_without_host_and_manager_the_kernel_sees_every_move(show):
    page = show(SETUP, ALONE, SHOWN)
    current(page)
    assert page.kernel.value("figure._panel._browser_listens") is False
    for control in ("eta", "alpha", "theta", "eps"):
        for _ in range(3):
            before = state(page)
            page.press(control, "ArrowLeft")
            assert_right(page)
            assert state(page) != before


@pytest.mark.slow
def test_running_a_cell_again_leaks_nothing(show):
    page = show(SETUP, SHOWN)
    # Lab 4.6 keeps a listener to the kernel's status for every comm there ever was, and by it the widget: not ours to judge.
    page.tab.evaluate("() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.statusChanged.connect = () => true; }")

    def census(runs):
        for _ in range(runs):
            page.run_cell(1)
        current(page)
        page.tab.wait_for_timeout(2000)                      # Lab lets go of an output a while after it is replaced
        page.kernel.run("__import__('gc').collect()")
        return page.kernel.value(HELD), page.census()

    (kernel, browser), (kernel_later, browser_later) = census(10), census(30)     # the benchmark of memory does 200
    assert kernel == kernel_later
    assert browser["models"] == browser_later["models"]
    # Lab's own parts come and go by some 150 of each, and so may one explorer, of 38 listeners and 264 nodes.
    assert browser_later["listeners"] < browser["listeners"] + 200
    assert browser_later["nodes"] < browser["nodes"] + 2 * 264


@pytest.mark.slow
@pytest.mark.parametrize("round_trip, bandwidth", [(.15, None), (.5, 125_000)])
def test_over_a_slow_link_the_last_value_wins(show, lab, round_trip, bandwidth):
    with SlowLink(lab.port) as link:
        page = show(SETUP, SHOWN, port=link.port)
        current(page)
        link.delay, link.bandwidth = round_trip / 2, bandwidth
        for control in ("eta", "alpha", "theta"):
            page.drag(control, np.linspace(.2, .8, 200))
            assert_right(page)
        assert page.tab.locator(".lnn-notice").is_hidden()
