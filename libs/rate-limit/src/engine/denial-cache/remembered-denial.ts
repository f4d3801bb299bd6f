import type { Charge, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { countDown } from './count-down';
import { withHoldOff } from './hold-off';

/** The longest a denial is remembered: what changes in the store meanwhile is seen then. */
export const MEMORY_MS = 1_000;
/** The first call after this asks the store again, while others are still answered from memory. */
const ASK_AGAIN_MS = 900;

/** A call that the store refused, and what may be said of calls like it without asking again. */
export class RememberedDenial {
  /** With the hold-off. What is told to everybody but those who wait in line. */
  readonly told: readonly Verdict[];
  private readonly exactTicks: number;
  private readonly toldTicks: number;
  /** The answer of the call that asks the store again, until it is there. */
  asking: PromiseLike<unknown> | undefined;

  /**
   * @param askedMs When the store was asked, on a monotonic clock. It decided later, so that waits counted from here
   *   are over no later than the store's own.
   */
  constructor(
    readonly charges: readonly Charge[],
    private readonly verdicts: readonly Verdict[],
    readonly askedMs: number,
  ) {
    this.told = withHoldOff(charges, verdicts);
    this.exactTicks = longestWait(verdicts);
    this.toldTicks = longestWait(this.told);
  }

  /** Whether it is about the same buckets by the same quotas, whatever the cost. */
  isAbout(charges: readonly Charge[]): boolean {
    const own = this.charges;
    if (own.length !== charges.length) return false;
    for (let i = 0; i < own.length; i++) {
      const a = own[i] as Charge;
      const b = charges[i] as Charge;
      if (a.quota !== b.quota || a.bucketId !== b.bucketId || a.identity !== b.identity) return false;
    }
    return true;
  }

  /**
   * The store's verdicts on these charges, as far as they follow from those known; `undefined` where they do not.
   * Certain: what is refused here the store would refuse, but for the hold-off and units given back.
   */
  answer(charges: readonly Charge[], nowMs: number, withHoldOff: boolean): readonly Verdict[] | undefined {
    // Rounded up: a tick too few would refuse at the very instant at which there is room.
    const elapsedTicks = Math.ceil(Math.max(0, nowMs - this.askedMs) * TICKS_PER_MS);
    if (elapsedTicks >= (withHoldOff ? this.toldTicks : this.exactTicks)) return undefined;
    const held = withHoldOff ? this.told : this.verdicts;
    const answers: Verdict[] = [];
    let isRefused = false;
    for (let i = 0; i < charges.length; i++) {
      const known = this.charges[i] as Charge;
      const { cost } = charges[i] as Charge;
      const { retryTicks } = held[i] as Verdict;
      const answer = countDown(known, this.verdicts[i] as Verdict, cost, elapsedTicks, retryTicks);
      if (answer === undefined) return undefined;
      isRefused ||= answer.outcome !== 'allowed';
      answers.push(answer);
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
