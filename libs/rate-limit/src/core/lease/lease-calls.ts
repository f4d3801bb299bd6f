import { algorithmOf } from '../algorithms/registry';
import type { Charge } from '../store';
import type { LeaseTerms } from './lease';
import type { AnyLeasing, LeasableState } from './leasings';

/** A bucket that calls are to be leased of, settled. */
export interface LeasedFrom {
  readonly charge: Charge;
  readonly kept: LeasableState | undefined;
  readonly leasing: AnyLeasing;
}

/**
 * How many calls can be leased, all of whose charges fit, and for how long. Whole calls only: so a lease of several
 * policies is spent all or nothing, as the calls are that it stands for.
 */
export function callsToLease(
  buckets: readonly LeasedFrom[],
  terms: LeaseTerms,
  now: number,
): { readonly calls: number; readonly lifeTicks: number } {
  let { calls, lifeTicks } = terms;
  for (const { charge, kept, leasing } of buckets) {
    const { quota, cost } = charge;
    const state = kept === undefined ? undefined : leasing.stateOf(kept);
    const available = algorithmOf(quota).available(state, quota, now);
    if (cost > 0) calls = Math.min(calls, Math.floor(available / (cost * terms.share)));
    lifeTicks = Math.min(lifeTicks, leasing.longestLife(kept, quota, now));
  }
  return { calls, lifeTicks };
}
