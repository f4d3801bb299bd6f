import { type Quota, quotaOf, type Verdict } from 'nest-floodgate/testing';
import type { Ask } from '../../../libs/rate-limit/src/stores/redis/wire';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import { ScriptClient } from './script-client';

const ALGORITHMS = ['token-bucket', 'sliding-window', 'fixed-window'] as const;
const MINUTE = 60_000 * 8_000;
const NOW = 1_000_000 * MINUTE;

let client: ScriptClient;
beforeAll(async () => {
  client = await ScriptClient.start();
});
beforeEach(async () => {
  await client.redis.flushall();
});
afterEach(async () => {
  expect(await client.keysWithoutTtl()).toEqual([]);
});
afterAll(async () => {
  await client.stop();
});

const charge = (quota: Quota, cost: number, bucketId = 'a', identity = 'ip:1'): Charge => ({
  bucketId,
  identity,
  quota,
  cost,
});
const consume = (...charges: Charge[]): Ask => ({ kind: 'consume', charges });
const key = () => client.keys.keyOf('ip:1');
const ttlMs = async () => client.redis.pttl(key());
const fields = async () => (await client.redis.hkeys(key())).sort();
const ids = (...bucketIds: string[]) => bucketIds.map((id) => client.keys.fieldOf(id)).sort();

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const quota = quotaOf({ algorithm, limit: 10, per: '1m' });

  test('a key lives until its bucket is full, a second more, and up to an eighth of its window', async () => {
    const startMs = performance.now();
    const [verdict] = await client.verdicts(consume(charge(quota, 4)));
    const ttl = await ttlMs();
    const passedMs = performance.now() - startMs;
    const expected = verdict!.resetTicks / 8_000 + 1_000;
    expect(ttl).toBeGreaterThan(expected - passedMs - 10);
    expect(ttl).toBeLessThanOrEqual(expected + 60_000 / 8);
  });

  test('a denial, a peek and a cost of 0 write nothing', async () => {
    await client.decide([consume(charge(quota, 10))]);
    const before = await client.writes();
    await client.decide([
      consume(charge(quota, 1)),
      consume(charge(quota, 11, 'b')),
      consume(charge(quota, 1, 'b'), charge(quota, 1)),
      consume(charge(quota, 0), charge(quota, 0, 'c')),
      { kind: 'peek', charges: [{ ...charge(quota, 1), owed: [{ units: 3, agoTicks: 0 }] }] },
      { kind: 'consumeUpTo', charges: [charge(quota, 5)] },
      { kind: 'refund', charges: [charge(quota, 1, 'b')], units: 1, mark: 1 },
    ]);
    expect(await client.writes()).toBe(before);
    expect(await fields()).toEqual(ids('a'));
  });

  test('many asks of one key are one write of it', async () => {
    const before = await client.writes();
    await client.decide(Array.from({ length: 10 }, () => consume(charge(quota, 1))));
    // HSET and PEXPIRE.
    expect((await client.writes()) - before).toBe(2);
    expect(await client.verdicts(consume(charge(quota, 1)))).toMatchObject([{ outcome: 'denied' }]);
  });

  test('a refund of everything leaves no key without an end', async () => {
    const [verdict] = await client.verdicts(consume(charge(quota, 4)));
    await client.decide([{ kind: 'refund', charges: [charge(quota, 4)], units: 4, mark: verdict!.mark }]);
    expect(await ttlMs()).not.toBe(-1);
    const peek = await client.verdicts({ kind: 'peek', charges: [charge(quota, 10)] });
    expect(peek).toMatchObject([{ outcome: 'allowed' }]);
  });

  test('what is charged and refunded in one call leaves an end to what is charged beside it', async () => {
    const brief = quotaOf({ algorithm, limit: 10, per: '1s' });
    const both = consume(charge(brief, 1, 'brief'), charge(quota, 4));
    const [, { mark }] = (await client.verdicts(both, NOW)) as [Verdict, Verdict];
    await client.redis.flushall();
    await client.decide([both, { kind: 'refund', charges: [charge(quota, 4)], units: 4, mark }], NOW);
    expect(await fields()).toContain(ids('brief')[0]);
    expect(await ttlMs()).toBeGreaterThan(0);
  });

  test('what cannot be read counts as absent and is overwritten', async () => {
    const past = Buffer.alloc(7, 1);
    const noise = [
      'x',
      Buffer.alloc(8, 255),
      Buffer.of(1, ...past, 0),
      Buffer.of(3, ...past),
      Buffer.of(9, ...past, 1, 1),
    ];
    noise.push(Buffer.of(5, ...past, ...Buffer.alloc(16, 255)), Buffer.of(4, ...past, 7, 1, 1, 1));
    for (const [i, packed] of noise.entries()) {
      const identity = `noise:${i}`;
      const name = client.keys.keyOf(identity);
      await client.redis.hset(name, client.keys.fieldOf('a'), packed, 'other', packed);
      const allowed = { outcome: 'allowed', remaining: 9 };
      expect(await client.verdicts(consume(charge(quota, 1, 'a', identity)))).toMatchObject([allowed]);
      expect(await client.redis.hkeys(name)).toEqual([client.keys.fieldOf('a')]);
    }
  });
});

describe('the hash of an identity', () => {
  const short = quotaOf({ algorithm: 'fixed-window', limit: 10, per: '1s' });
  const long = quotaOf({ limit: 10, per: '1h' });

  test('lives as long as its longest-lived state, in whatever order they are written', async () => {
    await client.decide([consume(charge(long, 1, 'long'))]);
    await client.decide([consume(charge(short, 1, 'short'))]);
    expect(await ttlMs()).toBeGreaterThan(3_600_000);
    expect(await ttlMs()).toBeLessThanOrEqual(3_601_000 + 3_600_000 / 8);
    expect(await fields()).toEqual(ids('short', 'long'));
  });

  test('loses what is over when it is written, whoever wrote it, and keeps what is not', async () => {
    await client.decide([consume(charge(short, 1, 'gone'), charge(long, 1, 'other version'))], NOW);
    await client.redis.hset(key(), 'junk', 'junk');
    // More than Lua can hand to one command.
    await client.redis.hset(key(), Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`junk ${i}`, 'junk'])));
    await client.decide([consume(charge(short, 1, 'new'))], NOW + 61 * MINUTE);
    expect(await fields()).toEqual(ids('new', 'other version'));
    await client.decide([consume(charge(short, 1, 'new'))], NOW + 121 * MINUTE);
    expect(await fields()).toEqual(ids('new'));
  });

  test('keeps what was cut off a long state only as long as that state', async () => {
    const day = quotaOf({ limit: 100, per: '1d' });
    const ask = consume(charge(day, 9, 'day'));
    for (let i = 0; i < 11; i++) await client.decide([ask], NOW + i * 120 * MINUTE);
    const [field] = ids('day') as [string];
    expect(await fields()).toEqual([field, `${field}+`]);
    // Far later, the log is short again.
    await client.decide([ask], NOW + 4 * 1_440 * MINUTE);
    expect(await client.state('day', 'ip:1')).toEqual([NOW + 4 * 1_440 * MINUTE, 9]);
    expect(await fields()).toEqual([field]);
  });

  test('loses what was cut off a long state with that state', async () => {
    const day = quotaOf({ limit: 100, per: '1d' });
    const marks: number[] = [];
    for (let i = 0; i < 11; i++) {
      const [verdict] = await client.verdicts(consume(charge(day, 9, 'day')), NOW + i * 120 * MINUTE);
      marks.push(verdict!.mark);
    }
    const refunds = marks.map((mark): Ask => ({ kind: 'refund', charges: [charge(day, 9, 'day')], units: 9, mark }));
    await client.decide(refunds, NOW + 10 * 120 * MINUTE);
    expect(await client.redis.exists(key())).toBe(0);
  });

  test('of another type is an error that says so, and stays as it is', async () => {
    await client.redis.set(key(), 'mine', 'EX', 100);
    await expect(client.decide([consume(charge(long, 1))])).rejects.toThrow(/WRONGTYPE/);
    expect(await client.redis.get(key())).toBe('mine');
  });
});

test('a script that was told a calendar far from the clock of Redis refuses before it writes', async () => {
  const daily = quotaOf({ algorithm: 'fixed-window', limit: 10, per: 'day' });
  await client.decide([consume(charge(daily, 1))], NOW);
  jest.useFakeTimers({
    now: Date.UTC(2025, 5, 1),
    doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval'],
  });
  const call = client.decide([consume(charge(daily, 1))]);
  jest.useRealTimers();
  await expect(call).rejects.toThrow(/clocks of Redis and of its client differ/);
});

test('with a full memory a call fails before it changed anything', async () => {
  const quota = quotaOf({ limit: 10, per: '1h' });
  const both = consume(charge(quota, 1, 'a', 'ip:full:1'), charge(quota, 1, 'a', 'ip:full:2'));
  await client.decide([both]);
  await client.redis.config('SET', 'maxmemory', '1');
  await expect(client.decide([both, both])).rejects.toThrow(/OOM/);
  await client.redis.config('SET', 'maxmemory', '0');
  expect(await client.verdicts({ ...both, kind: 'peek' })).toMatchObject([{ remaining: 9 }, { remaining: 9 }]);
});
