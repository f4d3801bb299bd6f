import { MAX_ASKS_PER_BATCH } from './engine.mjs';

/** As in the library's way to a node, stores/redis/lane.ts. */
const MAX_BATCHES_IN_FLIGHT = 2;
const MAX_QUEUED = 10_000;

/** What an event returns that resolves promises: whoever awaits them has to go on before time does. */
export const ANSWERED = Symbol('answered');

/** The connection of one instance to one shard: collects while two batches are on their way. Keeps their order. */
export class Lane {
  #queue = [];
  #inFlight = 0;
  #isFlushPlanned = false;
  #lastArrivalMs = 0;
  #lastReplyMs = 0;

  /** @param world `agenda`, `delay`, `clock`, and `slotOf` where a script may hold decisions of one slot only. */
  constructor(shard, world) {
    this.shard = shard;
    this.world = world;
  }

  /** What `work` returns of the store behind the shard, once it has been there and back. */
  ask(identity, work) {
    if (this.#queue.length >= MAX_QUEUED) return Promise.reject(new Error('the queue is full'));
    return new Promise((resolve) => {
      this.#queue.push({ identity, work, resolve });
      this.#planFlush();
    });
  }

  /** What is asked at one instant goes together, as in one turn of the event loop. */
  #planFlush() {
    if (this.#isFlushPlanned || this.#inFlight >= MAX_BATCHES_IN_FLIGHT) return;
    this.#isFlushPlanned = true;
    const { agenda, clock } = this.world;
    agenda.plan(clock.nowMs, () => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  #flush() {
    while (this.#queue.length > 0 && this.#inFlight < MAX_BATCHES_IN_FLIGHT) {
      this.#send(this.#queue.splice(0, MAX_ASKS_PER_BATCH));
    }
  }

  #send(asks) {
    const { agenda, clock, delay } = this.world;
    const scripts = this.#scriptsOf(asks);
    let due = scripts.length;
    this.#inFlight++;
    // Bytes of a connection do not overtake each other.
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, clock.nowMs + delay());
    agenda.plan(this.#lastArrivalMs, () => {
      for (const script of scripts) {
        this.shard.arrive(script, clock.nowMs, () => {
          this.#lastReplyMs = Math.max(this.#lastReplyMs, clock.nowMs + delay());
          agenda.plan(this.#lastReplyMs, () => {
            for (const { resolve, answer } of script) resolve(answer);
            if (--due === 0) {
              this.#inFlight--;
              this.#flush();
            }
            return ANSWERED;
          });
        });
      }
    });
  }

  #scriptsOf(asks) {
    const { slotOf } = this.world;
    if (slotOf === undefined) return [asks];
    const scripts = new Map();
    for (const ask of asks) {
      const slot = slotOf(ask.identity);
      const script = scripts.get(slot);
      if (script === undefined) scripts.set(slot, [ask]);
      else script.push(ask);
    }
    return [...scripts.values()];
  }
}
