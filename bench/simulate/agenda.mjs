/** What is to happen, earliest first; what is due at the same instant in the order in which it was planned: a heap. */
export class Agenda {
  #events = [];
  #planned = 0;

  /** When the next event is due; `Infinity` when there is none. */
  get nextMs() {
    return this.#events[0]?.atMs ?? Infinity;
  }

  /** `run` is called by whoever takes the event, when it is due. */
  plan(atMs, run) {
    const events = this.#events;
    const event = { atMs, order: this.#planned++, run };
    let at = events.length;
    events.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, events[above])) break;
      events[at] = events[above];
      at = above;
    }
    events[at] = event;
  }

  take() {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (events.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= events.length) break;
      if (below + 1 < events.length && isBefore(events[below + 1], events[below])) below++;
      if (!isBefore(events[below], last)) break;
      events[at] = events[below];
      at = below;
    }
    events[at] = last;
    return first;
  }
}

function isBefore(a, b) {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
