import type { DecisionSource } from '../../core/decision';
import { type Charge, isPromiseLike, type MaybePromise, type RateLimitStore, type Verdict } from '../../core/store';
import { systemTimers, type Timers } from '../failure/timers';
import { HotKeys } from './hot-keys';
import { type LeaseCentre, LeaseKeeper } from './lease-keeper';
import { leaseRules, type LeaseRules } from './lease-rules';

export interface LeasedStoreOptions {
  /** Decides what no lease covers. */
  readonly store: RateLimitStore;
  /** Leases. What it cannot do it rejects; nothing is asked twice. */
  readonly centre: LeaseCentre;
  /** How many instances share the limits, as far as is known. */
  readonly instances: () => number;
  /** Whether calls have to tell the store something first: then it is no time for a lease. Default: never. */
  readonly owes?: (charges: readonly Charge[]) => boolean;
  /** How many keys are watched at most. Default 20,000, of half a kilobyte or so each. */
  readonly mostKeys?: number;
  readonly timers?: Timers;
  /** Default: `Date.now`. */
  readonly unixMs?: () => number;
  /** For tests that leave out a rule. */
  readonly rules?: LeaseRules;
}

const DEFAULT_MOST_KEYS = 20_000;

/**
 * A shared store whose hot keys are decided here, without asking, by calls that the store has charged in advance. It
 * never admits more than the store would by itself, whatever becomes of calls, instances and clocks; near a limit it may
 * refuse what another instance still holds, for a lease's length at most.
 */
export class LeasedStore implements RateLimitStore {
  readonly source: DecisionSource;
  private readonly store: RateLimitStore;
  private readonly timers: Timers;
  private readonly unixMs: () => number;
  private readonly rules: LeaseRules;
  private readonly keys: HotKeys;
  private readonly keeper: LeaseKeeper;
  private isClosed = false;

  constructor(options: LeasedStoreOptions) {
    const { store, centre, instances, owes = never, mostKeys = DEFAULT_MOST_KEYS } = options;
    const { timers = systemTimers, unixMs = Date.now, rules = leaseRules } = options;
    this.source = store.source;
    this.store = store;
    this.timers = timers;
    this.unixMs = unixMs;
    this.rules = rules;
    this.keys = new HotKeys(mostKeys, rules.firstCalls, timers.nowMs());
    this.keeper = new LeaseKeeper({ centre, instances, owes, timers, unixMs, rules });
  }

  /** Calls that this instance may still make by itself. */
  get held(): number {
    return this.keeper.held;
  }

  consume(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    return this.decide(charges, false);
  }

  attempt(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    return this.decide(charges, true);
  }

  /** A part of a call is nothing that was leased. */
  consumeUpTo(charge: Charge): MaybePromise<Verdict> {
    return this.store.consumeUpTo(charge);
  }

  /** What is leased here would be allowed. */
  peek(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    if (charges[0]?.lease === undefined) return this.store.peek(charges);
    const nowMs = this.timers.nowMs();
    const key = this.keys.find(charges);
    return key?.current(nowMs, this.unixMs(), this.rules)?.look(nowMs, key.asked) ?? this.store.peek(charges);
  }

  /** The mark of a call tells the store which lease it was made of. */
  refund(charge: Charge, units: number, mark: number): MaybePromise<number> {
    this.forgetLimit(charge.identity);
    return this.store.refund(charge, units, mark);
  }

  /** Not before the store has back what is leased here: afterwards it would seem to be of another lease. */
  reset(bucketId: string, identity: string): MaybePromise<void> {
    this.forgetLimit(identity);
    const isOf = (charge: Charge): boolean => charge.bucketId === bucketId && charge.identity === identity;
    const leased = this.keeper.all.filter(({ charges }) => charges.some(isOf));
    return leased.length === 0 ? this.store.reset(bucketId, identity) : this.resetLeased(leased, bucketId, identity);
  }

  /** Gives everything back before the store is closed. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.keeper.giveBackAll(this.keeper.all);
    await this.store.close?.();
  }

  /** Units come back that nobody could foresee. */
  private forgetLimit(identity: string): void {
    for (const { restraint } of this.keys.of(identity)) restraint.forget();
  }

  private async resetLeased(leased: LeaseKeeper['all'], bucketId: string, identity: string): Promise<void> {
    await this.keeper.giveBackAll(leased);
    try {
      await this.store.reset(bucketId, identity);
    } finally {
      this.keeper.resume(leased);
    }
  }

  private decide(charges: readonly Charge[], isAttempt: boolean): MaybePromise<readonly Verdict[]> {
    if (charges[0]?.lease === undefined || this.isClosed) return this.ask(charges, isAttempt);
    const nowMs = this.timers.nowMs();
    const key = this.keys.note(charges, nowMs);
    if (key === undefined) return this.ask(charges, isAttempt);
    key.rate.note(nowMs);
    const verdicts = key.current(nowMs, this.unixMs(), this.rules)?.spend(nowMs, key.asked);
    if (verdicts !== undefined) {
      if (key.isLow && !key.restraint.isNear(nowMs)) this.keeper.renew(key, nowMs);
      return verdicts;
    }
    const refusal = isAttempt ? undefined : key.restraint.refuses(charges, nowMs);
    if (refusal !== undefined) return refusal;
    key.asked++;
    const answer = this.ask(charges, isAttempt);
    // Raised in one turn, the two travel together; where the answer is known already, the store has nothing to lease.
    if (isPromiseLike(answer)) {
      this.keeper.renew(key, nowMs);
      this.keeper.ride(nowMs);
    }
    return answer;
  }

  private ask(charges: readonly Charge[], isAttempt: boolean): MaybePromise<readonly Verdict[]> {
    return isAttempt && this.store.attempt !== undefined ? this.store.attempt(charges) : this.store.consume(charges);
  }
}

function never(): boolean {
  return false;
}
