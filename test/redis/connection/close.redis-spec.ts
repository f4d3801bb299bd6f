import { Stalls } from '../../support/load-stalls';
import { type RedisServer, startRedis, startTcpProxy } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

const scene = new Scene();
let server: RedisServer;

beforeEach(async () => {
  server = scene.keep(await startRedis());
});

afterEach(async () => {
  await scene.end();
});

/** Sockets and timers that keep this process alive. */
const openHere = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;

it.each([
  ['while connected', 'pass' as const],
  ['while it reconnects', 'refuse' as const],
  ['while nothing answers', 'blackhole' as const],
])('closes %s, within two seconds, and leaves nothing open', async (_when, mode) => {
  const before = openHere();
  const proxy = scene.keep(await startTcpProxy(server.port));
  const connection = scene.connect({ host: '127.0.0.1', port: proxy.port });
  await connection.waitUntilReady(READY_MS);
  await proxy.set(mode);
  if (mode === 'refuse') await until(() => !connection.isReady);
  const underWay = connection.client.ping().catch(() => 'not answered');
  const closing = () => Promise.all([connection.close(), connection.close()]);
  expect(await Stalls.msWithout(closing)).toBeLessThan(2_000);
  expect(await underWay).toBe(mode === 'pass' ? 'PONG' : 'not answered');
  expect(scene.lines.slice(-2)).toEqual(['[Redis] Closing connection…', '[Redis] Connection closed']);
  await until(() => proxy.connections === 0);
  await proxy.close();
  await until(() => openHere() <= before);
  expect(connection.isReady).toBe(false);
});
