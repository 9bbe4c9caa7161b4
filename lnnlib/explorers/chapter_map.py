"""`chapter_map`: the sections of the chapter, what builds on what, and the way to one of them."""
import textwrap
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..live import Choice, Explorer, explorer_factory
from ..live.look import CSS_DPI, DASHED, SMALL, TEXT


@dataclass(frozen=True)
class Section:
    """A lecture section: about how many minutes its notebook takes, its `place` (column, row).

    `python -m tests.reading_time` counts the minutes: of reading and playing, and of homework.
    """

    number: str
    title: str
    reading: int
    homework: int
    builds_on: tuple
    place: tuple


SECTIONS = (
    Section("6.1", "Non-convexity", 65, 30, (), (0, .6)),
    Section("6.2", "The landscape approach", 45, 15, ("6.1",), (1, .6)),
    Section("6.2.1", "Stationary points", 60, 35, ("6.2",), (2, 0)),
    Section("6.2.2", "Escaping strict saddles", 55, 15, ("6.2.1",), (3, 0)),
    Section("6.2.3", "Perturbed gradient descent", 75, 50, ("6.2.2",), (4, 0)),
    Section("6.2.4", "Linear networks", 60, 25, ("6.2",), (2, 1.2)),
    Section("6.2.5", "Gradient and Hessian", 85, 35, ("6.2.4",), (3, 1.2)),
    Section("6.2.6", "Local minima", 80, 30, ("6.2.5",), (4, 1.2)),
    Section("6.2.7", "Non-strict saddles", 70, 30, ("6.2.2", "6.2.6"), (5, 1.2)),
)
NUMBERED = {section.number: section for section in SECTIONS}
COLUMNS, ROWS = (-.53, 5.53), (-.55, 1.75)                # what is drawn
HALF = np.array([.44, .46])                                # half a box, in columns and rows
CHARACTER = .6                                             # the width of one, in font sizes


@dataclass(frozen=True)
class Way:
    """What to take on the way to the section numbered `goal`."""

    goal: str

    @cached_property
    def numbers(self):
        """The numbers of the goal and of all that it builds on."""
        needed = {self.goal}
        for section in reversed(SECTIONS):                 # what builds on a section comes after it
            if section.number in needed:
                needed.update(section.builds_on)
        return needed

    @property
    def sections(self):
        """These sections, in the chapter's order."""
        return [section for section in SECTIONS if section.number in self.numbers]


def _draw(fig, goal):
    ax = fig.add_axes([0, 0, 1, 1])
    ax.set_axis_off()
    x, y = (COLUMNS, ROWS) if fig.wide else (ROWS, COLUMNS)
    ax.set(xlim=x, ylim=y[::-1])                           # y counts downwards
    turn = slice(None, None, 1 if fig.wide else -1)        # (column, row), or (row, column)
    for section in SECTIONS:
        _draw_box(fig, ax, section, turn)
        for before in section.builds_on:
            _draw_link(fig, ax, NUMBERED[before], section, turn)


def _draw_box(fig, ax, section, turn):
    look, number = fig.look, section.number
    corners = section.place + np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * HALF
    box = fig.region(ax, corners[:, turn], facecolor=look.paper, zorder=2)
    fig.moves(box, "update", lambda way: {
        "edgecolor": look.value if number in way.numbers else look.ghost,
        "linestyle": "-" if number in way.numbers else DASHED,
        "linewidth": 3.6 if number == way.goal else 1.6 if number in way.numbers else 1})
    width = np.ptp(ax.transData.transform(corners[:, turn])[:, 0]) * CSS_DPI / fig.dpi - 12
    size = TEXT if width > 110 else SMALL
    characters = int(width / (CHARACTER * size * CSS_DPI / 72))
    minutes = f"{section.reading} + {section.homework} min"
    text = [number, *textwrap.wrap(section.title, characters), minutes]
    fig.label(ax, section.place[turn], "\n".join(text), ha="center", va="center", color=look.ink,
              fontsize=size, linespacing=1.25, zorder=3)


def _draw_link(fig, ax, before, section, turn):
    look, ends = fig.look, {before.number, section.number}
    (start, row), (end, last_row) = before.place, section.place
    between = (row + last_row) / 2                         # the way round the boxes in between
    bends = [(start, between), (end, between)] if end - start > 1 else []
    places = np.array([before.place, *bends, section.place])[:, turn]
    line = fig.line(ax, places.T, zorder=1)
    fig.moves(line, "update", lambda way: {
        "color": look.value if ends <= way.numbers else look.ghost,
        "linestyle": "-" if ends <= way.numbers else DASHED,
        "linewidth": 2.6 if ends <= way.numbers else 1})


def _readout(way):
    goal, names = NUMBERED[way.goal], ", ".join(section.number for section in way.sections)
    reading = sum(section.reading for section in way.sections)
    homework = sum(section.homework for section in way.sections)
    return (f"To understand {goal.number}, {goal.title.lower()}, take {names}: "
            f"about {reading} minutes of reading and playing, {homework} of homework.")


@explorer_factory
def chapter_map(goal="6.2.7"):
    """The map of the chapter; `goal` is the number of the section that you want to understand.

    >>> chapter_map(goal="6.2.3").readout.partition(": about")[0]
    'To understand 6.2.3, perturbed gradient descent, take 6.1, 6.2, 6.2.1, 6.2.2, 6.2.3'
    """
    options = {f"{section.number} {section.title}": section.number for section in SECTIONS}
    return Explorer([Choice("goal", "I want to understand", options, goal)],
                    compute=Way, draw=_draw, readout=_readout, ratios=(.3, 1.5))
