import type { Outcome } from '../../core/decision';
import type { Quota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';

/**
 * What a verdict on a call that was refused says so many ticks later, asked for `cost` units, if nobody has taken or
 * given back any meanwhile. Others may have taken some, so that the true wait may be longer; it is never shorter than
 * what is told here. Of a sliding window, the wait for more units than were asked for then is not known: the wait for
 * those is told.
 */
export function countDown(charge: Charge, verdict: Verdict, cost: number, elapsedTicks: number): Verdict {
  const { quota } = charge;
  const isDenied = verdict.outcome === 'denied' && verdict.retryTicks > elapsedTicks;
  const retryLeft = isDenied ? verdict.retryTicks - elapsedTicks : 0;
  const resetTicks = Math.max(0, verdict.resetTicks - elapsedTicks, retryLeft);
  let { remaining } = verdict;
  let nextUnitTicks = verdict.nextUnitTicks - elapsedTicks;
  if (verdict.nextUnitTicks === 0) {
    nextUnitTicks = 0;
  } else if (resetTicks === 0) {
    remaining = quota.capacity;
    nextUnitTicks = 0;
  } else if (nextUnitTicks <= 0) {
    remaining = Math.min(quota.capacity - 1, remaining + unitsSince(quota, -nextUnitTicks));
    nextUnitTicks = untilNextUnit(quota, -nextUnitTicks, resetTicks);
  }
  if (isDenied && remaining >= charge.cost) {
    remaining = charge.cost - 1;
    nextUnitTicks = retryLeft;
  } else if (verdict.outcome === 'denied' && !isDenied) {
    // The wait that was told is over: the cost fits.
    remaining = Math.max(remaining, charge.cost);
  }
  const outcome: Outcome = cost > quota.capacity ? 'impossible' : cost > remaining ? 'denied' : 'allowed';
  return {
    outcome,
    granted: 0,
    remaining,
    retryTicks: retryTicks(outcome, quota, cost - (isDenied ? charge.cost : remaining + 1), {
      retryLeft: isDenied && cost >= charge.cost ? retryLeft : nextUnitTicks,
      resetTicks,
    }),
    nextUnitTicks,
    resetTicks,
    mark: 0,
    source: 'denial-cache',
  };
}

/** Units back since the next one was due so many ticks ago, as far as is known: that one at least. */
function unitsSince(quota: Quota, overdueTicks: number): number {
  return quota.algorithm === 'token-bucket' ? 1 + Math.floor(overdueTicks / quota.ticksPerUnit) : 1;
}

function untilNextUnit(quota: Quota, overdueTicks: number, resetTicks: number): number {
  return quota.algorithm === 'token-bucket' ? quota.ticksPerUnit - (overdueTicks % quota.ticksPerUnit) : resetTicks;
}
