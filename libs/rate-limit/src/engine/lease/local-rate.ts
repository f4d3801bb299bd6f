const SAMPLE_MS = 50;

/** How fast calls come to this instance, by the last hundred milliseconds or so. */
export class LocalRate {
  /** 0 until it is known. */
  callsPerMs = 0;
  private calls = 0;

  constructor(private sinceMs: number) {}

  note(nowMs: number): void {
    this.calls++;
    const passedMs = nowMs - this.sinceMs;
    if (passedMs < SAMPLE_MS) return;
    const latest = this.calls / passedMs;
    this.callsPerMs = this.callsPerMs === 0 ? latest : (this.callsPerMs + latest) / 2;
    this.calls = 0;
    this.sinceMs = nowMs;
  }
}
