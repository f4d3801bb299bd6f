import * as fc from 'fast-check';
import type { AlgorithmName } from '../../core/quota';
import { FakeClock, quotaOf, SimulatedBucket } from '../../testing';
import { countDown } from './count-down';

const SECOND = 8_000_000;
const bucketOf = (algorithm: AlgorithmName, limit = 10) => quotaOf({ algorithm, limit, per: '10s' });

/** A bucket that refused `cost` at `now`. */
function refused(algorithm: AlgorithmName, used: readonly number[], cost: number) {
  const quota = bucketOf(algorithm);
  const bucket = new SimulatedBucket();
  let now = Math.ceil(new FakeClock().nowTicks() / (10 * SECOND)) * 10 * SECOND;
  for (const units of used) bucket.consume(quota, units, (now += SECOND));
  const charge = { bucketId: 'a', identity: 'ip:1', quota, cost };
  return { bucket, quota, now, charge, verdict: bucket.peek(quota, cost, now) };
}

const used = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 6 });
const play = fc.record({ used, cost: fc.integer({ min: 1, max: 12 }), more: fc.nat(6), elapsed: fc.nat(11 * SECOND) });

it.each(['token-bucket', 'fixed-window'] as const)('%s: says what the bucket would say then', (algorithm) => {
  fc.assert(
    fc.property(play, ({ used: units, cost, more, elapsed }) => {
      const { bucket, quota, now, charge, verdict } = refused(algorithm, units, cost);
      const told = countDown(charge, verdict, cost + more, elapsed);
      const { outcome, remaining, retryTicks, nextUnitTicks, resetTicks } = bucket.peek(
        quota,
        cost + more,
        now + elapsed,
      );
      expect(told).toEqual({
        ...{ outcome, remaining, retryTicks, nextUnitTicks, resetTicks },
        ...{ granted: 0, mark: 0, source: 'denial-cache' },
      });
    }),
    { numRuns: 500 },
  );
});

it('sliding-window: says of that cost what the bucket would say then, and promises no more than is there', () => {
  fc.assert(
    fc.property(play, ({ used: units, cost, more, elapsed }) => {
      const { bucket, quota, now, charge, verdict } = refused('sliding-window', units, cost);
      const told = countDown(charge, verdict, cost, elapsed)!;
      const truth = bucket.peek(quota, cost, now + elapsed);
      expect(told.resetTicks).toBe(truth.resetTicks);
      if (verdict.outcome !== 'allowed') {
        expect(told.outcome).toBe(truth.outcome);
        expect(told.retryTicks).toBe(truth.retryTicks);
      }
      expect(told.remaining).toBeLessThanOrEqual(truth.remaining);
      const larger = countDown(charge, verdict, cost + more, elapsed);
      if (larger === undefined) {
        expect(more > 0 && elapsed >= Math.min(verdict.nextUnitTicks, verdict.retryTicks)).toBe(true);
        return;
      }
      if (verdict.outcome === 'denied' && elapsed < verdict.retryTicks) {
        expect(larger.outcome).toBe(bucket.peek(quota, cost + more, now + elapsed).outcome);
        expect(larger.retryTicks).toBeLessThanOrEqual(bucket.peek(quota, cost + more, now + elapsed).retryTicks);
      }
      // Nobody is told to come at once who is refused, nor that one unit more is there already.
      expect(larger.retryTicks > 0).toBe(larger.outcome !== 'allowed');
      expect(larger.nextUnitTicks > 0).toBe(larger.remaining < quota.capacity);
      expect(larger.nextUnitTicks).toBeLessThanOrEqual(larger.resetTicks);
    }),
    { numRuns: 1_000 },
  );
});

it('says nothing better than refused while a wait longer than the bucket’s own is held', () => {
  const { charge, verdict } = refused('token-bucket', [5, 5], 2);
  const heldTicks = verdict.retryTicks + 5 * SECOND;
  const told = countDown(charge, verdict, 2, verdict.retryTicks + SECOND, heldTicks);
  expect(told).toMatchObject({ outcome: 'denied', remaining: 1, retryTicks: 4 * SECOND, nextUnitTicks: 4 * SECOND });
  // More than the hold-off is told only to whoever asks for more than has come by then.
  const larger = (cost: number) => countDown(charge, verdict, cost, verdict.retryTicks + SECOND, heldTicks)?.retryTicks;
  expect([3, 7, 8, 10].map(larger)).toEqual([4 * SECOND, 4 * SECOND, 5 * SECOND, 7 * SECOND]);
});
