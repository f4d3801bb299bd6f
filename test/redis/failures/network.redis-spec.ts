import { setTimeout as pause } from 'node:timers/promises';
import {
  type ProxyMode,
  type RedisServer,
  startRedis,
  startTcpProxy,
  type TcpProxy,
} from '../../support/redis/index.mjs';
import { expectBroken } from './drill';
import type { Fleet } from './fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from './scene';

jest.setTimeout(60_000);

const scene = new Scene('A network that fails');
let server: RedisServer;
let proxy: TcpProxy;
let fleet: Fleet;

beforeEach(async () => {
  server = scene.keep(await startRedis());
  proxy = scene.keep(await startTcpProxy(server.port));
  fleet = await scene.fleet({ host: '127.0.0.1', port: proxy.port });
});
afterEach(async () => {
  await expectNoKeyForEver(server);
  await fleet.close();
  // What was swallowed left connections of the proxy behind, which only it can close.
  await proxy.close();
  await expectNobodyConnected(server);
  await scene.end();
});
afterAll(() => {
  scene.print();
});

const cases: readonly { readonly what: string; readonly mode: ProxyMode; readonly forMs: number }[] = [
  { what: 'swallows everything for 2.5 s', mode: 'blackhole', forMs: 2_500 },
  { what: 'resets every connection for 1 s', mode: 'reset', forMs: 1_000 },
  { what: 'delays by 200 ms for 1.5 s', mode: { delayMs: 200 }, forMs: 1_500 },
  // Longer than a window, and Redis still knows what came before: whoever is told twice of a unit would be denied.
  { what: 'refuses connections for 4 s', mode: 'refuse', forMs: 4_000 },
];

test.each(cases)('it $what', async ({ mode, forMs }) => {
  const outcome = await scene.drill(fleet, async () => {
    await proxy.set(mode);
    await pause(forMs);
    await proxy.set('pass');
  });
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
});
