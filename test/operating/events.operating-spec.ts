import { Injectable, Scope } from '@nestjs/common';
import { OnRateLimit, RateLimiter, RateLimitEvents } from 'nest-floodgate';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { eventually, startOperated } from './operated-app';

const heard: string[] = [];

@Injectable()
class Auditor {
  @OnRateLimit('limited', 'near-limit')
  refused(event: {
    readonly type: string;
    readonly decision: { readonly policy: string };
    readonly identity: string;
  }): void {
    heard.push(`${event.type} ${event.decision.policy} ${event.identity}`);
    throw new Error('a listener that fails');
  }
}

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis.stop());

beforeEach(() => {
  heard.length = 0;
});

it('calls marked methods, and a method that throws fails nobody', async () => {
  const app = await startOperated({ providers: [Auditor] });
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) statuses.push((await app.get('/login')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect(heard).toEqual(['near-limit login ip:127.0.0.1', 'limited login ip:127.0.0.1', 'limited login ip:127.0.0.1']);
});

it('warns of a marked method that there is no one instance to call on', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class OfRequest {
    @OnRateLimit('limited')
    refused(): void {
      heard.push('of a request');
    }
  }
  const warnings: string[] = [];
  const logger = { warn: (line: string) => warnings.push(line), error: () => undefined };
  await startOperated({ providers: [OfRequest, Auditor], options: { logger } });
  expect(warnings.filter((line) => line.includes('@OnRateLimit'))).toEqual([
    expect.stringContaining('@OnRateLimit() of OfRequest.refused has no effect'),
  ]);
});

it('tells what listeners of every kind throw or reject with, and fails nobody', async () => {
  const errors: string[] = [];
  const unheard = jest.fn();
  process.on('unhandledRejection', unheard);
  const logger = { warn: () => undefined, error: (line: string) => errors.push(line) };
  const app = await startOperated({ options: { logger } });
  const events = app.app.get(RateLimitEvents);
  events.of('limited').subscribe(() => {
    throw new Error('a subscriber');
  });
  events.listen(['near-limit'], (): unknown => Promise.reject(new Error('an async listener')));
  for (let i = 0; i < 6; i++) await app.get('/login');
  process.off('unhandledRejection', unheard);
  expect(unheard).not.toHaveBeenCalled();
  expect(errors).toEqual([
    'A listener of the event near-limit failed: an async listener.',
    'A listener of the event limited failed: a subscriber.',
  ]);
});

it('tells when the store is lost, decisions are made without it, and it is back', async () => {
  const app = await startOperated({ redisUrl: redis.url, deadlineMs: 250 });
  await eventually(
    () => app.get('/startupz'),
    ({ status }) => status === 200,
    15_000,
  );
  const types: string[] = [];
  app.app
    .get(RateLimitEvents)
    .of('store-lost', 'store-recovered', 'fallback')
    .subscribe(({ type }) => types.push(type));
  const untilTold = (count: number) =>
    eventually(
      () => app.get('/work'),
      () => types.length >= count,
      15_000,
    );
  redis.pause();
  await untilTold(2);
  redis.resume();
  await untilTold(4);
  expect(types).toEqual(['store-lost', 'fallback', 'store-recovered', 'fallback']);
});

it('logs the first refusals of a second and how many more there were, without names', async () => {
  const lines: string[] = [];
  const logger = { warn: (line: string) => lines.push(line), error: () => undefined };
  const app = await startOperated({ options: { logger, operations: { logRefusals: 2 } } });
  const startMs = performance.now();
  await Promise.all(Array.from({ length: 25 }, () => app.get('/login')));
  const seconds = (performance.now() - startMs) / 1_000;
  const told = () => lines.filter((line) => line.startsWith('rate-limited '));
  const more = () => lines.map((line) => Number(/^rate-limited-more policy=login count=(\d+)/.exec(line)?.[1] ?? 0));
  await eventually(
    () => Promise.resolve(told().length + more().reduce((sum, count) => sum + count, 0)),
    (sum) => sum >= 20,
    15_000,
  );
  // Two in each second that the requests fall into.
  expect(told().length).toBeLessThanOrEqual(2 * (Math.floor(seconds) + 2));
  expect(told().length + more().reduce((sum, count) => sum + count, 0)).toBe(20);
  expect(told()[0]).toMatch(/^rate-limited policy=login key=ip:#[0-9a-f]{8} limit=5 retryAfterMs=\d+ source=memory$/);
});

it('tells when a policy is added or taken away', async () => {
  const app = await startOperated();
  const changes: string[] = [];
  const events = app.app.get(RateLimitEvents);
  events.of('policy-changed').subscribe(({ policy, change }) => changes.push(`${policy} ${change}`));
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const limiter = app.app.get(RateLimiter);
  limiter.addPolicy('late', { limit: 1, per: '1m' });
  limiter.removePolicy('login');
  await eventually(
    () => Promise.resolve(changes),
    ({ length }) => length === 2,
    15_000,
  );
  expect(changes).toEqual(['late added', 'login removed']);
});

it('goes on where what shows keys and writes refusals fails, and says so once', async () => {
  const errors: string[] = [];
  const written: string[] = [];
  const app = await startOperated({
    options: {
      logger: { warn: () => undefined, error: (line: string) => errors.push(line) },
      operations: {
        logRefusals: 1,
        keyText: (identity) => (identity.startsWith('ip:') ? (undefined as never) : identity),
        writeRefusal: ({ event, key }) => {
          written.push(`${event} ${key ?? ''}`);
          throw new Error('the pipe is closed');
        },
      },
    },
  });
  for (let request = 0; request < 10; request++) await app.get('/login');
  await eventually(
    () => Promise.resolve(written),
    (lines) => lines.some((line) => line.startsWith('rate-limited-more')),
    15_000,
  );
  expect((await app.get('/work')).status).toBe(200);
  expect(written[0]).toMatch(/^rate-limited ip:#[0-9a-f]{8}$/);
  expect(errors.sort()).toEqual([
    'operations.keyText failed: It returned undefined, which is no text. A digest is shown instead.',
    'operations.writeRefusal failed: the pipe is closed. The line is lost.',
  ]);
});
