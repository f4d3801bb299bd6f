import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { type ThrottlerStorage, ThrottlerStorageService } from '@nestjs/throttler';
import { RateLimiter, RateLimitModule, type RateLimitModuleOptions } from 'nest-floodgate';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

let server: RedisServer;
let clients = 0;
/** Every try of a test asks for somebody else. */
const newClient = () => `client ${++clients}`;
const closing: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
afterEach(async () => {
  for (const app of closing.splice(0)) await app.close();
});

const storages: [name: string, make: () => ThrottlerStorage][] = [
  ["nest-lab's on Redis", () => new ThrottlerStorageRedisService(server.url)],
  ["throttler's own in memory", () => new ThrottlerStorageService()],
];

async function start(storage: ThrottlerStorage, options: RateLimitModuleOptions, warnings: string[] = []) {
  const logger = { warn: (message: string) => warnings.push(message), error: () => undefined };
  const root = RateLimitModule.forRoot({ store: { type: 'throttler', storage }, logger, ...options });
  const quiet: Readonly<NonNullable<Parameters<typeof NestFactory.createApplicationContext>[1]>> = {
    logger: false,
    abortOnError: false,
  };
  const app = await NestFactory.createApplicationContext(root, quiet);
  closing.push(app);
  return app.get(RateLimiter);
}

describe.each(storages)('%s', (_name, make) => {
  test('keeps policies of the window kind, and says when there is room again', async () => {
    const limiter = await start(make(), { policies: { few: { limit: 2, per: '1s' } } });
    const [ann, bob] = [newClient(), newClient()];
    const decisions = [];
    for (let i = 0; i < 3; i++) decisions.push(await limiter.consume('few', ann));
    expect(decisions.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(decisions[2]?.retryAfterMs).toBe(1_000);
    expect((await limiter.consume('few', bob)).allowed).toBe(true);
    await sleep(1_050);
    expect((await limiter.consume('few', bob)).allowed).toBe(true);
  });

  test('refuses what such a storage cannot do, at the call', async () => {
    const limiter = await start(make(), { policies: { few: { limit: 2, per: '1m' } } });
    const ann = newClient();
    const decision = await limiter.consume('few', ann);
    const calls = [
      () => limiter.peek('few', ann),
      () => limiter.reset('few', ann),
      () => limiter.refund(decision),
      () => limiter.consume('few', ann, { cost: 2 }),
    ];
    for (const call of calls) {
      await expect((async () => call())()).rejects.toThrow('A throttler storage cannot');
    }
  });
});

test('refuses policies that such a storage cannot keep, at boot', async () => {
  const policies = {
    bucket: { limit: 2, per: '1s', algorithm: 'token-bucket' },
    monthly: { limit: 2, per: 'month', algorithm: 'fixed-window' },
    heavy: { limit: 2, per: '1s', cost: 2 },
  } as const;
  const boot = start(new ThrottlerStorageService(), { policies });
  await expect(boot).rejects.toThrow(/policy "bucket": is a token bucket.*policy "monthly".*policy "heavy"/s);
  await expect(start({} as never, {})).rejects.toThrow('store.storage: is an object, which is no throttler storage.');
});

test('several policies are asked one after the other, of which is warned once', async () => {
  Logger.overrideLogger(false);
  const warnings: string[] = [];
  const policies = { wide: { limit: 5, per: '1m' }, narrow: { limit: 1, per: '1m' } };
  const limiter = await start(new ThrottlerStorageService(), { policies }, warnings);
  const both = [
    { policy: 'wide', key: 'ann' },
    { policy: 'narrow', key: 'ann' },
  ] as const;
  const allowed = [];
  for (let i = 0; i < 2; i++) allowed.push((await limiter.consume(both)).allowed);
  expect(allowed).toEqual([true, false]);
  expect((await limiter.consume('wide', 'ann')).remaining).toBe(2);
  expect(warnings.filter((message) => message.includes('one after the other'))).toHaveLength(1);
});
