import type { Decision } from '../../core/decision';
import type { EarlierOutcome } from './decision-observer';

/** How an earlier guard's part in a request was counted; `wasSeen` tells that there was one. */
export function earlierOutcome(wasSeen: boolean, decision: Decision | undefined): EarlierOutcome {
  if (!wasSeen) return 'none';
  if (decision === undefined) return 'bypassed';
  return decision.allowed ? 'allowed' : 'denied';
}
