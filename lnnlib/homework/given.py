"""The data of an exercise, as a student gets them."""
from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from ..answers.kinds import number_text


class Given(SimpleNamespace, Mapping):
    """Data by name, `data.W1`, and a mapping, `f(**data.saddle)`; it displays itself.

    Lists of numbers are arrays of floats, dicts are Given too. Names that older notebooks have are
    understood: `W_1` for `W1`, and those of `formerly`, each with the names that it stood for.

    >>> data = Given(saddle={"eta": .5, "theta0": [.01, 1]}, W1=[[1, 2], [0, 1]])
    >>> data
    saddle: eta = 0.5, theta0 = [0.01, 1]
    W1 = [[1, 2], [0, 1]]
    >>> data.W_1 @ data.saddle.theta0
    array([2.01, 1.  ])
    >>> dict(**data.saddle)["eta"], data["W1"] is data.W1, "W2" in data
    (0.5, True, False)
    """

    __slots__ = ("_formerly",)  # beside the data, not among them

    def __init__(self, formerly=None, /, **data):
        super().__init__(**{name: _read(value) for name, value in data.items()})
        self._formerly = formerly or {}

    def __getattr__(self, name):
        if not name.startswith("_"):
            if name in self._formerly:
                return Given(**{one: self[one] for one in self._formerly[name]})
            if (short := name.replace("_", "")) in vars(self):
                return vars(self)[short]
        raise AttributeError(f"there is no {name} in these data, only {', '.join(vars(self))}")

    def __getitem__(self, name):
        try:
            return getattr(self, name)
        except AttributeError as error:
            raise KeyError(str(error)) from None

    def __iter__(self):
        return iter(vars(self))

    def __len__(self):
        return len(vars(self))

    def __repr__(self):
        return "\n".join(_line(name, value) for name, value in vars(self).items())


def _read(value):
    if isinstance(value, dict):
        return Given(**value)
    try:
        return np.array(value, dtype=float) if isinstance(value, list) else value
    except (TypeError, ValueError):  # a list of other things
        return value


def _line(name, value):
    if isinstance(value, Given):
        return f"{name}: " + ", ".join(_line(*item) for item in vars(value).items())
    number = isinstance(value, float | np.ndarray)
    return f"{name} = {number_text(value) if number else value}"
