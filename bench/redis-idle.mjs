import { Redis } from 'ioredis';
import { startRedis } from '../test/support/redis/index.mjs';
import { addressOf } from './peers.mjs';
import { makeNestLab, makeRateLimiterOnRedis, makeStoreOnRedis, NEST_LAB } from './redis-limiters.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const CALLS = 2_000;
const ROUNDS = 9;
const QUOTA = { limit: 1_000_000, windowMs: 3_600_000 };
const OURS = ['sliding-window', 'token-bucket', 'fixed-window'];

/** How long one decision takes while nothing else goes on, ÷ a PING of the same process. */
export async function measureRedisIdle() {
  const redis = await startRedis();
  const client = new Redis(redis.url);
  try {
    const contestants = { PING: { decide: () => client.ping(), close: () => client.quit() } };
    for (const algorithm of OURS) {
      contestants[algorithm] = await makeRateLimiterOnRedis(redis.url, { ...QUOTA, algorithm });
      contestants[storeOf(algorithm)] = await makeStoreOnRedis(redis.url, { ...QUOTA, algorithm });
    }
    contestants[NEST_LAB] = makeNestLab(redis.url, QUOTA);
    const medians = await interleaved(contestants, ROUNDS, ({ decide }) => medianMicros(decide));
    for (const { close } of Object.values(contestants)) await close();
    return [...OURS, ...OURS.map(storeOf), NEST_LAB].map((name) => ({
      name: `idle decision on Redis, ${name} ÷ PING`,
      ratio: medianRatio(medians[name], medians.PING),
      p50Micros: Number(median(medians[name]).toFixed(1)),
      pingMicros: Number(median(medians.PING).toFixed(1)),
    }));
  } finally {
    await redis.stop();
  }
}

/** Our store called directly, as the storage of nest-lab is. */
function storeOf(algorithm) {
  return `store, ${algorithm}`;
}

async function medianMicros(decide) {
  const micros = [];
  for (let i = 0; i < CALLS; i++) {
    const start = performance.now();
    await decide(addressOf(i));
    micros.push((performance.now() - start) * 1000);
  }
  return median(micros);
}
