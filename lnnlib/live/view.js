// A View (one per place where the figure is shown) paints the newest frame of its Link, says it, and hears the pointer.

const LINE = 18, SLACK = 12;                // CSS pixels: a line of the readout; what stays free under it
const FLAT = 208, SHALLOW = 352, DEEP = 640;     // a picture is never lower, shrinks no further for its width alone, is never taller
const STEP = 16;                            // so many CSS pixels a picture's height changes by
const REACH = 22;                           // CSS pixels within which a pointer takes hold of a point

// What one sees of the page at once: the nearest ancestor that scrolls and does not grow with what stands in it, outside of cells
// (an output that scrolls by itself is passed over). In Lab and Notebook 7 that is the notebook's panel. null where there is none.
function scroller(root) {
  const boxes = [];
  for (let box = root.parentElement; box && box !== document.body; box = box.parentElement)
    if (box.clientHeight && !box.closest(".jp-Cell") && /auto|scroll/.test(getComputedStyle(box).overflowY)) boxes.push([box, box.clientHeight]);
  root.style.paddingBottom = "9999px";
  const found = boxes.find(([box, height]) => box.clientHeight === height);
  root.style.paddingBottom = "";
  return found ? found[0] : null;
}

// The buttons of a strip in one line; where they do not fit, a menu of the same names under the word `face`.
function oneLine(strip, face, label) {
  const buttons = [...strip.querySelectorAll("button")];
  if (!buttons.length) return;
  const menu = strip.querySelector("select") ?? strip.appendChild(Object.assign(document.createElement("select"), { className: "lnn-menu" }));
  const names = [face, ...buttons.map(button => button.textContent)];
  if ([...menu.options].map(option => option.text).join("\n") !== names.join("\n")) {
    menu.replaceChildren(...names.map((name, k) => Object.assign(new Option(name), { hidden: !k })));
    menu.onchange = () => buttons[menu.selectedIndex - 1]?.click();
    menu.onpointerdown = menu.onblur = () => { menu.selectedIndex = 0; };              // not before: arrow keys go on from where they are
    put(menu, "aria-label", label);
    put(menu, "title", label);
  }
  strip.classList.remove("lnn-folded");
  const wide = buttons.reduce((sum, button) => sum + button.offsetWidth + 4, -4);      // scrollWidth misses what leaves on the left
  strip.classList.toggle("lnn-folded", wide > strip.clientWidth + 1);
}

// A text, written only where it changes; has it?
function write(element, text) {
  if (!element || element.textContent === text) return false;
  element.textContent = text;
  return true;
}

class View {
  constructor(link, el) {
    Object.assign(this, { link, el, rows: new Map() });
    el.classList.add("lnn-stage");
    const part = (tag, name, more = {}) => Object.assign(el.appendChild(document.createElement(tag)), { className: `lnn-${name}`, ...more });
    this.canvas = part("canvas", "picture");
    this.canvas.setAttribute("role", "img");
    this.lines = { error: part("p", "error", { hidden: true }), notice: part("p", "notice", { hidden: true }),
      readout: part("p", "readout"), pinned: part("p", "pinned", { hidden: true }), live: part("p", "live") };
    this.lines.live.setAttribute("aria-live", "polite");
    this.label(link.model.get("readout"));
    link.view = this;
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(el);
    this.dragging();
  }

  close() {
    this.observer.disconnect();
    clearTimeout(this.silence);
    for (const row of this.rows.values()) row.close();
    this.link.close();
  }

  get root() { return this.el.closest(".lnn-explorer") ?? this.el; }

  // The picture takes what the window leaves it, before the first frame is there, so nothing jumps.
  fit() {
    const { root, link } = this, [low, high] = link.model.get("widths"), room = this.el.clientWidth;
    if (!room) return;
    this.dress();
    for (const strip of root.querySelectorAll(".lnn-scenes")) oneLine(strip, "Scenes", "Scenes");
    for (const strip of root.querySelectorAll(".lnn-jumps"))
      oneLine(strip, "▾", `${strip.parentElement.querySelector(".widget-label").textContent}: jump to`);
    const width = Math.min(high, Math.max(low, 8 * Math.floor(room / 8))), wide = width >= link.model.get("breakpoint");
    const own = width * link.model.get("ratios")[wide ? 0 : 1], free = this.free(width), half = STEP * Math.ceil(this.seen / 2 / STEP);
    const least = wide ? FLAT : Math.min(1.05 * width, 440), most = Math.max(own, SHALLOW, half);
    const height = free === null ? Math.round(own) : STEP * Math.floor(Math.max(least, Math.min(most, free, DEEP)) / STEP);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    link.resize(width, free === null ? null : height);
  }

  // The height that is left for the picture beside what stands above it and the readout; null where one cannot know.
  free(width) {
    const { root } = this, front = root.querySelector(".lnn-front");
    if (!this.scroller?.isConnected) {
      this.scroller = scroller(root);
      for (const part of [front, this.scroller]) if (part) this.observer.observe(part);
    }
    if (!this.scroller) return null;
    const lines = (width < 700 ? 3 : 2) + (root.querySelector(".lnn-pin") ? 1 : 0);
    this.seen = Math.min(this.scroller.clientHeight, window.innerHeight);
    return this.seen - (front?.offsetHeight ?? 0) - LINE * lines - SLACK;
  }

  paint() {
    const { frame, stages } = this.link, stage = stages.get(frame.stage), canvas = this.canvas;
    if (canvas.width !== stage.width || canvas.height !== stage.height) Object.assign(canvas, { width: stage.width, height: stage.height });
    const g = canvas.getContext("2d", { alpha: false });           // the stage is opaque
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(stage, 0, 0);
    for (let k = 0; k < frame.parts.length; k += 2) replay(g, frame.parts[k].value, frame.parts[k + 1].value);
    canvas.dataset.frame = frame.n ?? "pushed";
    canvas.dataset.state = JSON.stringify(Object.fromEntries(Object.entries(frame.at).map(([name, [index]]) => [name, index])));
    this.label(frame.readout);
    this.line("pinned", frame.pinned);
    if (!this.verdict?.isConnected) this.verdict = this.root.querySelector(".lnn-verdict");
    write(this.verdict, frame.verdict);
    this.attend();
  }

  // Where the question was that had the focus, the controls are now.
  attend() {
    const asking = this.root.classList.contains("lnn-asking");
    if (this.asking && !asking && document.activeElement === document.body)
      this.root.querySelector(".lnn-settings :is(.noUi-handle, .widget-dropdown select)")?.focus({ preventScroll: true });
    this.asking = asking;
  }

  // The readout, and what the rows say of their sliders.
  label(readout) {
    put(this.canvas, "aria-label", readout);
    write(this.lines.readout, readout);
    for (const name of Object.keys(this.link.controls)) this.row(name)?.say();
  }

  // The row of the slider `name` once it is there; none where the front end has sliders of its own.
  row(name) {
    const known = this.rows.get(name);
    if (known?.connected) return known;
    known?.close();
    this.rows.delete(name);
    const row = this.root.querySelector(`.lnn-control-${name}`), ready = row?.querySelector(".noUi-target")?.noUiSlider;
    if (!ready || !row.querySelector("input[type=text]")) return undefined;
    this.rows.set(name, new Row(row, name, this.link.model.get("controls")[name][1], this.link));
    return this.rows.get(name);
  }

  // The question's options are one group; arrow keys in menus and options stay there.
  dress() {
    const { root } = this, options = root.querySelector(".lnn-predict .widget-radio-box");
    for (const one of root.querySelectorAll("input[type=radio], select")) put(one, "data-lm-suppress-shortcuts", true);
    put(options, "role", "radiogroup");
    put(options, "aria-label", root.querySelector(".lnn-predict .widget-html-content")?.textContent);
  }

  typed(name, refused, why) { this.row(name)?.typed(refused, why); }

  // No kernel has ever answered: the picture that was saved with the notebook is seen instead.
  dead(is) { this.root.classList.toggle("lnn-dead", is); }

  line(where, text) { if (write(this.lines[where], text)) this.lines[where].hidden = !text; }

  // To screen readers, once: what was said is not left to be read again beside the readout.
  speak() {
    const { verdict, readout } = this.link.frame;
    this.lines.live.textContent = [verdict, readout].filter(Boolean).join(" ");
    clearTimeout(this.silence);
    this.silence = setTimeout(() => { this.lines.live.textContent = ""; }, 5000);
  }

  // Points that can be dragged. The page scrolls as ever unless the finger is on one.
  dragging() {
    const { canvas, link } = this;
    const where = event => {
      const box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
      return { x: (event.clientX - box.x) * scale, y: (event.clientY - box.y) * scale, scale };
    };
    const under = event => {
      const { x, y, scale } = where(event);
      if (this.root.classList.contains("lnn-asking")) return -1;
      return (link.frame?.handles ?? []).findIndex(at => at && Math.hypot(at[0] - x, at[1] - y) < REACH * scale);
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
      Object.assign(link, { drag: [held, x, y], dropped: false });
      link.ask();
    });
    const release = () => {
      if (held < 0) return;
      held = -1;
      canvas.style.touchAction = "";
      link.dropped = true;
      link.release();
    };
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, release);
  }
}

// The sliders' models, through anywidget's host where there is one, else through the manager; none where there is neither.
async function sliders(model, host) {
  const found = {}, manager = model.widget_manager;
  if (!host?.getModel && !manager?.get_model) return found;
  for (const [name, [reference]] of Object.entries(model.get("controls")))
    found[name] = await (host?.getModel ? host.getModel(reference) : manager.get_model(reference.replace("anywidget:", "")));
  return found;
}

export default {
  async render({ model, el, host }) {
    const view = new View(new Link(model, await sliders(model, host)), el);
    return () => view.close();
  },
};
