import { algorithmOf } from 'nest-floodgate/testing';
import { type LeasableState, leasingOf } from '../../../libs/rate-limit/src/core/lease/leasings';
import type { Answer, Ask } from '../../../libs/rate-limit/src/stores/redis/wire';
import { SharedMemory } from '../../../libs/rate-limit/src/testing/shared-memory';
import type { Quota } from 'nest-floodgate/testing';

/** For how long a state is kept after its end where a test sets the clock. */
export const KEPT_TICKS = 3_600_000 * 8_000;

/** What the script must do, by the TypeScript algorithms. */
export class ScriptModel {
  private now = 0;
  private readonly store = new SharedMemory({ clock: { nowTicks: () => this.now } });

  get identities(): SharedMemory['identities'] {
    return this.store.identities;
  }

  decide(asks: readonly Ask[], now: number): readonly Answer[] {
    this.now = now;
    return asks.map((ask) => this.answer(ask));
  }

  private answer(ask: Ask): Answer {
    switch (ask.kind) {
      case 'refund':
        return this.store.refund(ask.charges[0], ask.units, ask.mark);
      case 'consumeUpTo':
        return [this.store.consumeUpTo(ask.charges[0])];
      case 'peek':
        return this.store.peek(ask.charges);
      case 'consume':
        return this.store.consume(ask.charges);
      case 'lease':
        return this.store.lease(ask.charges, ask.terms);
      case 'giveBack':
        this.store.giveBack(ask.charges, ask.lease);
        return 0;
    }
  }

  /** Follows the script, which may drop what is over at any write: never anything else. */
  drop(identity: string, isDropped: (bucketId: string) => boolean, now: number): void {
    const buckets = this.identities.get(identity);
    for (const [bucketId, { kept, quota }] of buckets ?? []) {
      if (!isDropped(bucketId)) continue;
      const overSince = now - overAt(kept, quota);
      if (overSince < KEPT_TICKS)
        throw new Error(`${bucketId} of ${identity} was dropped, over for ${overSince} ticks`);
      buckets?.delete(bucketId);
    }
  }
}

/** When the last of it is back, whatever becomes of what is leased. */
function overAt(kept: LeasableState, quota: Quota): number {
  const leasing = leasingOf(quota);
  const end = typeof kept === 'object' && 'outEnd' in kept ? kept.outEnd : 0;
  return algorithmOf(quota).fullAt(leasing.stateOf(leasing.settle(kept, quota, end)), quota);
}
