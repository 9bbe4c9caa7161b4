"""The browser's end of the wire, alone: what it asks of a kernel, played by the test message by message, and what it shows."""
import base64
import io
import json

import pytest
from PIL import Image

from lnnlib.live.link import Canvas

pytestmark = pytest.mark.browser

# A figure of one slider `x` at 50 of 0 to 199. `sent` holds what was asked; `reply` answers it as the kernel would.
START = """async ([script, png]) => {
    const { default: canvas } = await import(script);
    const hear = {}, turn = {}, stage = Uint8Array.from(atob(png), c => c.charCodeAt(0)).buffer;
    const state = { controls: { x: ["anywidget:x", "the x"] }, readout: "", widths: [360, 1080], ratios: [.5, 1], breakpoint: 700 };
    const slider = { index: 50, on: (name, f) => turn[name] = f, off: () => {},
                     get: name => name === "index" ? slider.index : Array(200).fill("0") };
    const sent = [], model = { get: name => state[name], on: (name, f) => hear[name] = f, send: message => sent.push(message) };
    const { initialize, render } = canvas();
    initialize({ model });
    await render({ model, el: document.body.appendChild(document.createElement("div")), host: { getModel: async () => slider } });
    const answer = (message, more) =>
        hear["msg:custom"]({ n: message.n, client: message.client, ...more }, [new ArrayBuffer(0), new DataView(stage)]);
    Object.assign(window, { sent, gone: () => hear.comm_live_update(),
        move: index => { slider.index = index; turn["change:index"](); },
        reply: message =>
            answer(message, { at: message.at, stage: "s", ops: [], handles: [], readout: `${message.at.x[0]}`, verdict: "" }),
        fail: message => answer(message, { error: "broken" }) });
}"""
REST = 100                                                  # ms, longer than a hand takes to rest


class Wire:
    """A page with a canvas whose kernel is the test and whose clock stands still."""

    def __init__(self, tab):
        self.tab, self.heard = tab, 0
        tab.clock.install(time=0)
        tab.clock.pause_at(1000)
        png = io.BytesIO()
        Image.new("RGB", (8, 8)).save(png, "PNG")
        script = "data:text/javascript;base64," + base64.b64encode(Canvas._esm.encode()).decode()
        tab.evaluate(START, [script, base64.b64encode(png.getvalue()).decode()])
        self.reply(50)

    def asked(self):
        """The positions that were asked for since the last call."""
        positions = self.tab.evaluate("heard => sent.slice(heard).map(message => message.at.x[0])", self.heard)
        self.heard += len(positions)
        return positions

    def move(self, position):
        self.tab.evaluate("move", position)

    def rest(self):
        self.tab.clock.run_for(REST)

    def reply(self, position, how="reply"):
        """Answer the newest message that asked for `position`, with its picture or by how="fail"."""
        self.tab.evaluate(f"position => {how}(sent.findLast(message => message.at.x[0] === position))", position)

    def shown(self):
        return json.loads(self.tab.locator("canvas").get_attribute("data-state"))[0]


@pytest.fixture
def wire(chromium):
    with chromium.blank() as tab:
        yield Wire(tab)


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


def test_a_kernel_that_is_gone_is_not_asked_for_steps_ahead(wire):
    wire.move(51)
    wire.reply(51)
    wire.tab.evaluate("gone()")
    wire.asked()
    wire.rest()
    assert wire.asked() == []
    assert wire.tab.locator(".lnn-notice").inner_text().startswith("The kernel was restarted")
