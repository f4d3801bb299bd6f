const BEAT_MS = 5;
/** A timer that is later than this was kept waiting by something. */
const LATE_MS = 3;

/**
 * When this process stood still: a timer of its own came late. A load and the app under it share one process, and often
 * its processor with other programs, and no deadline can be kept by a process that does not run.
 */
export class Stalls {
  private readonly spans: { readonly fromMs: number; readonly toMs: number }[] = [];
  private lastBeatMs = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.timer = setInterval(() => {
      const nowMs = performance.now();
      const dueMs = this.lastBeatMs + BEAT_MS;
      if (nowMs - dueMs > LATE_MS) this.spans.push({ fromMs: dueMs, toMs: nowMs });
      this.lastBeatMs = nowMs;
    }, BEAT_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** How long something takes, without what this process stood still meanwhile: what no library can help. */
  static async msWithout(act: () => Promise<unknown>): Promise<number> {
    const stalls = new Stalls();
    const startMs = performance.now();
    try {
      await act();
      const endMs = performance.now();
      return endMs - startMs - stalls.between(startMs, endMs);
    } finally {
      stalls.stop();
    }
  }

  /** The longest single stall that ended within a span. */
  longestBetween(fromMs: number, toMs: number): number {
    const within = this.spans.filter((span) => span.toMs > fromMs && span.fromMs < toMs);
    return Math.max(0, ...within.map((span) => span.toMs - span.fromMs));
  }

  /** Milliseconds of stalls within a span, also of one that is not over yet. */
  between(fromMs: number, toMs: number): number {
    let sumMs = Math.max(0, toMs - Math.max(fromMs, this.lastBeatMs + BEAT_MS + LATE_MS));
    for (let i = this.spans.length - 1; i >= 0; i--) {
      const span = this.spans[i]!;
      if (span.toMs <= fromMs) break;
      sumMs += Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs));
    }
    return sumMs;
  }
}
