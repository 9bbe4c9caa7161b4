"""A student at work in JupyterLab: edit an answer, run the check, read the hint, edit again, be right."""
import nbformat
import pytest

from lnnlib.homework.exercise import find
from tests.test_nbgrader import homework_of, notebook_of

pytestmark = pytest.mark.browser

# Two notebooks: numbers and a function, the right code and what turns it into a mistake that many make.
WORK = [
    ("6.2.2-a", "bound -= 1", "the guarantee needs t > B, strictly"),
    ("6.2.3-b", "right = threshold\ndef threshold(rho): return right(rho) * 0", "Definition 6.8"),
]


def cells(page):
    return page.tab.evaluate("() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells")


def typed(page, index, source):
    """Replace the text of a cell as a student does, in its editor, and run it."""
    page.select_cell(index)
    page.command("notebook:enter-edit-mode")
    page.tab.keyboard.press("Control+A")
    page.tab.keyboard.insert_text(source)
    assert cells(page)[index]["source"] == source
    page.run_cell(index)


def answer(page, index):
    """What the cell says when it has run."""
    page.run_cell(index)
    return "".join(cells(page)[index]["outputs"][0]["data"]["text/plain"])


@pytest.mark.parametrize("id, slip, hint", WORK)
def test_edit_run_hint_edit_right(show, lab, id, slip, hint):
    section = id.rpartition("-")[0]
    nbformat.write(homework_of(notebook_of(section)), lab.root / f"homework-{section}.ipynb")
    page = show(name=f"homework-{section}.ipynb")
    found = {cell["metadata"].get("nbgrader", {}).get("grade_id") or cell["source"]: k for k, cell in enumerate(cells(page))}
    index, summary = found[id.replace(".", "_")], found[f'progress("{section}")']
    code = find(id).code.strip()
    assert answer(page, index + 1).startswith("Not answered yet.")
    typed(page, index, f"{code}\n{slip}")
    verdict = answer(page, index + 1)
    assert verdict.startswith(("Almost.", "Wrong.")) and hint in verdict
    page.tab.locator("[role=status]", has_text=hint).first.wait_for()
    typed(page, index, code)
    assert answer(page, index + 1).startswith("Right.")
    assert f"✓ {id}" in answer(page, summary)
    assert page.cell_errors() == []
