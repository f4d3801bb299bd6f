/**
 * A Redis that carries out one script after another. What a script answers is decided at the instant at which it begins;
 * its caller is told at the instant at which it is done.
 */
export class Shard {
  #idleAtMs = 0;
  busyMs = 0;
  calls = 0;
  asks = 0;

  /** @param world `agenda`, `store`, and what a call and each decision in it cost: `callMicros`, `askMicros`. */
  constructor(world) {
    this.world = world;
  }

  /** A script that arrives now with these asks. When `done` is called, each has its `answer`. */
  arrive(asks, nowMs, done) {
    const { agenda, store, callMicros, askMicros } = this.world;
    const startMs = Math.max(nowMs, this.#idleAtMs);
    const workMs = (callMicros + askMicros * asks.length) / 1_000;
    this.#idleAtMs = startMs + workMs;
    this.busyMs += workMs;
    this.calls++;
    this.asks += asks.length;
    agenda.plan(startMs, () => {
      for (const ask of asks) ask.answer = ask.work(store);
    });
    agenda.plan(this.#idleAtMs, done);
  }
}
