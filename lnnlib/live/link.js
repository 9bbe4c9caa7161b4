// The browser's end of the wire. A Link (one per view: each has its own size) listens to the sliders, asks the kernel for frames,
// several at once, and keeps the newest, which its view paints. The message format stands in link.py.
// A frame follows from its message alone, so frames are kept, and while the hand rests the slider's next ones are fetched.

const SILENT = "No answer from the kernel for 10 seconds: it is busy, cut off or gone. If it was restarted, run this cell again.";
const RESTARTED = "The kernel was restarted. Run this cell again.";
const STAGES = 8, FRAMES = 100;             // stages and frames kept
const REST = 40, SETTLE = 120;              // ms after which a hand rests, and a size has settled

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
  constructor(model, controls) {
    Object.assign(this, { model, controls, client: Math.random().toString(36).slice(2), closing: new AbortController(),
      flight: new Flight(message => this.again(message), () => this.silent()), stages: new Map(), frames: new Map(),
      shown: 0, asked: null, frame: null, drag: null, turned: null, width: 0, height: null,
      dirty: false, held: false, following: false, insisted: false });
    this.hear(model, "msg:custom", (message, buffers) => this.receive(message, buffers));
    for (const [name, control] of Object.entries(controls)) this.hear(control, "change:index", () => this.moved(name));
    this.life = model.get("layout");        // anywidget hides whether a model's comm is live; that of its layout lives as long
    if (this.life?.on) this.hear(this.life, "comm_live_update", () => { if (!this.live) this.gone(); });
    this.watchTheme();
    this.watchRatio();
  }

  hear(model, event, f) {
    model.on(event, f);
    this.closing.signal.addEventListener("abort", () => model.off(event, f));
  }

  watchTheme() {
    const theme = new MutationObserver(() => this.ask());
    theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    this.closing.signal.addEventListener("abort", () => theme.disconnect());
  }

  // Another screen, another zoom. A query holds for one ratio, so each change needs the next.
  watchRatio() {
    const changed = () => { this.ask(); this.watchRatio(); };
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", changed, { once: true, signal: this.closing.signal });
  }

  close() {
    this.closing.abort();
    this.flight.clear();
    for (const timer of [this.resizing, this.resting, this.ahead, this.holding]) clearTimeout(timer);
  }

  get live() { return this.life?.comm_live !== false; }

  get listening() { return Object.keys(this.controls).length > 0; }

  // ---- asking
  moved(name) {
    if (this.following) return;
    Object.assign(this, { drag: null, turned: name });
    this.ask();
  }

  at() {
    if (!this.listening) return null;
    return Object.fromEntries(Object.entries(this.controls).map(([name, control]) =>
      [name, [control.get("index"), control.get("_options_labels").length]]));
  }

  wish(at) {
    return { at, size: [this.width, this.height, Math.min(3, Math.max(1, devicePixelRatio || 1)), isDark()], drag: this.drag };
  }

  ask(again = false) {
    if (this.held || !this.width) return;
    if (!this.live) { this.gone(); return; }
    const wish = this.wish(this.at()), key = JSON.stringify(wish), { flight } = this;
    if (key === this.asked && !again) return;
    // A frame that is kept does not overtake those under way: on a slow link these would all be dropped.
    const known = !flight.awaited && this.recall(key);
    this.dirty = !known && flight.full;
    if (this.dirty) return;
    this.asked = key;
    if (known) this.show({ ...known, n: this.shown = ++flight.n });
    else this.send(wish, key);
  }

  send(wish, key, ahead = false) {
    const { n, callbacks } = this.flight.start(wish.at && !wish.drag && key, ahead);
    const content = { ...wish, n, client: this.client, have: [...this.stages.keys()], listening: this.listening };
    try { this.model.send(content, callbacks); } catch { /* no connection: in time it counts as lost */ }
  }

  // What was lost is asked for once more, if it was the newest, and then not again until the kernel answers.
  again(message) {
    if (this.dirty) this.ask();
    if (message.ahead || message.n < this.shown || this.flight.awaited || this.insisted) return;
    this.insisted = true;
    this.ask(true);
  }

  // The places next to where the slider that was moved last now stands: one more step is then answered without the kernel.
  lookAhead() {
    if (this.flight.underWay.length) { this.rest(); return; }
    if (this.drag || this.held || this.insisted || !this.live || !this.controls[this.turned]) return;
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

  // The kernel would draw other frames now, so those kept or under way are not to be shown again.
  forget() {
    this.asked = null;
    this.frames.clear();
    for (const message of this.flight.messages.values()) message.key = null;
  }

  resize(width, height) {
    clearTimeout(this.resizing);
    if (width === this.width && height === this.height) return;
    const settle = () => { Object.assign(this, { width, height }); this.ask(); };
    if (this.width) this.resizing = setTimeout(settle, SETTLE); else settle();
  }

  // ---- no answer
  silent() {
    this.asked = null;
    this.despair(SILENT, this.flight.answered || this.flight.begun);
  }

  // The comm is closed: no message reaches the kernel that knows this picture.
  gone() {
    clearTimeout(this.ahead);
    this.flight.clear();
    this.despair(RESTARTED, this.flight.answered);
  }

  // A picture that a kernel knew says why it stands still; one that none has answered makes room for the one that was saved.
  despair(words, known) {
    if (known) this.view.line("notice", words); else this.view.dead(true);
  }

  // ---- what the kernel says
  async receive(message, buffers) {
    if (message.hold !== undefined) { this.hold(message.hold); return; }
    if (message.refresh) { this.forget(); this.ask(true); return; }
    if (message.n === undefined) { this.told(message); return; }
    const mine = message.client === this.client && this.flight.messages.has(message.n);
    if (message.client !== null && !mine) return;
    const asked = this.flight.answer(message.n, message.ms), n = message.n ?? this.shown;
    this.hope();
    if (message.error !== undefined) { if (n >= this.shown && !asked?.ahead) this.view.line("error", message.error); return; }
    if (buffers[1]) await this.keep(message.stage, buffers[1]);
    const frame = { ...message, xy: floats(buffers[0]) };
    if (asked?.key) trim(renew(this.frames, asked.key, frame), FRAMES);
    if (n < this.shown || asked?.ahead) return;       // a newer frame is on the screen already, or this one is not yet wanted
    if (!this.stages.has(message.stage)) { this.ask(true); return; }
    this.shown = n;
    this.show(frame);
  }

  // While several sliders are set. Not for ever: the word of its end may be lost.
  hold(held) {
    clearTimeout(this.holding);
    this.held = held;
    if (held) this.holding = setTimeout(() => this.hold(false), PATIENCE); else this.ask();
  }

  // A kernel answers: what is wanted now has its turn, and no word of silence is true any longer.
  hope() {
    this.insisted = false;
    if (this.dirty) this.ask();
    this.view.line("notice", "");
    this.view.dead(false);
  }

  async keep(name, png) {
    const stage = await createImageBitmap(new Blob([png], { type: "image/png" }));
    trim(renew(this.stages, name, stage), STAGES, this.frame?.stage);
    for (const [key, frame] of this.frames) if (!this.stages.has(frame.stage)) this.frames.delete(key);
  }

  show(frame) {
    const news = this.frame && frame.readout !== this.frame.readout;
    this.frame = frame;
    this.view.line("error", "");
    this.view.paint();
    if (this.drag) this.follow(frame.at);
    this.rest();
    if (!news) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.view.speak(), 500);
  }

  // A point was dragged: the sliders follow to where the kernel has put it.
  follow(at) {
    this.following = true;
    for (const [name, control] of Object.entries(this.controls))
      if (control.get("index") !== at[name][0]) { control.set("index", at[name][0]); control.save_changes(); }
    this.following = false;
  }

  // What is no frame's: an error, or what became of the text that was typed into a control's field.
  told({ error = "", typed, refused }) {
    this.view.line("error", error);
    if (typed) this.view.typed(typed, refused, error);
  }
}
