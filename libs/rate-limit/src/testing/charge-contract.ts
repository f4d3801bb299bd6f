import { DECISION_SOURCES } from '../core/decision';
import type { AlgorithmName, Quota } from '../core/quota';
import type { Charge, OwedUnits, RateLimitStore, Verdict } from '../core/store';
import { ticksFromMs } from '../core/ticks';
import { FakeClock } from './fake-clock';
import { quotaOf } from './simulated-bucket';
import type { ContractRunner, StoreFactory } from './store-contract';
import { playAtRandom } from './store-model';

const LIMIT = 10;
const HOUR_MS = 3_600_000;

/** What the quota of a charge, and the charge itself, may say beside a limit in a length of time. */
export function declareChargeTests(
  algorithms: readonly AlgorithmName[],
  makeStore: StoreFactory,
  runner: ContractRunner,
): void {
  const { it, expect } = runner;
  let clock: FakeClock;
  let store: RateLimitStore;

  runner.beforeEach(async () => {
    clock = new FakeClock();
    store = await makeStore(clock);
  });
  runner.afterEach(async () => {
    await store.close?.();
  });

  const chargeOf = (quota: Quota, cost: number): Charge => ({
    bucketId: `a:${quota.algorithm}`,
    identity: 'ip:1',
    quota,
    cost,
  });
  const consume = async (charge: Charge): Promise<readonly Verdict[]> => store.consume([charge]);

  it('names a source of decisions', () => {
    const isKnown = DECISION_SOURCES.includes(store.source);
    expect(store.source).toEqual(isKnown ? store.source : '"memory" or "redis"');
    return Promise.resolve();
  });

  it('admits the burst of a token bucket at once, and then its rate', async () => {
    const quota = quotaOf({ algorithm: 'token-bucket', limit: LIMIT, per: '1m', burst: 25 });
    expect(await consume(chargeOf(quota, 26))).toMatchObject([{ outcome: 'impossible', remaining: 25 }]);
    expect(await consume(chargeOf(quota, 25))).toMatchObject([{ outcome: 'allowed', remaining: 0 }]);
    clock.advance(60_000);
    expect(await store.peek([chargeOf(quota, 0)])).toMatchObject([{ remaining: LIMIT }]);
    const { actual, expected } = await playAtRandom(store, clock, quota, 1);
    expect(actual).toEqual(expected);
  });

  it('ends windows of the calendar when they end in their time zone', async () => {
    // In New York, this clock starts five hours before midnight.
    const quota = quotaOf({ algorithm: 'fixed-window', limit: LIMIT, per: 'day', timeZone: 'America/New_York' });
    const untilMidnight = ticksFromMs(5 * HOUR_MS);
    const [used] = await consume(chargeOf(quota, LIMIT));
    expect(used).toMatchObject({ outcome: 'allowed', remaining: 0, resetTicks: untilMidnight });
    clock.advanceTicks(untilMidnight - 1);
    expect(await consume(chargeOf(quota, 1))).toMatchObject([{ outcome: 'denied', retryTicks: 1 }]);
    clock.advanceTicks(1);
    const nextDay = { outcome: 'allowed', remaining: LIMIT - 1, resetTicks: ticksFromMs(24 * HOUR_MS) };
    expect(await consume(chargeOf(quota, 1))).toMatchObject([nextDay]);
  });

  for (const algorithm of algorithms) {
    const quota = quotaOf({ algorithm, limit: LIMIT, per: '1m' });

    it(`${algorithm}: never grants more than the limit to parallel calls for a part`, async () => {
      const calls = Array.from({ length: LIMIT }, async () => store.consumeUpTo(chargeOf(quota, 3)));
      const granted = (await Promise.all(calls)).reduce((sum, verdict) => sum + verdict.granted, 0);
      expect(granted).toEqual(LIMIT);
    });

    it(`${algorithm}: finds more than any limit impossible, beside the largest limit too`, async () => {
      const largest = quotaOf({ algorithm, limit: 1_000_000_000, per: '1h' });
      const impossible = { outcome: 'impossible', granted: 0, retryTicks: Infinity };
      expect(await consume(chargeOf(largest, 1_000_000_001))).toMatchObject([impossible]);
      expect(await consume(chargeOf(largest, 1_000_000_000))).toMatchObject([{ outcome: 'allowed', remaining: 0 }]);
      expect(await consume(chargeOf(largest, 1_000_000_001))).toMatchObject([impossible]);
    });

    it(`${algorithm}: charges what is owed before it decides, unless it is in this process`, async () => {
      // Nobody decides in its place, so that nothing is owed.
      if (store.source === 'memory') return;
      const owing = (cost: number, ...owed: OwedUnits[]): Charge => ({ ...chargeOf(quota, cost), owed });
      const longAgo = { units: 4, agoTicks: ticksFromMs(120_000) };
      expect(await consume(owing(1, longAgo))).toMatchObject([{ outcome: 'allowed', remaining: LIMIT - 1 }]);
      const justNow = { units: 4, agoTicks: 0 };
      expect(await consume(owing(1, justNow))).toMatchObject([{ outcome: 'allowed', remaining: LIMIT - 6 }]);
      expect(await store.consumeUpTo(owing(9, { ...justNow, units: 2 }))).toMatchObject({ granted: LIMIT - 8 });
      const tooMuch = { units: LIMIT, agoTicks: 0 };
      expect(await consume(owing(1, tooMuch))).toMatchObject([{ outcome: 'denied', granted: 0, remaining: 0 }]);
      expect(await store.peek([chargeOf(quota, 1)])).toMatchObject([{ outcome: 'denied', remaining: 0 }]);
    });
  }
}
