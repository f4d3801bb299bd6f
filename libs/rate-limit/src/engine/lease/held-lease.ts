import type { LeaseGrant, LeaseReturn } from '../../core/lease/lease';
import type { Charge, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';

/** Until when calls may be made, by a clock that never steps and by one that goes on while the machine sleeps. */
export interface LeaseEnd {
  readonly monotonicMs: number;
  readonly unixMs: number;
}

/** A lease that this instance has. */
export class HeldLease {
  /** Calls that may still be made. */
  left: number;

  constructor(
    private readonly charges: readonly Charge[],
    private readonly grant: LeaseGrant,
    private readonly sentMs: number,
    /** Calls that the store was asked for by then, lease or not. */
    private readonly askedBefore: number,
    readonly end: LeaseEnd,
  ) {
    this.left = grant.calls;
  }

  /** Makes one of the calls that are left. `asked` is how many the store was asked for by now. */
  spend(nowMs: number, asked: number): readonly Verdict[] {
    this.left--;
    return this.verdicts(nowMs, asked, true);
  }

  /** What `spend` would say, but for the call. */
  look(nowMs: number, asked: number): readonly Verdict[] {
    return this.verdicts(nowMs, asked, false);
  }

  /** What is told of it when it is over. */
  report(): LeaseReturn {
    return { spent: this.grant.calls - this.left, unspent: this.left, endTick: this.grant.endTick };
  }

  /** As the store said when it granted the lease, less the calls of this instance since. */
  private verdicts(nowMs: number, asked: number, isSpent: boolean): readonly Verdict[] {
    const { charges, left, grant } = this;
    const passed = Math.max(0, Math.floor((nowMs - this.sentMs) * TICKS_PER_MS));
    const verdicts = new Array<Verdict>(charges.length);
    for (let i = 0; i < charges.length; i++) {
      const { quota, cost } = charges[i] as Charge;
      const granted = grant.verdicts[i] as Verdict;
      const unspent = left * cost;
      const fills = quota.algorithm === 'token-bucket' ? unspent * quota.ticksPerUnit : 0;
      verdicts[i] = {
        outcome: 'allowed',
        granted: isSpent ? cost : 0,
        remaining: Math.max(0, granted.remaining + unspent - (asked - this.askedBefore) * cost),
        retryTicks: 0,
        nextUnitTicks: countDown(granted.nextUnitTicks, passed),
        resetTicks: countDown(granted.resetTicks, passed + fills),
        mark: quota.algorithm === 'sliding-window' ? grant.endTick : granted.mark,
        source: 'lease',
      };
    }
    return verdicts;
  }
}

/** A time that has come means nothing is to be waited for only where it was so from the beginning. */
function countDown(ticks: number, passed: number): number {
  return ticks === 0 ? 0 : Math.max(1, ticks - passed);
}
