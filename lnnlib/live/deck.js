// The Deck: the controls of an explorer on a page without a kernel. The same parts under the same names as ipywidgets makes them in
// Jupyter (panel.py), so that one style sheet dresses both.

function make(tag, name, more = {}, ...children) {
  const element = Object.assign(document.createElement(tag), { className: name, ...more });
  element.append(...children);
  return element;
}

const button = ([textContent, title], onclick, name = "") =>
  make("button", `jupyter-button ${name}`, { type: "button", textContent, title, onclick });

const BEAT = 50;                                    // ms between two places of a slider that plays

let count = 0;
const unique = () => `lnn-${++count}`;              // an id in the page

class Deck {
  // Builds an explorer into `root`; the picture that stood there is hidden once the first frame is painted.
  constructor(root, player) {
    const { about } = player;
    Object.assign(this, { root, player, about, rows: {} });
    root.deck = this;
    this.note = make("p", "lnn-note", { hidden: true });
    this.note.setAttribute("role", "status");
    const inUse = about.controls.filter(control => control.inUse), rest = about.controls.filter(control => !control.inUse);
    const stage = make("div", "lnn-stage");
    const parts = [make("div", "lnn-front", {}, ...this.question(), this.settings(inUse, rest.length > 0)),
      make("div", "lnn-grid lnn-more", {}, ...rest.map(control => this.row(control))), stage];
    root.classList.toggle("lnn-asking", !!about.predict);
    root.append(...parts);
    this.link = new Link(player, player.controls);
    Object.assign(player, { onMove: () => this.say(), onTape: () => this.renew() });
    this.view = new View(this.link, stage);
    stage.append(this.note);
    const shown = new MutationObserver(() => {
      shown.disconnect();
      root.dataset.alive = Math.round(performance.now());
    });
    shown.observe(this.view.canvas, { attributes: true, attributeFilter: ["data-frame"] });
    this.say();
  }

  // ---- parts
  settings(inUse, more) {
    const verdict = this.about.predict ? [make("div", "lnn-verdict")] : [], tools = make("div", "lnn-tools");
    const { pins, words } = this.about;
    const scenes = this.about.scenes.map(({ label, why, place }) => button([label, why], () => this.go(place)));
    this.pinned = this.toggle(words.pin, keep => this.pin(keep));
    if (pins) tools.append(this.pinned);
    tools.append(button(words.reset, () => this.reset()));
    if (more) tools.append(this.toggle(words.more, open => this.root.classList.toggle("lnn-open", open)));
    const line = make("div", "lnn-line", {}, make("div", "lnn-scenes lnn-strip", {}, ...scenes), tools);
    const grid = make("div", "lnn-grid", {}, ...inUse.map(control => this.row(control)));
    return make("div", "lnn-settings", {}, ...verdict, grid, line);
  }

  toggle(words, turn) {
    const one = button(words, () => {
      const on = one.getAttribute("aria-pressed") !== "true";
      one.setAttribute("aria-pressed", on);
      turn(on);
    });
    one.setAttribute("aria-pressed", false);
    return one;
  }

  reset() {
    if (this.player.pinned) this.pinned.click();
    this.go(this.about.begin);
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

  row({ name, label, slider, jumps, play }) {
    const k = this.player.tape.names.indexOf(name), labels = this.player.tape.controls[name], id = unique();
    const input = slider ? make("input", "lnn-slider", { type: "range", min: 0, max: labels.length - 1, step: 1 })
      : make("select", "lnn-choice", {}, ...labels.map(text => new Option(text)));
    let byKey = false;
    Object.assign(input, { id, onkeydown: () => { byKey = true; }, onpointerdown: () => { byKey = false; },
      oninput: () => this.move(k, slider ? Number(input.value) : input.selectedIndex, { onward: byKey, exact: !slider }) });
    const jump = ([text, position, title]) => button([text, title], () => this.move(k, position, { exact: true }), "lnn-jump");
    const strip = make("div", "lnn-jumps lnn-strip", {}, ...jumps.map(jump));
    const output = make("output", "widget-readout", { htmlFor: id });
    this.rows[name] = { input, output, slider, labels, jumps: strip };
    return make("div", `lnn-control lnn-control-${name}`, {}, make("label", "widget-label", { textContent: label, htmlFor: id }),
      ...(jumps.length ? [strip] : []), ...(play ? [this.playing(k, play)] : []), ...(slider ? [output, make("div", "slider-container", {}, input)] : [input]));
  }

  // The button that runs slider number k through its places, from the beginning where it stands at the end.
  playing(k, title) {
    const beyond = () => this.player.tape.along(k, this.player.place).filter(one => one > this.player.place[k]);
    let timer = 0;
    const stop = () => { clearInterval(timer); timer = 0; one.textContent = "▶"; };
    const step = () => { const [next] = beyond(); next === undefined ? stop() : this.move(k, next); };
    const start = () => {
      this.halt?.();
      this.halt = stop;
      if (!beyond().length) this.move(k, 0);
      timer = setInterval(step, BEAT);
      one.textContent = "❚❚";
    };
    const one = button(["▶", title], () => timer ? stop() : start());
    put(one, "aria-label", title);
    return make("div", "widget-play", {}, one);
  }

  question() {
    const { predict, words } = this.about, name = unique();
    if (!predict) return [];
    const ready = button(words.ready, () => this.open(Number(this.root.querySelector(`[name=${name}]:checked`).value)));
    const skip = button(words.skip, () => this.open(null));
    const radio = value => make("input", "", { type: "radio", name, value, onchange: () => { ready.disabled = false; } });
    // canvas.css turns each pair around, as ipywidgets has them
    const options = make("div", "widget-radio-box", {}, ...predict.options.map((text, k) => make("label", "", {}, text, radio(k))));
    const first = make("b", "", { textContent: `${words.first} ` });
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
  move(k, position, how) {
    const others = this.player.move(k, position, how).map(name => {
      const { label } = this.about.controls.find(one => one.name === name);
      return `${label} is ${this.rows[name].labels[this.player.place[this.player.tape.names.indexOf(name)]]}`;
    });
    write(this.note, others.length ? `No run of all that was recorded: ${others.join(", ")} now.` : "");
    this.note.hidden = !others.length;
    this.say();
  }

  go(place) {
    this.halt?.();
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
