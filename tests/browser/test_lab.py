"""The harness itself, on plain widgets: what it reports is what a notebook does."""
import time
import urllib.request

import numpy as np
import pytest

from .lab import Lab, unexpected
from .page import find_chromium
from .slow_link import SlowLink

pytestmark = pytest.mark.browser

SLIDER = """
import ipywidgets
slider = ipywidgets.SelectionSlider(options=[(f"{i}/7", i / 7) for i in range(50)])
slider.add_class("lnn-control-eta")
echo = ipywidgets.Label("0.0")
slider.observe(lambda change: setattr(echo, "value", repr(change.new)), "value")
ipywidgets.VBox([slider, echo])
"""


@pytest.fixture(scope="module")
def page(lab, chromium):
    """One page with one slider for the tests that need no page of their own."""
    page = chromium.open(lab, lab.write("slider.ipynb", SLIDER))
    page.run_all()
    yield page
    lab.shut_down(page.name)
    page.close()


def test_keys_and_mouse_move_a_slider_and_the_kernel_follows(page):
    page.kernel.run("slider.index = 0")
    page.press("eta", "ArrowRight", times=3)
    page.tab.get_by_text(repr(3 / 7)).wait_for()
    assert page.index("eta") == 3
    page.drag("eta", np.linspace(0, 1, 20))
    page.tab.get_by_text(repr(49 / 7)).wait_for()
    assert page.kernel.value("slider.value") == 7
    assert page.cell_errors() == []


def test_pixels_change_with_the_slider_and_with_the_theme(page):
    before = page.pixels(".lnn-control-eta")
    page.press("eta", "PageDown")
    assert (page.pixels(".lnn-control-eta") != before).any()
    page.dark()
    dark = page.pixels(".jp-Notebook").mean()
    page.dark(False)
    assert dark < 100 < page.pixels(".jp-Notebook").mean()


def test_the_kernel_answers_exactly_and_raises(page):
    page.kernel.run("third = 1 / 3; text = 'η'")
    assert page.kernel.value("[third, text, None]") == [1 / 3, "η", None]
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        page.kernel.run("1 / 0")
    with pytest.raises(RuntimeError, match="NameError"):
        page.kernel.value("nowhere")


def test_a_complaint_in_the_console_is_reported_once(page):
    assert page.console_errors() == []
    page.tab.evaluate("() => { console.log('fine'); console.error('bad'); }")
    page.tab.evaluate("() => { setTimeout(() => { throw new TypeError('worse'); }) }")
    page.tab.wait_for_timeout(100)
    assert page.console_errors() == ["bad", "TypeError: worse"]
    assert page.console_errors() == []


def test_a_complaint_in_the_server_log_is_reported_once(page, lab):
    assert lab.errors() == []
    page.kernel.run("get_ipython().kernel.log.error('bad')")
    assert lab.errors() == ["[IPKernelApp] ERROR | bad"]
    assert lab.errors() == []


def test_a_restart_forgets_and_the_notebook_runs_again(page):
    page.kernel.run("slider = None")
    page.restart_kernel()
    assert page.kernel.value("'slider' in globals()") is False
    page.run_all()
    assert page.kernel.value("slider.index") == 0


def test_a_failing_cell_is_reported(show):
    page = show("import sys; print('warned', file=sys.stderr)", "1 / 0")
    assert page.cell_errors() == ["cell 0: warned\n", "cell 1: ZeroDivisionError: division by zero"]


def test_the_census_sees_widgets_that_stay(show):
    page = show("import ipywidgets", "ipywidgets.VBox([ipywidgets.Button()])")
    before = page.census()
    for _ in range(3):
        page.run_cell(1)
    after = page.census()
    assert all(after[kind] > before[kind] for kind in ("models", "nodes"))


def test_a_slow_link_delays_and_limits(lab):
    address = "http://127.0.0.1:{}/api/status?token=" + lab.token

    def seconds(link):
        start = time.monotonic()
        urllib.request.urlopen(address.format(link.port)).read()
        return time.monotonic() - start

    with SlowLink(lab.port) as link:
        link.delay = .15
        assert seconds(link) >= .3                           # there and back
        link.delay, link.bandwidth = 0, 1000
        assert seconds(link) >= .3                           # a question and an answer of 150 bytes and more each


def test_a_lab_that_cannot_start_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="did not start"), Lab(tmp_path / "nowhere"):
        pass


def test_only_what_the_list_explains_is_let_through():
    lines = ["[W] Notebook a.ipynb is not trusted", "[E] Uncaught exception"]
    assert unexpected(lines) == lines[1:]


def test_a_chromium_can_be_named(monkeypatch, tmp_path):
    named = tmp_path / "my-chromium"
    named.write_text("#!/bin/sh\n")
    named.chmod(0o755)
    monkeypatch.setenv("LNN_CHROMIUM", str(named))
    assert find_chromium() == str(named)
    monkeypatch.delenv("LNN_CHROMIUM")
    monkeypatch.setenv("PATH", "")
    assert find_chromium() is None
