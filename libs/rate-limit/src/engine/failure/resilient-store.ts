import type { Clock } from '../../core/clock';
import type { DecisionSource } from '../../core/decision';
import { type Charge, isPromiseLike, type MaybePromise, type RateLimitStore, type Verdict } from '../../core/store';
import { Deadlines } from './deadlines';
import { DebtLedger, type Handover } from './debt-ledger';
import { isFallbackMark, LocalFallback, type LocalStore } from './local-fallback';
import { OutageAnswers } from './outage-answers';
import { failureOf, type StoreFailure } from './store-failure';
import {
  type DecisionCounts,
  type LatestFailure,
  type ModeListener,
  type StoreMode,
  StoreModeWatch,
} from './store-mode';
import { systemTimers, type Timers } from './timers';

export interface ResilientStoreOptions {
  /** The shared store. Its calls may reject, throw or never end. */
  readonly remote: RateLimitStore;
  /** Decides in its place. For it alone, and on the same clock. */
  readonly local: LocalStore;
  readonly clock: Clock;
  /** The longest a decision may take. `undefined` where the remote store itself rejects what takes longer. */
  readonly deadlineMs: number | undefined;
  /** How many instances share the limits, as far as is known. Asked in an outage only. */
  readonly instances: () => number;
  /** Told once per change, with the reason as a sentence. */
  readonly onModeChange?: ModeListener;
  /** The most keys whose debts are remembered. Default 100,000; beyond, the debts that grew longest ago are forgiven. */
  readonly maxDebts?: number;
  /** Default: the timers of this process. */
  readonly timers?: Timers;
}

/**
 * A shared store that always answers in time. A call that it does not answer within the deadline, or at all, is
 * answered here as each charge's `onStoreFailure` says, with `source: 'fallback'`, and never sent again; what the store
 * says of it later is ignored.
 *
 * The bound: in an outage the N instances together count, for each key, at most max(limit, N) units in a window (of a
 * token bucket at most max(burst, N), and max(limit, N) more per window), beside what the store had admitted. A cost
 * above an instance's share counts as the share: of such calls, each instance admits one at a time. The bound holds
 * while `instances` says at least how many there are.
 *
 * After an outage, the first call for a key tells the store what was let through without it and is still held (`owed`
 * of the charge). That is done at most once, and never for a call that the store may have carried out, so a client
 * that kept to its limit is not punished; what is in doubt is forgiven, which the bound includes.
 */
export class ResilientStore implements RateLimitStore {
  readonly source: DecisionSource;
  private readonly remote: RateLimitStore;
  private readonly local: LocalStore;
  private readonly clock: Clock;
  private readonly outage: OutageAnswers;
  private readonly ledger: DebtLedger;
  private readonly deadlines: Deadlines<Handover | undefined> | undefined;
  private readonly watch: StoreModeWatch;
  private readonly timers: Timers;

  constructor(options: ResilientStoreOptions) {
    const { remote, local, clock, deadlineMs, instances, onModeChange } = options;
    const { maxDebts = 100_000, timers = systemTimers } = options;
    this.source = remote.source;
    this.remote = remote;
    this.local = local;
    this.clock = clock;
    this.timers = timers;
    this.ledger = new DebtLedger(maxDebts);
    this.watch = new StoreModeWatch(() => timers.nowMs(), onModeChange);
    this.outage = new OutageAnswers(new LocalFallback(local, instances), this.ledger, this.watch, clock);
    this.deadlines = deadlineMs === undefined ? undefined : this.deadlinesOf(deadlineMs);
  }

  get mode(): StoreMode {
    return this.watch.mode;
  }

  get counts(): DecisionCounts {
    return this.watch.counts;
  }

  get latestFailure(): LatestFailure | undefined {
    return this.watch.latest;
  }

  /** The store was found well by other means than a decision. The next one that fails is told as a change again. */
  wellAgain(): void {
    this.watch.answered(this.timers.nowMs());
  }

  /** Keys whose debts are waiting for the store. */
  get debts(): number {
    return this.ledger.size;
  }

  /** Whether one of these has to be told first: then it is not to be leased. */
  owes(charges: readonly Charge[]): boolean {
    return this.ledger.owes(charges);
  }

  consume(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    const refusal = this.watch.mode === 'healthy' ? undefined : this.remote.refusal?.(charges);
    if (refusal !== undefined) return this.outage.decide('consume', charges, failureOf(refusal));
    const handover = this.handOver(charges);
    return this.ask(
      () => this.remote.consume(handover?.charges ?? charges),
      (failure) => this.outage.decide('consume', charges, failure, handover),
      handover,
    );
  }

  consumeUpTo(charge: Charge): MaybePromise<Verdict> {
    const handover = this.handOver([charge]);
    return this.ask(
      () => this.remote.consumeUpTo(handover?.charges[0] ?? charge),
      (failure) => this.outage.decideUpTo(charge, failure, handover),
      handover,
    );
  }

  /** Debts stay here until something is consumed: until then the store's answer does not know of them. */
  peek(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    return this.ask(
      () => this.remote.peek(charges),
      (failure) => this.outage.decide('peek', charges, failure),
    );
  }

  /** A charge of the shared store that cannot be given back there stays charged: 0. */
  refund(charge: Charge, units: number, mark: number): MaybePromise<number> {
    if (isFallbackMark(mark)) return this.outage.refund(charge, units, mark);
    return this.ask(
      () => this.remote.refund(charge, units, mark),
      (failure) => this.outage.refuseRefund(charge, failure),
    );
  }

  /** Here at once; rejects with a StoreUnavailableError where the shared store could not do it or did not say so in time. */
  reset(bucketId: string, identity: string): MaybePromise<void> {
    this.outage.reset(bucketId, identity);
    return this.ask(
      () => this.remote.reset(bucketId, identity),
      (failure) => this.outage.refuseReset(bucketId, identity, failure),
    );
  }

  close(): MaybePromise<void> {
    this.local.close?.();
    return this.remote.close?.();
  }

  private handOver(charges: readonly Charge[]): Handover | undefined {
    return this.ledger.size === 0 ? undefined : this.ledger.handOver(charges, this.clock.nowTicks());
  }

  private ask<Answer>(
    send: () => MaybePromise<Answer>,
    rescue: (failure: StoreFailure) => Answer,
    handover?: Handover,
  ): MaybePromise<Answer> {
    let answer: MaybePromise<Answer>;
    try {
      answer = send();
    } catch (thrown) {
      return rescue(failureOf(thrown));
    }
    if (!isPromiseLike(answer)) {
      this.watch.answered(this.timers.nowMs());
      return answer;
    }
    return this.deadlines === undefined
      ? this.trusting(answer, rescue)
      : this.deadlines.bound(answer, rescue, handover);
  }

  /** For a store that keeps the deadline itself: half the work. */
  private trusting<Answer>(answer: PromiseLike<Answer>, rescue: (failure: StoreFailure) => Answer): Promise<Answer> {
    // Only a store that is down has to show since when it is up again.
    const askedMs = this.watch.mode === 'healthy' ? 0 : this.timers.nowMs();
    return answer.then(
      (value) => {
        if (this.watch.mode !== 'healthy') this.watch.answered(askedMs);
        return value;
      },
      (thrown: unknown) => rescue(failureOf(thrown)),
    ) as Promise<Answer>;
  }

  private deadlinesOf(deadlineMs: number): Deadlines<Handover | undefined> {
    return new Deadlines(deadlineMs, this.timers, {
      onAnswer: (askedMs) => {
        this.watch.answered(askedMs);
      },
      onFailedLate: (failure, handover) => {
        if (handover !== undefined) this.ledger.takeBack(handover, failure, this.clock.nowTicks());
      },
    });
  }
}
