"""The browser's end of the wire, alone: what it asks of a kernel, played by the test message by message, and what it shows."""
import pytest

from lnnlib.live.link import HERE

from .wire import PATIENCE, REST, Wire

pytestmark = pytest.mark.browser

SILENT = "No answer from the kernel for 10 seconds"
RESTARTED = "The kernel was restarted. Run this cell again."
MEGABYTE = 2**20


@pytest.fixture
def fresh(chromium):
    with chromium.blank() as tab:
        yield Wire(tab)


@pytest.fixture
def wire(fresh):
    fresh.reply(50)
    fresh.asked()
    return fresh


def test_while_the_hand_rests_the_next_steps_are_fetched(wire):
    wire.move(51)
    assert wire.asked()[-1:] == [51]
    wire.reply(51)
    assert wire.asked() == [], "not before it rests"
    wire.rest()
    assert wire.asked() == [52], "50 is known"
    wire.reply(52)
    assert wire.shown() == 51
    wire.move(52)
    assert wire.shown() == 52
    assert wire.asked() == []


def test_what_is_under_way_only_delays_the_fetching(wire):
    wire.move(51)
    wire.reply(51)
    wire.rest()
    wire.asked()                                            # 52 is under way while the hand goes back and rests
    wire.move(50)
    wire.rest()
    assert wire.asked() == []
    wire.reply(52)
    wire.rest()
    assert wire.asked() == [49]


def test_a_step_ahead_that_fails_is_neither_shown_nor_asked_for_again_and_again(wire):
    wire.move(51)
    wire.reply(51)
    wire.rest()
    wire.reply(52, how="fail")
    wire.asked()
    for _ in range(3):
        wire.rest()
    assert wire.asked() == []
    assert wire.tab.locator(".lnn-error").is_hidden()
    wire.move(52)
    wire.reply(52, how="fail")
    assert wire.tab.locator(".lnn-error").inner_text() == "broken"


@pytest.fixture
def kept(chromium):
    """Kept frames alone. `put(key, own, numbers)` keeps one of parts of its `own`, of these bytes, and of shared ones."""
    with chromium.blank() as tab:
        tab.add_script_tag(content=(HERE / "kept.js").read_text(encoding="utf-8"))
        tab.evaluate("""() => {
            const kept = new Kept(), shared = Array.from({ length: 10 }, () => ({ bytes: 2 ** 20 }));
            const parts = (own, numbers) => [...own.map(bytes => ({ bytes })), ...numbers.map(k => shared[k])];
            Object.assign(window, { kept, frames: () => [...kept.frames.keys()],
                put: (key, own, numbers = [], stage = "s") => kept.put(key, { stage, parts: parts(own, numbers) }) });
        }""")
        yield tab.evaluate


def test_beyond_8_megabytes_the_oldest_frames_are_forgotten(kept):
    kept("size => { for (let k = 0; k < 7; k++) put(k, [size / 2, size / 2]); }", MEGABYTE)
    assert kept("frames()") == [0, 1, 2, 3, 4, 5, 6]
    kept("size => { put(7, [1.5 * size]); }", MEGABYTE)
    assert kept("frames()") == [1, 2, 3, 4, 5, 6, 7]
    assert 7.5 * MEGABYTE < kept("kept.bytes") < 8 * MEGABYTE
    assert kept("[kept.has(0), kept.get(0) === undefined, kept.has(1)]") == [False, True, True]


def test_what_was_seen_again_is_kept_longer(kept):
    kept("size => { for (let k = 0; k < 7; k++) put(k, [size]); kept.has(1); kept.get(0); put(7, [3 * size]); }", MEGABYTE)
    assert kept("frames()") == [4, 5, 6, 0, 7], "looking whether a frame is there does not renew it"


def test_a_part_that_frames_share_counts_once(kept):
    kept("() => { for (let k = 0; k < 100; k++) put(k, [1], [0, 1, 1]); }")
    assert len(kept("frames()")) == 100
    assert 2 * MEGABYTE < kept("kept.bytes") < 2.5 * MEGABYTE
    kept("() => { for (let k = 0; k < 99; k++) kept.drop(k); }")
    assert 2 * MEGABYTE < kept("kept.bytes") < 2 * MEGABYTE + 2**12, "the last one still has them"
    kept("kept.drop(99)")
    assert kept("[kept.bytes, kept.uses.size]") == [0, 0]


def test_a_frame_that_comes_again_takes_the_place_of_the_first(kept):
    kept("() => { put('a', [5], [0]); put('b', [7], [0]); }")
    before = kept("kept.bytes")
    kept("() => { put('a', [5], [0]); }")
    assert kept("kept.bytes") == before
    assert kept("frames()") == ["b", "a"]


def test_a_frame_larger_than_all_is_kept_alone(kept):
    kept("size => { put('small', [1]); put('large', [9 * size]); }", MEGABYTE)
    assert kept("frames()") == ["large"]
    kept("() => { put('next', [1]); }")
    assert kept("frames()") == ["next"]


def test_frames_of_a_stage_that_is_gone_are_forgotten(kept):
    kept("() => { put('a', [5], [0]); put('b', [7], [0, 1], 'other'); kept.only(new Map([['other', 1]])); }")
    assert kept("frames()") == ["b"]
    kept("kept.drop('b')")
    assert kept("kept.bytes") == 0
    kept("() => { put('a', [5], [0]); kept.clear(); }")
    assert kept("[kept.bytes, kept.uses.size, kept.frames.size]") == [0, 0, 0]


def test_a_frame_that_was_forgotten_is_asked_for_again(wire):
    large = [{"p": [], "is": "x" * MEGABYTE}]               # 2 megabytes, as a browser keeps texts
    for position in range(51, 55):
        wire.move(position)
        wire.reply(position, ops=large)
    wire.asked()
    wire.move(52)
    assert wire.shown() == 52 and wire.asked() == []
    wire.move(51)
    assert wire.asked() == [51]


def test_a_lost_message_is_asked_for_once_more(wire):
    wire.move(51)
    wire.wait(PATIENCE - REST)
    assert wire.asked() == [51]
    wire.wait(2 * REST)
    assert wire.asked() == [51]
    assert wire.notice() == ""
    wire.reply(51)
    assert wire.shown() == 51


def test_after_the_second_loss_the_view_says_that_no_answer_comes_until_one_does_and_asks_now_and_then(wire):
    wire.move(51)
    wire.wait(4 * PATIENCE)
    assert wire.asked() == [51, 51, 51, 51], "after 5 seconds, and then every 10"
    assert wire.notice().startswith(SILENT)
    assert not wire.dead()
    wire.move(52)
    wire.wait(PATIENCE)
    assert wire.asked() == [52], "not again at once before the kernel has answered"
    wire.reply(52)
    assert wire.shown() == 52
    assert wire.notice() == ""
    wire.move(53)
    wire.wait(PATIENCE)
    assert wire.asked() == [53, 53]


def test_a_loss_that_a_newer_answer_has_made_up_for_is_not_asked_for(wire):
    wire.move(51)
    wire.move(52)
    wire.reply(52)
    assert wire.asked() == [51, 52]
    wire.wait(3 * PATIENCE)
    assert wire.asked() == [53, 51], "steps ahead, while the hand rests"
    assert wire.notice() == ""


def test_what_is_lost_takes_no_place_from_what_comes(wire):
    for position in range(51, 61):
        wire.move(position)
    assert len(wire.asked()) < 10, "only so many at a time"
    wire.wait(PATIENCE)
    assert wire.asked() == [60]
    wire.reply(60)
    assert wire.shown() == 60


def test_a_slow_kernel_is_not_asked_twice(wire):
    wire.move(51)
    wire.status(51, "busy")
    wire.wait(3 * PATIENCE)
    assert wire.asked() == [51]
    assert wire.notice().startswith(SILENT)
    wire.reply(51)
    wire.status(51, "idle")
    wire.rest()
    assert wire.shown() == 51
    assert wire.notice() == ""
    assert wire.asked() == [52], "a step ahead, while the hand rests"


def test_a_reply_that_was_lost_is_asked_for_at_once(wire):
    wire.move(51)
    wire.asked()
    wire.status(51, "busy")
    wire.status(51, "idle")
    wire.rest()
    assert wire.asked() == [51]
    wire.status(51, "busy")
    wire.status(51, "idle")
    wire.wait(PATIENCE)
    assert wire.asked() == []
    wire.wait(PATIENCE)
    assert wire.notice().startswith(SILENT)


def test_an_answer_that_was_given_up_is_still_shown(wire):
    wire.move(51)
    wire.wait(3 * PATIENCE)
    assert wire.notice().startswith(SILENT)
    wire.tab.evaluate("() => reply(sent.find(message => message.at.x[0] === 51))")
    assert wire.shown() == 51
    assert wire.notice() == ""


def test_a_view_that_no_kernel_has_answered_makes_room_for_the_saved_picture(fresh):
    fresh.wait(PATIENCE)
    assert fresh.asked() == [50, 50]
    assert not fresh.dead()
    fresh.wait(PATIENCE)
    assert fresh.dead()
    assert fresh.notice() == ""
    fresh.reply(50)
    assert not fresh.dead()
    assert fresh.shown() == 50


def test_a_kernel_at_work_on_the_first_picture_is_not_dead(fresh):
    fresh.status(50, "busy")
    fresh.wait(3 * PATIENCE)
    assert fresh.asked() == [50]
    assert not fresh.dead()
    assert fresh.notice().startswith(SILENT)


def test_without_a_comm_nothing_is_asked_and_the_saved_picture_is_seen(chromium):
    with chromium.blank() as tab:
        wire = Wire(tab, live=False)
        wire.rest()
        assert wire.asked() == []
        assert wire.dead()
        assert wire.notice() == ""


def test_a_restart_is_said_only_of_a_kernel_that_was_there(fresh):
    fresh.tab.evaluate("end()")
    assert fresh.notice() == ""
    assert fresh.dead()


def test_a_kernel_that_is_gone_is_asked_for_nothing(wire):
    wire.move(51)
    wire.reply(51)
    wire.move(60)
    wire.tab.evaluate("end()")
    assert wire.notice() == RESTARTED
    wire.asked()
    wire.rest()
    wire.move(61)
    wire.wait(3 * PATIENCE)
    assert wire.asked() == []
    wire.reply(60)
    assert wire.notice() == RESTARTED, "a late answer does not bring it back"
    assert not wire.dead()


def test_a_hold_whose_end_was_lost_is_not_for_ever(wire):
    wire.say(hold=True)
    wire.move(60)
    wire.wait(PATIENCE - REST)
    assert wire.asked() == []
    wire.wait(2 * REST)
    assert wire.asked() == [60]


def test_two_views_have_each_its_own_size_and_frames(wire):
    wire.view(500)
    first, second = wire.tab.evaluate("() => sent.slice(-2)")
    assert first["client"] != second["client"]
    assert first["size"][0] > second["size"][0]
    wire.reply(50)
    assert wire.tab.locator("canvas[data-frame='1']").count() == 2
    wire.move(51)
    assert wire.asked() == [50, 51, 51]
    wire.tab.evaluate("() => fail(sent.at(-1))")
    assert [line for line in wire.tab.locator(".lnn-error").all_text_contents() if line] == ["broken"]


def test_a_closed_view_hears_and_asks_nothing(wire):
    wire.move(51)
    wire.asked()
    wire.tab.evaluate("close()")
    assert wire.tab.evaluate("ears()") == [0, 0, 0]
    wire.move(52)
    wire.tab.evaluate("() => document.body.classList.toggle('vscode-dark')")
    wire.wait(3 * PATIENCE)
    assert wire.asked() == []


def test_another_pixel_ratio_asks_for_another_picture(wire):
    devtools = wire.tab.context.new_cdp_session(wire.tab)
    for ratio, width in ((2, 1400), (1.25, 1300), (2, 1400)):       # Chromium says nothing of a ratio whose page stays as wide
        devtools.send("Emulation.setDeviceMetricsOverride", {"width": width, "height": 720, "deviceScaleFactor": ratio, "mobile": False})
        wire.tab.evaluate("count => new Promise(done => (function look() { if (sent.length > count) done(); else later(look, 20); })())",
                          wire.heard)
        assert wire.asked() == [50]
        assert wire.tab.evaluate("sent.at(-1).size.slice(0, 3)") == [800, None, ratio]


def test_a_new_size_is_asked_for_once_it_has_settled(wire):
    for width in (760, 720, 680):
        wire.tab.evaluate("width => { document.querySelector('.lnn-explorer').style.width = `${width}px`; }", width)
        wire.laid_out()
        wire.wait(100)
    assert wire.asked() == []
    wire.wait(100)
    assert wire.asked() == [50]
    assert wire.tab.evaluate("sent.at(-1).size[0]") == 680
