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
    this.timers.after(Math.max(1, Math.ceil(dueMs - this.timers.nowMs())), this.ring);
  }

  private readonly ring = (): void => {
    const nowMs = this.timers.nowMs();
    // A timer that an earlier instant has overtaken.
    if (nowMs < this.nextMs) return;
    this.nextMs = Infinity;
    this.lastMs = nowMs;
    this.callback();
  };
}
