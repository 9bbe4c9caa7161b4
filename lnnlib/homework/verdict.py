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
    """What `check` says of an answer: state, message, known mistake or None, hints given so far.

    `new` says that the last hint was not there before. Texts are plain, formulas in Unicode (see
    `marked`).

    >>> Verdict("almost", "The ½ is lost.", "lost half", hints=("r is a ratio.", "Try t = 0."),
    ...         new=True)
    Almost. The ½ is lost.
      Hint 1: r is a ratio.
      Hint 2 (new): Try t = 0.
    """

    state: str
    message: str
    mistake: str | None = None
    hints: tuple = ()
    new: bool = False

    def __repr__(self):
        hints = (f"  {label}: {hint}" for label, hint in self._labelled())
        return "\n".join([f"{LOOKS[self.state].word}. {self.message}", *hints])

    def _repr_html_(self):
        look = LOOKS[self.state]
        hints = [f'<strong>{label}:</strong> {marked(hint)}' for label, hint in self._labelled()]
        body = f"<div>{marked(self.message)}</div>{plain_list(hints)}"
        return box(f"{look.symbol} {look.word}", body, look.colour)

    def _labelled(self):
        last = len(self.hints)
        for k, hint in enumerate(self.hints, start=1):
            yield f"Hint {k}{' (new)' if self.new and k == last else ''}", hint


def plain_list(items):
    """HTML of a list without bullets; nothing where there are no items.

    >>> plain_list([])
    ''
    """
    if not items:
        return ""
    rows = "".join(f'<li style="margin-top: 0.4em">{item}</li>' for item in items)
    return f'<ul style="list-style: none; margin: 0; padding: 0">{rows}</ul>'


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
    """Plain text as HTML: `backticks` are code, W_{1:k} and x^{1/N} have what Unicode lacks.

    >>> marked("`eta` < 2 and W_{1:k}")
    '<code>eta</code> &lt; 2 and W<sub>1:k</sub>'
    """
    code = re.split(r"`([^`]+)`", escape(text))
    code[1::2] = [f"<code>{one}</code>" for one in code[1::2]]
    code[::2] = [re.sub(r"\^\{([^{}]*)\}", r"<sup>\1</sup>",
                        re.sub(r"_\{([^{}]*)\}", r"<sub>\1</sub>", one)) for one in code[::2]]
    return "".join(code)
