const MOST = 5;
const SPAN_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** Slows down who guesses: after five failures within a minute an address has to wait until the minute is over. */
export class FailedLogins {
  private readonly failures = new Map<string, { count: number; readonly untilMs: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** Whole seconds to wait; 0 where a try is allowed. */
  waitSeconds(address: string): number {
    const found = this.failures.get(address);
    if (found === undefined || found.count < MOST) return 0;
    return Math.max(0, Math.ceil((found.untilMs - this.nowMs()) / 1_000));
  }

  failed(address: string): void {
    const nowMs = this.nowMs();
    const found = this.failures.get(address);
    if (found !== undefined && found.untilMs > nowMs) {
      found.count++;
      return;
    }
    if (this.failures.size >= MOST_ADDRESSES) this.failures.clear();
    this.failures.set(address, { count: 1, untilMs: nowMs + SPAN_MS });
  }
}
