import { startRedis } from '../test/support/redis/index.mjs';
import { ask, startProcess } from './own-process.mjs';
import { addressOf, makeStore } from './peers.mjs';
import { makeRateLimiterOnRedis } from './redis-limiters.mjs';
import { cpuOf, ownCpu } from './redis-stats.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const KEYS = [1_000, 10_000, 100_000, 1_000_000];
const POLICIES = [1, 2, 5, 10];
const CLIENTS = [1, 4, 16];
const MOST_PROCESSES = 4;
const DECISIONS = 20_000;
const IN_FLIGHT = 512;
/** So many for each client, so that the batches of each stay as large however many there are. */
const IN_FLIGHT_OF_CLIENT = 64;
const ROUNDS = 5;
const QUOTA = { algorithm: 'sliding-window', limit: 1_000_000, windowMs: 3_600_000 };

/** What becomes of the CPU time of a decision as keys, policies and clients grow in number. */
export async function measureGrowth() {
  return [
    ...(await overSizes('keys', 'in Redis', KEYS, makeOnRedis)),
    ...(await overSizes('keys', 'in memory', KEYS, makeInMemory)),
    ...(await overSizes('policies', 'in Redis', POLICIES, (policies) => makeOnRedis(1_000, { policies }))),
    ...(await overSizes('clients', 'on one Redis', CLIENTS, makeClients)),
  ];
}

/** One row for each size, ÷ the smallest. `make` gives `measure()`, the figures of one round, and `close()`. */
async function overSizes(what, where, sizes, make) {
  const contestants = {};
  // Names of contestants and not numbers: an object would sort those.
  for (const size of sizes) contestants[`of ${size}`] = await make(size);
  const rounds = await interleaved(contestants, ROUNDS, ({ measure }) => measure());
  for (const { close } of Object.values(contestants)) await close();

  const of = (size, figure) => rounds[`of ${size}`].map((round) => round[figure]);
  const total = (size) => of(size, 'nodeMicros').map((micros, round) => micros + of(size, 'redisMicros')[round]);
  return sizes.map((size) => ({
    name: `CPU of a decision, ${size.toLocaleString('en')} ${what} ${where} ÷ ${sizes[0].toLocaleString('en')}`,
    ratio: medianRatio(total(size), total(sizes[0])),
    nodeMicros: Number(median(of(size, 'nodeMicros')).toFixed(2)),
    ...(where !== 'in memory' && { redisMicros: Number(median(of(size, 'redisMicros')).toFixed(2)) }),
    ...(what === 'policies' && { microsOfEachPolicy: Number((median(total(size)) / size).toFixed(2)) }),
  }));
}

/** On a Redis of its own, so that it holds these keys and no others. */
async function makeOnRedis(keys, options = {}) {
  const redis = await startRedis();
  const limiter = await makeRateLimiterOnRedis(redis.url, { ...QUOTA, ...options });
  await inFlight(keys, (i) => limiter.decide(addressOf(i)));
  const decideOne = () => limiter.decide(addressOf(Math.floor(Math.random() * keys)));
  return {
    measure: () => cpuOfDecisions(redis, () => inFlight(DECISIONS, decideOne)),
    close: async () => {
      await limiter.close();
      await redis.stop();
    },
  };
}

function makeInMemory(keys) {
  const { decide, close } = makeStore(QUOTA.algorithm, QUOTA);
  for (let i = 0; i < keys; i++) decide(addressOf(i));
  const measure = () => {
    const before = ownCpu();
    for (let i = 0; i < 10 * DECISIONS; i++) decide(addressOf(Math.floor(Math.random() * keys)));
    return { nodeMicros: (ownCpu() - before) / (10 * DECISIONS), redisMicros: 0 };
  };
  return { measure, close };
}

async function cpuOfDecisions(redis, decideAll) {
  const [redisBefore, ownBefore] = [await cpuOf(redis), ownCpu()];
  await decideAll();
  const nodeMicros = (ownCpu() - ownBefore) / DECISIONS;
  return { nodeMicros, redisMicros: ((await cpuOf(redis)) - redisBefore) / DECISIONS };
}

async function inFlight(calls, call) {
  let next = 0;
  const worker = async () => {
    while (next < calls) await call(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** So many clients, each with a connection, in a few processes. */
async function makeClients(clients) {
  const redis = await startRedis();
  const processes = Math.min(MOST_PROCESSES, clients);
  const children = [];
  for (let i = 0; i < processes; i++) children.push(await startChild(redis.url, clients / processes));
  return {
    measure: async () => {
      const before = await cpuOf(redis);
      // As many in each: fewer would compare processes that have yet to compile what they run.
      const answers = await Promise.all(children.map((child) => ask(child, DECISIONS)));
      const nodeMicros = answers.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
      const redisMicros = (await cpuOf(redis)) - before;
      const decisions = DECISIONS * processes;
      return { nodeMicros: nodeMicros / decisions, redisMicros: redisMicros / decisions };
    },
    close: async () => {
      for (const child of children) child.kill();
      await redis.stop();
    },
  };
}

async function startChild(url, clients) {
  const setup = JSON.stringify({ url, clients, inFlight: IN_FLIGHT_OF_CLIENT, quota: QUOTA });
  return (await startProcess('growth-child.mjs', [setup])).child;
}
