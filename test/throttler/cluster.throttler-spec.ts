import { Logger } from '@nestjs/common';
import { Cluster } from 'ioredis';
import { RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { type RedisCluster, startCluster } from '../support/redis/index.mjs';

const terms = (limit: number) => [
  { throttlerName: 'wide', ttl: 60_000, limit: 1_000, blockDuration: 60_000 },
  { throttlerName: 'narrow', ttl: 60_000, limit, blockDuration: 60_000 },
];

let cluster: RedisCluster;
const open: RedisThrottlerStorage[] = [];
let prefixes = 0;
/** Every try of a test begins with keys of its own. */
const newPrefix = () => `apart-${++prefixes}`;

beforeAll(async () => {
  Logger.overrideLogger(false);
  cluster = await startCluster();
}, 60_000);
afterAll(async () => {
  await cluster.stop();
});
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close();
});

const nodes = () => cluster.ports.map((port) => ({ host: '127.0.0.1', port }));

async function opened(storage: RedisThrottlerStorage): Promise<RedisThrottlerStorage> {
  open.push(storage);
  await storage.untilReady();
  return storage;
}

const STRICT = { deadlineMs: 5_000, onStoreFailure: 'closed' } as const;

test.each(['a Cluster', 'nodes'])('counts on %s for owners in all slots, raised at once', async (how) => {
  const client = how === 'nodes' ? undefined : new Cluster(nodes());
  const prefix = newPrefix();
  const storage = await opened(
    client === undefined
      ? new RedisThrottlerStorage({ ...STRICT, prefix, nodes: nodes() })
      : new RedisThrottlerStorage(client, { ...STRICT, prefix }),
  );
  const owners = Array.from({ length: 60 }, (_, i) => `client ${i % 30}`);
  const answers = await Promise.all(owners.map((owner) => storage.incrementOwner(owner, terms(1))));
  const refused = answers.map((records) => records.some(({ isBlocked }) => isBlocked));
  expect(refused).toEqual(owners.map((_, i) => i >= 30));
  // Nobody who was refused by the narrow one was charged to the wide one.
  expect(answers.map(([wide]) => wide?.totalHits)).toEqual(owners.map(() => 1));
  const sizes = await Promise.all((await cluster.masters()).map((node) => node.cli('dbsize')));
  expect(sizes.every((size) => Number(size) > 0)).toBe(true);
  client?.disconnect();
});

test('the throttlers of an owner live in one key, and so in one slot', async () => {
  const prefix = newPrefix();
  const storage = await opened(new RedisThrottlerStorage({ ...STRICT, prefix, nodes: nodes() }));
  await storage.incrementOwner('client', terms(5));
  const masters = await cluster.masters();
  const keys = await Promise.all(masters.map((node) => node.cli('--scan', '--pattern', `${prefix}:*`)));
  expect(keys.filter(Boolean)).toHaveLength(1);
});

test('hits on keys in different slots are asked in their order, up to the first that is refused', async () => {
  const storage = await opened(new RedisThrottlerStorage({ ...STRICT, prefix: newPrefix(), nodes: nodes() }));
  const hits = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => {
    return { key, ttl: 60_000, limit: key === 'e' ? 0 : 5, blockDuration: 60_000, throttlerName: key };
  });
  const records = await storage.incrementAll(hits);
  expect(records.map(({ totalHits, isBlocked }) => [totalHits, isBlocked])).toEqual([
    [1, false],
    [1, false],
    [1, false],
    [1, false],
    [1, true],
  ]);
});
