import type { Timers } from '../failure/timers';

/** What comes closer together is done in one go. */
const LEAST_APART_MS = 5;

/** Calls back at the earliest instant that it was told since it last did. */
export class WakeUp {
  private nextMs = Infinity;
  private lastMs = -Infinity;

  constructor(
    private readonly timers: Timers,
    private readonly callback: () => void,
  ) {}

  /** Not before this instant, and soon after. */
  at(instantMs: number): void {
    const dueMs = Math.max(instantMs, this.lastMs + LEAST_APART_MS);
    if (dueMs >= this.nextMs) return;
    this.nextMs = dueMs;
    this.set(dueMs);
  }

  private set(dueMs: number): void {
    this.timers.after(Math.max(1, Math.ceil(dueMs - this.timers.nowMs())), () => {
      this.ring(dueMs);
    });
  }

  private ring(dueMs: number): void {
    // A timer that an earlier instant has overtaken.
    if (dueMs !== this.nextMs) return;
    const nowMs = this.timers.nowMs();
    if (nowMs < dueMs) {
      // Timers count from the beginning of the turn in which they are set, and so run early after a long one.
      this.set(dueMs);
      return;
    }
    this.nextMs = Infinity;
    this.lastMs = nowMs;
    this.callback();
  }
}
