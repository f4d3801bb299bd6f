import { startCluster, startRedis } from '../test/support/redis/index.mjs';
import { addressOf } from './peers.mjs';
import { makeRateLimiterOnRedis } from './redis-limiters.mjs';
import { cpuOf, scriptsOf } from './redis-stats.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const MASTERS = 3;
const KEYS = 10_000;
const DECISIONS = 20_000;
const IN_FLIGHT = 512;
const ROUNDS = 5;
const QUOTA = { algorithm: 'sliding-window', limit: 1_000_000, windowMs: 3_600_000 };

/** How the same decisions spread over the masters of a Cluster, and what is left of the work of each. */
export async function measureCluster() {
  const contestants = { alone: await makeAlone(), one: await makeCluster(1), several: await makeCluster(MASTERS) };
  try {
    const { alone, one, several } = await interleaved(contestants, ROUNDS, workOfNodes);
    return [
      rowOf(`calls of the busiest of ${MASTERS} masters ÷ a Cluster of one`, several, one, 'calls'),
      rowOf(`CPU of the busiest of ${MASTERS} masters ÷ a Cluster of one`, several, one, 'micros'),
      // A script reaches one slot of a Cluster, but every key of a Redis that is none.
      rowOf(`CPU of the busiest of ${MASTERS} masters ÷ a Redis without Cluster`, several, alone, 'micros'),
    ];
  } finally {
    for (const { limiter, server } of Object.values(contestants)) {
      await limiter.close();
      await server.stop();
    }
  }
}

async function makeAlone() {
  const redis = await startRedis();
  return { server: redis, nodes: [redis], limiter: await makeRateLimiterOnRedis(redis.url, QUOTA) };
}

async function makeCluster(masters) {
  // One that is alone has heard its address from nobody.
  const cluster = await startCluster({ masters, args: ['--cluster-announce-ip', '127.0.0.1'] });
  const nodes = cluster.ports.map((port) => ({ host: '127.0.0.1', port }));
  const limiter = await makeRateLimiterOnRedis(undefined, { ...QUOTA, store: { nodes } });
  return { server: cluster, nodes: cluster.nodes, limiter };
}

/** Calls and CPU microseconds of each node, a decision. */
async function workOfNodes({ nodes, limiter }) {
  const before = await Promise.all(nodes.map(countersOf));
  let next = 0;
  const worker = async () => {
    while (next++ < DECISIONS) {
      const { source } = await limiter.decide(addressOf(Math.floor(Math.random() * KEYS)));
      if (source !== 'redis') throw new Error(`A decision came from ${source}, not from Redis.`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const after = await Promise.all(nodes.map(countersOf));
  const work = (figure) => after.map((counters, node) => (counters[figure] - before[node][figure]) / DECISIONS);
  return { calls: work('calls'), micros: work('micros') };
}

async function countersOf(node) {
  const [{ calls }, micros] = await Promise.all([scriptsOf(node), cpuOf(node)]);
  return { calls, micros };
}

function rowOf(name, several, one, figure) {
  const busiest = several.map((round) => Math.max(...round[figure]));
  const nodes = several[0][figure].map((_, node) => median(several.map((round) => round[figure][node])));
  const alone = one.map((round) => round[figure][0]);
  const unit = figure === 'calls' ? 'callsPerDecision' : 'redisMicrosPerDecision';
  return {
    name: `Cluster, ${name}`,
    ratio: medianRatio(busiest, alone),
    [`${unit}OfEachMaster`]: nodes.map((each) => Number(each.toFixed(3))).join(' / '),
    [`${unit}OfOne`]: Number(median(alone).toFixed(3)),
  };
}
