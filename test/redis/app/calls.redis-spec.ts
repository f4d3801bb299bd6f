import { Controller, Get } from '@nestjs/common';
import { connect } from 'node:net';
import { RateLimit } from 'nest-floodgate';
import { type LimitedApp, startLimited } from '../../e2e/rate-limit/app';
import { tally, times } from '../../support/client';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { until } from '../../support/load-until';
import { expectNobodyConnected, expectNoKeyForEver } from '../failures/scene';

const algorithms = ['sliding-window', 'token-bucket', 'fixed-window'] as const;

@Controller()
class PagesController {
  @Get('three') @RateLimit(...algorithms) three(): string {
    return 'three';
  }
  @Get('sliding-window') @RateLimit('sliding-window') sliding(): string {
    return 'sliding';
  }
  @Get('token-bucket') @RateLimit('token-bucket') bucket(): string {
    return 'bucket';
  }
  @Get('fixed-window') @RateLimit('fixed-window') fixed(): string {
    return 'fixed';
  }
}

let server: RedisServer;
let app: LimitedApp;

beforeEach(async () => {
  server = await startRedis();
  const policies = Object.fromEntries(algorithms.map((algorithm) => [algorithm, { limit: 10, per: '1h', algorithm }]));
  const store = { type: 'redis', url: server.url, deadlineMs: 5_000, failBootWithoutStore: true } as const;
  app = await startLimited({ controllers: [PagesController], options: { store, policies } });
});
afterEach(async () => {
  await app.close();
  await expectNoKeyForEver(server);
  await expectNobodyConnected(server);
  await server.stop();
});

/** How often Redis was asked to run a script so far. */
async function scriptCalls(): Promise<number> {
  const stats = await server.cli('INFO', 'commandstats');
  return [...stats.matchAll(/cmdstat_(?:evalsha|eval|fcall)\w*:calls=(\d+)/g)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

/** What Redis is told meanwhile, by clients and by their scripts. */
async function monitored(act: () => Promise<unknown>): Promise<string[]> {
  const socket = connect(server.port, server.host);
  let text = '';
  socket.on('data', (data) => (text += String(data)));
  socket.write('MONITOR\r\n');
  await until('MONITOR', () => text.startsWith('+OK'));
  await act();
  const end = `the end of ${performance.now()}`;
  await server.cli('ECHO', end);
  await until('everything to be told', () => text.includes(end));
  socket.destroy();
  return text.split('\r\n').filter((line) => line.includes('"') && !BY_THE_SECOND.test(line));
}

/** What every instance writes once a second, whoever is limited. */
const BY_THE_SECOND = /\{(?:control|stats)\}/;

async function bucketKeys(): Promise<string[]> {
  const keys = (await server.cli('KEYS', '*')).split('\n');
  return keys.filter((key) => !BY_THE_SECOND.test(key)).sort();
}

const WRITES =
  /"(?:h(?:set|del|incrby|setnx|mset)|set|setex|psetex|del|unlink|p?expire(?:at)?|persist|restore|incr(?:by)?)"/i;

it('asks once a request, however many policies it has', async () => {
  const client = app.client();
  await client.get('/three');
  const before = await scriptCalls();
  expect(tally(await times(15, () => client.get('/three')))).toEqual({ 200: 9, 429: 6 });
  const calls = (await scriptCalls()) - before;
  expect(calls).toBeGreaterThanOrEqual(9);
  expect(calls).toBeLessThanOrEqual(15);
});

it('asks less often than once a decision where many come at once', async () => {
  await app.client().get('/three');
  const before = await scriptCalls();
  await Promise.all(Array.from({ length: 100 }, (_, i) => app.limiter.consume('token-bucket', `somebody-${i}`)));
  expect((await scriptCalls()) - before).toBeLessThanOrEqual(2);
});

it.each(algorithms)('a request that is denied by a %s leaves no trace', async (path) => {
  const client = app.client();
  const admitted = await monitored(() => times(10, () => client.get(`/${path}`)));
  // The test would see a write if there was one.
  expect(admitted.filter((line) => WRITES.test(line)).length).toBeGreaterThanOrEqual(10);
  const keys = await bucketKeys();
  const dump = () => Promise.all(keys.map((key) => server.cli('DUMP', key)));
  const before = await dump();
  const denied = await monitored(async () => {
    expect(tally(await times(20, () => client.get(`/${path}`)))).toEqual({ 429: 20 });
  });
  expect(denied.filter((line) => WRITES.test(line))).toEqual([]);
  expect(await dump()).toEqual(before);
  expect(await bucketKeys()).toEqual(keys);
});
