"""All that is to be read fits at 800 pixels: nothing scrolls sideways, folded or not, and no line of a listing breaks."""
import nbformat
import pytest

from lnnlib.homework.exercise import exercises
from tests.notebooks import NOTEBOOKS, read

from .lab import notebook

pytestmark = pytest.mark.browser

FINISHED = """() => [...document.querySelectorAll(".jp-RenderedMarkdown")]
    .filter(text => text.querySelector("p") && !text.textContent.includes("$")).length"""
TOO_WIDE = """() => {
    for (const fold of document.querySelectorAll(".jp-RenderedMarkdown details")) fold.open = true;
    for (const listing of document.querySelectorAll(".jp-RenderedMarkdown pre code")) listing.style.whiteSpace = "pre";
    return [...document.querySelectorAll(".jp-RenderedMarkdown")].flatMap(text => [...text.children]
        .filter(block => block.offsetLeft + block.scrollWidth > text.clientWidth + 1)
        .map(block => block.textContent.slice(0, 100)));
}"""


def chapters():
    """The texts of the index and of each notebook, and the worked solutions, which open after a try."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        yield "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    yield "\n\n".join(exercise.solution for exercise in exercises())


def test_every_text_fits(show, lab):
    """One cell a chapter: Lab renders many cells only one by one, as they come near the screen."""
    texts = notebook()
    texts.cells = [nbformat.v4.new_markdown_cell(chapter) for chapter in chapters()]
    nbformat.write(texts, lab.root / "texts.ipynb")
    page = show(name="texts.ipynb", run=False)
    page.command("application:toggle-left-area")             # the list of files leaves no room for formulas
    page.resize(800)
    page.tab.wait_for_function(f"count => ({FINISHED})() === count", arg=len(texts.cells), polling=500)
    assert page.tab.evaluate(TOO_WIDE) == []
