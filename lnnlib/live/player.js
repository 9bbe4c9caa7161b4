// A Player answers a Link's messages from tapes, where no kernel is: it is what the Link takes for its model.

const ELSEWHERE = "The pinned run cannot be drawn here: it belongs to other axes, and comes back where they are the same.";
const NEAR = .15;               // share of a slider's length by which a record may be missed
const STRAY = .5, LEAVE = 1e4;   // what a pixel costs by which another point moves; what a control costs that is not dragged

class Player {
  // The tapes hold the same frames in a wide picture and in a narrow one. One of the two may be missing: `load(k)`, where there is
  // such a function, brings it once it is wanted. `about`: see page.py.
  constructor(tapes, about, load = null) {
    const tape = tapes.find(one => one);
    Object.assign(this, { tapes, tape, about, load, place: about.begin, heard: new Map(), predicted: null, pinned: null });
    this.controls = Object.fromEntries(tape.names.map((name, k) => [name, new Taped(this, name, k)]));
    this.traits = { ...about.traits, readout: tape.texts[tape.frame(about.begin).readout],
      controls: Object.fromEntries(about.controls.map(({ name, label }) => [name, [name, label, false]])) };
  }

  get(name) { return this.traits[name]; }

  on(event, f) { this.heard.set(event, f); }

  off(event) { this.heard.delete(event); }

  // A message is answered at once, or as soon as a new stage is there. There are no sweeps, and no frames ahead.
  send({ n, client, at, size, drag, have, sweep }) {
    const answer = (content, buffers = []) => this.heard.get("msg:custom")?.({ n, client, ms: 1, ...content }, buffers);
    const dark = size[3], tape = this.layout(size[0] >= this.get("breakpoint") ? 0 : 1);
    const asked = tape.names.map(name => at[name][0]), place = drag ? this.held(tape, asked, ...drag) : asked;
    if (sweep || !tape.has(place)) { queueMicrotask(() => answer({ declined: true })); return; }
    const frame = tape.frame(place), pinned = this.pinned && tape.frame(this.pinned), drawn = { ops: [], points: [] };
    const stage = `${frame.stage} ${this.tapes.indexOf(tape)}${dark ? " dark" : ""}`;
    const draw = ({ parts }, k, ghost) => {
      drawn.ops.push(...tape.ops(parts[2 * k], dark, ghost));
      drawn.points.push(tape.points[parts[2 * k + 1]]);
    };
    const kept = pinned && pinned.axes === frame.axes
      && tape.names.every((name, k) => !this.about.unpinned.includes(name) || this.pinned[k] === place[k]);
    if (kept) for (const k of tape.ghosts[pinned.stage]) draw(pinned, k, true);
    for (let k = 0; k < frame.parts.length / 2; k++) draw(frame, k, false);
    const where = Object.fromEntries(tape.names.map((name, k) => [name, [place[k], tape.controls[name].length]]));
    const said = { at: where, stage, ops: drawn.ops, readout: tape.texts[frame.readout], handles: frame.handles,
      pinned: kept ? `Pinned: ${tape.texts[pinned.readout]}` : pinned ? ELSEWHERE : "",
      verdict: this.predicted === null ? "" : tape.texts[frame.verdicts[this.predicted]] };
    Promise.resolve(have.includes(stage) ? null : tape.stage(frame.stage, dark)).then(
      picture => answer(said, [joined(drawn.points), ...(picture ? [picture] : [])]),
      error => answer({ error: `This picture could not be read: ${error.message}` }));
    if (drag) this.go(place);
  }

  // The tape of a layout; until it is there the other one, whose picture is the same in another size.
  layout(k) {
    if (!this.tapes[k] && this.load) {
      const { load } = this;
      this.load = null;
      load(k).then(tape => { this.tapes[k] = tape; this.onTape?.(); }, () => { /* the other one stays */ });
    }
    return this.tapes[k] ?? this.tape;
  }

  // ---- where the controls go
  // Point number k is held at x, y: the place where it is nearest, while the other points and controls stay as they are, or nearly.
  held(tape, place, k, x, y) {
    const { handles, stage } = tape.frame(place);
    const dragged = tape.names.map(name => tape.drags[stage].some(pair => pair.includes(name)));
    const cost = ([at, , , , held]) => {
      if (!held[k]) return Infinity;
      let sum = Math.hypot(held[k][0] - x, held[k][1] - y);
      at.forEach((position, i) => { if (!dragged[i] && position !== place[i]) sum += LEAVE; });
      held.forEach((one, i) => {
        if (i !== k && one && handles[i]) sum += STRAY * Math.hypot(one[0] - handles[i][0], one[1] - handles[i][1]);
      });
      return sum;
    };
    let best = null, least = Infinity;
    for (const frame of tape.frames) {
      const sum = cost(frame);
      if (sum < least) [best, least] = [frame, sum];
    }
    return best[0];
  }

  // Control number k goes to a position, or to a recorded one that is near; `onward` to the next one that way. Where the tape has
  // none while the others stay, they move too, as little as may be: the names of those come back.
  move(k, position, { onward = false, exact = false } = {}) {
    const { tape } = this, along = tape.along(k, this.place), here = this.place[k];
    const beyond = along.filter(one => (one - here) * (position - here) > 0), open = onward && beyond.length ? beyond : along;
    const nearest = open.reduce((best, one) => Math.abs(one - position) < Math.abs(best - position) ? one : best);
    const far = exact ? 0 : NEAR * (tape.controls[tape.names[k]].length - 1);
    const reached = open === beyond || Math.abs(nearest - position) <= far;
    const place = reached ? this.place.with(k, nearest) : tape.nearest(k, position, this.place);
    return this.go(place).filter(name => name !== tape.names[k]);
  }

  // All controls go to a place; the names of those that have moved.
  go(place) {
    const moved = this.tape.names.filter((_, k) => place[k] !== this.place[k]);
    this.place = place;
    for (const name of moved) this.controls[name].tell();
    this.onMove?.();
    return moved;
  }
}

// One control, as a Link knows it.
class Taped {
  constructor(player, name, k) { Object.assign(this, { player, name, k, heard: new Map() }); }

  get labels() { return this.player.tape.controls[this.name]; }

  get(what) { return what === "index" ? this.player.place[this.k] : this.labels; }

  set() { /* the player moves it */ }

  save_changes() { /* to nobody */ }

  on(event, f) { this.heard.set(event, f); }

  off(event) { this.heard.delete(event); }

  tell() { this.heard.get("change:index")?.(); }
}

// Several arrays of points, one after the other, as a message brings them.
function joined(arrays) {
  const all = new Float32Array(arrays.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of arrays) { all.set(one, at); at += one.length; }
  return new DataView(all.buffer);
}
