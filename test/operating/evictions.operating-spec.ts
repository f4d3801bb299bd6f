import { type RedisCluster, type RedisServer, startCluster } from '../support/redis/index.mjs';
import { scrape, total } from '../support/sample-figures';
import { eventually, startOperated } from './operated-app';

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startCluster({ nodeTimeoutMs: 60_000 });
}, 60_000);

afterAll(() => cluster.stop());

async function evictedOf(node: RedisServer): Promise<number> {
  return Number(/^evicted_keys:(\d+)/m.exec(await node.cli('INFO', 'stats'))?.[1]);
}

/** Makes every node drop the keys that it has, and then gives it room again. Resolves with how many they dropped so far. */
async function evictSome(): Promise<number> {
  let sum = 0;
  for (const [index] of Array.from({ length: 30 }).entries()) {
    const key = `old-${String(index)}`;
    const owner = await cluster.ownerOf(await cluster.slotOf(key));
    await owner!.cli('SET', key, 'x');
  }
  for (const node of cluster.nodes) {
    await node.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1');
    const empty = () => node.cli('DBSIZE');
    await eventually(empty, (size) => Number(size) === 0, 10_000);
    await node.cli('CONFIG', 'SET', 'maxmemory', '0');
    sum += await evictedOf(node);
  }
  return sum;
}

it('counts keys that a Cluster dropped on, while one of its nodes is silent and after it is back', async () => {
  const dropped = await evictSome();
  expect(dropped).toBeGreaterThanOrEqual(30);
  const nodes = cluster.ports.map((port) => ({ host: '127.0.0.1', port }));
  const app = await startOperated({ options: { store: { type: 'redis', nodes, deadlineMs: 5_000 } } });
  const figures = async () => {
    const { samples } = await scrape(app.url);
    const of = (name: string) => total(samples, `rate_limit_redis_${name}`);
    return { used: of('memory_used_bytes'), evicted: of('evicted_keys_total') };
  };
  const before = await eventually(figures, ({ evicted }) => evicted === dropped, 15_000);
  expect(before.evicted).toBe(dropped);
  const health = (await app.get('/health')).json as { details: { redis: { nodeDetails: { node: string }[] } } };
  const told = health.details.redis.nodeDetails.map(({ node }) => node);
  expect(told.sort()).toEqual(cluster.ports.map((port) => `127.0.0.1:${String(port)}`).sort());
  const silent = cluster.nodes[0]!;
  silent.pause();
  try {
    const without = await eventually(figures, ({ used }) => used < 0.8 * before.used, 20_000);
    expect(without.used).toBeLessThan(0.8 * before.used);
    expect(without.evicted).toBe(dropped);
  } finally {
    silent.resume();
  }
  const after = await eventually(figures, ({ used }) => used > 0.8 * before.used, 20_000);
  expect(after.evicted).toBe(dropped);
}, 90_000);
