"""How long the kernel takes to answer a slider's move, for every explorer at its worst setting."""
import statistics
import time
from numbers import Real

from lnnlib import explorers
from lnnlib.live import number_text
from lnnlib.live.link import answer

from . import Row

BUDGET = 10                                                  # ms


def measure(quick=False):
    """A row per explorer: the median answer at the setting whose median is largest, stage already drawn."""
    return [_row(name, 3 if quick else 15) for name in explorers.__all__ if _sliders(getattr(explorers, name)())]


def _sliders(figure):
    return [control for control in figure.controls.values() if not control.moves_stage]


def _row(name, times):
    worst, setting = max((_milliseconds(getattr(explorers, name)(), change, times), _text(change))
                         for change in _settings(getattr(explorers, name)()))
    return Row(f"{name}: one move, {setting}", f"{worst:.1f} ms", budget=f"at most {BUDGET} ms", met=worst <= BUDGET)


def _text(change):
    texts = (f"{name} = {number_text(v) if isinstance(v, Real) else v}" for name, v in change.items())
    return f"at {', '.join(texts)}" if change else "as it opens"


def _settings(figure):
    """Every control at its ends and critical values, and every preset."""
    yield {}
    for control in figure.controls.values():
        yield from ({control.name: value} for value in control.ends())
    yield from (figure.usual | preset.changes for preset in figure.presets)


def _milliseconds(figure, change, times):
    """Of an answer to a canvas that has the stage: another slider value each time, so that nothing is left from before."""
    figure.set(**change)
    slider = _sliders(figure)[0]
    at = {name: control.position(control.value) for name, control in figure.controls.items()}
    message = dict(n=1, client="benchmark", size=[900, None, 1, False], have=[], listening=True, drag=None)
    have, spent = [answer(figure, message | {"at": at})[0]["stage"]], []
    index, length = at[slider.name]
    for k in range(times):
        start = time.perf_counter()
        answer(figure, message | {"at": at | {slider.name: [abs(index - k % 2), length]}, "have": have})
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)
