"""The pages of the course as text: what stands on them, and that no part of a notebook is lost on the way."""
import ast
import json
import re
import subprocess
import sys
import unicodedata
from functools import cache
from html import unescape

import pytest
from fontTools.ttLib import TTFont

from lnnlib import _project, explorers
from lnnlib.homework.exercise import exercises
from lnnlib.site import book, cells, formulas, recording
from tests import notebooks, pages
from tests.repository import ROOT

NAMES = notebooks.names()
RECORDED = {"stem": "stem", "readout": "Says <this>", "about": "{}"}


@cache
def html(name):
    """A page without its tapes."""
    course = pages.read()
    return book.template().render(**book.filled(course, name, [RECORDED] * len(course[name].uses)))


def all_html():
    return {name: html(name) for name in pages.read()}


@pytest.fixture(scope="module")
def temml():
    with formulas.Temml() as temml:
        yield temml


def test_there_is_a_page_for_every_notebook_in_the_order_of_the_course():
    course = pages.read()
    assert list(course)[0] == "index" and set(course) == set(NAMES)
    sections = [page.title.split()[0] for page in list(course.values())[1:]]
    assert sections == sorted(sections) and sections[0] == "6.1"


@pytest.mark.parametrize("tex, expected", [
    (r"\mathbb R", "ℝ"), (r"\mathcal N", "𝒩"), (r"\Phi", "Φ"), (r"\|w\|", "‖"), (r"a' < b", "&lt;"),
])
def test_letters_and_signs_are_those_of_unicode(tex, expected, temml):
    assert expected in temml.mathml(tex)


def test_aligned_lines_are_a_table_with_as_many_rows(temml):
    assert temml.mathml(r"\begin{aligned}a&=b\\&=c\end{aligned}", True).count("<mtr>") == 2


def test_an_unknown_command_is_named(temml):
    with pytest.raises(ValueError, match=r"the formula \$\\nosuch x\$ is not understood: .*nosuch"):
        temml.mathml(r"\nosuch x")


def test_markdown_does_not_touch_formulas_and_formulas_do_not_touch_code(temml):
    page = formulas.Formulas(temml.mathml)
    text = page.take("| $\\|a_1\\|$ and $b_1$ | `$x$` |\n```\n$y$\n```\n\\$5 and $$c$$")
    assert "`$x$`" in text and "$y$" in text and "\\$5" in text
    assert page.put(text).count("<math") == 3
    assert page.plain(text).startswith("| \\|a_1\\| and b_1 |")


def test_styles_become_classes_that_say_the_same():
    styles = formulas.Styles()
    made = styles.classed('<td style="left:1em;top:0;"></td><mi class="a" style="top:0"></mi><mi style="top:0" class="b"></mi>')
    assert made == '<td class="style-0"></td><mi class="style-1 a"></mi><mi class="style-1 b"></mi>'
    assert styles.css() == ".style-0 { left:1em !important;top:0 !important }\n.style-1 { top:0 !important }"


def test_the_font_has_every_sign_of_every_formula():
    font = TTFont(formulas.TEMML / "STIXTwoMath.woff").getBestCmap()
    signs = {sign for page in all_html().values() for math in re.findall("<math.*?</math>", page, re.DOTALL)
             for sign in re.sub("<[^>]+>|&[a-z]+;", "", math)}
    assert len(signs) > 100
    drawn = {sign for sign in signs if unicodedata.category(sign) != "Cf"}
    assert [sign for sign in sorted(drawn) if ord(sign) not in font] == []


@pytest.mark.parametrize("name", NAMES)
def test_all_formulas_of_a_notebook_stand_on_its_page(name):
    source = "\n".join(cell.source for cell in shown(name) if cell.cell_type == "markdown")
    wanted = [found for found in formulas.FORMULA.finditer(source) if not found["code"]]
    assert html(name).count("</math>") >= len(wanted)
    assert "$" not in re.sub(r"<(pre|code).*?</\1>", "", html(name), flags=re.DOTALL)
    assert "\2" not in html(name)


def shown(name):
    nb = notebooks.read(notebooks.paths(name)[0])
    return [cell for cell in nb.cells if cells.NOTEBOOK_ONLY not in cell.metadata.get("tags", ())]


@pytest.mark.parametrize("name", NAMES)
def test_all_code_and_what_it_printed_stand_on_the_page(name):
    text = unescaped(html(name))
    for cell in shown(name):
        if cell.cell_type != "code" or cell.source.startswith(cells.CHECKS):
            continue
        assert cell.source.strip() in text
        for output in cell.outputs:
            said = output.get("text") or output.data["text/plain"]
            assert said.rstrip() in text or "image/png" in output.data


def unescaped(page):
    return unescape(re.sub("<[^>]+>", "", page))


def test_every_explorer_of_the_notebooks_is_recorded_but_those_that_draw_a_students_function():
    called = []
    for name in pages.read():
        for cell in shown(name):
            if cell.cell_type == "code":
                calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)
                         and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "explorers"]
                called += [call.func.attr for call in calls if "own(" not in ast.unparse(call)]
    used = [use.name for page in pages.read().values() for use in page.uses]
    assert used == called and set(used) == {name for name, make in vars(explorers).items() if hasattr(make, "__wrapped__")}


def test_a_use_is_read_from_the_end_of_a_cell():
    assert recording.use_in("explorers.octopus()") == recording.Use("octopus", {})
    for none in ("octopus()", "x = explorers.octopus()", "explorers.octopus(L=own('L'))", "explorers.octopus()\nprint(1)", ""):
        assert recording.use_in(none) is None


def test_homework_is_its_prompt_and_two_ways_to_work_on_it():
    for name, page in all_html().items():
        asked = re.findall(r'<h3 id="[^"]*">(6[\d.]*-[a-z]):', page)
        assert page.count("Answer it on Binder") == len(asked)
        if asked:
            assert page.count(f'href="{_project.binder(name)}"') == 1 + len(asked)
        assert "solution(" not in unescaped(page) and 'check("' not in unescaped(page)
    found = re.findall(r'<h3 id="[^"]*">(6[\d.]*-[a-z]):', "".join(all_html().values()))
    assert sorted(found) == sorted(exercise.id for exercise in exercises())


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_nothing_that_holds_in_jupyter_alone(name):
    text = unescaped(html(name))
    assert "Run All Cells" not in text and ".ipynb" not in re.sub('href="https[^"]*"', "", html(name))
    assert "progress()" not in text


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_a_place_on_a_page_and_ids_are_unique(name):
    for target in re.findall(r'href="([^"]*)"', html(name)):
        if target.startswith(("https:", "data:", "assets/")):
            continue
        page, _, part = target.partition("#")
        assert not page or page.removesuffix(".html") in NAMES, target
        assert not part or f'id="{part}"' in html(page.removesuffix(".html") or name), target
    ids = re.findall(r' id="([^"]*)"', html(name))
    assert len(ids) == len(set(ids)) and all(ids)


def test_headings_of_a_page_go_down_by_one():
    for name, page in all_html().items():
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), name


def test_alternative_texts_are_the_readouts():
    assert 'alt="Says &lt;this&gt;"' in html("index") and not re.search(r'<img(?![^>]* alt=")', "".join(all_html().values()))


def test_the_address_of_the_pages_is_said_where_one_begins():
    index = json.loads(notebooks.paths("index")[0].read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert any(_project.PAGES in "".join(cell["source"]) for cell in index["cells"])
    assert _project.PAGES in readme


@pytest.mark.parametrize("arguments, said", [
    (["--only", "no_such_page"], "no page is called no_such_page, expected some of index, 6_1_nonconvexity"),
    ([".", "--only", "index"], "holds something that is no site, expected an empty folder"),
])
def test_errors_of_the_command_are_one_sentence(arguments, said, tmp_path):
    (tmp_path / "work.txt").write_text("mine")
    done = subprocess.run([sys.executable, "-m", "lnnlib.site", *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "work.txt").read_text() == "mine"


def test_what_is_not_installed_is_named_in_one_sentence(tmp_path):
    code = "import sys; sys.modules['py_mini_racer'] = None; from lnnlib.site.__main__ import main; sys.exit(main(['site']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "py_mini_racer is not installed" in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
