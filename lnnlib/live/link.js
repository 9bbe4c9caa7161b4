// The browser's end of the wire. A Link (one per view: each has its own size) hears the sliders, asks the kernel for frames,
// several at once, and keeps the newest, which its view paints. The message format stands in message.py.
// A frame follows from its message alone, so frames are kept, and those of a slider's other places are had before they are wanted.

const SILENT = "No answer from the kernel for 10 seconds: it is busy, cut off or gone. If it was restarted, run this cell again.";
const RESTARTED = "The kernel was restarted. Run this cell again.";
const STAGES = 8;                           // stages kept
const REST = 40, SETTLE = 120;              // ms after which a hand rests, and a size has settled
const DENSE = .6;                           // share of places that are kept, from which on these frames overtake others
const STEER = 100;                          // ms after which a sweep is told again where the hand goes
const FARTHEST = 1000;                      // places of a slider to either side that are swept

// Forget the oldest entries of `map` beyond `most`, never the one named `kept`.
function trim(map, most, kept) {
  for (const name of map.keys()) {
    if (map.size <= most) break;
    if (name !== kept) map.delete(name);
  }
}

const isDark = () => document.body.dataset.jpThemeLight === "false" || document.body.classList.contains("vscode-dark");

class Link {
  constructor(model, controls) {
    Object.assign(this, { model, controls, client: Math.random().toString(36).slice(2), closing: new AbortController(),
      flight: new Flight(message => this.again(message), () => this.silent()), stages: new Map(), frames: new Kept(),
      places: new Places(controls, name => this.moved(name)), density: new Density(), job: null, declined: false,
      shown: 0, asked: null, frame: null, drag: null, turned: null, width: 0, height: null,
      dirty: false, held: false, insisted: false, dropped: false });
    this.hear(model, "msg:custom", (message, buffers) => this.receive(message, buffers));
    for (const [name, control] of Object.entries(controls))
      for (const change of ["change:index", "change:_options_labels"]) this.hear(control, change, () => this.places.set(name));
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
    this.places.close();
    for (const timer of [this.resizing, this.resting, this.ahead, this.holding]) clearTimeout(timer);
  }

  get live() { return this.life?.comm_live !== false; }

  // ---- where the controls stand
  // The control `name` has another place now.
  moved(name) {
    Object.assign(this, { drag: null, turned: name });
    this.ask();
  }

  // The point that was dragged is let go of: the sliders alone say where it is.
  release() {
    if (!this.drag || this.flight.awaited || this.dirty) return;
    this.drag = null;
    this.asked = JSON.stringify(this.wish(this.places.at()));
  }

  // ---- asking
  wish(at) {
    return { at, size: [this.width, this.height, Math.min(3, Math.max(1, devicePixelRatio || 1)), isDark()], drag: this.drag };
  }

  ask(again = false) {
    if (this.held || !this.width) return;
    if (!this.live) { this.gone(); return; }
    const wish = this.wish(this.places.at()), key = JSON.stringify(wish), { flight } = this;
    if (key === this.asked && !again) return;
    // Where few frames are kept, they do not overtake other ones under way, which on a slow link would all be dropped.
    const kept = this.frames.get(key), known = (this.density.of(kept) > DENSE || !flight.awaited || key === this.asked) && kept;
    this.dirty = !known && flight.full;
    if (this.dirty) return;
    this.asked = key;
    if (!known) { this.send(wish, key); return; }
    this.show({ ...known, n: this.shown = ++flight.n }, key);
    this.steer();
  }

  send(wish, key, ahead = false, more = {}) {
    // At a frame that is none of it the kernel ends a sweep; what it has sent is still taken.
    if (this.job && !more.sweep && others(this.job.name, wish) !== this.job.base) this.job.ended = true;
    const { n, callbacks } = this.flight.start(wish.at && !wish.drag && key, ahead);
    const { turned } = this, toward = this.sweeping(turned) ? this.places.toward(turned, this.flight.roundTrip) : null;
    const content = { ...wish, n, client: this.client, have: [...this.stages.keys()], listening: this.places.heard,
      toward, ahead, ...more };
    try { this.model.send(content, callbacks); } catch { /* no connection: in time it counts as lost */ }
    return n;
  }

  // What was lost is asked for once more, if it was the newest, and then not again until the kernel answers.
  again(message) {
    if (this.dirty) this.ask();
    if (message.ahead || message.n < this.shown || this.flight.awaited || this.insisted) return;
    this.insisted = true;
    this.ask(true);
  }

  // ---- asking ahead
  get mayAskAhead() { return !this.drag && !this.held && !this.insisted && this.live && this.frame; }

  isSlider(name) { return this.model.get("controls")[name]?.[2] && name in this.controls; }

  // Do frames of this slider's other places come by themselves?
  sweeping(name) {
    const { job } = this;
    return job?.name === name && job.going && job.base === others(name, this.wish(this.places.at()));
  }

  // The hand rests: the frames of its slider's other places are fetched, or of the next ones alone.
  lookAhead() {
    if (this.flight.underWay.length) { this.rest(); return; }
    const { turned } = this;
    if (!this.mayAskAhead || !this.controls[turned]) return;
    if (this.isSlider(turned) && !this.declined) { this.sweep(turned); return; }
    const at = this.places.at(), [index, length] = at[turned];
    for (const next of [index + 1, index - 1]) {
      const wish = this.wish({ ...at, [turned]: [next, length] }), key = JSON.stringify(wish);
      if (next >= 0 && next < length && !this.frames.get(key)) this.send(wish, key, true);
    }
  }

  // The hand is on the slider `name`, or near: the frames of its other places are asked for, the nearest first.
  sweep(name) {
    if (this.declined || !this.mayAskAhead || !this.isSlider(name)) return;
    const sweep = new Sweep(name, this.wish(this.places.at())), { job } = this;
    if (job?.base === sweep.base && (job.going || job.failed)) return;
    const places = sweep.places().filter(index => !this.frames.has(JSON.stringify(sweep.wishAt(index)))).slice(0, 2 * FARTHEST);
    if (!places.length) return;
    this.job = sweep;
    sweep.n = this.send(sweep.wish, null, true, { sweep: [name, places] });
  }

  // All is there that the hand passes. Now and then the sweep is told which way it goes: the next place there that is not kept yet
  // is asked for.
  steer() {
    const { turned, job, places } = this, way = places.way(turned), time = performance.now();
    if (!way || !this.sweeping(turned) || (job.way === way && time - job.steered < STEER)) return;
    const key = index => JSON.stringify(job.wishAt(index)), within = index => index >= 0 && index < job.length;
    let next = places.index(turned) + way;
    while (within(next) && this.frames.has(key(next))) next += way;
    Object.assign(job, { way, steered: time });
    if (within(next)) this.send(job.wishAt(next), key(next), true, { toward: next + way });
  }

  // Frames of a sweep have come. The one that is wanted now may be among them.
  swept(message, buffers) {
    if (message.client !== this.client || message.sweep !== this.job?.n) return;
    for (const [wish, frame] of this.job.unpack(message, buffers))
      if (this.stages.has(frame.stage)) this.frames.put(JSON.stringify(wish), frame);
    const key = JSON.stringify(this.wish(this.places.at()));
    if (key !== this.showing && this.frames.has(key)) this.ask(true);
    this.hope();
  }

  rest() {
    clearTimeout(this.ahead);
    this.ahead = setTimeout(() => this.lookAhead(), REST);
  }

  // The kernel would draw other frames now, so those kept or under way are not to be shown again.
  forget() {
    Object.assign(this, { asked: null, job: null });
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
  // Where no kernel is at work on it, asking goes on: what was lost on the way leaves no picture behind for good.
  silent() {
    const { answered, begun } = this.flight;
    this.despair(SILENT, answered || begun);
    if (begun) this.asked = null; else this.ask(true);
  }

  // The comm is closed: no message reaches the kernel that knows this picture.
  gone() {
    clearTimeout(this.ahead);
    this.flight.clear();
    this.forget();
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
    if (message.pack !== undefined) { this.swept(message, buffers); return; }
    if (message.n === undefined) { this.told(message); return; }
    const mine = message.client === this.client && this.flight.messages.has(message.n);
    if (message.client !== null && !mine) return;
    const asked = this.flight.answer(message.n, message.ms), n = message.n ?? this.shown;
    this.hope();
    if (message.error !== undefined) { this.failed(message, asked, n); return; }
    if (message.ops === undefined) { this.begun(message); return; }
    if (buffers[1]) await this.keep(message.stage, buffers[1]);
    if (this.closing.signal.aborted) return;
    const frame = { ...message, parts: [part(message.ops), part(floats(buffers[0]))] };
    if (asked?.key) this.frames.put(asked.key, frame);
    if (n < this.shown || asked?.ahead) return;       // a newer frame is on the screen already, or this one is not yet wanted
    if (!this.stages.has(message.stage)) { this.ask(true); return; }
    this.shown = n;
    this.show(frame, asked?.key);
  }

  // The kernel sweeps, or cannot: then, and for good, the next places alone are fetched while the hand rests.
  begun({ n, declined }) {
    if (!declined) return;
    if (n === this.job?.n) this.job.end(false);
    this.declined = true;
    this.rest();
  }

  // What was to be seen now cannot be; what was fetched ahead is not asked for again.
  failed({ n, error }, asked, order) {
    if (n !== null && n === this.job?.n) this.job.end(true);
    if (order >= this.shown && !asked?.ahead) this.view.line("error", error);
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
    const stage = await createImageBitmap(new Blob([png]));
    trim(renew(this.stages, name, stage), STAGES, this.frame?.stage);
    this.frames.only(this.stages);
  }

  show(frame, key) {
    const news = this.frame && frame.readout !== this.frame.readout;
    Object.assign(this, { frame, showing: key });
    this.view.line("error", "");
    this.view.paint();
    if (this.drag) this.places.follow(frame.at, name => this.view.row(name));
    if (this.dropped) this.release();
    this.rest();
    if (!news) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.view.speak(), 500);
  }

  // What is no frame's: an error, or what became of the text that was typed into a control's field.
  told({ error = "", typed, refused }) {
    this.view.line("error", error);
    if (typed) this.view.typed(typed, refused, error);
  }
}
