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

from lnnlib.homework.cells import grade_id
from lnnlib.homework.exercise import exercises, sections

ROOT = Path(__file__).resolve().parents[1]


def notebook_of(section):
    """The section's notebook."""
    [stored] = ROOT.glob(f"notebooks/{section.replace('.', '_')}_[a-z]*.ipynb")
    return nbformat.read(stored, as_version=4)


def homework_of(notebook):
    """The notebook's imports and homework alone: what comes between is run by other tests."""
    notebook = copy.deepcopy(notebook)
    imports = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    homework = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## Homework"))
    notebook.cells = [notebook.cells[imports], *notebook.cells[homework:]]
    return notebook


def solved(exercise):
    return exercise.code


def mistaken(exercise):
    """The solution, overwritten by the first known mistake."""
    variables = {ask.name: ask.source for ask in exercise.asks}
    return (f"{exercise.code}\nfrom lnnlib.homework.exercise import find\n"
            f"exercise = find({exercise.id!r})\n"
            f"for name, answer in exercise.mistakes[0].made(exercise.given()).items():\n"
            f"    globals()[{variables!r}[name]] = answer\n")


def submission(notebook, section, answer):
    """The notebook with every answer cell filled by `answer(exercise)`."""
    notebook = copy.deepcopy(notebook)
    by_id = {grade_id(exercise.id): exercise for exercise in exercises(section)}
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
                         timeout=900)
    assert run.returncode == 0, run.stdout + run.stderr


def scores(course, notebooks, students):
    """Points by student as nbgrader exports them; `notebooks` by section, `students` with how each answers."""
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'lnn'\nc.ClearSolutions.enabled = False\n")
    for section, notebook in notebooks.items():
        name = f"section_{section.replace('.', '_')}.ipynb"
        handed_in = {course / f"submitted/{student}/homework/{name}": submission(notebook, section, answer)
                     for student, answer in students.items()}
        for path, nb in {course / f"source/homework/{name}": notebook, **handed_in}.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(nb, path)
    nbgrader(course, "generate_assignment", "homework", "--create")
    nbgrader(course, "autograde", "homework", "--create")
    nbgrader(course, "export", "--to=grades.csv")
    with open(course / "grades.csv", newline="") as file:
        return {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}


@pytest.mark.parametrize("notebooks", [
    pytest.param({"6.2.2": notebook_of("6.2.2")}, id="one-as-it-stands"),
    pytest.param({section: homework_of(notebook_of(section)) for section in sections()}, id="homework-of-all",
                 marks=pytest.mark.slow)])
def test_submissions_get_their_scores(notebooks, tmp_path):
    students = {"right": solved, "wrong": mistaken, "untouched": None}
    found = scores(tmp_path, notebooks, students)
    points = sum(exercise.points for section in notebooks for exercise in exercises(section))
    assert found == {"right": (points, points), "wrong": (0, points), "untouched": (0, points)}
    assert not list(tmp_path.rglob("*lnn-progress*"))
