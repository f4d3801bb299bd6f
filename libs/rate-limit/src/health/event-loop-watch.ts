import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

const BEAT_MS = 500;
const BEATS_KEPT = 20;

/** How long the event loop stood still: a timer that is late has waited for it. */
@Injectable()
export class EventLoopWatch implements OnApplicationShutdown {
  private readonly lags: number[] = [];
  private beatAtMs = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    this.timer = setInterval(() => {
      this.beat();
    }, BEAT_MS);
    this.timer.unref();
  }

  /** The longest within the last ten seconds, in milliseconds. */
  get lagMs(): number {
    return Math.round(Math.max(0, ...this.lags));
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const nowMs = performance.now();
    this.lags.push(Math.max(0, nowMs - this.beatAtMs - BEAT_MS));
    if (this.lags.length > BEATS_KEPT) this.lags.shift();
    this.beatAtMs = nowMs;
  }
}
