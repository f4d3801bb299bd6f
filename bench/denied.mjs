import { startRedis } from '../test/support/redis/index.mjs';
import { addressOf } from './peers.mjs';
import { identityOf, makeNestLab, makeRateLimiterOnRedis, NEST_LAB } from './redis-limiters.mjs';
import { rateOfRun } from './redis-stats.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';
import { storeRateOf } from './store-rate.mjs';

/** Enough for as long as the others take, so that what is asked again each second weighs as much as it does in a flood. */
const DECISIONS = 2_000_000;
const PEER_DECISIONS = 40_000;
const IN_FLIGHT = 512;
const ROUNDS = 5;
/** Nobody's bucket has room again while this runs. */
const QUOTA = { limit: 10, windowMs: 3_600_000 };
/** One client that insists, and more of them than are asked about at once. */
const FLOODS = { 'one key': 1, '1,000 keys': 1_000 };

/** Refusals per second of one process, when every call is one too many, and what each costs this process and Redis. */
export async function measureDenied() {
  const redis = await startRedis();
  try {
    const rows = [];
    for (const [label, keys] of Object.entries(FLOODS)) {
      for (const policies of [1, 3]) rows.push(...(await compare(redis, label, keys, policies)));
    }
    return rows;
  } finally {
    await redis.stop();
  }
}

async function compare(redis, label, keys, policies) {
  await redis.cli('FLUSHALL');
  const setup = { ...QUOTA, policies };
  const contestants = {
    ours: await makeRateLimiterOnRedis(redis.url, { ...setup, algorithm: 'sliding-window' }),
    [NEST_LAB]: makeNestLab(redis.url, { ...setup, blockMs: QUOTA.windowMs }),
  };
  for (const { decide } of Object.values(contestants)) await exhaust(decide, keys);
  const { ours, [NEST_LAB]: peer } = contestants;
  const addresses = Array.from({ length: keys }, (_, key) => addressOf(key));
  const identities = addresses.map(identityOf);
  const runs = {
    ours: () => rateOf(redis, ours.decide, addresses, DECISIONS),
    store: () => storeRateOf(redis, ours.decideInStore, (i) => identities[i % keys], DECISIONS),
    [NEST_LAB]: () => rateOf(redis, peer.decide, addresses, PEER_DECISIONS),
  };
  const figures = await interleaved(runs, ROUNDS, (run) => run());
  for (const { close } of Object.values(contestants)) await close();

  const of = (name, figure) => figures[name].map((round) => round[figure]);
  const rounded = (name, figure, digits) => Number(median(of(name, figure)).toFixed(digits));
  return Object.entries({ ours: 'denied flood', store: 'denied flood store' }).map(([name, called]) => ({
    name: `${called} decisions/s, ${label}, ${policies === 1 ? 'one policy' : 'three policies'} ÷ ${NEST_LAB}`,
    ratio: medianRatio(of(name, 'perSecond'), of(NEST_LAB, 'perSecond')),
    perSecond: rounded(name, 'perSecond', 0),
    peerPerSecond: rounded(NEST_LAB, 'perSecond', 0),
    nodeMicros: rounded(name, 'nodeMicros', 2),
    peerNodeMicros: rounded(NEST_LAB, 'nodeMicros', 2),
    redisMicros: rounded(name, 'redisMicros', 3),
    peerRedisMicros: rounded(NEST_LAB, 'redisMicros', 3),
    redisCallsPerThousand: rounded(name, 'callsPerThousand', 2),
  }));
}

async function exhaust(decide, keys) {
  for (let unit = 0; unit <= QUOTA.limit; unit++) {
    for (let key = 0; key < keys; key += IN_FLIGHT) {
      const batch = Math.min(IN_FLIGHT, keys - key);
      await Promise.all(Array.from({ length: batch }, (_, i) => decide(addressOf(key + i))));
    }
  }
}

function rateOf(redis, decide, addresses, decisions) {
  let next = 0;
  const worker = async () => {
    while (next < decisions) await decide(addresses[next++ % addresses.length]);
  };
  return rateOfRun(redis, decisions, () => Promise.all(Array.from({ length: IN_FLIGHT }, worker)));
}
