import type { LeaseGrant } from '../../core/lease/lease';
import type { Charge, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { holdOffTicks, withHoldOff } from '../denial-cache/hold-off';
import { RememberedDenial } from '../denial-cache/remembered-denial';

/** For so long after it had nothing to lease a store is taken to be near the limit. */
const NEAR_THE_LIMIT_MS = 1_000;

/**
 * What a key does near its limit, so that it is not asked for unit after unit: where the store has less left than comes
 * back within a hold-off, this instance asks once in that time, for a call and a lease, and refuses what goes beyond.
 * The units gather meanwhile and are leased together. As with any hold-off, none is lost; who waits in line is not
 * refused.
 */
export class Restraint {
  private nearUntilMs = -Infinity;
  private heldUntilMs = -Infinity;
  private refusal: RememberedDenial | undefined;

  /** Whether the store was near the limit a moment ago. */
  isNear(nowMs: number): boolean {
    return nowMs < this.nearUntilMs;
  }

  /** Whether nothing is asked for now. */
  isHeld(nowMs: number): boolean {
    return nowMs < this.heldUntilMs;
  }

  /** The refusal of a call that comes now; `undefined` where it may ask. */
  refuses(charges: readonly Charge[], nowMs: number): readonly Verdict[] | undefined {
    return this.isHeld(nowMs) ? this.refusal?.answer(charges, nowMs, true) : undefined;
  }

  /** The store was asked for a lease: its answer says what is left. */
  learn(charges: readonly Charge[], { calls, verdicts }: LeaseGrant, sentMs: number): void {
    this.heldUntilMs = -Infinity;
    const holds = verdicts.map((verdict, i) => holdOf(charges[i] as Charge, verdict));
    const longest = Math.max(0, ...holds);
    if (longest === 0) return;
    if (calls === 0) this.nearUntilMs = sentMs + NEAR_THE_LIMIT_MS;
    if (!this.isNear(sentMs)) return;
    const refusal = verdicts.map((verdict, i) => heldVerdict(verdict, charges[i]?.cost ?? 0, holds[i] ?? 0));
    this.refusal = new RememberedDenial(charges, refusal, withHoldOff(charges, refusal), sentMs);
    this.heldUntilMs = sentMs + longest / TICKS_PER_MS;
  }

  /** Units came back in a way that nobody could foresee. */
  forget(): void {
    this.nearUntilMs = -Infinity;
    this.heldUntilMs = -Infinity;
  }
}

/** The hold-off of a bucket that holds less than comes back in it; 0 of others. */
function holdOf({ quota, cost }: Charge, { remaining }: Verdict): number {
  if (quota.algorithm !== 'token-bucket' || cost === 0) return 0;
  const ticks = holdOffTicks(quota);
  return remaining * quota.ticksPerUnit < ticks ? ticks : 0;
}

/** The verdict on a call that is not to be asked for within a hold-off. */
function heldVerdict(verdict: Verdict, cost: number, ticks: number): Verdict {
  if (ticks === 0) return { ...verdict, granted: 0 };
  return {
    ...verdict,
    outcome: 'denied',
    granted: 0,
    remaining: Math.min(verdict.remaining, cost - 1),
    retryTicks: ticks,
    nextUnitTicks: ticks,
    resetTicks: Math.max(verdict.resetTicks, ticks),
  };
}
