import type { DecisionSource } from '../../core/decision';
import { type Charge, isPromiseLike, type MaybePromise, type RateLimitStore, type Verdict } from '../../core/store';
import { mapMaybe, tryMaybe } from '../maybe-promise';
import { withHoldOff as holdOff } from './hold-off';
import { RecentDenials } from './recent-denials';
import { RememberedDenial } from './remembered-denial';

export interface DenialCacheOptions {
  /** The shared store. What it answers by itself, without asking (`source` of the verdict), is not remembered. */
  readonly store: RateLimitStore;
  /** Monotonic. Default: `performance.now`. */
  readonly nowMs?: () => number;
  /** How many denials are remembered at most. Default 20,000, of half a kilobyte or so each. */
  readonly most?: number;
}

const DEFAULT_MOST = 20_000;

/**
 * A shared store that is not asked again what it has just refused: the whole decision is remembered until its wait is
 * over, at most a second, and told with times counted down. What it refuses the store would refuse, but for units given
 * back, a reset, or a store that lost its state, which are seen within a second, and for the hold-off, which is part of
 * the wait that is told. It never admits: whoever may be admitted is asked for.
 *
 * It says so of every call for the same buckets by the same quotas, whatever it costs, that does not fit what was left.
 */
export class DenialCache implements RateLimitStore {
  readonly source: DecisionSource;
  private readonly store: RateLimitStore;
  private readonly nowMs: () => number;
  private readonly denials: RecentDenials;

  constructor({ store, nowMs = performance.now.bind(performance), most = DEFAULT_MOST }: DenialCacheOptions) {
    this.source = store.source;
    this.store = store;
    this.nowMs = nowMs;
    this.denials = new RecentDenials(most);
  }

  consume(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    return this.decide(charges, true);
  }

  /** Without the hold-off: whoever waits in line comes at the instant that is told, and at no other. */
  attempt(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    return this.decide(charges, false);
  }

  /** Never refuses, so that there is nothing to remember. */
  consumeUpTo(charge: Charge): MaybePromise<Verdict> {
    return this.store.consumeUpTo(charge);
  }

  /** Asks: who looks wants to see what is there. */
  peek(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    return this.store.peek(charges);
  }

  refund(charge: Charge, units: number, mark: number): MaybePromise<number> {
    this.denials.forgetIdentity(charge.identity);
    return this.store.refund(charge, units, mark);
  }

  reset(bucketId: string, identity: string): MaybePromise<void> {
    this.denials.forgetIdentity(identity);
    return this.store.reset(bucketId, identity);
  }

  close(): MaybePromise<void> {
    this.denials.clear();
    return this.store.close?.();
  }

  private decide(charges: readonly Charge[], withHoldOff: boolean): MaybePromise<readonly Verdict[]> {
    const nowMs = this.nowMs();
    if (this.denials.isEmpty) return this.ask(charges, nowMs, withHoldOff);
    const known = this.denials.find(charges, nowMs);
    const answer = known?.answer(charges, nowMs, withHoldOff);
    if (known === undefined || answer === undefined) return this.ask(charges, nowMs, withHoldOff, known);
    if (known.isFresh(nowMs)) return answer;
    if (known.asking === undefined) return this.askAgain(charges, nowMs, withHoldOff, known);
    if (known.isRecent(nowMs)) return answer;
    // Somebody is asking: one call is enough.
    const decide = (): MaybePromise<readonly Verdict[]> => this.decide(charges, withHoldOff);
    return Promise.resolve(known.asking).then(decide, decide);
  }

  private ask(
    charges: readonly Charge[],
    nowMs: number,
    withHoldOff: boolean,
    known?: RememberedDenial,
  ): MaybePromise<readonly Verdict[]> {
    return mapMaybe(this.store.consume(charges), (verdicts) =>
      this.learn(charges, verdicts, nowMs, withHoldOff, known),
    );
  }

  private askAgain(
    charges: readonly Charge[],
    nowMs: number,
    withHoldOff: boolean,
    known: RememberedDenial,
  ): MaybePromise<readonly Verdict[]> {
    const forget = (error: unknown): never => {
      this.denials.forget(charges);
      throw error;
    };
    const answer = tryMaybe(() => this.ask(charges, nowMs, withHoldOff, known), forget);
    if (isPromiseLike(answer)) {
      const isOver = (): void => {
        known.asking = undefined;
      };
      known.asking = answer;
      // Before those who wait for it look again, so that one of them asks if there is still nothing to know it from.
      answer.then(isOver, isOver);
    }
    return answer;
  }

  private learn(
    charges: readonly Charge[],
    verdicts: readonly Verdict[],
    askedMs: number,
    withHoldOff: boolean,
    known: RememberedDenial | undefined,
  ): readonly Verdict[] {
    if (isRefusalOfTheStore(verdicts)) {
      const told = holdOff(charges, verdicts);
      this.denials.remember(charges, new RememberedDenial(charges, verdicts, told, askedMs), askedMs);
      return withHoldOff ? told : verdicts;
    }
    // It was refused before, and is not now, or nobody knows: what was remembered holds no more.
    if (known !== undefined) this.denials.forget(charges);
    return verdicts;
  }
}

function isRefusalOfTheStore(verdicts: readonly Verdict[]): boolean {
  for (const { outcome, source } of verdicts) if (outcome !== 'allowed') return source === undefined;
  return false;
}
