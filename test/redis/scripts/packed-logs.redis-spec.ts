import { type Quota, quotaOf } from 'nest-floodgate/testing';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import type { Ask } from '../../../libs/rate-limit/src/stores/redis/wire';
import { ScriptClient } from './script-client';

const MINUTE = 60_000 * 8_000;
const NOW = 1_000_000 * MINUTE;

let client: ScriptClient;
beforeAll(async () => {
  client = await ScriptClient.start();
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

test('a log with times and units as doubles is read, and gets shorter', async () => {
  const day = quotaOf({ limit: 1_000_000_000, per: '1d' });
  const key = client.keys.keyOf('ip:1');
  const packed = Buffer.alloc(8 + 2 * 16);
  // Form 5, and a slack of 2^12 seconds; the end of the newer pair; the window and units of the older, time and units of both.
  packed.writeUInt8(16 * 12 + 5, 0);
  packed.writeUIntLE((NOW + day.perTicks) % 2 ** 32, 1, 4);
  packed.writeUIntLE(Math.floor((NOW + day.perTicks) / 2 ** 32), 5, 3);
  [day.perTicks, 40_000, MINUTE, 90_000].forEach((value, i) => packed.writeDoubleLE(value, 8 + 8 * i));
  await client.redis.hset(key, client.keys.fieldOf('a'), packed);
  await client.redis.expire(key, 100_000);
  const asks = Array.from({ length: 3 }, () => consume(charge(day, 1)));
  expect(await client.decide(asks, NOW + MINUTE)).toMatchObject(
    [1, 2, 3].map((taken) => [{ outcome: 'allowed', remaining: 1_000_000_000 - 90_000 - taken }]),
  );
  expect(await client.state('a', 'ip:1')).toEqual([NOW - MINUTE, 40_000, NOW, 50_000, NOW + MINUTE, 3]);
  expect(await client.packed('a', 'ip:1')).toHaveLength(8 + 3 * 10);
});

test('a log that contradicts itself harms no other ask of the call', async () => {
  const quota = quotaOf({ limit: 10, per: '1m' });
  const ask = (identity: string) => consume(charge(quota, 1, 'a', identity));
  await client.decide([ask('ip:bad')], NOW);
  await client.decide([ask('ip:bad')], NOW + 0.9 * MINUTE);
  const [key, field] = [client.keys.keyOf('ip:bad'), client.keys.fieldOf('a')];
  const packed = (await client.packed('a', 'ip:bad'))!;
  // The oldest pair has more units than the whole.
  packed.writeUInt8(packed.readUInt8(9) + 4, 9);
  await client.redis.hset(key, field, packed);
  const answers = await client.decide([ask('ip:bad'), ask('ip:good'), ask('ip:good')], NOW + MINUTE + 800);
  expect(answers.slice(1)).toMatchObject([[{ remaining: 9 }], [{ remaining: 8 }]]);
});

test.each([
  ['15m', 100, 5],
  ['1h', 1_000_000, 5],
  ['1d', 100, 6],
  ['1s', 5, 3],
])('a log of %s has room for units from the start', async (per, limit, bytes) => {
  const quota = quotaOf({ limit, per });
  const identity = `room in ${per}`;
  for (const [pairs, cost] of [1, Math.min(limit - 2, 60), 1].entries()) {
    await client.decide([consume(charge(quota, cost, 'a', identity))], NOW + pairs * 8_000);
    expect(await client.packed('a', identity)).toHaveLength(9 + (pairs + 1) * bytes);
  }
});

test('keys are small', async () => {
  const bytes = async (identity: string) =>
    Number(await client.redis.call('MEMORY', 'USAGE', client.keys.keyOf(identity)));
  const play = async (quota: Quota, identity: string, stepTicks: number, cost = 5) => {
    const ask = consume(charge(quota, cost, 'a', identity));
    for (let i = 0; i < 13; i++) await client.decide([ask], NOW + i * stepTicks);
    return bytes(identity);
  };
  expect(await play(quotaOf({ algorithm: 'token-bucket', limit: 100, per: '1m' }), 'tb', 0)).toBeLessThanOrEqual(104);
  expect(await play(quotaOf({ algorithm: 'fixed-window', limit: 100, per: '1m' }), 'fw', 0)).toBeLessThanOrEqual(104);
  const full = quotaOf({ limit: 100, per: '1m' });
  expect(await play(full, 'sw', 5.4 * 8_000_000)).toBeLessThanOrEqual(180);
  expect(await play(quotaOf({ limit: 100, per: '1h' }), 'hour', 5.4 * 60 * 8_000_000)).toBeLessThanOrEqual(180);
  expect(await play(quotaOf({ limit: 100, per: '1d' }), 'day', 5.4 * 1_440 * 8_000_000)).toBeLessThanOrEqual(200);
  const large = quotaOf({ limit: 1_000_000_000, per: '1d' });
  expect(await play(large, 'large', 5.4 * 1_440 * 8_000_000, 50_000)).toBeLessThanOrEqual(250);
  for (const identity of ['sw', 'hour', 'day', 'large']) {
    expect((await client.state('a', identity)) as readonly number[]).toHaveLength(22);
    expect(await client.redis.object('ENCODING', client.keys.keyOf(identity))).toMatch(/listpack|ziplist/);
  }
});
