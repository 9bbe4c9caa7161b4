"""An explorer in one file, opened from disk without a network: it lives, and shows what the explorer shows."""
import json
import math
import random

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from lnnlib import explorers
from lnnlib.live.page import NARROW, WIDE
from lnnlib.live.tape import GRAIN, settings

from .taped import SHOWN, assert_right, go, places, shown, skip

pytestmark = pytest.mark.browser

MOST = 2_000_000             # bytes
MAKE = {
    "quadratic_sandwich": explorers.quadratic_sandwich,
    "depth_dial": lambda: explorers.depth_dial(predict=True),
    "saddle_escape": lambda: explorers.saddle_escape(predict=True),
}


@pytest.fixture(scope="module", params=["quadratic_sandwich", "depth_dial", pytest.param("saddle_escape", marks=pytest.mark.release)])
def saved(request, tmp_path_factory):
    """The explorer, the values of its frames and the file."""
    figure = MAKE[request.param]()
    path = tmp_path_factory.mktemp("saved") / f"{request.param}.html"
    figure.save(path, "A <title> & more")
    return figure, settings(figure), path


@pytest.fixture
def opened(saved, chromium):
    """The page as it lives, offline; afterwards nothing may have been asked of anybody, nor complained."""
    figure, frames, path = saved
    figure.reset()
    complaints = []
    with chromium.blank() as tab:
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: complaints.append(request.url) if request.url.startswith(("http", "ws")) else None)
        tab.goto(path.as_uri())
        tab.locator(".lnn-explorer[data-alive]").wait_for()
        yield figure, frames, tab
    assert complaints == []


def test_it_fits_in_one_file_with_title_and_source(saved):
    _, _, path = saved
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST
    assert "<title>A &lt;title&gt; &amp; more</title>" in text and text.count("https://") == text.count("https://github.com/") == 1


def test_its_frames_are_those_of_the_explorer(opened):
    figure, frames, tab = opened
    skip(tab)
    recorded = places(tab)
    for k in random.Random(0).sample(range(len(frames)), 20):
        go(tab, recorded[k])
        figure.set(**frames[k])
        assert_right(figure, tab)


def test_keys_scenes_and_reset(opened):
    figure, _, tab = opened
    skip(tab)
    slider = tab.locator(".lnn-slider:visible").first
    before = shown(tab)
    slider.focus()
    tab.keyboard.press("Home")
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
        place = shown(tab)[3]
        tab.keyboard.press(key)
        assert shown(tab)[3] != place and slider.get_attribute("aria-valuetext")
    for preset in figure.presets:
        tab.evaluate("label => [...document.querySelectorAll('.lnn-scenes button')].find(one => one.textContent === label).click()",
                     preset.label)
        figure.show(preset)
        assert_right(figure, tab)
    tab.get_by_role("button", name="Reset").click()
    figure.reset()
    assert_right(figure, tab)
    assert shown(tab)[3] == before[3]


def test_a_point_is_dragged_to_what_is_recorded(opened):
    figure, frames, tab = opened
    skip(tab)
    handle = tab.evaluate("() => document.querySelector('.lnn-explorer').deck.link.frame.handles[0] ?? null")
    if handle is None:
        return
    box = tab.locator("canvas.lnn-picture").bounding_box()
    x, y = (box[side] + at / 2 for side, at in zip("xy", handle, strict=True))
    before = shown(tab)[3]
    tab.mouse.move(x, y)
    tab.mouse.down()
    for k in range(20):
        tab.mouse.move(x + 4 * k, y)
    tab.mouse.up()
    place = shown(tab)[3]
    names, drags, recorded = tab.evaluate("""() => { const { tape, place } = document.querySelector(".lnn-explorer").deck.player;
        return [tape.names, tape.drags[tape.frame(place).stage], tape.frames.map(([place, , , , handles]) => [place, handles[0]])]; }""")
    free = [name in drags[0] for name in names]
    near = [(math.dist(at, (handle[0] + 152, handle[1])), other) for other, at in recorded
            if all(may or one == two for may, one, two in zip(free, before, other, strict=True))]
    assert place == min(near)[1] != before
    figure.set(**frames[[other for other, _ in recorded].index(place)])
    assert_right(figure, tab)


def test_a_prediction_comes_first_and_is_answered(opened):
    figure, _, tab = opened
    if not figure.predict:
        return
    assert not tab.locator(".lnn-slider").first.is_visible()
    tab.locator(".lnn-predict input").nth(1).check()
    tab.get_by_role("button", name="That is my prediction").click()
    tab.locator(".lnn-verdict", has_text=figure.predict.verdict(1, figure.run())).wait_for()
    assert tab.locator(".lnn-slider").first.is_visible()


def test_a_pinned_run_is_that_of_the_explorer(opened):
    figure, frames, tab = opened
    skip(tab)
    tab.get_by_role("button", name="Pin", exact=True).click()
    recorded = places(tab)
    kept = 0
    for k in random.Random(2).sample(range(len(frames)), 20):
        go(tab, recorded[k])
        figure.reset()
        figure.pin()
        figure.set(**frames[k])
        shown(tab)
        said = tab.locator(".lnn-pinned").inner_text()
        if said.startswith("Pinned: ") and figure.pinned is not None:
            kept += 1
            assert said == figure.pin_says
            assert_painted(figure, tab)
    assert kept


def assert_painted(figure, tab):
    """What is drawn, with what draws nothing left out on both sides."""
    ops, points, *_ = tab.evaluate(SHOWN, 0)
    wanted = figure.frame(width=WIDE, pixel_ratio=2)
    found, there = (strokes(*one) for one in ((ops, points), (json.loads(wanted.text), wanted.points.ravel().tolist())))
    assert [op for op, _ in found] == [op for op, _ in there]
    for (_, one), (_, other) in zip(found, there, strict=True):
        assert np.abs(np.subtract(one, other)).max(initial=0) <= .5 / GRAIN + 1e-3


def strokes(ops, points):
    """Each operation that draws something, with its points."""
    start, found = 0, []
    for op in ops:
        count = 1 if "t" in op else sum(op["m"]) + op["n"] if "m" in op else sum(op["p"])
        own, start = points[2 * start:2 * (start + count)], start + count
        if (op.get("s") or op.get("f")) and op.get("t") != "":
            found.append(({key: value for key, value in op.items() if value is not None}, own))
    return found


def test_it_can_be_used_without_eyes_and_without_a_mouse(opened):
    _, _, tab = opened
    assert Axe().run(tab).response["violations"] == []
    skip(tab)
    assert Axe().run(tab).response["violations"] == []


def test_dark_and_narrow(saved, chromium):
    figure, frames, path = saved
    figure.reset()
    with chromium.blank() as tab:
        tab.emulate_media(color_scheme="dark")
        tab.set_viewport_size({"width": 390, "height": 800})
        tab.goto(path.as_uri())
        tab.locator(".lnn-explorer[data-alive]").wait_for()
        assert Axe().run(tab).response["violations"] == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        colour = tab.evaluate("""() => { const canvas = document.querySelector("canvas.lnn-picture");
            return [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data]; }""")
        assert max(colour[:3]) < 40
        skip(tab)
        assert_right(figure, tab, NARROW, dark=True)


@pytest.mark.release
@pytest.mark.parametrize("name", sorted(name for name, make in vars(explorers).items() if hasattr(make, "__wrapped__")))
def test_every_explorer_fits_in_a_file_and_lives(name, tmp_path, chromium):
    figure, path = getattr(explorers, name)(), tmp_path / "explorer.html"
    figure.save(path)
    assert path.stat().st_size <= MOST
    with chromium.blank() as tab:
        tab.goto(path.as_uri())
        tab.locator(".lnn-explorer[data-alive]").wait_for()
        assert_right(figure, tab)
