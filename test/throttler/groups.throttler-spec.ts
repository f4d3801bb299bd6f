import type { RedisThrottlerStorage, ThrottleTerms } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type BothStorages, openBoth } from './both-storages';
import { schedule, seeded } from './schedules';

const SCHEDULES = 30;
const STEPS = 100;
const START_MS = Date.UTC(2026, 0, 1);
/** The most distinct instants of a log. */
const MOST = 128;

let server: RedisServer;
let nowMs = 0;
let prefixes = 0;
const open: RedisThrottlerStorage[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close();
});

async function both(): Promise<BothStorages> {
  const storages = await openBoth(server, `groups-${++prefixes}`, () => nowMs);
  open.push(storages.redis);
  return storages;
}

/** Throttlers of one owner, some of which are left out of some requests, in changing order and with changing limits. */
function groupsOf(seed: number): readonly { nowMs: number; owner: string; terms: readonly ThrottleTerms[] }[] {
  const random = seeded(seed + 1_000);
  const names = ['short', 'long', 'third'];
  const hits = schedule(seed, STEPS, {
    ttls: [100, 1_000.5, 3_000, 60_000],
    limits: [1, 2, 2.5, 5, 1e9],
    blocks: [0, 50, 1_000, 5_000],
  });
  const usual = names.map((throttlerName, i) => ({
    throttlerName,
    ttl: 10 ** (i + 2),
    limit: 3 + 2 * i,
    blockDuration: 400 * i,
  }));
  return hits.map((timed) => {
    const [, ttl, limit, blockDuration] = timed.hit;
    const throttlerName = names[Math.floor(random() * 3)] as string;
    const odd = { throttlerName, ttl, limit, blockDuration };
    const choice = random();
    const others = usual.filter((one) => one.throttlerName !== throttlerName);
    const terms = choice < 0.7 ? usual : choice < 0.8 ? [odd] : choice < 0.9 ? [odd, ...others] : [...others, odd];
    return { nowMs: timed.nowMs, owner: random() < 0.5 ? 'ann' : 'bob', terms };
  });
}

test('Redis decides the throttlers of an owner as the memory storage does, together', async () => {
  let refused = 0;
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const { redis, memory } = await both();
    for (const [step, { owner, terms, ...at }] of groupsOf(seed).entries()) {
      nowMs = at.nowMs;
      const expected = await memory.incrementOwner(owner, terms);
      const records = await redis.incrementOwner(owner, terms);
      expect({ seed, step, terms, records }).toEqual({ seed, step, terms, records: expected });
      if (expected.some(({ isBlocked }) => isBlocked)) refused++;
    }
  }
  expect(refused).toBeGreaterThan(SCHEDULES);
});

test('Redis decides hits of several keys, and of several throttlers on one, as the memory storage does', async () => {
  for (let seed = 0; seed < SCHEDULES; seed++) {
    const { redis, memory } = await both();
    for (const [step, { owner, terms, ...at }] of groupsOf(seed).entries()) {
      nowMs = at.nowMs;
      const hits = terms.map((one, i) => ({ ...one, key: i === 1 ? 'another' : owner }));
      const expected = await memory.incrementAll(hits);
      expect({ seed, step, hits, records: await redis.incrementAll(hits) }).toEqual({
        seed,
        step,
        hits,
        records: expected,
      });
    }
  }
});

test('groups of one owner that are sent together are decided one after the other', async () => {
  const { redis } = await both();
  nowMs = START_MS;
  const terms = [
    { throttlerName: 'wide', ttl: 1_000, limit: 100, blockDuration: 0 },
    { throttlerName: 'narrow', ttl: 1_000, limit: 10, blockDuration: 1_000 },
  ];
  const answers = await Promise.all(Array.from({ length: 50 }, () => redis.incrementOwner('flood', terms)));
  const admitted = answers.filter((records) => records.every(({ isBlocked }) => !isBlocked));
  expect(admitted.map(([wide]) => wide?.totalHits)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  expect(answers.at(-1)?.map(({ totalHits }) => totalHits)).toEqual([10, 11]);
});

test('a clock that goes back leaves nobody limited for longer', async () => {
  const { redis } = await both();
  const terms = [{ throttlerName: 'only', ttl: 1_000, limit: 1, blockDuration: 0 }];
  const isBlocked = async () => (await redis.incrementOwner('back', terms))[0]?.isBlocked;
  nowMs = START_MS + 3_600_000;
  expect(await isBlocked()).toBe(false);
  nowMs = START_MS;
  expect(await isBlocked()).toBe(true);
  nowMs = START_MS + 1_001;
  expect(await isBlocked()).toBe(false);
});

describe('above 128 instants a window', () => {
  const TTL = 12_800;
  const CELL = TTL / MOST;

  /** Hits at random moments of some windows, of which most are in one of them. */
  const moments = (): readonly number[] => {
    const random = seeded(7);
    let ms = START_MS;
    return Array.from({ length: 1_500 }, (_, i) => (ms += 1 + Math.floor(random() * (i % 500 < 400 ? 20 : 200))));
  };

  test('every hit counts for its time, and for 1/128 longer at most', async () => {
    const { redis, memory } = await both();
    const terms = [{ throttlerName: 'folded', ttl: TTL, limit: 1e9, blockDuration: TTL }];
    const seen: number[] = [];
    let longer = 0;
    for (const momentMs of moments()) {
      nowMs = momentMs;
      seen.push(momentMs);
      const since = (lifeMs: number): number => seen.filter((hitMs) => hitMs + lifeMs > momentMs).length;
      const totalHits = (await memory.incrementOwner('client', terms))[0]?.totalHits as number;
      expect(totalHits).toBeGreaterThanOrEqual(since(TTL));
      expect(totalHits).toBeLessThanOrEqual(since(TTL + CELL));
      if (totalHits > since(TTL)) longer++;
      expect((await redis.incrementOwner('client', terms))[0]?.totalHits).toBe(totalHits);
    }
    // Else nothing was folded.
    expect(longer).toBeGreaterThan(100);
  });

  /** More than the short form of a pair can say: 2^16 hits of one moment, and moments that are 2^32 ms apart. */
  test('counts hits without number and for months as the memory storage does', async () => {
    const { redis, memory } = await both();
    const day = 86_400_000;
    const terms = [
      { throttlerName: 'day', ttl: day, limit: 1e9, blockDuration: 0 },
      { throttlerName: 'months', ttl: 100 * day, limit: 70_000, blockDuration: 0 },
    ];
    const daysLater = [0, 10, 20, 30, 49, 60, 99, 200, 50, 60];
    const hits = [3, 1, 2, 5, 5, 4, 2, 65_600, 4_500, 2];
    const hit = async (count: number): Promise<void> => {
      for (let left = count; left > 0; left -= 5_000) {
        const calls = Array.from({ length: Math.min(left, 5_000) }, () => undefined);
        const told = Promise.all(calls.map(() => redis.incrementOwner('client', terms)));
        const expected = await Promise.all(calls.map(() => memory.incrementOwner('client', terms)));
        expect((await told).at(-1)).toEqual(expected.at(-1));
      }
    };
    nowMs = START_MS;
    for (const [i, days] of daysLater.entries()) {
      nowMs += days * day;
      await hit(hits[i] as number);
    }
  }, 120_000);

  test('keeps to half a millisecond beside whole ones', async () => {
    const { redis, memory } = await both();
    const told: unknown[] = [];
    for (const [atMs, ttl] of [
      [0, 1_000],
      [1, 1_000.5],
      [1_001, 1_000],
    ] as const) {
      nowMs = START_MS + atMs;
      const terms = [{ throttlerName: 'default', ttl, limit: 10, blockDuration: 0 }];
      const [record] = await redis.incrementOwner('client', terms);
      expect(record).toEqual((await memory.incrementOwner('client', terms))[0]);
      told.push(record?.totalHits);
    }
    expect(told).toEqual([1, 2, 2]);
  });

  test('a log takes no more room, however many hits there are', async () => {
    const { redis, memory } = await both();
    const terms = [{ throttlerName: 'folded', ttl: TTL, limit: 1e9, blockDuration: 0 }];
    for (const momentMs of moments()) {
      nowMs = momentMs;
      await redis.incrementOwner('client', terms);
      await memory.incrementOwner('client', terms);
    }
    const [key = ''] = (await server.cli('--scan', '--pattern', `groups-${prefixes}:*`)).split('\n');
    expect(Number(await server.cli('strlen', key))).toBeLessThanOrEqual((MOST + 1) * 6 + 80);
  });
});
