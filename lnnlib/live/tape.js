// A Tape: the frames of an explorer, read from the file that tape.py describes. A place is a list of positions, one a control.

// The bytes of a gzip stream.
const inflated = async bytes =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

class Tape {
  // Of the bytes of a tape, still compressed. Where its stages are not among them, `fetchStage(k, dark)` brings one.
  static async read(bytes, fetchStage = null) {
    const file = await inflated(bytes), length = new DataView(file.buffer).getUint32(0, true), tape = new Tape();
    Object.assign(tape, JSON.parse(new TextDecoder().decode(file.subarray(4, 4 + length))), { tint: new Map() });
    tape.names = Object.keys(tape.controls);
    let start = 4 + length;
    tape.stages = tape.stages?.map(both => both.map(size => file.slice(start, start += size)));
    tape.fetchStage = fetchStage;
    tape.unpack(file.subarray(start));
    tape.at = new Map(tape.frames.map(frame => [`${frame[0]}`, frame]));
    return tape;
  }

  // Differences, byte by byte, become points: one Float32Array for each recording.
  unpack(planes) {
    const n = this.points.reduce((sum, count) => sum + count, 0), xy = new Float32Array(2 * n);
    for (const axis of [0, 1]) {
      const [a, b, c, d] = [0, 1, 2, 3].map(byte => planes.subarray((4 * axis + byte) * n, (4 * axis + byte + 1) * n));
      for (let k = 0, sum = 0; k < n; k++) xy[2 * k + axis] = (sum += a[k] | b[k] << 8 | c[k] << 16 | d[k] << 24) / 8;
    }
    let first = 0;
    this.points = this.points.map(count => xy.subarray(2 * first, 2 * (first += count)));
  }

  // The WebP of a stage, or the promise of it.
  stage(k, dark) { return this.stages ? this.stages[k][Number(dark)] : this.fetchStage(k, dark); }

  has(place) { return this.at.has(`${place}`); }

  // The frame at a place.
  frame(place) {
    const [, stage, parts, [readout, ...verdicts], handles, axes] = this.at.get(`${place}`);
    return { stage, parts, readout, verdicts, handles, axes };
  }

  // A part's operations in the colours of a theme; where a run is pinned, its lines and markers in grey alone.
  ops(part, dark, ghost = false) {
    const key = `${part} ${dark} ${ghost}`, { tint } = this;
    if (!tint.has(key)) tint.set(key, this.texts[part].map(op => this.tinted(ghost ? this.grey(op) : op, dark)));
    return tint.get(key);
  }

  tinted(op, dark) {
    if (!dark) return op;
    const tint = colour => (this.dark[colour.slice(0, 7)] ?? colour.slice(0, 7)) + colour.slice(7);
    return { ...op, ...(op.s && { s: tint(op.s) }), ...(op.f && { f: tint(op.f) }) };
  }

  // As a pinned run is drawn (see scene.py): no fill but of markers, no text.
  grey({ s, f, ...op }) {
    if (op.t !== undefined) return { ...op, t: "" };
    const face = f && op.m && { f: f.endsWith("00") && f.length > 7 ? f : this.ghost };
    return { ...op, ...(s && { s: this.ghost }), ...face };
  }

  // Where control number k may go while the others stay: its positions, in order.
  along(k, place) {
    const found = [...Array(this.controls[this.names[k]].length).keys()];
    return found.filter(position => this.has(place.with(k, position)));
  }

  // The place nearest to `place` where control number k stands on `position`: as few others as may be are elsewhere, and not far.
  nearest(k, position, place) {
    const spans = this.names.map(name => Math.max(1, this.controls[name].length - 1));
    const rank = other => other.reduce((sum, one, i) => sum + (i === k ? 1000 * Math.abs(one - position)
      : one === place[i] ? 0 : 1 + Math.abs(one - place[i]) / spans[i]), 0);
    let best = place, least = Infinity;
    for (const [other] of this.frames) {
      const sum = rank(other);
      if (sum < least) [best, least] = [other, sum];
    }
    return best;
  }
}
