/** What is over before that is not told, unless it has come again: a call was late. */
const TELL_AFTER_MS = 500;
/** It has to be well for so long to count as back: where some calls fail and others do not, it changes with each. */
const BACK_AFTER_MS = 2_000;

export interface OutageTeller {
  /** It failed that long ago, and it still does or did so again. Where this returns `false`, its end is not told. */
  lost(reason: string, agoMs: number): boolean;
  /** It has been well since that long ago, after an outage of that length. */
  back(reason: string, agoMs: number, lastedMs: number): void;
}

/** Makes two tellings of an outage, however often whoever fails is well again for a moment. */
export class OutageWatch {
  private timer: NodeJS.Timeout | undefined;
  private toldSinceMs: number | undefined;
  private failedAtMs = 0;
  /** Of the last failure: the first may only say that nothing was connected yet. */
  private failure = '';
  private recovery = '';
  private isWell = true;
  private isEnded = false;

  constructor(private readonly teller: OutageTeller) {}

  /** Whether an outage was told and its end was not. */
  get isLost(): boolean {
    return this.toldSinceMs !== undefined;
  }

  failed(reason: string): void {
    const nowMs = performance.now();
    this.isWell = false;
    this.failure = reason;
    if (this.isLost) this.wait(undefined);
    else if (this.timer === undefined) this.tellLater(nowMs);
    this.failedAtMs = nowMs;
  }

  recovered(reason: string): void {
    const nowMs = performance.now();
    const sinceMs = this.toldSinceMs;
    this.isWell = true;
    this.recovery = reason;
    if (sinceMs === undefined) return;
    this.wait(BACK_AFTER_MS, () => {
      this.toldSinceMs = undefined;
      this.teller.back(reason, performance.now() - nowMs, nowMs - sinceMs);
    });
  }

  /** Nothing is told any more. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
  }

  private tellLater(sinceMs: number): void {
    this.wait(TELL_AFTER_MS, () => {
      const isOver = this.isWell && this.failedAtMs === sinceMs;
      if (isOver || !this.teller.lost(this.failure, performance.now() - sinceMs)) return;
      this.toldSinceMs = sinceMs;
      if (this.isWell) this.recovered(this.recovery);
    });
  }

  private wait(ms: number | undefined, then?: () => void): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (ms === undefined || then === undefined || this.isEnded) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      then();
    }, ms).unref();
  }
}
