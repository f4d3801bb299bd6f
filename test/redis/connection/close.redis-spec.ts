import { Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RateLimitModule } from 'nest-floodgate';
import { setTimeout as pause } from 'node:timers/promises';
import { Stalls } from '../../support/load-stalls';
import { type RedisServer, startRedis, startTcpProxy } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

const QUIET: Readonly<NestApplicationOptions> = { logger: false, abortOnError: false };

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

it('ends the wait of those who wait for it, who else would keep the process', async () => {
  const before = openHere();
  const connection = scene.connect({ host: '127.0.0.1', port: 1 });
  const waiting = connection.waitUntilReady(60_000);
  const told = expect(waiting).rejects.toThrow(/^The connection to .* was closed\.$/);
  await connection.close();
  await told;
  await expect(connection.waitUntilReady(60_000)).rejects.toThrow('was closed');
  await until(() => openHere() <= before);
});

it('leaves nothing open where a forFeature stops the boot', async () => {
  const policies = { feature: { limit: 1, per: '1m' } };
  const store = { type: 'redis', url: server.url } as const;
  const logger = { warn: () => undefined, error: () => undefined };
  @Module({
    imports: [RateLimitModule.forRoot({ policies, store, logger }), RateLimitModule.forFeature({ policies })],
  })
  class TwiceModule {}
  await expect(NestFactory.create(TwiceModule, QUIET)).rejects.toThrow('defines "feature" a second time');
  // One that is just being opened would not be seen.
  await pause(500);
  const clients = await server.cli('CLIENT', 'LIST');
  expect(clients.trim().split('\n')).toEqual([expect.stringContaining(' cmd=client')]);
});
