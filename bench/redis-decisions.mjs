import { startRedis } from '../test/support/redis/index.mjs';
import { addressOf } from './peers.mjs';
import { zipfRanks } from './keys.mjs';
import {
  FLEXIBLE_REDIS,
  makeFlexible,
  makeNestLab,
  makeRateLimiterOnRedis,
  makeStoreOnRedis,
  NEST_LAB,
} from './redis-limiters.mjs';
import { rateOfRun } from './redis-stats.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const KEYS = 10_000;
const DECISIONS = 60_000;
const IN_FLIGHT = 512;
const ROUNDS = 7;
/** Nobody is refused. nest-lab refuses a block duration of 0 once a limit is reached, so none is. */
const QUOTA = { limit: 1_000_000, windowMs: 3_600_000 };
const OURS = ['sliding-window', 'token-bucket', 'fixed-window'];

const storeOf = (algorithm) => `store, ${algorithm}`;

/** Strict decisions per second of one process, so many at once, on a Redis of the same machine. */
export async function measureRedisDecisions() {
  const redis = await startRedis();
  try {
    const uniform = picks(() => Math.floor(Math.random() * KEYS));
    return [
      ...(await compare(redis, 'uniform keys', uniform, 1)),
      ...(await compare(redis, 'Zipf keys', picks(zipfRanks(KEYS, Math.random)), 1)),
      ...(await compare(redis, 'three policies', uniform, 3)),
    ];
  } finally {
    await redis.stop();
  }
}

async function compare(redis, label, keys, policies) {
  const setup = { ...QUOTA, policies };
  const contestants = {};
  for (const algorithm of OURS) {
    contestants[algorithm] = await makeRateLimiterOnRedis(redis.url, { ...setup, algorithm });
    contestants[storeOf(algorithm)] = await makeStoreOnRedis(redis.url, { ...setup, algorithm });
  }
  contestants[NEST_LAB] = makeNestLab(redis.url, setup);
  contestants[FLEXIBLE_REDIS] = await makeFlexible(redis.url, setup);
  const figures = await interleaved(contestants, ROUNDS, ({ decide }) => rateOf(redis, decide, keys));
  for (const { close } of Object.values(contestants)) await close();

  const of = (name, figure) => figures[name].map((round) => round[figure]);
  const micros = (name, figure) => Number(median(of(name, figure)).toFixed(1));
  const row = (start, name, contestant, peer) => ({
    name: `${start}, ${label}, ${name} ÷ ${peer}`,
    ratio: medianRatio(of(contestant, 'perSecond'), of(peer, 'perSecond')),
    perSecond: Math.round(median(of(contestant, 'perSecond'))),
    peerPerSecond: Math.round(median(of(peer, 'perSecond'))),
    nodeMicros: micros(contestant, 'nodeMicros'),
    peerNodeMicros: micros(peer, 'nodeMicros'),
    redisMicros: micros(contestant, 'redisMicros'),
    peerRedisMicros: micros(peer, 'redisMicros'),
  });
  return OURS.flatMap((name) => [
    ...[NEST_LAB, FLEXIBLE_REDIS].map((peer) => row('Redis decisions/s', name, name, peer)),
    row('Redis store', name, storeOf(name), NEST_LAB),
  ]);
}

/**
 * How fast calls are decided, 512 of them at a time, and what they cost Node.js and Redis. None may be answered without
 * Redis: by a lease, or by Redis itself.
 */
export function rateOf(redis, decide, keys) {
  let next = 0;
  const worker = async () => {
    while (next < keys.length) {
      const { source = 'redis' } = (await decide(keys[next++])) ?? {};
      if (source !== 'redis' && source !== 'lease') throw new Error(`A decision came from ${source}, not from Redis.`);
    }
  };
  return rateOfRun(redis, keys.length, () => Promise.all(Array.from({ length: IN_FLIGHT }, worker)));
}

export function picks(nextKey, decisions = DECISIONS) {
  return Array.from({ length: decisions }, () => addressOf(nextKey()));
}
