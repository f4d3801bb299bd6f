/** A key that is refused now, and for how much longer. */
export interface BlockedKey {
  readonly key: string;
  readonly retryAfterMs: number;
}

interface Block {
  untilMs: number;
  bucketId: string | undefined;
}

/** Which keys are refused now, of one policy: at most `capacity` of them. */
export class BlockedIndex {
  private readonly blocks = new Map<string, Block>();
  private hasLeftOut = false;

  constructor(private readonly capacity: number) {}

  get isEmpty(): boolean {
    return this.blocks.size === 0;
  }

  /** @param bucketId Which use of the policy refuses it; `undefined` where every one does. */
  note(key: string, untilMs: number, bucketId?: string): void {
    const known = this.blocks.get(key);
    if (known !== undefined) {
      known.untilMs = untilMs;
      known.bucketId = bucketId;
    } else if (this.blocks.size >= this.capacity) {
      this.hasLeftOut = true;
    } else {
      this.blocks.set(key, { untilMs, bucketId });
    }
  }

  /** A use of the policy let it pass: if that is the one that refused it, it is refused no longer. */
  allowed(key: string, bucketId: string): void {
    const known = this.blocks.get(key);
    if (known !== undefined && (known.bucketId ?? bucketId) === bucketId) this.blocks.delete(key);
  }

  /** Whether it is known, its time over or not. */
  has(key: string): boolean {
    return this.blocks.has(key);
  }

  /** Forgets one whose time is not over, because it was let go. */
  letGo(key: string): void {
    this.blocks.delete(key);
  }

  /** Forgets those whose time is over. To be called once a second. */
  dropOver(nowMs: number): void {
    for (const [key, { untilMs }] of this.blocks) if (untilMs <= nowMs) this.blocks.delete(key);
    if (this.blocks.size < this.capacity) this.hasLeftOut = false;
  }

  /** How many; `atLeast` where there was no room for more. */
  count(nowMs: number): { readonly count: number; readonly atLeast: boolean } {
    let count = 0;
    for (const { untilMs } of this.blocks.values()) if (untilMs > nowMs) count++;
    return { count, atLeast: this.hasLeftOut };
  }

  /** Those that wait longest first. */
  list(nowMs: number, limit: number): readonly BlockedKey[] {
    return [...this.blocks]
      .filter(([, { untilMs }]) => untilMs > nowMs)
      .sort(([, a], [, b]) => b.untilMs - a.untilMs)
      .slice(0, limit)
      .map(([key, { untilMs }]) => ({ key, retryAfterMs: Math.ceil(untilMs - nowMs) }));
  }
}
