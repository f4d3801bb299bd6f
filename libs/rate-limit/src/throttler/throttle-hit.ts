import { FloodgateError, show } from '../core/errors';
import type { ThrottleTerms } from '../stores/redis/throttle-wire';

export type { ThrottleTerms } from '../stores/redis/throttle-wire';

/** One hit as `ThrottlerStorage.increment` is asked for it. Times are milliseconds and may have a fraction. */
export interface ThrottleHit extends ThrottleTerms {
  readonly key: string;
}

/** Some 300 years, and more hits than anybody counts: what is above means the same. */
const LONGEST_MS = 1e13;
const HIGHEST_LIMIT = 1e15;

/** A hit with numbers that can be counted with. Throws CALL_INVALID for what is no number. */
export function checkedHit(hit: ThrottleHit): ThrottleHit {
  return { key: hit.key, ...checkedTerms(hit) };
}

/** The same of a hit whose key is known elsewhere. */
export function checkedTerms({ throttlerName, ttl, limit, blockDuration }: ThrottleTerms): ThrottleTerms {
  return {
    throttlerName,
    ttl: within('ttl', ttl, 0, LONGEST_MS, throttlerName),
    limit: within('limit', limit, -HIGHEST_LIMIT, HIGHEST_LIMIT, throttlerName),
    blockDuration: within('blockDuration', blockDuration, 0, LONGEST_MS, throttlerName),
  };
}

function within(option: string, value: unknown, least: number, most: number, throttler: string): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return Math.min(most, Math.max(least, value));
  const remedy = 'Write a number.';
  throw new FloodgateError(
    'CALL_INVALID',
    `The ${option} of throttler ${show(throttler)} is ${show(value)}. ${remedy}`,
  );
}
