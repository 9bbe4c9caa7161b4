"""`chapter_map`: the sections of the chapter, what builds on what, and the way to the one you want to understand."""
import textwrap
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..live import Choice, Explorer
from ..live.look import SMALL


@dataclass(frozen=True)
class Section:
    """A lecture section: what it builds on, about how many minutes it takes, where it stands on the map (column, row)."""

    number: str
    title: str
    minutes: int
    builds_on: tuple
    place: tuple


SECTIONS = (
    Section("6.1", "Non-convexity", 40, (), (0, .6)),
    Section("6.2", "The landscape approach", 25, ("6.1",), (1, .6)),
    Section("6.2.1", "Stationary points", 40, ("6.2",), (2, 0)),
    Section("6.2.2", "Escaping strict saddles", 45, ("6.2.1",), (3, 0)),
    Section("6.2.3", "Perturbed gradient descent", 50, ("6.2.2",), (4, 0)),
    Section("6.2.4", "Linear networks", 45, ("6.2",), (2, 1.2)),
    Section("6.2.5", "Gradient and Hessian", 55, ("6.2.4",), (3, 1.2)),
    Section("6.2.6", "Local minima", 50, ("6.2.5",), (4, 1.2)),
    Section("6.2.7", "Non-strict saddles", 50, ("6.2.2", "6.2.6"), (5, 1.2)),
)
NUMBERED = {section.number: section for section in SECTIONS}
HALF = np.array([.42, .33])                                # half a box, in columns and rows


@dataclass(frozen=True)
class Way:
    """What to take on the way to the section numbered `goal`."""

    goal: str

    @cached_property
    def sections(self):
        """The goal and all that it builds on, in the chapter's order."""
        needed, waiting = set(), [self.goal]
        while waiting:
            number = waiting.pop()
            needed.add(number)
            waiting += NUMBERED[number].builds_on
        return [section for section in SECTIONS if section.number in needed]


def _stage(fig, goal):
    ax = fig.add_axes([0, 0, 1, 1])
    ax.set_axis_off()
    along, across = (-.55, 5.55), (1.65, -.45)
    ax.set(xlim=along, ylim=across) if fig.wide else ax.set(xlim=across[::-1], ylim=along[::-1])
    turn = slice(None) if fig.wide else slice(None, None, -1)
    boxes = {section.number: ax.fill(*_corners(section, turn).T, facecolor=fig.look.paper, zorder=2)[0] for section in SECTIONS}
    lines = {(before, section.number): ax.plot(*np.array([NUMBERED[before].place[turn], section.place[turn]]).T, zorder=1)[0]
             for section in SECTIONS for before in section.builds_on}
    texts = [ax.text(*section.place[turn], _label(section), ha="center", va="center", fontsize=SMALL, color=fig.look.ink,
                     family=fig.look.font, linespacing=1.25, zorder=3) for section in SECTIONS]
    return {"boxes": boxes, "lines": lines, "texts": texts, "look": fig.look}


def _corners(section, turn):
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return (section.place + signs * HALF)[:, turn]


def _label(section):
    return "\n".join([section.number, *textwrap.wrap(section.title, 16), f"{section.minutes} min"])


def _act(actors, way):
    look, taken = actors.look, {section.number for section in way.sections}
    for number, box in actors.boxes.items():
        box.set(edgecolor=look.value if number in taken else look.faint, linewidth=3.2 if number == way.goal else 1.6)
    for ends, line in actors.lines.items():
        line.set(color=look.value if taken.issuperset(ends) else look.faint, linewidth=2.6 if taken.issuperset(ends) else 1.4)


def _readout(way):
    minutes, names = sum(section.minutes for section in way.sections), [section.number for section in way.sections]
    goal = NUMBERED[way.goal]
    return f"To understand {goal.number}, {goal.title.lower()}, take {', '.join(names)}: about {minutes} minutes."


def chapter_map(goal="6.2.7"):
    """The map of the chapter; `goal` is the number of the section that you want to understand.

    >>> chapter_map(goal="6.2.1").readout
    'To understand 6.2.1, stationary points, take 6.1, 6.2, 6.2.1: about 105 minutes.'
    """
    options = {f"{section.number} {section.title}": section.number for section in SECTIONS}
    return Explorer([Choice("goal", "I want to understand", options, goal)],
                    compute=Way, stage=_stage, act=_act, readout=_readout, ratios=(.3, 1.7))
