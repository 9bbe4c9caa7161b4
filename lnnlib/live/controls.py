"""The controls of an explorer: what each one is, and the ipywidgets that a student moves.

A control names a parameter and owns its exact values; its widget knows only labels and an index.
So a slider can stand on exactly 1/3, on 0 or on 1e-16, and no rounding of a front end changes what
is computed.
"""
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Integral, Real

import ipywidgets as W
import numpy as np

from .typed import plain, quoted, read_number
from .values import nearest, number_text, with_values


@dataclass
class Slider:
    """A number on a sorted `grid`, where 0 (if it lies within) and all `named` values have a place.

    `named` maps the name of a critical value, such as "1/β", to its value: each gets a button to
    jump there. With `play` the grid can be run through. With `exact` the explorer gets the number
    as it is (Fractions too), else a float. A grid of integers has nothing between them.
    `text` writes a value.
    """

    name: str
    label: str
    grid: tuple
    value: Real
    named: dict = field(default_factory=dict)
    play: bool = False
    exact: bool = False
    text: Callable = number_text

    moves_stage = False

    def __post_init__(self):
        low, high = min(self.grid), max(self.grid)
        self.grid = tuple(_exact(value) for value in self.grid)
        self.named = {name: _exact(value, self.grid) for name, value in self.named.items()}
        self._whole = all(isinstance(v, Integral) for v in self.grid)
        self._grids = {}                        # by length: a grid only grows
        places = [v for v in (0, *self.named.values()) if low <= v <= high]
        self._keep(with_values(self.grid, *places))
        self.set(self.value)
        self.start = self.value

    def set(self, value):
        """Stand on `value`, which gets a place on the grid; ValueError as `accept`."""
        self.value = self.accept(value)
        if self.value not in self._places:
            self._keep(with_values(self.grid, self.value))

    def accept(self, value):
        """`value` as it would be set; ValueError where it may not be.

        A float means the grid's value of that float, or else the decimal that it is written as:
        0.09 is 9/100.
        """
        given, value = value, _exact(value, self.grid)
        if not isinstance(value, Real) or isinstance(value, bool) or not self._fits(value):
            written = isinstance(given, Fraction) and abs(given) < 10**300       # as floats are
            said = number_text(given, 17) if written else repr(given)[:60]
            raise ValueError(f"{self.name} is {said}, {self._expected}")
        return int(value) if self._whole else value

    def read(self, text):
        """The value that a student typed, written as the slider writes its values or as a number.

        ValueError in one sentence otherwise, of at most 120 characters.
        """
        typed = plain(text)
        for value in (self.value, *self.grid):
            if typed in (plain(self.text(value)), plain(self.option(value))):
                return value
        value = read_number(text, self._whole)
        if not self._fits(value):
            raise ValueError(f"{self.label} is {quoted(text)}, {self._expected}.")
        return value

    def _fits(self, value):
        """Whether a number lies on the slider, and is whole where it must be."""
        within = self.grid[0] <= value <= self.grid[-1]                     # NaN never is
        return within and (not self._whole or value == math.floor(value))

    @property
    def _expected(self):
        kind, ends = "whole number" if self._whole else "number", (self.grid[0], self.grid[-1])
        return "expected a {} from {} to {}".format(kind, *map(number_text, ends))

    def parameter(self, value):
        return value if self.exact else float(value)

    def position(self, value):
        """What a message says for `value`: its index, and the length of the grid it counts in."""
        return [self._places[value], len(self.grid)]

    def at(self, position):
        """The exact value at a message's `position`, also after the grid has grown."""
        index, length = position
        if length not in self._grids:
            raise ValueError(
                f"{self.name} is said to have {length} places, expected {len(self.grid)}")
        if not 0 <= index < length:
            raise ValueError(f"{self.name} is at {index}, expected a place from 0 to {length - 1}")
        return self._grids[length][index]

    def near(self, value):
        """The grid's value nearest to a number."""
        if not np.isfinite(value):
            raise ValueError(f"{self.name} is dragged to {value}, expected a number")
        return self.grid[nearest(self.grid, value)]

    def option(self, value):
        """What the slider is labelled with there: "0.3", and at a critical value "1 = 1/β"."""
        text = self.text(value)
        names = [name for name, named in self.named.items() if named == value and name != text]
        return " = ".join([text, *names])

    def said(self, value):
        return self.text(value)

    def widget(self):
        return W.SelectionSlider(**self.state(), description=self.label, continuous_update=True)

    def state(self):
        """The widget's traits that follow from grid and value.

        No two labels are alike: front ends find a value by its label.
        """
        options = {}
        for k, value in enumerate(self.grid):
            label = self.option(value)
            if label in options:
                label = repr(float(value))
            while label in options:             # fractions that lie closer together than floats
                label += " ≈"
            options[label] = k
        return {"options": list(options.items()), "index": self._places[self.value]}

    def ends(self):
        """Every value at which something may break: both ends and all critical values."""
        named = [value for value in self.named.values() if value in self.grid]
        return sorted({self.grid[0], self.grid[-1], *named})

    def _keep(self, grid):
        self.grid = grid
        self._grids[len(grid)] = grid
        self._places = {value: k for k, value in enumerate(grid)}


@dataclass
class Choice:
    """One of a few `options`, a dict from label to value: a drop-down. It may redraw the stage."""

    name: str
    label: str
    options: dict
    value: object
    text: Callable = str

    moves_stage = True

    def __post_init__(self):
        self.set(self.value)
        self.start = self.value

    def set(self, value):
        self.value = self.accept(value)

    def accept(self, value):
        for option in self.options.values():
            same_kind = isinstance(option, bool) == isinstance(value, bool)
            if option == value and same_kind:   # 1 == True, yet another answer
                return option
        expected = ", ".join(map(repr, self.options.values()))
        raise ValueError(f"{self.name} is {value!r}, expected one of {expected}")

    def parameter(self, value):
        return value

    def position(self, value):
        return [list(self.options.values()).index(value), len(self.options)]

    def at(self, position):
        (index, length), last = position, len(self.options) - 1
        if length != last + 1:
            raise ValueError(f"{self.name} is said to have {length} places, expected {last + 1}")
        if not 0 <= index <= last:
            raise ValueError(f"{self.name} is at {index}, expected a place from 0 to {last}")
        return list(self.options.values())[index]

    def said(self, value):
        return next(f"“{label}”" for label, option in self.options.items() if option == value)

    def widget(self):
        return W.Dropdown(**self.state(), description=self.label)

    def state(self):
        return {"options": list(self.options), "index": self.position(self.value)[0]}

    def ends(self):
        return list(self.options.values())


class Toggle(Choice):
    """Off or on. It may redraw the stage."""

    def __init__(self, name, label, value=False):
        super().__init__(name, label, {"off": False, "on": True}, value)

    def widget(self):
        return W.ToggleButtons(**self.state(), description=self.label)


class Preset:
    """A button `label` with the tooltip `why`: sets `changes`, all else as it is at the start.

    A float means its decimal: Preset("Flicker", "It escapes and returns", eta=1, alpha=.01).
    """

    def __init__(self, label, why, **changes):
        self.label, self.why, self.changes = label, why, changes


def _exact(value, grid=()):
    """A float as the value of `grid` it stands for, or else as its decimal; others as they are."""
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if not isinstance(value, float | np.floating) or not np.isfinite(value):
        return value
    return next((v for v in grid if float(v) == value), Fraction(str(value)))
