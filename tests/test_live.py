"""The live engine without a browser: exact values, the recorder, the protocol, what a displayed explorer holds."""
import io
from fractions import Fraction

import ipywidgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets import Button, RadioButtons, ToggleButton
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from PIL import Image

from lnnlib.explorers import saddle_escape
from lnnlib.live import Choice, Explorer, Predict, Preset, Slider, Toggle, display, linear_grid, log_grid, number_text, panel
from lnnlib.live.link import answer
from lnnlib.live.look import DARK, LIGHT, LOWEST, TALLEST
from lnnlib.live.record import Recorder
from lnnlib.live.scene import Scene
from lnnlib.live.typed import read_number


def parabola(a=1, drag=("x", "a"), **more):
    """A toy explorer: y = a x^2 with a point at x, whose height the readout says."""

    def draw(fig, kind):
        [ax] = fig.panels(f"A {kind}")
        ax.set(xlim=(-2, 2), ylim=(-4, 4))
        x = np.linspace(-2, 2, 50)
        fig.line(ax, lambda run: (x, run["a"] * x**2), ghost=True)
        fig.dot(ax, lambda run: (run["x"], run["y"]), drag=drag, label="the point")

    def compute(a, x, kind):
        if a == Fraction(13, 10):
            raise ZeroDivisionError("thirteen")
        return dict(a=float(a), x=float(x), y=float(a * x**2))

    controls = [Slider("a", "a", linear_grid(-1, 3, "0.1"), a, {"2/3": Fraction(2, 3)}, exact=True),
                Slider("x", "x", linear_grid(-2, 2, "0.5"), 1),
                Choice("kind", "kind", {"parabola": "parabola", "curve": "curve"}, "parabola")]
    return Explorer(controls, compute=compute, draw=draw, readout=lambda run: f"The height is {number_text(run['y'])}.", **more)


def message(figure, n=1, **more):
    at = {name: control.position(control.value) for name, control in figure.controls.items()}
    return dict(n=n, client="me", at=at, size=[600, None, 1, False], have=[], listening=True, drag=None) | more


# ---------------------------------------------------------------- exact values
@given(st.fractions(-10, 10, max_denominator=999))
def test_what_is_written_can_be_typed_again(value):
    written = number_text(value, 17)
    assert read_number(written) == value or abs(read_number(written) - value) < 1e-15


def test_grids_are_exactly_what_their_labels_say():
    for value in log_grid(-16, 0, 20):
        assert read_number(number_text(value)) == value


@given(st.lists(st.fractions(-1, 3), min_size=1, max_size=8))
def test_a_slider_stands_on_exactly_what_it_is_given(values):
    slider = Slider("a", "a", linear_grid(-1, 3, "0.1"), 1)
    places = []
    for value in values:
        slider.set(value)
        places.append(slider.position(slider.value))
    assert [slider.at(place) for place in places] == values            # old messages stay right when the grid has grown
    assert list(slider.grid) == sorted(set(slider.grid))
    labels = [label for label, _ in slider.state()["options"]]
    assert len(set(labels)) == len(slider.grid)


def test_values_that_read_alike_have_places_and_labels_of_their_own():
    near = [Fraction(3, 10) + Fraction(k, 10**30) for k in (1, 2)]
    slider = Slider("a", "a", linear_grid(0, 1, "0.1"), near[0], named={"close": near[1]})
    state = slider.state()
    assert len(state["options"]) == len(slider.grid) == 13
    assert state["options"][state["index"]][1] == slider.grid.index(near[0])


def test_a_float_is_the_value_of_the_grid_that_it_stands_for_or_else_its_decimal():
    slider = Slider("eta", "η", linear_grid(0, "0.2", "0.1"), Fraction(1, 10))
    for value, exact in ((.1, Fraction(1, 10)), (.2, Fraction(1, 5)), (.15, Fraction(3, 20)), (np.float32(.1), Fraction(1, 10))):
        slider.set(value)
        assert slider.value == exact
    assert len(slider.grid) == 4
    thirds = Slider("x", "x", (0, Fraction(1, 3), 1), 0, exact=True)
    assert [thirds.accept(value) for value in (1 / 3, .09, 1e-16, np.float64(.7))] == [
        Fraction(1, 3), Fraction(9, 100), Fraction(1, 10**16), Fraction(7, 10)]


@given(st.floats(-1, 1))
def test_what_a_slider_makes_of_a_float_is_that_float_again(value):
    slider = Slider("x", "x", linear_grid(-1, 1, "0.1"), 0)
    assert slider.parameter(slider.accept(value)) == value


def test_a_grid_of_floats_is_one_of_their_decimals():
    slider = Slider("eta", "η", (.1, .125, .2), .125)
    assert slider.grid == (Fraction(1, 10), Fraction(1, 8), Fraction(1, 5)) and slider.parameter(slider.grid[0]) == .1
    slider.set(slider.read("0.1"))
    assert len(slider.grid) == 3


def test_a_set_that_is_refused_changes_nothing():
    figure = parabola()
    before = figure.values, figure.controls["a"].grid
    with pytest.raises(ValueError, match="x is 99, expected"):
        figure.set(a=.123, x=99)
    with pytest.raises(ValueError, match=r"^x is Fraction\(10+, expected a number from −2 to 2$"):
        figure.set(a=.123, x=Fraction(10**400))
    assert (figure.values, figure.controls["a"].grid) == before


@pytest.mark.parametrize("exact", [True, False])
def test_between_whole_numbers_there_is_nothing(exact):
    steps = Slider("t", "step t", range(10), 3, exact=exact)
    assert [steps.accept(value) for value in (4, 5.0, Fraction(6))] == [4, 5, 6]
    for value in (2.5, Fraction(1, 2), 10):
        with pytest.raises(ValueError, match="expected a whole number from 0 to 9"):
            steps.accept(value)


def test_true_is_not_one():
    depth, switch = Choice("depth", "N", {"1": 1, "2": 2}, 1), Toggle("on", "on")
    assert (depth.accept(np.int64(2)), switch.accept(True)) == (2, True)
    for control, value in ((depth, True), (switch, 1)):
        with pytest.raises(ValueError, match="expected one of"):
            control.accept(value)


def test_zero_and_critical_values_have_a_place_and_a_name():
    slider = Slider("a", "a", linear_grid("-0.95", 3, "0.1"), 1, {"1/β": Fraction(1, 3), "far": 10})
    assert 0 in slider.grid and Fraction(1, 3) in slider.grid and 10 not in slider.grid
    assert slider.option(Fraction(1, 3)) == "1/3 = 1/β"


# ---------------------------------------------------------------- recorder
def draw(artist):
    figure = Figure(figsize=(4, 3), dpi=100)
    ax = figure.add_axes([0, 0, 1, 1])
    ax.set(xlim=(0, 4), ylim=(0, 3))
    artist = artist(ax)
    recorder = Recorder(400, 300, 100)
    artist.draw(recorder)
    return recorder.take()


def test_a_line_is_recorded_in_pixels_from_the_top_left():
    recording = draw(lambda ax: ax.plot([1, 2], [1, 2.5], color="#ff0000", lw=.72)[0])
    assert recording.points == pytest.approx(np.array([[100, 200], [200, 50]]))
    assert recording.ops == [{"p": [2], "s": "#ff0000", "w": 1.0, "e": "square", "c": [0, 0, 400, 300]}]


def test_gaps_are_cut_and_nothing_that_is_not_finite_is_sent():
    recording = draw(lambda ax: ax.plot([1, 2, np.nan, 3, 3.5], [1, 2, 2, 1e300, 2])[0])
    assert [op["p"] for op in recording.ops] == [[2, 2]]
    assert np.isfinite(recording.points).all()


def test_long_lines_are_thinned_but_stay_where_they_are():
    x = np.linspace(0, 4, 5000)
    recording = draw(lambda ax: ax.plot(x, 1.5 + np.sin(3 * x))[0])
    [op] = recording.ops
    assert op["p"][0] < 2 * 400
    there = 1.5 + np.sin(3 * recording.points[:, 0] / 100)
    assert np.abs(300 - recording.points[:, 1] - 100 * there).max() < 1


def test_markers_far_outside_are_left_out_and_one_pixel_gets_one():
    recording = draw(lambda ax: ax.plot([1, 1.0001, 2, 900], [1, 1, 1, 1], "o")[0])
    [op] = recording.ops
    assert op["n"] == 2


@pytest.mark.parametrize("artist, name", [
    (lambda ax: ax.imshow(np.eye(3)), "draw_image"),
    (lambda ax: ax.pcolormesh(np.eye(3)), "draw_quad_mesh"),
    (lambda ax: ax.tripcolor([0, 1, 0], [0, 0, 1], [1., 2, 3], shading="gouraud"), "draw_gouraud_triangles"),
    (lambda ax: ax.text(1, 1, "$x^2$"), "mathtext"),
    (lambda ax: ax.fill([0, 1, 1], [0, 0, 1], hatch="/")[0], "hatch"),
    (lambda ax: ax.plot([0, 1], [0, 1], sketch_params=3)[0], "sketch"),
    (lambda ax: ax.plot([0, 1], [0, 1], clip_path=Circle((1, 1), transform=ax.transData))[0], "clip path"),
])
def test_what_cannot_be_recorded_says_its_name(artist, name):
    with pytest.raises(NotImplementedError, match=name):
        draw(artist)


# ---------------------------------------------------------------- protocol
def test_a_frame_is_computed_from_the_message_alone():
    figure = parabola()
    asked = message(figure, n=7)
    asked["at"]["a"] = figure.controls["a"].position(Fraction(2, 3))
    reply, buffers = answer(figure, asked)
    assert (reply["n"], reply["client"], reply["readout"]) == (7, "me", "The height is 2/3.".replace("2/3", "0.6667"))
    assert figure.values["a"] == 1                                      # the slider's own message has not come yet


def test_a_stage_is_sent_once():
    figure = parabola()
    reply, buffers = answer(figure, message(figure))
    assert buffers[1].startswith(b"\x89PNG")
    again, buffers = answer(figure, message(figure, have=[reply["stage"]]))
    assert again["stage"] == reply["stage"] and len(buffers) == 1
    moved = message(figure, have=[reply["stage"]])
    moved["at"]["a"] = figure.controls["a"].position(Fraction(3, 10))
    assert len(answer(figure, moved)[1]) == 1                           # no slider redraws the stage
    moved["at"]["kind"] = [1, 2]
    assert len(answer(figure, moved)[1]) == 2                           # a drop-down may


def test_an_exception_is_answered_and_the_next_good_frame_too():
    figure = parabola()
    bad = message(figure)
    bad["at"]["a"] = figure.controls["a"].position(Fraction(13, 10))
    reply, buffers = answer(figure, bad)
    assert reply == {"n": 1, "client": "me", "error": "ZeroDivisionError: thirteen"} and buffers == []
    assert "error" not in answer(figure, message(figure))[0]
    with pytest.raises(ZeroDivisionError):                               # without a browser it is an error
        figure.set(a=Fraction(13, 10))
        figure.frame()


def test_a_dragged_point_lands_on_the_grid():
    figure = parabola()
    [point] = answer(figure, message(figure))[0]["handles"]
    scene = figure.scene(figure.values, width=600)
    [[x, y]] = scene.figure.axes[0].transData.transform([(-1.4, .12)])
    reply, _ = answer(figure, message(figure, drag=[0, x, scene.size[1] - y]))
    values = {name: figure.controls[name].at(place) for name, place in reply["at"].items()}
    assert (values["x"], values["a"]) == (Fraction(-3, 2), Fraction(1, 10))
    assert reply["handles"] != [point]


def test_a_point_on_a_graph_is_dragged_sideways_only():
    figure = parabola(drag=("x", None))
    scene = figure.scene(figure.values, width=600)
    [[x, y]] = scene.figure.axes[0].transData.transform([(-1.4, .12)])
    reply, _ = answer(figure, message(figure, drag=[0, x, scene.size[1] - y]))
    values = {name: figure.controls[name].at(place) for name, place in reply["at"].items()}
    assert values == figure.values | {"x": Fraction(-3, 2)}


def test_the_verdict_is_read_off_the_run():
    predict = Predict("Up or down?", ("up", "down"), lambda run: None if run["a"] == 0 else 0 if run["a"] > 0 else 1,
                      why=lambda run: f"a is {run['a']:g}.", todo="Move a.")
    figure = parabola(predict=predict)
    assert answer(figure, message(figure))[0]["verdict"] == ""          # nothing was predicted
    figure.predicted = 0
    assert answer(figure, message(figure))[0]["verdict"] == "✓ You predicted “up”, and so it is. a is 1."
    figure.set(a=-1)
    assert answer(figure, message(figure))[0]["verdict"] == "✗ You predicted “up”, but it is not so. a is -1."
    figure.set(a=0)
    assert answer(figure, message(figure))[0]["verdict"] == "You predicted “up”. Move a."


def test_controls_and_scenes_are_those_that_were_asked_for():
    figure = parabola(main=["x"], presets=[Preset("Flat", "why", a=0)])
    display.show(figure)
    in_use, rest = (one for one in panel._walk(figure._panel.root) if "lnn-grid" in one._dom_classes)
    classes = [[one._dom_classes[1] for one in grid.children] for grid in (in_use, rest)]
    assert classes == [["lnn-control-x"], ["lnn-control-a", "lnn-control-kind"]]
    buttons = [one.description for one in panel._walk(figure._panel.root) if isinstance(one, (Button, ToggleButton))]
    assert buttons == ["Flat", "Pin", "Reset", "More", "2/3"]
    figure.close()


def test_a_question_comes_first_and_gives_way_to_the_controls():
    figure = parabola(predict=Predict("Up?", ("yes", "no"), lambda run: 0, lambda run: "It is.", "Move a."))
    display.show(figure)
    shown = figure._panel
    choice = next(one for one in panel._walk(shown.root) if isinstance(one, RadioButtons))
    ready, skip = (one for one in panel._walk(shown.root) if getattr(one, "description", "") in ("That is my prediction", "Skip"))
    assert "lnn-asking" in shown.root._dom_classes and ready.disabled
    choice.index = 1
    ready.click()
    assert figure.predicted == 1 and "lnn-asking" not in shown.root._dom_classes
    assert answer(figure, message(figure))[0]["verdict"] == "✗ You predicted “no”, but it is not so. It is."
    skip.click()
    assert figure.predicted is None and answer(figure, message(figure))[0]["verdict"] == ""
    figure.close()


@pytest.mark.parametrize("junk", [-1, 0, 1e9, 7.5])
def test_a_picture_is_as_low_or_tall_as_can_be_read(junk):
    figure = parabola()
    assert LOWEST <= figure.scene(figure.values, width=600, height=junk).size[1] <= TALLEST
    assert figure.scene(figure.values, width=600, height=333).size == (600, 333)
    assert figure.scene(figure.values, width=600).size == (600, round(.46 * 600))


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_that_stands_alone_has_the_readout_below_it(dark):
    figure = saddle_escape()
    picture = np.asarray(Image.open(io.BytesIO(figure.png(width=400, pixel_ratio=1, dark=dark))).convert("RGB")).astype(int)
    scene = figure.scene(figure.values, width=400, pixel_ratio=1, dark=dark)
    strip = picture[scene.size[1]:]
    written = np.abs(strip - strip[0, 0]).max(axis=2) > 128
    lines = np.diff(np.concatenate([[0], written.any(axis=1), [0]]).astype(int)) == 1
    assert lines.sum() >= len(figure.readout) / (400 / 5)
    assert not written[:, -8:].any() and not written[:, :8].any()


def test_a_pinned_run_is_recorded_in_grey_below_the_present_one_and_the_stage_stays():
    figure = parabola()
    plain, stage = figure.frame(width=600), answer(figure, message(figure))[0]["stage"]
    figure.pin()
    figure.set(a=2)
    reply, buffers = answer(figure, message(figure, have=[stage]))
    assert reply["stage"] == stage and len(buffers) == 1                # pinning sends no stage
    ghost, *present = reply["ops"]
    assert ghost == plain.ops[0] | {"s": LIGHT.ghost}                   # the curve; the point is no ghost
    figure.pin(False)
    assert figure.frame(width=600).ops == present
    drawn = figure.scene(figure.values, width=600).record(figure.run(), figure.run(figure.values | {"a": 1}))
    n = sum(ghost["p"])
    assert np.array_equal(drawn.points[:n], plain.points[:n])


def test_a_pin_is_kept_through_every_control_but_those_that_release_it_with_a_word():
    figure = parabola(unpinned_by=["kind"])
    display.show(figure)
    shown = figure._panel
    figure.pin()
    figure.set(a=2)
    content, _ = answer(figure, message(figure))
    assert content["pinned"] == "Pinned: The height is 1." and len(content["ops"]) == 1 + len(parabola(2).frame(width=600).ops)
    ahead = message(figure, at={"a": figure.controls["a"].position(2), "x": figure.controls["x"].position(1), "kind": [1, 2]})
    assert answer(figure, ahead)[0]["ops"] != content["ops"] and figure.pinned is not None       # a look ahead releases nothing
    shown.widgets["kind"].index = 1                                     # what a browser does
    assert figure.pinned is None and not shown._pin.value
    assert answer(figure, message(figure))[0]["pinned"] == "The pin is released: its kind was “parabola”."
    figure.pin()
    figure.set(kind="parabola")
    assert figure.pinned is None and "“curve”" in figure.pin_says
    figure.reset()
    assert figure.pin_says == ""
    figure.close()


def test_an_axis_that_cannot_follow_leaves_no_trace_in_the_next_good_frame():
    def high(run):
        if run == 3:
            raise ValueError("three")
        return 0, run

    def draw(fig):
        one, two = fig.panels("One", "Two")
        fig.scale(one, x=lambda run: (0, run))
        fig.scale(two, x=high, ticks=lambda low, high: ([high], [f"{high}"]))
        for ax in (one, two):
            fig.line(ax, lambda run: ([0, 1], [0, 1]), ghost=True, color=fig.look.run)

    def scene():
        return Scene(draw, {}, width=600, height=300, pixel_ratio=1, dark=False)

    used = scene()
    used.record(10, 2)
    for show in (used.record, used.paint):
        with pytest.raises(ValueError, match="three"):
            show(3, 2)
    assert used.record(5, 2) == scene().record(5, 2)
    used.paint(20, 2)
    assert used.record(5, 2) == scene().record(5, 2)
    texts = [op["t"] for op in scene().record(10).ops if "t" in op]
    assert "10" in texts and len(texts) > 5                             # without ticks of its own an axis has matplotlib's


def test_a_pin_that_fails_changes_nothing():
    figure = parabola(unpinned_by=["kind"])
    figure.describe = lambda run: 1 / 0
    with pytest.raises(ZeroDivisionError):
        figure.pin()
    assert figure.pinned is None
    figure.set(kind="curve")
    figure.describe = lambda run: "It is."
    figure.pin()
    figure._repr_mimebundle_()
    assert panel.Panel(figure)._pin.value                               # displayed afterwards, the button is down
    figure.close()


def test_an_axis_follows_the_run_and_the_pinned_run_in_steps():
    def draw(fig):
        [ax] = fig.panels("Steps")
        fig.step_axis(ax, lambda run: run)
        fig.line(ax, lambda run: ([0, run], [0, 1]), ghost=True, color=fig.look.run)

    figure = Explorer([Slider("n", "n", range(1, 2001), 20)], compute=lambda n: n, draw=draw, readout=lambda run: f"{run}")

    def seen(pinned=None, **values):
        """The ticks' texts, and where on the panel the run and the pinned run end."""
        figure.set(**values)
        scene = figure.scene(figure.values)
        ops = scene.record(figure.run(), pinned).ops
        ax = scene.figure.axes[0]
        return [op["t"] for op in ops if "t" in op][:-1], ax.get_xlim()[1], scene

    ticks, end, scene = seen(n=20)
    assert ticks == ["0", "1", "10"] and end == 1.4 * 30
    stage = scene.png()
    assert seen(n=25)[:2] == (ticks, end)
    ticks, end, again = seen(n=400)
    assert ticks == ["0", "1", "10", "100", "10³"][:len(ticks)] and end == 1.4 * 1000
    assert again is scene and scene.png() == stage                      # no slider redraws what stands still
    assert seen(pinned=1500, n=20)[1] == 1.4 * 3000                     # both are seen
    wide = scene.record(20, 1500)
    assert scene.record(20, None) == Scene(draw, {}, width=900, height=414, pixel_ratio=1, dark=False).record(20)
    assert scene.record(20, 1500) == wide
    painted = scene.paint(20, 1500).copy()
    fresh = Scene(draw, {}, width=900, height=414, pixel_ratio=1, dark=False)
    assert (painted == fresh.paint(20, 1500)).all() and (painted != fresh.paint(20)).any()


def test_a_run_that_raises_is_not_pinned_and_says_so():
    figure = parabola()
    display.show(figure)
    shown, sent = figure._panel, []
    shown.canvas.send = lambda content, buffers=None: sent.append(content)
    figure.controls["a"].set(Fraction(13, 10))
    shown._pin.value = True
    assert figure.pinned is None and not shown._pin.value
    assert sent[-1] == {"error": "This run cannot be pinned: thirteen"}
    figure.controls["a"].set(1)
    figure.pin()
    assert shown._pin.value and sent[-1] == {"refresh": True}
    figure.reset()
    assert figure.pinned is None and not shown._pin.value and {"refresh": True} in sent
    figure.close()


def test_a_painted_ghost_is_the_recorded_one():
    figure = parabola()
    scene, run = figure.scene(figure.values, width=600), figure.run()
    alone = scene.paint(run).copy()
    both = scene.paint(run, figure.run(figure.values | {"a": 3})).copy()
    changed = (alone != both).any(axis=2) & (alone == 255).all(axis=2)      # on paper, not where the curves cross
    assert changed.sum() > 200 and np.array_equal(scene.paint(run), alone)
    assert np.ptp(both[changed].astype(int), axis=1).max() == 0             # grey


# ---------------------------------------------------------------- what is displayed
def alive():
    return len(ipywidgets.widgets.widget._instances)


def luminance(colour):
    """Relative luminance of a colour, as WCAG 2 defines it."""
    channels = np.array(to_rgb(colour))
    return np.where(channels <= .04045, channels / 12.92, ((channels + .055) / 1.055) ** 2.4) @ [.2126, .7152, .0722]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("meaning", ["ink", "run", "value", "slope", "bound", "fault"])
def test_every_colour_that_text_is_written_in_stands_out_from_the_paper(look, meaning):
    dark, light = sorted([luminance(getattr(look, meaning)), luminance(look.paper)])
    assert (light + .05) / (dark + .05) >= 4.5


def test_running_a_cell_again_replaces_its_explorer(monkeypatch):
    run = iter(range(10**6))
    monkeypatch.setattr(display, "_where", lambda: ("cell", next(run)))
    display.show(parabola())
    once = alive()
    for _ in range(20):
        last = parabola()
        display.show(last)
    assert alive() == once
    last.close()


def test_two_explorers_of_one_run_and_one_in_two_cells_stay(monkeypatch):
    where = ["a", 1]
    monkeypatch.setattr(display, "_where", lambda: tuple(where))
    one, two = parabola(), parabola()
    display.show(one), display.show(two)
    where[:] = "b", 2
    display.show(one)
    where[:] = "a", 3
    three = parabola()
    display.show(three)
    assert one._panel and three._panel and not two._panel               # `one` is still shown in cell b
    for figure in (one, three):
        figure.close()


def test_kernel_side_controls_set_and_say_what_is_wrong():
    figure = parabola()
    display.show(figure)
    shown = figure._panel
    sent = []
    shown.canvas.send = lambda content, buffers=None: sent.append(content)
    figure.set(a=Fraction(1, 3))
    assert shown.widgets["a"].label == "1/3" and figure.values["a"] == Fraction(1, 3)
    field = next(w for w in panel._walk(shown.root) if isinstance(w, panel.W.Text))
    field.value = "much"
    assert "is not a number" in sent[-1]["error"] and field.value == ""          # the same can be typed again
    field.value = "5"
    assert sent[-1] == {"typed": "a", "refused": "5", "error": "a is “5”, expected a number from −1 to 3."}
    field.value = "2/3"
    assert figure.values["a"] == Fraction(2, 3) and field.value == "" and sent[-1] == {"typed": "a"}
    shown.widgets["a"].index = 0                                         # what a browser's slider does
    assert figure.values["a"] == -1
    figure.close()
