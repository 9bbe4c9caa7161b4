// The frames that are kept, by the message that asks for them. Beyond so many bytes the oldest are forgotten.
// A frame is made of parts that other frames share, [{ value, bytes }, ..]: each is counted once.

const MOST_BYTES = 8 * 2 ** 20;
const OWN_BYTES = 1024;                     // what a frame weighs besides its parts: its key, its place in the map

// The map, with `value` under `name` as its newest entry.
function renew(map, name, value) {
  map.delete(name);
  return map.set(name, value);
}

class Kept {
  constructor() { this.clear(); }

  clear() { Object.assign(this, { frames: new Map(), uses: new Map(), bytes: 0 }); }

  has(key) { return this.frames.has(key); }

  // A frame that is wanted again is new again.
  get(key) {
    const frame = this.frames.get(key);
    if (frame) renew(this.frames, key, frame);
    return frame;
  }

  put(key, frame) {
    this.drop(key);
    this.frames.set(key, frame);
    this.bytes += OWN_BYTES;
    for (const part of frame.parts) {
      const uses = this.uses.get(part) ?? 0;
      if (!uses) this.bytes += part.bytes;
      this.uses.set(part, uses + 1);
    }
    for (const oldest of this.frames.keys()) {
      if (this.bytes <= MOST_BYTES || oldest === key) break;
      this.drop(oldest);
    }
  }

  drop(key) {
    const frame = this.frames.get(key);
    if (!frame) return;
    this.frames.delete(key);
    this.bytes -= OWN_BYTES;
    for (const part of frame.parts) {
      const uses = this.uses.get(part) - 1;
      if (uses) { this.uses.set(part, uses); continue; }
      this.uses.delete(part);
      this.bytes -= part.bytes;
    }
  }

  // Forget those that stand on another stage than these.
  only(stages) {
    for (const [key, frame] of this.frames) if (!stages.has(frame.stage)) this.drop(key);
  }
}

// How many of the last few frames that were wanted were kept, as a share.
class Density {
  constructor() { this.share = 1; }

  of(kept) { return this.share += (!!kept - this.share) / 8; }
}
