import { quotaOf } from '../testing';
import { algorithmOf, type BucketState } from './algorithms/registry';
import { chargeOwed } from './owed';
import type { AlgorithmName } from './quota';
import type { OwedUnits } from './store';
import { TICKS_PER_MS } from './ticks';

const SECOND = 1_000 * TICKS_PER_MS;
const MINUTE = 60 * SECOND;
const NOW = 1_000 * MINUTE + 30 * SECOND;

function left(algorithm: AlgorithmName, used: number, owed: readonly OwedUnits[], now = NOW, then = now): number {
  const quota = quotaOf({ algorithm, limit: 10, per: '1m' });
  const rules = algorithmOf(quota);
  const state: BucketState | undefined = used > 0 ? rules.charge(undefined, quota, used, now) : undefined;
  return rules.available(chargeOwed(rules, state, quota, owed, now), quota, then);
}

const ago = (units: number, seconds: number): OwedUnits => ({ units, agoTicks: seconds * SECOND });

describe('what is owed', () => {
  it.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)('%s: is charged beside what is used', (name) => {
    expect(left(name, 0, [ago(3, 0)])).toBe(7);
    expect(left(name, 4, [ago(3, 0), ago(1, 0)])).toBe(2);
  });

  it.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)('%s: may be more than fits', (name) => {
    expect(left(name, 6, [ago(9, 0)])).toBe(0);
  });

  it('sliding window: counts from when it was taken, and no longer than a window', () => {
    expect(left('sliding-window', 0, [ago(3, 40), ago(2, 10)])).toBe(5);
    expect(left('sliding-window', 0, [ago(3, 40), ago(2, 10)], NOW, NOW + 20 * SECOND)).toBe(8);
    expect(left('sliding-window', 2, [ago(3, 60)])).toBe(8);
  });

  it('token bucket: has been refilled since', () => {
    expect(left('token-bucket', 0, [ago(3, 12)])).toBe(9);
    expect(left('token-bucket', 0, [ago(3, 60)])).toBe(10);
  });

  it('fixed window: counts in the window it was taken in', () => {
    expect(left('fixed-window', 0, [ago(3, 29)])).toBe(7);
    expect(left('fixed-window', 0, [ago(3, 31)])).toBe(10);
    expect(left('fixed-window', 0, [ago(3, 29)], NOW, NOW + 30 * SECOND)).toBe(10);
  });

  it.each(['sliding-window', 'fixed-window'] as const)('%s: leaves nothing behind when it is over', (algorithm) => {
    const quota = quotaOf({ algorithm, limit: 10, per: '1m' });
    expect(chargeOwed(algorithmOf(quota), undefined, quota, [ago(3, 60)], NOW)).toBeUndefined();
  });
});
