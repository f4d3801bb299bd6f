/** What a breaker is told by, and what it goes by. All times are milliseconds of one monotonic clock. */
export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number;
  /** Between two probes of an open breaker; twice as long, up to `longestPauseMs`, each time it opens again in vain. */
  readonly probePauseMs: number;
  readonly longestPauseMs: number;
  /** From 0 to below 1: keeps the probes of many processes from falling into step. */
  readonly random: () => number;
  readonly onChange: (state: 'open' | 'closed', reason: string) => void;
}

/**
 * Decides whether a node is worth calling. Closed: calls go out. Open: none does, but one probe at a time; the first
 * that is answered in time closes it. It starts no timer and makes no call: whoever owns it tells it what happened.
 */
export class Breaker {
  private failures = 0;
  private pauseMs: number;
  private probeDueAtMs: number | undefined;
  private isProbing = false;

  constructor(private readonly options: BreakerOptions) {
    this.pauseMs = options.probePauseMs;
  }

  get isOpen(): boolean {
    return this.probeDueAtMs !== undefined;
  }

  /** A call was answered. An open breaker waits for its probe all the same: the answer may be a late one. */
  succeeded(): void {
    this.failures = 0;
    if (!this.isOpen) this.pauseMs = this.options.probePauseMs;
  }

  /** A call went wrong in a way that the next would too. */
  failed(nowMs: number, reason: string): void {
    if (!this.isOpen && ++this.failures >= this.options.failuresToOpen) this.open(nowMs, reason);
  }

  /** The connection is gone, so that there is nothing to count. A probe under way went with it. */
  lost(nowMs: number, reason: string): void {
    this.isProbing = false;
    if (!this.isOpen) this.open(nowMs, reason);
  }

  /** The node is known to be well, such as by a connection made anew. */
  close(reason: string): void {
    this.isProbing = false;
    if (!this.isOpen) return;
    this.probeDueAtMs = undefined;
    this.failures = 0;
    this.options.onChange('closed', reason);
  }

  /** Milliseconds until a probe may go out; `undefined` while closed or while one is under way. */
  untilProbeMs(nowMs: number): number | undefined {
    return this.probeDueAtMs === undefined || this.isProbing ? undefined : Math.max(0, this.probeDueAtMs - nowMs);
  }

  /** Something was heard of the node: the next probe need not wait. */
  hurry(nowMs: number): void {
    if (this.isOpen) this.probeDueAtMs = nowMs;
  }

  probeStarted(): void {
    this.isProbing = true;
  }

  probeFailed(nowMs: number): void {
    this.isProbing = false;
    if (this.isOpen) this.probeDueAtMs = nowMs + this.jittered(this.pauseMs);
  }

  private open(nowMs: number, reason: string): void {
    this.probeDueAtMs = nowMs + this.jittered(this.pauseMs);
    // Only a call that succeeds takes this back. A node that answers probes and fails at calls is left alone for longer.
    this.pauseMs = Math.min(2 * this.pauseMs, this.options.longestPauseMs);
    this.options.onChange('open', reason);
  }

  private jittered(ms: number): number {
    return ms * (0.75 + this.options.random() / 2);
  }
}
