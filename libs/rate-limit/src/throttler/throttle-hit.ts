import { FloodgateError, show } from '../core/errors';

/** One hit as `ThrottlerStorage.increment` is asked for it. Times are milliseconds and may have a fraction. */
export interface ThrottleHit {
  readonly key: string;
  readonly ttl: number;
  readonly limit: number;
  /** 0: a client over its limit waits until its oldest hit is over. */
  readonly blockDuration: number;
  /** Throttlers of one key have logs of their own, and share its block. */
  readonly throttlerName: string;
}

/** Some 300 years, and more hits than anybody counts: what is above means the same. */
const LONGEST_MS = 1e13;
const HIGHEST_LIMIT = 1e15;

/** A hit with numbers that can be counted with. Throws CALL_INVALID for what is no number. */
export function checkedHit(hit: ThrottleHit): ThrottleHit {
  const { key, ttl, limit, blockDuration, throttlerName } = hit;
  return {
    key,
    ttl: within('ttl', ttl, 0, LONGEST_MS, throttlerName),
    limit: within('limit', limit, -HIGHEST_LIMIT, HIGHEST_LIMIT, throttlerName),
    blockDuration: within('blockDuration', blockDuration, 0, LONGEST_MS, throttlerName),
    throttlerName,
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
