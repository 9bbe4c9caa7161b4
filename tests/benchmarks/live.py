"""How the picture follows the hand: our engine beside `interact`, in JupyterLab, near and at Binder's distance.

Both show the escape explorer's scene with its controls; keys and mouse moves are real; a picture counts when its content
differs from the one before it. A picture's time is that of the frame it was painted in (probe.js says how).
"""
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..browser.lab import REPOSITORY, Lab
from ..browser.page import Chromium, find_chromium
from ..browser.slow_link import SlowLink
from . import Row

SLIDERS = ("eta", "alpha", "theta")
ROUND_TRIPS = {"local": 0.0, "150 ms": 0.150}                # seconds
CELLS = {
    "ours": ("from lnnlib import explorers", "explorers.saddle_escape()"),
    "interact": ("%matplotlib inline\nfrom tests.benchmarks import peer", "peer.show()"),
}
PATIENCE = 6000                                              # ms to wait for a picture before it counts as missing
IMPORT = "import time, numpy; start = time.perf_counter(); import lnnlib; print(time.perf_counter() - start)"


@dataclass(frozen=True)
class Hand:
    """How one slider answers, times in ms."""

    latency: float           # key press to painted pixel, p50
    missed: int              # key presses that no new picture answered
    rate: float              # pictures per second while the mouse drags
    lag: float               # how long ago the slider came to the value that a picture shows, p50
    settle: float            # from the slider's last value to the picture that shows it; infinite if none does


def measure(quick=False):
    """The rows of the live budgets; takes about four minutes, with `quick` about two."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit("no Chromium on the PATH and none named by LNN_CHROMIUM, so nothing can be measured live")
    probe = Path(__file__).with_name("probe.js").read_text()
    found = {}
    with tempfile.TemporaryDirectory() as root, Lab(root) as lab, Chromium(executable, probe) as chromium, \
            SlowLink(lab.port) as link:
        for name, cells in CELLS.items():
            notebook = lab.write(f"{name}.ipynb", *cells)
            for place, round_trip in ROUND_TRIPS.items():
                found[name, place] = _session(lab, chromium, link, notebook, round_trip, quick)
    return [row for place in ROUND_TRIPS for row in _rows(place, found["ours", place], found["interact", place])] + [_import_row()]


def _session(lab, chromium, link, notebook, round_trip, quick):
    """Seconds to the first picture, and a Hand for every slider, in a kernel and a tab of their own."""
    link.delay = 0
    page = chromium.open(lab, notebook, link.port)
    page.resize(1400, 1200)
    page.command("application:toggle-left-area")
    page.run_cell(0)                                         # imports
    link.delay = round_trip / 2
    first = _first_picture(page)
    hands = {slider: _hand(page, slider, 1000 * round_trip, quick) for slider in SLIDERS}
    page.close()
    lab.shut_down(notebook)
    return first, hands


def _first_picture(page):
    page.select_cell(1)
    start = page.tab.evaluate("() => { probe.clear(); jupyterapp.commands.execute('notebook:run-cell'); return probe.now(); }")
    if not page.tab.evaluate(f"() => probe.settled(1000, {PATIENCE})"):
        raise RuntimeError(f"{page.name} shows no picture: {page.tab.locator('.jp-OutputArea').last.inner_text()[-300:]}")
    return (page.tab.evaluate("() => probe.pictures[0][0]") - start) / 1000


def _hand(page, slider, round_trip, quick):
    page.tab.evaluate("selector => probe.watch(selector)", f".lnn-control-{slider} .noUi-handle")
    latencies = [_press(page, slider, round_trip) for _ in range(8 if quick else 24)][2:]      # the first two warm up
    seen = [latency for latency in latencies if latency is not None]
    inputs, held, pictures = _drag(page, slider, round_trip, seconds=2 if quick else 4)
    shown = _shown(page, slider, pictures)
    dragged = [(t, index) for t, index in shown if inputs[0] <= t <= inputs[-1]]
    return Hand(
        latency=statistics.median(seen) if seen else math.inf,
        missed=len(latencies) - len(seen),
        rate=1000 * len(dragged) / (inputs[-1] - inputs[0]),
        lag=statistics.median(_age(t, index, held) for t, index in dragged) if dragged else math.inf,
        settle=next((t - held[-1][0] for t, index in shown if t >= held[-1][0] and index == held[-1][1]), math.inf))


def _press(page, slider, round_trip):
    """Milliseconds from one press of a key to the first new picture, None without any."""
    page.tab.evaluate("() => probe.clear()")
    time.sleep(random.uniform(0, .03))                       # at no fixed moment of the screen's frame
    page.press(slider, "ArrowRight")
    answered = page.tab.evaluate(f"() => probe.settled({120 + round_trip}, {PATIENCE})")
    pressed, pictures = page.tab.evaluate("() => [probe.inputs[0], probe.pictures]")
    return pictures[0][0] - pressed if answered else None


def _drag(page, slider, round_trip, seconds, rate=125):
    """Sweep the slider up, down and back at one speed; what the probe noted: inputs, held, pictures."""
    path = np.interp(np.linspace(0, 1, round(rate * seconds)), [0, .25, .75, 1], [.5, .95, .05, .5])
    page.tab.evaluate("() => probe.clear()")
    page.drag(slider, path, rate)
    page.tab.evaluate(f"() => probe.settled({1500 + 2 * round_trip}, {2 * PATIENCE})")
    return page.tab.evaluate("() => [probe.inputs, probe.held, probe.pictures]")


def _shown(page, slider, pictures):
    """The pictures as (time, index of the slider that is shown). `interact` draws one after the other: the last one sent."""
    k = SLIDERS.index(slider)
    if page.name == "ours.ipynb":
        return [(t, state[k]) for t, state in pictures]
    drawn = [(1000 * t, indices[k]) for t, indices in page.kernel.value("peer.drawn")]
    return [(t, [index for sent, index in drawn if sent <= t][-1]) for t, _ in pictures]


def _age(time_shown, index, held):
    """Milliseconds since the slider came to `index` for the last time before `time_shown`; infinite if it never did."""
    return min((time_shown - t for t, i in held if i == index and t <= time_shown), default=math.inf)


def _rows(place, ours, peer):
    round_trip = 1000 * ROUND_TRIPS[place]
    (first, hands), (peer_first, peer_hands) = ours, peer
    for slider in SLIDERS:
        a, b = hands[slider], peer_hands[slider]
        missed = f", {a.missed} and {b.missed} presses unanswered" if a.missed or b.missed else ""
        ratio = _ratio(b.latency, a.latency)
        near, far = ("at least 8x", ratio >= 8), (f"at most {round_trip + 50:.0f} ms", a.latency <= round_trip + 50)
        yield Row(f"{place}, {slider}: key press to pixel, p50{missed}", _ms(a.latency), _ms(b.latency), ratio,
                  *(far if round_trip else near))
        yield Row(f"{place}, {slider}: pictures while dragging", f"{a.rate:.1f}/s", f"{b.rate:.1f}/s",
                  _ratio(a.rate, b.rate), "at least 30/s", a.rate >= 30)
        yield Row(f"{place}, {slider}: frame lag while dragging, p50", _ms(a.lag), _ms(b.lag), _ratio(b.lag, a.lag))
        yield Row(f"{place}, {slider}: settled after the last move", _ms(a.settle), _ms(b.settle), _ratio(b.settle, a.settle))
    yield Row(f"{place}: first picture after running the cell", f"{first:.2f} s", f"{peer_first:.2f} s", peer_first / first,
              "at most 1 s", first <= 1)


def _import_row():
    runs = [subprocess.run([sys.executable, "-c", IMPORT], cwd=REPOSITORY, capture_output=True, text=True, check=True)
            for _ in range(5)]
    seconds = statistics.median(float(run.stdout) for run in runs)
    return Row("import lnnlib, on top of numpy", f"{seconds:.3f} s", budget="at most 0.2 s", met=seconds <= .2)


def _ratio(one, other):
    """How many times `other` goes into `one`; infinite where a frame comes within the same tick of the clock."""
    return one / other if other else math.inf


def _ms(milliseconds):
    return f"{milliseconds:.0f} ms"
