import type { Verdict } from '../../core/store';
import { quotaOf } from '../../testing';
import { holdOffTicks, withHoldOff } from './hold-off';

const TICKS_PER_MS = 8_000;

it.each([
  { algorithm: 'token-bucket', limit: 1_000, burst: 1_000, holdMs: 25 },
  { algorithm: 'token-bucket', limit: 1_000_000, burst: 1_000_000, holdMs: 25 },
  // Half of the bucket, and no longer.
  { algorithm: 'token-bucket', limit: 1_000, burst: 20, holdMs: 10 },
  { algorithm: 'token-bucket', limit: 1_000, burst: 3, holdMs: 0 },
  { algorithm: 'token-bucket', limit: 1_000, burst: 1, holdMs: 0 },
  { algorithm: 'token-bucket', limit: 41, burst: 41, holdMs: 25 },
  // Less than a unit would gather.
  { algorithm: 'token-bucket', limit: 40, burst: 40, holdMs: 0 },
  { algorithm: 'token-bucket', limit: 1, burst: 1, holdMs: 0 },
  { algorithm: 'sliding-window', limit: 1_000, holdMs: 0 },
  { algorithm: 'fixed-window', limit: 1_000, holdMs: 0 },
] as const)('$algorithm of $limit a second, burst $burst: $holdMs ms', ({ holdMs, ...options }) => {
  expect(holdOffTicks(quotaOf({ ...options, per: '1s' }))).toBe(holdMs * TICKS_PER_MS);
});

describe('the wait that is told', () => {
  const quota = quotaOf({ algorithm: 'token-bucket', limit: 1_000, per: '1s' });
  const charge = { bucketId: 'a', identity: 'ip:1', quota, cost: 1 };
  const waits = { retryTicks: 4_000, nextUnitTicks: 4_000, resetTicks: 1_000 * TICKS_PER_MS };
  const verdict: Verdict = { outcome: 'denied', granted: 0, remaining: 0, ...waits, mark: 0 };

  it('contains the hold-off', () => {
    const ticks = 25 * TICKS_PER_MS;
    expect(withHoldOff([charge], [verdict])).toEqual([{ ...verdict, retryTicks: ticks, nextUnitTicks: ticks }]);
  });

  it('is the bucket’s own where that is longer, and of a bucket that does not refuse', () => {
    const longer = [{ ...verdict, retryTicks: 26 * TICKS_PER_MS }];
    expect(withHoldOff([charge], longer)).toBe(longer);
    const allowed = [{ ...verdict, outcome: 'allowed' as const, retryTicks: 0 }];
    expect(withHoldOff([charge], allowed)).toBe(allowed);
  });
});
