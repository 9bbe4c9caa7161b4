"""Maintainers' command: how many minutes a notebook takes, counted in its text and written wherever they stand.

    python -m tests.reading_time            says which places are out of date, and what they should say
    python -m tests.reading_time --write    mends them; then `python -m tests.notebooks` for the notebooks that it names

A minute goes to 150 words, half a minute to a displayed formula, 3 seconds to one in the text that is more than a symbol,
6 seconds to a line of code, 3 minutes to an explorer and 6 to an exercise. What stands under a heading "(optional)" takes no time.
`SECTIONS` of the chapter's map holds the minutes, in fives; the other places repeat them. They stay as they are until the count
is `SLACK` minutes away: a sentence more or less changes nothing.
"""
import argparse
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jupytext

from lnnlib.explorers.chapter_map import SECTIONS
from lnnlib.homework.cells import CHECK
from tests import notebooks
from tests.repository import ROOT

WORDS_PER_MINUTE, DISPLAYED, INLINE, CODE_LINE, EXPLORER, EXERCISE = 150, 1 / 2, 1 / 20, 1 / 10, 3, 6
FIVE, SLACK = 5, 5
MAP = ROOT / "lnnlib/explorers/chapter_map.py"


def minutes(nb):
    """The minutes of a notebook: of reading and playing, and of homework.

    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> text, code = new_markdown_cell("word " * 300 + "$$1 + 1 = 2$$"), new_code_cell("explorers.gauge()")
    >>> exercise = [new_markdown_cell("## Homework"), new_code_cell('check("6.1-a")')]
    >>> [round(part, 1) for part in minutes(new_notebook(cells=[text, code, *exercise]))]
    [5.6, 6.1]
    """
    reading, homework, part, optional = [], [], "", 0
    for cell in nb.cells:
        if heading := cell.cell_type == "markdown" and re.match(r"(#+) (.*)", cell.source):
            level, title = len(heading[1]), heading[2]
            part = title if level <= 2 else part
            if not optional or level <= optional:
                optional = level if title.endswith("(optional)") else 0
        if not optional:
            (homework if part == "Homework" else reading).append(cell)
    return _minutes(reading), _minutes(homework)


def _minutes(cells):
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    text, displayed = re.subn(r"\$\$.+?\$\$", " ", text, flags=re.DOTALL)
    inline = re.findall(r"\$[^$]+\$", text)
    words = re.sub(r"\$[^$]+\$|<[^>]+>|\]\([^)]*\)", " ", text)             # neither formulas, nor tags, nor addresses
    return (len(re.findall(r"[^\W\d_][\w'’-]*", words)) / WORDS_PER_MINUTE
            + DISPLAYED * displayed + INLINE * len([one for one in inline if _is_more_than_a_symbol(one)])
            + CODE_LINE * len([line for line in code.splitlines() if line.strip()])
            + EXPLORER * code.count("explorers.") + EXERCISE * len(CHECK.findall(code)))


def _is_more_than_a_symbol(formula):
    """Whether a formula in the text takes a look of its own.

    >>> [_is_more_than_a_symbol(one) for one in ("$x$", r"$\\epsilon$", "$W_1$", "$w_{t+1}$", "$x>10$")]
    [False, False, False, True, True]
    """
    return len(re.sub(r"\\[A-Za-z]+", "x", formula)) > 5


@cache
def text_of(name):
    """The notebook `name` as its text says, without outputs."""
    return jupytext.read(notebooks.paths(name)[1], fmt=notebooks.PERCENT)


def notebook_of(section):
    """The name of a section's notebook."""
    return next(name for name in notebooks.names() if re.match(rf"{section.number.replace('.', '_')}_[a-z]", name))


def due(section):
    """The minutes that a section should state, as its map's entry does where that is near enough."""
    counted = minutes(text_of(notebook_of(section)))
    return tuple(said if said % FIVE == 0 and abs(said - count) < SLACK else FIVE * round(count / FIVE)
                 for said, count in zip((section.reading, section.homework), counted, strict=True))


@dataclass(frozen=True)
class Place:
    """Where a section's minutes stand: between `before` and `after`, patterns that fit one place of the file."""

    path: Path
    before: str
    said: str           # with a `{}` for either number
    after: str

    def mended(self, pair):
        """The file's text with these minutes; ValueError where there is no such place, or more than one."""
        text = self.path.read_text(encoding="utf-8")
        wanted = f"({self.before}){re.escape(self.said)}({self.after})".replace(r"\{\}", r"\d+")
        mended, places = re.subn(wanted, lambda found: f"{found[1]}{self.said.format(*pair)}{found[2]}", text)
        if places != 1:
            raise ValueError(f"{self.path.relative_to(ROOT)}: {places} places match {wanted!r}, expected one")
        return text, mended


def places(section):
    """Every place that states the minutes of a section."""
    name, number = notebook_of(section), re.escape(section.number)
    row = rf"\|[^|\n]*\({{}}{name}\.ipynb\) \|[^|\n]*\| "
    return [
        Place(MAP, rf'Section\("{number}", "[^"]+", ', "{}, {}", ", "),
        Place(notebooks.paths(name)[1], "# Time: ", "about {} minutes of reading and playing, {} of homework.", r"\s"),
        Place(notebooks.paths("index")[1], row.format(""), "{} + {}", r" \|"),
        Place(ROOT / "README.md", row.format("notebooks/"), "{} + {}", r" \|"),
    ]


def outdated(write=False):
    """A sentence for every place that says other minutes than are due; with `write` it is mended."""
    for section in SECTIONS:
        pair = due(section)
        for place in places(section):
            text, mended = place.mended(pair)
            if text != mended:
                yield f"{place.path.relative_to(ROOT)}: {section.number} should say “{place.said.format(*pair)}”"
                if write:
                    place.path.write_text(mended, encoding="utf-8", newline="\n")


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tests.reading_time", description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="mend what is out of date")
    write = parser.parse_args(argv).write
    for section in SECTIONS:
        reading, homework = minutes(text_of(notebook_of(section)))
        print(f"{section.number}: counted {reading:.0f} + {homework:.0f}, stated {section.reading} + {section.homework}")
    found = list(outdated(write))
    print(*found, sep="\n", end="\n" if found else "")
    if write and found:
        print("written; now run python -m tests.notebooks for the notebooks named here")
    return int(bool(found) and not write)


if __name__ == "__main__":
    sys.exit(main())
