"""A verdict and its box: a word, a symbol and sentences; colour only repeats them."""
import re
from dataclasses import dataclass
from html import escape
from typing import NamedTuple


class Look(NamedTuple):
    """A state's word, symbol and theme colour in JupyterLab, with one for pages without a theme."""

    word: str
    symbol: str
    colour: str


LOOKS = {
    "not answered": Look("Not answered yet", "○", "var(--jp-info-color1, #1565c0)"),
    "wrong kind": Look("Wrong kind of answer", "?", "var(--jp-warn-color1, #b45309)"),
    "almost": Look("Almost", "≈", "var(--jp-warn-color1, #b45309)"),
    "wrong": Look("Wrong", "✗", "var(--jp-error-color1, #c62828)"),
    "right": Look("Right", "✓", "var(--jp-success-color1, #2e7d32)"),
}


@dataclass(frozen=True, repr=False)
class Verdict:
    """What `check` says of an answer: state, message in plain text, known mistake or None.

    >>> Verdict("almost", "The 1/2 in front of the logarithm is lost.", mistake="lost half")
    Almost. The 1/2 in front of the logarithm is lost.
    """

    state: str
    message: str
    mistake: str | None = None

    def __repr__(self):
        return f"{LOOKS[self.state].word}. {self.message}"

    def _repr_html_(self):
        look = LOOKS[self.state]
        return box(f"{look.symbol} {look.word}", f"<div>{marked(self.message)}</div>", look.colour)


def box(title, body, colour):
    """HTML of one calm box that screen readers announce.

    It inherits text and background, so it reads in every theme.

    >>> box("✓ Right", "<div>Well argued.</div>", "green").startswith('<div role="status"')
    True
    """
    style = ("border: 1px solid var(--jp-border-color2, #bdbdbd); border-left: "
             f"6px solid {colour}; border-radius: 2px; padding: "
             "0.5em 0.9em; max-width: 48em; line-height: 1.5")
    return f'<div role="status" style="{style}"><strong>{escape(title)}</strong>{body}</div>'


def marked(text):
    """Plain text as HTML, with `backticks` as code.

    >>> marked("`eta` < 2")
    '<code>eta</code> &lt; 2'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
