"""The live engine: matplotlib draws the stage once, the browser moves the actors.

`explorer` ties functions and controls together; `scene` draws and records; `record` is the recording renderer; `link.py` and
`link.js` are the two ends of the wire; `view.js` paints by `replay.js`; `panel` holds the widgets; `controls`, `values`,
`predict`, `look` say what they say; `defaults` keeps a student's settings out of them.
"""
from .controls import Choice, Handle, Preset, Slider, Toggle
from .explorer import Explorer
from .predict import Predict
from .values import count_text, linear_grid, log_grid, number_text

__all__ = ["Choice", "Explorer", "Handle", "Predict", "Preset", "Slider", "Toggle",
           "count_text", "linear_grid", "log_grid", "number_text"]
