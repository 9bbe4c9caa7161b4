// The browser's end of the wire. A Link (one per model) listens to the sliders, asks the kernel for frames, several at once,
// and keeps the newest; Views (one per place where the figure is shown) paint it. The message format stands in link.py.
// A frame follows from its message alone, so frames are kept, and while the hand rests the slider's next ones are fetched.

const PATIENCE = 5000;                      // ms without a reply after which the kernel counts as gone
const GONE = "The kernel was restarted. Run this cell again.";
const STAGES = 8, FRAMES = 100;             // stages and frames kept
const REACH = 22, REST = 40;                // CSS pixels within which a pointer takes hold of a point; ms after which a hand rests
const FRAME = 1000 / 60;

// ---------------------------------------------------------------- painting
function replay(g, ops, xy) {
  let p = 0;
  const line = n => { for (let k = 0; k < n; k++, p += 2) k ? g.lineTo(xy[p], xy[p + 1]) : g.moveTo(xy[p], xy[p + 1]); };
  const ink = o => { if (o.f) g.fill(); if (o.s) g.stroke(); };
  for (const o of ops) {
    g.save();
    if (o.c) { g.beginPath(); g.rect(...o.c); g.clip(); }
    if (o.s) Object.assign(g, { strokeStyle: o.s, lineWidth: o.w, lineCap: o.e ?? "butt", lineJoin: o.j ?? "round", lineDashOffset: o.o ?? 0 });
    if (o.d) g.setLineDash(o.d);
    if (o.f) g.fillStyle = o.f;
    if (o.t !== undefined) {
      g.font = `${o.b ? "bold " : ""}${o.z}px "DejaVu Sans", Verdana, sans-serif`;
      g.textAlign = o.h;
      g.translate(xy[p], xy[p + 1]);
      if (o.r) g.rotate(-o.r * Math.PI / 180);
      g.fillText(o.t, 0, 0);
      p += 2;
    } else if (o.m) {
      const shape = p, end = p + 2 * o.m.reduce((a, b) => a + b, 0);
      for (let q = end; q < end + 2 * o.n; q += 2) {
        g.setTransform(1, 0, 0, 1, xy[q], xy[q + 1]);
        g.beginPath();
        p = shape;
        o.m.forEach(line);
        ink(o);
      }
      p = end + 2 * o.n;
    } else {
      g.beginPath();
      o.p.forEach(line);
      ink(o);
    }
    g.restore();
  }
}

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

const isDark = () => document.body.dataset.jpThemeLight === "false" || document.body.classList.contains("vscode-dark");

// ---------------------------------------------------------------- one per model: what is asked, what is known
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
    const known = !waiting && this.frames.get(key), full = this.flying.size >= this.window;
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
    if (this.flying.size || this.drag || !this.controls[this.turned]) return;
    const at = this.at(), [index, length] = at[this.turned];
    for (const next of [index + 1, index - 1]) {
      const wish = this.wish({ ...at, [this.turned]: [next, length] }), key = JSON.stringify(wish);
      if (next >= 0 && next < length && !this.frames.has(key)) this.send(wish, key, true);
    }
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
    this.forget();
    this.flying.clear();
    this.asked = null;
    this.say("notice", GONE);
  }

  async receive(message, buffers) {
    if (message.hold !== undefined) { this.held = message.hold; this.ask(); return; }
    if (message.refresh) { this.forget(); this.ask(true); return; }
    if (message.n === undefined) { this.say("error", message.error); return; }
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
    if (asked?.key) trim(this.frames.set(asked.key, frame), FRAMES);
    if (n < this.shown || asked?.ahead) return;       // a newer frame is on the screen already, or this one is not yet wanted
    if (!this.stages.has(message.stage)) { this.ask(true); return; }
    this.shown = n;
    this.show(frame);
  }

  async keep(name, png) {
    const stage = await createImageBitmap(new Blob([png], { type: "image/png" }));
    this.stages.delete(name);
    trim(this.stages.set(name, stage), STAGES, this.frame?.stage);
    for (const [key, frame] of this.frames) if (!this.stages.has(frame.stage)) this.frames.delete(key);
  }

  show(frame) {
    this.frame = frame;
    this.say("error", "");
    for (const view of this.views) view.paint();
    if (this.drag) this.follow(frame.at);
    clearTimeout(this.ahead);
    this.ahead = setTimeout(() => this.lookAhead(), REST);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { for (const view of this.views) view.speak(frame.readout); }, 500);
  }

  // A point was dragged: the sliders follow to where the kernel has put it.
  follow(at) {
    this.following = true;
    for (const [name, control] of Object.entries(this.controls))
      if (control.get("index") !== at[name][0]) { control.set("index", at[name][0]); control.save_changes(); }
    this.following = false;
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

// A grid has grown: ipywidgets leaves the slider's range as it was, and would clip the last position.
function stretch(slider, control) {
  const last = control.get("_options_labels").length - 1;
  if (!slider || slider.options.range.max === last) return;
  slider.updateOptions({ range: { min: 0, max: last } }, false);
  slider.set(control.get("index"), false);
}

// ---------------------------------------------------------------- one per place where it is shown
class View {
  constructor(link, el) {
    Object.assign(this, { link, el });
    el.classList.add("lnn-stage");
    const part = (tag, name, more = {}) => Object.assign(el.appendChild(document.createElement(tag)), { className: `lnn-${name}`, ...more });
    this.canvas = part("canvas", "picture");
    this.canvas.setAttribute("role", "img");
    this.lines = { error: part("p", "error", { hidden: true }), notice: part("p", "notice", { hidden: true }),
      readout: part("p", "readout"), verdict: part("p", "verdict", { hidden: true }), live: part("p", "live") };
    this.lines.live.setAttribute("aria-live", "polite");
    this.label(link.model.get("readout"));
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(el);
    this.fit();
    this.dragging();
    link.views.add(this);
    for (const where of ["error", "notice"]) if (link[where]) this.line(where, link[where]);
    if (link.frame) this.paint();
  }

  close() { this.observer.disconnect(); this.link.views.delete(this); }

  // The height is there before the first frame is, so the page does not jump.
  fit() {
    const width = this.el.clientWidth, [low, high] = this.link.model.get("widths");
    if (!width) return;
    const ratio = this.link.model.get("ratios")[width >= this.link.model.get("breakpoint") ? 0 : 1];
    this.canvas.style.aspectRatio = `1 / ${ratio}`;
    this.canvas.style.width = `${Math.min(width, high)}px`;
    this.link.resize(width);
  }

  paint() {
    const { frame, stages } = this.link, stage = stages.get(frame.stage), canvas = this.canvas;
    if (canvas.width !== stage.width || canvas.height !== stage.height) Object.assign(canvas, { width: stage.width, height: stage.height });
    const g = canvas.getContext("2d");
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(stage, 0, 0);
    replay(g, frame.ops, frame.xy);
    canvas.dataset.frame = frame.n ?? "pushed";
    canvas.dataset.state = JSON.stringify(Object.values(frame.at).map(position => position[0]));
    this.label(frame.readout);
    this.line("verdict", frame.verdict);
  }

  label(readout) {
    this.canvas.setAttribute("aria-label", readout);
    this.lines.readout.textContent = readout;
    const root = this.el.closest(".lnn-explorer");
    for (const [name, [, label]] of Object.entries(this.link.model.get("controls"))) {
      const row = root?.querySelector(`.lnn-control-${name}`), control = this.link.controls[name];
      const handle = row?.querySelector(".noUi-handle");
      if (!handle || !control) continue;
      stretch(row.querySelector(".noUi-target")?.noUiSlider, control);
      this.mark(row, handle, label, control.get("_options_labels")[control.get("index")]);
    }
  }

  // A slider's row says its exact value: to screen readers, in the field, and by marking a critical value's button.
  mark(row, handle, label, option) {
    const [value, ...names] = option.split(" = "), field = row.querySelector("input[type=text]");
    handle.setAttribute("aria-label", label);
    handle.setAttribute("aria-valuetext", option);
    row.classList.add("lnn-heard");
    field.setAttribute("aria-label", `${label}, type a value`);
    if (field !== document.activeElement) field.value = value;
    for (const button of row.querySelectorAll(".widget-play button"))
      button.setAttribute("aria-label", `${label}: ${button.querySelector(".fa-play, .fa-pause") ? "play or pause" : "stop"}`);
    for (const button of row.querySelectorAll("button.lnn-jump"))
      button.classList.toggle("lnn-here", [value, ...names].includes(button.textContent));
  }

  line(where, text) { Object.assign(this.lines[where], { textContent: text, hidden: !text }); }

  speak(readout) { this.lines.live.textContent = readout; }

  // Points that can be dragged. The page scrolls as ever unless the finger is on one.
  dragging() {
    const { canvas, link } = this;
    const where = event => {
      const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
      return { x: (event.clientX - box.x) * scale, y: (event.clientY - box.y) * scale, scale };
    };
    const under = event => {
      const { x, y, scale } = where(event);
      return (link.frame?.handles ?? []).findIndex(([hx, hy]) => Math.hypot(hx - x, hy - y) < REACH * scale);
    };
    let held = -1;
    canvas.addEventListener("touchstart", event => { if (under(event.touches[0]) >= 0) event.preventDefault(); }, { passive: false });
    canvas.addEventListener("pointerdown", event => {
      held = under(event);
      if (held < 0) return;
      canvas.setPointerCapture(event.pointerId);
      canvas.style.touchAction = "none";
    });
    canvas.addEventListener("pointermove", event => {
      if (held < 0) { canvas.style.cursor = under(event) >= 0 ? "grab" : ""; return; }
      const { x, y } = where(event);
      link.drag = [held, x, y];
      link.ask();
    });
    const release = () => { held = -1; canvas.style.touchAction = ""; };
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, release);
  }
}

// The sliders' models, through anywidget's host where there is one (it unsubscribes by itself), else through the manager.
async function listen(link, model, host) {
  const heard = {}, undo = [], manager = model.widget_manager;
  if (!host?.getModel && !manager?.get_model) return () => {};
  for (const [name, [reference]] of Object.entries(model.get("controls"))) {
    const control = host?.getModel ? await host.getModel(reference) : await manager.get_model(reference.replace("anywidget:", ""));
    const moved = () => { if (!link.following) { Object.assign(link, { drag: null, turned: name }); link.ask(); } };
    control.on("change:index", moved);
    if (!host?.getModel) undo.push(() => control.off("change:index", moved));
    heard[name] = control;
  }
  link.controls = heard;
  return () => undo.forEach(f => f());
}

export default () => {
  let link;
  return {
    initialize({ model }) {
      link = new Link(model);
      return () => link.close();
    },
    async render({ model, el, host }) {
      const stop = await listen(link, model, host);
      const view = new View(link, el);
      return () => { view.close(); stop(); };
    },
  };
};
