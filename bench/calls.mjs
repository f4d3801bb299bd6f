import { FakeClock, quotaOf, SimulatedBucket, TICKS_PER_MS } from 'nest-floodgate/testing';
import { startRedis } from '../test/support/redis/index.mjs';
import { randomNumbers, zipfRanks } from './keys.mjs';
import { paced } from './pacer.mjs';
import { makeRateLimiterOnRedis } from './redis-limiters.mjs';
import { scriptsOf } from './redis-stats.mjs';

const INSTANCES = [1, 3, 10];
/** One key as busy as leases are for, on instances of which the k-th gets 1/k as much as the first. */
const HOT = { keys: 1, limit: 1_000, instances: 10, demands: [0.8, 1, 2, 5], warmUpSeconds: 1.5 };
/** The demand for the busiest key ÷ its limit. The k-th key is asked for 1/k as often. */
const DEMANDS = [0.2, 0.8, 1, 2, 5];
const KEYS = 100;
const SECONDS = 8;
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
        for (const demand of DEMANDS) {
          const name = `${mode}, ${instances} instance${instances > 1 ? 's' : ''}, demand ${demand} × limit`;
          rows.push(await measureFleet(redis, { name, policy, instances, demand, keys: KEYS, limit: QUOTA.limit }));
        }
      }
      for (const demand of HOT.demands) {
        const name = `a hot key, ${mode}, ${HOT.instances} uneven instances, demand ${demand} × limit`;
        rows.push(await measureFleet(redis, { ...HOT, name, policy, demand, isUneven: true }));
      }
    }
    return rows;
  } finally {
    await redis.stop();
  }
}

async function measureFleet(redis, { name, policy, instances, demand, keys, limit, isUneven, warmUpSeconds }) {
  await redis.cli('FLUSHALL');
  const quota = { ...QUOTA, limit };
  const fleet = [];
  for (let i = 0; i < instances; i++) fleet.push(await makeRateLimiterOnRedis(redis.url, { ...quota, policy }));
  const random = randomNumbers(1);
  const nextKey = zipfRanks(keys, random);
  const nextInstance = isUneven ? zipfRanks(instances, random) : () => Math.floor(random() * instances);
  const ideal = new IdealBuckets(quota, keys);
  const perSecond = demand * limit * (1000 / quota.windowMs) * harmonic(keys);
  const admitted = new Float64Array(keys);
  const call = async () => {
    const key = nextKey();
    ideal.consume(key);
    const { allowed } = await fleet[nextInstance()].decide(`key ${key}`);
    if (allowed) admitted[key]++;
  };
  if (warmUpSeconds !== undefined) {
    await paced({ perSecond, seconds: warmUpSeconds, random, call });
    ideal.forgetCounts();
    admitted.fill(0);
  }
  const before = await scriptsOf(redis);
  const { latencies } = await paced({ perSecond, seconds: SECONDS, random, call });
  const after = await scriptsOf(redis);
  for (const { close } of fleet) await close();

  const decisions = latencies.length;
  const { ofLimit, keysBeyondLimit } = ideal.compare(admitted);
  return {
    name: `Redis calls per decision, ${name}`,
    ratio: (after.calls - before.calls) / decisions,
    redisMicros: Number(((after.micros - before.micros) / decisions).toFixed(2)),
    decisionsPerSecond: Math.round(decisions / SECONDS),
    keysBeyondLimit,
    ...(keysBeyondLimit > 0 && { admittedOfLimit: Number(ofLimit.toFixed(4)) }),
  };
}

/** One exact bucket for each key, asked at the instant of the call itself. */
class IdealBuckets {
  #clock = new FakeClock();
  #start = performance.now();
  #quota;
  #buckets;
  #admitted;
  #denied;

  constructor({ algorithm, limit, windowMs }, keys) {
    this.#quota = quotaOf({ algorithm, limit, per: windowMs });
    this.#buckets = Array.from({ length: keys }, () => new SimulatedBucket());
    this.#admitted = new Float64Array(keys);
    this.#denied = new Float64Array(keys);
  }

  /** Begins to count anew; what is in the buckets stays. */
  forgetCounts() {
    this.#admitted.fill(0);
    this.#denied.fill(0);
  }

  consume(key) {
    const now = this.#clock.nowTicks() + Math.floor((performance.now() - this.#start) * TICKS_PER_MS);
    const { outcome } = this.#buckets[key].consume(this.#quota, 1, now);
    (outcome === 'allowed' ? this.#admitted : this.#denied)[key]++;
  }

  /** What was admitted ÷ what these admitted, over the keys that were asked for more than they have. */
  compare(admitted) {
    let [mine, theirs, keysBeyondLimit] = [0, 0, 0];
    for (let key = 0; key < admitted.length; key++) {
      if (this.#denied[key] === 0) continue;
      keysBeyondLimit++;
      mine += this.#admitted[key];
      theirs += admitted[key];
    }
    return { ofLimit: theirs / mine, keysBeyondLimit };
  }
}

function harmonic(count) {
  let sum = 0;
  for (let k = 1; k <= count; k++) sum += 1 / k;
  return sum;
}
