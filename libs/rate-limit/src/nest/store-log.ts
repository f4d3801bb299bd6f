import { OutageWatch } from '../engine/failure/outage-watch';
import type { StoreMode } from '../engine/failure/store-mode';
import type { CalmLog } from '../engine/log';

export interface StoreLogOptions {
  /** What the lines begin with. */
  readonly subject: string;
  /** Whether another line has said it. */
  readonly isToldElsewhere?: (reason: string) => boolean;
}

/** Tells once when a store does not decide any more, with the reason, and once when it does again. */
export class StoreLog {
  private readonly watch: OutageWatch;

  constructor(log: CalmLog, { subject, isToldElsewhere }: StoreLogOptions) {
    this.watch = new OutageWatch({
      lost: (reason) => {
        if (isToldElsewhere?.(reason) === true) return false;
        log.tell('error', `${subject} does not decide: ${reason} Each policy's onStoreFailure does.`);
        return true;
      },
      back: (_reason, _agoMs, lastedMs) => {
        log.tell('log', `${subject} decides again, after ${(lastedMs / 1_000).toFixed(1)} s.`);
      },
    });
  }

  changed(mode: StoreMode, reason: string): void {
    if (mode === 'degraded') this.watch.failed(reason);
    else this.watch.recovered(reason);
  }

  end(): void {
    this.watch.end();
  }
}
