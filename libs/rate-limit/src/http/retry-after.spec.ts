import type { Decision } from '../core/decision';
import { retryAfterSeconds } from './retry-after';

test.each([
  ['denied', 12_000, 12],
  ['denied', 12_001, 13],
  ['denied', 1, 1],
  ['denied', 0, 1],
  ['allowed', 0, undefined],
  ['impossible', Infinity, undefined],
] as const)('%s, %d ms: %s', (outcome, retryAfterMs, seconds) => {
  expect(retryAfterSeconds({ outcome, retryAfterMs } as Decision)).toBe(seconds);
});
