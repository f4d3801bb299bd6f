import type { Charge, StoreFailureMode, Verdict } from '../../core/store';
import { untouchedVerdict } from '../../core/verdict';
import { Shares } from './shares';

/** A store that answers at once, such as the memory store: nobody waits twice in an outage. */
export interface LocalStore {
  consume(charges: readonly Charge[]): readonly Verdict[];
  consumeUpTo(charge: Charge): Verdict;
  peek(charges: readonly Charge[]): readonly Verdict[];
  refund(charge: Charge, units: number, mark: number): number;
  reset(bucketId: string, identity: string): void;
  close?(): void;
}

/** Answers calls without the shared store, as each charge's `onStoreFailure` says; `closed` is its caller's affair. */
export class LocalFallback {
  private readonly shares = new Shares();
  private mostInstances = 1;

  constructor(
    private readonly local: LocalStore,
    private readonly instances: () => number,
  ) {}

  /** Charges of mode `local` are decided together, all or none; those of mode `open` are left out. */
  decide(ask: 'consume' | 'peek', charges: readonly Charge[]): readonly Verdict[] {
    const instances = this.countInstances();
    const counted: Charge[] = [];
    for (const charge of charges) if (isCounted(charge)) counted.push(this.shareOf(charge, instances));
    // What can never fit refuses the whole call, with the store or without.
    const verdicts = this.local[charges.every(isPossible) ? ask : 'peek'](counted);
    let next = 0;
    return charges.map((charge) => {
      if (!isCounted(charge)) return fallbackVerdict(untouchedVerdict(charge.quota), 0, isPossible(charge));
      const verdict = verdicts[next++] as Verdict;
      return fallbackVerdict(verdict, verdict.granted > 0 ? charge.cost : 0, isPossible(charge));
    });
  }

  decideUpTo(charge: Charge): Verdict {
    const { quota, cost } = charge;
    if (!isCounted(charge)) {
      return fallbackVerdict(untouchedVerdict(quota), Math.min(cost, quota.capacity), quota.capacity > 0 || cost === 0);
    }
    const verdict = this.local.consumeUpTo({ ...charge, quota: this.shares.of(quota, this.countInstances()) });
    return fallbackVerdict(verdict, verdict.granted);
  }

  /**
   * Gives back units of a charge decided here; returns how many. Of a cost that was cut to a share, the share is given
   * back in proportion, rounded down, and taken for the smallest there ever was: never more than was counted.
   */
  refund(charge: Charge, units: number, mark: number): number {
    if (!isCounted(charge) || charge.cost === 0) return 0;
    const share = this.shareOf(charge, this.mostInstances);
    const counted = Math.floor((units * share.cost) / charge.cost);
    if (counted === 0) return 0;
    return this.local.refund(share, counted, localMark(mark)) * (charge.cost / share.cost);
  }

  reset(bucketId: string, identity: string): void {
    this.local.reset(bucketId, identity);
  }

  /** The charge as one of so many instances makes it: a cost above the share is cut to it, so that it can ever fit. */
  private shareOf({ bucketId, identity, quota, cost }: Charge, instances: number): Charge {
    const share = this.shares.of(quota, instances);
    return { bucketId, identity, quota: share, cost: Math.min(cost, share.capacity) };
  }

  private countInstances(): number {
    const instances = Math.max(1, Math.trunc(this.instances()) || 1);
    this.mostInstances = Math.max(this.mostInstances, instances);
    return instances;
  }
}

export function modeOf({ onStoreFailure = 'local' }: Charge): StoreFailureMode {
  return onStoreFailure;
}

/** Whether a mark comes from here. Marks of stores are ticks, and so 0 or more. */
export function isFallbackMark(mark: number): boolean {
  return mark < 0;
}

/** The mark that the local store gave. */
export function localMark(mark: number): number {
  return -1 - mark;
}

function fallbackMark(mark: number): number {
  return -1 - mark;
}

function isCounted(charge: Charge): boolean {
  return modeOf(charge) !== 'open';
}

function isPossible({ quota, cost }: Charge): boolean {
  return cost <= quota.capacity;
}

/** Written out: to copy a verdict and to add to it takes ten times as long, and every request of an outage does. */
function fallbackVerdict(verdict: Verdict, granted: number, possible = true): Verdict {
  return {
    outcome: possible ? verdict.outcome : 'impossible',
    granted,
    remaining: verdict.remaining,
    retryTicks: possible ? verdict.retryTicks : Infinity,
    nextUnitTicks: verdict.nextUnitTicks,
    resetTicks: verdict.resetTicks,
    mark: fallbackMark(verdict.mark),
    source: 'fallback',
  };
}
