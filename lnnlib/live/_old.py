from types import SimpleNamespace

from matplotlib.artist import Artist

from .marks import Mark


class Actors(SimpleNamespace):
    def changed(self, part, *key):
        keys = self.__dict__.setdefault("_keys", {})
        before, keys[part] = keys.get(part), key
        return before != key


def _artists(values):
    for value in values:
        if isinstance(value, Artist):
            yield value
        elif isinstance(value, dict):
            yield from _artists(value.values())
        elif isinstance(value, (list, tuple)):
            yield from _artists(value)


class OldMark(Mark):
    def follow(self, run):
        if self.put:
            self.put(run)


def drawing(stage, act, ghosts, handles):
    def draw(fig, **parameters):
        named = Actors(**stage(fig, **parameters))
        pale = list(_artists([getattr(named, name) for name in ghosts]))
        drags = {id(getattr(named, h.actor)): (h.x, h.y) for h in handles}
        order = [h.actor for h in handles]
        marks = [OldMark(a, None, None, "old", ghost=a in pale) for a in _artists(vars(named).values())]
        for name in order:
            artist = getattr(named, name)
            fig.marks.append(OldMark(artist, None, None, "old", drag=drags[id(artist)]))
        marks[0].put = lambda run: act(named, run)
        fig.marks[:0] = marks
        fig.named = named
    return draw
