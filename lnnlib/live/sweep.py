"""Sweeps: the frames of a slider's other places, made between messages and sent in packs.

A frame follows from its message, so it can be had before it is wanted. A pack is

    {"sweep": n, "client": id, "pack": number, "left": places to come, "stage": key,
     "frames": [{"i": index, "parts": [text, points, ..], "says": [readout, verdict, pinned],
                 "handles": [..]}], "lengths": [bytes]}

with two buffers: the points that no earlier pack has brought, of these lengths, and a JSON list of
such texts. A frame names both by their numbers: each distinct one is sent once in a sweep. The last
pack has "left": 0; where a place raises "failed" stands there too, and the canvas asks for it alone
if it is wanted, and is told the error.
"""
import asyncio
import json
import time
from collections import deque

from .link import frame

STEP = .004                  # seconds of work after which the kernel hears others
PAUSE = .001                 # seconds in which it does
SHARE = 12                   # while a cell runs a sweep rests so many times as long as it works
PACK, MOST = .040, 12        # seconds and frames after which what is made is sent
SOON = 4                     # frames after which it is where the hand waits for them
GIVE = .060                  # seconds that a sweep gives way to a hand that has outrun it
SWEEPS = 4                   # so many at a time: tabs and views that sweep at once


class Sweeps:
    """The sweeps of one explorer, one for each canvas, which `send(content, buffers)` speaks to."""

    def __init__(self, explorer, send):
        self.explorer, self.send, self.by_client = explorer, send, {}

    def start(self, wish):
        """Begin what a canvas wishes in place of its last sweep: how many places, None if none.

        A kernel without a running loop makes none.
        """
        self.stop(wish.client)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return None
        running = [client for client, sweep in self.by_client.items() if not sweep.over]
        for oldest in running[:1 - SWEEPS]:
            self.stop(oldest)
        self.by_client[wish.client] = sweep = Sweep(self.explorer, wish, self.send, loop)
        return len(sweep.todo)

    def heard(self, wish):
        """A single frame is wanted: those near it come next, or none, where all else differs."""
        sweep = self.by_client.get(wish.client)
        if sweep and not sweep.turn(wish):
            self.stop(wish.client)

    def stop(self, *clients):
        """End the sweeps of these canvases, or all: nothing more is sent of them."""
        with self.explorer.lock:
            for client in clients or tuple(self.by_client):
                sweep = self.by_client.pop(client, None)
                if sweep:
                    sweep.over = True


class Sweep:
    """One sweep: made in short steps of the kernel's `loop`, so that real requests go first."""

    def __init__(self, explorer, wish, send, loop):
        self.explorer, self.wish, self.send, self.loop = explorer, wish, send, loop
        self.name, places = wish.sweep
        self.todo, self.over, self._after = deque(places), not places, 0.
        self._texts, self._points, self._packs, self._most = {}, {}, 0, 1
        self._begin()
        loop.call_soon(self._step)

    def turn(self, wish):
        """Order what is to come by where the hand will be; False for a frame of another sweep."""
        if wish.at is None or wish.beside(self.name) != self.wish.beside(self.name):
            return False
        here = wish.at[self.name][0]
        toward = here if wish.toward is None else wish.toward
        way = 1 if toward >= here else -1

        def lateness(i):
            """Places until the hand is there; behind it, later than all before it."""
            if toward == here:
                return False, abs(i - here)
            ahead = way * (i - toward)
            if way * (i - here) < 0:
                return True, abs(i - here)
            return False, ahead if ahead >= 0 else -1.5 * ahead

        self.todo = deque(sorted((i for i in self.todo if i != here), key=lateness))
        self._most = min(self._most, SOON)      # the hand waits for the next ones
        if not wish.ahead:
            self._after = time.perf_counter() + GIVE
        return True

    def _step(self):
        """Work for a moment, send what is due, come again."""
        with self.explorer.lock:
            start, failed = time.perf_counter(), False
            if self.over:
                return
            if start < self._after:
                self.loop.call_later(self._after - start, self._step)
                return
            try:
                while (self.todo and len(self._frames) < self._most
                       and time.perf_counter() - start < STEP):
                    self._make(self.todo.popleft())
            except Exception:                   # whoever asks for this place is told
                self.todo.clear()
                failed = True
            self.over = not self.todo
            if self.over or len(self._frames) >= self._most or time.perf_counter() > self._due:
                self._send(failed)
        if self.over:
            self._texts = self._points = None   # nothing more refers to them
        else:
            worked = time.perf_counter() - start
            self.loop.call_later(SHARE * worked if cells.running else PAUSE, self._step)

    def _make(self, index):
        explorer, (_, length) = self.explorer, self.wish.at[self.name]
        value = explorer.controls[self.name].at([index, length])
        scene, pieces, said = frame(explorer, self.wish.values | {self.name: value}, self.wish.size)
        parts = [number for piece in pieces for number in (
            self._number(self._texts, self._new_texts, piece.text),
            self._number(self._points, self._new_points, piece.bytes))]
        says = [self._number(self._texts, self._new_texts, json.dumps(said[what]))
                for what in ("readout", "verdict", "pinned")]
        self._stage = scene.key
        self._frames.append(
            {"i": index, "parts": parts, "says": says, "handles": said["handles"]})

    @staticmethod
    def _number(numbers, new, one):
        """The number of a text or of points; what was not yet seen is noted for the next pack."""
        if one not in numbers:
            numbers[one] = len(numbers)
            new.append(one)
        return numbers[one]

    def _begin(self):
        self._frames, self._new_texts, self._new_points = [], [], []
        self._due = time.perf_counter() + PACK

    def _send(self, failed):
        content = {
            "sweep": self.wish.n, "client": self.wish.client, "pack": self._packs,
            "left": len(self.todo), "frames": self._frames,
            "lengths": [len(points) for points in self._new_points]}
        if self._frames:
            content["stage"] = self._stage
        if failed:
            content["failed"] = True
        texts = f"[{','.join(self._new_texts)}]".encode()
        self.send(content, [b"".join(self._new_points), texts])
        self._packs += 1
        self._most = min(MOST, 2 * self._most)  # the first ones soon, the others in few messages
        self._begin()


class Cells:
    """Whether the kernel runs a cell now: IPython says when one begins and ends."""

    def __init__(self):
        self.running = 0
        try:
            from IPython import get_ipython

            events = get_ipython().events
        except (AttributeError, ImportError):   # no kernel: a test, a script
            return
        self.running = 1                        # the cell that imports this
        events.register("pre_run_cell", self._begin)
        events.register("post_run_cell", self._end)

    def _begin(self, info):
        self.running += 1

    def _end(self, result):
        self.running = max(0, self.running - 1)


cells = Cells()
