"""Every notebook in JupyterLab: it runs, its explorers fit the screen and answer, and a student without eyes or mouse can use them."""
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.notebooks import NOTEBOOKS

from . import screen
from .escape import current

pytestmark = pytest.mark.browser

NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# Every kind of explorer is among these: with a question, points to drag, drop-downs, a listing; the others before a release.
ALWAYS = ("index", "6_1_nonconvexity", "6_2_3_perturbed_gd", "6_2_6_local_minima", "6_2_7_nonstrict_saddles")
EXPLORER = ".lnn-explorer"
# The tightest windows: cutting and overlapping alone, the lowest, the narrowest. 800 x 900 is wider than the last, and higher.
TIGHT = [screen.NARROW, ((845, 531), False), ((1024, 720), True)]


def explorers_of(page):
    """How many explorers the executed notebook shows."""
    cells = page.tab.evaluate("() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells")
    return sum("lnn-" not in cell["source"] and any("application/vnd.jupyter.widget-view+json" in output.get("data", {})
               for output in cell.get("outputs", [])) for cell in cells)


def look_at_all(page):
    """Scroll to every explorer: Lab lays a cell out when it comes near the screen, and its picture asks for a frame then."""
    for root in page.tab.locator(EXPLORER).all():
        root.scroll_into_view_if_needed()
        root.locator("canvas.lnn-picture[data-frame]").wait_for()


def violations(page):
    """What axe-core finds wrong with the explorers, as `rule: element`."""
    found = Axe().run(page.tab, {"include": [[EXPLORER]]}).response["violations"]
    return sorted({f"{violation['id']}: {node['html'][:120]}" for violation in found for node in violation["nodes"]})


def move_first_control(page, root):
    """Move the first control in use by one step and wait for the picture of it."""
    canvas, control = root.locator("canvas.lnn-picture"), root.locator(".noUi-handle:visible, .widget-dropdown select:visible").first
    root.scroll_into_view_if_needed()
    before = canvas.get_attribute("data-state")
    control.focus()
    menu, at_start = control.evaluate("e => [e.matches('select'), (e.selectedIndex ?? Number(e.ariaValueNow)) === 0]")
    page.tab.keyboard.press("ArrowDown" if menu == at_start else "ArrowUp")          # a slider goes up, a menu down from its start
    page.tab.wait_for_function("([canvas, before]) => canvas.dataset.state !== before", arg=[canvas.element_handle(), before])


def run_and_look(page):
    page.run_all()
    expect(page.tab.locator(EXPLORER)).to_have_count(explorers_of(page), timeout=60_000)
    look_at_all(page)
    assert (errors := page.cell_errors()) == [], errors


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in ALWAYS else pytest.mark.release) for name in NAMES])
def test_it_runs_fits_the_screen_and_every_explorer_answers(show, name):
    """Dark and narrow first: a kernel that is stopped while it draws for a new theme takes seconds to end."""
    page = show(name=f"{name}.ipynb", run=False)
    page.dark()
    try:
        screen.look(page, *screen.NARROW)
        run_and_look(page)
        assert violations(page) == []
        assert screen.faults(page, TIGHT, ".lnn-asking") == []
        screen.answer(page)
        assert screen.faults(page, TIGHT[::-1]) == []
        assert violations(page) == []
    finally:
        page.dark(False)
    screen.look(page, (1280, 900), files=True)
    for root in page.tab.locator(EXPLORER).all():
        move_first_control(page, root)
    current(page)
    assert not any(page.tab.locator(".lnn-error").all_inner_texts())
    assert violations(page) == []


@pytest.mark.release
@pytest.mark.parametrize("name", NAMES)
def test_every_explorer_fits_every_window(show, name):
    page = show(name=f"{name}.ipynb", run=False)
    run_and_look(page)
    assert screen.faults(page, screen.WINDOWS, ".lnn-asking") == []
    screen.answer(page)
    assert screen.faults(page, [*screen.WINDOWS, screen.NARROW]) == []
