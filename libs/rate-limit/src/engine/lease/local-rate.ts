const SHORTEST_SAMPLE_MS = 50;
/** So few calls say little of a rate: then a sample takes longer, at most so long. */
const FEW_CALLS = 8;
const LONGEST_SAMPLE_MS = 200;

/** How fast calls come to this instance, by the last hundred milliseconds or so; of few calls, by the last few hundred. */
export class LocalRate {
  private averagePerMs = 0;
  private calls = 0;

  /** When the latest call came. */
  calledMs = -Infinity;

  constructor(private sinceMs: number) {}

  note(nowMs: number): void {
    this.calls++;
    this.calledMs = nowMs;
    if (nowMs - this.sinceMs >= SHORTEST_SAMPLE_MS) this.sample(nowMs);
  }

  /** 0 until it is known. */
  callsPerMs(nowMs: number): number {
    // Where calls have ceased there is nobody else to notice.
    if (nowMs - this.sinceMs >= LONGEST_SAMPLE_MS) this.sample(nowMs);
    return this.averagePerMs;
  }

  private sample(nowMs: number): void {
    const passedMs = nowMs - this.sinceMs;
    if (this.calls < FEW_CALLS && passedMs < LONGEST_SAMPLE_MS) return;
    const latest = this.calls / passedMs;
    this.averagePerMs = this.averagePerMs === 0 ? latest : (this.averagePerMs + latest) / 2;
    this.calls = 0;
    this.sinceMs = nowMs;
  }
}
