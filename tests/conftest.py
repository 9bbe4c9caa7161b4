"""What every test run needs: nbval's substitutions, and a progress file that is nobody's own."""
import gc
import os
import tempfile
from pathlib import Path

import pytest


def pytest_configure(config):
    # nbval resolves the option against the working directory; here it holds wherever pytest starts.
    config.option.nbval_sanitize_with = str(config.rootpath / "tests/sanitize.cfg")
    # Kernels and servers inherit it: no test, and no notebook that a test runs, touches a student's progress.
    folder = tempfile.TemporaryDirectory(prefix="lnn-progress-")
    config.add_cleanup(folder.cleanup)
    os.environ["LNN_PROGRESS"] = str(Path(folder.name, "progress.json"))


def pytest_collection_finish(session):
    """What is imported by now stays: the garbage collector need not look through it at every turn."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def own_record(tmp_path, monkeypatch):
    """The progress file of one test, which starts as a student does: nothing solved, nothing set."""
    monkeypatch.setenv("LNN_PROGRESS", str(tmp_path / "progress.json"))
    for name in ("NBGRADER_EXECUTION", "LNN_SEED"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "progress.json"
