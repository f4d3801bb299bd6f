// A Nest application with one route, in a process of its own. The arguments say what limits it, and its platform.
// Tells its parent the port when it listens, and the CPU time it has used when asked.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { Operations, RateLimitGuard, RateLimitModule } from 'nest-floodgate';
import { RateLimitAdmin, RateLimitAdminModule } from 'nest-floodgate/admin';
import { RateLimitMetricsModule } from 'nest-floodgate/metrics';
import { Registry } from 'prom-client';
import { serveParent } from './http-parent.mjs';

/** Too high for anybody to be refused. */
const LIMIT = 1_000_000_000;
/** What every request of a load but the first goes beyond. */
const REFUSING = 1;
const WINDOWS = { short: '1m', middle: '1h', long: '1d' };

function floodgate(options, limit = LIMIT) {
  const policies = Object.fromEntries(Object.entries(WINDOWS).map(([name, per]) => [name, { limit, per }]));
  return {
    imports: [RateLimitModule.forRoot({ policies, everyRoute: Object.keys(WINDOWS), ...options })],
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  };
}

/** Under a load beyond what two cores can do, late answers and not answers from memory are what is measured. */
const onRedis = (options, limit) =>
  floodgate(
    {
      store: { type: 'redis', url: process.env.REDIS_URL, deadlineMs: 10_000, failBootWithoutStore: true },
      ...options,
    },
    limit,
  );

function nestLab(limit = LIMIT) {
  const throttlers = Object.entries({ short: 60_000, middle: 3_600_000, long: 86_400_000 }).map(([name, ttl]) => ({
    name,
    ttl,
    limit,
  }));
  const storage = new ThrottlerStorageRedisService(process.env.REDIS_URL);
  return {
    imports: [ThrottlerModule.forRoot({ throttlers, storage })],
    providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
  };
}

/** With the control plane: nobody has decided anything, and nothing is recorded. */
function withAdmin({ imports, ...rest }) {
  const token = 'a-token-for-benches-of-more-than-32-characters';
  return { imports: [...imports, RateLimitAdminModule.forRoot({ token })], ...rest };
}

/** With what a deployed application has for being watched. */
function watched({ imports, ...rest }) {
  return { imports: [...imports, RateLimitMetricsModule.forRoot({ registry: new Registry() })], ...rest };
}

const variants = {
  none: () => ({}),
  'default headers': () => floodgate({}),
  'default headers, admin': () => withAdmin(floodgate({})),
  'headers: false': () => floodgate({ headers: false }),
  'redis, default headers': () => onRedis({}),
  'redis, default headers, admin': () => withAdmin(onRedis({})),
  'redis, headers: false': () => onRedis({ headers: false }),
  watched: () => watched(floodgate({})),
  'redis, watched': () => watched(onRedis({})),
  'redis, leased': () => onRedis({ lease: 'auto' }),
  'redis, leased, headers: false': () => onRedis({ lease: 'auto', headers: false }),
  'nest-lab': () => nestLab(),
  refusing: () => floodgate({}, REFUSING),
  'redis, refusing': () => onRedis({}, REFUSING),
  'nest-lab, refusing': () => nestLab(REFUSING),
  // One throttler, not three: it keeps a list of all hits of a window, which at this load would be all it measures.
  '@nestjs/throttler': () => ({
    imports: [ThrottlerModule.forRoot([{ ttl: 1_000, limit: LIMIT }])],
    providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
  }),
};

class HelloController {
  hello() {
    return { hello: 'world' };
  }
}
Get()(HelloController.prototype, 'hello', Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello'));
Controller()(HelloController);

const nothing = () => 0;

/** Counts and times nothing any more, or does so again. There is no option for that, since it costs so little. */
function statisticsSwitch({ statistics }) {
  const found = ['begin', 'decidedRequest', 'bypassedRequest', 'failedRequest'].map((name) => [name, statistics[name]]);
  const { store } = statistics;
  const { answered } = store;
  return (isOn) => {
    for (const [name, method] of found) statistics[name] = isOn ? method : nothing;
    store.answered = isOn ? answered : nothing;
  };
}

/** Writes down nothing for operators any more, or does so again. */
function journalSwitch({ core }) {
  const { control } = core.runtime.registry;
  const { tap } = control;
  return (isOn) => {
    control.tap = isOn ? tap : undefined;
  };
}

const [variant, platform] = process.argv.slice(2);

class AppModule {}
Module({ controllers: [HelloController], ...variants[variant]() })(AppModule);

const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(AppModule, adapter, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
const turn = variant.endsWith('admin')
  ? journalSwitch(app.get(RateLimitAdmin))
  : variant.endsWith('watched') && statisticsSwitch(app.get(Operations));
serveParent(app.getHttpServer().address().port, turn);
