import { Controller, Get } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { RateLimit } from 'nest-floodgate';
import { type LimitedApp, startLimited } from '../../e2e/rate-limit/app';
import { Stalls } from '../../support/load-stalls';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';

@Controller()
class PagesController {
  @Get() @RateLimit('search', 'daily') page(): string {
    return 'page';
  }
}

let server: RedisServer;

beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.stop());

function start(adapter: 'express' | 'fastify' = 'express'): Promise<LimitedApp> {
  const policies = {
    search: { limit: 5, per: '1h' },
    daily: { limit: 1_000, per: '1d', algorithm: 'fixed-window' },
    bytes: { limit: 2_000, per: '1s', algorithm: 'token-bucket' },
  } as const;
  const store = { type: 'redis', url: server.url, deadlineMs: 5_000, failBootWithoutStore: true } as const;
  return startLimited({ adapter, controllers: [PagesController], options: { store, policies } });
}

it.each(['express', 'fastify'] as const)('refuses from memory as Redis does (%s)', async (adapter) => {
  const app = await start(adapter);
  const answers: Response[] = [];
  for (let call = 0; call < 5 + 3; call++) answers.push(await fetch(app.url));
  const refused = answers.slice(5);
  for (const { status, headers } of refused) {
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_590);
    expect(headers.get('ratelimit')).toMatch(/^"search";r=0;t=\d+,"daily";r=995;t=\d+$/);
  }
  const bodies = await Promise.all(refused.map((answer) => answer.json()));
  expect(Object.keys(bodies[1] as object)).toEqual(Object.keys(bodies[0] as object));
});

it('says where a refusal came from, asks when somebody looks, and sees a reset at once', async () => {
  const { limiter } = await start();
  const sources: string[] = [];
  for (let call = 0; call < 8; call++) sources.push((await limiter.consume('search', '192.0.2.1')).source);
  expect(sources).toEqual([...Array<string>(6).fill('redis'), 'denial-cache', 'denial-cache']);
  expect((await limiter.peek('search', '192.0.2.1')).source).toBe('redis');
  await limiter.reset('search', '192.0.2.1');
  expect(await limiter.consume('search', '192.0.2.1')).toMatchObject({ allowed: true, source: 'redis' });
});

it('sees within a second what another instance gave back', async () => {
  const { limiter } = await start();
  const other = (await start()).limiter;
  while ((await limiter.consume('search', '192.0.2.1')).allowed);
  await other.reset('search', '192.0.2.1');
  const seen = async () => {
    while (!(await limiter.consume('search', '192.0.2.1')).allowed) await pause(20);
  };
  expect(await Stalls.msWithout(seen)).toBeLessThan(1_300);
});

it('admits no more than the limit to clients who come when they are told', async () => {
  const { limiter } = await start();
  const startMs = performance.now();
  let admitted = 0;
  while (performance.now() - startMs < 1_500) {
    const decisions = await Promise.all(Array.from({ length: 50 }, () => limiter.consume('bytes', '192.0.2.1')));
    admitted += decisions.filter(({ allowed }) => allowed).length;
    const denied = decisions.find(({ allowed }) => !allowed);
    if (denied !== undefined) await pause(denied.retryAfterMs);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  expect(admitted).toBeLessThanOrEqual(2_000 + 2_000 * seconds);
});
