import type { DecisionSource, PolicyDecision } from './decision';
import type { Quota } from './quota';
import type { Charge, Verdict } from './store';
import { msFromTicks, TICKS_PER_MS } from './ticks';

/** A verdict of a store with this `source`, in the words and units of the public API. */
export function policyDecision(
  policy: string,
  { quota, cost }: Charge,
  verdict: Verdict,
  source: DecisionSource,
): PolicyDecision {
  return {
    policy,
    outcome: verdict.outcome,
    limit: quota.capacity,
    windowSeconds: windowSeconds(quota),
    cost,
    granted: verdict.granted,
    remaining: verdict.remaining,
    retryAfterMs: msFromTicks(verdict.retryTicks),
    nextUnitAfterMs: msFromTicks(verdict.nextUnitTicks),
    resetAfterMs: msFromTicks(verdict.resetTicks),
    source: verdict.source ?? source,
  };
}

const TICKS_PER_SECOND = 1000 * TICKS_PER_MS;

function windowSeconds(quota: Quota): number | undefined {
  if (quota.algorithm === 'fixed-window' && quota.calendar !== undefined) return undefined;
  // Not from ticksPerUnit: its rounding, times the burst, could make a minute 61 seconds.
  const ticks =
    quota.algorithm === 'token-bucket' && quota.limit > 0
      ? (quota.capacity * quota.perTicks) / quota.limit
      : quota.perTicks;
  return ticks < TICKS_PER_SECOND ? undefined : Math.ceil(ticks / TICKS_PER_SECOND);
}
