"""What a student writes survives opening and saving, over a real Jupyter server with jupytext's extension active."""
import copy
import json
import os
import shutil

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from lnnlib.jupyter.saving import MADE_BY, WIDGET_VIEW, keep_pictures
from tests.front_end import ask, kernel
from tests.notebooks import METADATA, NOTEBOOKS
from tests.repository import ROOT
from tests.server import serving

PICTURE = {"image/png": "iVBORw0KGgo=", "text/plain": "escapes at step 14"}
ALT = {"image/png": {"alt": "escapes at step 14"}}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the repository, as far as the server needs it."""
    copied = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "lnnlib", copied / "lnnlib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".jupytext.toml", copied)
    (copied / "notebooks/py").mkdir(parents=True)
    write_pair(copied / "notebooks", "index", newer=0)
    return copied


@pytest.fixture(scope="module")
def launched(course, tmp_path_factory):
    """The course as `python -m lnnlib` opens it: the repository is the root."""
    home = tmp_path_factory.mktemp("launched") / "home"
    with serving(["lnnlib"], home, PYTHONPATH=str(course)) as server:
        yield server


@pytest.fixture(scope="module", params=["repository", "notebooks"])
def server(request, course, tmp_path_factory):
    """The course as the launcher opens it, and as `jupyter lab` in notebooks/ does; and the notebooks' folder there."""
    if request.param == "repository":
        yield request.getfixturevalue("launched"), "notebooks/"
        return
    home = tmp_path_factory.mktemp("plain") / "home"
    with serving(["jupyterlab", f"--ServerApp.root_dir={course / 'notebooks'}"], home) as plain:
        yield plain, ""


def write_pair(folder, name, newer):
    """A notebook with the answer 42 and its text without; the text is `newer` seconds newer, None is missing."""
    notebook = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("answer = 42")], metadata=METADATA), notebook)
    if newer is not None:
        text = folder / "py" / f"{name}.py"
        text.write_text("# %%\nanswer = ...\n")
        now = notebook.stat().st_mtime
        os.utime(text, (now + newer, now + newer))


AGES = pytest.mark.parametrize("newer", [-3600, 3600, 0, None], ids=["older", "newer", "same-second", "missing"])


@AGES
def test_an_answer_survives_opening_and_saving_whatever_the_text_says(server, course, newer, request):
    jupyter, folder = server
    name = request.node.callspec.id
    write_pair(course / "notebooks", name, newer)
    for _ in range(2):
        opened = jupyter.open(f"{folder}{name}.ipynb")
        assert opened["cells"][0]["source"] == "answer = 42"
        jupyter.save(f"{folder}{name}.ipynb", opened)
    assert nbformat.read(course / f"notebooks/{name}.ipynb", 4).cells[0].source == "answer = 42"
    text = course / f"notebooks/py/{name}.py"
    assert not text.exists() if newer is None else text.read_text() == "# %%\nanswer = ...\n"


def edited_by_a_student(folder, name, newer):
    """A notebook of the course whose answer cells are filled in, beside its text; the cells' sources."""
    notebook, text = folder / f"{name}.ipynb", folder / "py" / f"{name}.py"
    nb = nbformat.read(NOTEBOOKS / notebook.name, as_version=4)
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = f"# my own\n{cell.source.replace('...', '42')}"
    nbformat.write(nb, notebook)
    text.unlink(missing_ok=True)
    if newer is not None:
        shutil.copy(NOTEBOOKS / "py" / text.name, text)
        now = notebook.stat().st_mtime
        os.utime(text, (now + newer, now + newer))
    return [cell.source for cell in nb.cells]


@AGES
@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("6_*.ipynb")))
def test_every_notebook_of_the_course_keeps_what_a_student_wrote(launched, course, name, newer):
    written = edited_by_a_student(course / "notebooks", name, newer)
    assert sum(source.startswith("# my own") for source in written) >= 2
    for _ in range(2):
        opened = launched.open(f"notebooks/{name}.ipynb")
        assert [cell["source"] for cell in opened["cells"]] == written
        launched.save(f"notebooks/{name}.ipynb", opened)
    assert [cell.source for cell in nbformat.read(course / f"notebooks/{name}.ipynb", 4).cells] == written


def test_a_pairing_that_the_server_sees_would_lose_the_answer(course, tmp_path):
    """The danger is real and jupytext is active: the same files with a visible jupytext.toml lose the 42."""
    folder = tmp_path / "course"
    (folder / "notebooks/py").mkdir(parents=True)
    shutil.copy(course / ".jupytext.toml", folder / "jupytext.toml")
    write_pair(folder / "notebooks", "paired", newer=3600)
    with serving(["jupyterlab", f"--ServerApp.root_dir={folder}"], tmp_path / "home") as paired:
        assert paired.open("notebooks/paired.ipynb")["cells"][0]["source"] == "answer = ..."


VIEW = {WIDGET_VIEW: {"model_id": "9f2c", "version_major": 2, "version_minor": 0}}
SLIDER = {"text/plain": "IntSlider(value=0)", **VIEW}
STATE = {"application/vnd.jupyter.widget-state+json": {"state": {"9f2c": {}}}}


def student_notebook(*others):
    """A notebook as a front end sends it after a run: a live explorer and its picture, an explorer in one output, others."""
    outputs = [
        new_output("display_data", VIEW, metadata={WIDGET_VIEW: MADE_BY}),
        new_output("execute_result", PICTURE, metadata=ALT),
        new_output("execute_result", {**PICTURE, **VIEW}, metadata={**ALT, WIDGET_VIEW: {"width": 1}}),
        *others,
        new_output("stream", text="done\n"),
    ]
    return new_notebook(cells=[new_code_cell("1", outputs=outputs)], metadata={**METADATA, "widgets": STATE})


def test_saving_drops_the_live_views_whose_picture_stays(launched, course):
    launched.save("notebooks/ran.ipynb", student_notebook())
    opened = launched.open("notebooks/ran.ipynb")
    assert "widgets" not in opened["metadata"]
    *explorers, stream = opened["cells"][0]["outputs"]
    assert [(one["data"], one["metadata"]) for one in explorers] == 2 * [(PICTURE, ALT)] and stream["text"] == "done\n"
    assert nbformat.read(course / "notebooks/ran.ipynb", 4).cells[0].source == "1"


@pytest.mark.parametrize("others", [
    [new_output("display_data", SLIDER)],
    [new_output("display_data", VIEW)],
    [new_output("display_data", SLIDER), new_output("display_data", PICTURE)],
    [new_output("display_data", {**PICTURE, **VIEW})],
    [new_output("display_data", {**PICTURE, **VIEW}, metadata={"image/png": {"alt": "another text"}})],
    [new_output("display_data", VIEW, metadata={WIDGET_VIEW: MADE_BY})],
], ids=["slider", "lone-view", "slider-before-a-picture", "view-with-a-picture", "other-text", "explorer-without-picture"])
def test_saving_leaves_what_others_made_and_its_state(launched, others):
    launched.save("notebooks/others.ipynb", student_notebook(*others))
    opened = launched.open("notebooks/others.ipynb")
    assert opened["metadata"]["widgets"] == STATE
    assert opened["cells"][0]["outputs"][2:-1] == others


def test_saving_touches_no_notebook_without_explorers(launched):
    nb = new_notebook(cells=[new_code_cell("1", outputs=[new_output("stream", text="done\n")])],
                      metadata={**METADATA, "widgets": STATE})
    launched.save("notebooks/plain.ipynb", nb)
    assert launched.open("notebooks/plain.ipynb")["metadata"]["widgets"] == STATE


def test_an_explorer_that_a_student_ran_and_saved_is_its_picture_when_it_is_opened_again(launched):
    with kernel() as client:
        outputs = ask(client, "from lnnlib import explorers\nexplorers.saddle_escape()", cellId="a1")
    assert [WIDGET_VIEW in output.data for output in outputs] == [True, False]
    launched.save("notebooks/explorer.ipynb", new_notebook(cells=[new_code_cell("1", outputs=outputs)], metadata=METADATA))
    (output,) = launched.open("notebooks/explorer.ipynb")["cells"][0]["outputs"]
    assert set(output["data"]) == {"image/png", "text/plain"}
    assert output["metadata"]["image/png"]["alt"] == output["data"]["text/plain"]


def test_a_server_whose_configuration_names_the_hook_in_saving_starts_and_keeps_the_pictures(course, tmp_path):
    """Such a file lies where Binder's recipe or a hub's image once copied it, whatever lnnlib is there now."""
    configuration = tmp_path / "home/CONFIG/jupyter_server_config.json"
    configuration.parent.mkdir(parents=True)
    configuration.write_text('{"FileContentsManager": {"pre_save_hook": "lnnlib._saving.keep_pictures"}}')
    root = tmp_path / "root"
    root.mkdir()
    with serving(["jupyterlab", f"--ServerApp.root_dir={root}"], tmp_path / "home", PYTHONPATH=str(course)) as server:
        server.save("ran.ipynb", student_notebook())
        explorer = server.open("ran.ipynb")["cells"][0]["outputs"][0]
        assert explorer["data"] == PICTURE and explorer["metadata"] == ALT


def test_a_notebook_that_breaks_the_format_is_saved_all_the_same(launched, course):
    broken = new_notebook(cells=[new_code_cell("answer = 42")])
    broken.cells[0].outputs = [{"output_type": "display_data"}]
    launched.save("notebooks/broken.ipynb", broken)
    assert json.loads((course / "notebooks/broken.ipynb").read_text())["cells"][0]["source"] == ["answer = 42"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["metadata", "cells", "outputs", "data", "widgets", WIDGET_VIEW]), inner, max_size=4),
)


@given(JSON, JSON)
def test_the_hook_never_raises(content, outputs):
    for model in (content, {"type": "notebook", "content": content}, {"type": "notebook", "content": {
            "metadata": {}, "cells": [{"outputs": outputs}, {"outputs": [{"data": outputs, "metadata": {}}]}]}}):
        keep_pictures(model=model, path="a.ipynb", contents_manager=None)


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_the_hook_leaves_other_files_alone(kind):
    model = {"type": kind, "content": student_notebook()}
    untouched = copy.deepcopy(model)
    keep_pictures(model)
    assert model == untouched
