import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../support/load-until';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { expectBroken } from './drill';
import type { Fleet } from './fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from './scene';

jest.setTimeout(60_000);

const scene = new Scene('One Redis that dies or freezes');
let server: RedisServer;
let fleet: Fleet;

const start = (failBootWithoutStore: boolean) =>
  scene.fleet({ host: server.host, port: server.port, failBootWithoutStore });

beforeEach(async () => {
  server = scene.keep(await startRedis());
});
afterEach(async () => {
  await expectNoKeyForEver(server);
  await fleet.close();
  await expectNobodyConnected(server);
  await scene.end();
});
afterAll(() => {
  scene.print();
});

test('killed, and started again with nothing in it', async () => {
  fleet = await start(true);
  const outcome = await scene.drill(
    fleet,
    async () => {
      await server.kill();
      await pause(1_000);
      await server.restart();
    },
    { losses: 1 },
  );
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
});

test('frozen for 2 s', async () => {
  fleet = await start(true);
  let told: readonly string[] = [];
  const outcome = await scene.drill(fleet, async () => {
    server.pause();
    await pause(2_000);
    told = fleet.lines.filter((line) => line.startsWith(`[Redis] 127.0.0.1:${server.port} is not asked`));
    server.resume();
  });
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
  // Each instance says once which Redis it is that does not answer.
  expect(told).toHaveLength(2);
});

test('not there when the apps start', async () => {
  await server.kill();
  fleet = await start(false);
  const complaints = () => fleet.lines.filter((line) => line.startsWith('[Redis] Cannot connect'));
  await until('both instances to complain', () => complaints().length === 2);
  const outcome = await scene.drill(fleet, () => server.restart());
  expectBroken(outcome);
  expect(complaints()).toHaveLength(2);
});
