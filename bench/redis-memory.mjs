import { startRedis } from '../test/support/redis/index.mjs';
import { makeNestLab, makeRateLimiterOnRedis, NEST_LAB } from './redis-limiters.mjs';

const KEYS = 50;
/** Distinct instants in the window of each key, more than the log of a sliding window keeps. */
const CALLS = 100;
const QUOTA = { limit: 1_000, windowMs: 3_600_000 };

/** What Redis keeps for a client with one policy, ÷ what it keeps for nest-lab's storage. */
export async function measureRedisMemory() {
  const peerBytes = await bytesPerKey((url) => makeNestLab(url, QUOTA));
  const rows = [];
  for (const algorithm of ['sliding-window', 'token-bucket', 'fixed-window']) {
    const bytes = await bytesPerKey((url) => makeRateLimiterOnRedis(url, { ...QUOTA, algorithm }));
    const name = `Redis bytes per key, ${algorithm} ÷ ${NEST_LAB}`;
    rows.push({ name, ratio: bytes / peerBytes, bytesPerKey: bytes, peerBytesPerKey: peerBytes });
  }
  return rows;
}

async function bytesPerKey(makeLimiter) {
  const redis = await startRedis();
  const limiter = await makeLimiter(redis.url);
  try {
    for (let call = 0; call < CALLS; call++) {
      await Promise.all(Array.from({ length: KEYS }, (_, key) => limiter.decide(`198.18.0.${key}`)));
    }
    const keys = (await redis.cli('KEYS', '*')).trim().split('\n');
    let bytes = 0;
    for (const key of keys) bytes += Number(await redis.cli('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
    return Math.round(bytes / keys.length);
  } finally {
    await limiter.close();
    await redis.stop();
  }
}
