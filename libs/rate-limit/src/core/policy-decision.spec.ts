import { quotaOf } from '../testing';
import { policyDecision } from './policy-decision';
import type { Quota } from './quota';
import type { Verdict } from './store';

const verdict: Verdict = {
  outcome: 'denied',
  granted: 0,
  remaining: 2,
  retryTicks: 8_001,
  nextUnitTicks: 1,
  resetTicks: 16_000,
  mark: 7,
};
const said = (quota: Quota, changes: Partial<Verdict> = {}) =>
  policyDecision('p', { bucketId: 'b', identity: 'ip:x', quota, cost: 3 }, { ...verdict, ...changes }, 'redis');

test('a verdict in ticks becomes a decision in milliseconds, rounded up', () => {
  expect(said(quotaOf({ limit: 5, per: '1m' }))).toEqual({
    policy: 'p',
    outcome: 'denied',
    limit: 5,
    windowSeconds: 60,
    cost: 3,
    granted: 0,
    remaining: 2,
    retryAfterMs: 2,
    nextUnitAfterMs: 1,
    resetAfterMs: 2,
    source: 'redis',
  });
});

test('what never fits is never to be retried', () => {
  const never = { outcome: 'impossible', retryTicks: Infinity } as const;
  expect(said(quotaOf({ limit: 5, per: '1m' }), never)).toMatchObject({
    outcome: 'impossible',
    retryAfterMs: Infinity,
  });
});

test.each([
  ['a window of 1.5 s', quotaOf({ limit: 5, per: 1_500 }), 5, 2],
  ['a window below a second', quotaOf({ limit: 5, per: 999 }), 5, undefined],
  ['a fixed window', quotaOf({ limit: 5, per: '1h', algorithm: 'fixed-window' }), 5, 3_600],
  ['a calendar window', quotaOf({ limit: 5, per: 'month', algorithm: 'fixed-window' }), 5, undefined],
  ['a token bucket', quotaOf({ limit: 10, per: '1s', algorithm: 'token-bucket' }), 10, 1],
  ['a token bucket with a burst', quotaOf({ limit: 10, per: '1s', algorithm: 'token-bucket', burst: 25 }), 25, 3],
])('%s tells its limit and its seconds', (_what, quota, limit, windowSeconds) => {
  expect(said(quota)).toMatchObject({ limit, windowSeconds });
});
