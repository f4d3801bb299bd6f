// A Nest application on Fastify with three named throttlers on the Redis at REDIS_URL, in a process of its own. The
// argument says which guard and storage. Tells its parent the port when it listens, and the CPU time it has used when asked.
import 'reflect-metadata';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { FloodgateThrottlerGuard, RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { serveParent } from './http-parent.mjs';

const [variant] = process.argv.slice(2);
const redisUrl = process.env.REDIS_URL;

/** Too high for anybody to be refused: nest-lab's storage would never let a refused client in again. */
const LIMIT = 1_000_000_000;
const throttlers = [
  { name: 'short', ttl: 1_000, limit: LIMIT },
  { name: 'middle', ttl: 60_000, limit: LIMIT },
  { name: 'long', ttl: 3_600_000, limit: LIMIT },
];

const storage = (options) => () => new RedisThrottlerStorage(redisUrl, options);

const variants = {
  none: undefined,
  'stock and nest-lab': { guard: ThrottlerGuard, makeStorage: () => new ThrottlerStorageRedisService(redisUrl) },
  // Under a load beyond what two cores can do, late answers and not answers from memory are what is measured.
  'step 1': { guard: ThrottlerGuard, makeStorage: storage({ deadlineMs: 2_000 }) },
  'step 2': { guard: FloodgateThrottlerGuard, makeStorage: storage({ deadlineMs: 2_000, prefix: 'step2' }) },
  'step 1, default deadline': { guard: ThrottlerGuard, makeStorage: storage() },
  'step 2, default deadline': { guard: FloodgateThrottlerGuard, makeStorage: storage() },
};

const CLIENTS = 10_000;
let requests = 0;

/** The next of ten thousand clients with every request, the same one for all of its throttlers. */
function getTracker(request) {
  return (request.client ??= `client ${requests++ % CLIENTS}`);
}

class HelloController {
  hello() {
    return { hello: 'world' };
  }
}
Get()(HelloController.prototype, 'hello', Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello'));
Controller()(HelloController);

class AppModule {}
const limited = variants[variant];
Module({
  controllers: [HelloController],
  ...(limited && {
    imports: [ThrottlerModule.forRoot({ throttlers, getTracker, storage: limited.makeStorage() })],
    providers: [{ provide: APP_GUARD, useClass: limited.guard }],
  }),
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
serveParent(app.getHttpServer().address().port);
