import type { Outcome } from '../../core/decision';
import type { Quota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { countDown } from './count-down';

/** The longest a denial is remembered: what changes in the store meanwhile is seen then. */
export const MEMORY_MS = 1_000;
/** The first call after this asks the store again, while others are still answered from memory. */
const ASK_AGAIN_MS = 900;

/**
 * One charge of a call that was refused, and the verdict on it. In one object, linked to the next: in a flood from many
 * clients each is far from the processor, and every object on the way to it is another wait.
 */
class RememberedCharge {
  readonly bucketId: string;
  readonly identity: string;
  readonly quota: Quota;
  readonly cost: number;
  readonly outcome: Outcome;
  readonly remaining: number;
  readonly retryTicks: number;
  /** The wait that is told: `retryTicks`, or the hold-off where that is longer. */
  readonly heldTicks: number;
  readonly nextUnitTicks: number;
  readonly resetTicks: number;

  constructor(
    { bucketId, identity, quota, cost }: Charge,
    { outcome, remaining, retryTicks, nextUnitTicks, resetTicks }: Verdict,
    told: Verdict,
    readonly next: RememberedCharge | undefined,
  ) {
    this.bucketId = bucketId;
    this.identity = identity;
    this.quota = quota;
    this.cost = cost;
    this.outcome = outcome;
    this.remaining = remaining;
    this.retryTicks = retryTicks;
    this.heldTicks = told.retryTicks;
    this.nextUnitTicks = nextUnitTicks;
    this.resetTicks = resetTicks;
  }
}

/** A call that the store refused, and what may be said of calls like it without asking again. */
export class RememberedDenial {
  private readonly first: RememberedCharge | undefined;
  private readonly exactTicks: number;
  private readonly toldTicks: number;
  /** The answer of the call that asks the store again, until it is there. */
  asking: PromiseLike<unknown> | undefined;
  /** Another one of the same key. */
  next: RememberedDenial | undefined;

  /**
   * @param told The verdicts with the hold-off, as everybody is told them but those who wait in line.
   * @param askedMs When the store was asked, on a monotonic clock. It decided later, so that waits counted from here
   *   are over no later than the store's own.
   */
  constructor(
    charges: readonly Charge[],
    verdicts: readonly Verdict[],
    told: readonly Verdict[],
    private readonly askedMs: number,
  ) {
    let first: RememberedCharge | undefined;
    for (let i = charges.length - 1; i >= 0; i--) {
      first = new RememberedCharge(charges[i] as Charge, verdicts[i] as Verdict, told[i] as Verdict, first);
    }
    this.first = first;
    this.exactTicks = longestWait(verdicts);
    this.toldTicks = longestWait(told);
  }

  /** Whether it is about the same buckets by the same quotas, whatever the cost. */
  isAbout(charges: readonly Charge[]): boolean {
    let known = this.first;
    for (let i = 0; i < charges.length; i++) {
      const { bucketId, identity, quota } = charges[i] as Charge;
      if (known === undefined || known.quota !== quota) return false;
      if (known.bucketId !== bucketId || known.identity !== identity) return false;
      known = known.next;
    }
    return known === undefined;
  }

  /**
   * The store's verdicts on these charges, as far as they follow from those known; `undefined` where they do not.
   * Certain: what is refused here the store would refuse, but for the hold-off and units given back.
   */
  answer(charges: readonly Charge[], nowMs: number, withHoldOff: boolean): readonly Verdict[] | undefined {
    // Rounded up: a tick too few would refuse at the very instant at which there is room.
    const elapsedTicks = Math.ceil(Math.max(0, nowMs - this.askedMs) * TICKS_PER_MS);
    if (elapsedTicks >= (withHoldOff ? this.toldTicks : this.exactTicks)) return undefined;
    const answers = new Array<Verdict>(charges.length);
    let isRefused = false;
    let known = this.first;
    for (let i = 0; known !== undefined; i++) {
      const { cost } = charges[i] as Charge;
      const answer = countDown(known, known, cost, elapsedTicks, withHoldOff ? known.heldTicks : known.retryTicks);
      if (answer === undefined) return undefined;
      isRefused ||= answer.outcome !== 'allowed';
      answers[i] = answer;
      known = known.next;
    }
    return isRefused ? answers : undefined;
  }

  /** Whether it may be told without anybody asking the store again. */
  isFresh(nowMs: number): boolean {
    return nowMs - this.askedMs < ASK_AGAIN_MS;
  }

  /** Whether it may be told at all. */
  isRecent(nowMs: number): boolean {
    return nowMs - this.askedMs < MEMORY_MS;
  }
}

function longestWait(verdicts: readonly Verdict[]): number {
  let ticks = 0;
  for (const { outcome, retryTicks } of verdicts) if (outcome !== 'allowed') ticks = Math.max(ticks, retryTicks);
  return ticks;
}
