import type { Outcome } from '../../core/decision';
import type { Quota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';

/**
 * What a verdict on a call that was refused says so many ticks later, asked for `cost` units, if nobody has taken or
 * given back any meanwhile. Others may have taken some: the true wait may be longer than the one told, never shorter.
 *
 * Of a sliding window only two instants are known: that of its next unit, and that of the units asked for then. The
 * wait for more is told as that for those; `undefined` where not even that is known.
 *
 * @param heldTicks How long the call was told to wait, where that is longer than it needs to.
 */
export function countDown(
  charge: Pick<Charge, 'quota' | 'cost'>,
  verdict: Pick<Verdict, 'outcome' | 'remaining' | 'retryTicks' | 'nextUnitTicks' | 'resetTicks'>,
  cost: number,
  elapsedTicks: number,
  heldTicks = verdict.retryTicks,
): Verdict | undefined {
  const { quota } = charge;
  const wasDenied = verdict.outcome === 'denied';
  const retryLeft = wasDenied ? Math.max(0, heldTicks - elapsedTicks) : 0;
  const isDenied = retryLeft > 0;
  const resetTicks = Math.max(0, verdict.resetTicks - elapsedTicks, retryLeft);
  const overdueTicks = elapsedTicks - verdict.nextUnitTicks;
  const isOverdue = overdueTicks >= 0 && resetTicks > 0;

  let remaining = resetTicks === 0 ? quota.capacity : verdict.remaining;
  let nextUnitTicks = resetTicks === 0 ? 0 : -overdueTicks;
  if (isOverdue) {
    remaining = Math.min(quota.capacity - 1, remaining + unitsSince(quota, overdueTicks));
    nextUnitTicks = untilNextUnit(quota, overdueTicks, resetTicks);
  }
  if (isDenied) {
    nextUnitTicks = remaining + 1 < charge.cost ? Math.min(nextUnitTicks, retryLeft) : retryLeft;
    remaining = Math.min(remaining, charge.cost - 1);
  } else if (wasDenied) {
    // The wait that was told is over: the cost fits.
    remaining = Math.max(remaining, charge.cost);
  }

  const outcome: Outcome = cost > quota.capacity ? 'impossible' : cost > remaining ? 'denied' : 'allowed';
  let retryTicks = outcome === 'impossible' ? Infinity : 0;
  if (outcome === 'denied') {
    const isForMore = isDenied && cost >= charge.cost;
    if (!isForMore && quota.algorithm === 'sliding-window' && (isOverdue || wasDenied)) return undefined;
    retryTicks = isForMore
      ? Math.max(retryLeft, verdict.retryTicks - elapsedTicks + (cost - charge.cost) * ticksPerUnit(quota))
      : nextUnitTicks + (cost - remaining - 1) * ticksPerUnit(quota);
  }
  return { outcome, granted: 0, remaining, retryTicks, nextUnitTicks, resetTicks, mark: 0, source: 'denial-cache' };
}

/** How much longer one unit more takes, where that is known: a fixed window gives all back at once. */
function ticksPerUnit(quota: Quota): number {
  return quota.algorithm === 'token-bucket' ? quota.ticksPerUnit : 0;
}

/** Units back since the next one was due so many ticks ago, as far as is known: that one at least. */
function unitsSince(quota: Quota, overdueTicks: number): number {
  return quota.algorithm === 'token-bucket' ? 1 + Math.floor(overdueTicks / quota.ticksPerUnit) : 1;
}

/** Of a window, at the latest. */
function untilNextUnit(quota: Quota, overdueTicks: number, resetTicks: number): number {
  return quota.algorithm === 'token-bucket' ? quota.ticksPerUnit - (overdueTicks % quota.ticksPerUnit) : resetTicks;
}
