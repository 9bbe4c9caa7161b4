"""The notebook cells of an exercise, ready for nbgrader.

`python -m lnnlib.homework.notebook 6.2.2` prints them as text.
"""
import sys

from .exercise import exercises

SHOWS_PROGRESS = {"tags": ["nbval-ignore-output"]}  # it differs from student to student


def grade_id(exercise):
    """The id that nbgrader knows the answer cell by; nbgrader allows no dots.

    >>> from lnnlib.homework.exercise import find
    >>> grade_id(find("6.2.2-a"))
    '6_2_2-a'
    """
    return exercise.id.replace(".", "_")


def cells(exercise):
    """One exercise's cells as dicts of the notebook format: prompt, data, answer, check, solution.

    >>> from lnnlib.homework.exercise import find
    >>> code = [cell for cell in cells(find("6.2.2-a")) if cell["cell_type"] == "code"]
    >>> [cell["source"].split("(")[0] for cell in code[2:]]
    ['check', 'solution']
    """
    id = exercise.id
    data = [_code(f'given("{id}")')] if exercise.shows_given else []
    return [
        {"cell_type": "markdown", "metadata": {},
         "source": f"### {id}: {exercise.title}\n\n{exercise.prompt.strip()}"},
        *data,
        _code(exercise.cell.strip(), {
            "nbgrader": _nbgrader(grade_id(exercise), solution=True, grade=False, locked=False)}),
        _code(f'check("{id}")', {
            "deletable": False, "editable": False,
            "nbgrader": _nbgrader(f"{grade_id(exercise)}-check", solution=False, grade=True,
                                  locked=True, points=exercise.points)}),
        _code(f'solution("{id}")', SHOWS_PROGRESS),
    ]


def section_cells(section):
    """The cells of all exercises of a lecture section, and what is solved of them.

    >>> section_cells("6.2.2")[-1]["source"]
    'progress("6.2.2")'
    """
    return [cell for exercise in exercises(section) for cell in cells(exercise)] + [
        _code(f'progress("{section}")', SHOWS_PROGRESS)]


def _code(source, metadata=None):
    return {"cell_type": "code", "metadata": metadata or {}, "source": source,
            "outputs": [], "execution_count": None}


def _nbgrader(name, **fields):
    return {"grade_id": name, "schema_version": 3, "task": False, **fields}


def main(section):
    """Print the cells of a section as py:percent text."""
    import jupytext
    import nbformat

    filters = {"notebook_metadata_filter": "-all",
               "cell_metadata_filter": "tags,nbgrader,deletable,editable,-all"}
    notebook = nbformat.from_dict({"cells": section_cells(section),
                                   "metadata": {"jupytext": filters},
                                   "nbformat": 4, "nbformat_minor": 4})
    print(jupytext.writes(notebook, fmt="py:percent"), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
