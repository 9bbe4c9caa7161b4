"""How one slider answers a hand: real keys, real mouse moves, and what the probe noted in every frame of the screen."""
import math
import random
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

FRAME = 1000 / 60            # ms
RESTED = 1000                # ms that pointer or focus have been on a slider before it is moved
PATIENCE = 6000              # ms to wait for a picture before it counts as missing
SEEN = 50                    # pixels of the whole picture in which a change can be seen
PEER = "interact.ipynb"


class Frame(NamedTuple):
    """One frame of the screen: its time in ms, where the slider stands, where the picture shows it, which picture it is."""

    time: float
    stands: int
    shows: int | None
    mark: int
    pixels: int | None = None


@dataclass(frozen=True)
class Drag:
    """The frames from before a drag until the picture was at rest."""

    frames: list

    @property
    def passed(self):
        """The frames in which the slider stands elsewhere than in the frame before."""
        return [b for a, b in pairwise(self.frames) if b.stands != a.stands]

    @property
    def pictures(self):
        """The frames that show a new picture, from the first in which the slider has moved to the last."""
        first, last = self.passed[0].time, self.passed[-1].time
        return [b for a, b in pairwise(self.frames) if b.mark != a.mark and first <= b.time <= last]

    @property
    def share(self):
        """Of the positions that are passed, how many are painted in the frame in which they are."""
        passed = self.passed
        return sum(frame.shows == frame.stands for frame in passed) / len(passed)

    @property
    def rate(self):
        """Pictures per second."""
        return 1000 * len(self.pictures) / (self.passed[-1].time - self.passed[0].time)

    @property
    def first_second(self):
        """Pictures in the first second."""
        return sum(frame.time <= self.passed[0].time + 1000 for frame in self.pictures)

    @property
    def lag(self):
        """Milliseconds since the slider last came to where a picture shows it, p50; infinite without pictures."""
        came, ages, pictures = {}, [], {frame.time for frame in self.pictures}
        for a, b in pairwise(self.frames):
            if b.stands != a.stands:
                came[b.stands] = b.time
            if b.time in pictures:
                ages.append(b.time - came.get(b.shows, -math.inf))
        return statistics.median(ages) if ages else math.inf

    @property
    def settle(self):
        """Milliseconds from the slider's last value to the picture that shows it; infinite if none does."""
        last = self.passed[-1]
        return next((f.time - last.time for f in self.frames if f.time >= last.time and f.shows == last.stands), math.inf)


def hover(page, slider):
    """The pointer comes to the handle of `slider`."""
    handle = page.handle(slider)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


class Hand:
    """A hand on the slider `name` of `page`, whose kernel is `round_trip` ms away."""

    def __init__(self, page, name, round_trip):
        self.page, self.tab, self.name, self.round_trip = page, page.tab, name, round_trip
        self.ours = page.name != PEER
        self.tab.evaluate("name => probe.watch(name)", name)

    def settled(self, quiet, patience=PATIENCE):
        """Whether a picture came since the probe was cleared, and then none for `quiet` ms and a round trip."""
        return self.tab.evaluate("([quiet, patience]) => probe.settled(quiet, patience)", [quiet + self.round_trip, patience])

    @property
    def places(self):
        return 1 + float(self.page.handle(self.name).get_attribute("aria-valuemax"))

    def leave(self):
        """Neither pointer nor focus is on a slider, and all that is kept is of another setting."""
        self.tab.mouse.move(1, 1)
        self.tab.evaluate("() => { document.activeElement.blur(); probe.clear(); }")
        if self.ours:
            self.page.kernel.run(f"watch.disturb(figure, {self.name!r})")
            if not self.settled(200):
                raise RuntimeError(f"{self.page.name}: no picture where the kernel has set another slider than {self.name}")

    def press(self, key="ArrowRight"):
        """Milliseconds from one press of a key to the first new picture, None without any."""
        self.tab.evaluate("() => probe.clear()")
        time.sleep(random.uniform(0, .03))                   # at no fixed moment of the screen's frame
        self.page.press(self.name, key)
        answered = self.settled(120)
        pressed, frames = self.tab.evaluate("() => [probe.pressed, probe.frames]")
        return next(b[0] for a, b in pairwise(frames) if a[3] != b[3]) - pressed if answered else None

    def keys(self, times):
        """So many presses one after the other, the focus rested before the first of them."""
        self.leave()
        self.page.handle(self.name).focus()
        self.tab.wait_for_timeout(RESTED)
        return [self.press() for _ in range(times)]

    def cold(self, seconds):
        """A drag by a pointer that comes from elsewhere, all else new."""
        self.leave()
        return self.drag(seconds)

    def warm(self, seconds):
        """A drag by a pointer that has rested on the handle, all else new."""
        self.leave()
        hover(self.page, self.name)
        self.tab.wait_for_timeout(RESTED)
        return self.drag(seconds)

    def drag(self, seconds, rate=125):
        """Sweep up, down and back at one speed: fast enough to pass a place in every frame, at most two lengths a second."""
        turns = seconds * min(2, max(.45, 60 / self.places)) / 1.8
        phase = np.linspace(0, turns, round(rate * seconds)) % 1
        path = np.interp(phase, [0, .25, .75, 1], [.5, .95, .05, .5])
        self.tab.evaluate("() => probe.clear()")
        self.page.drag(self.name, path, rate)
        self.settled(600, 2 * PATIENCE)
        return Drag(self._frames())

    def _frames(self):
        frames = [Frame(*frame) for frame in self.tab.evaluate("() => probe.frames")]
        if self.ours:
            return frames
        # `interact` draws one picture after the other: a new one shows the last setting that was sent
        drawn, shown = [(1000 * t, at[self.name]) for t, at in self.page.kernel.value("peer.drawn")], None
        for k, (a, b) in enumerate(pairwise(frames), 1):
            if b.mark != a.mark:
                shown = next((index for sent, index in reversed(drawn) if sent <= b.time), None)
            frames[k] = b._replace(shows=shown)
        return frames

    def check_pixels(self, seconds=1):
        """A RuntimeError where the pictures of a drag do not look as they say: alike at one place of the slider, else different.

        Pictures at different places may look alike where Agg's do.
        """
        self.tab.evaluate("() => { probe.hashing = true; }")
        pictures = [frame for frame in self.drag(seconds).pictures if frame.pixels is not None]
        self.tab.evaluate("() => { probe.hashing = false; }")
        looks = {(frame.shows, frame.pixels) for frame in pictures}
        if len(looks) > len(dict(looks)):
            raise RuntimeError(f"{self.page.name}: a place of {self.name} has two looks among {sorted(looks)}")
        alike = [(a.shows, b.shows) for a, b in pairwise(pictures) if a.shows != b.shows and a.pixels == b.pixels]
        differences = self.page.kernel.value(f"watch.differences(figure, {self.name!r}, {alike})")
        wrong = [pair for pair, pixels in zip(alike, differences, strict=True) if pixels > SEEN]
        if wrong:
            raise RuntimeError(f"{self.page.name}: the places {wrong} of {self.name} look alike and should not")
