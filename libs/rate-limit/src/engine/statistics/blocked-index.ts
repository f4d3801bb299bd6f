/** A key that is refused now, and for how much longer. */
export interface BlockedKey {
  readonly key: string;
  readonly retryAfterMs: number;
}

/** Which keys are refused now, of one policy: at most `capacity` of them. */
export class BlockedIndex {
  private readonly untilMs = new Map<string, number>();
  private hasLeftOut = false;

  constructor(private readonly capacity: number) {}

  note(key: string, untilMs: number): void {
    if (this.untilMs.size >= this.capacity && !this.untilMs.has(key)) this.hasLeftOut = true;
    else this.untilMs.set(key, untilMs);
  }

  /** Forgets one whose time is not over, because it was let go. */
  letGo(key: string): void {
    this.untilMs.delete(key);
  }

  /** Forgets those whose time is over. To be called once a second. */
  dropOver(nowMs: number): void {
    for (const [key, untilMs] of this.untilMs) if (untilMs <= nowMs) this.untilMs.delete(key);
    if (this.untilMs.size < this.capacity) this.hasLeftOut = false;
  }

  /** How many; `atLeast` where there was no room for more. */
  count(nowMs: number): { readonly count: number; readonly atLeast: boolean } {
    let count = 0;
    for (const untilMs of this.untilMs.values()) if (untilMs > nowMs) count++;
    return { count, atLeast: this.hasLeftOut };
  }

  /** Those that wait longest first. */
  list(nowMs: number, limit: number): readonly BlockedKey[] {
    return [...this.untilMs]
      .filter(([, untilMs]) => untilMs > nowMs)
      .sort(([, a], [, b]) => b - a)
      .slice(0, limit)
      .map(([key, untilMs]) => ({ key, retryAfterMs: Math.ceil(untilMs - nowMs) }));
  }
}
