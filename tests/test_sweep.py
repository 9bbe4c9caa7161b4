"""Sweeps: what the kernel makes of a slider's other places, when, and how it is sent, under an event loop that the test plays."""
import asyncio
import json
import threading
from collections import deque
from contextlib import suppress
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from ipywidgets import RadioButtons

from lnnlib.explorers import escape_probability, pgd_debugger, saddle_escape
from lnnlib.live import Predict, number_text, panel, sweep
from lnnlib.live.link import Canvas, answer
from lnnlib.live.sweep import GIVE, MOST, PACK, PAUSE, SHARE, STEP, SWEEPS, Cells, Sweeps
from tests.test_live import message, parabola

A = 42                                          # places of the toy's slider a: 2/3 is put between 41 tenths
THIRTEEN = 24                                   # where it raises: 13/10, above the tenths from -1 on and 2/3
SAYS = ("readout", "verdict", "pinned")


class Loop:
    """An event loop that does what is due when the test says so. It notes how long it was asked to wait, and lets that pass."""

    def __init__(self, wait=lambda seconds: None):
        self.due, self.rests, self.wait = deque(), [], wait

    def call_soon(self, step):
        self.due.append((0, step))

    def call_later(self, seconds, step):
        self.rests.append(seconds)
        self.due.append((seconds, step))

    def step(self, times=1):
        for _ in range(times):
            seconds, step = self.due.popleft()
            self.wait(seconds)
            step()

    def run(self):
        while self.due:
            self.step()


class Packs:
    """The packs of one sweep, read as they come, by the format that stands in `sweep`."""

    def __init__(self):
        self.texts, self.points, self.frames, self.sizes, self.left = [], [], {}, [], []
        self.used, self.failed = set(), False

    def read(self, content, buffers):
        """The frames of one more pack, by place: operations, points, readout, verdict, pinned, handles, stage."""
        points, texts = buffers
        assert content["pack"] == len(self.sizes) and not self.failed
        assert sum(content["lengths"]) == len(points)
        starts = np.cumsum([0, *content["lengths"]])
        self.points += [points[start:start + size] for start, size in zip(starts, content["lengths"], strict=False)]
        self.texts += json.loads(texts)
        frames = {frame["i"]: self._frame(content, **frame) for frame in content["frames"]}
        assert len(frames) == len(content["frames"]) and not frames.keys() & self.frames.keys()
        self.frames |= frames
        self.sizes.append(len(frames))
        self.left.append(content["left"])
        self.failed = content.get("failed", False)
        return frames

    def _frame(self, content, i, parts, says, handles):
        self.used |= {("text", k) for k in [*parts[::2], *says]} | {("points", k) for k in parts[1::2]}
        ops = [op for k in parts[::2] for op in self.texts[k]]
        points = b"".join(self.points[k] for k in parts[1::2])
        return ops, points, *(self.texts[k] for k in says), handles, content["stage"]


def unpacked(sent, client="me", n=1):
    """All packs of one sweep among what was `sent`."""
    packs = Packs()
    for content, buffers in sent:
        if content.get("sweep") == n and content.get("client") == client and "pack" in content:
            packs.read(content, buffers)
    return packs


def alone(figure, asked, name, index):
    """What a single request for a place of the slider `name` is answered, as `Packs` reads a frame."""
    single = {key: value for key, value in asked.items() if key != "sweep"}
    single["at"] = asked["at"] | {name: [index, asked["at"][name][1]]}
    reply, (points, *_) = answer(figure, single)
    reply = json.loads(json.dumps(reply))
    return reply["ops"], points, *(reply[key] for key in SAYS), reply["handles"], reply["stage"]


class Play:
    """An explorer's sweeps under a loop and a clock that the test plays: each run takes `cost` seconds of it."""

    def __init__(self, monkeypatch, figure=None, cost=.001):
        self.figure, self.loop, self.sent, self.now, self.made = figure or parabola(), Loop(self.wait), [], 0, []
        self.cost, compute = cost, self.figure.compute
        monkeypatch.setattr(asyncio, "get_running_loop", lambda: self.loop)
        monkeypatch.setattr(sweep, "time", SimpleNamespace(perf_counter=lambda: self.now))

        def costly(**values):
            self.now += self.cost
            self.made.append(values)
            return compute(**values)

        self.figure.compute = costly
        self.sweeps = Sweeps(self.figure, lambda content, buffers: self.sent.append((content, buffers)))

    def wait(self, seconds):
        self.now += seconds

    def ask(self, name=None, places=None, here=None, **more):
        """The answer to a message, with the slider `a` at place `here`, by which these places are swept."""
        asked = message(self.figure, **more)
        if here is not None:
            asked["at"] = asked["at"] | {"a": [here, A]}
        if name:
            asked["sweep"] = [name, list(places)]
        return answer(self.figure, asked, self.sweeps)[0]

    @property
    def order(self):
        """The places that were sent, one after the other."""
        return [frame["i"] for content, _ in self.sent for frame in content["frames"]]


@pytest.fixture
def play(monkeypatch):
    return Play(monkeypatch)


def but(*left_out):
    """All places of the toy's slider a but the one that raises, and these."""
    return [i for i in range(A) if i not in (THIRTEEN, *left_out)]


# ---------------------------------------------------------------- what is sent
PREDICT = Predict("Up or down?", ("up", "down"), lambda run: None if run["a"] == 0 else int(run["a"] < 0),
                  why=lambda run: f"a is {run['a']:g}.", todo="Move a.")
CASES = {
    "toy": (lambda: parabola(predict=PREDICT), "a", but()),
    "toy across": (lambda: parabola(predict=PREDICT), "x", range(9)),
    "saddle_escape": (lambda: saddle_escape(predict=True), "eta", range(0, 280, 20)),
    "pgd_debugger": (lambda: pgd_debugger(predict=True), "step", range(0, 311, 24)),
    "escape_probability": (escape_probability, "sigma", range(0, 121, 10)),
    "escape_probability on other axes": (escape_probability, "eta", range(0, 31, 3)),
}


def moved(figure, name):
    """The slider goes to its other end: what is pinned there is another run."""
    figure.set(**{name: figure.controls[name].grid[-1]})


WAYS = "as it opens", "pinned", "predicted"


@pytest.fixture(scope="module", params=[(case, more) for case in CASES for more in WAYS], ids=" ".join)
def swept(request):
    """A sweep that was played to its end, and a twin, set alike, of the explorer that made it."""
    case, more = request.param
    make, name, places = CASES[case]
    twin, figure = make(), make()
    for one in (figure, twin):
        if more == "pinned":
            start = one.values[name]
            moved(one, name)
            one.pin()
            one.set(**{name: start})
        elif more == "predicted" and one.predict:
            one.predicted = 1
    with pytest.MonkeyPatch.context() as monkeypatch:
        play = Play(monkeypatch, figure)
        asked = message(twin, sweep=[name, list(places)])
        assert answer(figure, asked, play.sweeps)[0]["sweep"] == len(places)
        play.loop.run()
    return SimpleNamespace(more=more, twin=twin, name=name, places=list(places), asked=asked, play=play, packs=unpacked(play.sent))


def test_every_place_comes_once_and_is_what_a_single_request_is_answered(swept):
    frames, twin, places = swept.packs.frames, swept.twin, swept.places
    assert sorted(frames) == sorted(places) == sorted(swept.play.order) and len(places) > 6
    for i in reversed(places):
        assert frames[i] == alone(twin, swept.asked, swept.name, i)
    assert len({frame[1] for frame in frames.values()}) > len(places) / 2       # they are pictures of different runs
    pinned, verdicts = ({frame[k] for frame in frames.values()} for k in (4, 3))
    assert (pinned != {""}) == (swept.more == "pinned")
    assert (verdicts != {""}) == (swept.more == "predicted" and twin.predict is not None)


def test_each_text_and_each_run_of_points_is_sent_once_in_a_sweep(swept):
    packs = swept.packs
    parts = [number for content, _ in swept.play.sent for frame in content["frames"] for number in frame["parts"][1::2]]
    texts = [json.dumps(text) for text in packs.texts]
    assert len(set(texts)) == len(texts) and len(set(packs.points)) == len(packs.points)
    assert packs.used == {("text", k) for k in range(len(texts))} | {("points", k) for k in range(len(packs.points))}
    assert len(packs.points) <= len(parts) - (swept.more == "pinned")           # the ghost at least is the same in several


def test_a_pack_names_its_sweep_its_canvas_and_the_stage(play):
    play.ask("a", but(), n=17, client="you", size=[700, None, 1, False])
    stage = answer(play.figure, message(play.figure, size=[700, None, 1, False]))[0]["stage"]
    play.loop.run()
    assert {(content["sweep"], content["client"], content["stage"]) for content, _ in play.sent} == {(17, "you", stage)}


@pytest.mark.parametrize("cost", [.0001, .001, .003, .02, .3])
def test_packs_are_numbered_small_at_first_and_never_large(monkeypatch, cost):
    play = Play(monkeypatch, cost=cost)
    play.ask("a", but())
    play.loop.run()
    packs = unpacked(play.sent)                                         # asserts that they are numbered 0, 1, ..
    assert sum(packs.sizes) == A - 1 and packs.left == (A - 1 - np.cumsum(packs.sizes)).tolist()
    assert max(packs.sizes) <= MOST and packs.sizes[0] <= 4
    assert not packs.failed and all("failed" not in content for content, _ in play.sent)


def test_what_is_slow_to_make_is_sent_as_soon_as_it_is_due(monkeypatch):
    play = Play(monkeypatch, cost=1.5 * PACK)
    play.ask("a", but())
    play.loop.run()
    assert unpacked(play.sent).sizes == [1] * (A - 1)


def test_a_step_is_short_and_others_are_heard_after_it(play):
    play.ask("a", but())
    while play.loop.due:
        before = len(play.made)
        play.loop.step()
        assert len(play.made) - before <= STEP / play.cost + 1          # the frame that is begun is made
    assert set(play.loop.rests) == {PAUSE}


def test_nothing_is_made_before_the_answer_is_out(play):
    assert play.ask("a", but())["sweep"] == A - 1
    assert play.sent == [] and play.made == []


def test_an_empty_sweep_is_answered_and_sends_no_frame(play):
    assert play.ask("a", [])["sweep"] == 0
    play.loop.run()
    assert play.order == [] and play.made == []


def test_a_place_that_is_asked_for_twice_is_made_once(play):
    assert play.ask("a", [3, 5, 3, 3, 4, 5])["sweep"] == 3
    play.loop.run()
    assert play.order == [3, 5, 4] and len(play.made) == 3


def test_a_real_loop_plays_a_sweep():
    async def swept():
        figure, sent, last = parabola(), [], asyncio.get_running_loop().create_future()

        def send(content, buffers):
            sent.append((content, buffers))
            if content["left"] == 0:
                last.set_result(None)

        asked = message(figure, sweep=["a", but()])
        assert answer(figure, asked, Sweeps(figure, send))[0]["sweep"] == A - 1
        await asyncio.wait_for(last, 60)
        return asked, unpacked(sent).frames

    asked, frames = asyncio.run(swept())
    twin = parabola()
    assert sorted(frames) == but() and all(frames[i] == alone(twin, asked, "a", i) for i in but())


# ---------------------------------------------------------------- where the hand will be
def late(order, here, toward):
    """Whether some place comes before another that lies nearer to where the hand will be, or before the hand and not behind it."""
    way = 1 if toward > here else -1
    ahead = [way * (i - here) > 0 for i in order]
    if toward == here:
        distances = [abs(i - here) for i in order]
        return distances != sorted(distances)
    beyond = [abs(i - toward) for i in order if way * (i - toward) >= 0]
    passed = [abs(i - toward) for i, before in zip(order, ahead, strict=True) if before and way * (i - toward) < 0]
    behind = [abs(i - here) for i, before in zip(order, ahead, strict=True) if not before]
    return ahead != sorted(ahead, reverse=True) or any(one != sorted(one) for one in (beyond, passed, behind))


@pytest.mark.parametrize("here, toward", [
    (20, None), (20, 20), (20, 24), (20, 24.5), (20, 16), (20, 17.3), (0, 3), (A - 1, 30),
    (30, 45), (10, -6), (30, 10**6), (10, -10**6), (38, 60)])
@pytest.mark.parametrize("steps", [0, 5, 9])
def test_what_lies_nearest_to_where_the_hand_will_be_comes_next(play, here, toward, steps):
    play.ask("a", sorted(but(), key=lambda i: abs(i - 5)))
    play.loop.step(steps)
    made = len(play.made)
    assert "error" not in play.ask(here=here, toward=toward)
    play.loop.run()
    rest = play.order[made:]
    assert not late(rest, here, here if toward is None else toward)
    assert sorted(play.order) == but(*([] if here in play.order[:made] else [here]))    # its own place is not made again
    assert len(play.made) == len(play.order) + 1 and play.sent[-1][0]["left"] == 0


def test_the_nearest_ahead_is_the_very_next(play):
    play.ask("a", but())
    play.loop.step()
    made = len(play.made)
    play.ask(here=30, toward=33)
    play.loop.step(3)                                       # the first of them gives way
    assert play.order[made:made + 3] == [33, 34, 32] or play.order[made:made + 3] == [33, 34, 35]


def test_a_sweep_gives_way_to_a_frame_that_is_waited_for_and_not_to_one_that_is_had_ahead(play):
    play.ask("a", but())
    play.loop.step(2)
    made = len(play.made)
    play.ask(here=30, toward=31, ahead=True)
    play.loop.step()
    assert len(play.made) > made + 1, "besides the one that was asked for"
    made = len(play.made)
    play.ask(here=20, toward=20)
    play.loop.step()
    assert len(play.made) == made + 1
    assert play.loop.rests[-1] == pytest.approx(GIVE, abs=2 * PAUSE)
    play.loop.step()
    assert len(play.made) > made + 1


def test_the_last_place_that_is_to_come_may_be_asked_for_alone(monkeypatch):
    play = Play(monkeypatch, cost=1.5 * PACK)
    play.ask("a", [3, 4, 5, 6, 7])
    play.loop.step(4)
    assert play.sent[-1][0]["left"] == 1
    play.ask(here=7)
    play.loop.run()
    assert play.order == [3, 4, 5, 6] and play.sent[-1][0]["left"] == 0


# ---------------------------------------------------------------- what ends a sweep
OTHERS = {
    "size": dict(size=[700, None, 1, False]), "height": dict(size=[600, 300, 1, False]), "ratio": dict(size=[600, None, 2, False]),
    "theme": dict(size=[600, None, 1, True]), "drag": dict(drag=[0, 3., 3.]),
    "other slider": dict(at={"a": [20, A], "x": [1, 9], "kind": [0, 2]}),
    "drop-down": dict(at={"a": [20, A], "x": [6, 9], "kind": [1, 2]}),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_frame_that_differs_in_more_than_the_place_ends_the_sweep(play, other):
    play.ask("a", but())
    play.loop.step(2)
    sent = len(play.sent)
    assert "error" not in play.ask(n=2, **other)
    made = len(play.made)
    play.loop.run()
    assert 0 < sent == len(play.sent) and len(play.made) == made


@pytest.mark.parametrize("same", [
    dict(n=9), dict(have=["0"]), dict(listening=False), dict(size=[600., None, 1., False]), dict(toward=3),
    dict(client="you", size=[700, None, 1, True])], ids=lambda same: ",".join(same))
def test_a_frame_that_does_not_or_another_canvas_lets_it_go_on(play, same):
    play.ask("a", but())
    play.loop.step(2)
    reply = play.ask(**same)
    assert "error" not in reply
    play.loop.run()
    assert set(play.order) | {21} == set(but()) | {21} and play.sent[-1][0]["left"] == 0     # the hand stands at 1, place 21


def test_a_new_sweep_takes_the_place_of_the_canvas_s_last_one(play):
    play.ask("a", but(), n=1)
    play.loop.step(2)
    sent = len(play.sent)
    play.ask("x", range(9), n=2)
    play.loop.run()
    assert {content["sweep"] for content, _ in play.sent[sent:]} == {2}
    assert sorted(unpacked(play.sent, n=2).frames) == list(range(9))


def test_so_many_canvases_sweep_at_a_time_and_the_oldest_gives_way(play):
    for k in range(SWEEPS):
        play.ask("a", but(), client=f"{k}")
    play.loop.step(SWEEPS)
    assert {content["client"] for content, _ in play.sent} == {f"{k}" for k in range(SWEEPS)}
    play.ask("a", but(), client="new")
    sent = len(play.sent)
    play.loop.run()
    later = {content["client"] for content, _ in play.sent[sent:]}
    assert later == {*(f"{k}" for k in range(1, SWEEPS)), "new"}
    assert all(sorted(unpacked(play.sent, client).frames) == but() for client in later)


def test_a_sweep_that_is_over_takes_no_running_one_s_place(play):
    play.ask("a", but(), client="long")
    running = play.loop.due.popleft()
    for k in range(SWEEPS):
        play.ask("x", [0], client=f"{k}")
        play.loop.run()
    play.loop.due.append(running)
    play.loop.run()
    assert sorted(unpacked(play.sent, "long").frames) == but()


def test_after_stop_nothing_is_sent_of_these_canvases_or_of_any(play):
    for client in "xyz":
        play.ask("a", but(), client=client)
    play.loop.step(3)
    play.sweeps.stop("x")
    sent = len(play.sent)
    play.loop.step(6)
    assert {content["client"] for content, _ in play.sent[sent:]} == {"y", "z"}
    play.sweeps.stop()
    sent = len(play.sent)
    play.loop.run()
    assert len(play.sent) == sent


# ---------------------------------------------------------------- through the panel
class Shown(Play):
    """A displayed explorer, what its canvas is sent, and the sweeps of its panel."""

    def __init__(self, monkeypatch):
        super().__init__(monkeypatch, parabola(predict=PREDICT, unpinned_by=["kind"]))
        monkeypatch.setattr(Canvas, "send", lambda _, content, buffers=None: self.sent.append((content, buffers)))
        self.panel = self.figure._panel = panel.Panel(self.figure)

    def begins(self):
        """A sweep is asked for and has sent something."""
        self.panel._on_message(None, message(self.figure, sweep=["a", but()]), [])
        assert self.sent[-1][0]["sweep"] == A - 1
        self.loop.step(2)
        assert "pack" in self.sent[-1][0] and self.loop.due

    @property
    def after(self):
        """The packs that came after the last word that all frames are others now."""
        refreshed = max(k for k, (content, _) in enumerate(self.sent) if content == {"refresh": True})
        return [content for content, _ in self.sent[refreshed:] if "pack" in content]


@pytest.fixture
def shown(monkeypatch):
    shown = Shown(monkeypatch)
    yield shown
    shown.figure.close()


def predicts(shown):
    choice = next(one for one in panel._walk(shown.panel.root) if isinstance(one, RadioButtons))
    choice.index = 0
    press(shown, "That is my prediction")


def press(shown, description):
    next(one for one in panel._walk(shown.panel.root) if getattr(one, "description", "") == description).click()


def released(shown):
    shown.figure.pin()
    shown.begins()
    shown.panel.widgets["kind"].index = 1       # what a browser does


CHANGES = {
    "pin": lambda shown: shown.figure.pin(), "pin's button": lambda shown: setattr(shown.panel._pin, "value", True),
    "released": released, "prediction": predicts, "skipped": lambda shown: press(shown, "Skip"),
    "reset": lambda shown: press(shown, "Reset"), "refresh": lambda shown: shown.panel.refresh(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_the_word_that_all_frames_are_others_none_of_before_is_sent(shown, change):
    shown.begins()
    change(shown)
    made = len(shown.made)
    shown.loop.run()
    assert shown.after == [] and len(shown.made) == made
    sent = len(shown.sent)
    shown.begins()                              # and the next sweep is of what is now
    shown.loop.run()
    frames, asked = unpacked(shown.sent[sent:]).frames, message(shown.figure)
    assert sorted(frames) == but() and all(frames[i] == alone(shown.figure, asked, "a", i) for i in but())


@pytest.mark.parametrize("change", ["pin", "pin's button", "prediction", "refresh", "close"])
def test_nor_where_the_sweep_runs_in_another_thread(shown, change):
    entered, go, changed = threading.Event(), threading.Event(), threading.Event()
    compute, runs = shown.figure.compute, []

    def held(**values):
        runs.append(values)
        if len(runs) == 11 and threading.current_thread() is sweeping:
            entered.set()
            assert go.wait(60)                  # in the middle of a step, which holds the explorer's lock
        return compute(**values)

    def steps():
        while shown.loop.due:
            shown.loop.step()
            if go.is_set():
                assert changed.wait(60)

    def changing():
        if change == "close":
            shown.panel.close()
            shown.sent.append(({"refresh": True}, None))
        else:
            CHANGES[change](shown)
        changed.set()

    shown.figure.compute = held
    shown.begins()
    sweeping, other = threading.Thread(target=steps), threading.Thread(target=changing)
    sweeping.start()
    assert entered.wait(60)
    other.start()
    go.set()
    for thread in (sweeping, other):
        thread.join(60)
    assert changed.is_set() and not sweeping.is_alive() and shown.after == []
    assert 0 < unpacked(shown.sent).left[-1]    # it was in its midst


def test_a_panel_that_is_closed_sends_nothing_more(shown):
    shown.begins()
    sent, made = len(shown.sent), len(shown.made)
    shown.figure.close()
    shown.loop.run()
    assert [content for content, _ in shown.sent[sent:] if "pack" in content] == [] and len(shown.made) == made


def test_a_slider_set_by_python_changes_no_frame_of_a_sweep(shown):
    twin = parabola()
    shown.begins()
    shown.figure.set(x=-2)
    shown.loop.run()
    frames = unpacked(shown.sent).frames
    assert sorted(frames) == but() and all(frames[i][:2] == alone(twin, message(twin), "a", i)[:2] for i in but())


# ---------------------------------------------------------------- what can go wrong
def test_a_place_that_raises_ends_the_sweep_with_what_was_made(play):
    play.ask("a", [20, 21, 22, 23, THIRTEEN, 25, 26], n=5)
    play.loop.run()
    packs = unpacked(play.sent, n=5)
    assert play.order == [20, 21, 22, 23] and packs.left[-1] == 0
    assert [content.get("failed") for content, _ in play.sent] == [None] * (len(play.sent) - 1) + [True]
    assert play.ask(here=THIRTEEN)["error"] == "ZeroDivisionError: thirteen"
    assert "error" not in play.ask(here=25)


def test_where_the_first_place_raises_no_stage_is_named(play):
    play.ask("a", [THIRTEEN, 25])
    play.loop.run()
    [(content, buffers)] = play.sent
    assert content == {"sweep": 1, "client": "me", "pack": 0, "left": 0, "frames": [], "lengths": [], "failed": True}
    assert buffers == [b"", b"[]"]


def test_without_a_running_loop_or_without_sweeps_it_is_declined():
    figure, sent = parabola(), []
    asked = message(figure, sweep=["a", but()])
    for sweeps in (None, Sweeps(figure, lambda *packs: sent.append(packs))):
        reply, buffers = answer(figure, asked, sweeps)
        reply.pop("ms")
        assert (reply, buffers) == ({"n": 1, "client": "me", "declined": True}, [])
        assert "error" not in answer(figure, message(figure), sweeps)[0]
    assert sent == []


def test_a_send_that_raises_ends_that_sweep_alone(play):
    tried = []

    def send(content, buffers):
        if content["client"] == "gone":
            tried.append(content)
            raise RuntimeError("the comm is closed")
        play.sent.append((content, buffers))

    play.sweeps.send = send
    play.ask("a", but(), client="gone")
    play.ask("a", but())
    while play.loop.due:
        with suppress(RuntimeError):            # the loop's own handler says it
            play.loop.step()
    assert len(tried) == 1 and sorted(unpacked(play.sent).frames) == but()
    free = []
    other = threading.Thread(target=lambda: free.append(play.figure.lock.acquire(timeout=60)))
    other.start()
    other.join()
    assert free == [True]


def test_a_grid_that_grows_in_the_middle_leaves_the_places_where_they_were(play):
    grid = sorted({*(Fraction(k, 10) for k in range(-10, 31)), Fraction(2, 3)})
    play.ask("a", but())
    play.loop.step(3)
    for new in (Fraction(-1, 7), Fraction(1, 7), Fraction(5, 7)):
        play.figure.set(a=new)
        play.loop.step()
    play.loop.run()
    heights = {i: f"The height is {number_text(float(grid[i]))}." for i in but()}       # y = a x^2 at x = 1
    assert {i: readout for i, (_, _, readout, *_) in unpacked(play.sent).frames.items()} == heights


def test_a_frame_that_counts_in_a_longer_grid_costs_the_sweep_no_place_unless_it_ends_it(play):
    play.ask("a", but())
    play.loop.step(2)
    play.figure.set(a=Fraction(-1, 7))
    sent = len(play.sent)
    assert "error" not in play.ask(at=message(play.figure)["at"] | {"a": [35, A + 1]})
    play.loop.run()
    assert sent == len(play.sent) or sorted(play.order) == but()


# ---------------------------------------------------------------- beside a cell
@pytest.mark.parametrize("cost", [.0005, .003, .05])
def test_while_a_cell_runs_a_sweep_rests_many_times_as_long_as_it_works(monkeypatch, cost):
    play = Play(monkeypatch, cost=cost)
    monkeypatch.setattr(sweep.cells, "running", 1)
    play.ask("a", but())
    worked = []
    while play.loop.due:
        before = len(play.made)
        play.loop.step()
        worked.append(cost * (len(play.made) - before))
    assert play.loop.rests == pytest.approx([SHARE * seconds for seconds in worked[:-1]]) and min(worked) > 0
    assert sum(worked) <= .1 * sum(play.loop.rests) + worked[-1]
    monkeypatch.setattr(sweep.cells, "running", 0)
    play.ask("a", but())
    play.loop.run()
    assert play.loop.rests[-1] == PAUSE


def test_a_cell_runs_from_when_ipython_says_so_until_it_says_that_it_ended(monkeypatch):
    events = SimpleNamespace(heard={}, register=lambda name, f: events.heard.update({name: f}))
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(events=events))
    cells = Cells()
    begin, end = events.heard["pre_run_cell"], events.heard["post_run_cell"]
    assert cells.running                        # the cell that imports the library
    seen = []
    for event in (end, begin, begin, end, end, end, begin):     # cells may run cells; an end may come without its beginning
        event(None)
        seen.append(bool(cells.running))
    assert seen == [False, True, True, True, False, False, True]


def test_outside_of_a_kernel_no_cell_runs(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert not Cells().running
