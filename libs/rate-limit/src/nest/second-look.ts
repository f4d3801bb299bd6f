import type { Quota } from '../core/quota';
import type { Charge, RateLimitStore } from '../core/store';
import { TICKS_PER_MS } from '../core/ticks';
import type { ResilientStore } from '../engine/failure/resilient-store';

const LOOK_EVERY_MS = 500;
/** Without a failure for so long, nobody asks the store: those that do find out by themselves. */
const QUIET_MS = 1_000;

/** For a bucket of its own, which is over after a second. So large that it refuses nobody: only a grant is written. */
const PROBE_QUOTA: Quota = {
  algorithm: 'fixed-window',
  limit: 1_000_000,
  capacity: 1_000_000,
  perTicks: 1_000 * TICKS_PER_MS,
};

/**
 * Finds out that a store is well again that failed once, and that nobody has asked since: traffic may have ended with
 * that call. One that was late has to answer. One that refused answers whoever only looks, and would still refuse the
 * next decision: it has to make one.
 */
export class SecondLook {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<ResilientStore, 'mode' | 'latestFailure' | 'wellAgain'>,
    /** Whether all of it answers in time; an answer may be a second old. Never rejects. */
    private readonly answers: () => Promise<boolean>,
    private readonly remote: Pick<RateLimitStore, 'consume'>,
  ) {}

  /** To be called when decisions begin to be made without the store. */
  begin(): void {
    this.timer ??= setInterval(() => {
      void this.look();
    }, LOOK_EVERY_MS).unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async look(): Promise<void> {
    const { mode, latestFailure: failure } = this.store;
    if (mode === 'healthy') {
      this.end();
      return;
    }
    if (failure === undefined || performance.now() - failure.atMs <= QUIET_MS) return;
    const isWell = await (failure.reason === 'timeout' ? this.answers() : this.decides(failure.identities));
    if (isWell && this.store.latestFailure === failure) this.store.wellAgain();
  }

  /** Takes a unit where the buckets lie that it refused: in the same keys, and so on the same nodes. */
  private async decides(identities: readonly string[]): Promise<boolean> {
    const charges = [...new Set(identities)].map((identity): Charge => ({
      bucketId: 'second look\n',
      identity,
      quota: PROBE_QUOTA,
      cost: 1,
    }));
    try {
      await this.remote.consume(charges);
      return true;
    } catch {
      return false;
    }
  }
}
