import type { TokenBucketQuota } from '../quota';
import type { Algorithm } from './algorithm';

/**
 * The theoretical arrival time (TAT) of the generic cell rate algorithm, in ticks: the bucket is full from then on.
 * Source: ITU-T I.371, “virtual scheduling”; a token bucket of `burst` units that regains one unit every
 * `ticksPerUnit`. At `now` it lacks (tat − now) / ticksPerUnit units.
 */
export type TokenBucketState = number;

export const tokenBucket: Algorithm<TokenBucketState, TokenBucketQuota> = {
  // A bucket can lack `empty` ticks at most. After a small step back of the clock it seems to lack more, and must go on
  // so: if that were forgotten, a refund of an earlier charge could give back what time already has.
  heal(tat, quota, now) {
    const empty = quota.capacity * quota.ticksPerUnit;
    return tat - now > 2 * empty ? now + empty : tat;
  },

  available(tat, quota, now) {
    return Math.max(0, Math.floor(headroom(tat, quota, now) / quota.ticksPerUnit));
  },

  charge(tat, quota, units, now) {
    return Math.max(tat ?? now, now) + units * quota.ticksPerUnit;
  },

  waitTicks(tat, quota, units, now) {
    return Math.max(0, units * quota.ticksPerUnit - headroom(tat, quota, now));
  },

  fullAt(tat) {
    return tat;
  },

  mark(_tat, now) {
    return now;
  },

  // Time has refilled part of what was charged; giving that back as well would admit it twice. How much it was nobody
  // knows once the clock has stepped back behind the charge.
  refund(tat, quota, units, chargedAt, now) {
    if (now < chargedAt) return { state: tat, units: 0 };
    const unfilled = Math.max(0, units * quota.ticksPerUnit - (now - chargedAt));
    const returned = Math.min(unfilled, Math.max(0, tat - now));
    return { state: tat - returned, units: returned / quota.ticksPerUnit };
  },
};

/** How far the bucket's TAT may still move before it runs dry, in ticks. */
function headroom(tat: number | undefined, quota: TokenBucketQuota, now: number): number {
  return quota.capacity * quota.ticksPerUnit - Math.max(0, (tat ?? now) - now);
}
