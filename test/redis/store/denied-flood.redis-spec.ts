import { setImmediate as turn } from 'node:timers/promises';
import { quotaOf } from 'nest-floodgate/testing';
import { DenialCache } from '../../../libs/rate-limit/src/engine/denial-cache/denial-cache';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { closeAll, connect, storeOn } from './store-under-test';

jest.setTimeout(30_000);

const FLOOD_MS = 3_200;
let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await closeAll();
  await server.stop();
});

const evalshaCalls = async () =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.cli('INFO', 'commandstats'))?.[1] ?? 0);

async function floodFor(ms: number, call: () => unknown): Promise<number> {
  const endMs = performance.now() + ms;
  let calls = 0;
  while (performance.now() < endMs) {
    await Promise.all(Array.from({ length: 50 }, call));
    calls += 50;
    await turn();
  }
  return calls;
}

it.each([
  { name: 'of one cost', costOf: () => 1 },
  { name: 'of many costs', costOf: () => 1 + Math.floor(Math.random() * 20) },
])('a flood of refused calls $name costs one call of Redis a key and second', async ({ name, costOf }) => {
  const cache = new DenialCache({ store: storeOn(await connect([server.port])) });
  const hour = quotaOf({ limit: 5, per: '1h' });
  const day = quotaOf({ limit: 1_000, per: '1d', algorithm: 'fixed-window' });
  const call = (cost: number) => [
    { bucketId: `${name} by hour`, identity: 'ip:1', quota: hour, cost },
    { bucketId: `${name} by day`, identity: 'user:1', quota: day, cost },
  ];
  await cache.consume(call(5));
  await cache.consume(call(1));
  const before = await evalshaCalls();
  const calls = await floodFor(FLOOD_MS, () => cache.consume(call(costOf())));
  expect(calls).toBeGreaterThan(10_000);
  expect((await evalshaCalls()) - before).toBeLessThanOrEqual(Math.ceil(FLOOD_MS / 900));
});

it('an overloaded key that refills fast costs a call every 25 ms, and nobody gets less for it', async () => {
  const cache = new DenialCache({ store: storeOn(await connect([server.port])) });
  const perSecond = 1_000;
  const quota = quotaOf({ algorithm: 'token-bucket', limit: perSecond, per: '1s' });
  const charge = { bucketId: 'fast', identity: 'ip:1', quota, cost: 1 };
  let admitted = 0;
  let refused = 0;
  const take = async (): Promise<void> => {
    const [verdict] = await cache.consume([charge]);
    if (verdict!.granted === 1) admitted++;
    else refused++;
  };
  while (refused === 0) await Promise.all(Array.from({ length: 50 }, take));
  admitted = 0;
  const startMs = performance.now();
  const before = await evalshaCalls();
  const calls = await floodFor(1_500, take);
  const seconds = (performance.now() - startMs) / 1_000;
  expect(calls).toBeGreaterThan(10 * perSecond * seconds);
  expect(admitted / (perSecond * seconds)).toBeGreaterThan(0.95);
  expect(admitted).toBeLessThanOrEqual(perSecond * seconds + 1);
  // 40 times a second what has gathered is taken, by so many calls at once as come until it is gone.
  expect((await evalshaCalls()) - before).toBeLessThan(40 * seconds * 4);
});
