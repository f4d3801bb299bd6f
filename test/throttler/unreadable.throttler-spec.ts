import Redis from 'ioredis';
import { RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

const LATER_FORM = Buffer.concat([Buffer.of(3), Buffer.alloc(60, 1)]);

let server: RedisServer;
let redis: Redis;
let storage: RedisThrottlerStorage;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  storage = new RedisThrottlerStorage(server.url, { readableKeys: true, onStoreFailure: 'closed', deadlineMs: 5_000 });
  await storage.untilReady();
});
afterAll(async () => {
  await storage.close();
  await redis.quit();
  await server.stop();
});

const hit = async (key: string, blockDuration = 0) =>
  (await storage.increment(key, 60_000, 5, blockDuration, 'default')).totalHits;

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a text of another program', Buffer.from('hello world')],
  ['the first byte of a form, and no more', Buffer.of(1)],
  ['the first byte of the other form', Buffer.of(2)],
  ['zeros', Buffer.alloc(50)],
  ['a form of a later version', LATER_FORM],
])('%s under a key counts as absent and is overwritten, with an end', async (_, value) => {
  await redis.flushall();
  await hit('known');
  const [name = ''] = await redis.keys('*');
  const [other, blocked] = ['other', 'blocked'].map((key) => name.replace('known', key)) as [string, string];
  await redis.set(other, value);
  await redis.set(blocked, value);
  // Asked together with others, as one call.
  expect(await Promise.all([hit('known'), hit('other'), hit('blocked', 1_000), hit('new')])).toEqual([2, 1, 1, 1]);
  expect([await hit('other'), await hit('blocked', 1_000)]).toEqual([2, 2]);
  expect(await redis.pttl(other)).toBeGreaterThan(0);
  expect(await redis.pttl(blocked)).toBeGreaterThan(0);
});
