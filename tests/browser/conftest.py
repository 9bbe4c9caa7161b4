"""One JupyterLab and one Chromium for all tests of the browser; without a Chromium they skip and say so.

`LNN_REQUIRE_BROWSER=1` makes a missing browser a failure. The fixtures live as long as this package's tests: while
Playwright is open its event loop runs in the main thread, where other tests start loops of their own.
"""
import os
import shutil

import pytest

from .lab import REPOSITORY, Lab
from .page import Chromium, find_chromium


@pytest.fixture(scope="package")
def lab(tmp_path_factory, chromium):
    root = tmp_path_factory.mktemp("served") / "notebooks"
    shutil.copytree(REPOSITORY / "notebooks", root)
    with Lab(root) as lab:
        yield lab


@pytest.fixture(scope="package")
def chromium():
    executable = find_chromium()
    if executable is None:
        missing = "no Chromium on the PATH and none named by LNN_CHROMIUM"
        pytest.fail(missing) if os.environ.get("LNN_REQUIRE_BROWSER") == "1" else pytest.skip(missing)
    with Chromium(executable) as chromium:
        yield chromium


@pytest.fixture
def show(lab, chromium, request):
    """Open and run a notebook of the given cells, or the one called `name`; afterwards nothing may have complained."""
    pages = []

    def show(*sources, name=None, port=None, run=True):
        name = name or lab.write(f"{request.node.name.replace('/', '-')}.ipynb", *sources)
        pages.append(chromium.open(lab, name, port))
        if run:
            pages[-1].run_all()
        return pages[-1]

    yield show
    console = [line for page in pages for line in page.console_errors()]
    for page in pages:
        lab.shut_down(page.name)
        page.close()
    assert console == []
    assert lab.errors() == []
