"""The course as web pages: what building them takes and weighs, when the first picture lives, and how it follows a hand."""
import tempfile
import time
from pathlib import Path

from lnnlib.site.book import build

from ..browser.page import Chromium, find_chromium
from ..browser.served import served
from . import Row

BUILD, WHOLE, LIGHT, FIRST, RATE = 480, 60, 1.0, 1000, 50        # s, MB, MB, ms, pictures a second
DRAG = 2                     # seconds
QUICK = ["index", "6_2_7_nonstrict_saddles"]
ALIVE = "() => document.querySelector('.lnn-explorer')?.dataset.alive"
# Counts the frames of the screen in which another picture stands on the canvas.
COUNT = """() => {
    const canvas = document.querySelector("canvas.lnn-picture");
    window.pictures = 0;
    let last = canvas.dataset.frame;
    const look = () => {
        if (canvas.dataset.frame !== last) window.pictures += 1;
        last = canvas.dataset.frame;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def measure(quick=False):
    """Rows for the whole site, and three for each page; with `quick` for two pages alone. Takes about six minutes."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit("no Chromium on the PATH and none named by LNN_CHROMIUM, so no page can be measured")
    with tempfile.TemporaryDirectory() as folder, Chromium(executable) as chromium:
        folder = Path(folder)
        start = time.perf_counter()
        pages = list(build(folder, QUICK if quick else None))
        seconds, size = time.perf_counter() - start, weight(folder.rglob("*"))
        what = f"{len(pages)} pages"
        rows = [Row(f"{what}: building", f"{seconds:.0f} s", budget=f"at most {BUILD} s", met=seconds <= BUILD),
                Row(f"{what}: all files", f"{size:.1f} MB", budget=f"at most {WHOLE} MB", met=size <= WHOLE)]
        with served(folder) as address:
            for page in pages:
                rows += _page(chromium, folder, address, page)
    return rows


def _page(chromium, folder, address, page):
    """When the first picture lives and after how much, the page's weight, and its pictures a second."""
    with chromium.blank() as tab:
        answers = []
        tab.on("response", lambda answer: answers.append(answer))
        tab.goto(f"{address}/{page}", wait_until="commit")
        tab.wait_for_function(ALIVE)
        light, first = sum(len(answer.body()) for answer in answers) / 1e6, float(tab.evaluate(ALIVE))
        own = weight([folder / page, *folder.glob(f"explorers/{Path(page).stem}-*")])
        rate = _dragged(tab)
    return [
        Row(f"{page}: first live picture", f"{first:.0f} ms", budget=f"at most {FIRST} ms", met=first <= FIRST),
        Row(f"{page}: fetched until then", f"{light:.2f} MB", budget=f"at most {LIGHT} MB", met=light <= LIGHT),
        Row(f"{page}: page and explorers", f"{own:.1f} MB"),
        Row(f"{page}: a drag", f"{rate:.0f} pictures/s", budget=f"at least {RATE}", met=rate >= RATE)]


def _dragged(tab):
    """Pictures a second while a mouse goes to and fro on the longest slider of the first explorer."""
    root = tab.locator(".lnn-explorer").first
    if "lnn-asking" in root.get_attribute("class"):
        root.get_by_role("button", name="Skip").click()
    root.scroll_into_view_if_needed()
    slider = max(root.locator(".lnn-slider:visible").all(), key=lambda one: int(one.get_attribute("max")))
    box = slider.bounding_box()
    at, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(at, y)
    tab.mouse.down()
    tab.evaluate(COUNT)
    start = time.perf_counter()
    while (passed := time.perf_counter() - start) < DRAG:
        tab.mouse.move(box["x"] + box["width"] * abs((passed % 1) * 2 - 1), y)
    found = tab.evaluate("window.pictures")
    tab.mouse.up()
    return found / passed


def weight(paths):
    """Megabytes of files."""
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6
