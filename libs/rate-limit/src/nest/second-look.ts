import type { ResilientStore } from '../engine/failure/resilient-store';

const LOOK_EVERY_MS = 500;
/** Without a failure for so long, nobody asks the store: those that do find out by themselves. */
const QUIET_MS = 1_000;

/**
 * Finds out that a store is well again that was late once, and that nobody has asked since: traffic may have ended with
 * that call. One that refused is left alone: it answers whoever only looks, and would refuse the next decision.
 */
export class SecondLook {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<ResilientStore, 'mode' | 'latestFailure' | 'wellAgain'>,
    /** Whether all of it answers in time; an answer may be a second old. Never rejects. */
    private readonly answers: () => Promise<boolean>,
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
    if (failure?.reason !== 'timeout' || performance.now() - failure.atMs <= QUIET_MS) return;
    if ((await this.answers()) && this.store.latestFailure === failure) this.store.wellAgain();
  }
}
