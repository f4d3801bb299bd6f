import { Controller, type ExecutionContext, Get, Logger, Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, Throttle, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { RateLimit, RateLimitGuard, RateLimitModule, type RateLimitModuleOptions } from 'nest-floodgate';
import { fromThrottlerOptions, RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { adapters, type RunningApp, startApp } from '../support/apps';
import { Client, tally, times } from '../support/client';
import { until } from '../support/load-until';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

@Controller('plain')
class PlainController {
  @Get()
  ok(): string {
    return 'ok';
  }

  @Get('other')
  other(): string {
    return 'ok';
  }

  @Get('skip')
  @SkipThrottle()
  skip(): string {
    return 'ok';
  }

  @Get('by-user')
  @Throttle({ short: { limit: 1, getTracker: (request) => String(request['headers']['x-user']) } })
  byUser(): string {
    return 'ok';
  }

  @Get('beside')
  @RateLimit({ name: 'own', limit: 1, per: '1m' })
  @SkipThrottle({ long: true })
  beside(): string {
    return 'ok';
  }
}

@Controller('strict')
@Throttle({ short: { limit: () => 2 } })
@RateLimit({ name: 'of-class', limit: 3, per: '1m' })
class StrictController {
  @Get()
  ok(): string {
    return 'ok';
  }

  @Get('milder')
  @Throttle({ short: { limit: 4 } })
  milder(): string {
    return 'ok';
  }
}

function appWith(options: RateLimitModuleOptions): Type {
  @Module({
    imports: [RateLimitModule.forRoot(options)],
    controllers: [PlainController, StrictController],
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  })
  class AppModule {}
  return AppModule;
}

const THROTTLERS = [
  { name: 'short', ttl: 10_000, limit: 10 },
  { name: 'long', ttl: 60_000, limit: 5 },
];

let server: RedisServer;
const apps: RunningApp[] = [];

beforeAll(async () => {
  Logger.overrideLogger(['error']);
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

describe.each(adapters)('fromThrottlerOptions on %s', (adapter) => {
  async function start(options: ThrottlerModuleOptions): Promise<Client> {
    const running = await startApp(appWith(fromThrottlerOptions(options)), adapter, { logger: ['fatal'] });
    apps.push(running);
    return new Client(running.url);
  }

  test('limits each route by itself, and answers as @nestjs/throttler does', async () => {
    const client = await start(THROTTLERS);
    expect(tally(await times(6, () => client.get('/plain')))).toEqual({ 200: 5, 429: 1 });
    const { body, headers } = await client.get('/plain');
    expect(body).toEqual({ statusCode: 429, message: 'ThrottlerException: Too Many Requests' });
    expect(headers['retry-after']).toBe('60');
    expect((await client.get('/plain/other')).status).toBe(200);
  });

  test('heeds @Throttle and @SkipThrottle of method and class, beside @RateLimit', async () => {
    const client = await start(THROTTLERS);
    expect(tally(await times(7, () => client.get('/plain/skip')))).toEqual({ 200: 7 });
    expect(tally(await times(4, () => client.get('/strict')))).toEqual({ 200: 2, 429: 2 });
    expect(tally(await times(4, () => client.get('/plain/beside')))).toEqual({ 200: 1, 429: 3 });
    // Three for the class's own @RateLimit, of which two are gone.
    expect(tally(await times(2, () => client.get('/strict/milder')))).toEqual({ 200: 2 });
    const of = (user: string) => client.get('/plain/by-user', { 'x-user': user });
    expect([await of('ann'), await of('bob'), await of('ann')].map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  test('asks skipIf, ignoreUserAgents, getTracker, generateKey and errorMessage', async () => {
    const client = await start({
      throttlers: [{ ttl: 10_000, limit: 1 }],
      skipIf: (context) => context.switchToHttp().getRequest<{ url: string }>().url === '/strict',
      ignoreUserAgents: [/robot/g],
      getTracker: (request) => String(request['headers']['x-user']),
      generateKey: (_context, tracker, name) => `${name} ${tracker}`,
      errorMessage: (_context, { limit }) => `Only ${limit}`,
    });
    expect(tally(await times(3, () => client.get('/strict')))).toEqual({ 200: 3 });
    expect(tally(await times(3, () => client.get('/plain', { 'user-agent': 'robot' })))).toEqual({ 200: 3 });
    expect((await client.get('/plain', { 'x-user': 'ann' })).status).toBe(200);
    const { status, body } = await client.get('/plain/other', { 'x-user': 'ann' });
    expect([status, body.message]).toEqual([429, 'Only 1']);
    expect((await client.get('/plain', { 'x-user': 'bob' })).status).toBe(200);
  });

  test('skips where skipIf returns what counts as true, as the guard of the package does', async () => {
    const header: unknown = (context: ExecutionContext) =>
      context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['x-skip'];
    const client = await start({ throttlers: [{ ttl: 10_000, limit: 1, skipIf: header as () => boolean }] });
    expect(tally(await times(2, () => client.get('/plain', { 'x-skip': 'yes' })))).toEqual({ 200: 2 });
    expect(tally(await times(2, () => client.get('/plain')))).toEqual({ 200: 1, 429: 1 });
  });

  test('keeps its buckets in the Redis of a RedisThrottlerStorage', async () => {
    const storage = new RedisThrottlerStorage(server.url, { prefix: `module-${adapter}`, deadlineMs: 5_000 });
    const client = await start({ throttlers: [...THROTTLERS], storage });
    expect(tally(await times(6, () => client.get('/plain')))).toEqual({ 200: 5, 429: 1 });
    expect(await server.cli('--scan', '--pattern', `module-${adapter}:*`)).not.toBe('');
  });
});

describe('a RedisThrottlerStorage that is handed over', () => {
  const storageNamed = (prefix: string): RedisThrottlerStorage =>
    new RedisThrottlerStorage(server.url, { prefix, connectionName: prefix, deadlineMs: 5_000 });
  const optionsWith = (storage: RedisThrottlerStorage): ThrottlerModuleOptions => ({
    throttlers: [...THROTTLERS],
    storage,
  });
  const connectionsNamed = async (name: string): Promise<number> =>
    (await server.cli('client', 'list')).split('\n').filter((line) => line.includes(` name=${name} `)).length;

  test('leaves one connection to the app, and none when that is closed', async () => {
    const app = await startApp(appWith(fromThrottlerOptions(optionsWith(storageNamed('one')))), 'express', {
      logger: ['fatal'],
    });
    const client = new Client(app.url);
    await until('a connection', async () => (await connectionsNamed('one')) > 0);
    expect((await client.get('/plain')).status).toBe(200);
    expect(await connectionsNamed('one')).toBe(1);
    await app.close();
    await until('no connection', async () => (await connectionsNamed('one')) === 0);
  });

  test('gives up a connection that it has made before, and makes it again where it is still asked', async () => {
    const storage = storageNamed('asked');
    await storage.untilReady();
    fromThrottlerOptions(optionsWith(storage));
    await until('no connection', async () => (await connectionsNamed('asked')) === 0);
    await storage.untilReady();
    expect(await storage.increment('client', 60_000, 3, 60_000, 'default')).toMatchObject({ totalHits: 1 });
    expect(await connectionsNamed('asked')).toBe(1);
    await storage.close();
    await until('no connection', async () => (await connectionsNamed('asked')) === 0);
  });
});

test('refuses what has no counterpart', () => {
  expect(() => fromThrottlerOptions([{ ttl: () => 1_000, limit: 1 }])).toThrow('throttlers[0].ttl: is a function.');
  expect(() => fromThrottlerOptions([{ ttl: 1_000, limit: '' as never }])).toThrow('throttlers[0].limit: is "".');
  const unnamed = { ttl: 1_000, limit: 3 };
  expect(() => fromThrottlerOptions([unnamed, { ttl: 60_000, limit: 20 }])).toThrow(
    'throttlers[1].name: is "default", as that of throttlers[0]. Each is a policy of its name: write another.',
  );
});
