// A Sweep: the frames of a slider's other places, asked for once; the kernel sends them in packs (the format stands in sweep.py).

const BLOCK = 16;                           // places of one side that come one after the other

const floats = view => view.byteOffset % 4
  ? new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))
  : new Float32Array(view.buffer, view.byteOffset, view.byteLength / 4);

// A part of a frame, with the memory it takes.
const part = value => ({ value, bytes: value.byteLength ?? 2 * JSON.stringify(value).length });

// All that a frame depends on, but the place of the slider `name`.
const others = (name, wish) => JSON.stringify([name, { ...wish, at: { ...wish.at, [name]: wish.at[name][1] } }]);

class Sweep {
  // Of the slider `name` where all else is as in `wish`. Its `base` is what two sweeps of the same frames have in common.
  constructor(name, wish) {
    Object.assign(this, { name, wish, packs: 0, texts: [], points: [], left: Infinity, failed: false, ended: false,
      heard: performance.now() });
    this.base = others(name, wish);
  }

  // Is more to come? Not if nothing was heard for so long.
  get going() { return !this.ended && this.left > 0 && performance.now() - this.heard < PATIENCE; }

  end(failed) { Object.assign(this, { left: 0, failed: !!failed }); }

  // The other places of the slider, the nearest first, side by side in blocks: neighbours share more of what is drawn.
  places() {
    const [here, length] = this.wish.at[this.name], all = [...Array(length).keys()].filter(index => index !== here);
    const block = index => 2 * Math.ceil(Math.abs(index - here) / BLOCK) + (index < here);
    return all.sort((a, b) => block(a) - block(b) || Math.abs(a - here) - Math.abs(b - here));
  }

  // The length of the slider's grid.
  get length() { return this.wish.at[this.name][1]; }

  // The message that asks for the frame of another place.
  wishAt(index) { return { ...this.wish, at: { ...this.wish.at, [this.name]: [index, this.length] } }; }

  // The frames of a pack, as [wish, frame]. Where one was lost, those after it cannot be read.
  unpack({ pack, left, failed, frames, lengths, stage }, [points, texts]) {
    Object.assign(this, { heard: performance.now(), left, failed: !!failed });
    if (pack !== this.packs++) { this.end(); return []; }
    this.keep(lengths, points, texts);
    return frames.map(({ i, parts, says, handles }) => {
      const wish = this.wishAt(i), [readout, verdict, pinned] = says.map(k => this.texts[k].value);
      const both = parts.map((number, k) => (k % 2 ? this.points : this.texts)[number]);
      return [wish, { at: wish.at, stage, readout, verdict, pinned, handles, parts: both }];
    });
  }

  keep(lengths, points, texts) {
    const xy = floats(points);
    let p = 0;
    for (const bytes of lengths) this.points.push(part(xy.slice(p, p += bytes / 4)));
    for (const text of JSON.parse(new TextDecoder().decode(texts))) this.texts.push(part(text));
  }
}
