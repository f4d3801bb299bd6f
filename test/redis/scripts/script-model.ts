import { algorithmOf, type BucketState, type Quota, type Verdict } from 'nest-floodgate/testing';
import { chargeOwed } from '../../../libs/rate-limit/src/core/owed';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import { grantedVerdict, untakenVerdict } from '../../../libs/rate-limit/src/core/verdict';
import type { Ask } from '../../../libs/rate-limit/src/stores/redis/wire';

interface Bucket {
  readonly state: BucketState;
  /** The quota it was last written by. */
  readonly quota: Quota;
}

/** For how long a state is kept after its end where a test sets the clock. */
export const KEPT_TICKS = 3_600_000 * 8_000;

/** What the script must do, by the TypeScript algorithms. */
export class ScriptModel {
  readonly identities = new Map<string, Map<string, Bucket>>();

  decide(asks: readonly Ask[], now: number): readonly (readonly Verdict[] | number)[] {
    return asks.map((ask) => this.answer(ask, now));
  }

  private answer(ask: Ask, now: number): readonly Verdict[] | number {
    switch (ask.kind) {
      case 'refund':
        return this.refund(ask.charges[0], ask.units, ask.mark, now);
      case 'consumeUpTo':
        return [this.consumeUpTo(ask.charges[0], now)];
      case 'peek':
        return ask.charges.map((charge) => untaken(charge, this.look(charge, now), now));
      case 'consume':
        return this.consume(ask.charges, now);
    }
  }

  private consume(charges: readonly Charge[], now: number): readonly Verdict[] {
    const states = charges.map((charge) => this.open(charge, now));
    const fit = charges.every(({ quota, cost }, i) => cost <= algorithmOf(quota).available(states[i], quota, now));
    return charges.map((charge, i) => {
      return fit ? this.take(charge, states[i], charge.cost, now) : untaken(charge, states[i], now);
    });
  }

  private consumeUpTo(charge: Charge, now: number): Verdict {
    const { quota, cost } = charge;
    const state = this.open(charge, now);
    if (cost > 0 && quota.capacity === 0) return untaken(charge, state, now);
    return this.take(charge, state, Math.min(cost, algorithmOf(quota).available(state, quota, now)), now);
  }

  private take(charge: Charge, before: BucketState | undefined, units: number, now: number): Verdict {
    const { quota } = charge;
    const algorithm = algorithmOf(quota);
    let state = before;
    if (units > 0) this.keep(charge, (state = algorithm.charge(state, quota, units, now)));
    return grantedVerdict(algorithm, state, quota, units, algorithm.available(state, quota, now), now);
  }

  private refund(charge: Charge, units: number, mark: number, now: number): number {
    const state = this.open(charge, now);
    if (state === undefined) return 0;
    const refund = algorithmOf(charge.quota).refund(state, charge.quota, units, mark, now);
    if (refund.units > 0) this.keep(charge, refund.state);
    return refund.units;
  }

  /** The state as a call finds it, mended and with what is owed; kept so where that changed it. */
  private open(charge: Charge, now: number): BucketState | undefined {
    const state = this.look(charge, now);
    if (state !== this.kept(charge)) this.keep(charge, state);
    return state;
  }

  private look(charge: Charge, now: number): BucketState | undefined {
    const { quota, owed = [] } = charge;
    const algorithm = algorithmOf(quota);
    const kept = this.kept(charge);
    const healed = kept === undefined ? undefined : algorithm.heal(kept, quota, now);
    const state = owed.length === 0 ? healed : chargeOwed(algorithm, healed, quota, owed, now);
    return state === undefined ? undefined : algorithm.heal(state, quota, now);
  }

  private kept({ identity, bucketId }: Charge): BucketState | undefined {
    return this.identities.get(identity)?.get(bucketId)?.state;
  }

  private keep({ identity, bucketId, quota }: Charge, state: BucketState | undefined): void {
    const buckets = this.identities.get(identity) ?? new Map<string, Bucket>();
    this.identities.set(identity, buckets);
    if (state === undefined) buckets.delete(bucketId);
    else buckets.set(bucketId, { state, quota });
  }

  /** Follows the script, which may drop what is over at any write: never anything else. */
  drop(identity: string, isDropped: (bucketId: string) => boolean, now: number): void {
    const buckets = this.identities.get(identity);
    for (const [bucketId, { state, quota }] of buckets ?? []) {
      if (!isDropped(bucketId)) continue;
      const overSince = now - algorithmOf(quota).fullAt(state, quota);
      if (overSince < KEPT_TICKS)
        throw new Error(`${bucketId} of ${identity} was dropped, over for ${overSince} ticks`);
      buckets?.delete(bucketId);
    }
  }
}

function untaken({ quota, cost }: Charge, state: BucketState | undefined, now: number): Verdict {
  return untakenVerdict(algorithmOf(quota), state, quota, cost, now);
}
