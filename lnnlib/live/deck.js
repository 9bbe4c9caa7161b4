// The Deck: the controls of an explorer on a page without a kernel. The same parts under the same names as ipywidgets makes them in
// Jupyter (panel.py), so that one style sheet dresses both.

function make(tag, name, more = {}, ...children) {
  const element = Object.assign(document.createElement(tag), { className: name, ...more });
  element.append(...children);
  return element;
}

const button = (text, onclick, title = "", name = "") =>
  make("button", `jupyter-button ${name}`, { type: "button", textContent: text, onclick, title });

let count = 0;
const unique = () => `lnn-${++count}`;              // an id in the page

class Deck {
  // Builds an explorer into `root`; the picture that stood there goes once the first frame is painted.
  constructor(root, player) {
    const { about } = player, still = [...root.children];
    Object.assign(this, { root, player, about, rows: {} });
    root.deck = this;
    this.note = make("p", "lnn-note", { hidden: true });
    this.note.setAttribute("role", "status");
    const inUse = about.controls.filter(control => control.inUse), rest = about.controls.filter(control => !control.inUse);
    const stage = make("div", "lnn-stage");
    const parts = [make("div", "lnn-front", {}, ...this.question(), this.settings(inUse, rest.length > 0)),
      make("div", "lnn-grid lnn-more", {}, ...rest.map(control => this.row(control))), stage, this.note];
    root.classList.toggle("lnn-asking", !!about.predict);
    root.append(...parts);
    this.link = new Link(player, player.controls);
    player.onMove = () => this.say();
    this.view = new View(this.link, stage);
    const shown = new MutationObserver(() => {
      shown.disconnect();
      for (const element of still) element.remove();
      root.dataset.alive = Math.round(performance.now());
    });
    shown.observe(this.view.canvas, { attributes: true, attributeFilter: ["data-frame"] });
    this.say();
  }

  // ---- parts
  settings(inUse, more) {
    const verdict = this.about.predict ? [make("div", "lnn-verdict")] : [], tools = make("div", "lnn-tools");
    if (this.about.pins)
      tools.append(this.toggle("Pin", keep => this.pin(keep), "Leave this run as a grey ghost while you move on"));
    tools.append(button("Reset", () => this.go(this.player.tape.begin), "Back to the beginning"));
    if (more)
      tools.append(this.toggle("More", open => this.root.classList.toggle("lnn-open", open), "Show the other controls too"));
    const scenes = this.about.scenes.map(({ label, why }) => button(label, () => this.go(this.player.tape.scenes[label]), why));
    const line = make("div", "lnn-line", {}, make("div", "lnn-scenes lnn-strip", {}, ...scenes), tools);
    const grid = make("div", "lnn-grid", {}, ...inUse.map(control => this.row(control)));
    return make("div", "lnn-settings", {}, ...verdict, grid, line);
  }

  toggle(text, turn, title) {
    const one = button(text, () => {
      const on = one.getAttribute("aria-pressed") !== "true";
      one.setAttribute("aria-pressed", on);
      turn(on);
    }, title);
    one.setAttribute("aria-pressed", false);
    return one;
  }

  pin(keep) {
    this.player.pinned = keep ? this.player.place : null;
    this.renew();
  }

  // All that is shown is another thing now.
  renew() {
    this.link.forget();
    this.link.ask(true);
  }

  row({ name, label, slider, jumps }) {
    const k = this.player.tape.names.indexOf(name), labels = this.player.tape.controls[name], id = unique();
    const input = slider ? make("input", "lnn-slider", { type: "range", min: 0, max: labels.length - 1, step: 1 })
      : make("select", "lnn-choice", {}, ...labels.map(text => new Option(text)));
    let byKey = false;
    Object.assign(input, { id, onkeydown: () => { byKey = true; }, onpointerdown: () => { byKey = false; },
      oninput: () => this.move(k, slider ? Number(input.value) : input.selectedIndex, byKey) });
    const jump = ([text, position]) => button(text, () => this.move(k, position), `${label}: jump to ${text}`, "lnn-jump");
    const strip = make("div", "lnn-jumps lnn-strip", {}, ...jumps.map(jump));
    const output = make("output", "widget-readout", { htmlFor: id });
    this.rows[name] = { input, output, slider, labels, jumps: strip };
    return make("div", `lnn-control lnn-control-${name}`, {}, make("label", "widget-label", { textContent: label, htmlFor: id }),
      ...(jumps.length ? [strip] : []), ...(slider ? [output, make("div", "slider-container", {}, input)] : [input]));
  }

  question() {
    const { predict } = this.about, name = unique();
    if (!predict) return [];
    const ready = button("That is my prediction", () => this.open(Number(this.root.querySelector(`[name=${name}]:checked`).value)));
    const skip = button("Skip", () => this.open(null), "Show the controls without a prediction");
    const radio = value => make("input", "", { type: "radio", name, value, onchange: () => { ready.disabled = false; } });
    // canvas.css turns each pair around, as ipywidgets has them
    const options = make("div", "widget-radio-box", {}, ...predict.options.map((text, k) => make("label", "", {}, text, radio(k))));
    const first = make("b", "", { textContent: "Predict first. " });
    const question = make("p", "widget-html-content", { id: unique() }, first, predict.question);
    ready.disabled = true;
    put(options, "role", "radiogroup");
    put(options, "aria-labelledby", question.id);
    return [make("div", "lnn-predict", {}, question, options, make("div", "lnn-tools", {}, ready, skip))];
  }

  open(predicted) {
    this.player.predicted = predicted;
    this.root.classList.remove("lnn-asking");
    this.root.classList.toggle("lnn-skipped", predicted === null);
    this.renew();
    this.root.querySelector(".lnn-settings :is(input, select)")?.focus({ preventScroll: true });
  }

  // ---- what happens
  move(k, position, onward = false) {
    const back = this.player.move(k, position, onward).map(name => this.about.controls.find(one => one.name === name).label);
    write(this.note, back.length ? `There is no recorded run of all that: ${back.join(", ")} went back.` : "");
    this.note.hidden = !back.length;
    this.say();
  }

  go(place) {
    this.player.go(place);
    this.note.hidden = true;
    this.say();
  }

  // Every row says where its control stands.
  say() {
    this.player.tape.names.forEach((name, k) => {
      const { input, output, slider, labels, jumps } = this.rows[name], position = this.player.place[k];
      const [value, ...named] = labels[position].split(" = ");
      if (!slider) { input.selectedIndex = position; return; }
      input.value = position;
      put(input, "aria-valuetext", labels[position]);
      write(output, value);
      for (const one of jumps.querySelectorAll("button"))
        one.classList.toggle("lnn-here", [value, ...named].includes(one.textContent));
    });
  }
}
