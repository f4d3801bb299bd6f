import { quotaOf, SimulatedBucket, TICKS_PER_MS } from 'nest-floodgate/testing';
import { randomNumbers, zipfRanks } from '../../bench/keys.mjs';
import { simulate, type SimulationOptions } from '../../bench/simulate/simulation.mjs';

/** Small enough for a second, and far beyond the limits of the busiest keys. */
const SMALL: SimulationOptions = {
  instances: 4,
  keys: 200,
  zipf: 1,
  rate: 4_000,
  seconds: 2,
  algorithm: 'token-bucket',
  limit: 100,
  per: '1s',
  burst: 0,
  shards: 1,
  lease: 'false',
  unevenInstances: 0,
  networkP50Ms: 0.5,
  networkP99Ms: 2,
  callMicros: 6,
  askMicros: 4,
  deadlineMs: 100,
  seed: 7,
};

describe('the simulation', () => {
  test.each(['token-bucket', 'sliding-window', 'fixed-window'] as const)(
    'admits what the algorithm admits of the same calls, where nothing takes time: %s',
    async (algorithm) => {
      const setup = { ...SMALL, algorithm, instances: 1, networkP50Ms: 0, callMicros: 0, askMicros: 0, limit: 20 };
      const { admitted, decisions, limits } = await simulate(setup);
      const direct = decideDirectly(setup);
      expect(decisions).toBe(direct.decisions);
      // A bucket that regains units within the hold-off hands them out together, a little later.
      expect(admitted).toBeLessThanOrEqual(direct.admitted);
      expect(admitted).toBeGreaterThan(0.99 * direct.admitted);
      expect(limits.keys).toBe(direct.exhausted);
    },
  );

  test('gives the same result for the same seed, and another for another', async () => {
    const first = await simulate(SMALL);
    expect(await simulate(SMALL)).toEqual(first);
    expect(await simulate({ ...SMALL, seed: 8 })).not.toEqual(first);
  });

  test('admits all of a limit and no more, however many instances share it', async () => {
    for (const instances of [1, 4, 40]) {
      const { limits, fairness } = await simulate({ ...SMALL, instances });
      expect(limits.keys).toBeGreaterThan(0);
      expect(limits.admittedOfLimit).toBeGreaterThan(0.99);
      // Calls on their way when the time is up are decided a moment later.
      expect(limits.admittedOfLimit).toBeLessThan(1.005);
      expect(fairness?.jain).toBeGreaterThan(0.9);
    }
  });

  test('asks Redis for what may be admitted, and little for what may not', async () => {
    const calm = await simulate({ ...SMALL, limit: 100_000 });
    const flood = await simulate({ ...SMALL, limit: 1, per: '1h' });
    expect(calm.redis.asksPerSecond * SMALL.seconds).toBe(calm.decisions);
    expect(calm.answeredByDenialCache).toBe(0);
    expect(flood.answeredByDenialCache).toBeGreaterThan(0.7);
    expect(flood.admitted).toBeLessThanOrEqual(SMALL.keys);
  });

  test('shows a Redis that has too much to do, and the shards that would do', async () => {
    const load = { ...SMALL, askMicros: 300, limit: 100_000 };
    const one = await simulate(load);
    expect(one.redis.busiestShard).toBeGreaterThan(1);
    expect(one.latencyMs.p50).toBeGreaterThan(100);
    expect(one.lateOrUnanswered).toBeGreaterThan(0.5);
    const { shardsNeeded } = one.redis;
    const enough = await simulate({ ...load, shards: shardsNeeded, keys: 100_000, zipf: 0.1 });
    expect(shardsNeeded).toBe(3);
    expect(enough.redis.busiestShard).toBeLessThan(0.7);
    expect(enough.lateOrUnanswered).toBe(0);
    expect(enough.redis.shardsNeeded).toBe(shardsNeeded);
  });

  test('touches ten million keys without keeping those that nobody asks for', async () => {
    const { redis, decisions } = await simulate({ ...SMALL, keys: 10_000_000, limit: 100, per: '1h' });
    expect(redis.keys).toBeLessThanOrEqual(decisions);
    expect(redis.keys).toBeGreaterThan(decisions / 4);
  });
});

/** The same calls at the same instants, by one bucket for each key: no store, no instances, no simulation. */
function decideDirectly({ seed, keys, zipf, rate, seconds, algorithm, limit, per }: SimulationOptions) {
  const random = randomNumbers(seed);
  const nextRank = zipfRanks(keys, random, zipf);
  const quota = quotaOf({ algorithm, limit, per });
  const buckets = new Map<number, SimulatedBucket>();
  const exhausted = new Set<number>();
  let [decisions, admitted] = [0, 0];
  const gapMs = (): number => (-Math.log(1 - random()) * 1_000) / rate;
  for (let callMs = gapMs(); callMs < seconds * 1_000; callMs += gapMs()) {
    random(); // Which of the instances: there is one.
    const rank = nextRank();
    const bucket = buckets.get(rank) ?? new SimulatedBucket();
    buckets.set(rank, bucket);
    decisions++;
    const start = Date.UTC(2026, 0, 1) - Date.UTC(2025, 0, 1);
    const now = start * TICKS_PER_MS + Math.floor(callMs * TICKS_PER_MS);
    if (bucket.consume(quota, 1, now).outcome === 'allowed') admitted++;
    else exhausted.add(rank);
  }
  return { decisions, admitted, exhausted: exhausted.size };
}
