import type { Breaker } from './breaker';

export interface ProberOptions {
  readonly breaker: Breaker;
  /** One cheap call; `undefined` where there is no connection to make it on. */
  readonly ping: () => Promise<unknown> | undefined;
  /** A probe that takes longer shows that the node lives, not that it is well. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
}

/** Probes the node of an open breaker, one call at a time, until it closes. */
export class Prober {
  private timer: NodeJS.Timeout | undefined;
  private probes = 0;
  private isStopped = false;

  constructor(private readonly options: ProberOptions) {}

  /** Sees to the next probe. To be called whenever the breaker was told something. */
  plan(): void {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    const untilMs = this.options.breaker.untilProbeMs(this.options.nowMs());
    if (untilMs === undefined) return;
    this.timer = setTimeout(() => {
      this.probe();
    }, untilMs);
    this.timer.unref();
  }

  /** For good. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private probe(): void {
    const { breaker, ping, deadlineMs, nowMs } = this.options;
    const startMs = nowMs();
    const probe = ++this.probes;
    const failed = (): void => {
      // A probe that went down with its connection may report after the next one has started.
      if (probe !== this.probes) return;
      breaker.probeFailed(nowMs());
      this.plan();
    };
    const answered = (): void => {
      if (nowMs() - startMs <= deadlineMs) {
        breaker.close('it answers again');
        return;
      }
      failed();
      breaker.hurry(nowMs());
      this.plan();
    };
    breaker.probeStarted();
    const call = ping();
    if (call === undefined) failed();
    else call.then(answered, failed);
  }
}
