import type { PendingAsk } from './pending-ask';

/** Somebody who waits for Redis. */
export interface Waiting {
  readonly raisedAtMs: number;
  readonly reject: (error: Error) => void;
}

/**
 * The most asks sent together. Redis does nothing else while a script runs: 128 decisions of one policy each take a
 * quarter of a millisecond to half of one.
 */
export const MAX_ASKS_PER_BATCH = 128;

/**
 * Asks sent together, oldest first. Each is rejected at its own deadline; a batch that nobody has answered for that
 * long since it was sent is over.
 */
export class Batch {
  /** No answer is taken any more. */
  isGone = false;
  private rejected = 0;

  constructor(
    private readonly waiting: readonly Waiting[],
    readonly sentAtMs: number,
    /** Replies that are still to come. */
    public repliesDue: number,
  ) {}

  /** Since when the oldest ask waits that was not rejected; where all were, since when the batch does. */
  get oldestAtMs(): number {
    return this.waiting[this.rejected]?.raisedAtMs ?? this.sentAtMs;
  }

  /** Rejects what was raised up to then. Asks that have their answer are not touched by it. */
  rejectRaisedBy(instantMs: number, error: Error): void {
    for (; this.rejected < this.waiting.length; this.rejected++) {
      const pending = this.waiting[this.rejected] as Waiting;
      if (pending.raisedAtMs > instantMs) return;
      pending.reject(error);
    }
  }
}

/** The asks of each slot, in their order: a script of Redis Cluster may only touch one slot. */
export function groupBySlot(asks: readonly PendingAsk[]): readonly (readonly PendingAsk[])[] {
  const groups = new Map<number, PendingAsk[]>();
  for (const pending of asks) {
    const group = groups.get(pending.slot);
    if (group === undefined) groups.set(pending.slot, [pending]);
    else group.push(pending);
  }
  return [...groups.values()];
}
