"""Maintainers' command `python -m tests.catalogue`: write the lecturer's catalogue of explorers and exercises from the code.

It stands in `.github/TEACHING.md` between two marks; the plan of a lecture above them is written by hand.
"""
import importlib
import inspect
import pkgutil
import re

from lnnlib import explorers, homework
from lnnlib.homework.exercise import exercises
from lnnlib.live import Slider
from lnnlib.live.values import number_text
from tests.repository import ROOT

PAGE = ROOT / ".github/TEACHING.md"
MARKS = "<!-- python -m tests.catalogue writes what follows -->\n", "<!-- the end of what it writes -->\n"


def catalogue():
    """The two lists as Markdown."""
    entries = sorted(map(_explorer, explorers.__all__))
    return "\n".join([
        "## All explorers", "",
        "With the keywords of each call and their defaults; every call also takes `show` and `scenes`. A control has the name of",
        "its keyword, and beside it the label on the screen.", "",
        *(line for _, lines in entries for line in lines),
        "## All exercises", "",
        "| id | title | what it asks for | to hand in | points |", "|---|---|---|---|---|", *map(_exercise, exercises()), ""])


def _explorer(name):
    """The section of an explorer, to sort by, and its lines."""
    make = getattr(explorers, name)
    figure, section = make(), re.search(r"section_([\d_]+)", make.__module__)
    number = section[1].replace("_", ".") if section else "index"
    keywords = [str(one) for one in inspect.signature(make).parameters.values() if one.name not in ("show", "scenes")]
    lines = [f"**{number}** `explorers.{name}({', '.join(keywords)})`", "",
             _plain(inspect.getdoc(make).splitlines()[0]), "",
             *(f"- `{control.name}`: {_plain(control.label)}, {_reach(control)}" for control in figure.controls.values()),
             *([f"- scenes: {', '.join(f'`{preset.label}`' for preset in figure.presets)}"] if figure.presets else []), ""]
    return (not section, number, name), lines


def _reach(control):
    """What a control can be set to."""
    if isinstance(control, Slider):
        return f"from {number_text(control.grid[0])} to {number_text(control.grid[-1])}"
    return " or ".join(f"`{value!r}`" for value in control.options.values())


def _exercise(exercise):
    answers = ", ".join(f"`{ask.name}` ({_kind(ask)})" for ask in exercise.asks)
    return f"| {exercise.id} | {exercise.title} | {_plain(_asked()[exercise.id])} | {answers} | {exercise.points} |"


def _kind(ask):
    """An answer's kind, as the function that makes it is named."""
    kind = ask.kind.__qualname__.partition(".")[0].strip("_").replace("_", " ")
    return f"{kind}, optional" if ask.optional else kind


def _asked():
    """What an exercise asks for, by id: the first line of its file."""
    names = [name for _, name, _ in pkgutil.walk_packages(homework.__path__, "lnnlib.homework.")
             if re.search(r"\.section_[\d_]+\.[a-z]_", name)]
    return dict(importlib.import_module(name).__doc__.splitlines()[0].split(": ", 1) for name in names)


def _plain(text):
    """A text that Markdown shows as it is."""
    return re.sub(r"([\\*_~|<])", r"\\\1", text)


def page():
    """The lecturer's page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    (above, rest), (first, last) = text.split(MARKS[0]), MARKS
    return above + first + "\n" + catalogue() + "\n" + last + rest.split(last)[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
