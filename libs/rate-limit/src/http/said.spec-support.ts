import type { PolicyDecision } from '../core/decision';

/** What a policy of 200 a minute says of its first request, but for some changes. */
export function said(changes: Partial<PolicyDecision> = {}): PolicyDecision {
  return {
    policy: 'default',
    outcome: 'allowed',
    limit: 200,
    windowSeconds: 60,
    cost: 1,
    granted: 1,
    remaining: 199,
    retryAfterMs: 0,
    nextUnitAfterMs: 60_000,
    resetAfterMs: 60_000,
    source: 'memory',
    ...changes,
  };
}
