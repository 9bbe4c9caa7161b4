"""What a page shows of an explorer: tapes, still pictures, and what there is to know of it."""
import ast
import json
from dataclasses import dataclass, field

from .. import explorers
from ..live.page import NARROW, WIDE, about
from ..live.tape import recorded

LAYOUTS = {"wide": WIDE, "narrow": NARROW}


@dataclass(frozen=True)
class Use:
    """An explorer as a cell of a notebook calls it."""

    name: str
    keywords: dict = field(default_factory=dict)

    def make(self):
        return getattr(explorers, self.name)(**self.keywords)


def use_in(source):
    """The `Use` at the end of a cell's `source`, None where there is none.

    One that is given anything but literals, such as a student's function, is none: it cannot be
    recorded.

    >>> use_in("a = 1\\nexplorers.octopus(L=2, show=('d',))")
    Use(name='octopus', keywords={'L': 2, 'show': ('d',)})
    >>> use_in("explorers.taylor_orders(gradient=own('gradient'))")
    """
    match ast.parse(source).body[-1:]:
        case [ast.Expr(ast.Call(ast.Attribute(ast.Name("explorers"), name), [], keywords))]:
            try:
                return Use(name, {one.arg: ast.literal_eval(one.value) for one in keywords})
            except ValueError:
                return None
    return None


def record(use, folder, stem):
    """Write the tapes and still pictures of a `use`, named by `stem`; what its page has to know.

    `folder` gets STEM-wide.tape, its stages STEM-wide-0-light.webp, STEM-wide-0-dark.webp, .., the
    still picture STEM-wide.png, and the same of STEM-narrow.
    """
    explorer = use.make()
    tapes = recorded(explorer, LAYOUTS.values())
    for (layout, width), tape in zip(LAYOUTS.items(), tapes, strict=True):
        (folder / f"{stem}-{layout}.tape").write_bytes(tape.bytes())
        for k, both in enumerate(tape.pictures()):
            for theme, picture in zip(("light", "dark"), both, strict=True):
                (folder / f"{stem}-{layout}-{k}-{theme}.webp").write_bytes(picture)
        (folder / f"{stem}-{layout}.png").write_bytes(explorer.png(width=width))
    known = json.dumps(about(explorer, tapes[0], len(tapes)), ensure_ascii=False)
    return {"stem": stem, "readout": explorer.readout, "about": known.replace("<", "\\u003c")}
