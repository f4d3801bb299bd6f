// What a million random keys of one client leave in Redis, with the option newKeys and without it.
// node bench/new-keys.mjs [requests]
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { byHeader, RateLimitGuard, RateLimitModule } from 'nest-floodgate';
import { startRedis } from '../test/support/redis/index.mjs';

setFlagsFromString('--expose-gc');
const REQUESTS = Number(process.argv[2] ?? 1_000_000);
const AT_ONCE = 256;

class Shop {
  search() {
    return 'found';
  }
}
Get('search')(Shop.prototype, 'search', Object.getOwnPropertyDescriptor(Shop.prototype, 'search'));
Controller()(Shop);

/** What is in use, without what is garbage: that says only when the collector last had time. */
function heapMegabytes() {
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function measure(name, newKeys) {
  const redis = await startRedis();
  class App {}
  Module({
    imports: [
      RateLimitModule.forRoot({
        policies: { search: { limit: 100, per: '10m', key: byHeader('x-key') } },
        everyRoute: ['search'],
        store: { type: 'redis', url: redis.url, deadlineMs: 10_000, failBootWithoutStore: true },
        ...(newKeys === undefined ? {} : { newKeys }),
      }),
    ],
    controllers: [Shop],
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  })(App);
  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: ['error'] });
  await app.init();
  const server = app.getHttpAdapter().getInstance();
  const bytes = async () => Number(/used_memory:(\d+)/.exec(await redis.cli('INFO', 'memory'))[1]);
  const startHeap = heapMegabytes();
  const [startMs, startBytes] = [performance.now(), await bytes()];
  let next = 0;
  let refused = 0;
  const client = async () => {
    while (next++ < REQUESTS) {
      const headers = { 'x-key': `${next}-${Math.random()}` };
      const { statusCode } = await server.inject({ url: '/search', headers, remoteAddress: '198.51.100.7' });
      if (statusCode === 429) refused++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const seconds = (performance.now() - startMs) / 1_000;
  const grown = ((await bytes()) - startBytes) / 2 ** 20;
  const keys = Number(await redis.cli('DBSIZE'));
  const heap = heapMegabytes() - startHeap;
  console.log(
    `${name}: ${REQUESTS} requests in ${seconds.toFixed(0)} s; ${keys} keys, ${grown.toFixed(1)} MB more in Redis; ` +
      `${refused} refused; heap ${heap.toFixed(1)} MB more`,
  );
  await app.close();
  await redis.stop();
}

await measure('newKeys: {}', {});
await measure('without newKeys', undefined);
