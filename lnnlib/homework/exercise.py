"""What an exercise is: data, judge, known mistakes, hints and solution in one object.

An exercise is found by its file: `section_6_2_2/a_count_the_steps.py` defines the `EXERCISE`
6.2.2-a, and nothing else has to know of it. A file without such a letter is a helper of its
section. Its prompt and its cells stand in the notebook of its section.
"""
import importlib
import os
import pkgutil
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

SEED = 0  # the course's own numbers; another seed (here, or in LNN_SEED) makes other instances


@dataclass(frozen=True)
class Ask:
    """One thing to hand in: its keyword, its kind (see `lnnlib.answers.kinds`) and its hints.

    The variable of the answer cell is the keyword unless said otherwise. The hints come one by
    one, with every further try. What is `optional` may be left out; as long as it stands there
    as `...`, the exercise is not answered.

    >>> from lnnlib.answers.kinds import number
    >>> Ask("eta", number(), variable="my_eta").source
    'my_eta'
    """

    name: str
    kind: Callable
    hints: tuple = ()
    optional: bool = False
    variable: str | None = None

    @property
    def source(self):
        """The variable that a check without keywords reads."""
        return self.variable or self.name


@dataclass(frozen=True, repr=False, eq=False)
class Exercise:
    """An exercise. Every text is for the student, and none but `solution` gives the answer away.

    `judge(given, answers)` returns None where the answers are right, else a `Fault`, or a keyword
    and a sentence: which property fails, on which instance, the smallest first. `answers` holds
    what the kinds made of what was handed in. `draw(rng)` makes the data of the instances;
    `lecture` are those of seed 0 where the course fixes them.

    >>> [ask.name for ask in find("6.2.2-a").asks]
    ['bound', 'first_escape', 'tie']
    """

    id: str
    title: str
    asks: tuple
    judge: Callable
    right: str              # why it is right, and what to look at next
    solution: str           # markdown
    code: str               # defines what is asked for
    mistakes: tuple = ()
    draw: Callable | None = None
    lecture: SimpleNamespace | None = None
    formerly: dict | None = None  # what a name that older notebooks have stood for: name -> names
    classics: bool = True   # whether classic mistakes are looked for; not where many answers do
    points: int = 2

    def __repr__(self):
        return f"<exercise {self.id}: {self.title}>"

    def given(self):
        """The data of the instances at the seed in force, the caller's own copy."""
        seed = int(os.environ.get("LNN_SEED", SEED))
        if self.draw and (seed or self.lecture is None):
            return self.draw(np.random.default_rng([seed, *self.id.encode()]))
        return deepcopy(self.lecture or SimpleNamespace())


def sections():
    """The numbers of the lecture sections that have exercises.

    >>> "6.2.2" in sections()
    True
    """
    names = _modules(__package__, "section_")
    return [name.removeprefix("section_").replace("_", ".") for name in names]


def exercises(section=None):
    """The exercises of one lecture section, or all.

    >>> [exercise.id for exercise in exercises("6.2.2")]
    ['6.2.2-a', '6.2.2-b']
    """
    known = sections()
    if section is not None and section not in known:
        raise ValueError(f"section is {section!r}, expected one of {', '.join(known)}")
    wanted = known if section is None else [section]
    folders = [f"{__package__}.section_{number.replace('.', '_')}" for number in wanted]
    return [importlib.import_module(f"{folder}.{name}").EXERCISE
            for folder in folders for name in _modules(folder, "[a-z]_")]


def _modules(package, begin):
    """The names of a package's modules that begin like the pattern `begin`, in order."""
    path = importlib.import_module(package).__path__
    return sorted(name for _, name, _ in pkgutil.iter_modules(path) if re.match(begin, name))


def find(id):
    """The exercise of that id.

    >>> find("6.2.2-a")
    <exercise 6.2.2-a: Count the steps out of a saddle>
    """
    section = str(id).rpartition("-")[0]
    known = exercises(section if section in sections() else None)
    for exercise in known:
        if exercise.id == id:
            return exercise
    raise ValueError(f"id is {id!r}, "
                     f"expected one of {', '.join(exercise.id for exercise in known)}")
