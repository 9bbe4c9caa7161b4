"""Every lecture notebook in JupyterLab: it runs, its explorers live and answer, and a student without eyes or mouse can use them."""
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.notebooks import NOTEBOOKS

from .escape import current

pytestmark = pytest.mark.browser

LECTURE = sorted(path.stem for path in NOTEBOOKS.glob("6_*.ipynb"))
EXPLORER = ".lnn-explorer"


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


def cut_labels(page):
    """The controls' labels that do not fit into their place."""
    return page.tab.evaluate("""() => [...document.querySelectorAll(".lnn-control .widget-label")]
        .filter(label => label.scrollWidth > label.clientWidth).map(label => label.textContent)""")


def too_wide(page):
    """How many explorers stick out of their place."""
    return page.tab.evaluate("""() => [...document.querySelectorAll(".lnn-explorer")]
        .filter(root => root.scrollWidth > root.clientWidth).length""")


def wide_texts(page):
    """Texts and formulas that stick out of their cell, folded ones included; code may be scrolled."""
    return page.tab.evaluate("""() => {
        for (const fold of document.querySelectorAll(".jp-RenderedMarkdown details")) fold.open = true;
        return [...document.querySelectorAll(".jp-RenderedMarkdown")]
            .filter(text => text.scrollWidth > text.clientWidth + 1).map(text => text.textContent.slice(0, 100));
    }""")


def violations(page):
    """What axe-core finds wrong with the explorers, as `rule: element`."""
    found = Axe().run(page.tab, {"include": [[EXPLORER]]}).response["violations"]
    return sorted({f"{violation['id']}: {node['html'][:120]}" for violation in found for node in violation["nodes"]})


def skip_predictions(page):
    """Open every explorer without a guess; axe-core does not judge the contrast of what is still disabled."""
    for skip in page.tab.get_by_role("button", name="Skip", exact=True).all():
        skip.click()
    page.tab.wait_for_function("() => !document.querySelector('.lnn-explorer .noUi-target[disabled]')")


def move_first_slider(page, root):
    """Move the explorer's first slider by one step and wait for the picture of it."""
    handle, canvas = root.locator(".noUi-handle").first, root.locator("canvas.lnn-picture")
    before = canvas.get_attribute("data-state")
    handle.focus()
    page.tab.keyboard.press("ArrowLeft" if float(handle.get_attribute("aria-valuenow")) else "ArrowRight")
    page.tab.wait_for_function("([canvas, before]) => canvas.dataset.state !== before", arg=[canvas.element_handle(), before])


@pytest.mark.parametrize("name", LECTURE)
def test_it_runs_and_every_explorer_answers(show, name):
    """Dark and narrow first: a kernel that is stopped while it draws for a new theme takes seconds to end."""
    page = show(name=f"{name}.ipynb", run=False)
    page.dark()
    try:
        page.resize(800)
        page.run_all()
        expect(page.tab.locator(EXPLORER)).to_have_count(explorers_of(page), timeout=60_000)
        look_at_all(page)
        assert page.cell_errors() == []
        assert violations(page) == []
        skip_predictions(page)
        assert violations(page) == []
        assert cut_labels(page) == [] and too_wide(page) == 0
        page.command("application:toggle-left-area")         # the list of files leaves no room for formulas
        assert page.eventually(lambda: wide_texts(page), lambda wide: not wide, patience=10) == []
    finally:
        page.dark(False)
    page.resize(1280)
    for root in page.tab.locator(EXPLORER).all():
        move_first_slider(page, root)
    current(page)
    assert not any(page.tab.locator(".lnn-error").all_inner_texts())
    assert cut_labels(page) == []
    assert violations(page) == []
