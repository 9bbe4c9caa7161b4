"""The live engine: matplotlib draws what stands still once, the browser moves the marks.

A complete explorer says what is computed, what is seen and what is read, each once:

>>> from dataclasses import dataclass
>>> from lnnlib.live import Explorer, Preset, Slider, explorer_factory
>>> from lnnlib.live.values import linear_grid, number_text
>>> @dataclass(frozen=True)
... class Descent:
...     "Gradient descent on f = x^2/2 from x = 1: x_t = (1 - eta)^t."
...     eta: float
...
...     @property
...     def x(self):
...         return [(1 - self.eta) ** t for t in range(30)]
...
>>> def _draw(fig):
...     look, [path] = fig.look, fig.panels("x along the run")
...     path.set(xlim=(0, 29), ylim=(-1.2, 1.2), xlabel="step t", ylabel="x")
...     path.axhline(0, color=look.faint, lw=1)                             # stands still
...     fig.line(
...         path, lambda run: (range(30), run.x), "o-", color=look.value, label="GD", ghost=True)
...     fig.label(path, lambda run: (1.3, run.x[1]), "after one step", color=look.run, va="center")
...     fig.key(path, 1)
...
>>> def _readout(run):
...     return f"With η = {number_text(run.eta)} a step multiplies x by {number_text(1 - run.eta)}."
...
>>> @explorer_factory
... def overshoot(eta=.3):
...     "What the step size does to one coordinate."
...     return Explorer(
...         [Slider("eta", "step size η", linear_grid(0, "2.2", "0.02"), eta, {"2/β": 2})],
...         compute=Descent, draw=_draw, readout=_readout,
...         presets=[Preset("Jumps across", "Beyond 1/β the sign changes", eta=1.7)])
...
>>> overshoot(eta=.5).readout
'With η = 0.5 a step multiplies x by 0.5.'

`explorer` ties these together; `marks` is what moves, `stage` what it moves on, `look` its colours;
`scene` records and paints by `record`; `link.py` and `link.js` are the two ends of the wire,
`flight.js` says what became of a message, `view.js` paints by `replay.js`; `panel` holds the
widgets of `controls` and `predict`, `display` says what Jupyter shows; `values` and `levels` serve
explorers; `defaults` keeps a student's settings out.
"""
from .controls import Choice, Preset, Slider, Toggle
from .explorer import Explorer, explorer_factory
from .levels import LevelCurves
from .predict import Predict
from .values import count_text, linear_grid, log_grid, number_text

__all__ = ["Choice", "Explorer", "LevelCurves", "Predict", "Preset", "Slider", "Toggle",
           "count_text", "explorer_factory", "linear_grid", "log_grid", "number_text"]
