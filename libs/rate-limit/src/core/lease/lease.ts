import type { Verdict } from '../store';

/** No lease lives longer. A state whose leases seem to end later was written before its clock stepped back. */
export const LONGEST_LEASE_TICKS = 80_000_000;

/** What an instance asks of the store: leave to make calls by itself. */
export interface LeaseTerms {
  /** Calls wanted, 1 or more. */
  readonly calls: number;
  /** At most one part in so many of what is left is leased, so that the last units stay with the store. */
  readonly share: number;
  /** How long the lease is wanted, in ticks; at most LONGEST_LEASE_TICKS. */
  readonly lifeTicks: number;
}

/** What the store gave. All of it is charged already. */
export interface LeaseGrant {
  /** Calls that may be made; 0 where there is no lease. */
  readonly calls: number;
  /** From the moment of the decision. Maybe less than was asked for: a lease dies with its window. */
  readonly lifeTicks: number;
  /** The same as an instant of the store's clock, to be handed back with what is left. */
  readonly endTick: number;
  /** What each bucket says, with the lease taken; `granted` are its units. */
  readonly verdicts: readonly Verdict[];
}

/** What became of a lease. Told once at most, and only when no more calls are made of it. */
export interface LeaseReturn {
  /** Calls made. */
  readonly spent: number;
  /** Calls not made. */
  readonly unspent: number;
  /** Of the grant. */
  readonly endTick: number;
}

export const NO_LEASE: LeaseGrant = { calls: 0, lifeTicks: 0, endTick: 0, verdicts: [] };
