"""The browser's end of the wire, alone: what it asks of a kernel, played by the test message by message, and what it shows."""
import base64
import io
import json

import pytest
from PIL import Image

from lnnlib.live.link import Canvas

pytestmark = pytest.mark.browser

# A figure of one slider `x` at 50 of 0 to 199. `sent` holds what was asked; `reply` answers it as the kernel would, `progress` says
# what the kernel is at. `view` makes one more view and gives what closes it.
START = """async ([script, png]) => {
    const { default: canvas } = await import(script);
    const speaker = more => {
        const ears = [];
        return { ...more, on: (name, f) => ears.push([name, f]), off: (name, f) => ears.splice(ears.findIndex(ear => ear[1] === f), 1),
                 say: (name, ...what) => Promise.all(ears.filter(ear => ear[0] === name).map(ear => ear[1](...what))), ears };
    };
    const stage = Uint8Array.from(atob(png), c => c.charCodeAt(0)).buffer, sent = [], heard = new Map();
    const slider = speaker({ index: 50, get: name => name === "index" ? slider.index : Array(200).fill("0") });
    const layout = speaker({ comm_live: true });
    const state = { controls: { x: ["anywidget:x", "the x"] }, readout: "", widths: [360, 1080], ratios: [.5, 1], breakpoint: 700, layout };
    const model = speaker({ get: name => state[name], send: (message, callbacks) => { sent.push(message); heard.set(message, callbacks); } });
    const view = async width => {
        const root = document.body.appendChild(Object.assign(document.createElement("div"), { className: "lnn-explorer" }));
        root.style.width = `${width}px`;
        return canvas.render({ model, el: root.appendChild(document.createElement("div")), host: { getModel: async () => slider } });
    };
    const answer = (message, more) => model.say("msg:custom", { n: message.n, client: message.client, ...more }, [new ArrayBuffer(0), new DataView(stage)]);
    Object.assign(window, { sent, model, slider, layout, view,
        end: () => { layout.comm_live = false; layout.say("comm_live_update"); },
        move: index => { slider.index = index; slider.say("change:index"); },
        progress: (message, execution_state) => heard.get(message).iopub.status({ content: { execution_state } }),
        reply: message => answer(message, { at: message.at, stage: "s", ops: [], handles: [], readout: `${message.at.x[0]}`, verdict: "", pinned: "" }),
        fail: message => answer(message, { error: "broken" }) });
}"""
REST = 100                                                  # ms, longer than a hand takes to rest
PATIENCE = 5000                                             # ms, after which a message of which nothing is heard counts as lost
SILENT = "No answer from the kernel for 10 seconds"
RESTARTED = "The kernel was restarted. Run this cell again."


class Wire:
    """A page with a canvas whose kernel is the test and whose clock stands still."""

    def __init__(self, tab, live=True):
        self.tab, self.heard = tab, 0
        tab.evaluate("() => { window.later = setTimeout; }")        # by a clock that goes on
        tab.clock.install(time=0)
        tab.clock.pause_at(1000)
        png = io.BytesIO()
        Image.new("RGB", (8, 8)).save(png, "PNG")
        script = "data:text/javascript;base64," + base64.b64encode(Canvas._esm.encode()).decode()
        tab.evaluate(START, [script, base64.b64encode(png.getvalue()).decode()])
        tab.evaluate("live => { layout.comm_live = live; }", live)
        self.view()

    def view(self, width=800):
        """One more view, which has been laid out."""
        self.tab.evaluate("async width => { window.close = await view(width); }", width)
        self.laid_out()

    def laid_out(self):
        self.tab.evaluate("() => new Promise(done => new ResizeObserver(done).observe(document.body))")

    def asked(self):
        """The positions that were asked for since the last call."""
        positions = self.tab.evaluate("heard => sent.slice(heard).map(message => message.at.x[0])", self.heard)
        self.heard += len(positions)
        return positions

    def move(self, position):
        self.tab.evaluate("move", position)

    def rest(self):
        self.wait(REST)

    def wait(self, milliseconds):
        self.tab.clock.run_for(milliseconds)

    def reply(self, position, how="reply"):
        """Answer the newest message that asked for `position`, with its picture or by how="fail"."""
        self.tab.evaluate(f"position => {how}(sent.findLast(message => message.at.x[0] === position))", position)

    def status(self, position, state):
        """What the kernel says of the newest message that asked for `position`, "busy" or "idle"."""
        self.tab.evaluate("([position, state]) => progress(sent.findLast(message => message.at.x[0] === position), state)", [position, state])

    def shown(self):
        return json.loads(self.tab.locator("canvas").first.get_attribute("data-state"))["x"]

    def notice(self):
        return self.tab.locator(".lnn-notice").text_content()

    def dead(self):
        """Does the view make room for the picture that was saved?"""
        return self.tab.locator(".lnn-explorer.lnn-dead").count() == 1


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


def test_what_was_seen_last_is_kept_longest(wire):
    for position in range(51, 149):                         # 99 frames with the first, which is seen again; then two more
        wire.move(position)
        wire.reply(position)
    wire.move(50)
    assert wire.shown() == 50
    for position in (149, 150):
        wire.move(position)
        wire.reply(position)
    wire.asked()
    wire.move(50)
    assert wire.shown() == 50 and wire.asked() == []
    wire.move(51)
    assert wire.asked() == [51], "the oldest is forgotten"


def test_a_lost_message_is_asked_for_once_more(wire):
    wire.move(51)
    wire.wait(PATIENCE - REST)
    assert wire.asked() == [51]
    wire.wait(2 * REST)
    assert wire.asked() == [51]
    assert wire.notice() == ""
    wire.reply(51)
    assert wire.shown() == 51


def test_after_the_second_loss_the_view_says_that_no_answer_comes_until_one_does(wire):
    wire.move(51)
    wire.wait(4 * PATIENCE)
    assert wire.asked() == [51, 51]
    assert wire.notice().startswith(SILENT)
    assert not wire.dead()
    wire.move(52)
    wire.wait(2 * PATIENCE)
    assert wire.asked() == [52], "not once more before the kernel has answered"
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
    wire.tab.evaluate("() => model.say('msg:custom', { hold: true }, [])")
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
    assert wire.tab.evaluate("[model, slider, layout].map(one => one.ears.length)") == [0, 0, 0]
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
