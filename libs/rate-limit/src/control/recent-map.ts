/**
 * A map of what was asked for last: of `capacity` entries at least the newer half is there, and what was not asked for
 * longest goes. Two maps that take turns: to move an entry to the end of one map at each look would leave garbage that
 * survives, and cost more than all else that is written down of a decision.
 */
export class RecentMap<Value> {
  private present = new Map<string, Value>();
  private before = new Map<string, Value>();
  private readonly half: number;

  constructor(capacity: number) {
    this.half = Math.ceil(capacity / 2);
  }

  /** Finds, and keeps for longer. */
  get(key: string): Value | undefined {
    const found = this.present.get(key);
    if (found !== undefined) return found;
    const older = this.before.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  /** Finds, and changes nothing. */
  peek(key: string): Value | undefined {
    return this.present.get(key) ?? this.before.get(key);
  }

  set(key: string, value: Value): void {
    if (this.present.size >= this.half && !this.present.has(key)) {
      this.before = this.present;
      this.present = new Map();
    }
    this.present.set(key, value);
  }
}
