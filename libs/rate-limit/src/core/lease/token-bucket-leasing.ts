import type { TokenBucketState } from '../algorithms/token-bucket';
import { tokenBucket } from '../algorithms/token-bucket';
import type { TokenBucketQuota } from '../quota';
import { LONGEST_LEASE_TICKS } from './lease';
import type { Leasing, ReturnedUnits } from './leasing';

/** A bucket of which units are leased. */
export interface LeasedTokenBucket {
  /** The theoretical arrival time, as without leases; leased units are charged. */
  readonly tat: TokenBucketState;
  /** Units leased of which nobody has told what became of them, more than 0. */
  readonly out: number;
  /** The tick at which the last lease is over. */
  readonly outEnd: number;
}

export type KeptTokenBucket = TokenBucketState | LeasedTokenBucket;

export const tokenBucketLeasing: Leasing<KeptTokenBucket, TokenBucketState, TokenBucketQuota> = {
  heal(kept, quota, now) {
    if (typeof kept === 'number') return tokenBucket.heal(kept, quota, now);
    const tat = tokenBucket.heal(kept.tat, quota, now);
    const outEnd = Math.min(kept.outEnd, now + LONGEST_LEASE_TICKS);
    return tat === kept.tat && outEnd === kept.outEnd ? kept : { tat, out: kept.out, outEnd };
  },

  // A leased unit may be spent at any moment until its lease ends. So it must not come back before: the level and what
  // is out together are never more than the burst. What is still out at the end counts as spent at the end. Leased at a
  // higher rate than now, it may be more than the bucket holds, which is empty then.
  settle(kept, { capacity, ticksPerUnit }, now) {
    if (typeof kept === 'number') return kept;
    const { out, outEnd } = kept;
    const lacking = Math.min(out, capacity) * ticksPerUnit;
    if (now >= outEnd) return Math.max(kept.tat, outEnd + lacking);
    return { tat: Math.max(kept.tat, now + lacking), out, outEnd };
  },

  stateOf(kept) {
    return typeof kept === 'number' ? kept : kept.tat;
  },

  withState(kept, tat) {
    return kept === undefined || typeof kept === 'number' ? tat : { ...kept, tat };
  },

  longestLife() {
    return LONGEST_LEASE_TICKS;
  },

  grant(kept, quota, units, endTick, now) {
    const tat = tokenBucket.charge(
      kept === undefined ? undefined : tokenBucketLeasing.stateOf(kept),
      quota,
      units,
      now,
    );
    if (kept === undefined || typeof kept === 'number') return { tat, out: units, outEnd: endTick };
    return { tat, out: kept.out + units, outEnd: Math.max(kept.outEnd, endTick) };
  },

  giveBack(kept, { ticksPerUnit }, { spent, unspent, endTick }: ReturnedUnits, now) {
    if (now >= endTick || typeof kept === 'number') return kept;
    const out = kept.out - Math.min(kept.out, spent + unspent);
    const tat = kept.tat - unspent * ticksPerUnit;
    return out === 0 ? tat : { ...kept, tat, out };
  },
};
