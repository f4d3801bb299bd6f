import { FakeClock, quotaOf, SimulatedBucket, TICKS_PER_MS } from 'nest-floodgate/testing';
import { startRedis } from '../test/support/redis/index.mjs';
import { randomNumbers, zipfRanks } from './keys.mjs';
import { paced } from './pacer.mjs';
import { makeRateLimiterOnRedis } from './redis-limiters.mjs';
import { scriptsOf } from './redis-stats.mjs';

const INSTANCES = [1, 3, 10];
/** The demand for the busiest key ÷ its limit. The k-th key is asked for 1/k as often. */
const DEMANDS = [0.2, 0.8, 1, 2, 5];
const KEYS = 100;
const SECONDS = 2;
const QUOTA = { algorithm: 'token-bucket', limit: 500, windowMs: 1_000 };
/** Each is measured with every number of instances and every demand: options of the policy. */
const MODES = { strict: {}, leased: { lease: 'auto' } };

/**
 * What a fleet asks of Redis, from far below its limits to far beyond. What it admits is set beside what buckets without
 * a store or a network would have admitted of the very same calls.
 */
export async function measureCalls() {
  const redis = await startRedis();
  try {
    const rows = [];
    for (const [mode, policy] of Object.entries(MODES)) {
      for (const instances of INSTANCES) {
        for (const demand of DEMANDS) rows.push(await measureFleet(redis, { mode, policy, instances, demand }));
      }
    }
    return rows;
  } finally {
    await redis.stop();
  }
}

async function measureFleet(redis, { mode, policy, instances, demand }) {
  await redis.cli('FLUSHALL');
  const fleet = [];
  for (let i = 0; i < instances; i++) fleet.push(await makeRateLimiterOnRedis(redis.url, { ...QUOTA, policy }));
  const random = randomNumbers(1);
  const nextKey = zipfRanks(KEYS, random);
  const ideal = new IdealBuckets();
  const perSecond = demand * QUOTA.limit * (1000 / QUOTA.windowMs) * harmonic(KEYS);
  const admitted = new Float64Array(KEYS);
  const before = await scriptsOf(redis);
  const call = async () => {
    const key = nextKey();
    ideal.consume(key);
    const { allowed } = await fleet[Math.floor(random() * instances)].decide(`key ${key}`);
    if (allowed) admitted[key]++;
  };
  const { latencies } = await paced({ perSecond, seconds: SECONDS, random, call });
  const after = await scriptsOf(redis);
  for (const { close } of fleet) await close();

  const decisions = latencies.length;
  const { ofLimit, keys } = ideal.compare(admitted);
  return {
    name: `Redis calls per decision, ${mode}, ${instances} instance${instances > 1 ? 's' : ''}, demand ${demand} × limit`,
    ratio: (after.calls - before.calls) / decisions,
    redisMicros: Number(((after.micros - before.micros) / decisions).toFixed(2)),
    decisionsPerSecond: Math.round(decisions / SECONDS),
    keysBeyondLimit: keys,
    ...(keys > 0 && { admittedOfLimit: Number(ofLimit.toFixed(4)) }),
  };
}

/** One exact bucket for each key, asked at the instant of the call itself. */
class IdealBuckets {
  #clock = new FakeClock();
  #quota = quotaOf({ algorithm: QUOTA.algorithm, limit: QUOTA.limit, per: QUOTA.windowMs });
  #buckets = Array.from({ length: KEYS }, () => new SimulatedBucket());
  #admitted = new Float64Array(KEYS);
  #denied = new Float64Array(KEYS);
  #start = performance.now();

  consume(key) {
    const now = this.#clock.nowTicks() + Math.floor((performance.now() - this.#start) * TICKS_PER_MS);
    const { outcome } = this.#buckets[key].consume(this.#quota, 1, now);
    (outcome === 'allowed' ? this.#admitted : this.#denied)[key]++;
  }

  /** What was admitted ÷ what these admitted, over the keys that were asked for more than they have. */
  compare(admitted) {
    let [mine, theirs, keys] = [0, 0, 0];
    for (let key = 0; key < KEYS; key++) {
      if (this.#denied[key] === 0) continue;
      keys++;
      mine += this.#admitted[key];
      theirs += admitted[key];
    }
    return { ofLimit: theirs / mine, keys };
  }
}

function harmonic(count) {
  let sum = 0;
  for (let k = 1; k <= count; k++) sum += 1 / k;
  return sum;
}
