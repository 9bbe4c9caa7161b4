"""While a slider is dragged: every picture is exactly that of the values that are said beside it, and Python hears where the hand ends."""
import numpy as np
import pytest

from lnnlib import explorers

from .escape import PICTURE, SETUP, SHOWN, assert_right, current, values

pytestmark = pytest.mark.browser

# What each frame of the screen shows: places, sentence, the picture's pixels, what the row of the slider says. Hidden from the kernel.
WATCH = """slider => {
    const canvas = document.querySelector("canvas.lnn-picture"), sentence = document.querySelector(".lnn-readout");
    const handle = document.querySelector(`.lnn-control-${slider} .noUi-handle`), seen = window.seen = new Map();
    const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const hash = window.hash = () => {
        Object.assign(copy.canvas, { width: canvas.width, height: canvas.height });
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        return new Uint32Array(data.buffer).reduce((sum, pixel) => Math.imul(sum ^ pixel, 16777619), 0);
    };
    const look = () => {
        const { [slider]: index } = JSON.parse(canvas.dataset.state), held = Math.round(handle.getAttribute("aria-valuenow"));
        if (!seen.has(index)) seen.set(index, [index, hash(), sentence.textContent, canvas.getAttribute("aria-label"), held, handle.ariaValueText]);
        window.looking = requestAnimationFrame(look);
    };
    look();
}"""


def drag_until(page, slider, enough):
    """Drag to and fro until so many places were seen; what was seen of each."""
    page.tab.evaluate(WATCH, slider)
    for _ in range(12):
        page.drag(slider, np.interp(np.linspace(0, 1, 400), [0, .5, 1], [.05, .95, .05]))
        if page.tab.evaluate("seen.size") >= enough:
            break
    page.tab.evaluate("cancelAnimationFrame(looking)")
    return page.tab.evaluate("[...seen.values()]")


@pytest.mark.slow
def test_every_picture_of_a_drag_is_that_of_its_values(show):
    page = show(SETUP, SHOWN)
    current(page)
    seen = drag_until(page, "eta", 200)
    assert len(seen) >= 200
    figure, wrong = explorers.saddle_escape(), []
    grid = figure.controls["eta"].grid
    for index, pixels, said, heard, held, text in seen:
        figure.set(eta=grid[index])
        if said != figure.readout or heard != said:
            wrong.append((index, said))
        assert held != index or text == figure.controls["eta"].option(grid[index])
        # drawn once more, from a single message: nothing that was kept is used
        page.kernel.run(f"figure.set(eta=figure.controls['eta'].grid[{index}]); figure._panel.refresh()")
        page.tab.wait_for_function("""([said, place]) => document.querySelector('.lnn-readout').textContent === said
            && JSON.parse(document.querySelector('canvas.lnn-picture').dataset.state).eta === place""", arg=[said, index])
        if page.tab.evaluate("hash()") != pixels:
            wrong.append((index, "pixels"))
    assert wrong == []


def test_python_hears_a_hand_that_rests_or_lets_go_and_nothing_between(show):
    page = show(SETUP, SHOWN, "heard = []\nfigure._panel.widgets['eta'].observe(lambda change: heard.append(change.new), 'index')")
    current(page)
    page.drag("eta", np.linspace(.3, .8, 250))
    assert_right(page)
    heard = page.kernel.value("heard")
    assert heard[-1] == page.index("eta")
    assert len(heard) < 20
    held = values(page)["eta"]
    page.tab.mouse.down()                                    # where the handle was left
    page.tab.wait_for_timeout(300)
    page.tab.mouse.up()
    assert values(page)["eta"] == held
    assert page.tab.locator(PICTURE).count() == 1
