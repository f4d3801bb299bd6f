import type { Clock } from '../../core/clock';
import type { Charge, Verdict } from '../../core/store';
import type { DebtLedger, Handover } from './debt-ledger';
import { type LocalFallback, localMark, modeOf } from './local-fallback';
import { closedError, resetError, type StoreFailure } from './store-failure';
import type { StoreModeWatch } from './store-mode';

/** What calls are answered that the store did not answer, and what has to be remembered of them. */
export class OutageAnswers {
  constructor(
    private readonly fallback: LocalFallback,
    private readonly ledger: DebtLedger,
    private readonly watch: StoreModeWatch,
    private readonly clock: Clock,
  ) {}

  /** Throws a StoreUnavailableError where a charge is of mode `closed`; nothing is counted then. */
  decide(
    ask: 'consume' | 'peek',
    charges: readonly Charge[],
    failure: StoreFailure,
    handover?: Handover,
  ): readonly Verdict[] {
    this.begin(charges, failure, handover);
    const verdicts = this.fallback.decide(ask, charges);
    this.remember(charges, verdicts, failure);
    return verdicts;
  }

  decideUpTo(charge: Charge, failure: StoreFailure, handover?: Handover): Verdict {
    this.begin([charge], failure, handover);
    const verdict = this.fallback.decideUpTo(charge);
    this.remember([charge], [verdict], failure);
    return verdict;
  }

  /** Where the store decides again, what it was told of stays charged there: only the rest is given back. */
  refund(charge: Charge, units: number, mark: number): number {
    const here = this.fallback.refund(charge, units, mark);
    if (here === 0) return 0;
    const untold = this.ledger.refund(charge, units, localMark(mark), this.clock.nowTicks());
    return this.watch.mode === 'healthy' ? untold : here;
  }

  refuseRefund({ identity }: Charge, failure: StoreFailure): number {
    this.watch.failed(failure, [identity]);
    return 0;
  }

  reset(bucketId: string, identity: string): void {
    this.fallback.reset(bucketId, identity);
    this.ledger.forget(bucketId, identity);
  }

  refuseReset(bucketId: string, identity: string, failure: StoreFailure): never {
    this.watch.failed(failure, [identity]);
    throw resetError(bucketId, failure);
  }

  private begin(charges: readonly Charge[], failure: StoreFailure, handover?: Handover): void {
    this.watch.failed(
      failure,
      charges.map(({ identity }) => identity),
    );
    if (handover !== undefined) this.ledger.takeBack(handover, failure, this.clock.nowTicks());
    const closed = charges.find((charge) => modeOf(charge) === 'closed');
    this.watch.count(
      closed ? 'closed' : charges.every((charge) => modeOf(charge) === 'open') ? 'open' : 'local',
      failure,
    );
    if (closed !== undefined) throw closedError(closed.bucketId, failure);
  }

  /** What the store has certainly not charged, it has to be told. */
  private remember(charges: readonly Charge[], verdicts: readonly Verdict[], failure: StoreFailure): void {
    const now = this.clock.nowTicks();
    for (let i = 0; i < charges.length; i++) {
      const charge = charges[i] as Charge;
      const { granted } = verdicts[i] as Verdict;
      if (failure.fateAt(i) === 'unknown') continue;
      if (granted > 0 && modeOf(charge) === 'local') this.ledger.spend(charge, granted, now);
    }
  }
}
