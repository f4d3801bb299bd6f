import type { Quota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';
import { ticksFromMs } from '../../core/ticks';

/** In whole seconds, as headers tell a wait, nobody can tell it from the wait without it. */
const MAX_HOLD_OFF_TICKS = ticksFromMs(25);

/**
 * How long after a denial this process need not ask again, though a unit may be there sooner. Only token buckets that
 * regain more than one unit meanwhile have one: the units gather and are taken together, so that an overloaded key
 * costs a call every 25 ms and not one a unit. At most the time in which half of the bucket fills, so that none of them
 * flows over before it is asked for. Windows tell the very instant at which units come back, and have none.
 */
export function holdOffTicks(quota: Quota): number {
  if (quota.algorithm !== 'token-bucket') return 0;
  const { capacity, ticksPerUnit } = quota;
  const ticks = Math.min(MAX_HOLD_OFF_TICKS, Math.floor(capacity / 2) * ticksPerUnit);
  return ticks > ticksPerUnit ? ticks : 0;
}

/** The verdicts with the hold-off as part of the waits they tell; the same array where there is none. */
export function withHoldOff(charges: readonly Charge[], verdicts: readonly Verdict[]): readonly Verdict[] {
  for (let i = 0; i < verdicts.length; i++) {
    if (isHeld(charges[i] as Charge, verdicts[i] as Verdict)) {
      return verdicts.map((verdict, at) => held(charges[at] as Charge, verdict));
    }
  }
  return verdicts;
}

function isHeld({ quota }: Charge, { outcome, retryTicks }: Verdict): boolean {
  return outcome === 'denied' && retryTicks < holdOffTicks(quota);
}

function held(charge: Charge, verdict: Verdict): Verdict {
  if (!isHeld(charge, verdict)) return verdict;
  const ticks = holdOffTicks(charge.quota);
  return {
    ...verdict,
    retryTicks: ticks,
    nextUnitTicks: verdict.remaining + 1 >= charge.cost ? ticks : verdict.nextUnitTicks,
    resetTicks: Math.max(verdict.resetTicks, ticks),
  };
}
