import { policyDecision } from '../core/policy-decision';
import type { Charge, Verdict } from '../core/store';
import { ticksFromMs } from '../core/ticks';
import { AccountedDecision } from './receipt';
import type { ListVerdict } from './runtime-control';

/** The refusal of a call by a ban. */
export function bannedDecision(
  { entryId, remainingMs }: Extract<ListVerdict, { list: 'ban' }>,
  policy: string,
  charge: Charge,
): AccountedDecision {
  const ticks = remainingMs === Infinity ? Infinity : ticksFromMs(remainingMs);
  const verdict: Verdict = {
    outcome: 'denied',
    granted: 0,
    remaining: 0,
    retryTicks: ticks,
    nextUnitTicks: ticks,
    resetTicks: ticks,
    mark: 0,
    source: 'memory',
  };
  const told = { ...policyDecision(policy, charge, verdict, 'memory'), banId: entryId };
  return new AccountedDecision([told], [charge], [verdict]);
}
