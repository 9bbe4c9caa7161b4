"""What an explorer on a page without a kernel shows, beside what the explorer itself shows."""
import json

import numpy as np

from lnnlib.live.page import WIDE
from lnnlib.live.tape import GRAIN

DECK = "document.querySelectorAll('.lnn-explorer')[number].deck"
PLACES = f"number => {DECK}.player.tape.frames.map(([place]) => place)"
GO = f"([number, place]) => {DECK}.go(place)"
SETTLED = f"""number => {{ const {{ link, player }} = {DECK};
    return link.frame && Object.values(link.frame.at).every(([index], k) => index === player.place[k]); }}"""
SHOWN = f"""number => {{ const {{ link, player }} = {DECK}, {{ parts, readout }} = link.frame;
    return [parts.filter((_, k) => k % 2 === 0).flatMap(part => part.value), parts.filter((_, k) => k % 2).flatMap(part => [...part.value]),
            readout, player.place]; }}"""


def explorer(tab, number=0):
    """The explorer of that number on the page."""
    return tab.locator(".lnn-explorer").nth(number)


def skip(tab, number=0):
    """Past the question, where there is one."""
    ask = explorer(tab, number).get_by_role("button", name="Skip")
    if "lnn-asking" in explorer(tab, number).get_attribute("class"):
        ask.click()


def places(tab, number=0):
    """The places of the tape's frames, in their order."""
    return tab.evaluate(PLACES, number)


def go(tab, place, number=0):
    tab.evaluate(GO, [number, place])


def shown(tab, number=0):
    """What the canvas shows: operations, points, readout, place."""
    tab.wait_for_function(SETTLED, arg=number)
    return tab.evaluate(SHOWN, number)


def assert_right(figure, tab, width=WIDE, dark=False, number=0):
    """The canvas shows the frame of `figure` at its present values."""
    ops, points, readout, _ = shown(tab, number)
    wanted = figure.frame(width=width, pixel_ratio=2, dark=dark)
    assert ops == json.loads(wanted.text)
    assert np.abs(np.reshape(points, (-1, 2)) - wanted.points).max() <= .5 / GRAIN + 1e-3
    canvas = explorer(tab, number).locator("canvas.lnn-picture")
    assert readout == figure.readout == canvas.get_attribute("aria-label")
