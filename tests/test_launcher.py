"""`python -m lnnlib`: what it refuses, what it passes on, what it opens."""
import sys
import urllib.request

import pytest

from lnnlib.jupyter import launcher
from tests.repository import ROOT
from tests.server import serving


def test_says_in_one_sentence_what_is_missing(monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version_info", (3, 9, 6))
        assert launcher.obstacle() == "LNN Landscapes needs Python 3.11 or newer, and this is Python 3.9."
    with monkeypatch.context() as patch:
        patch.setattr(launcher, "ROOT", tmp_path)
        assert launcher.obstacle().startswith(f"There is no notebooks/index.ipynb in {tmp_path}")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "jupyterlab", None)
        assert launcher.obstacle().startswith("JupyterLab is not installed in")
    assert launcher.obstacle() is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no root")
@pytest.mark.parametrize("user, allowed", [(0, True), (1000, False)])
def test_allows_root_only_to_root_and_passes_on_the_rest(monkeypatch, user, allowed):
    monkeypatch.setattr("os.geteuid", lambda: user)
    given = launcher.arguments(["--no-browser", "--port", "9999"])
    assert ("--allow-root" in given) is allowed
    assert given[-3:] == ["--no-browser", "--port", "9999"]
    assert f"--ServerApp.root_dir={ROOT}" in given


def test_opens_the_index_in_the_repository_without_news_from_any_folder(tmp_path):
    with serving(["lnnlib"], tmp_path / "elsewhere", PYTHONPATH=str(ROOT)) as server:
        with urllib.request.urlopen(f"{server.url}?token={server.token}", timeout=30) as page:
            assert page.url.partition("?")[0] == f"{server.url}lab/tree/notebooks/index.ipynb"
        assert server.ask("api/contents/lnnlib?content=0")["type"] == "directory"
        settings = server.ask("lab/api/settings/@jupyterlab/apputils-extension:notification")["schema"]["properties"]
        assert (settings["fetchNews"]["default"], settings["checkForUpdates"]["default"]) == ("false", False)
