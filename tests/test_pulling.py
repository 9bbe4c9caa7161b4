"""A class on JupyterHub: nbgitpuller brings a new version of the course into a clone in which a student has worked."""
import json
import shutil
import subprocess
import sys

import nbformat
import pytest

from tests.notebooks import NOTEBOOKS

NAME = "6_2_2_strict_saddles"
ANSWER = "bound = 23\nfirst_escape = 14\ntie = 2"
WORD = "A sentence that came with the new version."


def git(folder, *arguments):
    who = ["-c", "user.name=teacher", "-c", "user.email=teacher@example.org"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def pull(course, clone):
    subprocess.run([sys.executable, "-m", "nbgitpuller.pull", str(course), "main", str(clone)], check=True, capture_output=True)


def rewrite(path, change):
    """Change a notebook as a front end does: read, edit, write."""
    nb = nbformat.read(path, as_version=4)
    change(nb)
    nbformat.write(nb, path)


def answer(nb):
    cell = next(cell for cell in nb.cells if "first_escape = ..." in cell.source)
    cell.source, cell.outputs = ANSWER, [nbformat.v4.new_output("stream", text="the student's own line\n")]


def sources(path):
    nb = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(nb)
    return ["".join(cell["source"]) for cell in nb["cells"]]


@pytest.fixture
def course(tmp_path):
    """The teacher's repository, and the folder of a student's clone."""
    course = tmp_path / "course"
    shutil.copytree(NOTEBOOKS, course / "notebooks")
    git(tmp_path, "init", "--initial-branch=main", str(course))
    git(course, "add", ".")
    git(course, "commit", "-m", "first version")
    return course


@pytest.fixture
def clone(course, tmp_path):
    pull(course, tmp_path / "clone")
    return tmp_path / "clone"


def new_version(course, *names):
    for name in names:
        rewrite(course / f"notebooks/{name}.ipynb", lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell(WORD, id="new-word")))
    (course / "notebooks/new.txt").write_text(WORD, encoding="utf-8")
    git(course, "add", ".")
    git(course, "commit", "-m", "second version")


def test_what_is_new_and_what_is_untouched_is_brought_up_to_date(course, clone):
    rewrite(clone / f"notebooks/{NAME}.ipynb", answer)
    new_version(course, "index")
    pull(course, clone)
    assert sources(clone / "notebooks/index.ipynb")[-1] == WORD
    assert (clone / "notebooks/new.txt").read_text(encoding="utf-8") == WORD
    assert ANSWER in sources(clone / f"notebooks/{NAME}.ipynb")


def test_an_edited_notebook_keeps_every_edit_and_stays_valid(course, clone):
    notebook = clone / f"notebooks/{NAME}.ipynb"
    rewrite(notebook, answer)
    before = sources(notebook)
    new_version(course, NAME)
    pull(course, clone)
    after = sources(notebook)
    assert ANSWER in after and "the student's own line" in notebook.read_text(encoding="utf-8")
    assert after in (before, [*before, WORD])
    pull(course, clone)                                      # and the next time too
    assert sources(notebook) == after


def test_both_sides_change_the_same_cell_and_the_student_wins(course, clone):
    notebook = clone / f"notebooks/{NAME}.ipynb"
    rewrite(notebook, answer)

    def reword(nb):
        next(cell for cell in nb.cells if "first_escape = ..." in cell.source).source = "bound = ...\nfirst = ..."

    rewrite(course / f"notebooks/{NAME}.ipynb", reword)
    git(course, "commit", "--all", "-m", "other names")
    pull(course, clone)
    assert ANSWER in sources(notebook)


def test_a_fresh_copy_comes_beside_a_renamed_notebook(course, clone):
    notebook = clone / f"notebooks/{NAME}.ipynb"
    rewrite(notebook, answer)
    mine = notebook.rename(notebook.with_name("mine.ipynb"))
    new_version(course, NAME)
    pull(course, clone)
    assert sources(notebook)[-1] == WORD and ANSWER not in sources(notebook)
    assert ANSWER in sources(mine)
