import type { TokenBucketQuota } from '../quota';
import type { Algorithm } from './algorithm';

/**
 * The theoretical arrival time (TAT) of the generic cell rate algorithm, in ticks: the bucket is full from then on.
 * Source: ITU-T I.371, “virtual scheduling”; a token bucket of `burst` units that regains one unit every
 * `ticksPerUnit`. At `now` it lacks (tat − now) / ticksPerUnit units.
 */
export type TokenBucketState = number;

export const tokenBucket: Algorithm<TokenBucketState, TokenBucketQuota> = {
  heal(tat, quota, now) {
    return Math.min(tat, now + quota.capacity * quota.ticksPerUnit);
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

  // Time has refilled part of what was charged; giving that back as well would admit it twice.
  refund(tat, quota, units, chargedAt, now) {
    const unfilled = Math.max(0, units * quota.ticksPerUnit - Math.max(0, now - chargedAt));
    const returned = Math.min(unfilled, Math.max(0, tat - now));
    return { state: tat - returned, units: returned / quota.ticksPerUnit };
  },
};

/** How far the bucket's TAT may still move before it runs dry, in ticks. */
function headroom(tat: number | undefined, quota: TokenBucketQuota, now: number): number {
  return quota.capacity * quota.ticksPerUnit - Math.max(0, (tat ?? now) - now);
}
