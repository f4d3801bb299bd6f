import {
  byUser,
  ConfigurationError,
  type FloodgateError,
  type RateLimiter,
  type RateLimitContext,
} from 'nest-floodgate';
import { type LimitedApp, remaining } from './app';
import { POLICIES, startWithClock } from './limiter-app';

let context: RateLimitContext;

const policies = {
  ...POLICIES,
  client: {
    ...POLICIES.client,
    skip: (given: RateLimitContext): boolean => {
      context = given;
      return false;
    },
  },
  plan: { limit: ({ request }: RateLimitContext) => Number(request.headers['x-limit']), per: '1d', key: byUser() },
  priced: { limit: 10, per: '1m', cost: ({ request }: RateLimitContext) => Number(request.headers['x-cost']) },
} as const;

let app: LimitedApp;
let limiter: RateLimiter;

beforeEach(async () => {
  ({ app } = await startWithClock(policies));
  limiter = app.limiter;
});

describe('a call that cannot be decided', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['of an unknown policy', 'POLICY_UNKNOWN', () => limiter.consume('serch', 'ada')],
    ['of no policy', 'CALL_INVALID', () => limiter.consume([], 'ada')],
    ['of undefined', 'CALL_INVALID', () => limiter.consume(undefined as never, 'ada')],
    ['of undefined beside another', 'CALL_INVALID', () => limiter.peek(['search', undefined as never], 'ada')],
    ['for nobody', 'CALL_INVALID', () => limiter.consume('search', '')],
    ['for undefined', 'CALL_INVALID', () => limiter.consume('search', undefined as never)],
    ['at half a cost', 'CALL_INVALID', () => limiter.consume('search', 'ada', { cost: 0.5 })],
    ['at a negative cost', 'CALL_INVALID', () => limiter.consume('search', 'ada', { cost: -1 })],
    ['with a number for options', 'CALL_INVALID', () => limiter.consume('search', 'ada', 2 as never)],
    ['that waits with a number for options', 'CALL_INVALID', () => limiter.wait('search', 'ada', 500 as never)],
    ['that waits with null for options', 'CALL_INVALID', () => limiter.wait('search', 'ada', null as never)],
    ['that waits for no signal', 'CALL_INVALID', () => limiter.wait('search', 'ada', { signal: {} as never })],
    ['that waits for null', 'CALL_INVALID', () => limiter.wait('search', 'ada', { signal: null as never })],
    ['with half a limit', 'CONFIGURATION_INVALID', () => limiter.consume('search', 'ada', { limit: 0.5 })],
    ['of a policy twice for a key', 'CALL_INVALID', () => limiter.consume(['search', 'search'], 'ada')],
    ['for a part of several', 'CALL_INVALID', () => limiter.consume(['search', 'hourly'], 'ada', { partial: true })],
    ['without its limit', 'CONTEXT_MISSING', () => limiter.consume('plan', 'ada')],
    ['without its cost', 'CONTEXT_MISSING', () => limiter.peek('priced', 'ada')],
    ['that waits less than nothing', 'CALL_INVALID', () => limiter.wait('search', 'ada', { maxWaitMs: -1 })],
    ['that waits NaN', 'CALL_INVALID', () => limiter.wait('search', 'ada', { maxWaitMs: NaN })],
    ['that waits for two policies', 'CALL_INVALID', () => limiter.wait(['search', 'hourly'] as never, 'ada')],
    ['to reset a list of policies', 'CALL_INVALID', () => limiter.reset(['search'] as never, 'ada')],
    ['to give back what nobody decided', 'CALL_INVALID', () => limiter.refund(undefined as never)],
    ['to reset an unknown policy', 'POLICY_UNKNOWN', () => limiter.reset('serch', 'ada')],
  ])('%s rejects with %s', async (_title, code, call) => {
    const error = await call().catch((thrown: unknown) => thrown as FloodgateError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(/\. [A-Z].*[.}]$/s) });
  });

  it('says what to pass', async () => {
    await expect(limiter.consume('plan', 'ada')).rejects.toThrow(
      'The limit of policy "plan" depends on the request, and this call has none. Pass { limit } or { context }.',
    );
  });

  it.each([1e12, Infinity, 1.5, -1])('says which costs there are where it costs %d', async (cost) => {
    await expect(limiter.consume('search', 'ada', { cost })).rejects.toThrow(
      `The cost for policy "search" is ${String(cost)}. Pass a whole number from 0 to 1000000000.`,
    );
  });

  it('says that it takes one policy', async () => {
    const remedy = 'The call cannot be decided. It names a list. Pass the name of one policy.';
    await expect(limiter.wait(['search', 'hourly'] as never, 'ada')).rejects.toThrow(remedy);
    await expect(limiter.reset(['search'] as never, 'ada')).rejects.toThrow(remedy);
  });

  it('says what a limit function returned', async () => {
    limiter.addPolicy('unsure', { limit: () => undefined as never, per: '1d' });
    await app.client().get('/', { 'x-limit': '20', 'x-cost': '5' });
    await expect(limiter.consume('unsure', 'ada', { context })).rejects.toThrow(
      'policies.unsure.limit: is undefined for this call.',
    );
  });

  it('is of the largest limit where a function returns more for its request, but may not pass more itself', async () => {
    limiter.addPolicy('endless', { limit: () => Infinity, per: '1d' });
    await app.client().get('/', { 'x-limit': '20', 'x-cost': '5' });
    expect(await limiter.peek('endless', 'ada', { context })).toMatchObject({ limit: 1_000_000_000 });
    await expect(limiter.peek('endless', 'ada', { limit: Infinity })).rejects.toThrow('is Infinity for this call.');
  });

  it('charges nothing, even of what is right in it', async () => {
    await expect(limiter.consume(['search', 'plan'], 'ada')).rejects.toThrow();
    expect(await limiter.peek('search', 'ada')).toMatchObject({ remaining: 10 });
  });

  it('is heard as a whole: what else it asked may fail as well', async () => {
    const unheard = jest.fn();
    process.on('unhandledRejection', unheard);
    limiter.addPolicy('asked', { limit: () => Promise.reject(new Error('The database is away.')), per: '1d' });
    await app.client().get('/', { 'x-limit': '20', 'x-cost': '5' });
    const call = { policy: 'asked', key: 'ada', context };
    await expect(limiter.consume([call, { policy: 'serch', key: 'ada' }])).rejects.toThrow(
      'There is no policy "serch"',
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  it('can be decided with a limit, a cost or the context of a request', async () => {
    expect(await limiter.consume('plan', 'ada', { limit: 500 })).toMatchObject({ limit: 500, remaining: 499 });
    expect(await limiter.consume('priced', 'ada', { cost: 3 })).toMatchObject({ remaining: 7 });
    await app.client().get('/', { 'x-limit': '20', 'x-cost': '5' });
    expect(await limiter.consume('plan', 'bob', { context })).toMatchObject({ limit: 20, remaining: 19 });
    expect(await limiter.consume('priced', 'bob', { context })).toMatchObject({ remaining: 5 });
  });
});

describe('policies at run time', () => {
  it('can be added, for calls', async () => {
    limiter.addPolicy('late', { limit: 2, per: '1m' });
    expect(await limiter.consume('late', 'ada')).toMatchObject({ remaining: 1 });
  });

  it.each<[string, string, object]>([
    ['a name that is taken', 'policies.search', { limit: 1, per: '1m' }],
    ['options that do not fit', 'policies.late.limit', { limit: NaN, per: '1m' }],
  ])('cannot be added with %s', (_title, path, options) => {
    const add = (): void => {
      limiter.addPolicy(path.split('.')[1]!, options as never);
    };
    expect(add).toThrow(ConfigurationError);
    expect(add).toThrow(path);
  });

  it('can be taken away: routes go on without, and say so', async () => {
    const client = app.client();
    expect(limiter.removePolicy('search')).toBe(true);
    expect(limiter.removePolicy('search')).toBe(false);
    expect(remaining(await client.get('/', { 'x-client': 'ada' }))).toEqual({ client: 4 });
    await client.get('/');
    expect(app.log.errors).toEqual([expect.stringContaining('names "search", which is no policy. The route goes on')]);
    await expect(limiter.consume('search', 'ada')).rejects.toMatchObject({ code: 'POLICY_UNKNOWN' });
  });

  it('can be replaced, on routes that name them too', async () => {
    const client = app.client();
    await client.get('/', { 'x-client': 'ada' });
    limiter.removePolicy('search');
    limiter.addPolicy('search', { limit: 100, per: '1m' });
    expect(remaining(await client.get('/', { 'x-client': 'ada' }))).toEqual({ search: 98, client: 3 });
    expect(app.log.errors).toEqual([]);
  });
});
