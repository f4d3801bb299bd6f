import { Controller, Get } from '@nestjs/common';
import Redis from 'ioredis';
import { type Decision, RateLimit, type RateLimiter } from 'nest-floodgate';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { type LimitedApp, startLimited } from '../../e2e/rate-limit/app';
import { until } from '../../support/load-until';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';

jest.setTimeout(60_000);

@Controller()
class PagesController {
  @Get() @RateLimit('minute', 'burst', 'daily') page(): string {
    return 'page';
  }
}

const KEY = '192.0.2.1';
const LIMITS = { minute: 4_000, burst: 2_000, daily: 3_000 };
const NAMES = Object.keys(LIMITS);
let server: RedisServer;
let redis: Redis;

beforeEach(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterEach(async () => {
  redis.disconnect();
  await server.stop();
});

function start(): Promise<LimitedApp> {
  const policies = {
    minute: { limit: LIMITS.minute, per: '1m' },
    burst: { limit: 500, burst: LIMITS.burst, per: '1h', algorithm: 'token-bucket' },
    daily: { limit: LIMITS.daily, per: '1d', algorithm: 'fixed-window' },
    strict: { limit: LIMITS.minute, per: '1m', lease: false },
  } as const;
  const store = { type: 'redis', url: server.url, deadlineMs: 5_000, failBootWithoutStore: true } as const;
  return startLimited({ controllers: [PagesController], options: { store, policies, lease: 'auto' } });
}

const scripts = async (): Promise<number> =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1] ?? 0);

/** Calls one after another, at a pace that lets what comes from Redis be read, until enough of them came out so. */
async function call(
  limiter: RateLimiter,
  times: number,
  policies: string | string[] = NAMES,
  key = KEY,
): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (let i = 0; i < times; i++) {
    decisions.push(await limiter.consume(policies, key));
    if (i % 10 === 9) await pause(1);
    else await turn();
  }
  return decisions;
}

/** What comes back too late on a busy machine counts as spent. That does not happen to one client after another. */
async function someClient(comesBack: (key: string) => Promise<boolean>): Promise<void> {
  for (let i = 1; i <= 5; i++) {
    if (await comesBack(`192.0.2.${i}`)) return;
  }
  throw new Error('Of five clients, what was leased for none came back.');
}

const allowed = (decisions: readonly Decision[]): number => decisions.filter((decision) => decision.allowed).length;
const fromLease = (decisions: readonly Decision[]): number =>
  decisions.filter(({ source }) => source === 'lease').length;

test('instances share a hot key: no more than the limit passes, and few calls ask Redis', async () => {
  const apps = await Promise.all([start(), start(), start()]);
  const before = await scripts();
  const all = await Promise.all(apps.map(({ limiter }) => call(limiter, 600)));
  const asked = (await scripts()) - before;
  const decisions = all.flat();
  expect(allowed(decisions)).toBe(1_800);
  expect(fromLease(decisions)).toBeGreaterThan(900);
  expect(asked).toBeLessThan(900);
  // And now to the end: never one too many, in whatever order they come.
  const rest = (await Promise.all(apps.map(({ limiter }) => call(limiter, 300)))).flat();
  expect(1_800 + allowed(rest)).toBeLessThanOrEqual(LIMITS.burst + 10);
});

test('tells what is left as Redis would, and asks for every call of a policy that leases nothing', async () => {
  const { limiter } = await start();
  const decisions = await call(limiter, 300);
  for (const [made, { policies }] of decisions.entries()) {
    expect(policies.map(({ remaining }) => remaining).at(-1)).toBeLessThanOrEqual(LIMITS.daily - made - 1);
  }
  const leased = decisions.findLast(({ source }) => source === 'lease');
  expect(leased).toMatchObject({ allowed: true, policy: 'burst', granted: 1, retryAfterMs: 0 });
  expect(fromLease(await call(limiter, 300, 'strict'))).toBe(0);
});

test('what an instance holds comes back when it stops', async () => {
  const next = await start();
  await someClient(async (key) => {
    const app = await start();
    expect(fromLease(await call(app.limiter, 300, NAMES, key))).toBeGreaterThan(0);
    await app.close();
    const { policies } = await next.limiter.peek(NAMES, key);
    const [minute, , daily] = policies.map(({ remaining }) => remaining);
    return minute === LIMITS.minute - 300 && daily === LIMITS.daily - 300;
  });
});

test('what an instance holds comes back when nobody calls any more', async () => {
  const { limiter } = await start();
  const other = (await start()).limiter;
  await someClient(async (key) => {
    await call(limiter, 300, NAMES, key);
    // Longer than a lease lives.
    await pause(500);
    return (await other.peek('daily', key)).remaining === LIMITS.daily - 300;
  });
});

test('a refund of a leased call gives back one', async () => {
  const { limiter } = await start();
  await someClient(async (key) => {
    const decisions = await call(limiter, 300, 'daily', key);
    await limiter.refund(decisions.findLast(({ source }) => source === 'lease')!);
    await pause(500);
    return (await limiter.peek('daily', key)).remaining === LIMITS.daily - 299;
  });
});

test('a reset forgets what is leased too', async () => {
  const { limiter } = await start();
  expect(fromLease(await call(limiter, 300, 'daily'))).toBeGreaterThan(0);
  await limiter.reset('daily', KEY);
  expect((await limiter.peek('daily', KEY)).remaining).toBe(LIMITS.daily);
});

test('without Redis a lease lives to its end, and then the share of the limit decides', async () => {
  const { limiter } = await start();
  const before = await call(limiter, 300);
  expect(fromLease(before)).toBeGreaterThan(0);
  await server.kill();
  const sources = new Set<string>();
  await until('the share of the limit to decide', async () => {
    for (const { source } of await call(limiter, 20)) sources.add(source);
    return sources.has('fallback');
  });
  const after = await call(limiter, 20);
  expect(after.map(({ source }) => source)).toEqual(Array<string>(20).fill('fallback'));
});
