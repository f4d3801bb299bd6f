import { type Quota, quotaOf, TICKS_PER_MS } from 'nest-floodgate/testing';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import type { Ask } from '../../../libs/rate-limit/src/stores/redis/wire';
import { randomNumbers } from '../../../libs/rate-limit/src/testing/random-numbers';
import { keyEndOf } from './packed-state';
import { RandomAsks } from './random-asks';
import { ScriptClient } from './script-client';
import { KEPT_TICKS } from './script-model';

const SECOND = 1_000 * TICKS_PER_MS;
const MINUTE = 60 * SECOND;
const NOW = 1_000_000 * MINUTE;
/** Real time goes on while a test sets its own. */
const TOLERANCE = 2 * SECOND;

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

const charge = (quota: Quota, bucketId = 'a', cost = 1): Charge => ({ bucketId, identity: 'ip:1', quota, cost });
const consume = (...charges: Charge[]): Ask => ({ kind: 'consume', charges });
const key = () => client.keys.keyOf('ip:1');
const ttlTicks = async (name = key()) => (await client.redis.pttl(name)) * TICKS_PER_MS;

/** How often the script has moved the end of a key. */
async function moves(): Promise<number> {
  const stats = await client.redis.info('commandstats');
  return Number(/cmdstat_pexpire:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** How often a call moved the end of a key. */
async function movesOf(call: () => Promise<unknown>): Promise<number> {
  const before = await moves();
  await call();
  return (await moves()) - before;
}

test.each(['token-bucket', 'sliding-window'] as const)(
  'the key of a busy %s is moved once in an eighth to a sixteenth of its window',
  async (algorithm) => {
    const quota = quotaOf({ algorithm, limit: 10_000, per: '1m' });
    const calls = 120;
    const made = await movesOf(async () => {
      for (let i = 0; i < calls; i++) await client.decide([consume(charge(quota))], NOW + i * SECOND);
    });
    // Two windows of 60 s and a slack of 4 s.
    expect(made).toBeGreaterThanOrEqual(calls / 4 - 1);
    expect(made).toBeLessThanOrEqual(calls / 4 + 2);
  },
);

test('the key of a fixed window is moved once a window', async () => {
  const quota = quotaOf({ algorithm: 'fixed-window', limit: 10_000, per: '1m' });
  const made = await movesOf(async () => {
    for (let i = 0; i < 120; i++) await client.decide([consume(charge(quota))], NOW + i * SECOND);
  });
  expect(made).toBe(2);
});

test('a bucket that is charged again and again in one call moves its key once', async () => {
  const quota = quotaOf({ algorithm: 'token-bucket', limit: 10, per: '1m' });
  const asks = Array.from({ length: 10 }, () => consume(charge(quota)));
  expect(await movesOf(() => client.decide(asks, NOW))).toBe(1);
  expect(await ttlTicks()).toBeGreaterThan(MINUTE + KEPT_TICKS - TOLERANCE);
});

test.each([1, 3, 6])(
  'a policy whose window was 2^%d times as short moves the key, whatever was there',
  async (step) => {
    const quota = (per: number) => quotaOf({ limit: 10, per });
    const shortMs = 3_600_000 / 2 ** step;
    await client.decide([consume(charge(quota(shortMs)))], NOW);
    await client.decide([consume(charge(quota(3_600_000)))], NOW + 1);
    expect(await ttlTicks()).toBeGreaterThan(60 * MINUTE + KEPT_TICKS - TOLERANCE);
  },
);

test('a bucket that was charged and emptied in one call leaves the others their time', async () => {
  const long = quotaOf({ limit: 10, per: '10h' });
  const short = quotaOf({ limit: 10, per: '1m' });
  await client.decide([consume(charge(long, 'long'))], NOW);
  const refund: Ask = { kind: 'refund', charges: [charge(short)], units: 1, mark: NOW };
  await client.decide([consume(charge(short)), refund, consume(charge(short)), refund], NOW);
  expect(await client.redis.hkeys(key())).toEqual([client.keys.fieldOf('long')]);
  expect(await ttlTicks()).toBeGreaterThan(600 * MINUTE + KEPT_TICKS - TOLERANCE);
});

test('a key always outlives what every state in it promises, and ends where the latest of them says', async () => {
  let moved = 0;
  for (let schedule = 1; schedule <= 12; schedule++) {
    await client.redis.flushall();
    const asks = new RandomAsks(schedule, randomNumbers(schedule + 77));
    /** In ticks of the clock that the test sets. */
    let end = 0;
    for (let call = 0; call < 200; call++) {
      asks.tick();
      const ask = ofOneIdentity(asks.ask());
      const moves = await movesOf(async () => {
        asks.learn(ask, (await client.decide([ask], asks.now))[0]!);
      });
      const packed = Object.values(await client.redis.hgetallBuffer(key()));
      const promised = Math.max(...packed.map(keyEndOf)) + KEPT_TICKS;
      const before = end;
      if (moves > 0) end = asks.now + (await ttlTicks());
      expect({ schedule, call, isEarly: end < promised - TOLERANCE }).toEqual({ schedule, call, isEarly: false });
      // A key whose states were all given back stays a little; one that lived long already need not be cut short.
      const latest = Math.max(promised, asks.now + KEPT_TICKS, before) + TOLERANCE;
      expect({ schedule, call, isLate: end > latest }).toEqual({ schedule, call, isLate: false });
      moved += moves;
    }
  }
  expect(moved).toBeGreaterThan(200);
}, 30_000);

function ofOneIdentity(ask: Ask): Ask {
  return { ...ask, charges: ask.charges.map((charge) => ({ ...charge, identity: 'ip:1' })) } as Ask;
}
