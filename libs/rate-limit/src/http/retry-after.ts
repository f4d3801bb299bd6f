import type { Decision } from '../core/decision';
import { secondsFromMs } from '../core/duration';

/**
 * Whole seconds, at least 1, after which a client that was refused may try again; `undefined` where it was not refused,
 * and where waiting cannot help.
 */
export function retryAfterSeconds(decision: Decision): number | undefined {
  return decision.outcome === 'denied' && decision.retryAfterMs < Infinity
    ? Math.max(1, secondsFromMs(decision.retryAfterMs))
    : undefined;
}
