"""How long each notebook takes from its first cell to its last, in a fresh kernel, pictures included."""
import time

from .. import notebooks
from . import Row

BUDGET = 60                                                  # seconds, kernel start included


def measure(quick=False):
    """A row per notebook; with `quick` for the index alone."""
    return [_row(name) for name in (["index"] if quick else notebooks.names())]


def _row(name):
    nb = notebooks.read(notebooks.paths(name)[0])
    start = time.perf_counter()
    notebooks.run(nb)
    seconds = time.perf_counter() - start
    return Row(f"{name}: all cells in a fresh kernel", f"{seconds:.1f} s", budget=f"at most {BUDGET} s", met=seconds <= BUDGET)
