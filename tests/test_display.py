"""Who gets the live view of an explorer, and who the picture alone."""
import base64
import io
import sys
import types

import numpy as np
import pytest
from PIL import Image

from lnnlib import explorers
from lnnlib.jupyter.saving import MADE_BY, WIDGET_VIEW
from lnnlib.live import display
from tests.front_end import ask, kernel

SOURCE = "from lnnlib import explorers\nexplorers.saddle_escape()"
PICTURE = {"image/png", "text/plain"}


def kinds(outputs):
    return [(output.output_type, set(output.data)) for output in outputs]


@pytest.fixture(scope="module")
def client():
    with kernel() as client:
        yield client


def test_a_notebook_gets_the_view_and_after_it_the_picture_of_every_explorer(client):
    view, picture = ask(client, SOURCE, cellId="3fa2-b_C")
    assert kinds([view, picture]) == [("display_data", {WIDGET_VIEW}), ("execute_result", PICTURE)]
    assert view.metadata == {WIDGET_VIEW: MADE_BY}
    assert picture.metadata["image/png"]["alt"] == picture.data["text/plain"] == explorers.saddle_escape().readout
    both = ask(client, "display(explorers.depth_dial(), explorers.saddle_escape())", cellId="4")
    assert kinds(both) == 2 * [("display_data", {WIDGET_VIEW}), ("display_data", PICTURE)]


def test_vs_code_chooses_one_of_the_two_itself(client):
    (output,) = ask(client, SOURCE, cellId="vscode-notebook-cell:/home/notebooks/index.ipynb#W0sZmlsZQ==")
    assert kinds([output]) == [("execute_result", {WIDGET_VIEW, *PICTURE})]


def test_where_no_front_end_is_known_there_is_the_picture_alone_and_no_widget(client):
    assert kinds(ask(client, SOURCE)) == [("execute_result", PICTURE)]
    widgets = ask(client, "import ipywidgets; len(ipywidgets.widgets.widget._instances)")
    ask(client, SOURCE)
    assert ask(client, "len(ipywidgets.widgets.widget._instances)")[0].data == widgets[0].data


@pytest.mark.parametrize("request_, modules, front_end", [
    ({}, [], None),
    ({"metadata": {}, "header": {"msg_type": "execute_request"}}, [], None),
    ({"metadata": {}, "header": {"msg_type": "execute_request"}}, ["google.colab"], "other"),
    ({"metadata": {}, "header": {"msg_type": "comm_msg"}}, [], "other"),
    ({"metadata": {"cellId": "vscode-notebook-cell:/a.ipynb#X0"}, "header": {"msg_type": "execute_request"}}, [], "other"),
    ({"metadata": {"cellId": "a-1"}, "header": {"msg_type": "execute_request"}}, [], "notebook"),
], ids=["no-kernel", "nbconvert", "colab", "a-widget-spoke", "vs-code", "lab"])
def test_who_asks(monkeypatch, request_, modules, front_end):
    monkeypatch.setattr(display, "_request", lambda: request_)
    for name in modules:
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    assert display._front_end() == front_end


def test_the_picture_says_how_to_bring_it_to_life_and_the_text_does_not():
    figure = explorers.saddle_escape()
    data, _ = display.bundle(figure)
    assert display.HINT not in data["text/plain"]
    said, silent = (np.asarray(Image.open(io.BytesIO(png)).convert("L"))
                    for png in (base64.b64decode(data["image/png"]), figure.png()))
    added = said[len(silent):]
    assert len(added) and (added < 128).any()
