import { setImmediate as turn } from 'node:timers/promises';
import { quotaOf, type Verdict } from 'nest-floodgate/testing';
import { DenialCache } from '../../../libs/rate-limit/src/engine/denial-cache/denial-cache';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { closeAll, connect, storeOn } from './store-under-test';

jest.setTimeout(30_000);

const FLOOD_MS = 2_200;
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

/** How long a refusal is remembered before somebody asks again. */
const MEMORY_MS = 900;

// What is known of the wait for some units says nothing of that for fewer, of which each may be asked for once.
it.each([
  { name: 'of one cost', costOf: () => 1, callsAMemory: 1 },
  { name: 'of many costs', costOf: () => 1 + Math.floor(Math.random() * 20), callsAMemory: 5 },
])('a flood of refused calls $name costs a call of Redis a key and second', async ({ name, costOf, callsAMemory }) => {
  const cache = new DenialCache({ store: storeOn(await connect([server.port])) });
  const hour = quotaOf({ limit: 5, per: '1h' });
  const day = quotaOf({ limit: 1_000, per: '1d', algorithm: 'fixed-window' });
  const call = (cost: number) => [
    { bucketId: `${name} by hour`, identity: 'ip:1', quota: hour, cost },
    { bucketId: `${name} by day`, identity: 'user:1', quota: day, cost },
  ];
  await cache.consume(call(5));
  const startMs = performance.now();
  await cache.consume(call(1));
  const before = await evalshaCalls();
  const calls = await floodFor(FLOOD_MS, () => cache.consume(call(costOf())));
  const memories = Math.ceil((performance.now() - startMs) / MEMORY_MS);
  expect(calls).toBeGreaterThan(2_000);
  expect((await evalshaCalls()) - before).toBeLessThanOrEqual(memories * callsAMemory);
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
  // Before the last of these calls, so that nothing is admitted of what came before it.
  let startMs = 0;
  while (refused === 0) {
    startMs = performance.now();
    await Promise.all(Array.from({ length: 50 }, take));
  }
  admitted = 0;
  const before = await evalshaCalls();
  const calls = await floodFor(1_500, take);
  const seconds = (performance.now() - startMs) / 1_000;
  const [{ remaining }] = (await cache.peek([charge])) as [Verdict];
  expect(calls).toBeGreaterThan(2 * perSecond * seconds);
  expect(admitted).toBeLessThanOrEqual(perSecond * seconds + 1);
  // What came back while this process stood still at the end waits for the next call.
  expect((admitted + remaining) / (perSecond * seconds)).toBeGreaterThan(0.95);
  expect(admitted / (perSecond * seconds)).toBeGreaterThan(0.5);
  // 40 times a second what has gathered is taken, by so many calls at once as come until it is gone.
  expect((await evalshaCalls()) - before).toBeLessThan(40 * seconds * 4);
});
