"""What goes wrong in real life: kernels and servers that go away, several notebooks, cells in any order. Nothing is stuck or lost."""
import numpy as np
import pytest

from .escape import SETUP, SHOWN, assert_right, current, readout, says
from .lab import Lab
from .slow_link import SlowLink

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RESTARTED = "The kernel was restarted. Run this cell again."
SILENT = "No answer from the kernel for 10 seconds"
NOTICE = ".lnn-notice"


def runs_again(page):
    """The line under the picture says what to do, and doing it helps."""
    page.tab.locator(NOTICE).get_by_text(RESTARTED).wait_for()
    page.tab.wait_for_timeout(3000)                          # Lab comes to know the new kernel
    page.tab.keyboard.press("Escape")                        # Lab's own dialog, where it shows one
    page.run_all()
    page.tab.locator(NOTICE).wait_for(state="hidden")
    current(page)
    page.press("eta", "ArrowRight", times=3)
    assert_right(page)


def test_a_kernel_restarted_in_the_middle_of_a_drag(show):
    page = show(SETUP, SHOWN)
    current(page)
    page.tab.evaluate("() => { setTimeout(() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(), 400); }")
    page.drag("eta", np.linspace(.3, .8, 150))
    runs_again(page)


DIES = "import os, signal, threading; threading.Timer(.4, os.kill, (os.getpid(), signal.SIGKILL)).start()"


def test_a_kernel_that_dies_in_the_middle_of_a_drag(show):
    page = show(SETUP, SHOWN)
    current(page)
    page.kernel.run(DIES)
    page.drag("eta", np.linspace(.3, .8, 150))
    runs_again(page)


def test_two_notebooks_at_once(show, lab):
    one, two = (show(name=lab.write(f"{name}.ipynb", SETUP, SHOWN)) for name in ("one", "two"))
    for page in (one, two):
        current(page)
    said = readout(two)
    one.drag("eta", np.linspace(.5, .6, 60))
    assert_right(one)
    assert readout(two) == said
    two.drag("alpha", np.linspace(.5, .6, 60))
    for page in (one, two):
        assert_right(page)


def test_cells_out_of_order_and_twice(show):
    page = show("figure.set(theta=Fraction(1, 100))", SHOWN, SETUP, run=False)
    for cell in (2, 1, 1, 0, 1, 0):
        page.run_cell(cell)
    says(page, "first ε-escapes at step")
    page.press("eta", "ArrowRight", times=3)
    assert_right(page)
    assert page.tab.locator(".lnn-explorer").count() == 1


def test_a_server_that_goes_and_comes_back(tmp_path, chromium):
    with Lab(tmp_path) as lab:
        page = chromium.open(lab, lab.write("server.ipynb", SETUP, SHOWN))
        page.run_all()
        current(page)
        page.command("docmanager:save")
        lab.stop()
        page.press("eta", "ArrowRight", times=3)
        page.tab.wait_for_timeout(2000)
        lab.start()
        page.tab.reload()                                    # Lab's own dialog says that the server was gone
        page.wait_until_idle()
        page.run_all()
        current(page)
        page.press("alpha", "ArrowRight", times=3)
        assert_right(page)
        page.close()


ASK, REPLY = b'"have"', b'"ops"'


@pytest.mark.parametrize("lost", [ASK, REPLY], ids=["message", "reply"])
def test_what_is_lost_is_asked_for_once_more(show, lab, lost):
    with SlowLink(lab.port) as link:
        page = show(SETUP, SHOWN, port=link.port, run=False)
        link.lose = [lost]
        page.run_all()
        current(page)
        assert link.lose == []
        page.tab.wait_for_timeout(1000)                      # what is fetched ahead has come
        link.lose = [lost]
        page.press("eta", "ArrowRight", times=3)
        assert_right(page)
        assert link.lose == []
        assert page.tab.locator(NOTICE).is_hidden()


def test_a_link_that_breaks_for_a_while(lab, chromium):
    name = lab.write("broken.ipynb", SETUP, SHOWN)
    with SlowLink(lab.port) as link:
        page = chromium.open(lab, name, link.port)
        page.run_all()
        current(page)
        link.cut = True
        page.press("eta", "ArrowRight", times=3)
        page.tab.locator(NOTICE).get_by_text(SILENT).wait_for()
        link.cut = False
        page.tab.locator(NOTICE).wait_for(state="hidden")
        assert_right(page)
        page.press("alpha", "ArrowRight", times=3)
        assert_right(page)
        page.close()
        lab.shut_down(name)
        lab.errors()
