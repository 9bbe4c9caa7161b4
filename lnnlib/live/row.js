// A slider's row: it says where the slider stands, to eyes and screen readers, and hears the hand on it.

const HOVER = 50;                           // ms over a slider, or with the focus on it, after which it will be moved

// An attribute, written only where it changes: this runs at every frame.
function put(element, name, value) {
  if (element && element.getAttribute(name) !== `${value}`) element.setAttribute(name, value);
}

class Row {
  constructor(row, name, label, link) {
    Object.assign(this, { row, name, label, link, handle: row.querySelector(".noUi-handle"),
      slider: row.querySelector(".noUi-target").noUiSlider, field: row.querySelector("input[type=text]"), closing: new AbortController() });
    row.classList.add("lnn-heard");
    put(this.handle, "aria-label", label);
    put(this.handle, "data-lm-suppress-shortcuts", true);      // else Notebook 7 takes the arrow keys for itself
    put(this.field, "aria-label", `${label}, type a value`);
    this.hear();
  }

  get connected() { return this.row.isConnected; }

  get control() { return this.link.controls[this.name]; }

  hear() {
    const { row, link, name } = this, { signal } = this.closing;
    this.follow(index => link.places.slid(name, index));
    const soon = () => { clearTimeout(this.timer); this.timer = setTimeout(() => link.sweep(name), HOVER); };
    for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, soon, { signal });
    for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, () => clearTimeout(this.timer), { signal });
    row.addEventListener("pointerdown", () => link.sweep(name), { signal, capture: true });
    this.field.addEventListener("blur", () => { this.said = null; this.say(); }, { signal });
  }

  // Instead of ipywidgets' own listener, which tells the kernel of every step: a message, an answer, "busy" and "idle" for each.
  // Its listener to "change", at the release and at each key, stays.
  follow(moved) {
    this.slider.off("update");
    this.slider.on("update.lnn", (values, handle, exact) => moved(Math.round(exact[0])));
  }

  // What hears the slider from now on is as good as what was there before.
  close() {
    this.closing.abort();
    clearTimeout(this.timer);
    const { control } = this;
    this.follow(index => { if (index !== control.get("index")) { control.set("index", index); control.save_changes(); } });
  }

  // Put the handle where a dragged point has brought it.
  place(index) { if (Math.round(this.slider.get(true)) !== index) this.slider.set(index, false); }

  // A grid has grown: ipywidgets leaves the slider's range as it was, and would clip the last position.
  stretch(last) {
    const { slider, control } = this;
    if (slider.options.range.max === last) return;
    slider.updateOptions({ range: { min: 0, max: last } }, false);
    slider.set(control.get("index"), false);
  }

  // The exact value stands in the field, and a critical value's button is marked.
  say() {
    const options = this.control.get("_options_labels"), option = options[this.link.places.index(this.name)];
    this.stretch(options.length - 1);
    if (option === this.said) return;
    this.said = option;
    const [value, ...names] = option.split(" = "), { row, field, label } = this;
    put(this.handle, "aria-valuetext", option);
    if (field.dataset.refusedAt !== option) this.accept();
    if ((field !== document.activeElement || !field.value) && !field.dataset.refusedAt) field.value = value;
    for (const button of row.querySelectorAll(".widget-play button"))
      put(button, "aria-label", `${label}: ${button.querySelector(".fa-play, .fa-pause") ? "play or pause" : "stop"}`);
    for (const button of row.querySelectorAll("button.lnn-jump")) {
      const here = [value, ...names].includes(button.textContent);
      button.classList.toggle("lnn-here", here);
      put(button, "aria-label", `${label}: jump to ${button.textContent}`);
      put(button, "aria-current", here);
    }
  }

  // What became of the text in the field. Refused it stays there, marked and with its reason, until it is changed or the slider
  // moves; else the field says the value again.
  typed(refused, why) {
    const { field } = this;
    this.said = null;
    if (refused === undefined) { this.say(); return; }
    field.value = refused;
    field.dataset.refusedAt = this.control.get("_options_labels")[this.link.places.index(this.name)];
    put(field, "title", why);
    (field.oninput = () => put(field, "aria-invalid", field.value === refused))();
  }

  accept() {
    delete this.field.dataset.refusedAt;
    this.field.oninput = null;
    for (const name of ["aria-invalid", "title"]) this.field.removeAttribute(name);
  }
}
