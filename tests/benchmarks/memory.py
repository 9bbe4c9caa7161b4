"""What the kernel's memory does while an explorer is dragged and swept for long, and while its cell is run again and again."""
import asyncio
import gc
import statistics

import psutil

from lnnlib import explorers
from lnnlib.live import display
from lnnlib.live.link import answer
from lnnlib.live.sweep import Sweeps

from . import Row

BUDGET = 5                                                   # MB that the second half may add to the first
READINGS = 20
NAMES = ("saddle_escape", "bottleneck_trap", "pgd_debugger")
SWEPT = "step_size_dial"                                     # one step of a sweep makes several of its frames


def measure(quick=False):
    """Two rows for each of a light explorer, one with tables, and one that runs an algorithm; one where sweeps go on."""
    updates, runs = (1000, 40) if quick else (5000, 200)
    rows = [row for name in NAMES for row in (
        _row(f"{name}: memory over {updates:,} updates", _drag(getattr(explorers, name)(), updates)),
        _row(f"{name}: memory over {runs} runs of its cell, each swept", asyncio.run(_run_again(getattr(explorers, name), runs))))]
    added, frames = asyncio.run(_sweep(getattr(explorers, SWEPT)(), updates))
    return [*rows, _row(f"{SWEPT}: memory over {updates:,} updates, as many sweeps, {frames:,} frames of theirs", added)]


def _row(what, added):
    return Row(what, f"{added:+.1f} MB", budget=f"at most {BUDGET} MB in the second half", met=added <= BUDGET)


class _Readings(list):
    """The process's memory in MB, read so many times in the course of `times` turns."""

    def __init__(self, times):
        super().__init__()
        self.every = max(1, times // READINGS)

    def turn(self, k):
        if k % self.every == 0:
            gc.collect()
            self.append(psutil.Process().memory_info().rss / 2**20)

    @property
    def added(self):
        """What the second half adds: medians over the ends of both halves, as one reading may hold a stage more."""
        quarter = len(self) // 4
        return statistics.median(self[-quarter:]) - statistics.median(self[quarter:2 * quarter])


def _slider(figure):
    return next(control for control in figure.controls.values() if not control.moves_stage)


def _message(figure, k, have=(), **more):
    """The k-th of a canvas on which the first slider is moved."""
    slider, length = _slider(figure).name, len(_slider(figure).grid)
    at = {name: control.position(control.value) for name, control in figure.controls.items()}
    return dict(n=k, client="benchmark", size=[900, None, 1, False], have=list(have), listening=True, drag=None,
                at=at | {slider: [7 * k % length, length]}, **more)


def _everywhere(figure):
    """A wish for a sweep of the first slider."""
    return [_slider(figure).name, list(range(len(_slider(figure).grid)))]


def _drag(figure, updates):
    """MB that the second half of so many slider moves adds."""
    memory, have = _Readings(updates), []
    for k in range(updates):
        memory.turn(k)
        have = [answer(figure, _message(figure, k, have))[0]["stage"]]
    return memory.added


async def _sweep(figure, updates):
    """The same where every move begins a sweep, of which one step is made; and how many frames are sent in all."""
    memory, sent, have = _Readings(updates), [], []
    sweeps = Sweeps(figure, lambda content, buffers: sent.append(len(content["frames"])))
    for k in range(updates):
        memory.turn(k)
        have = [answer(figure, _message(figure, k, have), sweeps)[0]["stage"]]
        answer(figure, _message(figure, k, have, sweep=_everywhere(figure)), sweeps)
        await asyncio.sleep(0)                               # the loop's turn
    return memory.added, sum(sent)


async def _run_again(make, runs):
    """MB that the second half of so many displays of a new explorer adds, each in the place of the one before.

    Each is left in the middle of a sweep.
    """
    memory, cell = _Readings(runs), {"cellId": f"the cell of {make.__name__}"}
    for k in range(runs):
        memory.turn(k)
        request = {"metadata": cell, "header": {"msg_id": k}}             # as if one cell ran for the k-th time
        display._request = lambda request=request: request
        figure = make()
        figure._repr_mimebundle_()
        figure._panel._on_message(None, _message(figure, k, sweep=_everywhere(figure)), [])
        await asyncio.sleep(0)
    return memory.added
