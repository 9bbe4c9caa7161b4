"""What the kernel's memory does while an explorer is dragged for long, and while its cell is run again and again."""
import gc

import psutil

from lnnlib import explorers
from lnnlib.live import display
from lnnlib.live.link import answer

from . import Row

BUDGET = 5                                                   # MB that the second half may add to the first
NAMES = ("saddle_escape", "bottleneck_trap", "pgd_debugger")


def measure(quick=False):
    """Two rows for each of a light explorer, one with tables, and one that runs an algorithm."""
    updates, runs = (1000, 40) if quick else (5000, 200)
    return [row for name in NAMES for row in (
        _row(f"{name}: memory over {updates:,} updates", _drag(getattr(explorers, name)(), updates)),
        _row(f"{name}: memory over {runs} runs of its cell", _run_again(getattr(explorers, name), runs)))]


def _row(what, added):
    return Row(what, f"{added:+.1f} MB", budget=f"at most {BUDGET} MB in the second half", met=added <= BUDGET)


def _megabytes():
    gc.collect()
    return psutil.Process().memory_info().rss / 2**20


def _drag(figure, updates):
    """MB that the second half of so many slider moves adds."""
    slider = next(control for control in figure.controls.values() if not control.moves_stage)
    at = {name: control.position(control.value) for name, control in figure.controls.items()}
    have, length = [], len(slider.grid)
    for k in range(updates):
        if k == updates // 2:
            before = _megabytes()
        message = dict(n=k, client="benchmark", size=[900, None, 1, False], have=have, listening=True, drag=None,
                       at=at | {slider.name: [7 * k % length, length]})
        have = [answer(figure, message)[0]["stage"]]
    return _megabytes() - before


def _run_again(make, runs):
    """MB that the second half of so many displays of a new explorer adds, each in the place of the one before."""
    cell = {"cellId": f"the cell of {make.__name__}"}
    for k in range(runs):
        if k == runs // 2:
            before = _megabytes()
        request = {"metadata": cell, "header": {"msg_id": k}}             # as if one cell ran for the k-th time
        display._request = lambda request=request: request
        make()._repr_mimebundle_()
    return _megabytes() - before
