// Places: where the controls stand. The value of a slider that is dragged stays in the browser: Python hears it where the hand
// rests, and at the release, not at every step.

const TELL = 100;                           // ms after which Python hears where a resting hand is
const ANEW = 400;                           // ms after which a hand that moves again has no speed
const MAKING = 120;                         // ms in which a few frames are made, besides the way

class Places {
  // onMove(name) is called when a control has another place.
  constructor(controls, onMove) {
    Object.assign(this, { controls, onMove, untold: {}, following: false, speed: 0 });
  }

  close() { this.tell(); }

  // Do we hear the controls at all?
  get heard() { return Object.keys(this.controls).length > 0; }

  index(name) { return this.untold[name] ?? this.controls[name].get("index"); }

  // What a message says of them: name -> [index, grid length].
  at() {
    if (!this.heard) return null;
    return Object.fromEntries(Object.entries(this.controls).map(([name, control]) =>
      [name, [this.index(name), control.get("_options_labels").length]]));
  }

  // The hand has brought the slider `name` to another place.
  slid(name, index) {
    if (this.following || index === this.index(name)) return;
    this.measure(name, index);
    this.untold[name] = index;
    this.onMove(name);
    this.tellSoon();
  }

  // The model of a control has another value: by ipywidgets' own listener at the release, by the kernel, by play.
  set(name) {
    delete this.untold[name];
    if (!this.following) this.onMove(name);
  }

  // A point was dragged, and the controls with it. row(name) shows a slider where it now is.
  follow(at, row) {
    if (!this.heard) return;
    this.following = true;
    for (const [name, [index]] of Object.entries(at)) {
      if (index === this.index(name)) continue;
      this.untold[name] = index;
      row(name)?.place(index);
    }
    this.following = false;
    this.tellSoon();
  }

  tellSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), TELL);
  }

  tell() {
    clearTimeout(this.telling);
    const { untold } = this;
    Object.assign(this, { untold: {}, following: true });
    for (const [name, index] of Object.entries(untold)) {
      this.controls[name].set("index", index);
      try { this.controls[name].save_changes(); } catch { /* no connection: the picture says so */ }
    }
    this.following = false;
  }

  // How fast the hand is, in places a millisecond.
  measure(name, index) {
    const time = performance.now(), passed = time - this.time, speed = (index - this.last) / Math.max(passed, 4);
    const goesOn = name === this.moving && passed < ANEW;
    Object.assign(this, { speed: goesOn ? (this.speed + speed) / 2 : 0, moving: name, last: index, time });
  }

  // Which way the hand goes with the slider `name`, 1 or -1; 0 for one that rests.
  way(name) { return name === this.moving && performance.now() - this.time < ANEW ? Math.sign(this.speed) : 0; }

  // The place where the slider will be when what is asked for now has come.
  toward(name, roundTrip) {
    const index = this.index(name);
    if (!this.way(name)) return index;
    return Math.round(10 * (index + this.speed * (Math.min(1000, roundTrip) + MAKING))) / 10;
  }
}
