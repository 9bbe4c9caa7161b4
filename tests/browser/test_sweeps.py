"""Sweeps in the browser, message by message: when they are asked for, what becomes of their packs; and the live value."""
import pytest

from .wire import PATIENCE, PLACES, Wire

pytestmark = pytest.mark.browser

HOVER, RESTED = 50, 40                                      # ms over a row, ms after a picture: then a sweep is asked for
BLOCK = 16                                                  # places of one side that come one after the other
TELL = 100                                                  # ms after which Python hears where a hand rests


@pytest.fixture
def fresh(chromium):
    """Two sliders `x` and `y` with their rows; no picture yet."""
    with chromium.blank() as tab:
        yield Wire(tab, sliders="xy")


@pytest.fixture
def wire(fresh):
    """The same with the picture of where both stand, 50."""
    fresh.reply(50)
    fresh.asked()
    return fresh


@pytest.fixture
def sweep(wire):
    """The sweep of `x`, which the kernel has begun."""
    return begun(wire)


def begun(wire, name="x"):
    wire.press(name)
    [sweep] = wire.sweeps()
    sweep.begin()
    return sweep


def nearest(here, but=(), places=PLACES):
    """The other places of a slider, the nearest first, 16 of one side after 16 of the other."""
    ways = [here + way * steps for start in range(1, places, BLOCK) for way in (1, -1) for steps in range(start, start + BLOCK)]
    return [place for place in ways if 0 <= place < places and place not in but]


def mark(wire, name):
    """Give the page's body a class, or take it, and let its observers see."""
    wire.tab.evaluate("name => new Promise(done => { document.body.classList.toggle(name); later(done, 20); })", name)


# ---- when it is asked for
def test_while_the_hand_rests_the_other_places_are_asked_for_once_the_nearest_first(wire):
    wire.drag(52)
    wire.reply(52)
    wire.wait(RESTED - 1)
    assert wire.sweeps() == []
    wire.wait(1)
    [sweep] = wire.sweeps()
    assert sweep.name == "x"
    assert sweep.places == nearest(52, but=[50]), "50 is known"
    assert sweep.message["at"] == {"x": [52, PLACES], "y": [50, PLACES]}
    sweep.begin()
    wire.wait(PATIENCE / 2)
    assert wire.sweeps() == []


@pytest.mark.parametrize(("comes", "goes"), [("pointerenter", "pointerleave"), ("focusin", "focusout")])
def test_once_the_pointer_or_the_focus_is_on_a_row_for_a_moment_its_slider_is_swept(wire, comes, goes):
    wire.feel(comes)
    wire.wait(HOVER - 1)
    wire.feel(goes)
    wire.wait(HOVER)
    assert wire.sweeps() == [], "it only came by"
    wire.feel(comes, "y")
    wire.wait(HOVER - 1)
    assert wire.sweeps() == []
    wire.wait(1)
    [sweep] = wire.sweeps()
    assert (sweep.name, sweep.places) == ("y", nearest(50))
    wire.rest()
    wire.feel(comes, "y")
    wire.wait(HOVER)
    assert wire.sweeps() == [], "it is under way"


def test_at_the_press_a_slider_is_swept_at_once(wire):
    wire.press()
    [sweep] = wire.sweeps()
    assert sweep.places == nearest(50)
    wire.press()
    assert wire.sweeps() == []


def test_a_hand_that_moves_on_asks_for_no_sweep(wire):
    for position in range(51, 56):
        wire.drag(position)
        wire.reply(position)
        wire.wait(RESTED - 1)
    assert wire.sweeps() == []


def test_before_the_first_picture_nothing_is_swept(fresh):
    fresh.press()
    fresh.feel("pointerenter")
    fresh.rest()
    assert fresh.sweeps() == []


def test_while_sliders_are_set_nothing_is_swept(wire):
    wire.say(hold=True)
    wire.press()
    assert wire.sweeps() == []
    wire.say(hold=False)
    wire.press()
    assert len(wire.sweeps()) == 1


def test_a_slider_that_has_been_swept_wholly_is_not_swept_again(wire, sweep):
    sweep.pack(*sweep.places, left=0)
    wire.drag(70)
    wire.press()
    wire.rest()
    assert wire.sweeps() == [] and wire.asked() == []


# ---- packs
def test_a_kept_place_is_shown_in_the_task_in_which_the_slider_passes_it(wire, sweep):
    sweep.pack(51, 49)
    sweep.pack(52, 48, left=0)
    assert [wire.drag(place) for place in (51, 52, 51, 50, 49, 48)] == [51, 52, 51, 50, 49, 48]
    assert wire.readout() == "48 swept"
    assert wire.asked() == []


def test_a_sweep_is_told_now_and_then_where_a_hand_goes_that_waits_for_nothing(wire, sweep):
    sweep.pack(*range(51, 70), *range(30, 50))
    for place in (51, 52, 53, 54):                          # a hand has a way from its second step on
        wire.drag(place)
        wire.wait(16)
    assert wire.asked() == [70], "the next that is not there, once"
    assert wire.newest()["toward"] == 71 and wire.newest()["ahead"]
    wire.wait(100)
    wire.drag(55)
    assert wire.asked() == [70], "not yet there"
    wire.reply(70)
    assert wire.shown() == 55, "it was only to be kept"
    for place in (54, 53):
        wire.drag(place)
        wire.wait(16)
    assert wire.asked() == [29], "the other way, at once"
    assert wire.newest()["toward"] == 28


def test_few_kept_frames_do_not_overtake_those_under_way(wire, sweep):
    for place in (60, 61, 62, 63, 64, 65):
        wire.drag(place)
    sweep.pack(67)
    assert wire.drag(67) == 50
    wire.reply(60)
    assert wire.shown() == 60


def test_many_kept_frames_do(wire, sweep):
    wire.drag(60)
    sweep.pack(61, 62)
    assert [wire.drag(place) for place in (61, 62)] == [61, 62]
    wire.reply(60)
    assert wire.shown() == 62, "what comes late is not shown"


def test_a_frame_is_painted_of_its_own_parts_whichever_pack_brought_them(wire, sweep):
    assert wire.painted() == []
    sweep.pack(51, 49)
    sweep.pack(52, 59, left=0)                              # 59 has the points of 51
    for place in (51, 49, 52, 59, 51):
        wire.drag(place)
        assert wire.painted() == [place % 8]
        assert wire.readout() == f"{place} swept"
    wire.drag(50)
    assert wire.painted() == []


def test_the_frame_that_is_wanted_now_is_shown_when_its_pack_comes(wire, sweep):
    wire.drag(60)
    assert wire.asked() == [60] and wire.shown() == 50
    sweep.pack(51, 49)
    assert wire.shown() == 50, "no neighbour's frame"
    sweep.pack(61, 60)
    assert wire.readout() == "60 swept"
    wire.reply(60)
    assert wire.readout() == "60 swept", "what comes late is not shown"
    assert wire.asked() == []


def test_a_frame_that_could_not_yet_be_asked_for_is_shown_when_its_pack_comes(wire, sweep):
    for place in (60, 61, 62, 63):
        wire.drag(place)
    assert wire.asked() == [60, 61, 62]
    sweep.pack(63)
    assert wire.readout() == "63 swept"
    for place in (60, 61, 62):
        wire.reply(place)
    assert wire.readout() == "63 swept"
    assert wire.asked() == [64] and wire.newest()["ahead"]


def test_after_a_lost_pack_nothing_more_is_read_and_the_next_trigger_asks_for_what_is_missing(wire, sweep):
    sweep.pack(51, 49)
    sweep.pack(52, 48, lost=True)
    sweep.pack(53, 47)
    sweep.pack(54, 46)
    wire.press()
    [again] = wire.sweeps()
    assert again.places == nearest(50, but=[51, 49])
    again.pack(52, 48)
    assert wire.drag(52) == 52
    assert wire.readout() == "52 swept"
    sweep.pack(55, left=0)
    wire.press()
    assert wire.sweeps() == [], "the new one goes on"


def test_a_sweep_of_which_nothing_is_heard_for_5_seconds_may_be_asked_for_again(wire, sweep):
    wire.wait(PATIENCE - 1)
    sweep.pack(51)
    wire.wait(PATIENCE - 1)
    wire.press()
    assert wire.sweeps() == [], "it is heard of"
    wire.wait(1)
    wire.press()
    [again] = wire.sweeps()
    assert again.places == nearest(50, but=[51])


def test_packs_of_an_older_sweep_or_of_another_canvas_are_not_taken(wire, sweep):
    newer = begun(wire, "y")
    sweep.pack(51)
    newer.pack(51, client="another")
    assert wire.drag(51) == 50
    assert wire.drag(50) == 50
    assert wire.drag(51, "y") == 50
    assert wire.asked("y") == [50, 51]


def test_packs_for_a_stage_that_is_not_there_are_not_kept(wire, sweep):
    sweep.pack(51, stage="another")
    sweep.pack(52)
    assert wire.drag(51) == 50
    assert wire.asked() == [51]
    assert wire.drag(52) == 52


def test_a_pack_is_a_sign_of_life(wire, sweep):
    wire.drag(60)
    wire.wait(4 * PATIENCE)
    assert wire.notice().startswith("No answer from the kernel for 10 seconds")
    sweep.pack(60)
    assert wire.readout() == "60 swept"
    assert wire.notice() == ""


# ---- single requests during a sweep
def test_during_a_sweep_few_single_requests_are_under_way(wire, sweep):
    for place in range(60, 70):
        wire.drag(place)
    assert wire.asked() == [60, 61, 62]
    wire.reply(60)
    assert wire.asked() == [69], "the newest"
    wire.drag(70)
    assert wire.asked() == []


def test_the_message_that_asks_for_a_sweep_takes_the_place_of_none(wire):
    wire.press()
    for place in (60, 61, 62, 63):
        wire.drag(place)
    assert wire.asked() == [60, 61, 62]


def test_a_sweep_of_what_is_no_longer_wanted_holds_nothing_up(wire, sweep):
    wire.drag(60, "y")
    wire.reply(50)
    wire.asked()
    for place in range(60, 70):
        wire.drag(place)
    assert wire.asked() == [60, 61, 62], "as many as without a sweep"
    assert wire.newest()["toward"] is None


def test_a_sweep_that_another_request_has_ended_may_be_asked_for_again(wire, sweep):
    wire.drag(60, "y")
    wire.drag(50, "y")
    sweep.pack(51)                                          # was under way
    wire.press()
    [again] = wire.sweeps()
    assert again.name == "x" and 51 not in again.places


@pytest.mark.parametrize("way", [1, -1])
def test_a_hand_that_moves_is_awaited_ahead_of_its_place(wire, sweep, way):
    for place in range(50, 50 + 30 * way, 5 * way):
        wire.drag(place)
        wire.reply(place)
        wire.wait(16)
    assert 5 < way * (wire.newest()["toward"] - wire.newest()["at"]["x"][0]) < 200


def test_a_hand_that_rests_is_awaited_at_its_place(wire, sweep):
    for place in (55, 60, 65):
        wire.drag(place)
        wire.reply(place)
        wire.wait(16)
    wire.wait(500)
    wire.drag(66)
    assert wire.newest()["toward"] == wire.newest()["at"]["x"][0] == 66


def test_without_a_sweep_no_hand_is_awaited(wire):
    for place in (55, 60, 65):
        wire.drag(place)
        wire.wait(16)
    assert wire.newest()["toward"] is None


# ---- no sweep
def test_where_sweeps_are_declined_the_next_places_alone_are_fetched(wire):
    wire.drag(51)
    wire.reply(51)
    wire.press()
    [sweep] = wire.sweeps()
    sweep.begin(declined=True)
    wire.asked()
    wire.rest()
    assert wire.asked() == [52], "50 is known"
    wire.reply(52)
    assert wire.drag(52) == 52
    wire.press("y")
    wire.feel("pointerenter")
    wire.rest()
    assert wire.asked() == [53]
    assert wire.sweeps() == [], "for good"


def test_a_sweep_that_failed_is_not_asked_for_again_and_again(wire, sweep):
    sweep.pack(51, left=0, failed=True)
    for _ in range(3):
        wire.press()
        wire.feel("pointerenter")
        wire.rest()
    assert wire.sweeps() == []
    assert wire.error() == "", "nobody wanted that place"
    wire.drag(52)
    wire.reply(52, how="fail")
    assert wire.error() == "broken"
    assert wire.drag(51) == 51
    assert wire.error() == ""


def test_a_sweep_whose_reply_is_an_error_is_neither_shown_nor_asked_for_again(wire):
    wire.press()
    [sweep] = wire.sweeps()
    sweep.begin(error="broken")
    wire.wait(PATIENCE)
    wire.press()
    wire.rest()
    assert wire.sweeps() == [] and wire.error() == ""
    wire.drag(51)
    wire.reply(51)
    assert wire.shown() == 51
    wire.press("y")
    assert len(wire.sweeps()) == 1, "another slider may be swept"


@pytest.mark.parametrize("reply", [{}, {"declined": True}, {"error": "broken"}])
def test_the_reply_to_a_sweep_that_another_has_replaced_is_heard(wire, reply):
    wire.press()
    wire.press("y")
    first, second = wire.sweeps()
    first.begin(**reply)
    second.begin()
    second.pack(51)
    assert wire.drag(51, "y") == 51
    assert wire.error() == ""


# ---- what makes frames void
def test_a_refresh_forgets_what_was_kept_and_what_is_under_way(wire, sweep):
    sweep.pack(51, 49)
    wire.say(refresh=True)
    assert wire.asked() == [50]
    wire.reply(50)
    sweep.pack(52, 48)
    assert [wire.drag(51), wire.drag(52)] == [50, 50]
    assert wire.asked() == [51, 52]
    wire.press()
    [again] = wire.sweeps()
    assert again.places == nearest(52, but=[50])


def test_the_reply_to_a_sweep_that_a_refresh_has_ended_is_heard(wire):
    wire.press()
    [sweep] = wire.sweeps()
    wire.say(refresh=True)
    sweep.begin()
    wire.reply(50)
    assert wire.error() == ""


def test_frames_of_another_size_are_not_shown_but_serve_again_when_it_is_back(wire, sweep):
    sweep.pack(51, 49)
    wire.resize(600)
    assert wire.asked() == [50]
    wire.reply(50)
    sweep.pack(52)
    assert [wire.drag(51), wire.drag(52)] == [50, 50]
    wire.reply(52)
    assert wire.readout() == "52"
    wire.resize(800)
    assert wire.readout() == "52 swept"


def test_frames_of_another_theme_are_not_shown_but_serve_again_when_it_is_back(wire, sweep):
    sweep.pack(51, 49)
    mark(wire, "vscode-dark")
    assert wire.asked() == [50]
    wire.reply(50)
    wire.press()
    [other] = wire.sweeps()
    assert other.places == nearest(50)
    other.pack(49)
    assert wire.drag(51) == 50
    wire.reply(51)
    assert wire.readout() == "51"
    mark(wire, "vscode-dark")
    assert wire.readout() == "51 swept"


def test_of_a_kernel_that_is_gone_nothing_is_asked_shown_or_kept(wire, sweep):
    sweep.pack(51, 49)
    wire.tab.evaluate("end()")
    wire.asked()
    sweep.pack(52)
    assert [wire.drag(51), wire.drag(52)] == [50, 50]
    wire.press()
    wire.feel("focusin")
    wire.wait(3 * PATIENCE)
    assert wire.asked() == [] and wire.sweeps() == []
    assert wire.notice() == "The kernel was restarted. Run this cell again."


def test_an_old_sweep_serves_again_when_the_other_control_is_back(wire, sweep):
    sweep.pack(51, 49)
    wire.drag(60, "y")
    wire.reply(50)
    assert wire.drag(51) == 50, "it was made for another y"
    wire.reply(51)
    wire.asked()
    assert wire.drag(50, "y") == 50
    assert wire.readout() == "51 swept"
    assert wire.drag(49) == 49
    assert wire.asked() == []


# ---- the live value
def test_while_a_slider_is_dragged_its_model_hears_nothing_until_the_hand_rests(wire, sweep):
    for place in (51, 52, 53):
        wire.drag(place)
        wire.wait(TELL - 1)
        assert (wire.index(), wire.told()) == (50, [])
    wire.wait(1)
    assert (wire.index(), wire.told()) == (53, [53])
    asked = wire.asked()
    assert asked == [51, 52, 53], "each place once"
    wire.wait(3 * TELL)
    wire.drop()
    wire.wait(3 * TELL)
    assert wire.told() == [53], "once"


def test_at_the_release_the_kernel_hears_the_place_once(wire):
    wire.drag(51)
    wire.drag(52)
    wire.drop()
    assert (wire.index(), wire.told()) == (52, [52])
    assert wire.asked() == [51, 52]
    wire.wait(3 * TELL)
    assert wire.told() == [52]


def test_a_key_moves_the_picture_and_tells_the_kernel_once(wire, sweep):
    sweep.pack(51)
    wire.tab.evaluate("hand('x', 0).key(51)")
    assert wire.shown() == 51 and wire.told() == [51]
    wire.wait(3 * TELL)
    assert wire.told() == [51] and wire.asked() == []


def test_what_the_kernel_sets_in_the_middle_of_a_drag_wins(wire):
    wire.drag(60)
    wire.drag(61)
    wire.asked()
    wire.set(x=80)
    assert wire.asked() == [80]
    assert wire.handle() == 80
    wire.wait(3 * TELL)
    assert wire.told() == [] and wire.index() == 80
    wire.reply(80)
    wire.drag(62)
    assert wire.asked() == [62], "the hand goes on"


def test_what_the_kernel_sets_of_another_control_leaves_the_hand_where_it_is(wire):
    wire.drag(60)
    wire.asked()
    wire.set(y=80)
    message = wire.newest()
    assert message["at"] == {"x": [60, PLACES], "y": [80, PLACES]}
    assert wire.handle() == 60
    wire.wait(TELL)
    assert wire.told() == [60] and wire.told("y") == []


GROW = "() => of.x.change({ index: 200, _options_labels: Array(201).fill('0') })"


def test_where_a_grid_has_grown_its_last_place_is_reached(wire):
    wire.say(hold=True)
    wire.tab.evaluate(GROW)
    wire.say(hold=False)
    assert wire.newest()["at"]["x"] == [200, 201]
    assert wire.asked() == [200]
    wire.reply(200)
    assert wire.handle() == 200
    wire.wait(3 * TELL)
    assert wire.told() == [] and wire.asked() == []
    [sweep] = wire.sweeps()
    assert sweep.places == nearest(200, places=201)
    sweep.begin()
    sweep.pack(199)
    assert [wire.drag(199), wire.drag(200)] == [199, 200]


def test_frames_of_a_shorter_grid_are_not_taken_for_those_of_a_longer(wire, sweep):
    sweep.pack(199, 198)
    wire.tab.evaluate(GROW)
    wire.reply(200)
    sweep.pack(197)
    wire.asked()
    assert [wire.drag(199), wire.drag(197)] == [200, 200]
    assert wire.asked() == [199, 197]


# ---- a dragged point
@pytest.fixture
def point(wire):
    """The pointer holds the picture's one point; `point(x)` takes it x pixels of the picture further."""
    wire.move(51)
    wire.reply(51, handles=[[2, 2]])
    box = wire.tab.locator("canvas").bounding_box()
    scale = box["width"] / 8
    place = box["x"] + 2 * scale, box["y"] + 2 * scale
    wire.rest()
    [sweep] = wire.sweeps()
    sweep.begin()
    sweep.pack(left=0)
    wire.asked()
    wire.tab.mouse.move(*place)
    wire.tab.mouse.down()
    return lambda x: wire.tab.mouse.move(place[0] + x * scale, place[1])


def drag(message):
    """Where a message says that a point is held, in whole pixels."""
    return message["drag"] and [round(number) for number in message["drag"]]


def test_a_dragged_point_moves_the_handle_and_the_kernel_hears_where_it_rests(wire, point):
    point(1)
    assert drag(wire.newest()) == [0, 3, 2]
    wire.reply(51, at={"x": [60, PLACES], "y": [50, PLACES]}, handles=[[3, 2]])
    assert (wire.shown(), wire.handle()) == (60, 60)
    wire.wait(TELL - 1)
    assert (wire.index(), wire.told()) == (51, [])
    wire.wait(1)
    assert (wire.index(), wire.told(), wire.told("y")) == (60, [60], [])
    assert wire.asked() == [51], "the sliders' places are not asked for while the point is held"
    point(2)
    assert drag(wire.newest()) == [0, 4, 2]


def test_after_a_point_is_let_go_of_a_new_size_asks_for_the_places_of_the_sliders(wire, point):
    point(1)
    wire.reply(51, at={"x": [60, PLACES], "y": [50, PLACES]}, handles=[[3, 2]])
    wire.tab.mouse.up()
    wire.asked()
    mark(wire, "busy")
    assert wire.asked() == [], "the picture is right as it is"
    wire.resize(600)
    assert wire.asked() == [60]
    assert wire.newest()["drag"] is None


def test_a_point_that_is_let_go_of_before_its_answer_comes_stays_where_it_was_let_go(wire, point):
    point(1)
    point(2)
    wire.tab.mouse.up()
    assert wire.asked() == [51, 51]
    wire.reply(51, at={"x": [70, PLACES], "y": [50, PLACES]}, handles=[[4, 2]])
    assert (wire.shown(), wire.handle()) == (70, 70)
    wire.wait(TELL)
    assert wire.told() == [70]
    wire.resize(600)
    assert wire.asked() == [70] and wire.newest()["drag"] is None


def test_a_slider_that_is_moved_after_a_point_is_where_the_hand_has_it(wire, point):
    point(1)
    wire.reply(51, at={"x": [60, PLACES], "y": [50, PLACES]})
    wire.tab.mouse.up()
    wire.drag(61)
    assert wire.newest()["at"]["x"] == [61, PLACES] and wire.newest()["drag"] is None
    wire.wait(TELL)
    assert wire.told() == [61]


def test_a_sweep_does_not_hold_up_a_point(wire, point):
    begun(wire)
    for x in (1, 2, 3, 4):
        point(x)
    assert wire.asked() == [51, 51, 51], "as many as without a sweep"


def test_while_a_point_is_held_nothing_is_swept(wire, point):
    point(1)
    wire.press()
    wire.reply(51)
    wire.rest()
    assert wire.sweeps() == []


# ---- other front ends, other views
def test_without_a_row_of_ours_every_step_is_heard_of_the_model_and_swept_all_the_same(chromium):
    with chromium.blank() as tab:
        wire = Wire(tab, sliders="x", rows=False)
        wire.reply(50)
        wire.move(51)
        wire.move(52)
        assert wire.asked() == [50, 51, 52]
        wire.reply(52)
        wire.wait(RESTED)
        [sweep] = wire.sweeps()
        sweep.begin()
        sweep.pack(51, 53)
        wire.move(53)
        assert wire.shown() == 53 and wire.asked() == []
        wire.wait(3 * TELL)
        assert wire.told() == [], "the model has said it itself"


def test_a_canvas_that_hears_no_sliders_sweeps_nothing_and_lets_points_be_dragged(chromium):
    with chromium.blank() as tab:
        wire = Wire(tab, sliders="x")
        tab.evaluate("async () => { close(); document.body.replaceChildren(); window.close = await view(800, {}); }")
        wire.laid_out()
        assert wire.newest()["at"] is None
        at = {"x": [50, PLACES]}
        reply = "at => reply(sent.at(-1), { at, handles: [[2, 2]] })"
        tab.evaluate(reply, at)
        wire.press()
        wire.rest()
        assert wire.sweeps() == []
        box = tab.locator("canvas").bounding_box()
        tab.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["width"] / 4)
        tab.mouse.down()
        tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["width"] / 4)
        assert drag(wire.newest()) == [0, 4, 2]
        tab.evaluate(reply, {"x": [60, PLACES]})
        assert wire.shown() == 60


def test_two_views_sweep_each_for_itself_and_follow_one_another_where_a_hand_rests(wire, sweep):
    wire.view(600)
    wire.reply(50)
    wire.asked()
    sweep.pack(51)
    assert wire.drag(51) == 51
    assert wire.shown(view=1) == 50
    assert wire.asked() == []
    wire.wait(TELL)
    assert wire.asked() == [51], "by the second view"
    assert wire.newest()["client"] != sweep.message["client"]
    wire.reply(51)
    assert wire.shown(view=1) == 51
    assert wire.tab.evaluate("hand('x', 1).get()") == 51
    assert wire.told() == [51]


def test_a_row_that_is_made_anew_is_heard_as_the_first(wire):
    wire.tab.evaluate("""() => {
        const old = rowOf("x", 0), fresh = newRow("x");
        old.replaceWith(fresh);
    }""")
    wire.drag(51, "y")
    wire.reply(50)
    wire.asked()
    wire.drag(60)
    assert wire.asked() == [60] and wire.told() == []
    wire.press()
    assert len(wire.sweeps()) == 1


def test_a_closed_view_gives_its_sliders_back_and_leaves_no_timer(wire, sweep):
    wire.drag(51)
    wire.reply(51)
    wire.drag(52)
    wire.feel("pointerenter")
    wire.tab.evaluate("close()")
    assert wire.timers() == 0
    assert wire.told() == [52], "where it was when the view closed"
    asked = wire.asked()
    wire.drag(60)
    assert (wire.index(), wire.told()) == (60, [52, 60])
    wire.move(70)
    assert (wire.handle(), wire.told()) == (70, [52, 60])
    wire.drop()
    for event in ("pointerdown", "pointerenter", "focusin"):
        wire.feel(event)
    wire.wait(3 * PATIENCE)
    assert wire.told() == [52, 60] and wire.sweeps() == [] and wire.asked() == []
    assert asked == [51, 52]


def test_a_closed_view_has_nothing_more_to_say(wire):
    wire.drag(51)
    wire.reply(51)
    wire.wait(600)                                          # after which it is said to screen readers
    wire.tab.evaluate("close()")
    assert wire.timers() == 0


def test_a_view_that_is_closed_while_a_stage_is_decoded_asks_nothing_more(wire):
    wire.drag(51)
    wire.tab.evaluate("async () => { const done = reply(sent.at(-1)); close(); await done; }")
    assert wire.timers() == 0
    wire.asked()
    wire.wait(PATIENCE)
    assert wire.asked() == [] and wire.sweeps() == []
