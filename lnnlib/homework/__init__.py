"""Homework that answers at once: `check`, `given`, `solution`, `progress`.

`own` hands a student's function to an explorer. An exercise in a notebook is an answer cell,
where you put your answer in the place of `...`, and a check cell below it:

    data = given("6.2.2-a")                                  # the answer cell
    print(data)
    bound = ...

    from lnnlib.homework import check; check("6.2.2-a")      # the check cell, which needs no other

`check` without keywords reads the variables of the cell or function that calls it; one that is
not there, because the answer cell was skipped after a restart, counts as `...`.
`check("6.2.2-a", bound=22, first_escape=14)` judges what it is given and reads nothing else.
A notebook that needs the name of an answer for itself has the answer cell use another variable
(`Ask.variable`), so no two cells share a name.

Five states: "not answered", "wrong kind", "almost" (a known mistake), "wrong", "right". Every
further try brings one more hint.
"""
from .checking import check, own
from .pages import given, solution
from .report import progress

__all__ = ["check", "given", "own", "progress", "solution"]
