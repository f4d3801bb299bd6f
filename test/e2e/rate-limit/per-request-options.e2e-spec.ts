import { byUser, type RateLimitContext, RateLimitGuard } from 'nest-floodgate';
import { rateLimitFields } from '../../support/rate-limit-fields';
import { startLimited, statuses } from './app';
import { fail, header, type Policy, RootController, startWithPolicy as start } from './one-policy';

describe('the limit of a policy', () => {
  it.each<[string, Policy['limit']]>([
    ['a number', 3],
    ['text', '3'],
    ['a function of the request', (context) => Number(header(context, 'x-limit'))],
    ['a function that returns text', (context) => header(context, 'x-limit')],
    ['an async function', async (context) => Promise.resolve(Number(header(context, 'x-limit')))],
  ])('may be %s', async (_title, limit) => {
    const client = (await start({ limit })).client();
    const responses = [];
    for (let i = 0; i < 4; i++) responses.push(await client.get('/', { 'x-limit': '3' }));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(responses.map((response) => rateLimitFields(response)[0]?.quota)).toEqual([3, 3, 3, 3]);
  });

  it('may differ between requests of one client, which have their count in common', async () => {
    const client = (await start({ limit: (context) => header(context, 'x-limit') })).client();
    const send = async (limit: string): Promise<number> => (await client.get('/', { 'x-limit': limit })).status;
    expect([await send('1'), await send('1'), await send('3'), await send('3'), await send('3')]).toEqual([
      200, 429, 200, 200, 429,
    ]);
  });

  it.each<[string, Policy['limit']]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('the database is down'))],
    ['returns NaN', () => NaN],
    ['returns nothing', (() => undefined) as never],
    ['returns null', (() => null) as never],
    ['returns empty text', () => ''],
    ['returns a list', (() => []) as never],
    ['returns half a unit', () => 0.5],
    ['returns less than nothing', () => -1],
    ['returns text that is no number', () => 'Infinity'],
    ['returns -Infinity', () => -Infinity],
  ])('lets requests pass uncounted while its function %s', async (_title, limit) => {
    const app = await start({ limit });
    expect(await statuses(app.client(), '/', 3)).toEqual([200, 200, 200]);
    expect((await app.client().get('/')).headers).not.toHaveProperty('ratelimit');
    expect(app.log.errors).toEqual([
      expect.stringMatching(/^The limit function of policy "default" failed: .* The request passes uncounted/s),
    ]);
  });

  it('is the lowest there was while its function fails', async () => {
    const limit = (context: RateLimitContext): number => Number(header(context, 'x-limit') || fail());
    const app = await start({ limit });
    await app.client().get('/', { 'x-limit': '9' });
    await app.client().get('/', { 'x-limit': '2' });
    await app.client().get('/', { 'x-limit': '5' });
    expect(await statuses(app.client(), '/', 3)).toEqual([200, 200, 429]);
    expect(app.log.errors).toEqual([
      'The limit function of policy "default" failed: the database is down. The limit is 2 until it returns one.',
    ]);
  });

  it('is never 0 because its function fails, though that was returned to somebody', async () => {
    const limit = (context: RateLimitContext): string => header(context, 'x-limit') || fail();
    const app = await start({ limit });
    expect((await app.client().get('/', { 'x-limit': '0' })).status).toBe(429);
    expect((await app.client().get('/')).headers).not.toHaveProperty('ratelimit');
    await app.client().get('/', { 'x-limit': '3' });
    expect((await app.client().get('/', { 'x-limit': '0' })).status).toBe(429);
    expect(rateLimitFields(await app.client().get('/'))[0]).toMatchObject({ quota: 3, remaining: 2 });
  });

  it.each<[string, unknown]>([
    ['Infinity', Infinity],
    ['a number', 1e12],
    ['part of a unit above the largest', 1_000_000_000.5],
    ['text', '5000000000'],
    ['a promise', Promise.resolve(Infinity)],
  ])('is the largest there is where its function returns more: %s', async (_title, more) => {
    const app = await start({ limit: (context) => (header(context, 'x-plan') === 'free' ? 1 : (more as number)) });
    await app.client().get('/', { 'x-plan': 'free' });
    expect(await statuses(app.client(), '/', 2)).toEqual([200, 200]);
    expect(rateLimitFields(await app.client().get('/'))[0]).toMatchObject({ quota: 1e9, remaining: 1e9 - 1 });
    expect(app.log.errors).toEqual([]);
  });

  it.each<[string, number]>([
    ['1s', 8_000_000],
    ['250ms', 2_000_000],
    ['1m', 480_000_000],
    ['3m', 720_000_000],
    ['301s', 802_666_667],
    ['1h', 993_103_449],
    ['1d', 998_843_931],
    ['3660d', 1_000_000_000],
  ])('is the fastest that a token bucket per %s fills, where its function returns more', async (per, quota) => {
    const app = await start({ limit: () => Infinity, per, algorithm: 'token-bucket' });
    expect(rateLimitFields(await app.client().get('/'))[0]).toMatchObject({ quota });
    expect(app.log.errors).toEqual([]);
  });

  it('refuses everything where it is 0', async () => {
    const response = await (await start({ limit: 0 })).client().get('/');
    expect(response.status).toBe(429);
    expect(response.body.detail).toContain('admits nothing');
  });
});

describe('the skip of a policy', () => {
  it.each<[string, Policy['skip']]>([
    ['a function of the request', (context) => header(context, 'x-skip') === 'yes'],
    ['an async function', async (context) => Promise.resolve(header(context, 'x-skip') === 'yes')],
  ])('may be %s', async (_title, skip) => {
    const client = (await start({ limit: 1, skip: skip! })).client();
    expect((await client.get('/')).status).toBe(200);
    expect((await client.get('/', { 'x-skip': 'yes' })).status).toBe(200);
    expect((await client.get('/', { 'x-skip': 'yes' })).headers).not.toHaveProperty('ratelimit');
    expect((await client.get('/')).status).toBe(429);
  });

  it.each<[string, Policy['skip']]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('is none while its function %s', async (_title, skip) => {
    const app = await start({ limit: 1, skip: skip! });
    expect(await statuses(app.client(), '/', 2)).toEqual([200, 429]);
    expect(app.log.errors).toEqual([
      expect.stringMatching(/^The skip function of policy "default" failed: .* The request is counted\.$/),
    ]);
  });

  it.each<[string, unknown]>([
    ['"false"', 'false'],
    ['"true"', 'true'],
    ['empty text', ''],
    ['5', 5],
    ['0', 0],
    ['a list', []],
    ['a promise of 1', Promise.resolve(1)],
  ])('is none where its function returns %s, and the log says so once', async (_title, returned) => {
    const app = await start({ limit: 1, skip: () => returned as boolean });
    expect(await statuses(app.client(), '/', 2)).toEqual([200, 429]);
    expect(app.log.errors).toEqual([
      expect.stringMatching(
        /^The skip function of policy "default" failed: It returned .*, which is neither true nor false\. The request is/,
      ),
    ]);
  });

  it.each<[string, unknown]>([
    ['false', false],
    ['null', null],
    ['undefined', undefined],
    ['a promise of nothing', Promise.resolve(undefined)],
  ])('is none where its function returns %s', async (_title, returned) => {
    const app = await start({ limit: 1, skip: () => returned as boolean });
    expect(await statuses(app.client(), '/', 2)).toEqual([200, 429]);
    expect(app.log.errors).toEqual([]);
  });

  it('leaves the other policies of the request as they are', async () => {
    const app = await startLimited({
      controllers: [RootController],
      guards: [RateLimitGuard],
      options: {
        policies: {
          skipped: { limit: 1, per: '1m', skip: () => true, key: byUser(fail) },
          counted: { limit: 2, per: '1m' },
        },
        everyRoute: ['skipped', 'counted'],
      },
    });
    const response = await app.client().get('/');
    expect(rateLimitFields(response).map(({ policy }) => policy)).toEqual(['counted']);
  });
});
