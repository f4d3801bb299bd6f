import { FakeClock, quotaOf } from 'nest-floodgate/testing';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { closeAll, connect, type RedisConnection, storeOn } from './store-under-test';

jest.setTimeout(60_000);

const LIMIT = 100;
const quota = quotaOf({ algorithm: 'token-bucket', limit: LIMIT, per: '1h' });
const chargeOf = (identity: string, bucketId = 'a', cost = 1) => ({ bucketId, identity, quota, cost });

let server: RedisServer;
let connections: RedisConnection[];

beforeAll(async () => {
  server = await startRedis();
  connections = [await connect([server.port]), await connect([server.port])];
});
afterAll(async () => {
  await closeAll();
  await server.stop();
});

const evalshaCalls = async () =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.cli('INFO', 'commandstats'))?.[1] ?? 0);

test('two stores on one server admit exactly the limit', async () => {
  const stores = connections.map((connection) => storeOn(connection));
  for (let round = 0; round < 20; round++) {
    const calls = Array.from({ length: 5 * LIMIT }, async (_, i) => stores[i % 2]!.consume([chargeOf(`ip:${round}`)]));
    const verdicts = (await Promise.all(calls)).flat();
    expect(verdicts.filter(({ granted }) => granted === 1)).toHaveLength(LIMIT);
    expect(verdicts.filter(({ outcome }) => outcome === 'denied')).toHaveLength(4 * LIMIT);
  }
});

test('a decision on three policies is one EVALSHA, and many at once are few', async () => {
  const store = storeOn(connections[0]!);
  await store.peek([chargeOf('ip:warm')]);
  const before = await evalshaCalls();
  await store.consume(['x', 'y', 'z'].map((bucketId) => chargeOf('ip:three', bucketId)));
  expect((await evalshaCalls()) - before).toBe(1);
  await Promise.all(Array.from({ length: 256 }, (_, i) => store.consume([chargeOf(`ip:many-${i}`)])));
  expect((await evalshaCalls()) - before).toBe(3);
});

test('scripts flushed again and again: few loads, no decision lost or made twice', async () => {
  const stores = connections.map((connection) => storeOn(connection));
  await server.cli('CONFIG', 'RESETSTAT');
  const flushing = { isOver: false };
  let flushes = 0;
  const storm = (async () => {
    for (; !flushing.isOver; flushes++) await server.cli('SCRIPT', 'FLUSH');
  })();
  let admitted = 0;
  let decided = 0;
  for (let round = 0; round < 50; round++) {
    const calls = Array.from({ length: 200 }, (_, i) => stores[i % 2]!.consume([chargeOf(`ip:storm-${round}`)]));
    for (const [verdict] of await Promise.all(calls)) {
      decided++;
      admitted += verdict!.granted;
    }
  }
  flushing.isOver = true;
  await storm;
  expect(decided).toBe(50 * 200);
  expect(admitted).toBe(50 * LIMIT);
  const loads = Number(/cmdstat_script\|load:calls=(\d+)/.exec(await server.cli('INFO', 'commandstats'))?.[1]);
  expect(flushes).toBeGreaterThan(0);
  expect(loads).toBeGreaterThan(0);
  // Each of the two processes loads once a flush.
  expect(loads).toBeLessThanOrEqual(2 * (flushes + 1));
});

test('a decision does not load the script where it is known', async () => {
  const clock = new FakeClock();
  await storeOn(connections[0]!).peek([chargeOf('ip:warm')]);
  await server.cli('CONFIG', 'RESETSTAT');
  await storeOn(connections[1]!, { nowTicks: () => clock.nowTicks() }).peek([chargeOf('ip:warm')]);
  expect(await server.cli('INFO', 'commandstats')).not.toContain('script|load');
});

test('a key of another type fails the calls that need it, in words', async () => {
  const store = storeOn(connections[0]!);
  await store.consume([chargeOf('ip:typed')]);
  const key = (await server.cli('KEYS', '*')).split('\n');
  await server.cli('FLUSHALL');
  for (const name of key) await server.cli('SET', name, 'text');
  const failureOf = (identity: string) =>
    store.consume([chargeOf(identity)]).then(
      () => undefined,
      (error: unknown) => error,
    );
  // Whoever is asked together with it has certainly not been charged.
  const failures = await Promise.all(['ip:beside', 'ip:typed'].map(failureOf));
  const uncounted = { code: 'STORE_UNAVAILABLE', mayHaveExecuted: false };
  expect(failures).toMatchObject([uncounted, uncounted]);
  expect(await store.peek([chargeOf('ip:beside')])).toMatchObject([{ remaining: LIMIT }]);
  await server.cli('FLUSHALL');
  expect(await store.consume([chargeOf('ip:typed')])).toMatchObject([{ granted: 1 }]);
});

test('a reset takes a long state away, whole', async () => {
  await server.cli('FLUSHALL');
  const clock = new FakeClock();
  const store = storeOn(connections[0]!, { nowTicks: () => clock.nowTicks() });
  const day = { ...chargeOf('ip:long'), quota: quotaOf({ limit: LIMIT, per: '1d' }) };
  for (let i = 0; i < 11; i++) {
    await store.consume([day]);
    clock.advance(7_200_000);
  }
  const [key = ''] = (await server.cli('KEYS', '*')).trim().split('\n');
  // It is kept in two fields.
  expect((await server.cli('HKEYS', key)).trim().split('\n')).toHaveLength(2);
  await store.reset(day.bucketId, day.identity);
  expect((await server.cli('EXISTS', key)).trim()).toBe('0');
});
