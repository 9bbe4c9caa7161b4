"""A lecturer collects and grades a notebook with nbgrader: right, wrong and untouched submissions get the scores they should.

Right answers are the exercises' own solutions, wrong ones their own known mistakes.
"""
import copy
import csv
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lnnlib.homework.exercise import exercises, sections
from lnnlib.homework.notebook import grade_id, section_cells

ROOT = Path(__file__).resolve().parents[1]
SETUP = "from lnnlib.homework import check, given, progress, solution"


def notebook_of(section):
    """The section's notebook; before there is one, its exercises alone."""
    stored = list(ROOT.glob(f"notebooks/{section.replace('.', '_')}_[a-z]*.ipynb"))
    if stored:
        return nbformat.read(stored[0], as_version=4)
    setup = {"cell_type": "code", "metadata": {}, "source": SETUP, "outputs": [], "execution_count": None}
    return nbformat.from_dict({"cells": [setup, *section_cells(section)], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def solved(exercise):
    return exercise.code


def mistaken(exercise):
    """The solution, overwritten by the first known mistake."""
    variables = {ask.name: ask.source for ask in exercise.asks}
    return (f"{exercise.code}\nfrom lnnlib.homework.exercise import find\n"
            f"exercise = find({exercise.id!r})\n"
            f"for name, answer in exercise.mistakes[0].answers(exercise.given()).items():\n"
            f"    globals()[{variables!r}[name]] = answer\n")


def submission(notebook, section, answer):
    """The notebook with every answer cell filled by `answer(exercise)`."""
    notebook = copy.deepcopy(notebook)
    by_id = {grade_id(exercise): exercise for exercise in exercises(section)}
    for cell in notebook.cells:
        exercise = by_id.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if exercise and answer:
            cell.source = answer(exercise)
    return notebook


def nbgrader(course, *arguments):
    """Run nbgrader in the course's folder, with its own bin folder on the path and nobody's settings."""
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
           "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(course / "settings"), "IPYTHONDIR": str(course / "ipython")}
    run = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=course, env=env, capture_output=True, text=True,
                         timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr


def scores(course, notebook, submissions):
    """Points by student, as nbgrader exports them."""
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'lnn'\nc.ClearSolutions.enabled = False\n")
    released = {course / "source/homework/section.ipynb": notebook}
    handed_in = {course / f"submitted/{student}/homework/section.ipynb": nb for student, nb in submissions.items()}
    for path, nb in {**released, **handed_in}.items():
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)
    nbgrader(course, "generate_assignment", "homework", "--create")
    nbgrader(course, "autograde", "homework", "--create")
    nbgrader(course, "export", "--to=grades.csv")
    with open(course / "grades.csv", newline="") as file:
        return {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    "section", [pytest.param(section, marks=[] if section == "6.2.2" else pytest.mark.slow) for section in sections()])
def test_submissions_get_their_scores(section, tmp_path):
    notebook = notebook_of(section)
    answers = {"right": solved, "wrong": mistaken, "untouched": None}
    found = scores(tmp_path, notebook, {student: submission(notebook, section, answer) for student, answer in answers.items()})
    points = sum(exercise.points for exercise in exercises(section))
    assert found == {"right": (points, points), "wrong": (0, points), "untouched": (0, points)}
    assert not list(tmp_path.rglob("*lnn-progress*"))
