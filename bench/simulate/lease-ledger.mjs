/** What becomes of the calls that instances are granted in advance. */
export class LeaseLedger {
  #keys = new Map();
  #grants = 0;
  #granted = 0;
  #spent = 0;
  #givenBack = 0;

  constructor(clock) {
    this.clock = clock;
  }

  granted(identity, { calls }) {
    if (calls === 0) return;
    this.#grants++;
    this.#granted += calls;
    this.#hold(identity, calls);
  }

  spent(identity) {
    this.#spent++;
    this.#hold(identity, -1);
  }

  ended(identity, { unspent }) {
    this.#givenBack += unspent;
    this.#hold(identity, -unspent);
  }

  /** `undefined` where nothing was leased. @param isExhausted whether the key of an identity was asked for more than it has. */
  summary(limit, endMs, isExhausted) {
    if (this.#grants === 0) return undefined;
    const held = [...this.#keys].map(([identity, key]) => ({ identity, part: this.#heldFor(key, endMs) / limit }));
    return {
      calls: this.#granted / this.#grants,
      givenBack: this.#givenBack / this.#granted,
      lost: (this.#granted - this.#spent - this.#givenBack) / this.#granted,
      heldOfLimit: meanPart(held),
      heldOfExhausted: meanPart(held.filter(({ identity }) => isExhausted(identity))),
    };
  }

  #hold(identity, calls) {
    const key = this.#keys.get(identity) ?? { held: 0, sinceMs: 0, heldMs: 0 };
    this.#keys.set(identity, key);
    const { nowMs } = this.clock;
    key.heldMs += key.held * (nowMs - key.sinceMs);
    key.sinceMs = nowMs;
    key.held += calls;
  }

  #heldFor({ held, sinceMs, heldMs }, endMs) {
    return (heldMs + held * Math.max(0, endMs - sinceMs)) / endMs;
  }
}

function meanPart(keys) {
  return keys.length === 0 ? undefined : keys.reduce((sum, { part }) => sum + part, 0) / keys.length;
}
