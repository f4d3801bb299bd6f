import { MemoryThrottlerStorage, RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { ReferenceStorage } from './memory-model';
import { schedule } from './schedules';

const SCHEDULES = 40;
const HITS = 120;

let server: RedisServer;
let reference: ReferenceStorage;
let nowMs = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(() => {
  reference = new ReferenceStorage();
});
afterEach(() => {
  reference.close();
});

const prefixOf = (seed: number): string => `schedule-${seed}`;
const seeds = Array.from({ length: SCHEDULES }, (_, seed) => seed);

test('the memory storage answers every hit of random schedules as that of @nestjs/throttler does', async () => {
  for (const seed of seeds) {
    const storage = new MemoryThrottlerStorage({ nowMs: () => nowMs });
    reference.close();
    reference = new ReferenceStorage();
    for (const [i, timed] of schedule(seed, HITS).entries()) {
      nowMs = timed.nowMs;
      const record = await storage.increment(...timed.hit);
      expect({ seed, i, ...timed, record }).toEqual({
        seed,
        i,
        ...timed,
        record: await reference.increment(nowMs, timed.hit),
      });
    }
  }
});

test('the Redis storage answers every hit of random schedules as that of @nestjs/throttler does', async () => {
  for (const seed of seeds) {
    reference.close();
    const storage = new RedisThrottlerStorage(server.url, {
      prefix: prefixOf(seed),
      nowMs: () => nowMs,
      deadlineMs: 5_000,
      onStoreFailure: 'closed',
    });
    await storage.untilReady();
    reference = new ReferenceStorage();
    for (const [i, timed] of schedule(seed, HITS).entries()) {
      nowMs = timed.nowMs;
      const record = await storage.increment(...timed.hit);
      expect({ seed, i, ...timed, record }).toEqual({
        seed,
        i,
        ...timed,
        record: await reference.increment(nowMs, timed.hit),
      });
    }
    await storage.close();
  }
});

test('no key stays for ever', async () => {
  const keys = (await server.cli('--scan')).split('\n').filter(Boolean);
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(Number(await server.cli('pttl', key))).toBeGreaterThan(0);
});
