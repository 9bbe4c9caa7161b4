"""The escape explorer on a page: where it stands, what it says, and whether that is right."""
import json
import re
from fractions import Fraction

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from lnnlib import explorers

SETUP = "from fractions import Fraction\nfrom lnnlib import explorers"
SHOWN = "figure = explorers.saddle_escape()\nfigure"
PICTURE = "canvas.lnn-picture"

# Every canvas shows where the sliders beside it stand.
CURRENT = """() => {
    const roots = [...document.querySelectorAll(".lnn-explorer")];
    return roots.length > 0 && roots.every(root => {
        const state = root.querySelector("canvas.lnn-picture")?.dataset.state;
        return state && Object.entries(JSON.parse(state)).every(([name, index]) => {
            const handle = root.querySelector(`.lnn-control-${name} .noUi-handle`);
            return !handle || Math.round(handle.getAttribute("aria-valuenow")) === index;
        });
    });
}"""


# What stands where that does not come true.
STANDING = """() => [...document.querySelectorAll(".lnn-explorer")].map(root => ({
    classes: root.className, state: root.querySelector("canvas.lnn-picture")?.dataset.state,
    frame: root.querySelector("canvas.lnn-picture")?.dataset.frame,
    handles: [...root.querySelectorAll(".noUi-handle")].map(handle => handle.getAttribute("aria-valuenow")),
    heard: root.querySelectorAll(".lnn-heard").length,
    says: [...root.querySelectorAll(".lnn-notice, .lnn-error, .lnn-readout")].map(line => line.textContent)}))"""


def current(page):
    """Wait until every picture shows the values of its sliders."""
    try:
        page.tab.wait_for_function(CURRENT)
    except PlaywrightTimeout:
        raise AssertionError(f"a picture is not that of its sliders: {page.tab.evaluate(STANDING)}") from None


def state(page):
    """The positions of the controls that the first picture shows."""
    return list(json.loads(page.tab.locator(PICTURE).first.get_attribute("data-state")).values())


def readout(page):
    return page.tab.locator(".lnn-readout").first.inner_text()


def says(page, text):
    """Wait until the first picture's sentence holds `text`; the live region beside it may still say what was before."""
    page.tab.locator(".lnn-readout", has_text=text).first.wait_for()


def values(page):
    """The exact values that the kernel holds, once the sliders' own messages have reached it."""
    current(page)
    positions, held = page.eventually(
        lambda: page.kernel.value("[[control.position(control.value)[0] for control in figure.controls.values()],"
                                  "{name: str(value) for name, value in figure.values.items()}]"),
        lambda found: found[0] == state(page))
    assert positions == state(page), f"the picture shows {state(page)}, the kernel holds {positions}"
    return {name: value if name == "landscape" else Fraction(value) for name, value in held.items()}


def first_escape(eta, alpha, theta, theta2, eps, **_):
    """By running gradient descent in rational arithmetic."""
    for t in range(1000):
        if theta2**2 < alpha * theta**2 and alpha**2 * theta**2 + theta2**2 > eps**2:
            return t
        theta, theta2 = theta * (1 + eta * alpha), theta2 * (1 - eta)
    return None


def assert_right(page):
    """Readout and label say what gradient descent does at the values that the kernel holds."""
    said = None
    while said != readout(page):                        # after a drag some frames are still on their way
        current(page)
        said = readout(page)
        page.tab.wait_for_timeout(250)
    held = values(page)
    assert int(re.search(r"first ε-escapes at step (\d+)", said)[1]) == first_escape(**held)
    assert said == explorers.saddle_escape(**held).readout
    assert page.tab.locator(PICTURE).first.get_attribute("aria-label") == said
