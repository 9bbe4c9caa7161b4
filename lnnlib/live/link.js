// The browser's end of the wire. A Link (one per model) listens to the sliders, asks the kernel for frames, several at once,
// and keeps the newest, which its views paint. The message format stands in link.py.
// A frame follows from its message alone, so frames are kept, and while the hand rests the slider's next ones are fetched.

const PATIENCE = 5000;                      // ms without a reply after which the kernel counts as gone
const GONE = "The kernel was restarted. Run this cell again.";
const STAGES = 8, FRAMES = 100;             // stages and frames kept
const REST = 40;                            // ms after which a hand rests
const FRAME = 1000 / 60;

const floats = view => view.byteOffset % 4
  ? new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))
  : new Float32Array(view.buffer, view.byteOffset, view.byteLength / 4);

// Forget the oldest entries of `map` beyond `most`, never the one named `kept`.
function trim(map, most, kept) {
  for (const name of map.keys()) {
    if (map.size <= most) break;
    if (name !== kept) map.delete(name);
  }
}

// The map, with `value` under `name` as its newest entry.
function renew(map, name, value) {
  map.delete(name);
  return map.set(name, value);
}

const isDark = () => document.body.dataset.jpThemeLight === "false" || document.body.classList.contains("vscode-dark");

class Link {
  constructor(model) {
    Object.assign(this, { model, client: Math.random().toString(36).slice(2), n: 0, shown: 0, asked: null, frame: null, drag: null,
      width: 0, roundTrip: PATIENCE, cost: FRAME, dirty: false, held: false, following: false, controls: {}, turned: null,
      flying: new Map(), stages: new Map(), frames: new Map(), views: new Set() });
    model.on("msg:custom", (message, buffers) => this.receive(message, buffers));
    model.on("comm_live_update", () => this.gone());
    this.theme = new MutationObserver(() => this.ask());
    this.theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  }

  close() { this.theme.disconnect(); for (const timer of [this.timer, this.resting, this.ahead]) clearTimeout(timer); }

  // How many frames may be under way: as many as fit into a round trip, and never so few that a packet waits for another's receipt.
  get window() { return Math.max(3, Math.min(8, Math.ceil(this.roundTrip / Math.max(FRAME, this.cost)))); }

  get listening() { return Object.keys(this.controls).length > 0; }

  at() {
    if (!this.listening) return null;
    return Object.fromEntries(Object.entries(this.controls).map(([name, control]) =>
      [name, [control.get("index"), control.get("_options_labels").length]]));
  }

  ask(again = false) {
    if (this.held || !this.width) return;
    const wish = this.wish(this.at()), key = JSON.stringify(wish);
    if (key === this.asked && !again) return;
    // A frame that is kept does not overtake those under way: on a slow link these would all be dropped.
    const waiting = [...this.flying.values()].some(asked => !asked.ahead);
    const known = !waiting && this.recall(key), full = this.flying.size >= this.window;
    this.dirty = !known && full;
    if (this.dirty) return;
    this.asked = key;
    if (known) this.show({ ...known, n: this.shown = ++this.n });
    else this.send(wish, key);
  }

  wish(at) { return { at, size: [this.width, Math.min(3, Math.max(1, window.devicePixelRatio || 1)), isDark()], drag: this.drag }; }

  send(wish, key, ahead = false) {
    this.flying.set(++this.n, { sent: performance.now(), key: wish.at && !wish.drag && key, ahead });
    this.model.send({ ...wish, n: this.n, client: this.client, have: [...this.stages.keys()], listening: this.listening });
    this.timer ??= setTimeout(() => this.wait(), PATIENCE);
  }

  // The places next to where the slider that was moved last now stands: one more step is then answered without the kernel.
  lookAhead() {
    if (this.flying.size) { this.rest(); return; }
    if (this.drag || !this.controls[this.turned]) return;
    const at = this.at(), [index, length] = at[this.turned];
    for (const next of [index + 1, index - 1]) {
      const wish = this.wish({ ...at, [this.turned]: [next, length] }), key = JSON.stringify(wish);
      if (next >= 0 && next < length && !this.recall(key)) this.send(wish, key, true);
    }
  }

  rest() {
    clearTimeout(this.ahead);
    this.ahead = setTimeout(() => this.lookAhead(), REST);
  }

  // A kept frame that is wanted again is new again: the oldest are forgotten.
  recall(key) {
    const frame = this.frames.get(key);
    if (frame) renew(this.frames, key, frame);
    return frame;
  }

  wait() {
    this.timer = null;
    const [oldest] = this.flying.values();
    if (oldest === undefined) return;
    const left = oldest.sent + PATIENCE - performance.now();
    if (left > 0) this.timer = setTimeout(() => this.wait(), left);
    else this.gone();
  }

  // The kernel would draw other frames now, so those kept or under way are not to be shown again.
  forget() {
    this.frames.clear();
    for (const asked of this.flying.values()) asked.key = null;
  }

  gone() {
    clearTimeout(this.ahead);
    this.forget();
    this.flying.clear();
    this.asked = null;
    this.say("notice", GONE);
  }

  async receive(message, buffers) {
    if (message.hold !== undefined) { this.held = message.hold; this.ask(); return; }
    if (message.refresh) { this.forget(); this.ask(true); return; }
    if (message.n === undefined) { this.complain(message.error, message.refused); return; }
    if (message.client !== null && message.client !== this.client) return;
    const asked = this.flying.get(message.n);
    if (asked) {
      this.roundTrip = Math.min(this.roundTrip, performance.now() - asked.sent);
      this.cost = message.ms ?? this.cost;
      this.flying.delete(message.n);
    }
    const n = message.n ?? this.shown;
    if (this.dirty) this.ask();
    this.say("notice", "");
    if (message.error !== undefined) { if (n >= this.shown && !asked?.ahead) this.say("error", message.error); return; }
    if (buffers[1]) await this.keep(message.stage, buffers[1]);
    const frame = { ...message, xy: floats(buffers[0]) };
    if (asked?.key) trim(renew(this.frames, asked.key, frame), FRAMES);
    if (n < this.shown || asked?.ahead) return;       // a newer frame is on the screen already, or this one is not yet wanted
    if (!this.stages.has(message.stage)) { this.ask(true); return; }
    this.shown = n;
    this.show(frame);
  }

  async keep(name, png) {
    const stage = await createImageBitmap(new Blob([png], { type: "image/png" }));
    trim(renew(this.stages, name, stage), STAGES, this.frame?.stage);
    for (const [key, frame] of this.frames) if (!this.stages.has(frame.stage)) this.frames.delete(key);
  }

  show(frame) {
    const news = this.frame && frame.readout !== this.frame.readout;
    this.frame = frame;
    this.say("error", "");
    for (const view of this.views) view.paint();
    if (this.drag) this.follow(frame.at);
    this.rest();
    if (!news) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { for (const view of this.views) view.speak(this.frame.readout); }, 500);
  }

  // A point was dragged: the sliders follow to where the kernel has put it.
  follow(at) {
    this.following = true;
    for (const [name, control] of Object.entries(this.controls))
      if (control.get("index") !== at[name][0]) { control.set("index", at[name][0]); control.save_changes(); }
    this.following = false;
  }

  // An error that is no frame's; with the name of the control whose field holds what was refused, if one does.
  complain(error, refused) {
    this.say("error", error);
    if (refused) for (const view of this.views) view.refuse(refused, error);
  }

  say(where, text) { for (const view of this.views) view.line(where, text); this[where] = text; }

  resize(width) {
    const [low, high] = this.model.get("widths");
    width = Math.min(high, Math.max(low, 8 * Math.floor(width / 8)));
    if (width === this.width) return;
    clearTimeout(this.resizing);
    const settle = () => { this.width = width; this.ask(); };
    if (this.width) this.resizing = setTimeout(settle, 120); else settle();
  }
}
