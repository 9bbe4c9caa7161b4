"""A canvas without a kernel: the test plays it, message by message, under a clock that stands still."""
import base64
import io
import json

from PIL import Image

from lnnlib.live.link import Canvas

PLACES = 200                                                # of each slider, which stands on 50

# `sent` holds what was asked; `reply` answers it as the kernel would, `progress` says what the kernel is at. `view` makes one more
# view, of a canvas and the rows of the sliders, and gives what closes it. `timers` are those that are yet to come.
START = """async ([script, png, names, sliders, rows]) => {
    const [start, stop] = [setTimeout, clearTimeout], timers = new Set();
    window.setTimeout = (f, time) => {
        const timer = start(() => { timers.delete(timer); f(); }, time);
        timers.add(timer);
        return timer;
    };
    window.clearTimeout = timer => { timers.delete(timer); stop(timer); };
    const { default: canvas } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    const speaker = more => {
        const ears = [];
        return { ...more, ears, on: (name, f) => ears.push([name, f]),
                 off: (name, f) => ears.splice(ears.findIndex(ear => ear[1] === f), 1),
                 say: (name, ...what) => Promise.all(ears.filter(ear => ear[0] === name).map(ear => ear[1](...what))) };
    };

    // A control's model. `change` sets it as the kernel does; what the browser sets is told to the kernel once it is saved.
    const control = () => {
        const has = { index: 50, _options_labels: Array(PLACES).fill("0") }, told = [];
        let unsaved = {};
        const change = (news, by = {}) => {
            const changed = Object.keys(news).filter(name => has[name] !== news[name]);
            Object.assign(has, news);
            for (const name of changed) model.say(`change:${name}`, model, has[name], by);
            if (changed.length) model.say("change", model, by);
        };
        const model = speaker({ get: name => has[name], change, told,
            set: (name, value, by) => { if (has[name] !== value) unsaved[name] = value; change({ [name]: value }, by); },
            save_changes: () => { if (Object.keys(unsaved).length) told.push(unsaved.index); unsaved = {}; } });
        return model;
    };

    // noUiSlider, as far as a row and ipywidgets use it. A hand drags, drops, or presses a key.
    const noUiSlider = (place, last) => {
        let ears = [];
        const kind = event => event.split(".")[0];
        const fire = (...names) => {
            for (const name of names)
                for (const [, f] of ears.filter(([event]) => kind(event) === name)) f([Math.round(place)], 0, [place]);
        };
        const slider = { options: { range: { min: 0, max: last } }, get: () => place,
            on: (event, f) => { ears.push([event, f]); if (kind(event) === "update") fire("update"); },
            off: event => { ears = ears.filter(ear => kind(ear[0]) !== event); },
            set: (where, tells = true) => {
                place = Math.min(slider.options.range.max, Math.max(0, where));
                fire("update", ...tells ? ["set"] : []);
            },
            updateOptions: ({ range, start = place }, tells) => { slider.options.range = range; slider.set(start, tells); },
            drag: where => { place = where; fire("update", "slide"); },
            drop: () => fire("change", "set", "end"),
            key: where => { place = where; fire("slide", "update", "change", "set"); } };
        return slider;
    };

    // A slider's row, with the listeners of ipywidgets' SelectionSliderView.
    const row = (name, control) => {
        const row = Object.assign(document.createElement("div"), { className: `lnn-control-${name}` });
        const last = () => control.get("_options_labels").length - 1;
        row.innerHTML = `<div class="noUi-target"><div class="noUi-handle" tabindex="0"></div></div><input type="text">`;
        const slider = row.querySelector(".noUi-target").noUiSlider = noUiSlider(control.get("index"), last());
        const tell = ([index]) => { control.set("index", index, { updated_view: row }); control.save_changes(); };
        for (const event of ["update", "change"]) slider.on(event, tell);
        const update = () => slider.updateOptions({ start: control.get("index"), range: { min: 0, max: last() } });
        control.on("change:index", (_, index, by) => { if (by.updated_view !== row && slider.get() !== index) slider.set(index); });
        control.on("change", (_, by) => { if (by.updated_view !== row) update(); });
        return row;
    };

    const stage = Uint8Array.from(atob(png), c => c.charCodeAt(0)), sent = [], heard = new Map(), of = {};
    for (const name of names) of[name] = control();
    const layout = speaker({ comm_live: true });
    const controls = Object.fromEntries(names.map(name => [name, [`anywidget:${name}`, `the ${name}`, sliders]]));
    const state = { controls, readout: "", widths: [360, 1080], ratios: [.5, 1], breakpoint: 700, layout };
    const send = (message, callbacks) => { sent.push(message); heard.set(message, callbacks); };
    const model = speaker({ get: name => state[name], send });
    const host = { getModel: async reference => of[reference.replace("anywidget:", "")] };
    const view = async (width, more = { host }) => {
        const root = document.body.appendChild(Object.assign(document.createElement("div"), { className: "lnn-explorer" }));
        root.style.width = `${width}px`;
        if (rows) root.append(...names.map(name => row(name, of[name])));
        return canvas.render({ model, el: root.appendChild(document.createElement("div")), ...more });
    };
    const say = (message, ...arrays) =>
        model.say("msg:custom", message, arrays.map(({ buffer, byteOffset }) => new DataView(buffer, byteOffset)));
    const shifted = array => new Uint8Array([0, ...new Uint8Array(array.buffer)]).subarray(1);      // it may begin anywhere
    const answer = (message, more, ...arrays) => say({ n: message.n, client: message.client, ...more }, ...arrays);
    const rowOf = (name, view) => document.querySelectorAll(`.lnn-control-${name}`)[view];
    const frame = ({ at }) => ({ at, stage: "s", ops: [], handles: [], readout: `${at?.x[0]}`, verdict: "", pinned: "" });
    const canvasOf = view => document.querySelectorAll("canvas")[view];
    Object.assign(window, { sent, model, layout, view, timers, say, answer, of, rowOf, newRow: name => row(name, of[name]),
        ears: () => [model, layout, ...Object.values(of)].map(one => one.ears.length),
        end: () => { layout.comm_live = false; layout.say("comm_live_update"); },
        hand: (name, view) => rowOf(name, view).querySelector(".noUi-target").noUiSlider,
        shown: view => JSON.parse(canvasOf(view).dataset.state),
        painted: () => [...Array(8).keys()].filter(x => canvasOf(0).getContext("2d").getImageData(x, 0, 1, 1).data[0]),
        pack: (content, points, texts) => {
            const arrays = [new Float32Array(points), new TextEncoder().encode(texts)];
            return say(content, ...content.pack % 2 ? arrays.map(shifted) : arrays);
        },
        progress: (message, execution_state) => heard.get(message).iopub.status({ content: { execution_state } }),
        reply: (message, more) => answer(message, { ...frame(message), ...more }, new Uint8Array(0), stage),
        fail: message => answer(message, { error: "broken" }) });
}""".replace("PLACES", str(PLACES))
REST = 100                                                  # ms, longer than a hand takes to rest
PATIENCE = 5000                                             # ms, after which a message of which nothing is heard counts as lost


class Wire:
    """A page with a canvas whose kernel is the test and whose clock stands still.

    Its figure has one control, the drop-down `x`, or these `sliders`, each with its row.
    """

    def __init__(self, tab, live=True, sliders="", rows=True):
        self.tab, self.heard, self._read = tab, 0, 0
        tab.evaluate("() => { window.later = setTimeout; }")        # by a clock that goes on
        tab.clock.install(time=0)
        tab.clock.pause_at(1000)
        png = io.BytesIO()
        Image.new("RGB", (8, 8)).save(png, "PNG")
        stage = base64.b64encode(png.getvalue()).decode()
        tab.evaluate(START, [Canvas._esm, stage, list(sliders or "x"), bool(sliders), bool(sliders) and rows])
        tab.evaluate("live => { layout.comm_live = live; }", live)
        self.view()

    def view(self, width=800):
        """One more view, which has been laid out."""
        self.tab.evaluate("async width => { window.close = await view(width); }", width)
        self.laid_out()

    def laid_out(self):
        self.tab.evaluate("() => new Promise(done => new ResizeObserver(done).observe(document.body))")

    def resize(self, width):
        """Another width of the first view, which has settled."""
        self.tab.evaluate("width => { document.querySelector('.lnn-explorer').style.width = `${width}px`; }", width)
        self.laid_out()
        self.wait(2 * REST)

    # ---- the hand
    def move(self, position, name="x"):
        """The model of a control says another position, as after the kernel, a button, or ipywidgets' own listener."""
        self.tab.evaluate("([name, index]) => of[name].change({ index })", [name, position])

    def drag(self, position, name="x", view=0):
        """The handle of a slider passes `position`: what is shown in the same task."""
        passing = "([name, position, view]) => { hand(name, view).drag(position); return shown(view)[name]; }"
        return self.tab.evaluate(passing, [name, position, view])

    def drop(self, name="x"):
        self.tab.evaluate("name => hand(name, 0).drop()", name)

    def feel(self, event, name="x"):
        """What the row of a slider feels of the pointer or of the focus."""
        self.tab.evaluate("([event, name]) => rowOf(name, 0).dispatchEvent(new Event(event))", [event, name])

    def press(self, name="x"):
        self.feel("pointerdown", name)

    def handle(self, name="x"):
        """Where the handle of a slider stands."""
        return self.tab.evaluate("name => hand(name, 0).get()", name)

    def told(self, name="x"):
        """The positions of a control that the kernel has been told."""
        return self.tab.evaluate("name => of[name].told", name)

    def index(self, name="x"):
        return self.tab.evaluate("name => of[name].get('index')", name)

    # ---- the time
    def rest(self):
        self.wait(REST)

    def wait(self, milliseconds):
        self.tab.clock.run_for(milliseconds)

    # ---- the kernel
    def asked(self, name="x"):
        """The positions that were asked for since the last call, frame by frame."""
        messages = self.tab.evaluate("heard => sent.slice(heard)", self.heard)
        self.heard += len(messages)
        return [message["at"][name][0] for message in messages if "sweep" not in message]

    def newest(self):
        """The newest message."""
        return self.tab.evaluate("sent.at(-1)")

    def sweeps(self):
        """The sweeps that were asked for since the last call."""
        messages = self.tab.evaluate("read => sent.slice(read)", self._read)
        self._read += len(messages)
        return [Sweep(self.tab, message) for message in messages if "sweep" in message]

    def reply(self, position, how="reply", **more):
        """Answer the newest message that asked for `position`, with its picture (which says `more`) or by how="fail"."""
        newest = "sent.findLast(message => message.at.x[0] === position && !message.sweep)"
        self.tab.evaluate(f"([position, more]) => {how}({newest}, more)", [position, more])

    def status(self, position, state):
        """What the kernel says of the newest message that asked for `position`, "busy" or "idle"."""
        newest = "sent.findLast(message => message.at.x[0] === position)"
        self.tab.evaluate(f"([position, state]) => progress({newest}, state)", [position, state])

    def say(self, **message):
        self.tab.evaluate("message => say(message)", message)

    def set(self, **positions):
        """What is heard of `figure.set` in the kernel."""
        self.say(hold=True)
        for name, position in positions.items():
            self.move(position, name)
        self.say(hold=False)

    # ---- the view
    def shown(self, name="x", view=0):
        return self.tab.evaluate("view => shown(view)", view)[name]

    def painted(self):
        """The columns of the picture in which something stands."""
        return self.tab.evaluate("painted()")

    def readout(self):
        return self.tab.locator(".lnn-readout").first.text_content()

    def notice(self):
        return self.tab.locator(".lnn-notice").text_content()

    def error(self):
        return self.tab.locator(".lnn-error").first.text_content()

    def dead(self):
        """Does the view make room for the picture that was saved?"""
        return self.tab.locator(".lnn-explorer.lnn-dead").count() == 1

    def timers(self):
        """How many timers are yet to come?"""
        return self.tab.evaluate("timers.size")


class Sweep:
    """A sweep that a canvas has asked for; its packs are made as lnnlib/live/sweep.py documents them.

    In the frame of place p a column of the picture is painted, number p modulo 8, and "p swept" said.
    """

    def __init__(self, tab, message):
        self.tab, self.message = tab, message
        self.name, self.places = message["sweep"]
        self._packs, self._texts, self._points = 0, {}, {}

    def begin(self, **reply):
        """The kernel sweeps, or replies otherwise."""
        self.tab.evaluate("([message, reply]) => answer(message, reply)", [self.message, reply or {"sweep": len(self.places)}])

    def pack(self, *places, left=99, lost=False, **more):
        """The next pack, of these places, sent unless it is `lost`."""
        texts, points, frames = [], [], []
        for p in places:
            left_edge, right_edge = p % 8, p % 8 + 1
            column = (left_edge, 0, right_edge, 0, right_edge, 8, left_edge, 8)
            parts = [_number(self._texts, json.dumps([{"p": [4], "f": "#ffffff"}]), texts), _number(self._points, column, points)]
            says = [_number(self._texts, json.dumps(text), texts) for text in (f"{p} swept", "", "")]
            frames.append({"i": p, "parts": parts, "says": says, "handles": []})
        content = {"sweep": self.message["n"], "client": self.message["client"], "pack": self._packs, "left": left, "stage": "s",
                   "frames": frames, "lengths": [4 * len(one) for one in points], **more}
        self._packs += 1
        if not lost:
            what = [content, sum(points, ()), f"[{','.join(texts)}]"]
            self.tab.evaluate("([content, points, texts]) => pack(content, points, texts)", what)


def _number(numbers, one, new):
    """The number of a text or of points; what was not yet sent is noted in `new`."""
    if one not in numbers:
        numbers[one] = len(numbers)
        new.append(one)
    return numbers[one]
