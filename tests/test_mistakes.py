"""The instances tell right from wrong: every known and every classic mistake of every exercise, for three seeds."""
import contextlib

import numpy as np
import pytest

from lnnlib.homework import check
from lnnlib.homework.classics import CLASSICS
from lnnlib.homework.exercise import exercises
from tests.test_homework import right_answers

pytestmark = pytest.mark.usefixtures("own_record")

# How a right answer is spoiled, by the name of the classic mistake that it then holds.
SPOILERS = {
    "sign": (lambda x: -x,),
    "factor": (lambda x: 2 * x, lambda x: x / 2),
    "transposed": (lambda x: np.swapaxes(x, -1, -2),),
    "off by one": (lambda x: x + 1, lambda x: x - 1),
}

# Spoiled and right all the same: exercise, what of it, why. The number says which of the spoilers.
ANY_CERTIFICATE = "any two points with this property are an answer"
HARMLESS = {
    ("6.1-a", "U V", "sign 0"): ANY_CERTIFICATE,
    ("6.1-a", "U V", "factor 0"): ANY_CERTIFICATE,
    ("6.1-a", "U V", "factor 1"): ANY_CERTIFICATE,
    ("6.2.1-b", "x0", "sign 0"): "the bowl is even",
    ("6.2.3-d", "a b c", "factor 1"): "a smaller coefficient serves as well",
    ("6.2.3-d", "b", "factor 0"): "b is free in a whole interval",
    ("6.2.4-a", "empty", "transposed 0"): "an identity",
    ("6.2.4-b", "U V", "factor 1"): ANY_CERTIFICATE,
    ("6.2.6-c", "null_vector", "sign 0"): "u and -u are both null vectors",
    ("6.2.7-c", "direction", "sign 0"): "the form is even",
    ("6.2.7-d", "saddle lower", "transposed 0"): "diagonal matrices",
}


WORDS = {"6.2-b", "6.2.7-b"}     # whose answers are words: there is nothing to spoil


def harmless(exercise, ask, name, k):
    return any(id == exercise.id and ask.name in names.split() and f"{name} {k}" == spoiler for id, names, spoiler in HARMLESS)


class NothingToSpoil(Exception):
    """This change makes no other answer of the same kind."""


def spoiled(value, spoil, name):
    """A number or an array spoiled; a list member by member, a function in what it returns."""
    if callable(value):
        return lambda *arguments: spoiled(value(*arguments), spoil, name)
    if isinstance(value, list | tuple):
        return [spoiled(one, spoil, name) for one in value]
    if isinstance(value, str | dict):
        raise NothingToSpoil
    if name == "off by one" and not isinstance(value, int | np.integer):
        raise NothingToSpoil
    if name == "transposed" and np.ndim(value) < 2:
        raise NothingToSpoil
    return spoil(value)


def spoiled_answers(exercise):
    """(ask, classic mistake, number of the spoiler, wrong answer) for all that can be spoiled in the exercise."""
    right = right_answers(exercise)
    for ask in exercise.asks:
        for name, spoilers in SPOILERS.items():
            for k, spoil in enumerate(spoilers):
                with contextlib.suppress(NothingToSpoil):
                    yield ask, name, k, spoiled(ask.kind(right[ask.name]), spoil, name)


def test_every_classic_mistake_is_tried():
    assert set(SPOILERS) == {mistake.name for mistake in CLASSICS}


@pytest.mark.parametrize("seed", ["0", "1", "2"])
@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_a_classic_mistake_is_never_right(exercise, seed, monkeypatch):
    monkeypatch.setenv("LNN_SEED", seed)
    right, known, tried = right_answers(exercise), {mistake.name for mistake in exercise.mistakes}, 0
    for ask, name, k, wrong in spoiled_answers(exercise):
        verdict = check(exercise.id, **{**right, ask.name: wrong})
        if "NothingToSpoil" in verdict.message:              # a function whose values have no such change
            continue
        tried += 1
        if harmless(exercise, ask, name, k):
            assert verdict.state == "right", (ask.name, name, k)
            continue
        plain = {("wrong kind", False)} if exercise.classics else {("wrong kind", False), ("wrong", False)}
        found = verdict.state, verdict.mistake in {name, "looser than asked", *known}
        assert found in {("almost", True), *plain}, (ask.name, name, k, verdict)
    assert tried or exercise.id in WORDS


def test_what_is_harmless_names_what_there_is():
    ids = {exercise.id: {ask.name for ask in exercise.asks} for exercise in exercises()}
    for id, names, spoiler in HARMLESS:
        name, k = spoiler.rsplit(" ", 1)
        assert set(names.split()) <= ids[id] and int(k) < len(SPOILERS[name])
