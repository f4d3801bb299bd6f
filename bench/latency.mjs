import { Redis } from 'ioredis';
import { startRedis } from '../test/support/redis/index.mjs';
import { paced } from './pacer.mjs';
import { addressOf, makeRateLimiter } from './peers.mjs';
import { FLEXIBLE_REDIS, makeFlexible, makeNestLab, makeRateLimiterOnRedis, NEST_LAB } from './redis-limiters.mjs';
import { interleaved, median, medianRatio, quantile } from './stats.mjs';

const PER_SECOND = 2_000;
const SECONDS = 1.5;
const ROUNDS = 5;
const KEYS = 10_000;
const QUOTA = { limit: 1_000_000, windowMs: 3_600_000 };
/** Nobody's bucket has room again while this runs, and the one key is known to be denied. */
const DENIED = { limit: 1, windowMs: 3_600_000 };
const ALGORITHM = 'sliding-window';

/** How each decision is made, by what it is called. */
const decisions = {
  'a strict decision': (url) => makeRateLimiterOnRedis(url, { ...QUOTA, algorithm: ALGORITHM }),
  'a strict decision of three policies': (url) =>
    makeRateLimiterOnRedis(url, { ...QUOTA, algorithm: ALGORITHM, policies: 3 }),
  'a leased decision': async (url) => {
    const limiter = await makeRateLimiterOnRedis(url, { ...QUOTA, algorithm: ALGORITHM, policy: { lease: 'auto' } });
    return { ...limiter, decide: () => limiter.decide('hot') };
  },
  'a denial known from before': async (url) => {
    const limiter = await makeRateLimiterOnRedis(url, { ...DENIED, algorithm: ALGORITHM });
    return { ...limiter, decide: () => limiter.decide('known') };
  },
  'a decision in memory': () => makeRateLimiter(ALGORITHM, QUOTA),
  [NEST_LAB]: (url) => makeNestLab(url, QUOTA),
  [FLEXIBLE_REDIS]: (url) => makeFlexible(url, QUOTA),
};

/** The time from the instant a decision was due to its answer, at a load that leaves all of them idle most of the time. */
export async function measureLatency() {
  const redis = await startRedis();
  const client = new Redis(redis.url);
  try {
    const contestants = { PING: { decide: () => client.ping(), close: () => client.quit() } };
    for (const [name, make] of Object.entries(decisions)) contestants[name] = await make(redis.url);
    const rounds = await interleaved(contestants, ROUNDS, latenciesOf);
    for (const { close } of Object.values(contestants)) await close();
    return Object.keys(decisions).map((name) => rowOf(name, rounds[name], rounds.PING));
  } finally {
    await redis.stop();
  }
}

async function latenciesOf({ decide }) {
  const call = () => decide(addressOf(Math.floor(Math.random() * KEYS)));
  const { latencies } = await paced({ perSecond: PER_SECOND, seconds: SECONDS, call });
  return latencies.sort();
}

function rowOf(name, rounds, pings) {
  const micros = (lists, part) => Number((median(lists.map((sorted) => quantile(sorted, part))) * 1000).toFixed(1));
  const p50s = (lists) => lists.map((sorted) => quantile(sorted, 0.5));
  return {
    name: `latency at ${PER_SECOND.toLocaleString('en')} a second, ${name} ÷ PING`,
    ratio: medianRatio(p50s(rounds), p50s(pings)),
    p50Micros: micros(rounds, 0.5),
    p99Micros: micros(rounds, 0.99),
    p999Micros: micros(rounds, 0.999),
    pingP50Micros: micros(pings, 0.5),
    pingP99Micros: micros(pings, 0.99),
    pingP999Micros: micros(pings, 0.999),
  };
}
