import { MAX_ASKS_PER_BATCH } from './batch';
import type { PendingAsk } from './pending-ask';

/** Asks that are not sent yet, oldest first. */
export class LaneQueue {
  private readonly asks: PendingAsk[] = [];

  get length(): number {
    return this.asks.length;
  }

  /** When the oldest was raised; `undefined` where none waits. */
  get oldestAtMs(): number | undefined {
    return this.asks[0]?.raisedAtMs;
  }

  push(pending: PendingAsk): void {
    this.asks.push(pending);
  }

  /** The oldest, as many as one batch takes. */
  take(): readonly PendingAsk[] {
    return this.asks.splice(0, MAX_ASKS_PER_BATCH);
  }

  /** Rejects what was raised up to then. The error is made only where one is needed. */
  rejectRaisedBy(instantMs: number, makeError: () => Error): void {
    let late = 0;
    while ((this.asks[late]?.raisedAtMs ?? Infinity) <= instantMs) late++;
    if (late > 0) this.reject(late, makeError());
  }

  rejectAll(error: Error): void {
    this.reject(this.asks.length, error);
  }

  private reject(count: number, error: Error): void {
    for (const { reject } of this.asks.splice(0, count)) reject(error);
  }
}
