import type { StoreMode } from '../engine/failure/store-mode';
import type { CalmLog } from '../engine/log';

/** What is over before that is not told, unless it has come again: a call was late. */
const TELL_AFTER_MS = 500;
/** It has to decide for so long to count as back: where some calls fail and others do not, the mode changes with each. */
const BACK_AFTER_MS = 2_000;

export interface StoreLogOptions {
  /** What the lines begin with. */
  readonly subject: string;
  /** Whether another line has said it. */
  readonly isToldElsewhere: (reason: string) => boolean;
}

/** Tells once when a store does not decide any more, with the reason, and once when it does again. */
export class StoreLog {
  private timer: NodeJS.Timeout | undefined;
  private toldSinceMs: number | undefined;
  private failedAtMs = 0;
  private isHealthy = true;

  constructor(
    private readonly log: CalmLog,
    private readonly options: StoreLogOptions,
  ) {}

  changed(mode: StoreMode, reason: string): void {
    const nowMs = performance.now();
    const isTold = this.toldSinceMs !== undefined;
    this.isHealthy = mode === 'healthy';
    if (mode === 'degraded') {
      if (isTold) this.wait(undefined);
      else if (this.timer === undefined) this.tellLater(nowMs, reason);
      this.failedAtMs = nowMs;
    } else if (isTold) {
      this.wait(BACK_AFTER_MS, () => {
        this.back(nowMs);
      });
    }
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private tellLater(sinceMs: number, reason: string): void {
    this.wait(TELL_AFTER_MS, () => {
      const isOver = this.isHealthy && this.failedAtMs === sinceMs;
      if (isOver || this.options.isToldElsewhere(reason)) return;
      this.toldSinceMs = sinceMs;
      this.log.tell('error', `${this.options.subject} does not decide: ${reason} Each policy's onStoreFailure does.`);
      if (this.isHealthy) this.changed('healthy', reason);
    });
  }

  private back(atMs: number): void {
    const seconds = ((atMs - (this.toldSinceMs as number)) / 1_000).toFixed(1);
    this.toldSinceMs = undefined;
    this.log.tell('log', `${this.options.subject} decides again, after ${seconds} s.`);
  }

  private wait(ms: number | undefined, then?: () => void): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (ms === undefined || then === undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      then();
    }, ms).unref();
  }
}
