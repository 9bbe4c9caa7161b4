"""Per recorded operation: what the browser's canvas paints against what Agg paints from the same artist."""
import base64
import io

import numpy as np
import pytest
from PIL import Image

from .escape import PICTURE
from .operations import KINDS, operations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(lab, chromium):
    page = chromium.open(lab, lab.write("operations.ipynb", "from tests.browser.operations import operations\nfigure = operations()\nfigure"))
    page.run_all()
    page.tab.wait_for_selector(f"{PICTURE}[data-state]")
    yield page
    page.close()
    lab.shut_down(page.name)


def ink(picture, stage):
    """What a picture adds to the empty stage: how much, and the centre of it in pixels."""
    ink = np.abs(picture.astype(float) - stage).sum(axis=2)
    return ink.sum(), np.array([(ink.sum(axis=axis) @ np.arange(ink.shape[1 - axis])) / ink.sum() for axis in (1, 0)])


@pytest.mark.parametrize("kind", KINDS)
def test_the_canvas_paints_what_agg_paints(shown, kind):
    shown.kernel.run(f"figure.set(kind={kind!r})")
    position = list(KINDS).index(kind)
    shown.tab.wait_for_function("wanted => document.querySelector('canvas.lnn-picture').dataset.state === wanted", arg=f'{{"kind":{position}}}')
    url = shown.tab.locator(PICTURE).evaluate("canvas => canvas.toDataURL()")
    canvas = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB"))
    figure = operations()
    figure.set(kind=kind)
    scene = figure.scene(figure.values, width=canvas.shape[1], height=canvas.shape[0])
    agg = scene.paint(figure.run())
    assert (np.abs(canvas.astype(int) - agg).max(axis=2) > 32).mean() <= .01
    (painted, centre), (wanted, there) = ink(canvas, scene.pixels), ink(agg, scene.pixels)
    assert painted == pytest.approx(wanted, rel=.1), "as much of it"
    assert np.abs(centre - there).max() < 2e-3 * canvas.shape[1], "at the same place"
