import type { LeaseReturn } from '../../core/lease/lease';
import type { Charge } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import type { HeldLease } from './held-lease';
import type { LeaseRules } from './lease-rules';
import { LocalRate } from './local-rate';
import { Restraint } from './restraint';

/** A window's lease is one instant to it, so that a unit spent at its start is released late by so much of a window. */
const WINDOW_PART = 20;

const SHORTEST_LIFE_MS = 20;

/**
 * How long what is to be told may wait for a call that goes anyway, of a lease's life. What windows are not told in time
 * they miss until they are over, so that theirs is told at once.
 */
const PATIENCE_SHARE = 0.08;
/** Of the calls of the latest lease: so many left are time for the next, and so many are if it costs no call. */
const LOW_SHARE = 0.05;
const RIDE_SHARE = 0.5;

/** A lease that is spent need not be told of before it is over: that can wait for a call that goes anyway. */
export type LeasesToEnd = 'over' | 'spent or over' | 'all';

/** Calls that are all alike: the same charges each. What this instance knows of them, and the leases it has for them. */
export class HotKey {
  readonly rate: LocalRate;
  readonly restraint = new Restraint();
  /** The longest that a lease lives. */
  readonly lifeMs: number;
  /** How long after its end a lease may be told of. */
  readonly patienceMs: number;
  /** Whether the store wants to hear of calls made, and not only of those that were not. */
  readonly tellsSpent: boolean;
  /** The most calls of one lease, as the options say. */
  readonly mostEver: number;
  /** Calls that the tightest policy admits in a window, or at once. */
  readonly callsInLimit: number;
  /** Another kind of call for the same identity. */
  next: HotKey | undefined;
  /** The most calls that are asked for next. */
  mostCalls: number;
  notBeforeMs = 0;
  /** Calls that the store was asked for, because no lease covered them. */
  asked = 0;
  /** While the store is asked for a lease. */
  asking: Promise<void> | undefined;
  /** In the order in which they end. */
  private leases: readonly HeldLease[] = [];
  /** Calls left when the next lease is asked for. */
  private lowAt = 0;
  /** Calls left when the next lease is asked for if that costs no call of its own. */
  private ridesAt = 0;
  private untold: LeaseReturn[] = [];

  /** Whether calls of these charges can be leased at all. */
  static fits(charges: readonly Charge[]): boolean {
    if (charges.some(({ lease, owed = [] }) => lease === undefined || owed.length > 0)) return false;
    return charges.some(({ cost }) => cost > 0) && lifeMsOf(charges) >= SHORTEST_LIFE_MS;
  }

  constructor(
    readonly charges: readonly Charge[],
    firstCalls: number,
    nowMs: number,
  ) {
    this.rate = new LocalRate(nowMs);
    this.lifeMs = lifeMsOf(charges);
    const isRefilled = charges.every(({ quota }) => quota.algorithm === 'token-bucket');
    this.patienceMs = isRefilled ? PATIENCE_SHARE * this.lifeMs : 0;
    this.mostEver = Math.min(...charges.map(({ lease }) => lease?.maxCalls ?? 0));
    this.mostCalls = Math.min(this.mostEver, firstCalls);
    this.callsInLimit = Math.min(...charges.map(callsInLimit));
    this.tellsSpent = charges.some(({ quota, cost }) => quota.algorithm === 'token-bucket' && cost > 0);
  }

  /** Calls that may be made by the leases. */
  get left(): number {
    let left = 0;
    for (const lease of this.leases) left += lease.left;
    return left;
  }

  /** Whether it is time to ask for the next lease. */
  get isLow(): boolean {
    return this.asking === undefined && this.left <= this.lowAt;
  }

  /** Whether the next lease may be asked for together with something else. */
  get mayRide(): boolean {
    return this.asking === undefined && this.left <= this.ridesAt;
  }

  get hasUntold(): boolean {
    return this.untold.length > 0;
  }

  get holdsAny(): boolean {
    return this.leases.length > 0 || this.untold.length > 0;
  }

  /** Whether calls of these charges are what this is about. */
  isFor(charges: readonly Charge[]): boolean {
    const own = this.charges;
    if (charges.length !== own.length) return false;
    for (let i = 0; i < own.length; i++) {
      const a = own[i] as Charge;
      const b = charges[i] as Charge;
      const isSame = a.quota === b.quota && a.cost === b.cost && a.bucketId === b.bucketId && a.identity === b.identity;
      if (!isSame || b.lease === undefined) return false;
    }
    return true;
  }

  /** The lease that the next call is made of. */
  current(nowMs: number, unixMs: number, rules: LeaseRules): HeldLease | undefined {
    for (const lease of this.leases) {
      if (lease.left > 0 && !isOver(lease, nowMs, unixMs, rules)) return lease;
    }
    return undefined;
  }

  hold(lease: HeldLease): void {
    this.leases = [...this.leases, lease];
    this.lowAt = lease.left * LOW_SHARE;
    this.ridesAt = lease.left * RIDE_SHARE;
  }

  /**
   * Ends leases: no call is made of them any more, and what became of them is to be told. When the next of those left is
   * over; `undefined` where there is none.
   */
  putAway(nowMs: number, unixMs: number, rules: LeaseRules, which: LeasesToEnd): number | undefined {
    let nextMs: number | undefined;
    const kept: HeldLease[] = [];
    for (const lease of this.leases) {
      const isSpent = lease.left === 0;
      if (which === 'all' || (which === 'spent or over' && isSpent) || isOver(lease, nowMs, unixMs, rules)) {
        if (!isSpent || this.tellsSpent) this.untold.push(lease.report());
        lease.left = rules.leftAfterReturn(lease.left);
        if (lease.left === 0 || isOver(lease, nowMs, unixMs, rules)) continue;
      } else nextMs = Math.min(nextMs ?? Infinity, lease.end.monotonicMs);
      kept.push(lease);
    }
    this.leases = kept;
    return nextMs;
  }

  /** What the store is to be told, once. */
  takeUntold(): readonly LeaseReturn[] {
    const { untold } = this;
    this.untold = [];
    return untold;
  }
}

function isOver({ end }: HeldLease, nowMs: number, unixMs: number, rules: LeaseRules): boolean {
  return rules.isOver(end.monotonicMs, nowMs) || rules.isOver(end.unixMs, unixMs);
}

function callsInLimit({ quota, cost }: Charge): number {
  return cost === 0 ? Infinity : Math.floor(Math.min(quota.limit, quota.capacity) / cost);
}

function lifeMsOf(charges: readonly Charge[]): number {
  return Math.min(...charges.map(longestLifeMs));
}

function longestLifeMs({ quota, lease }: Charge): number {
  const wanted = lease?.maxMs ?? 0;
  if (quota.algorithm !== 'sliding-window') return wanted;
  return Math.min(wanted, Math.floor(quota.perTicks / TICKS_PER_MS / WINDOW_PART));
}
