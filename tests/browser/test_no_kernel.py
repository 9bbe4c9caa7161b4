"""No kernel, no blank: where nothing can bring an explorer to life, its picture and its readout are seen, offline too."""
import contextlib
import os
import subprocess
import sys
import venv

import nbformat
import pytest

from lnnlib import explorers
from lnnlib.jupyter.saving import WIDGET_VIEW
from lnnlib.live.display import bundle
from tests.test_nbgrader import nbgrader

from .lab import REPOSITORY, Lab, notebook, unexpected

pytestmark = pytest.mark.browser

SETUP = "from lnnlib import explorers\nfrom IPython.display import display"
SHOWN = "explorers.saddle_escape()"
TWO = "display(explorers.saddle_escape(), explorers.depth_dial())"
MADE = [explorers.saddle_escape, explorers.saddle_escape, explorers.depth_dial]

# Every picture on the page: what it shows, whether it is seen, its alternative text.
PICTURES = """() => [...document.querySelectorAll("img")].filter(img => img.src.startsWith("data:image/png")).map(img =>
    ({ png: img.src.split(",")[1], seen: img.checkVisibility() && img.naturalWidth > 0 && img.clientWidth > 300, alt: img.alt }))"""
# The heights of live views (V) and of pictures (P), in every frame in which they changed.
WATCH = """() => {
    window.heights = [];
    const look = () => {
        const outputs = [...document.querySelectorAll(".jp-OutputArea-child")].map(output =>
            (output.querySelector(".lnn-explorer") ? "V" : "P") + (output.clientHeight > 0 ? "+" : "0")).join(" ");
        if (heights.at(-1) !== outputs) heights.push(outputs);
        requestAnimationFrame(look);
    };
    look();
}"""
DEAD = "Error displaying widget: model not found"
FALSE = ("kernel was restarted", "Error displaying widget", "model not found")


def assert_pictures(tab, pngs):
    """These three pictures are seen, and no other; their alternative texts."""
    tab.wait_for_function(f"() => ({PICTURES})().length === 3 && ({PICTURES})().every(picture => picture.seen)")
    shown = tab.evaluate(PICTURES)
    assert [picture["png"] for picture in shown] == pngs
    return [picture["alt"] for picture in shown]


def pictures_of_the_explorers():
    """They say how to bring them to life."""
    return [bundle(make())[0]["image/png"] for make in MADE]


@contextlib.contextmanager
def offline(chromium, page):
    """The page of this file in a tab without network; afterwards its console holds nothing but what it could not load."""
    with chromium.blank() as tab:
        console = []
        tab.on("console", lambda message: message.type in ("warning", "error") and console.append(message.text))
        tab.on("pageerror", lambda error: console.append(f"{error.name}: {error.message}"))
        tab.context.set_offline(True)
        tab.goto(page.as_uri())
        yield tab
        assert not [words for words in FALSE if words in tab.locator("body").inner_text()]
        assert tab.locator(".lnn-explorer, script[type*='widget']").count() == 0
    assert [line for line in console if "net::ERR_INTERNET_DISCONNECTED" not in line] == []


def test_an_executed_page_shows_every_picture(chromium, tmp_path):
    nbformat.write(notebook(SETUP, SHOWN, TWO), tmp_path / "page.ipynb")
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "html", "page.ipynb"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, check=True, capture_output=True)
    with offline(chromium, tmp_path / "page.html") as tab:
        assert_pictures(tab, pictures_of_the_explorers())


@pytest.mark.slow
def test_nbgraders_feedback_shows_every_picture_with_its_text(chromium, tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'lnn'\n")
    handed_in = notebook(SETUP, SHOWN, TWO, "answer = 42", "assert answer == 42")
    graded = {"schema_version": 3, "solution": False, "grade": True, "locked": True, "task": False, "points": 1,
              "grade_id": "a", "cell_type": "code"}
    handed_in.cells[-1].metadata["nbgrader"] = graded
    for folder in ("source/homework", "submitted/student/homework"):
        (tmp_path / folder).mkdir(parents=True)
        nbformat.write(handed_in, tmp_path / folder / "page.ipynb")
    nbgrader(tmp_path, "generate_assignment", "homework", "--create")
    nbgrader(tmp_path, "autograde", "homework", "--create")
    nbgrader(tmp_path, "generate_feedback", "homework")
    with offline(chromium, tmp_path / "feedback/student/homework/page.html") as tab:
        assert assert_pictures(tab, pictures_of_the_explorers()) == [make().readout for make in MADE]


def test_the_picture_neither_flashes_nor_takes_room_until_the_view_is_dead(show, lab):
    page = show(SETUP, SHOWN, TWO, run=False)
    page.tab.evaluate(WATCH)
    for _ in range(2):
        page.run_all()
        page.tab.wait_for_function("() => heights.at(-1) === 'V+ P0 V+ P0 V+ P0'")
        page.wait_until_idle()
    assert not [heights for heights in page.tab.evaluate("heights") if "P+" in heights]
    root, picture = page.tab.locator(".lnn-explorer").first, page.tab.locator(".jp-RenderedImage").first
    root.evaluate("root => root.classList.add('lnn-dead')")
    assert picture.is_visible() and root.locator(".lnn-readout").is_visible()
    assert root.locator(".lnn-picture").is_hidden() and root.locator(".lnn-grid").first.is_hidden()
    root.evaluate("root => root.classList.remove('lnn-dead')")
    assert picture.is_hidden() and root.locator(".lnn-picture").is_visible()
    page.select_cell(1)
    page.command("notebook:create-output-view")
    page.tab.locator(".jp-LinkedOutputView .lnn-picture[data-frame]").wait_for()
    assert page.tab.locator(".jp-LinkedOutputView .jp-RenderedImage").is_hidden()
    page.tab.wait_for_timeout(1000)                          # the kernel draws what the new sizes ask for
    page.eventually(lambda: lab.api("sessions"), lambda all: all[0]["kernel"]["execution_state"] == "idle")


def run_and_save(chromium, lab, name):
    """Run three explorers in JupyterLab and save them as they are."""
    page = chromium.open(lab, lab.write(name, SETUP, SHOWN, TWO))
    page.run_all()
    for k in range(3):
        page.tab.locator(".lnn-picture[data-frame]").nth(k).wait_for()
    page.command("docmanager:save")
    page.wait_until_idle()
    page.close()
    lab.shut_down(name)


def assert_reopened(chromium, lab, address):
    """The notebook at `address` shows its saved pictures though its kernel is gone, and says nothing of a restart."""
    saved = nbformat.read(lab.root / "again.ipynb", as_version=4)
    data = [output.data for cell in saved.cells for output in cell.outputs]
    assert sum(WIDGET_VIEW in one for one in data) == 3
    with chromium.blank() as tab:
        tab.set_default_timeout(60_000)
        console = []
        tab.on("console", lambda message: message.type == "error" and console.append(message.text))
        tab.goto(f"http://127.0.0.1:{lab.port}/{address}?token={lab.token}")
        tab.get_by_text(DEAD).nth(2).wait_for()
        assert_pictures(tab, [one["image/png"].strip() for one in data if "image/png" in one])
        assert tab.get_by_text("kernel was restarted").count() == 0
    assert [line for line in unexpected(console) if "widget model not found" not in line] == []


def test_a_notebook_saved_without_the_hook_shows_its_pictures_when_it_is_opened_again(chromium, lab):
    run_and_save(chromium, lab, "again.ipynb")
    assert_reopened(chromium, lab, "lab/tree/again.ipynb")
    lab.shut_down("again.ipynb")


def after_a_restart_of_the_server(chromium, root, python=sys.executable):
    with Lab(root, python) as lab:
        run_and_save(chromium, lab, "again.ipynb")
        lab.stop()
        lab.start()
        assert_reopened(chromium, lab, "lab/tree/again.ipynb")
        assert_reopened(chromium, lab, "notebooks/again.ipynb")


@pytest.mark.slow
def test_the_same_after_a_restart_of_the_server_and_in_notebook_7(chromium, tmp_path):
    after_a_restart_of_the_server(chromium, tmp_path)


@pytest.mark.release
def test_the_same_in_jupyterlab_4_4(chromium, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    needed = ["jupyterlab==4.4.*", "notebook==7.4.*", "ipykernel", "ipywidgets", "anywidget", "matplotlib", "numpy"]
    made = subprocess.run([python, "-m", "pip", "install", "--quiet", *needed], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"JupyterLab 4.4 cannot be installed here: {made.stderr.strip().splitlines()[-1]}")
    root = tmp_path / "root"
    root.mkdir()
    after_a_restart_of_the_server(chromium, root, python)
