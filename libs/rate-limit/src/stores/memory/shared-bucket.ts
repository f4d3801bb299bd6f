import type { AnyAlgorithm, BucketState } from '../../core/algorithms/registry';
import type { Quota } from '../../core/quota';

/**
 * One bucket for all identities that found no room for their own. It counts at least what each of them took, so none
 * gets more than its limit; together they get as much as one. While it is in use, a new bucket starts from its state
 * and not fresh: whoever took units here cannot take them again once there is room.
 *
 * Nothing is given back to it: a refund may belong to a bucket that was evicted.
 */
export class SharedBucket {
  private state: BucketState | undefined;

  constructor(
    private readonly algorithm: AnyAlgorithm,
    /** The quota with the longest memory of those charged here: a shorter one must not mend what a longer one holds. */
    private quota: Quota,
  ) {}

  isInUse(now: number): boolean {
    return this.stateAt(now) !== undefined;
  }

  /** The state for one more identity, `undefined` where nothing is in use. */
  open(quota: Quota, now: number): BucketState | undefined {
    const state = this.stateAt(now);
    return state === undefined ? undefined : this.algorithm.heal(state, quota, now);
  }

  /** Returns the state after it. */
  charge(quota: Quota, units: number, now: number): BucketState {
    if (memoryTicks(quota) > memoryTicks(this.quota)) this.quota = quota;
    return (this.state = this.algorithm.charge(this.stateAt(now), quota, units, now));
  }

  private stateAt(now: number): BucketState | undefined {
    if (this.state === undefined) return undefined;
    this.state = this.algorithm.heal(this.state, this.quota, now);
    if (this.algorithm.fullAt(this.state, this.quota) <= now) this.state = undefined;
    return this.state;
  }
}

/** How long a quota remembers what was taken. */
function memoryTicks(quota: Quota): number {
  return quota.algorithm === 'token-bucket' ? quota.capacity * quota.ticksPerUnit : quota.perTicks;
}
