"""What a canvas may ask of the kernel: a message is read and checked before anything is done.

A message says all that a frame depends on but prediction and pin, so the answer depends on nothing
else (least of all on what a slider's own, slower, message has or has not yet said):

    {"n": number, "client": id, "at": {name: [index, grid length]}, "have": [stages],
     "size": [width, height, pixel ratio, dark], "listening": bool, "drag": [handle, x, y]}

Width and height are CSS pixels, the height null where a canvas does not know what is seen of it.
Without "at", from a canvas that cannot hear the sliders, the kernel's own values count. Of a slider
that is swept (see `sweep`) a message says besides

    "sweep": [name, [indices]]      the frames at these other places are wanted too, in this order
    "toward": index                 where the hand will be when what is made now is seen
    "ahead": bool                   nothing waits for this frame: it only tells where the hand goes
"""
import functools
import reprlib
from dataclasses import dataclass
from numbers import Integral, Real

FAR = 10**6                  # pixels and places beyond which nothing is meant
LARGE = 10**4                # CSS pixels beyond which no picture is seen
KNOWN = 64                   # so many stages a canvas may have, so many characters an id


@dataclass(frozen=True)
class Wish:
    """A message that has been read: a frame of these `values` in this `size` is wanted."""

    n: int | None
    client: str | None
    at: dict | None
    values: dict
    size: dict
    have: frozenset
    listening: bool
    drag: tuple | None
    sweep: tuple | None
    toward: float | None
    ahead: bool

    def beside(self, name):
        """All that its frame depends on, but the position of the slider `name` in its grid."""
        others = {other: tuple(place) for other, place in (self.at or {}).items() if other != name}
        return others, (self.at or {}).get(name, [None, None])[1], self.size, self.drag


def read(message, explorer):
    """The `message` to an `explorer` as a Wish.

    A ValueError names what is missing, of another kind or out of its range.
    """
    if not isinstance(message, dict):
        raise ValueError(f"a message is {_said(message)}, expected a dict")
    controls = explorer.controls
    at = _positions(message.get("at", ""), controls)
    places = at or {}
    given = {name: _optional(check, message.get(name)) for name, check in (
        ("n", _count), ("client", _client), ("drag", _drag), ("toward", _toward))}
    return Wish(
        **given,
        at=at,
        values=explorer.values | {name: controls[name].at(place) for name, place in places.items()},
        size=_size(message.get("size")),
        have=_stages(message.get("have")),
        listening=_flag("listening", message.get("listening", False)),
        ahead=_flag("ahead", message.get("ahead", False)),
        sweep=_optional(
            functools.partial(_sweep, places, controls, given["drag"]), message.get("sweep")))


def sender(message):
    """What an answer repeats of a `message`, be it what it may: n and client, None where unfit."""
    said = {}
    for name, check in (("n", _count), ("client", _client)):
        try:
            said[name] = _optional(check, message.get(name))
        except (AttributeError, ValueError):
            said[name] = None
    return said


def _optional(check, value):
    return None if value is None else check(value)


def _count(n):
    return _whole("n", n, 0, 2**53)


def _toward(index):
    return _number("toward", index, -FAR, FAR)


def _positions(at, controls):
    if at is None:
        return None
    if not isinstance(at, dict) or at.keys() != controls.keys():
        raise ValueError(f"at is {_said(at)}, expected a place for each of {', '.join(controls)}")
    for name, place in at.items():
        index, length = _list(f"the place of {name}", place, 2)
        _whole(f"the grid of {name}", length, 1, FAR)
        _whole(f"the place of {name}", index, 0, length - 1)
    return at


def _size(size):
    width, height, ratio, dark = _list("size", size, 4)
    return {
        "width": _number("width", width, 1, LARGE),
        "height": None if height is None else _number("height", height, 1, LARGE),
        "pixel_ratio": _number("pixel ratio", ratio, .1, 10),
        "dark": _flag("dark", dark)}


def _drag(drag):
    handle, x, y = _list("drag", drag, 3)
    return (_whole("handle", handle, 0, KNOWN),
            _number("x", x, -FAR, FAR), _number("y", y, -FAR, FAR))


def _sweep(at, controls, drag, sweep):
    if drag:
        raise ValueError("sweep comes with a drag, expected one of them")
    name, indices = _list("sweep", sweep, 2)
    if not isinstance(name, str) or name not in at or controls[name].moves_stage:
        raise ValueError(f"sweep is of {_said(name)}, expected a slider that the message places")
    length = at[name][1]
    if not isinstance(indices, list) or len(indices) > length:
        raise ValueError(f"sweep is {_said(indices)}, expected a list of at most {length} places")
    for index in indices:
        _whole("a place of sweep", index, 0, length - 1)
    return name, tuple(dict.fromkeys(indices))


def _client(client):
    if not isinstance(client, str) or len(client) > KNOWN or not client.isascii():
        raise ValueError(f"client is {_said(client)}, expected at most {KNOWN} ASCII characters")
    return client


def _stages(have):
    if not isinstance(have, list) or len(have) > KNOWN:
        raise ValueError(f"have is {_said(have)}, expected a list of at most {KNOWN} stages")
    return frozenset(stage for stage in have if isinstance(stage, str))


def _flag(name, value):
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {_said(value)}, expected true or false")
    return value


def _list(name, value, length):
    if not isinstance(value, list | tuple) or len(value) != length:
        raise ValueError(f"{name} is {_said(value)}, expected {length} values")
    return value


def _whole(name, value, low, high):
    if not isinstance(value, Integral) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(
            f"{name} is {_said(value)}, expected a whole number from {low} to {high}")
    return value


def _number(name, value, low, high):
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not low <= value <= high:                    # NaN never is
        raise ValueError(f"{name} is {_said(value)}, expected a number from {low} to {high}")
    return value


def _said(value):
    """A value in an error's words, of bounded length whatever was sent."""
    if isinstance(value, list | tuple | dict) and len(value) > 8:
        return f"{type(value).__name__} of {len(value)}"
    text = reprlib.repr(value) if not isinstance(value, str) else repr(value[:60])
    return text if len(text) <= 60 else f"{text[:60]}…"
