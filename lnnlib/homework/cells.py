"""The cells of an exercise in a notebook, as nbgrader knows them."""
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

from .exercise import find

CHECK = re.compile(r'(?:^|; )check\("([^"]+)"\)$', re.MULTILINE)
PERSONAL = re.compile(r'^(solution|progress)\("[^"]+"\)$')  # differs from student to student


def grade_id(id):
    """The id that nbgrader knows an answer cell by; it allows no dots.

    >>> grade_id("6.2.2-a")
    '6_2_2-a'
    """
    return id.replace(".", "_")


def stamp(cells):
    """Mark the answer and check cells among a notebook's cells for nbgrader, in place.

    A line of a check cell ends with `check("id")`; the code cell above it is the answer cell, and
    ValueError says where there is none.

    >>> from nbformat.v4 import new_code_cell
    >>> answer, check = new_code_cell("bound = ..."), new_code_cell('check("6.2.2-a")')
    >>> stamp([answer, check])
    >>> answer.metadata.nbgrader.grade_id, check.metadata.nbgrader.points
    ('6_2_2-a', 2)
    """
    answer = None
    for cell in cells:
        if cell.cell_type != "code":
            continue
        if found := CHECK.search(cell.source):
            if answer is None:
                raise ValueError(f"there is no answer cell above {found[0]}")
            exercise = find(found[1])
            name = grade_id(exercise.id)
            _mark(answer, name, solution=True, grade=False, locked=False)
            _mark(cell, f"{name}-check", solution=False, grade=True, locked=True,
                  points=exercise.points)
            cell.metadata.update(deletable=False, editable=False)
        elif PERSONAL.match(cell.source):
            cell.metadata["tags"] = ["nbval-ignore-output"]
        answer = cell


def _mark(cell, name, **fields):
    cell.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, "task": False, **fields}


def faults(folder):
    """A sentence for everything in a folder's notebooks at which nbgrader would stop a whole run.

    A copied cell has the id of another one. A cell is missing where other notebooks of the same
    name have it.
    """
    held = {path: _ids(path) for path in sorted(Path(folder).rglob("*.ipynb"))
            if ".ipynb_checkpoints" not in path.parts}
    expected = defaultdict(set)
    for path, ids in held.items():
        expected[path.name].update(ids or ())
    for path, ids in held.items():
        if ids is None:
            yield f"{path}: cannot be read as a notebook."
            continue
        for id, count in ids.items():
            if count > 1:
                yield (f"{path}: {count} cells have the id {id}. Delete the copies, "
                       "or nbgrader stops and grades nobody after it.")
        for id in sorted(expected[path.name] - set(ids)):
            yield f"{path}: the cell {id} is missing."


def _ids(path):
    """How often each of nbgrader's ids occurs in a notebook; None where it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        return Counter(mark["grade_id"] for mark in marks if mark.get("grade_id"))
    except Exception:  # a student's file may be anything
        return None
