import { algorithmOf, type BucketState } from '../core/algorithms/registry';
import type { Clock } from '../core/clock';
import { type LeaseGrant, type LeaseReturn, type LeaseTerms, NO_LEASE } from '../core/lease/lease';
import { callsToLease, type LeasedFrom } from '../core/lease/lease-calls';
import { type AnyLeasing, type LeasableState, leasingOf } from '../core/lease/leasings';
import { chargeOwed } from '../core/owed';
import type { Quota } from '../core/quota';
import type { Charge, RateLimitStore, Verdict } from '../core/store';
import { grantedVerdict, untakenVerdict } from '../core/verdict';

interface KeptBucket {
  readonly kept: LeasableState;
  /** The quota it was last written by. */
  readonly quota: Quota;
}

export interface SharedMemoryOptions {
  readonly clock: Clock;
  /** For tests that leave out a rule. */
  readonly leasingOf?: (quota: Quota) => AnyLeasing;
}

/**
 * What a store that many instances share must do, by the algorithms alone: the model that scripts are compared with, and
 * the centre of simulations. It answers at once and forgets nothing.
 */
export class SharedMemory implements RateLimitStore {
  readonly source = 'redis';
  readonly identities = new Map<string, Map<string, KeptBucket>>();
  private readonly clock: Clock;
  private readonly leasingOf: (quota: Quota) => AnyLeasing;

  constructor(options: SharedMemoryOptions) {
    this.clock = options.clock;
    this.leasingOf = options.leasingOf ?? leasingOf;
  }

  consume(charges: readonly Charge[]): readonly Verdict[] {
    const now = this.clock.nowTicks();
    const opened = charges.map((charge) => this.open(charge, now));
    const fits = opened.every((bucket) => bucket.charge.cost <= availableIn(bucket, now));
    return opened.map((bucket) => (fits ? this.take(bucket, bucket.charge.cost, now) : untaken(bucket, now)));
  }

  consumeUpTo(charge: Charge): Verdict {
    const now = this.clock.nowTicks();
    const bucket = this.open(charge, now);
    if (charge.cost > 0 && charge.quota.capacity === 0) return untaken(bucket, now);
    return this.take(bucket, Math.min(charge.cost, availableIn(bucket, now)), now);
  }

  peek(charges: readonly Charge[]): readonly Verdict[] {
    const now = this.clock.nowTicks();
    return charges.map((charge) => untaken(this.look(charge, now), now));
  }

  refund(charge: Charge, units: number, mark: number): number {
    const now = this.clock.nowTicks();
    const { kept, leasing } = this.open(charge, now);
    if (kept === undefined) return 0;
    const refund = algorithmOf(charge.quota).refund(leasing.stateOf(kept), charge.quota, units, mark, now);
    if (refund.units > 0)
      this.keep(charge, refund.state === undefined ? undefined : leasing.withState(kept, refund.state));
    return refund.units;
  }

  lease(charges: readonly Charge[], terms: LeaseTerms): LeaseGrant {
    const now = this.clock.nowTicks();
    const opened = charges.map((charge) => this.open(charge, now));
    const { calls, lifeTicks } = callsToLease(opened, terms, now);
    if (calls < 1) return { ...NO_LEASE, verdicts: opened.map((bucket) => untaken(bucket, now)) };
    const endTick = now + lifeTicks;
    const verdicts = opened.map((bucket) => this.takeAhead(bucket, calls * bucket.charge.cost, endTick, now));
    return { calls, lifeTicks, endTick, verdicts };
  }

  giveBack(charges: readonly Charge[], { spent, unspent, endTick }: LeaseReturn): void {
    const now = this.clock.nowTicks();
    for (const charge of charges) {
      const { kept, leasing } = this.open(charge, now);
      const { quota, cost } = charge;
      if (kept === undefined || cost === 0) continue;
      const after = leasing.giveBack(kept, quota, { spent: spent * cost, unspent: unspent * cost, endTick }, now);
      if (after !== kept) this.keep(charge, after);
    }
  }

  reset(bucketId: string, identity: string): void {
    this.identities.get(identity)?.delete(bucketId);
  }

  /** What comes of a store that lost everything. */
  lose(): void {
    this.identities.clear();
  }

  private take(bucket: LeasedFrom, units: number, now: number): Verdict {
    const { charge, leasing } = bucket;
    const { quota } = charge;
    const algorithm = algorithmOf(quota);
    let state = stateOf(bucket);
    if (units > 0) {
      state = algorithm.charge(state, quota, units, now);
      this.keep(charge, leasing.withState(bucket.kept, state));
    }
    return grantedVerdict(algorithm, state, quota, units, algorithm.available(state, quota, now), now);
  }

  private takeAhead(bucket: LeasedFrom, units: number, endTick: number, now: number): Verdict {
    const { charge, leasing, kept } = bucket;
    const { quota } = charge;
    if (units === 0) return this.take(bucket, 0, now);
    const after = leasing.grant(kept, quota, units, endTick, now);
    this.keep(charge, after);
    const algorithm = algorithmOf(quota);
    const state = leasing.stateOf(after);
    return grantedVerdict(algorithm, state, quota, units, algorithm.available(state, quota, now), now);
  }

  /** The bucket as a call finds it: mended, settled and with what is owed. What was mended or owed is kept. */
  private open(charge: Charge, now: number): LeasedFrom {
    const leasing = this.leasingOf(charge.quota);
    const found = this.keptOf(charge);
    const healed = found === undefined ? undefined : leasing.heal(found, charge.quota, now);
    if (healed !== found) this.keep(charge, healed);
    const settled = this.settled(charge, now);
    const bucket = this.withOwed(settled, now);
    if (bucket !== settled) this.keep(charge, bucket.kept);
    return bucket;
  }

  private look(charge: Charge, now: number): LeasedFrom {
    return this.withOwed(this.settled(charge, now), now);
  }

  private settled(charge: Charge, now: number): LeasedFrom {
    const { quota } = charge;
    const leasing = this.leasingOf(quota);
    const found = this.keptOf(charge);
    const kept = found === undefined ? undefined : leasing.settle(leasing.heal(found, quota, now), quota, now);
    return { charge, kept, leasing };
  }

  private withOwed(bucket: LeasedFrom, now: number): LeasedFrom {
    const { charge, kept, leasing } = bucket;
    const { quota, owed = [] } = charge;
    if (owed.length === 0) return bucket;
    const algorithm = algorithmOf(quota);
    const before = stateOf(bucket);
    const state = chargeOwed(algorithm, before, quota, owed, now);
    if (state === before || state === undefined) return bucket;
    return { charge, kept: leasing.withState(kept, algorithm.heal(state, quota, now)), leasing };
  }

  private keptOf({ identity, bucketId }: Charge): LeasableState | undefined {
    return this.identities.get(identity)?.get(bucketId)?.kept;
  }

  private keep({ identity, bucketId, quota }: Charge, kept: LeasableState | undefined): void {
    const buckets = this.identities.get(identity) ?? new Map<string, KeptBucket>();
    this.identities.set(identity, buckets);
    if (kept === undefined) buckets.delete(bucketId);
    else buckets.set(bucketId, { kept, quota });
  }
}

function stateOf({ kept, leasing }: LeasedFrom): BucketState | undefined {
  return kept === undefined ? undefined : leasing.stateOf(kept);
}

function availableIn(bucket: LeasedFrom, now: number): number {
  return algorithmOf(bucket.charge.quota).available(stateOf(bucket), bucket.charge.quota, now);
}

function untaken(bucket: LeasedFrom, now: number): Verdict {
  const { quota, cost } = bucket.charge;
  return untakenVerdict(algorithmOf(quota), stateOf(bucket), quota, cost, now);
}
