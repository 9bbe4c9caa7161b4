"""Binder: its pins are ours, its recipe is what we think, and the course runs in its JupyterLab."""
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from tests.browser.lab import notebook
from tests.browser.page import Chromium, find_chromium
from tests.repository import PYPROJECT, ROOT, committed, pins
from tests.server import serving
from tests.test_saving import ALT, PICTURE, student_notebook

BINDERS_OWN = {"jupyterlab", "jupytext", "nbval"}  # Binder has its own JupyterLab; the others are for maintainers
PYTHON = (ROOT / "binder/runtime.txt").read_text().strip().removeprefix("python-")


def test_pins_are_those_of_the_course():
    wanted, options = pins("requirements.txt")
    assert pins("binder/requirements.txt") == ({n: p for n, p in wanted.items() if n not in BINDERS_OWN}, options)


def test_python_is_one_that_the_course_supports():
    assert SpecifierSet(PYPROJECT["project"]["requires-python"]).contains(PYTHON)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no executable bit")
def test_postbuild_is_executable():
    assert os.access(ROOT / "binder/postBuild", os.X_OK)


@pytest.fixture(scope="module")
def recipe():
    """What repo2docker would build, and what it says on the way."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    return printed.stdout + printed.stderr


def test_recipe_copies_the_course_then_installs_it_then_runs_postbuild(recipe):
    assert f"Building conda environment for python={PYTHON}" in recipe
    copied = recipe.index(" src/ ${REPO_DIR}/")
    installed = recipe.index('/bin/pip install --no-cache-dir -r "binder/requirements.txt"')
    assert copied < installed < recipe.index("RUN ./binder/postBuild")


# The recipe, followed in a virtual environment

FROM_CONDA = ("ipykernel", "ipywidgets", "jupyter_server", "jupyterlab", "jupyterlab_server", "notebook")


def binders_own_versions():
    """What Binder's environment holds before the course is installed, as repo2docker locks it."""
    recipes = Path(find_spec("repo2docker").origin).parent / "buildpacks/conda"
    lock = (recipes / f"environment.py-{PYTHON}-linux-64.lock").read_text()
    return {name: re.search(rf"/noarch/{name}-([\d.]+)-", lock)[1] for name in FROM_CONDA}


@pytest.fixture(scope="module")
def image(tmp_path_factory, recipe):
    """A copy of the course and an environment, made as Binder would make them, with the Python that it would take."""
    here = "{}.{}".format(*sys.version_info)
    python = sys.executable if here == PYTHON else shutil.which(f"python{PYTHON}")
    if python is None:
        pytest.skip(f"no Python {PYTHON}, which Binder would take")
    place = tmp_path_factory.mktemp("binder")
    course, prefix = place / "course", place / "env"
    for path in committed():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, course / path)

    def run(*command):
        variables = {
            **dict.fromkeys(("NB_PYTHON_PREFIX", "KERNEL_PYTHON_PREFIX"), str(prefix)),
            "JUPYTER_DATA_DIR": str(place / "home/DATA"),
            "PATH": f"{prefix}/bin{os.pathsep}{os.environ['PATH']}",
        }
        subprocess.run(command, cwd=course, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, check=True)

    subprocess.run([python, "-m", "venv", str(prefix)], check=True)
    run("pip", "install", "--quiet", *(f"{name}=={version}" for name, version in binders_own_versions().items()))
    for step in re.findall(r"^RUN (.*binder/.*)$", recipe, flags=re.MULTILINE):
        run("bash", "-euo", "pipefail", "-c", step)
    run("pip", "check")
    return course, prefix


@pytest.mark.slow
def test_binders_server_trusts_the_notebooks_keeps_pictures_and_brings_no_news(image):
    course, prefix = image
    command = ["jupyterlab", f"--ServerApp.root_dir={course}"]
    with serving(command, prefix.parent / "home", python=str(prefix / "bin/python")) as server:
        opened = server.open("notebooks/index.ipynb")
        assert all(cell["metadata"]["trusted"] for cell in opened["cells"] if cell["cell_type"] == "code")
        server.save("notebooks/ran.ipynb", student_notebook())
        explorer = server.open("notebooks/ran.ipynb")["cells"][0]["outputs"][0]
        assert explorer["data"] == PICTURE and explorer["metadata"] == ALT
        settings = server.ask("lab/api/settings/@jupyterlab/apputils-extension:notification")["schema"]["properties"]
        assert (settings["fetchNews"]["default"], settings["checkForUpdates"]["default"]) == ("false", False)


@pytest.mark.slow
@pytest.mark.browser
def test_a_slider_moves_the_picture_in_binders_jupyterlab(image):
    course, prefix = image
    command = ["jupyterlab", f"--ServerApp.root_dir={course}", "--LabApp.expose_app_in_browser=True"]
    with serving(command, prefix.parent / "home", python=str(prefix / "bin/python")) as server, browser() as chromium:
        server.save("explorer.ipynb", notebook("from lnnlib import explorers\nexplorers.saddle_escape()"))
        page = chromium.open(server, "explorer.ipynb")
        page.run_all()
        picture = page.tab.locator("canvas.lnn-picture")
        before, shown = picture.get_attribute("aria-label"), page.pixels("canvas.lnn-picture")
        page.press("eta", "Home")
        page.tab.wait_for_function("before => document.querySelector('canvas.lnn-picture').ariaLabel !== before", arg=before)
        assert picture.get_attribute("aria-label") == page.tab.locator(".lnn-readout").inner_text()
        assert (page.pixels("canvas.lnn-picture") != shown).any()
        assert page.cell_errors() == []


def browser():
    """A Chromium; without one the test is skipped, or fails where a browser is required."""
    executable = find_chromium()
    if executable is None:
        missing = "no Chromium on the PATH and none named by LNN_CHROMIUM"
        pytest.fail(missing) if os.environ.get("LNN_REQUIRE_BROWSER") == "1" else pytest.skip(missing)
    return Chromium(executable)
