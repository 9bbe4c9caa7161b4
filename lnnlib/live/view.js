// A View (one per place where the figure is shown) paints the newest frame of its Link, says it, and hears the pointer.

const REACH = 22;                           // CSS pixels within which a pointer takes hold of a point

// A grid has grown: ipywidgets leaves the slider's range as it was, and would clip the last position.
function stretch(slider, control) {
  const last = control.get("_options_labels").length - 1;
  if (!slider || slider.options.range.max === last) return;
  slider.updateOptions({ range: { min: 0, max: last } }, false);
  slider.set(control.get("index"), false);
}

// An attribute, written only where it changes: this runs at every frame.
function put(element, name, value) {
  if (element && element.getAttribute(name) !== `${value}`) element.setAttribute(name, value);
}

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
    put(this.canvas, "aria-label", readout);
    this.lines.readout.textContent = readout;
    const root = this.el.closest(".lnn-explorer"), options = root?.querySelector(".lnn-predict .widget-radio-box");
    put(options, "role", "radiogroup");
    put(options, "aria-label", root?.querySelector(".lnn-predict .widget-html-content")?.textContent);
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
    put(handle, "aria-label", label);
    put(handle, "aria-valuetext", option);
    put(handle, "data-lm-suppress-shortcuts", true);        // else Notebook 7 takes the arrow keys for itself
    row.classList.add("lnn-heard");
    put(field, "aria-label", `${label}, type a value`);
    if (field.dataset.refusedAt !== option) this.accept(field);
    if (field !== document.activeElement && !field.dataset.refusedAt) field.value = value;
    for (const button of row.querySelectorAll(".widget-play button"))
      put(button, "aria-label", `${label}: ${button.querySelector(".fa-play, .fa-pause") ? "play or pause" : "stop"}`);
    for (const button of row.querySelectorAll("button.lnn-jump")) {
      const here = [value, ...names].includes(button.textContent);
      button.classList.toggle("lnn-here", here);
      put(button, "aria-label", `${label}: jump to ${button.textContent}`);
      put(button, "aria-current", here);
    }
  }

  // What was typed into a field is no value: it stays there, marked and with its reason, until it is changed or the slider moves.
  refuse(name, why) {
    const field = this.el.closest(".lnn-explorer")?.querySelector(`.lnn-control-${name} input[type=text]`);
    const control = this.link.controls[name];
    if (!field || !control) return;
    field.dataset.refusedAt = control.get("_options_labels")[control.get("index")];
    put(field, "aria-invalid", true);
    put(field, "title", why);
    field.addEventListener("input", () => this.accept(field), { once: true });
  }

  accept(field) {
    delete field.dataset.refusedAt;
    for (const name of ["aria-invalid", "title"]) field.removeAttribute(name);
  }

  line(where, text) { Object.assign(this.lines[where], { textContent: text, hidden: !text }); }

  // To screen readers, once: what was said is not left to be read again beside the readout.
  speak(readout) {
    this.lines.live.textContent = readout;
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
