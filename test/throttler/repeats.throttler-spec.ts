import type { MemoryThrottlerStorage, RedisThrottlerStorage, ThrottleTerms } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { openBoth } from './both-storages';
import { ANYTHING, schedule, seeded } from './schedules';

const START_MS = Date.UTC(2026, 0, 1);
const SCHEDULES = 25;
const STEPS = 60;
const MOST_AT_ONCE = 40;

let server: RedisServer;
let redis: RedisThrottlerStorage;
let memory: MemoryThrottlerStorage;
let nowMs = START_MS;
let prefixes = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  await start();
});
afterEach(async () => {
  await redis.close();
});

async function start(): Promise<void> {
  ({ redis, memory } = await openBoth(server, `repeats-${++prefixes}`, () => nowMs));
}

/** All at once in Redis, and one after the other in memory. */
async function both<Record>(
  calls: readonly ((storage: MemoryThrottlerStorage | RedisThrottlerStorage) => Promise<Record>)[],
): Promise<{ told: readonly Record[]; expected: readonly Record[] }> {
  const told = await Promise.all(calls.map((call) => call(redis)));
  const expected: Record[] = [];
  for (const call of calls) expected.push(await call(memory));
  return { told, expected };
}

async function looks(): Promise<number> {
  return Number(/cmdstat_get:calls=(\d+)/.exec(await server.cli('info', 'commandstats'))?.[1] ?? 0);
}

const two = (limit: number, blockDuration: number): readonly ThrottleTerms[] => [
  { throttlerName: 'short', ttl: 1_000, limit, blockDuration },
  { throttlerName: 'long', ttl: 60_000, limit: 1e9, blockDuration: 0 },
];

test('crowds of a client are told what hits one after the other are told', async () => {
  let refused = 0;
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const random = seeded(seed);
    const upTo = (most: number): number => 1 + Math.floor(random() * most);
    await redis.close();
    await start();
    const own = [two(upTo(30), 0), two(upTo(30), upTo(3_000)), two(1e9, 1_000)];
    nowMs = START_MS;
    for (let step = 0; step < STEPS; step++) {
      nowMs += Math.floor(random() * 400);
      const crowd = Array.from({ length: upTo(MOST_AT_ONCE) }, () => ({
        owner: random() < 0.8 ? 'ann' : 'bob',
        terms: own[random() < 0.9 ? seed % 3 : upTo(3) - 1] as readonly ThrottleTerms[],
      }));
      const { told, expected } = await both(
        crowd.map(
          ({ owner, terms }) =>
            (storage) =>
              storage.incrementOwner(owner, terms),
        ),
      );
      expect({ seed, step, told }).toEqual({ seed, step, told: expected });
      refused += expected.flat().filter(({ isBlocked }) => isBlocked).length;
    }
  }
  expect(refused).toBeGreaterThan(1_000);
});

test('so are crowds on keys whose throttlers share a window and a block, with any options', async () => {
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const random = seeded(seed);
    await redis.close();
    await start();
    for (const [step, timed] of schedule(seed, STEPS, ANYTHING).entries()) {
      nowMs = timed.nowMs;
      const times = 1 + Math.floor(random() * MOST_AT_ONCE);
      const { told, expected } = await both(
        Array.from(
          { length: times },
          () => (storage: MemoryThrottlerStorage | RedisThrottlerStorage) => storage.increment(...timed.hit),
        ),
      );
      expect({ seed, step, times, told }).toEqual({ seed, step, times, told: expected });
    }
  }
});

test('hits of several keys are not passed by those of one of them', async () => {
  const hit = (key: string) => ({ key, throttlerName: 'default', ttl: 1_000, limit: 3, blockDuration: 0 });
  const groups = [['a'], ['a', 'b'], ['a'], ['a'], ['b'], ['a', 'b'], ['b'], ['b']];
  const { told, expected } = await both(groups.map((keys) => (storage) => storage.incrementAll(keys.map(hit))));
  expect(told).toEqual(expected);
});

test.each([
  ['are all counted', two(1e9, 0)],
  ['are blocked for longer', two(10, 5_000)],
  ['wait for their oldest hit', two(10, 0)],
])('Redis looks three times at most at a client whose hundred hits %s', async (_, terms) => {
  const hits = () => Promise.all(Array.from({ length: 100 }, () => redis.incrementOwner('crowd', terms)));
  await hits();
  nowMs += 1;
  const before = await looks();
  await hits();
  expect((await looks()) - before).toBeLessThanOrEqual(3);
});
