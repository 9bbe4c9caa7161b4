"""Notebook 7: an explorer is moved by every key, an exercise is answered rightly and then wrongly."""
import contextlib

import pytest

from lnnlib import explorers
from lnnlib.homework.exercise import find

from .lab import Lab

pytestmark = pytest.mark.browser

EXERCISE = find("6.2.2-a")
KEYS = {"ArrowRight": 1, "ArrowLeft": -1, "ArrowUp": 1, "ArrowDown": -1, "PageUp": 5, "PageDown": -5}


@pytest.fixture(scope="module")
def server(tmp_path_factory, chromium):
    """A server of its own: one that has served Lab's page refuses Notebook 7 a font that both pages have."""
    with Lab(tmp_path_factory.mktemp("notebook-7")) as server:
        yield server


@pytest.fixture
def opened(server, chromium):
    """Open and run a notebook of the given cells in Notebook 7."""
    @contextlib.contextmanager
    def opened(*sources):
        name = server.write("notebook-7.ipynb", *sources)
        with chromium.blank() as tab:
            tab.set_default_timeout(60_000)
            tab.goto(f"http://127.0.0.1:{server.port}/notebooks/{name}?token={server.token}")
            tab.locator(".jp-Notebook .jp-Cell").first.wait_for()
            while not [one for one in server.api("sessions") if one["kernel"]["execution_state"] == "idle" and one["path"] == name]:
                tab.wait_for_timeout(100)                    # the kernel starts; what is run before may be lost
            tab.get_by_role("menuitem", name="Run", exact=True).click()
            tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            yield tab
        server.shut_down(name)

    return opened


def test_every_key_moves_a_slider_and_the_picture_with_it(opened):
    with opened("from lnnlib import explorers\nexplorers.saddle_escape()") as tab:
        tab.locator(".lnn-picture[data-frame]").wait_for()
        handle, readout = tab.locator(".lnn-control-eta .noUi-handle").first, tab.locator(".lnn-readout")
        figure = explorers.saddle_escape()
        grid = figure.controls["eta"].grid
        place, last = grid.index(figure.values["eta"]), len(grid) - 1
        handle.focus()
        for key in [*KEYS, "End", "ArrowRight", "Home", "ArrowLeft"]:
            tab.keyboard.press(key)
            place = {"Home": 0, "End": last}.get(key, min(max(place + KEYS.get(key, 0), 0), last))
            figure.set(eta=grid[place])
            readout.get_by_text(figure.readout, exact=True).wait_for()
            assert round(float(handle.get_attribute("aria-valuenow"))) == place, key


def test_an_exercise_is_answered(opened):
    with opened(EXERCISE.code.strip(), f'from lnnlib.homework import check\ncheck("{EXERCISE.id}")') as tab:
        answer, verdict = tab.locator(".jp-CodeCell").nth(0), tab.locator(".jp-CodeCell").nth(1)
        verdict.locator("[role=status]", has_text="Right").wait_for()
        answer.locator(".cm-content").click()
        tab.keyboard.press("Control+End")
        tab.keyboard.insert_text("\nbound -= 1")
        for _ in range(2):
            tab.keyboard.press("Shift+Enter")
        verdict.locator("[role=status]", has_text="the guarantee needs t > B, strictly").wait_for()
