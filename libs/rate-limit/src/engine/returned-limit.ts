import { MAX_LIMIT } from '../core/compile-quota';
import type { Policy } from '../core/policy';
import { isNumberAbove } from '../core/problems';
import type { Quota } from '../core/quota';

/** The quota of a limit that a function returned: one above the largest means the highest that the policy can have. */
export function quotaOfReturned(policy: Policy<never>, limit: number | string): Quota {
  return isNumberAbove(limit, MAX_LIMIT) ? highestQuota(policy) : policy.quotaFor(limit);
}

function highestQuota(policy: Policy<never>): Quota {
  // Every policy can have a limit of 0, and this one tells its window.
  const { algorithm, perTicks } = policy.quotaFor(0);
  if (algorithm !== 'token-bucket') return policy.quotaFor(MAX_LIMIT);
  // A unit comes back in a whole number of ticks.
  const ticksPerUnit = Math.ceil(perTicks / MAX_LIMIT);
  return policy.quotaFor(Math.ceil(perTicks / ticksPerUnit));
}
