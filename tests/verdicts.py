"""Maintainers' command: can every verdict of a notebook fail? Each is tried against wrong formulas.

    python -m tests.verdicts [names]        says which verdicts do not notice, and which are not tried

A verdict is a line that a cell prints. `tests/wrong_formulas/NAME.toml` names for each what to write wrongly: a piece of
code, in its own cell or an earlier one, and a wrong formula in its place (a printed slip, a factor, a sign, a transpose).
From the changed cell on, the notebook runs again in a forked process, and the verdict has to change.
"""
import ast
import contextlib
import io
import os
import re
import signal
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.notebooks import NOTEBOOKS, names, read

FOLDER = Path(__file__).with_name("wrong_formulas")
SAYS_A_VERDICT = re.compile(r"\b(True|False|\d+ of \d+)\b")
NOTICED_BY = (AssertionError, ValueError, ArithmeticError, IndexError, StopIteration)   # shapes that do not fit, a search in vain


@dataclass(frozen=True)
class Trial:
    """`wrong` in the place of `right`, which stands once in the code, must change the lines that begin with `verdict`."""

    verdict: str
    right: str
    wrong: str


def trials(name):
    """The trials of one notebook."""
    path = FOLDER / f"{name}.toml"
    return [Trial(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["wrong"]] if path.exists() else []


def lesson(name):
    """The code cells before the homework, but not those whose output is the reader's own."""
    cells = read(NOTEBOOKS / f"{name}.ipynb").cells
    end = next((n for n, cell in enumerate(cells) if cell.source.startswith("## Homework")), len(cells))
    return [cell for cell in cells[:end] if cell.cell_type == "code"
            and "nbval-ignore-output" not in cell.metadata.get("tags", [])]


def printed(cell):
    """The lines that the stored cell printed; those of an explorer's sentence are none."""
    data = [output.get("data", {}) for output in cell.outputs]
    return "\n".join([output.text for output in cell.outputs if output.output_type == "stream"]
                     + [one["text/plain"] for one in data if "text/plain" in one and "image/png" not in one]).splitlines()


def untried(name):
    """The lines of the stored notebook that say True, False or `n of m`, and that no trial asks about."""
    lines = [line for cell in lesson(name) for line in printed(cell) if SAYS_A_VERDICT.search(line)]
    return [line for line in lines if not any(_begins(line, trial) for trial in trials(name))]


def unnoticed(name):
    """A sentence for every trial whose verdict does not notice the wrong formula. Runs the notebook's code once."""
    cells, namespace, found = lesson(name), {"__name__": "__main__"}, []
    for trial in trials(name):
        places = sum(cell.source.count(trial.right) for cell in cells)
        found += [f"{trial}: {places} places have that code"] if places != 1 else []
    with contextlib.chdir(NOTEBOOKS):
        for n, cell in enumerate(cells):
            for trial in trials(name):
                if trial.right in cell.source:
                    said = _in_a_fork(_try, trial, cells[n:], namespace)
                    found += [f"{trial}: {said}"] if said else []
            _run(cell.source, namespace)
    return found


def _try(trial, cells, namespace):
    """Run the cells, the first of them wrong, up to the one that gives the verdict; "" if it noticed."""
    end = next((n for n, cell in enumerate(cells) if _verdict(printed(cell), trial)), None)
    if end is None:
        return "no line from there on begins so"
    sources = [cells[0].source.replace(trial.right, trial.wrong), *(cell.source for cell in cells[1:end + 1])]
    try:
        lines = [_run(source, namespace) for source in sources][-1]
    except NOTICED_BY:
        return ""
    except Exception as error:
        return f"is no formula at all, it raises {error!r}"
    return "is not noticed" if _verdict(lines, trial) == _verdict(printed(cells[end]), trial) else ""


def _begins(line, trial):
    return line.strip().startswith(trial.verdict)


def _verdict(lines, trial):
    return [line.strip() for line in lines if _begins(line, trial)]


def _run(source, namespace):
    """Execute a cell, its explorers left out; the lines that it prints, the value of its last expression included."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "<cell>", "exec"), namespace)
        if last and not ast.unparse(last).startswith("explorers."):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
            print(*([] if value is None else [repr(value)]))
    return out.getvalue().splitlines()


def _in_a_fork(function, *arguments):
    """The text that `function` returns in a copy of this process: what it changes is gone afterwards."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(60)                # some wrong formulas run for ever
        try:
            os.write(send, function(*arguments).encode()[:4000])
        finally:
            os._exit(0)
    os.close(send)
    with open(receive, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return f"ended with {status}" if status else said


def main(arguments):
    failed = False
    for name in arguments or names():
        sentences = [*unnoticed(name), *(f"not tried: {line}" for line in untried(name))]
        failed |= bool(sentences)
        print(*(sentences or [f"{name}: {len(trials(name))} wrong formulas, all noticed"]), sep="\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
