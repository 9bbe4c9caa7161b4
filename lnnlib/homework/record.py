"""The record of a student's tries: a JSON file beside the notebooks, or where LNN_PROGRESS says.

An entry is {"tries": how many different answers in a row, "answer": a fingerprint of the last one,
"solved": ever right, "hints": how many were given, by keyword}. A file that is missing, broken or
not ours counts as empty; where none can be written, the kernel's memory serves.
"""
import contextlib
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path
from types import CodeType, FunctionType

import numpy as np

EMPTY = {"tries": 0, "answer": None, "solved": False, "hints": {}}
_unwritten = {}  # path -> {id: entry} that could not be written


def path():
    """Where the record lies.

    >>> path().suffix
    '.json'
    """
    return Path(os.environ.get("LNN_PROGRESS") or ".lnn-progress.json").absolute()


def read():
    """All entries, by exercise id.

    >>> type(read())
    <class 'dict'>
    """
    place = path()
    try:
        stored = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        stored = {}
    stored = stored if isinstance(stored, dict) else {}
    entries = {**stored, **_unwritten.get(place, {})}
    return {id: {**EMPTY, **entry} for id, entry in entries.items() if _is_entry(entry)}


def entry(id):
    """The entry of one exercise; without any try, an empty one.

    >>> entry("no such exercise")
    {'tries': 0, 'answer': None, 'solved': False, 'hints': {}}
    """
    return read().get(id, EMPTY)


def add(id, answer, solved, about=None, hints=0):
    """Note a run with the fingerprint `answer`; returns the entry, and whether a hint is new.

    What is wrong with the answer `about` gets the next of its `hints` (so many there are) with
    every changed answer after the first.
    """
    place, new = path(), False
    with _locked(place):
        entries = read()
        before = entries.get(id, EMPTY)
        after = {**before, "answer": answer, "solved": before["solved"] or solved}
        if answer != before["answer"]:
            after["tries"] += 1
            if about is not None:
                count = before["hints"].get(about)  # None: nothing was wrong with it so far
                new = count is not None and count < hints
                after["hints"] = {**before["hints"], about: (count or 0) + new}
        entries[id] = after
        try:
            _replace(place, json.dumps(entries, indent=1, sort_keys=True))
            _unwritten.pop(place, None)
        except OSError:
            _unwritten.setdefault(place, {})[id] = after
    return after, new


def _is_entry(entry):
    return (isinstance(entry, dict) and type(entry.get("tries")) is int and entry["tries"] > 0
            and isinstance(entry.get("answer"), str) and type(entry.get("solved")) is bool
            and isinstance(hints := entry.get("hints", {}), dict)
            and all(type(count) is int and count >= 0 for count in hints.values()))


def _replace(place, text):
    """Write in one step: a reader meets the old text or the new one, never half of it."""
    handle, name = tempfile.mkstemp(prefix=place.name, dir=place.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, place)
    except OSError:
        os.unlink(name)
        raise


@contextlib.contextmanager
def _locked(place):
    """Keep other kernels from writing between our reading and our writing.

    A lock that a dead one left is taken over.
    """
    lock = place.with_name(place.name + ".lock")
    for _ in range(100):
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.01)
        except OSError:  # nothing can be written here, so nothing needs a lock
            yield
            return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()


def fingerprint(answers):
    """A short text that changes when an answer does; a function's is that of its code.

    >>> fingerprint({"bound": 22}) == fingerprint({"bound": 22}) != fingerprint({"bound": 23})
    True
    """
    return hashlib.sha256(repr(_plain(answers)).encode("utf-8", "replace")).hexdigest()[:16]


def _plain(value, depth=20):
    """`value` made of things whose repr is the same in every run."""
    if depth and isinstance(value, dict):
        return [(_plain(key, depth - 1), _plain(one, depth - 1)) for key, one in value.items()]
    if depth and isinstance(value, list | tuple):
        return [_plain(one, depth - 1) for one in value]
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, hashlib.sha256(value.tobytes()).hexdigest()
    if isinstance(value, CodeType):
        return value.co_code, value.co_names, value.co_varnames, _plain(value.co_consts)
    if isinstance(value, FunctionType):
        return _plain(value.__code__), _plain(value.__defaults__ or ())
    try:
        return type(value).__name__ if callable(value) else repr(value)
    except Exception:  # an object whose repr fails
        return type(value).__name__
