// What becomes of the messages to the kernel: each is answered, or slow, or lost, itself or its reply.
// Where the front end passes on the kernel's "busy" and "idle", these tell slow from lost; elsewhere time alone does.

const PATIENCE = 5000;                      // ms after which a message that no kernel has begun counts as lost
const SILENCE = 2 * PATIENCE;               // ms without an answer after which the view says so
const GRACE = 40;                           // ms that a reply may come later than the "idle" after it
const FRAME = 1000 / 60;

class Flight {
  // onLost(message) is called for each one that is, onSilent() when an answer has been awaited for too long.
  constructor(onLost, onSilent) {
    Object.assign(this, { onLost, onSilent, n: 0, messages: new Map(), answered: false, roundTrip: PATIENCE, cost: FRAME });
  }

  get underWay() { return [...this.messages.values()].filter(message => !message.lost); }

  // Is a frame to come that is wanted now? Those fetched ahead are not.
  get awaited() { return this.underWay.some(message => !message.ahead); }

  // Is a kernel at work on one of them?
  get begun() { return this.underWay.some(message => message.begun); }

  // As many may be under way as fit into a round trip, and never so few that a packet waits for another's receipt.
  get full() {
    const most = Math.ceil(this.roundTrip / Math.max(FRAME, this.cost));
    return this.underWay.filter(message => !message.ahead).length >= Math.max(3, Math.min(8, most));
  }

  // A new message, whose frame is to be kept under `key`; the front end gets its `callbacks`.
  start(key, ahead) {
    const message = { n: ++this.n, key, ahead, sent: performance.now(), begun: false, lost: false };
    message.callbacks = { iopub: { status: said => this.progress(message, said.content.execution_state) } };
    message.timer = setTimeout(() => this.lose(message), PATIENCE);
    this.messages.set(message.n, message);
    if (!ahead && !this.silence) this.listen();
    return message;
  }

  // What was begun is slow, not lost. What is done and has brought no reply will bring none.
  progress(message, state) {
    if (!this.messages.has(message.n)) return;
    clearTimeout(message.timer);
    message.begun = true;
    if (state === "idle") message.timer = setTimeout(() => this.lose(message), GRACE);
  }

  lose(message) {
    if (message.lost) return;
    message.lost = true;
    this.onLost(message);
  }

  // The message that is answered by number n. One wire, one order: those before it are answered, or never will be.
  answer(n, cost) {
    const message = this.messages.get(n);
    for (const [k, { timer }] of this.messages) if (k <= n) { clearTimeout(timer); this.messages.delete(k); }
    if (message) this.roundTrip = Math.min(this.roundTrip, performance.now() - message.sent);
    this.cost = cost ?? this.cost;
    this.answered = true;
    this.listen();
    return message;
  }

  // From now on, silence is too long after SILENCE.
  listen() {
    clearTimeout(this.silence);
    this.silence = this.awaited ? setTimeout(() => { this.silence = null; this.onSilent(); }, SILENCE) : null;
  }

  clear() {
    for (const message of this.messages.values()) clearTimeout(message.timer);
    this.messages.clear();
    this.listen();
  }
}
