"""How the picture follows the hand: our engine beside `interact`, in JupyterLab, near and at Binder's distance.

Both show the escape explorer's scene with its controls; keys and mouse moves are real; what the screen shows is noted frame
by frame (probe.js says how). Of ours the slowest explorers are measured besides.
"""
import math
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ..browser.lab import REPOSITORY, Lab
from ..browser.page import Chromium, find_chromium
from ..browser.slow_link import SlowLink
from . import Row
from .cost import browser_memory, first_press, running_cell, whole_sweep
from .hand import FRAME, PEER, Drag, Hand

ESCAPE = "saddle_escape"
SLIDERS = ("eta", "alpha", "theta")
# The explorers whose main slider's moves take the kernel longest (`explorers` in this package), of those with many places.
SLOWEST = {"descent_ledger": "eps", "kink_trap": "mu", "collapse": "lam"}
PAIR = "eta", "alpha"        # swept, and pressed meanwhile, while a third slider makes all new
ROUND_TRIPS = {"local": 0, "150 ms": 150}
IMPORTS = "from lnnlib import explorers\nfrom tests.benchmarks import watch"
SHOW = "figure = explorers.{}()\nfigure"
WORK = "watch.work(40_000_000)"              # about two seconds
PEER_CELLS = ("%matplotlib inline\nfrom tests.benchmarks import peer", "peer.show()")
IMPORT = "import time, numpy; start = time.perf_counter(); import lnnlib; print(time.perf_counter() - start)"
MS = "{:.0f} ms"
GROWTH = 12                  # MB that the second half of many moves may add: the engine keeps at most 8 MB of frames
SLACK = 1                    # ms, of the browser's clocks


@dataclass(frozen=True)
class Answer:
    """How one slider answers: milliseconds from key press to pixel, one for each press, and the drags."""

    keys: list
    warm: Drag
    cold: Drag

    @property
    def latency(self):
        """p50 of those that a picture answered."""
        seen = [latency for latency in self.keys if latency is not None]
        return statistics.median(seen) if seen else math.inf

    @property
    def missed(self):
        return self.keys.count(None)


def measure(quick=False):
    """The rows of the live budgets; takes about seven minutes, with `quick` about three."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit("no Chromium on the PATH and none named by LNN_CHROMIUM, so nothing can be measured live")
    probe = Path(__file__).with_name("probe.js").read_text()
    with tempfile.TemporaryDirectory() as root, Lab(root) as lab, Chromium(executable, probe) as chromium, \
            SlowLink(lab.port) as link:
        notebooks = {name: lab.write(f"{name}.ipynb", IMPORTS, SHOW.format(name), WORK) for name in (ESCAPE, *SLOWEST)}
        notebooks["interact"] = lab.write(PEER, *PEER_CELLS)
        rows = []
        for place, round_trip in ROUND_TRIPS.items():
            def session(name, place=place, round_trip=round_trip):
                return _Session(name, place, lab, chromium, link, notebooks[name], round_trip, quick)
            rows += _beside_interact(session)
            for name, slider in SLOWEST.items():
                rows += _alone(session, name, slider)
    return [*rows, _import_row()]


class _Session:
    """A kernel and a tab of their own in which one notebook is shown; a context manager."""

    def __init__(self, name, place, lab, chromium, link, notebook, round_trip, quick):
        self.name, self.place, self.lab, self.notebook, self.round_trip, self.quick = name, place, lab, notebook, round_trip, quick
        self.ours = notebook != PEER
        link.delay = 0
        self.page = chromium.open(lab, notebook, link.port if round_trip else None)
        self.page.resize(1400, 1200)
        self.page.command("application:toggle-left-area")
        self.page.run_cell(0)                                # imports
        link.delay = round_trip / 2000
        self.first = self._first_picture()
        if self.ours:
            self.page.kernel.run("watch.watch(figure)")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()
        self.lab.shut_down(self.notebook)

    def _first_picture(self):
        """Seconds from running the cell."""
        tab = self.page.tab
        self.page.select_cell(1)
        start = tab.evaluate("() => { probe.clear(); jupyterapp.commands.execute('notebook:run-cell'); return probe.now(); }")
        if not tab.evaluate("() => probe.settled(1000, 10000)"):
            raise RuntimeError(f"{self.notebook} shows no picture: {tab.locator('.jp-OutputArea').last.inner_text()[-300:]}")
        return (tab.evaluate("() => probe.frames.find(frame => frame[3])[0]") - start) / 1000

    def answer(self, slider):
        hand = Hand(self.page, slider, self.round_trip)
        keys = hand.keys(10 if self.quick else 16)[2:]       # the first two warm up
        warm = hand.warm(2 if self.quick else 3)
        cold = hand.cold(1.5 if self.quick else 2) if self.ours else warm
        if self.ours and not self.round_trip:
            hand.check_pixels()
        return Answer(keys, warm, cold)


def _beside_interact(session):
    with session(ESCAPE) as ours:
        answers = {slider: ours.answer(slider) for slider in SLIDERS}
        more = [_first_press_row(ours, *PAIR)]
        if not ours.round_trip:
            more += [*(_sweep_row(ours, slider) for slider in SLIDERS), _cell_row(ours, SLIDERS[0]), _memory_row(ours)]
    with session("interact") as peer:
        peers = {slider: peer.answer(slider) for slider in SLIDERS}
    first = Row(f"{ours.place}: first picture after running the cell", f"{ours.first:.2f} s", f"{peer.first:.2f} s",
                peer.first / ours.first, "at most 1 s", ours.first <= 1)
    rows = [_rows(ours, f"{ours.place}, {slider}", answers[slider], peers[slider]) for slider in SLIDERS]
    return [*chain.from_iterable(rows), *more, first]


def _alone(session, name, slider):
    with session(name) as ours:
        rows = list(_rows(ours, f"{ours.place}, {name} {slider}", ours.answer(slider)))
        return rows if ours.round_trip else [*rows, _sweep_row(ours, slider)]


def _rows(session, where, ours, peer=None):
    """How one slider answers, ours beside the peer's."""
    near = not session.round_trip
    missed = f", {ours.missed} of {len(ours.keys)} presses unanswered" if ours.missed else ""

    def row(what, text, read, budget="", met=None, ratio=None):
        theirs = "" if peer is None else text.format(read(peer))
        return Row(f"{where}: {what}", text.format(read(ours)), theirs, ratio, budget, met)

    ratio = peer and _ratio(peer.latency, ours.latency)
    budget = ("at least 12x", ratio >= 12) if near and peer else ("at most 20 ms", ours.latency <= 20)
    yield row(f"key press to pixel, rested, p50{missed}", MS, lambda a: a.latency, *budget, ratio)
    drag = f"warm drag, {len(ours.warm.passed)} positions passed"
    yield row(f"{drag}, share painted in that frame", "{:.3f}", lambda a: a.warm.share, "at least .98", ours.warm.share >= .98)
    yield row(f"{drag}, lag, p50", MS, lambda a: a.warm.lag, "at most one frame", ours.warm.lag <= FRAME + SLACK)
    yield row(f"{drag}, settled after the last", MS, lambda a: a.warm.settle)
    yield row(f"{drag}, pictures", "{:.1f}/s", lambda a: a.warm.rate, ratio=peer and _ratio(ours.warm.rate, peer.warm.rate))
    first, least = ours.cold.first_second, 30 if near else 20
    ratio = peer and _ratio(first, peer.cold.first_second)
    budget = f"at least {least}/s", first >= least
    if near and peer:
        budget = f"{budget[0]}, 10x", budget[1] and ratio >= 10
    yield row("cold drag, pictures in the first second", "{}/s", lambda a: a.cold.first_second, *budget, ratio)


def _sweep_row(session, slider):
    frames, size, seconds = whole_sweep(Hand(session.page, slider, session.round_trip))
    what = f"{session.name}, {slider}: processor time of one whole sweep, {frames} frames, {size / 1000:.0f} kB"
    return Row(what, f"{seconds:.2f} s")


def _first_press_row(session, swept, pressed):
    hand = Hand(session.page, pressed, session.round_trip)
    alone, meanwhile, trials = first_press(hand, swept, 4 if session.quick else 8)
    return Row(f"{session.place}, {session.name}: first press on {pressed} while {swept} is swept, over {alone:.0f} ms without, "
               f"p50 of {trials}", f"{meanwhile - alone:+.0f} ms", budget="at most 20 ms", met=meanwhile - alone <= 20)


def _cell_row(session, slider):
    alone, meanwhile, packs = running_cell(Hand(session.page, slider, session.round_trip), 2 if session.quick else 3)
    slower = 100 * (meanwhile / alone - 1)
    heard = f"{packs} packs sent" if packs else "Lab's messages did not reach the kernel"
    return Row(f"a cell of {alone:.1f} s slowed by a sweep of {slider} meanwhile ({heard})", f"{slower:+.1f} %" if packs else "",
               budget="at most 10 %", met=slower <= 10 if packs else None)


def _memory_row(session):
    moves = 500 if session.quick else 5000
    start, middle, end = browser_memory(session.page, SLIDERS, moves)
    return Row(f"browser's memory over {moves:,} moves: {start:.0f} MB, {middle:.0f} MB, {end:.0f} MB", f"{end - middle:+.1f} MB",
               budget=f"at most {GROWTH} MB in the second half", met=end - middle <= GROWTH)


def _import_row():
    runs = [subprocess.run([sys.executable, "-c", IMPORT], cwd=REPOSITORY, capture_output=True, text=True, check=True)
            for _ in range(5)]
    seconds = statistics.median(float(run.stdout) for run in runs)
    return Row("import lnnlib, on top of numpy", f"{seconds:.3f} s", budget="at most 0.2 s", met=seconds <= .2)


def _ratio(one, other):
    """How many times `other` goes into `one`; infinite where a frame comes within the same tick of the clock."""
    return one / other if other else math.inf
