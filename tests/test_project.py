"""What holds the project together: README, pins, layout, addresses, the launcher."""
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import lnnlib
from lnnlib import _project
from lnnlib.homework.exercise import exercises
from tests import notebooks
from tests.repository import PYPROJECT, ROOT, committed, pins

README = (ROOT / "README.md").read_text(encoding="utf-8")
TOP_LEVEL = {"README.md", "LICENSE", "requirements.txt", "pyproject.toml", "notebooks", "lnnlib", "tests", "binder"}


def fences(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_readme_begins_with_two_commands_of_one_line_each():
    start, test = fences("sh")[:2]
    install = "python3 -m venv .venv && .venv/bin/python -m pip install -r {} && .venv/bin/python -m {}\n"
    assert start == install.format("requirements.txt", "lnnlib")
    assert test == install.format("tests/requirements.txt", "pytest -n 2")


def test_readme_says_the_same_for_powershell():
    def translated(line):
        line = line.replace("python3", "py").replace(" &&", ";")
        return re.sub(r"\S+/\S+", lambda path: path[0].replace("/", "\\"), line).replace("\\bin\\", "\\Scripts\\")

    assert fences("powershell") == [translated(line) for line in fences("sh")[:2]]


def test_readme_says_of_every_exercise_what_is_accepted():
    table = README[README.index("| judged by | exercises |"):README.index("**On a JupyterHub.**")]
    assert set(re.findall(r"\b6(?:\.\d)*-[a-z]\b", table)) == {exercise.id for exercise in exercises()}


def test_readme_links_lead_somewhere():
    local = [target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith("https://")]
    assert [target for target in local if not (ROOT / target).exists()] == []
    assert {f"notebooks/{path.name}" for path in notebooks.NOTEBOOKS.glob("*.ipynb")} <= set(local)


def test_the_project_has_one_address():
    assert _project.binder() in README and _project.GITHUB in README
    for path in [ROOT / "README.md", *notebooks.NOTEBOOKS.glob("*.ipynb")]:
        found = re.findall(r"(?:github\.com|mybinder\.org/v2/gh)/([\w.-]+/[\w.-]+)", path.read_text(encoding="utf-8"))
        assert set(found) <= {f"{_project.OWNER}/{_project.REPO}"}, path.name


def test_top_level_holds_what_a_reader_expects_and_no_more():
    visible = {path.parts[0] for path in committed() if not path.parts[0].startswith(".")}
    assert visible == TOP_LEVEL


def test_notebooks_folder_holds_notebooks_and_their_texts_only():
    inside = [path for path in committed() if path.parts[0] == "notebooks"]
    assert {(len(path.parts), path.parts[1] if len(path.parts) == 3 else "", path.suffix) for path in inside} == {
        (2, "", ".ipynb"), (3, "py", ".py")}


@pytest.mark.parametrize("path", ["requirements.txt", "tests/requirements.txt"])
def test_every_requirement_is_pinned_and_installed_as_pinned(path):
    for name, specifier in pins(path)[0].items():
        assert str(specifier) == f"=={version(name)}", name


def test_requirements_end_with_the_package_and_fit_it():
    pinned, options = pins("requirements.txt")
    assert options == ["-e ."]
    assert pins("tests/requirements.txt")[1] == ["-r ../requirements.txt"]
    for needed in map(Requirement, PYPROJECT["project"]["dependencies"]):
        assert needed.specifier.contains(str(pinned[needed.name])[2:]), needed.name


def test_jupytext_pairs_on_the_command_line_as_our_command_does():
    pairing = tomllib.loads((ROOT / ".jupytext.toml").read_text(encoding="utf-8"))
    assert pairing == {
        "formats": {"notebooks/": "ipynb", "notebooks/py/": "py:percent"},
        "notebook_metadata_filter": "-all",
        "cell_metadata_filter": notebooks.CELL_FILTER,
    }
    elsewhere = [path for path in committed() if path.name in ("jupytext.toml", "jupytext.yml", "jupytext.json")]
    assert not elsewhere and "jupytext" not in PYPROJECT.get("tool", {})


def test_no_word_is_misspelled():
    prose = [ROOT / "README.md", ROOT / "lnnlib", notebooks.NOTEBOOKS / "py"]
    found = subprocess.run([sys.executable, "-m", "codespell_lib", *prose], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == "" and found.returncode == 0


def test_what_is_no_python_goes_with_the_package():
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"].items()
    packed = {path for package, globs in patterns for one in globs for path in ROOT.joinpath(*package.split(".")).glob(one)}
    assert {ROOT / path for path in committed() if path.parts[0] == "lnnlib" and path.suffix != ".py"} <= packed


PUBLIC = [name for _, name, _ in pkgutil.iter_modules(lnnlib.__path__) if not name.startswith("_")]


@pytest.mark.parametrize("name", PUBLIC)
def test_import_lnnlib_alone_reaches_every_public_module(name):
    """Whatever is imported already, its attribute need not be: `__getattr__` itself is asked."""
    assert lnnlib.__getattr__(name) is sys.modules[f"lnnlib.{name}"]


def test_lnnlib_names_its_public_modules_and_nothing_twice():
    names = dir(lnnlib)
    assert {"dynamics", "feedforward", "traps"} <= set(PUBLIC) <= set(names) and len(names) == len(set(names))
    with pytest.raises(AttributeError, match="module 'lnnlib' has no attribute 'network'"):
        lnnlib.network  # noqa: B018
    with pytest.raises(AttributeError):
        lnnlib.__getattr__("_sweep")


def test_import_costs_numpy_at_most():
    heavy = "import lnnlib, sys; print(*{'matplotlib', 'ipywidgets', 'IPython', 'anywidget'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
