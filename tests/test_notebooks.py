"""Every committed notebook: equal to its text, executed, clean, readable where nothing runs. nbval runs them."""
import base64
import copy
import html
import io
import json
import re
import statistics

import nbformat
import pytest
from nbconvert import HTMLExporter
from PIL import Image

from lnnlib import _project
from lnnlib.explorers.chapter_map import SECTIONS
from tests import notebooks
from tests.notebooks import NOTEBOOKS, WIDGET_VIEW

NAMES = sorted({path.stem for pattern in ("*.ipynb", "py/*.py") for path in NOTEBOOKS.glob(pattern)})
LECTURE = [name for name in NAMES if name != "index"]
AGAIN = ("index", "6_2_7_nonstrict_saddles")
every_notebook = pytest.mark.parametrize("name", NAMES)
every_lecture_notebook = pytest.mark.parametrize("name", LECTURE)


def stored(name):
    """The notebook as its file says, through no library that could mend it."""
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))


def code_cells(nb):
    return [cell for cell in nb["cells"] if cell["cell_type"] == "code"]


def outputs(nb):
    return [output for cell in code_cells(nb) for output in cell["outputs"]]


def prose(nb):
    return "\n".join("".join(cell["source"]) for cell in nb["cells"] if cell["cell_type"] == "markdown")


@every_notebook
def test_is_what_the_command_writes(name):
    assert notebooks.stale(name) == [], f"run python -m tests.notebooks {name}"


@every_notebook
def test_is_a_valid_notebook_without_dead_widgets_or_pairing(name):
    nb = stored(name)
    nbformat.validate(nb)
    assert set(nb["metadata"]) == {"kernelspec", "language_info"}
    assert not [output for output in outputs(nb) if WIDGET_VIEW in output.get("data", {})]


@every_notebook
def test_every_code_cell_ran_in_order_without_error_or_warning(name):
    nb = stored(name)
    cells = code_cells(nb)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not [o for o in outputs(nb) if o["output_type"] == "error" or o.get("name") == "stderr"]


@every_notebook
def test_no_text_names_a_colour_that_the_dark_theme_exchanges(name):
    assert re.findall(r"\b(?:black|white|dark|light|pink|purple)\b", prose(stored(name))) == []


@every_notebook
def test_every_picture_says_in_words_what_it_shows(name):
    for output in outputs(stored(name)):
        if "image/png" in output.get("data", {}):
            said = output["metadata"]["image/png"]["alt"]
            assert said.strip()
            assert "".join(output["data"]["text/plain"]) == said


@every_lecture_notebook
@pytest.mark.parametrize("template, keeps_alt", [("lab", False), ("classic", True)])
def test_a_page_made_of_it_shows_every_picture(name, template, keeps_alt):
    nb = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    page, _ = HTMLExporter(template_name=template).from_notebook_node(nb)
    pictures = [output for output in outputs(nb) if "image/png" in output.get("data", {})]
    assert pictures
    for picture in pictures:
        assert picture.data["image/png"].strip() in page
        assert f'alt="{picture.metadata["image/png"]["alt"]}"' in html.unescape(page) or not keeps_alt


@every_lecture_notebook
def test_code_cells_are_short_and_draw_nothing_themselves(name):
    sources = ["".join(cell["source"]) for cell in code_cells(stored(name))]
    assert max(len(source.splitlines()) for source in sources) <= 10
    assert statistics.median(len([line for line in source.splitlines() if line]) for source in sources) <= 4
    assert not [source for source in sources if "matplotlib" in source]


@every_notebook
def test_no_line_of_code_is_wider_than_the_cell_at_1280_pixels(name):
    lines = [line for cell in code_cells(stored(name)) for line in "".join(cell["source"]).splitlines()]
    assert [line for line in lines if len(line) > 95] == []


@every_notebook
def test_homework_ids_are_unique(name):
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in stored(name)["cells"] if "nbgrader" in cell["metadata"]]
    assert len(ids) == len(set(ids))


@every_notebook
def test_links_lead_somewhere(name):
    text = prose(stored(name))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith("https://"):
            assert (NOTEBOOKS / target).exists(), target
    assert _project.binder(name) in text


@every_lecture_notebook
def test_the_index_leads_there_and_back_and_says_the_same(name):
    index, text = prose(stored("index")), prose(stored(name))
    row = re.search(rf"^\| \[\*\*(?P<number>[\d.]+)\*\* (?P<title>.+)\]\({name}\.ipynb\)"
                    r" \| (?P<question>.+) \| (?P<reading>\d+) \+ (?P<homework>\d+) \|", index, flags=re.MULTILINE)
    assert row, "the index has no row that links it"
    assert text.startswith(f"# {row['number']} {row['title']}\n")
    assert f"**{row['question']}**" in text
    assert f"Time: about {row['reading']} minutes of reading and playing, {row['homework']} of homework." in text
    assert "](index.ipynb)" in text


def test_the_map_of_the_chapter_says_what_the_index_says():
    row = re.compile(r"^\| \[\*\*([\d.]+)\*\* (.+)\]\(.+\) \| .+ \| (\d+ \+ \d+) \| (.+) \|", flags=re.MULTILINE)
    rows = row.findall(prose(stored("index")))
    assert rows == [(one.number, one.title, f"{one.reading} + {one.homework}", ", ".join(one.builds_on) or "–") for one in SECTIONS]


# What is asked is answered, and what breaks is guessed first

SEEN = "<details><summary><b>What you should have seen</b></summary>\n"


def contents(name):
    """The kind and the text of every cell."""
    return [(cell["cell_type"], "".join(cell["source"])) for cell in stored(name)["cells"]]


def unanswered(cells):
    """The explorers outside homework without a fold right below that says what there was to see; the index's map asks nothing."""
    below = [*(text for _, text in cells[1:]), ""]
    return [text for (kind, text), after in zip(cells, below, strict=True)
            if kind == "code" and "explorers." in text and "own(" not in text and "chapter_map" not in text
            and not after.startswith(SEEN)]


def guessed_first(cells):
    """How many Breaks ask "which do you expect? Guess ..", and answer in a fold or by a cell before the next Break begins."""
    text = "".join(f"\n\n{text if kind == 'markdown' else '<code>'}" for kind, text in cells)
    breaks = re.split(r"\n\n(?=\*\*\d)", re.search(r"\n## Break\n(.*?)\n## ", text, flags=re.DOTALL)[1])
    return len([one for one in breaks if re.search(r"\bexpect\b.*\?\s+Guess\b.*(<details>|<code>)", one, flags=re.DOTALL)])


@every_notebook
def test_a_fold_below_every_explorer_says_what_there_was_to_see(name):
    assert unanswered(contents(name)) == []


@every_notebook
def test_every_fold_is_closed_and_holds_text(name):
    text = prose(stored(name))
    folds = re.findall(r"<details><summary>[^\n]+</summary>\n\n(.+?)\n\n</details>", text, flags=re.DOTALL)
    assert len(folds) == text.count("<details") == text.count("</details>")
    assert all(re.search(r"\w", fold) and "<details" not in fold for fold in folds)


@every_lecture_notebook
def test_two_breaks_at_least_are_guessed_first(name):
    assert guessed_first(contents(name)) >= 2


def test_a_missing_answer_is_noticed():
    cells = contents("6_2_2_strict_saddles")
    fold = next(number for number, (_, text) in enumerate(cells) if text.startswith(SEEN))
    assert unanswered(cells[:fold] + cells[fold + 1:]) == [cells[fold - 1][1]]
    assert guessed_first([(kind, text.replace("Guess", "See")) for kind, text in cells]) == 0


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in AGAIN else pytest.mark.release)
                                  for name in NAMES])
def test_running_again_changes_nothing(name):
    """To the last byte, pictures by what they show. A few here, all before a release."""
    notebook, _ = notebooks.paths(name)
    old = notebooks.read(notebook)
    again = notebooks.run(copy.deepcopy(old))
    notebooks.keep_equal_pictures(again, old)
    assert notebooks.serialized(again) == notebook.read_text(encoding="utf-8")


# The maintainers' command itself, on a notebook of its own

TEXT = '''# %% [markdown]
# A *title*

# %%
import ipywidgets
from IPython.display import display

# %% tags=["nbval-ignore-output"]
print("one", flush=True)
print("two")

# %% deletable=false nbgrader={"grade": false, "grade_id": "a"}
answer = ...

# %%
display(ipywidgets.IntSlider())
class Figure:
    def _repr_mimebundle_(self, **_):
        return {"text/plain": "x = 1"}, {"image/png": {"alt": "x = 1"}, "text/plain": {"width": 1}}
Figure()

# %% jupyter={"source_hidden": true}
%matplotlib inline
answer
'''.replace("\n%matplotlib", "\n# %matplotlib")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with one notebook, written by the command."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("notebooks")
        patch.setattr(notebooks, "NOTEBOOKS", path)
        (path / "py").mkdir()
        (path / "py/example.py").write_text(TEXT, encoding="utf-8")
        assert notebooks.main(["example"]) == 0
        yield path


def files(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("example.*")}


def test_command_keeps_text_metadata_and_outputs_but_nothing_that_changes(folder):
    assert (folder / "py/example.py").read_text(encoding="utf-8").split() == TEXT.split()
    nb = notebooks.read(folder / "example.ipynb")
    assert [cell.metadata for cell in nb.cells[2:4]] == [
        {"tags": ["nbval-ignore-output"]},
        {"deletable": False, "nbgrader": {"grade": False, "grade_id": "a"}},
    ]
    streams, _, shown, last = (cell.outputs for cell in nb.cells[2:])
    assert [(output.name, output.text) for output in streams] == [("stdout", "one\ntwo\n")]
    assert [(o.output_type, o.data, o.metadata) for o in shown[1:]] == [
        ("execute_result", {"text/plain": "x = 1"}, {"text/plain": {"width": 1}})]
    assert "IntSlider" in shown[0].data["text/plain"] and list(shown[0].data) == ["text/plain"]
    assert last[0].data == {"text/plain": "Ellipsis"}
    assert nb.metadata == notebooks.METADATA


def test_command_run_twice_changes_nothing_in_either_direction(folder):
    before = files(folder)
    for arguments in (["--check"], ["example"], ["--from-ipynb", "example"]):
        assert notebooks.main(arguments) == 0
        assert files(folder) == before


def test_check_names_what_is_out_of_step_and_writes_nothing(folder, capsys):
    before = files(folder)
    path = folder / "py/example.py"
    path.write_text(TEXT.replace("answer = ...", "answer = 42"), encoding="utf-8")
    edited = files(folder)
    assert notebooks.main(["--check", "example"]) == 1
    assert capsys.readouterr().out.startswith("example: would change example.ipynb")
    assert files(folder) == edited
    path.write_bytes(before["example.py"])


def test_each_direction_takes_the_inputs_of_its_source_whatever_is_newer(folder):
    text, notebook = folder / "py/example.py", folder / "example.ipynb"
    ids = [cell.id for cell in notebooks.read(notebook).cells]
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("answer = ...", "answer = 42"), encoding="utf-8")
    assert notebooks.main(["--from-ipynb", "example"]) == 0
    assert "answer = 42" in text.read_text(encoding="utf-8")
    text.write_text(text.read_text(encoding="utf-8").replace("answer = 42", "answer = ..."), encoding="utf-8")
    assert notebooks.main(["example"]) == 0
    assert "answer = 42" not in notebook.read_text(encoding="utf-8")
    assert [cell.id for cell in notebooks.read(notebook).cells] == ids


def test_command_writes_nothing_when_a_cell_fails(folder, capsys):
    path = folder / "py/broken.py"
    path.write_text("# %%\n1 / 0\n", encoding="utf-8")
    assert notebooks.main(["broken"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert not (folder / "broken.ipynb").exists()
    path.unlink()


@pytest.mark.parametrize("level, same", [(255, True), (245, True), (200, False)])
def test_a_picture_is_replaced_only_when_it_shows_something_else(level, same):
    def picture(value):
        image, file = Image.new("L", (8, 4), 255), io.BytesIO()
        image.putpixel((3, 2), value)
        image.save(file, "png")
        return base64.b64encode(file.getvalue()).decode()

    def notebook(value):
        output = nbformat.v4.new_output("display_data", {"image/png": picture(value)})
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(id="a", outputs=[output])])

    old, new = notebook(255), notebook(level)
    notebooks.keep_equal_pictures(new, old)
    assert (new == old) is same
