"""The course in JupyterLab, opened at its index with its settings."""
import os
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
INDEX = "notebooks/index.ipynb"
SETTINGS = Path(__file__).with_name("settings")    # a folder of its own: the user's stays untouched


def obstacle():
    """One sentence on what keeps the course from opening, or None."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        versions = OLDEST_PYTHON, sys.version_info[:2]
        needed, given = (".".join(map(str, version)) for version in versions)
        return f"LNN Landscapes needs Python {needed} or newer, and this is Python {given}."
    if not (ROOT / INDEX).exists():
        return (f"There is no {INDEX} in {ROOT}: "
                "run this in a copy of the repository, where the notebooks are.")
    try:
        import jupyterlab  # noqa: F401
    except ImportError:
        return (f"JupyterLab is not installed in {sys.executable}: "
                "run the first command of README.md, it installs all.")
    return None


def arguments(extra):
    """JupyterLab's command line: the repository is what it shows, the index what it opens."""
    # Usual in a container; JupyterLab refuses root unless told.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{INDEX}",
        *(["--allow-root"] if as_root else []),
        *extra,
    ]


def main():
    """Open the course, or say in one sentence what is in the way."""
    problem = obstacle()
    if problem:
        sys.exit(problem)
    from jupyterlab.labapp import LabApp

    inherited = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [str(SETTINGS), inherited]))
    LabApp.launch_instance(arguments(sys.argv[1:]))
