"""What a canvas may ask: a malformed message is answered by a short error, changes nothing and costs next to nothing."""
import copy
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lnnlib.live import panel
from lnnlib.live.link import answer
from lnnlib.live.message import read
from tests.test_live import message, parabola

INF, NAN = float("inf"), float("nan")
GRIDS = {"a": 42, "x": 9, "kind": 2}            # how long the grids of `parabola` are: 2/3 is put between 41 tenths
NO_NUMBERS = {"nan": NAN, "inf": INF, "far": 10**9, "huge": 10**400, "true": True, "none": None, "word": "wide", "digits": "3",
              "list": [1], "dict": {}}
NO_INDICES = NO_NUMBERS | {"negative": -1, "float": 3., "half": 1.5}
JUNK = {"true": True, "number": 3, "negative": -1, "float": 1.5, "nan": NAN, "inf": INF, "huge": 10**400, "word": "wide",
        "empty": "", "list": [], "one": [1], "dict": {}, "pair": {"a": 1}, "nested": [[[[]]]], "long": [0] * 10**6,
        "letters": "x" * 10**6}
FITS = {"n": ["number"], "client": ["word", "empty"], "have": ["list", "one", "nested"], "toward": ["number", "negative", "float"],
        "listening": ["true"]}


def place(name, *position):
    """A message's "at" with the control `name` at this position."""
    return {"at": {other: [0, length] for other, length in GRIDS.items()} | {name: list(position)}}


def malformed():
    """What to change in a good message, by the name of what is wrong then."""
    for key in ("n", "client", "at", "have", "size", "listening", "drag", "sweep", "toward"):
        for kind, junk in JUNK.items():
            if kind not in FITS.get(key, ()):
                yield f"{key}-{kind}", {key: junk}
    for name, length in GRIDS.items():
        for kind, junk in (NO_INDICES | {"end": length}).items():
            yield f"place of {name}-{kind}", place(name, junk, length)
        for kind, junk in (NO_INDICES | {"zero": 0, "never": length + 1, "float": float(length)}).items():
            yield f"grid of {name}-{kind}", place(name, 0, junk)
        for kind, junk in {"empty": [], "one": [0], "three": [0, length, 0], "word": "00", "dict": {"0": 0}}.items():
            yield f"at {name}-{kind}", {"at": place("a", 0, 42)["at"] | {name: junk}}
    yield "at-missing", {"at": {"a": [0, 42], "x": [0, 9]}}
    yield "at-unknown", place("b", 0, 1)
    yield "at-many", {"at": {str(k): [0, 42] for k in range(10**5)}}
    for k, part in enumerate(("width", "height", "ratio")):
        for kind, junk in (NO_NUMBERS | {"zero": 0, "negative": -1}).items():
            if (part, kind) != ("height", "none"):
                yield f"{part}-{kind}", {"size": [junk if i == k else one for i, one in enumerate([600, 400, 1, False])]}
    for kind, junk in JUNK.items():
        if kind != "true":
            yield f"dark-{kind}", {"size": [600, None, 1, junk]}
    yield "size-short", {"size": [600, None, 1]}
    yield "size-long", {"size": [600, None, 1, False, 1]}
    for kind, junk in (NO_INDICES | {"no such": 1, "large": 65}).items():
        yield f"handle-{kind}", {"drag": [junk, 3., 3.]}
    for kind, junk in NO_NUMBERS.items():
        yield f"drag x-{kind}", {"drag": [0, junk, 3.]}
        yield f"drag y-{kind}", {"drag": [0, 3., junk]}
    yield "drag-short", {"drag": [0, 3.]}
    yield "have-many", {"have": ["0"] * 10**5}
    yield "have-dict", {"have": {"0": 0}}
    yield "client-long", {"client": "x" * 65}
    yield "n-far", {"n": 2**53 + 1}
    yield "n-digits", {"n": 10**4000}
    yield "client-half a character", {"client": "\ud800" * 65}
    yield from (("sweep-" + kind, {"sweep": junk}) for kind, junk in {
        "drop-down": ["kind", [0]], "unknown": ["b", [0]], "long name": ["x" * 10**6, [0]], "list": [["a"], [0]],
        "none": [None, [0]], "short": ["a"], "three": ["a", [0], 1], "many": ["a", list(range(10**6))], "often": ["a", [0] * 43],
        "end": ["a", [0, 42]], "word": ["a", "01"], "dict": ["a", {"0": 0}], "number": ["a", 3], "nothing": ["a", None],
        "deep": ["a", [[0]]]}.items())
    for kind, junk in NO_INDICES.items():
        yield f"sweep place-{kind}", {"sweep": ["a", [0, junk]]}
    yield "sweep-unplaced", {"at": None, "sweep": ["a", [0]]}


MALFORMED = dict(malformed())


class Shown:
    """A displayed explorer, what its canvas is sent, and how often it computed and drew."""

    def __init__(self):
        self.figure, self.sent, self.work = parabola(), [], []
        self.figure.pin()
        for name in ("compute", "draw"):
            setattr(self.figure, name, self.counted(name, getattr(self.figure, name)))
        self.panel = panel.Panel(self.figure)
        self.panel.canvas.send = lambda content, buffers=None: self.sent.append(content)
        self.good = message(self.figure)
        self.answered = self.asks(self.good)

    def counted(self, name, function):
        def counting(*args, **values):
            self.work.append(name)
            return function(*args, **values)
        return counting

    @property
    def state(self):
        figure, shown = self.figure, self.panel
        return copy.deepcopy([
            figure.values, figure.pinned, figure.pin_says, figure.predicted, list(figure._scenes),
            shown._size, shown._browser_listens, shown._pin.value, [widget.index for widget in shown.widgets.values()],
            len(shown._sweeps.by_client)])

    def asks(self, asked):
        """The answer to a message that the canvas sends, but how long it took: a single one."""
        self.sent.clear()
        self.panel._on_message(None, asked, [])
        [reply] = self.sent
        reply.pop("ms", None)
        return reply

    def refuses(self, asked):
        """Such a message gets a short error, by the panel and without one, and nothing has changed or was drawn."""
        before, done = self.state, len(self.work)
        reply = self.asks(asked)
        assert answer(self.figure, asked) == (reply, [])
        assert set(reply) == {"n", "client", "error"} and 0 < len(reply["error"]) <= 300
        assert len(said(reply)) < 600
        assert self.state == before and len(self.work) == done
        assert self.asks(self.good) == self.answered
        return reply


def said(content):
    """The bytes that Jupyter makes of a message."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf8", errors="surrogateescape")


@pytest.fixture(scope="module")
def shown():
    """One for all: that nothing changes it is what is tested."""
    shown = Shown()
    yield shown
    shown.figure.close()


def test_the_message_that_is_spoilt_is_good_and_every_key_counts(shown):
    assert {name: len(control.grid) for name, control in shown.figure.controls.items() if name != "kind"} == {"a": 42, "x": 9}
    for change in ({}, place("a", 41, 42), place("kind", 1, 2), {"size": [600, 400, 1, True]}, {"drag": [0, 3., 3.]},
                   {"sweep": ["a", [0, 41]]}, {"toward": 3.5}, {"client": None, "n": None, "at": None}):
        reply, _ = answer(parabola(), shown.good | change)
        assert "error" not in reply, change


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_refused_and_changes_nothing(shown, change):
    shown.refuses(shown.good | change)


@pytest.mark.parametrize("missing", ["size", "at", "have"])
def test_what_a_message_must_say_is_missed(shown, missing):
    reply = shown.refuses({key: value for key, value in shown.good.items() if key != missing})
    assert (reply["n"], reply["client"]) == (1, "me")
    if missing != "at":                         # null says that the kernel's own values count
        assert shown.refuses(shown.good | {missing: None}) == shown.asks(shown.good | {missing: None})


@pytest.mark.parametrize("missing", ["n", "client", "listening", "drag"])
def test_what_a_message_may_leave_out_is_not_missed(shown, missing):
    reply = shown.asks({key: value for key, value in shown.good.items() if key != missing})
    assert reply == shown.answered | ({missing: None} if missing in ("n", "client") else {})


@pytest.mark.parametrize("junk", [None, *JUNK.values()], ids=["none", *JUNK])
def test_what_is_no_message_is_refused(shown, junk):
    shown.refuses(junk)


def test_an_error_says_what_is_wrong_and_what_was_expected(shown):
    for change, words in (
            (place("a", 42, 42), "ValueError: the place of a is 42, expected a whole number from 0 to 41"),
            (place("a", 0, 43), "ValueError: a is said to have 43 places, expected 42"),
            ({"size": [0, None, 1, False]}, "ValueError: width is 0, expected a number from 1 to 10000"),
            ({"drag": [0, NAN, 3.]}, "ValueError: x is nan, expected a number from -1000000 to 1000000"),
            ({"drag": [1, 3., 3.]}, "ValueError: handle 1 is dragged, expected one of 1"),
            ({"have": ["0"] * 10**5}, "ValueError: have is list of 100000, expected a list of at most 64 stages")):
        assert shown.asks(shown.good | change)["error"] == words


def test_an_error_is_as_short_after_a_slider_has_had_many_grids():
    figure = parabola()
    for k in range(1, 301):
        figure.set(a=1 + k / 1009)
    reply, _ = answer(figure, message(figure) | {"at": message(figure)["at"] | {"a": [0, 7]}})
    assert 0 < len(reply["error"]) <= 300


def test_a_place_that_is_asked_for_twice_is_made_once(shown):
    assert read(shown.good | {"sweep": ["a", [3, 1, 3, 3, 1]]}, shown.figure).sweep == ("a", (3, 1))


def test_a_client_that_cannot_be_said_is_refused(shown):
    shown.refuses(shown.good | {"client": "\ud800"})


@pytest.mark.parametrize("listening", [True, False])
def test_a_message_that_drags_and_sweeps_is_answered_once(listening):
    shown = Shown()
    before = shown.figure.values
    reply = shown.asks(shown.good | {"drag": [0, 3., 3.], "sweep": ["a", [0]], "listening": listening})
    assert reply["n"] == 1 and shown.figure.values == before
    shown.figure.close()


@pytest.mark.parametrize("change", [
    {"have": ["0"] * 10**6}, {"client": "x" * 10**7}, {"sweep": ["a", list(range(10**6))]}, {"sweep": ["x" * 10**7, [0]]},
    {"size": [0] * 10**6}, {"at": dict.fromkeys(map(str, range(10**5)), [0, 42])}, {"n": "1" * 10**7}, {"drag": "x" * 10**7},
    {"n": [[0] * 10**6]}, {"size": [[0] * 10**6, None, 1, False]}, {"toward": {"0": [0] * 10**6}},
], ids=lambda change: "".join(change))
def test_a_large_message_is_refused_without_being_copied(shown, change):
    asked = shown.good | change
    tracemalloc.start()
    try:
        reply, _ = answer(shown.figure, asked)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "error" in reply and peak < 10**6


# ---------------------------------------------------------------- anything in place of anything
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-2, 70) | st.floats() | st.text() | st.sampled_from([*GRIDS, 10**20]),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.text(), inner, max_size=10), max_leaves=30)
PATHS = ["n", "client", "at", "at/a", "at/a/0", "at/a/1", "at/kind", "at/kind/0", "at/kind/1", "have", "have/0",
         "size", "size/0", "size/1", "size/2", "size/3", "listening", "drag", "drag/0", "drag/1", "drag/2",
         "sweep", "sweep/0", "sweep/1", "sweep/1/0", "toward"]


@settings(deadline=None)
@given(path=st.sampled_from(PATHS), junk=ANYTHING)
def test_whatever_stands_in_place_of_anything_the_kernel_answers_and_is_as_before(shown, path, junk):
    spoilt = json.loads(json.dumps(shown.good | {"have": ["0"]}))
    spoilt |= {"drag": [0, 3., 3.]} if "drag" in path else {"sweep": ["a", [0]], "toward": 3} if "sweep" in path else {}
    *way, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    inner = spoilt
    for key in way:
        inner = inner[key]
    inner[last] = junk
    before, done = shown.state, len(shown.work)
    reply = shown.asks(spoilt)
    assert said(reply)
    if "error" in reply:
        assert len(reply["error"]) <= 300 and len(said(reply)) < 600
        assert shown.state == before and len(shown.work) == done
    elif path in ("n", "client", "have", "have/0", "toward"):           # what no frame depends on
        assert reply | {"n": 1, "client": "me"} == shown.answered
    assert shown.asks(shown.good) == shown.answered


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["n", "client", "at", "have", "size", "listening", "drag", "sweep", "toward"]), ANYTHING))
def test_a_message_of_nothing_but_junk_changes_nothing(shown, junk):
    before, done = shown.state, len(shown.work)
    reply = shown.asks(junk)
    assert len(reply["error"]) <= 300 and len(said(reply)) < 600
    assert shown.state == before and len(shown.work) == done
