"""A notebook's cells as the parts of a page.

Homework is read here and done in Jupyter: of its cells the prompt and the answer cell stand, with
two ways to work on it in place of the checks. What is said for Jupyter alone does not stand: cells
with the tag "notebook-only", and paragraphs on Run > Run All Cells or of links between notebooks.
"""
import re
from html import escape

import mistune
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .formulas import Formulas
from .recording import use_in

NOTEBOOK_ONLY = "notebook-only"
FOR_JUPYTER = re.compile(
    r'<(p|li)>(?:(?!</\1>).)*?Run &gt; Run All Cells.*?</\1>\s*'
    r'|<p><a href="index\.html">Index</a> ·.*?</p>\s*', re.DOTALL)
IN_JUPYTER = re.compile(r"<p>Put your answer in the place of .*?</p>", re.DOTALL)
ELSEWHERE = (
    "<p>You answer in Jupyter, on Binder or on your own computer. There it is checked at once: you "
    "are told what is right, a common mistake gets a hint of its own, and after a try you may open "
    "the solution.</p>")
CHECKS = ("from lnnlib.homework import check;", "solution(", "progress(")


class Page:
    """A notebook as a page: `title`, `question`, `sections` [(id, title)], `parts` and `uses`.

    A part is {"kind": "text", "html"}, {"kind": "code", "code", "output"}, {"kind": "homework"} or
    {"kind": "explorer", "use": number, "code"}, all HTML. `mathml(tex, display)` writes a formula.
    """

    def __init__(self, name, notebook, mathml):
        self.name, self.sections, self.parts, self.uses = name, [], [], []
        self._formulas = Formulas(mathml)
        self._markdown = mistune.create_markdown(
            renderer=_Renderer(self._section, self._formulas.plain, escape=False),
            plugins=["table"])
        for cell in notebook.cells:
            if NOTEBOOK_ONLY not in cell.metadata.get("tags", ()):
                self.add(cell)
        first = notebook.cells[0].source
        self.title = re.match(r"# (.+)", first)[1]
        question = re.search(r"^\*\*(.+)\*\*$", first, re.MULTILINE)
        self.question = question[1] if question else ""

    def add(self, cell):
        """One more cell at the end."""
        (self._text if cell.cell_type == "markdown" else self._code)(cell)

    def _section(self, html, level):
        """The id of a heading."""
        text = self._formulas.plain(html)
        name = re.sub(r"\W+", "-", text.lower()).strip("-")
        if level == 2:
            self.sections.append((name, self._formulas.put(html)))
        return name

    def _text(self, cell):
        html = self._formulas.put(self._markdown(self._formulas.take(cell.source)))
        html = IN_JUPYTER.sub(ELSEWHERE, FOR_JUPYTER.sub("", html))
        self.parts.append({"kind": "text", "html": html})

    def _code(self, cell):
        source = cell.source.strip()
        if source.startswith(CHECKS) or not source:
            return
        said = "".join(map(_printed, cell.outputs))
        use = use_in(source)
        alone = use is not None and source.startswith("explorers.")
        if not alone:
            self.parts.append(
                {"kind": "code", "code": _highlighted(source), "output": escape(said.rstrip())})
        if use:
            self.parts.append({"kind": "explorer", "use": len(self.uses),
                               "code": _highlighted(source) if alone else ""})
            self.uses.append(use)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            self.parts.append({"kind": "homework"})


class _Renderer(mistune.HTMLRenderer):
    """Headings with ids, and links from page to page where notebooks link to notebooks."""

    def __init__(self, section, plain, **options):
        super().__init__(**options)
        self._section, self._plain = section, plain

    def heading(self, text, level, **attrs):
        return f'<h{level} id="{self._section(text, level)}">{text}</h{level}>\n'

    def link(self, text, url, title=None):
        if not url.startswith("https:"):
            url = url.replace(".ipynb", ".html")
        return super().link(text, url, title)

    def table(self, text):
        return f'<div class="wide"><table>{text}</table></div>\n'

    def table_cell(self, text, align=None, head=False):
        # a header that is a formula has to be said, too; one that is empty is none
        said = f' scope="col" aria-label="{escape(self._plain(text))}"' if head and text else ""
        tag = "th" if said else "td"
        return f'<{tag}{said} class="{align or "left"}">{text}</{tag}>\n'


def _printed(output):
    """What an output says in plain text; of an explorer nothing, as it is shown itself."""
    if output.output_type == "stream":
        return output.text
    return output.data["text/plain"] if list(output.data) == ["text/plain"] else ""


def _highlighted(source):
    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
