"""A lecturer collects and grades a notebook with nbgrader: right, wrong and untouched submissions get the scores they should.

Right answers are the exercises' own solutions, wrong ones their own known mistakes.
"""
import copy
import csv
import html
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lnnlib.homework.__main__ import main
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


def starred(exercise):
    """Right, with an import that takes the names of many functions."""
    return f"from numpy import *\nfrom builtins import *\n{exercise.code}"


def shadowed(exercise):
    """No answer, and a check that finds everything right."""
    return "check = lambda *arguments, **answers: None"


def emptied(exercise):
    """A right answer that is forgotten at once."""
    return f"{exercise.code}\n%reset -f"


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


PLAIN = {"right": solved, "wrong": mistaken, "untouched": None}
ODD = {"starred": starred, "shadowed": shadowed, "emptied": emptied}


def homework(*chosen):
    """The homework of these sections alone."""
    return {section: homework_of(notebook_of(section)) for section in chosen}


@pytest.mark.parametrize("notebooks, students", [
    pytest.param({"6.2.2": notebook_of("6.2.2")}, PLAIN, id="one-as-it-stands"),
    pytest.param(homework(*sections()), PLAIN, id="homework-of-all", marks=pytest.mark.slow),
    pytest.param(homework("6.2.1", "6.2.6"), ODD, id="odd-answers", marks=pytest.mark.slow)])
def test_submissions_get_their_scores(notebooks, students, tmp_path):
    found = scores(tmp_path, notebooks, students)
    points = sum(exercise.points for section in notebooks for exercise in exercises(section))
    full = {"right", "starred"}
    assert found == {student: (points if student in full else 0, points) for student in students}
    assert not list(tmp_path.rglob("*lnn-progress*"))


def test_a_feedback_page_names_exercise_and_sentence(tmp_path):
    assert scores(tmp_path, homework("6.2.4"), {"wrong": mistaken})["wrong"][0] == 0
    nbgrader(tmp_path, "generate_feedback", "homework")
    [page] = tmp_path.glob("feedback/wrong/homework/*.html")
    text = html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))
    for exercise in exercises("6.2.4"):
        assert f"{exercise.id} {exercise.title}. Almost." in text
        assert plain(exercise.mistakes[0].hint) in plain(text)


def plain(text):
    """Without what only marks code, or where a line ends."""
    return re.sub(r"[`_^{}\s]", "", text)


def copied(notebook):
    """The notebook of a student who has copied an answer cell to try something."""
    notebook = copy.deepcopy(notebook)
    place = next(k for k, cell in enumerate(notebook.cells) if cell.metadata.get("nbgrader", {}).get("solution"))
    notebook.cells.insert(place, nbformat.from_dict({**notebook.cells[place], "id": "copied"}))
    return notebook


def test_what_would_end_a_run_is_found_before_it(tmp_path, capsys):
    whole = homework_of(notebook_of("6.2.2"))
    fewer = copy.deepcopy(whole)
    del fewer.cells[next(k for k, cell in enumerate(fewer.cells) if 'check("6.2.2-b")' in cell.source)]
    for student, notebook in {"ada": whole, "bo": copied(whole), "cy": fewer}.items():
        path = tmp_path / student / "hw1" / "section.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    assert main(["--check", str(tmp_path / "ada")]) == 0
    assert "none is missing" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--check", str(tmp_path / "nobody")])
    assert "holds no notebook" in capsys.readouterr().err
    (tmp_path / "ada/hw1/broken.ipynb").write_text("{")
    assert main(["--check", str(tmp_path)]) == 1
    ada, bo, cy = capsys.readouterr().out.splitlines()
    assert "ada" in ada and ada.endswith("cannot be read as a notebook.")
    assert "bo" in bo and "2 cells have the id 6_2_2-a." in bo
    assert "cy" in cy and cy.endswith("the cell 6_2_2-b-check is missing.")
