"""Lays out the pages, and writes them with all that they need."""
import multiprocessing
import re
import shutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import jinja2
import nbformat

from .. import _project
from ..live.link import Canvas
from ..live.page import script, source
from .cells import Page
from .formulas import TEMML, Styles, Temml, font_css
from .recording import LAYOUTS, record

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
EXPLORERS, ASSETS = "explorers", "assets"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
          "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'")


def build(folder, only=None):
    """Write the site, or `only` some of its pages, into `folder`; yields each page as it comes.

    ValueError where a name is not that of a page, `folder` holds something else, or this is not the
    repository with its notebooks.
    """
    book = read_book()
    chosen = list(book) if only is None else only
    for name in chosen:
        if name not in book:
            raise ValueError(f"no page is called {name}, expected some of {', '.join(book)}")
    folder = Path(folder)
    if folder.exists():
        if not folder.is_dir():
            raise ValueError(f"{folder} is a file, expected a folder")
        if any(folder.iterdir()) and not (folder / ASSETS).is_dir():
            raise ValueError(f"{folder} holds something that is no site, expected an empty folder")
        shutil.rmtree(folder)
    (folder / EXPLORERS).mkdir(parents=True)
    (folder / ASSETS).mkdir()
    # no fork: V8, which made the formulas, had threads
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        recorded = {name: [pool.submit(record, use, folder / EXPLORERS, f"{name}-{k}")
                           for k, use in enumerate(book[name].uses, 1)] for name in chosen}
        styles, paper = Styles(), template()
        for name in chosen:
            explorers = [future.result() for future in recorded[name]]
            html = paper.render(**filled(book, name, explorers))
            (folder / f"{name}.html").write_text(styles.classed(html), encoding="utf-8")
            yield f"{name}.html"
    _assets(folder / ASSETS, styles)


def read_book():
    """All pages by name: the index, then the others in the order of its links."""
    notebooks = ROOT / "notebooks"
    if not (notebooks / "index.ipynb").exists():
        raise ValueError(f"{notebooks} holds no notebooks, expected a clone of {_project.GITHUB}")
    index = nbformat.read(notebooks / "index.ipynb", as_version=4)
    links = re.findall(r"\]\((\w+)\.ipynb\)", "\n".join(cell.source for cell in index.cells))
    with Temml() as temml:
        book = {name: Page(name, nbformat.read(notebooks / f"{name}.ipynb", 4), temml.mathml)
                for name in dict.fromkeys(["index", *links])}
        book["index"].add(_start())
    return book


def filled(book, name, explorers):
    """What the template needs for one page."""
    order = list(book.values())
    k = order.index(book[name])
    return {
        "page": book[name], "book": order, "explorers": explorers, "policy": POLICY,
        "before": order[k - 1] if k else None,
        "after": order[k + 1] if k + 1 < len(order) else None,
        "binder": _project.binder(name), "github": _project.GITHUB, "folder": EXPLORERS,
        "layouts": LAYOUTS}


def _start():
    """How to open the course in Jupyter, as a cell: that section of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Open the course\n.*?(?=^## )", readme, re.MULTILINE | re.DOTALL)
    return nbformat.v4.new_markdown_cell(section[0])


def template():
    """The page as a template of Jinja."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("page.html")


def _assets(folder, styles):
    css = [font_css(), Canvas._css, source("deck.css"), _text("site.css"), styles.css()]
    for name, text in {"site.css": "\n".join(css), "site.js": script(_text("site.js")),
                       "theme.js": _text("theme.js")}.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(TEMML / "STIXTwoMath.woff", folder)


def _text(name):
    return (HERE / name).read_text(encoding="utf-8")
