import { startRedis } from '../test/support/redis/index.mjs';
import { picks, rateOf } from './redis-decisions.mjs';
import { identityOf, makeNestLab, makeRateLimiterOnRedis, NEST_LAB } from './redis-limiters.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';
import { storeRateOf } from './store-rate.mjs';

/** Few enough to be hot, as the clients are that leases are for. */
const KEYS = 20;
const DECISIONS = 300_000;
const PEER_DECISIONS = 30_000;
const ROUNDS = 5;
const QUOTA = { limit: 1_000_000_000, windowMs: 86_400_000 };
const LEASED = 'leased';
const STORE = 'leased store';

/** Decisions per second of one process by leases, so many at once, ÷ those of nest-lab's storage. */
export async function measureLeased() {
  const redis = await startRedis();
  try {
    return [...(await compare(redis, 'one policy', 1)), ...(await compare(redis, 'three policies', 3))];
  } finally {
    await redis.stop();
  }
}

async function compare(redis, label, policies) {
  const setup = { ...QUOTA, policies };
  const keys = picks(() => Math.floor(Math.random() * KEYS), DECISIONS);
  const identities = keys.map(identityOf);
  const contestants = {
    [LEASED]: await makeRateLimiterOnRedis(redis.url, {
      ...setup,
      algorithm: 'token-bucket',
      policy: { lease: 'auto' },
    }),
    [NEST_LAB]: makeNestLab(redis.url, setup),
  };
  const { [LEASED]: ours, [NEST_LAB]: peer } = contestants;
  const runs = {
    [LEASED]: () => rateOf(redis, ours.decide, keys),
    [STORE]: () => storeRateOf(redis, ours.decideInStore, (i) => identities[i], DECISIONS),
    [NEST_LAB]: () => rateOf(redis, peer.decide, keys.slice(0, PEER_DECISIONS)),
  };
  const figures = await interleaved(runs, ROUNDS, (run) => run());
  for (const { close } of Object.values(contestants)) await close();
  const of = (name, figure) => figures[name].map((round) => round[figure]);
  const micros = (name, figure) => Number(median(of(name, figure)).toFixed(2));
  return [LEASED, STORE].map((name) => ({
    name: `${name} decisions/s, ${label} ÷ ${NEST_LAB}`,
    ratio: medianRatio(of(name, 'perSecond'), of(NEST_LAB, 'perSecond')),
    perSecond: Math.round(median(of(name, 'perSecond'))),
    peerPerSecond: Math.round(median(of(NEST_LAB, 'perSecond'))),
    nodeMicros: micros(name, 'nodeMicros'),
    redisMicros: micros(name, 'redisMicros'),
  }));
}
