"""What stands outside the notebooks about them: the minutes they take, and the lecturer's page."""
import re

import pytest

from lnnlib import explorers
from tests import catalogue, reading_time
from tests.repository import ROOT

PAGE = catalogue.PAGE.read_text(encoding="utf-8")
PLAN = re.findall(r"^\| (\d+) \| \[([\d.]+)\]\(\.\./(.+?)\) \| `(.+?)` \| (.+) \| (.+) \|$", PAGE, flags=re.MULTILINE)


def test_every_place_states_the_minutes_that_are_counted():
    assert list(reading_time.outdated()) == [], "run python -m tests.reading_time --write"


def test_the_minutes_follow_a_text_that_grows_and_not_a_sentence(monkeypatch):
    section = reading_time.SECTIONS[0]
    counted = {"now": (section.reading + 4, section.homework - 4)}
    monkeypatch.setattr(reading_time, "minutes", lambda nb: counted["now"])
    assert reading_time.due(section) == (section.reading, section.homework)
    counted["now"] = (section.reading + 6, section.homework - 9)
    assert reading_time.due(section) == (section.reading + 5, section.homework - 10)


def test_catalogue_is_what_the_code_has():
    assert catalogue.page() == PAGE, "run python -m tests.catalogue"


def test_plan_takes_every_section_in_turn_and_90_minutes():
    assert sum(int(minutes) for minutes, *_ in PLAN) == 90
    assert [number for _, number, *_ in PLAN] == [section.number for section in reading_time.SECTIONS]
    assert all((ROOT / notebook).exists() and "?" in ask for _, _, notebook, _, ask, _ in PLAN)


@pytest.mark.parametrize("call", [row[3] for row in PLAN])
def test_plan_makes_explorers_that_show_something(call):
    assert eval(call, {"explorers": explorers}).readout


@pytest.mark.parametrize("call, settings, said", [
    ("collapse()", {"lam": 1}, ["0.2963", "0.0004227"]),
    ("landscape_gallery()", {"y": 0}, ["strict saddle"]),
    ("descent_ledger()", {"eps": .3}, ["T* = 12"]),
    ("descent_ledger()", {"eps": .03}, ["T* = 34"]),
    ("saddle_escape()", {"theta": 1e-3}, ["step 109"]),
    ("saddle_escape()", {"theta": 1e-6}, ["step 251"]),
    ("saddle_escape()", {"theta": 1e-9}, ["step 392"]),
    ("saddle_escape()", {"theta": 0}, ["never"]),
    ("pgd_debugger()", {"step": 976}, ["59 and 518"]),
    ("learning_dynamics()", {"depth": 2}, ["25, 53, 107"]),
    ("learning_dynamics()", {"depth": 3}, ["133, 323, 760"]),
    ("hessian_microscope()", {"plane": "across"}, ["−4.046"]),
    ("bottleneck_trap()", {}, ["22 of 60"]),
    ("bottleneck_trap()", {"width": 2}, ["0 of 60"]),
    ("bottleneck_trap()", {"a": 1.2}, ["0 of 60", "strict saddle"]),
    ("depth_dial()", {"N": 3, "a": .1}, ["step 83;"]),
    ("depth_dial()", {"N": 3, "a": .01}, ["step 986;"]),
    ("depth_dial()", {"N": 3, "a": .001}, ["step 9 988;"]),
])
def test_plan_tells_what_the_explorers_say(call, settings, said):
    figure = eval(f"explorers.{call}", {"explorers": explorers})
    figure.set(**settings)
    assert all(part in figure.readout.replace("\N{NARROW NO-BREAK SPACE}", " ") for part in said)
