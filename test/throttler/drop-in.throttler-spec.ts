import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionContext, Logger } from '@nestjs/common';
import { adapters } from '../support/apps';
import { tally, times } from '../support/client';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { subclassesOf } from './stock-app';
import { LONG, SHORT, VariantApps } from './variant-apps';
import { variants } from './variants';

const TEXT = 'ThrottlerException: Too Many Requests';
const skipOnDemand = (context: ExecutionContext): boolean =>
  context.switchToHttp().getRequest().headers['x-skip'] === 'yes';

let server: RedisServer;

beforeAll(async () => {
  Logger.overrideLogger(['error']);
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

describe.each(variants)('$label', (variant) => {
  describe.each(adapters)('on %s', (adapter) => {
    const apps = new VariantApps(variant, adapter, () => server);
    const start = apps.start.bind(apps);

    afterEach(() => apps.close());

    test('tells the limits of every throttler while requests pass', async () => {
      const { status, headers } = await (await start()).get('/plain');
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'x-ratelimit-limit-short': '10',
        'x-ratelimit-remaining-short': '9',
        'x-ratelimit-reset-short': '10',
        'x-ratelimit-limit-long': '5',
        'x-ratelimit-remaining-long': '4',
        'x-ratelimit-reset-long': '60',
      });
    });

    test('refuses what is over a limit with the text and the field of @nestjs/throttler', async () => {
      const client = await start();
      expect(tally(await times(5, () => client.get('/plain')))).toEqual({ 200: 5 });
      const { status, headers, body } = await client.get('/plain');
      expect(status).toBe(429);
      expect(body).toEqual({ statusCode: 429, message: TEXT });
      expect(headers['retry-after-long']).toBe('60');
      // 2.6 (1): stock tells a refused client neither the standard field nor the limit that it met.
      expect(headers['retry-after']).toBe(variant.isStockGuard ? undefined : '60');
      expect(headers['x-ratelimit-limit-long']).toBe(variant.isStockGuard ? undefined : '5');
    });

    test('2.6 (2): a request that one throttler refuses is not charged to the others; stock charges it', async () => {
      const client = await start();
      await times(5, () => client.get('/plain'));
      const { headers } = await client.get('/plain');
      expect(headers['x-ratelimit-remaining-short']).toBe(variant.isStockGuard ? '4' : '5');
    });

    test('skips the throttlers that @SkipThrottle names, and takes back a skip of the class', async () => {
      const client = await start();
      const { headers } = await client.get('/plain/skip-one');
      expect(headers['x-ratelimit-limit-short']).toBeUndefined();
      expect(headers['x-ratelimit-limit-long']).toBe('5');
      expect(tally(await times(15, () => client.get('/free')))).toEqual({ 200: 15 });
      expect((await client.get('/free/not')).headers['x-ratelimit-limit-short']).toBe('10');
    });

    test('2.6 (3): a bare @SkipThrottle() skips all throttlers where all have names; in stock it does nothing', async () => {
      const client = await start();
      const responses = await times(7, () => client.get('/plain/skip-bare'));
      expect(tally(responses)).toEqual(variant.isStockGuard ? { 200: 5, 429: 2 } : { 200: 7 });
    });

    test('takes limits from the method, else from the class, resolved or not', async () => {
      const client = await start();
      for (const path of ['/plain/override', '/plain/resolved', '/strict']) {
        expect([path, tally(await times(4, () => client.get(path)))]).toEqual([path, { 200: 2, 429: 2 }]);
      }
      expect(tally(await times(6, () => client.get('/strict/milder')))).toEqual({ 200: 4, 429: 2 });
    });

    test('counts by the tracker and under the key that decorators say', async () => {
      const client = await start();
      const of = (user: string) => client.get('/plain/by-user', { 'x-user': user });
      expect([await of('ann'), await of('bob'), await of('ann')].map(({ status }) => status)).toEqual([200, 200, 429]);
      const statuses = [await client.get('/shared/a'), await client.get('/shared/b'), await client.get('/shared/a')];
      expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    });

    test('admits a client anew when its block ends, and without a block when its oldest hit does', async () => {
      const client = await start();
      const path = '/plain/block';
      expect(tally(await times(3, () => client.get(path)))).toEqual({ 200: 1, 429: 2 });
      expect(tally(await times(2, () => client.get('/plain/no-block')))).toEqual({ 200: 1, 429: 1 });
      // The five requests must be through before, on however busy a machine.
      await sleep(750);
      expect((await client.get(path)).status).toBe(200);
      expect((await client.get('/plain/no-block')).status).toBe(200);
    });

    test('asks skipIf and ignoreUserAgents, of all throttlers or of one', async () => {
      const client = await start({
        throttlers: [
          { ...LONG, limit: 1 },
          { ...SHORT, limit: 1, ignoreUserAgents: [/robot/] },
        ],
        skipIf: skipOnDemand,
        ignoreUserAgents: [/monitor/],
      });
      expect(tally(await times(3, () => client.get('/plain', { 'x-skip': 'yes' })))).toEqual({ 200: 3 });
      expect(
        (await client.get('/plain', { 'user-agent': 'robot' })).headers['x-ratelimit-limit-short'],
      ).toBeUndefined();
    });

    test('2.6 (6): an async skipIf is awaited; in stock it switches the limit off', async () => {
      const skipIf = (): never => Promise.resolve(false) as never;
      const client = await start({ throttlers: [{ ttl: 10_000, limit: 1 }], skipIf });
      const responses = await times(3, () => client.get('/plain'));
      expect(tally(responses)).toEqual(variant.isStockGuard ? { 200: 3 } : { 200: 1, 429: 2 });
    });

    test('2.6 (7): a pattern with the flag g matches every time; in stock every second time', async () => {
      const client = await start({ throttlers: [{ ttl: 10_000, limit: 1 }], ignoreUserAgents: [/robot/g] });
      const responses = await times(6, () => client.get('/plain', { 'user-agent': 'robot' }));
      expect(tally(responses)).toEqual(variant.isStockGuard ? { 200: 4, 429: 2 } : { 200: 6 });
    });

    test('says what errorMessage says, and sets no fields without setHeaders', async () => {
      const client = await start({
        throttlers: [{ ttl: 10_000, limit: 1 }],
        errorMessage: (_context: unknown, { limit, totalHits }: { limit: number; totalHits: number }) =>
          `${totalHits} of ${limit}`,
        setHeaders: false,
      });
      const [first, second] = await times(2, () => client.get('/plain'));
      expect(first?.headers['x-ratelimit-limit']).toBeUndefined();
      expect(second?.body).toEqual({ statusCode: 429, message: '2 of 1' });
      expect(second?.headers['retry-after']).toBeUndefined();
    });

    test('2.6 (4): the same guard for all routes and on one counts a request once; in stock twice', async () => {
      class OnRoute extends variant.Guard {}
      const client = await start({ throttlers: [{ ttl: 10_000, limit: 2 }] }, variant.Guard, OnRoute);
      const responses = await times(3, () => client.get('/guarded'));
      expect(tally(responses)).toEqual(variant.isStockGuard ? { 200: 1, 429: 2 } : { 200: 2, 429: 1 });
    });

    test('a subclass keeps its tracker, key, skip, prefix, message and exception', async () => {
      const client = await start({ throttlers: [{ ttl: 10_000, limit: 2 }] }, subclassesOf(variant.Guard).ByApiKey);
      const of = (key: string) => client.get('/plain', { 'x-api-key': key });
      const { headers } = await of('k1');
      expect(headers['x-api-limit-remaining']).toBe('1');
      await client.get('/strict', { 'x-api-key': 'k1' });
      const { status, body } = await of('k1');
      expect(status).toBe(420);
      expect(body).toEqual({ slowDown: 'key k1 has 2 requests' });
      expect((await of('k2')).status).toBe(200);
      expect((await client.get('/plain', { 'x-api-key': 'k1', 'x-health': 'yes' })).status).toBe(200);
    });

    test('a subclass that handles throttlers itself gets them one by one', async () => {
      const client = await start(undefined, subclassesOf(variant.Guard).Twice);
      const [first, second, third] = await times(3, () => client.get('/plain'));
      expect(first?.headers['x-ratelimit-remaining-short']).toBe('8');
      expect(first?.headers['x-ratelimit-remaining-long']).toBe('3');
      expect([second?.status, third?.status]).toEqual([200, 429]);
    });

    test('2.6 (E10): a limit that is no number stops the boot; in stock every request fails', async () => {
      const options = { throttlers: [{ ttl: 10_000, limit: 'abc' as never }] };
      if (variant.isStockGuard) expect((await (await start(options)).get('/plain')).status).toBe(500);
      else await expect(start(options)).rejects.toThrow('throttlers[0].limit: is "abc".');
    });
  });
});
