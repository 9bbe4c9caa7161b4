"""Budgets, measured: `python -m tests.benchmarks [live | gd | explorers] [--quick]` prints one table, ratios first.

Each benchmark is a module of this package with a function `measure(quick)` that gives a list of `Row`s. Nothing is
asserted: times depend on the machine and on what else it does.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: `ratio` says how many times better than the `peer` we are, `met` whether the budget is kept.

    `ours`, `peer` and `budget` are texts with their units; `ratio` and `met` are None where there is none.
    """

    what: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    budget: str = ""
    met: bool | None = None


def table(rows):
    """The rows as text, columns aligned.

    >>> print(table([Row("import", "0.01 s", budget="at most 0.2 s", met=True), Row("picture", "20 ms", "300 ms", 15.0)]))
    ratio    ours    peer  budget             what
           0.01 s          at most 0.2 s  ok  import
    15.0x   20 ms  300 ms                     picture
    """
    lines = [("ratio", "ours", "peer", "budget", "", "what")]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}x"
        lines.append((ratio, row.ours, row.peer, row.budget, {None: "", True: "ok", False: "over"}[row.met], row.what))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = ">>><<<"
    cells = ([f"{text:{side}{width}}" for text, side, width in zip(line, sides, widths, strict=True)] for line in lines)
    return "\n".join("  ".join(line).rstrip() for line in cells)
