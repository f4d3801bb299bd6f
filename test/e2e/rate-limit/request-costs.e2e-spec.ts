import type { RateLimitContext } from 'nest-floodgate';
import { rateLimitFields } from '../../support/rate-limit-fields';
import { statuses } from './app';
import { fail, header, type Policy, startWithPolicy as start } from './one-policy';

describe('the cost of a policy', () => {
  it.each<[string, Policy['cost']]>([
    ['a number', 4],
    ['a function of the request', (context) => Number(header(context, 'x-cost'))],
    ['an async function', async (context) => Promise.resolve(Number(header(context, 'x-cost')))],
  ])('may be %s', async (_title, cost) => {
    const client = (await start({ cost: cost! })).client();
    const responses = [];
    for (let i = 0; i < 3; i++) responses.push(await client.get('/', { 'x-cost': '4' }));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(responses.map((response) => rateLimitFields(response)[0]?.remaining)).toEqual([6, 2, 2]);
  });

  it('may be nothing', async () => {
    const client = (await start({ limit: 1, cost: 0 })).client();
    expect(await statuses(client, '/', 3)).toEqual([200, 200, 200]);
  });

  it.each<[string, Policy['cost']]>([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['returns NaN', () => NaN],
    ['returns nothing', (() => undefined) as never],
    ['returns text', () => 'three'],
    ['returns text with half a unit', () => '0.5'],
    ['returns a list', () => [5e9] as never],
    ['returns less than nothing', () => -1],
    ['returns half a unit less than nothing', () => -0.5],
    ['returns -Infinity', () => -Infinity],
  ])('is 1 while its function %s', async (_title, cost) => {
    const app = await start({ cost: cost! });
    const response = await app.client().get('/');
    expect(response.status).toBe(200);
    expect(rateLimitFields(response)[0]).toMatchObject({ remaining: 9 });
    expect(app.log.errors).toEqual([
      expect.stringMatching(/^The cost function of policy "default" failed: .* The request costs 1\.$/),
    ]);
  });

  it('tells what its function may return', async () => {
    const app = await start({ cost: () => NaN });
    await app.client().get('/');
    expect(app.log.errors).toEqual([
      'The cost function of policy "default" failed: It returned NaN, which is no number from 0 to 1000000000. ' +
        'The request costs 1.',
    ]);
  });

  it.each<[unknown, number]>([
    [0.5, 1],
    [1.5, 2],
    [9.000001, 10],
  ])('of %d is charged as %d: no part of a unit is free', async (cost, charged) => {
    const app = await start({ cost: () => cost as number });
    expect(rateLimitFields(await app.client().get('/'))[0]).toMatchObject({ remaining: 10 - charged });
    expect(app.log.errors).toEqual([]);
  });

  describe.each([10, 1_000_000_000])('beside a limit of %d', (limit) => {
    it.each<[string, unknown]>([
      ['a number', 5e9],
      ['just above the largest', 1_000_000_001],
      ['part of a unit above the largest', 1_000_000_000.5],
      ['Infinity', Infinity],
      ['a promise', Promise.resolve(1e300)],
      ['text', '5000000000'],
      ['longer text', '9'.repeat(400)],
    ])('that is too large is refused, and nothing is charged: %s', async (_title, tooLarge) => {
      const cost = (context: RateLimitContext) => (header(context, 'x-large') === '' ? 1 : (tooLarge as number));
      const app = await start({ limit, cost });
      const response = await app.client().get('/', { 'x-large': 'yes' });
      expect(response.status).toBe(429);
      expect(response.body).toMatchObject({ detail: expect.stringContaining('more than') as string });
      expect(response.headers).not.toHaveProperty('retry-after');
      expect(rateLimitFields(await app.client().get('/'))[0]).toMatchObject({ remaining: limit - 1 });
      expect(app.log.errors).toEqual([]);
    });
  });
});
