import type { MemoryThrottlerStorage, RedisThrottlerStorage, ThrottleTerms } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { openBoth } from './both-storages';
import { seeded } from './schedules';

const START_MS = Date.UTC(2026, 0, 1);

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
  ({ redis, memory } = await openBoth(server, `alike-${++prefixes}`, () => nowMs));
});
afterEach(async () => {
  await redis.close();
});

const lone = (ttl: number): readonly ThrottleTerms[] => [
  { throttlerName: 'only', ttl, limit: 1e9, blockDuration: ttl },
];

const keyOfOwner = async (): Promise<string> =>
  (await server.cli('--scan', '--pattern', `alike-${prefixes}:*`)).split('\n')[0] as string;

/** A client that is quiet for a while, then busy until the longer logs are full, and refused now and then. */
function visits(seed: number): readonly number[] {
  const random = seeded(seed);
  let ms = START_MS;
  return Array.from({ length: 700 }, (_, i) => {
    const pauseMs = i < 200 ? 1_500 : 40;
    return (ms += Math.floor(random() * pauseMs) * (random() < 0.8 ? 1 : 0));
  });
}

test.each([
  ['nobody is refused', 1e9, 1e9],
  ['one of them refuses until its oldest hit is over', 12, 1e9],
  ['one of them blocks', 1e9, 160],
])('three throttlers of a client who gets busy are counted as in memory, where %s', async (_, limit, blocked) => {
  const terms = [
    { throttlerName: 'short', ttl: 400, limit, blockDuration: 0 },
    { throttlerName: 'middle', ttl: 9_000, limit: blocked, blockDuration: 2_000 },
    { throttlerName: 'long', ttl: 3_600_000.5, limit: 1e9, blockDuration: 3_600_000 },
  ];
  for (let seed = 0; seed < 3; seed++) {
    for (const [step, atMs] of visits(seed).entries()) {
      nowMs = atMs;
      const expected = await memory.incrementOwner(`client ${seed}`, terms);
      const records = await redis.incrementOwner(`client ${seed}`, terms);
      expect({ seed, step, records }).toEqual({ seed, step, records: expected });
    }
  }
});

test('hits of other terms are counted beside those before', async () => {
  const random = seeded(5);
  const lists = [lone(1_000), lone(3_000), [...lone(3_000), { ...lone(800)[0]!, throttlerName: 'another' }]];
  for (const [step, atMs] of visits(5).slice(0, 300).entries()) {
    nowMs = atMs;
    const owner = `client ${step % 7}`;
    const terms = lists[random() < 0.9 ? 2 : Math.floor(random() * 2)]!;
    const expected = await memory.incrementOwner(owner, terms);
    expect({ step, records: await redis.incrementOwner(owner, terms) }).toEqual({ step, records: expected });
  }
});

test('a throttler whose hits stop counting at once counts none of those before', async () => {
  const terms = [...lone(1_000), { throttlerName: 'none', ttl: 0, limit: 1e9, blockDuration: 0 }];
  nowMs = START_MS;
  const hits: unknown[] = [];
  for (let hit = 0; hit < 4; hit++)
    hits.push((await redis.incrementOwner('client', terms)).map((one) => one.totalHits));
  expect(hits).toEqual([1, 2, 3, 4].map((count) => [count, 1]));
});

test('a clock that goes back moves the hits from before, and their window', async () => {
  const hit = async (atMs: number): Promise<readonly unknown[]> => {
    nowMs = START_MS + atMs;
    const [record] = await redis.incrementOwner('client', lone(10_000));
    return [record?.totalHits, record?.timeToExpire];
  };
  expect([await hit(0), await hit(6_000)]).toEqual([
    [1, 10],
    [2, 4],
  ]);
  // Five seconds back, so they are at -5,000 and 1,000 now.
  expect([await hit(1_000), await hit(4_999), await hit(5_000)]).toEqual([
    [3, 4],
    [4, 1],
    [4, 10],
  ]);
});

test('a key lives until its last hit is over', async () => {
  nowMs = START_MS;
  await redis.incrementOwner('client', lone(60_000));
  const key = await keyOfOwner();
  // As if time had passed for Redis.
  await server.cli('pexpire', key, 10_000);
  nowMs += 1;
  await redis.incrementOwner('client', lone(60_000));
  expect(Number(await server.cli('pttl', key))).toBeLessThanOrEqual(10_000);
  nowMs += 50_000;
  await redis.incrementOwner('client', lone(60_000));
  expect(Number(await server.cli('pttl', key))).toBeGreaterThan(60_000);
});

test('what is over takes no room', async () => {
  for (let hit = 0; hit < 500; hit++) {
    nowMs += 400;
    await redis.incrementOwner('client', lone(1_000));
  }
  expect(Number(await server.cli('strlen', await keyOfOwner()))).toBeLessThanOrEqual(200);
});
