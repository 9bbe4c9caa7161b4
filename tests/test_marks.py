"""Marks: what is declared once moves, is set only where its data have changed, and says its name where it fails."""
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from lnnlib.live import Explorer, Preset, Slider, explorer_factory, linear_grid
from lnnlib.live.link import answer
from lnnlib.live.record import Recorder
from lnnlib.live.scene import Scene

X = np.linspace(0, 4, 9)


def scene(draw):
    """A picture of one panel, [0, 4] x [0, 4], on which `draw(fig, ax)` has declared marks."""
    def all_of_it(fig):
        [ax] = fig.panels("Panel")
        ax.set(xlim=(0, 4), ylim=(0, 4))
        draw(fig, ax)

    return Scene(all_of_it, {}, width=600, height=300, pixel_ratio=1, dark=False)


def at(**values):
    return SimpleNamespace(**values)


# ---------------------------------------------------------------- what each mark draws
@pytest.mark.parametrize("mark, plain", [
    (lambda fig, ax: fig.line(ax, lambda run: (X, run.a * X), "--", color="#336699", lw=2),
     lambda ax: ax.plot(X, 3 * X, "--", color="#336699", lw=2)[0]),
    (lambda fig, ax: fig.dot(ax, lambda run: (1, run.a), "s", color="#336699"),
     lambda ax: ax.plot([1], [3], "s", color="#336699", mec="#ffffff", zorder=5)[0]),
    (lambda fig, ax: fig.vline(ax, lambda run: run.a, color="#336699"), lambda ax: ax.axvline(3, color="#336699")),
    (lambda fig, ax: fig.hline(ax, lambda run: run.a, color="#336699"), lambda ax: ax.axhline(3, color="#336699")),
    (lambda fig, ax: fig.region(ax, lambda run: [(0, 0), (run.a, 0), (1, run.a)], facecolor="#336699"),
     lambda ax: ax.fill([0, 3, 1], [0, 0, 3], facecolor="#336699")[0]),
    (lambda fig, ax: fig.label(ax, lambda run: (1, run.a), "here", fontsize=10),
     lambda ax: ax.text(1, 3, "here", fontsize=10, family="DejaVu Sans")),
    (lambda fig, ax: fig.label(ax, (1, 2), lambda run: f"a = {run.a}", fontsize=10),
     lambda ax: ax.text(1, 2, "a = 3", fontsize=10, family="DejaVu Sans")),
    (lambda fig, ax: fig.levels(ax, lambda run: [np.array([(0, 0), (run.a, 1)]), np.array([(1, 1), (2, 2), (3, 1)])],
                                color="#336699", lw=1),
     lambda ax: ax.add_collection(__import__("matplotlib").collections.LineCollection(
         [[(0, 0), (3, 1)], [(1, 1), (2, 2), (3, 1)]], colors=["#336699"], linewidths=[1]), autolim=False)),
    (lambda fig, ax: fig.moves(ax.axvspan(0, 1, color="#336699"), "set_bounds", lambda run: (1, 0, run.a, 1)),
     lambda ax: ax.axvspan(1, 4, color="#336699")),
], ids=["line", "dot", "vline", "hline", "region", "label", "label's text", "levels", "moves"])
def test_a_mark_is_what_matplotlib_would_draw_of_the_run(mark, plain):
    ours = scene(mark)
    artists = []
    theirs = scene(lambda fig, ax: artists.append(plain(ax)))
    recorder = Recorder(*theirs.size, theirs.figure.dpi)
    artists[0].draw(recorder)
    ours.record(at(a=1))                                     # what was shown before leaves no trace
    assert ours.record(at(a=3)) == recorder.take()


@pytest.mark.parametrize("mark", [
    lambda fig, ax: fig.line(ax, lambda run: run.at and ([0, 1], run.at)),
    lambda fig, ax: fig.dot(ax, lambda run: run.at),
    lambda fig, ax: fig.vline(ax, lambda run: run.at and run.at[0]),
    lambda fig, ax: fig.hline(ax, lambda run: run.at and run.at[0]),
    lambda fig, ax: fig.region(ax, lambda run: run.at and [(0, 0), (1, 0), run.at]),
    lambda fig, ax: fig.label(ax, lambda run: run.at, "here"),
    lambda fig, ax: fig.label(ax, (1, 1), lambda run: run.at and "here"),
    lambda fig, ax: fig.levels(ax, lambda run: run.at and [[(0, 0), run.at]], color="k"),
], ids=["line", "dot", "vline", "hline", "region", "label", "label's text", "levels"])
def test_none_is_not_shown_and_comes_back(mark):
    shown = scene(mark)
    there = shown.record(at(at=(1, 2)))
    assert there.ops and shown.record(at(at=None)).ops == [] and shown.record(at(at=(1, 2))) == there


def test_a_value_in_the_place_of_a_function_stays_above_what_stands_still():
    still = scene(lambda fig, ax: (ax.plot([2], [2], "o", ms=30), fig.dot(ax, (2, 2), "s", ms=4, color="#ff0000")))
    height, width = still.paint(at()).shape[:2]
    [x, y] = still.figure.axes[0].transData.transform((2, 2))
    assert still.paint(at())[round(height - y), round(x)].tolist() == [255, 0, 0]
    assert len(still.record(at()).ops) == 1


def test_what_lies_above_is_said_by_zorder_and_else_by_the_order_of_declaration():
    drawn = scene(lambda fig, ax: [fig.line(ax, ([0, 1], [k, k]), color=f"#00000{k}", zorder=z)
                                   for k, z in enumerate((3, 2, 3, 1))])
    assert [op["s"][-1] for op in drawn.record(at()).ops] == ["3", "1", "0", "2"]


# ---------------------------------------------------------------- what is set, and when
def test_a_mark_is_put_only_where_its_data_have_changed():
    shown = scene(lambda fig, ax: (fig.line(ax, lambda run: (X, run.y)), fig.label(ax, (1, 1), lambda run: run.text)))
    put = []
    for mark in shown.marks:
        mark.put = lambda data, put=put, was=mark.put, mark=mark: (put.append(mark.kind), was(data))[1]
    for y, text in ((X, "a"), (X.copy(), "a"), (X + 1, "a"), (X + 1, "b"), (np.where(X > 1, X, np.nan), "b"),
                    (np.where(X > 1, X, np.nan), "b")):
        put.append("|")
        shown.record(at(y=y, text=text))
    assert "".join(kind[0] for kind in put) == "|ltt||l|t|l|"


def test_a_mark_that_says_when_is_not_asked_in_between():
    asked = []
    shown = scene(lambda fig, ax: fig.line(ax, lambda run: (asked.append(run.a), (X, run.a * X))[1], when=("a",)))
    for a, b in ((1, 1), (1, 2), (2, 2), (2, 3), (1, 3)):
        shown.record(at(a=a, b=b))
    assert asked == [1, 2, 1]


def test_a_pinned_run_with_another_drop_down_is_asked_for_though_what_a_mark_names_is_the_same():
    def curve(run):
        return X, run.a * X if run.kind == "line" else run.a * X**2

    shown = scene(lambda fig, ax: fig.line(ax, curve, when=("a",), ghost=True))
    run, pinned = at(a=1, kind="line"), at(a=1, kind="parabola")
    alone = shown.record(run)
    both = shown.record(run, pinned)
    assert len(both.ops) == 2 and both.ops[1] == alone.ops[0]
    ghost = both.points[:-len(alone.points)]
    assert np.array_equal(both.points[len(ghost):], alone.points)
    assert np.array_equal(ghost, scene(lambda fig, ax: fig.line(ax, curve)).record(pinned).points)
    assert shown.record(run) == alone


def test_a_text_that_has_no_place_yet_is_not_in_the_way():
    still = scene(lambda fig, ax: fig.label(ax, lambda run: (.5, .5), "here", transform=ax.transAxes))
    text = still.marks[0].artist
    assert not text.get_visible() and still.record(at()).ops[0]["t"] == "here" and text.get_visible()


def test_what_was_given_is_not_seen_to_change_afterwards_only_when_it_is_given_anew():
    shown = scene(lambda fig, ax: fig.line(ax, lambda run: (X, run.y)))
    first = shown.record(at(y=X))
    assert shown.record(at(y=X / 2)) != first and shown.record(at(y=X)) == first


# ---------------------------------------------------------------- a mark that fails
@dataclass(frozen=True)
class Toy:
    a: float
    b: float

    @property
    def inverse(self):
        return 1 / (self.a - 2)


def toy(draw, **starts):
    controls = [Slider(name, name, linear_grid(0, 3, "0.5"), starts.get(name, 1)) for name in ("a", "b")]

    def panel(fig):
        [ax] = fig.panels("Panel")
        ax.set(xlim=(0, 4), ylim=(-4, 4))
        draw(fig, ax)

    return Explorer(controls, compute=Toy, draw=panel, readout=lambda run: f"It is {run.a:g}.",
                    presets=(Preset("Both", "why", a=2.5, b=.09), Preset("One", "why", b=3)))


def asked(figure, **values):
    for name, value in values.items():
        figure.set(**{name: value})
    where = {name: control.position(control.value) for name, control in figure.controls.items()}
    return answer(figure, dict(n=1, client="me", at=where, size=[600, None, 1, False], have=[], listening=True, drag=None))[0]


@pytest.mark.parametrize("style, name", [
    (dict(label="1/(a − 2)"), "1/(a − 2)"),
    ({}, "point in Panel"),
    (dict(label="_"), "point in Panel"),
])
def test_a_mark_that_raises_is_named_and_the_next_good_frame_is_as_if_nothing_had_been(style, name):
    def draw(fig, ax):
        fig.line(ax, lambda run: (X, run.a * X))
        fig.dot(ax, lambda run: (run.b, run.inverse), **style)
        fig.line(ax, lambda run: (X, -run.a * X))

    figure = toy(draw)
    good = asked(figure)
    bad = asked(figure, a=2)
    assert bad["error"] == f"ZeroDivisionError: float division by zero (in “{name}”)" and "ops" not in bad
    assert asked(figure, a=1) == good | {"ms": pytest.approx(0, abs=1e9)}
    fresh = toy(draw, a=3)
    asked(figure, a=2)
    assert asked(figure, a=3)["ops"] == asked(fresh)["ops"]
    assert figure.frame() == fresh.frame()


def test_a_text_that_raises_is_called_by_its_text():
    figure = toy(lambda fig, ax: fig.label(ax, lambda run: (1, run.inverse), "the inverse"))
    assert asked(figure, a=2)["error"].endswith("(in “the inverse”)")


def test_data_that_matplotlib_cannot_draw_are_named_too():
    figure = toy(lambda fig, ax: fig.line(ax, lambda run: (X, X[:int(run.a) + 7]), label="the curve"))
    assert asked(figure, a=1)["error"].endswith("(in “the curve”)")
    assert "ops" in asked(figure, a=2)


def test_a_region_without_a_label_and_a_text_beside_the_panels_have_names():
    region = toy(lambda fig, ax: fig.region(ax, lambda run: [(0, run.inverse)]))
    beside = toy(lambda fig, ax: fig.moves(fig.text(.5, .5, ""), "set_text", lambda run: f"{run.inverse}"))
    changing = toy(lambda fig, ax: fig.label(ax, (1, 1), lambda run: f"{run.inverse}"))
    for figure, name in ((region, "region in Panel"), (beside, "set_text in the picture"), (changing, "text in Panel")):
        asked(figure, a=1)
        assert asked(figure, a=2)["error"].endswith(f"(in “{name}”)")


def test_a_point_that_is_not_shown_has_no_place_to_be_dragged_from():
    figure = toy(lambda fig, ax: fig.dot(ax, lambda run: None if run.a == 1 else (run.a, np.nan if run.a == 2 else 1),
                                         drag=("a", None)))
    assert [asked(figure, a=a)["handles"] for a in (1, 2)] == [[None], [None]] and asked(figure, a=3)["handles"][0]


# ---------------------------------------------------------------- presets
def test_a_preset_changes_what_it_names_and_brings_the_rest_to_the_start_exactly():
    figure = toy(lambda fig, ax: fig.line(ax, (X, X)), a=2)
    both, one = figure.presets
    figure.set(a=.5, b=0)
    figure.show(both)
    assert figure.values == {"a": Fraction(5, 2), "b": Fraction(9, 100)}
    figure.show(one)
    assert figure.values == {"a": 2, "b": 3}


def test_presets_may_count_from_the_defaults_of_the_function_that_makes_the_explorer():
    @explorer_factory
    def make(a=.5, b=1):
        return toy(lambda fig, ax: fig.line(ax, (X, X)), a=a, b=b)

    figure = make(a=2, b=.25)
    figure.show(figure.presets[1])
    assert figure.values == {"a": Fraction(1, 2), "b": 3}
    figure.reset()
    assert figure.values == {"a": 2, "b": Fraction(1, 4)}
