import { byHeader, RateLimiter } from 'nest-floodgate';
import type { KeyInspection, Override, Overview, PolicyList } from 'nest-floodgate/admin';
import { adapters } from '../support/apps';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { until } from '../support/load-until';
import { type AdminApp, POLICIES, startAdmin } from './admin-app';

jest.setTimeout(60_000);

const NONE = { allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 };
const WHOLE = { kind: 'policy' };
const ANN = { kind: 'key', key: 'header x-user:ann' };

const policyOf = async (app: AdminApp, policy: string) => {
  const { policies } = (await app.ask<PolicyList>('GET', 'api/policies')).body;
  return policies.find(({ name }) => name === policy)!;
};
const countsOf = async (app: AdminApp) => (await policyOf(app, 'search')).traffic.totals;
const tryOut = async (app: AdminApp, patch: object, scope: object = WHOLE) => {
  const input = { policy: 'search', scope, patch: { mode: 'shadow', ...patch }, reason: 'a try' };
  const { status, body } = await app.ask<Override>('POST', 'api/overrides', input);
  expect(status).toBe(201);
  return body;
};
const statuses = async (app: AdminApp, times: number) => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await app.visit('search')).status);
  return found;
};

describe.each(adapters)('a limit tried out in shadow, on %s', (adapter) => {
  test.each([
    ['for all', WHOLE],
    ['for a key', ANN],
    ['for a pattern', { kind: 'pattern', pattern: 'header x-user:a*' }],
  ])('%s: clients notice nothing, and both limits are counted', async (_, scope) => {
    const app = await startAdmin({ adapter });
    await tryOut(app, { limit: 2 }, scope);
    const first = await app.visit('search');
    expect(first.headers.get('ratelimit-policy')).toBe('"search";q=5;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"search";r=4/);
    expect(await statuses(app, 6)).toEqual([200, 200, 200, 200, 429, 429]);
    // 2 of 7 would have passed.
    expect(await countsOf(app)).toEqual({ ...NONE, allowed: 5, denied: 2, shadowDenied: 5 });
    const { totals } = (await app.ask<Overview>('GET', 'api/overview')).body;
    expect(totals).toEqual({ ...NONE, allowed: 5, denied: 2, shadowDenied: 5 });
  });

  test('that is higher is seen beyond the limit in force', async () => {
    const app = await startAdmin({ adapter });
    await tryOut(app, { limit: 7 });
    expect((await statuses(app, 9)).filter((status) => status === 429)).toHaveLength(4);
    expect(await countsOf(app)).toEqual({ ...NONE, allowed: 5, denied: 4, shadowDenied: 2 });
  });

  test('holds as soon as it is enforced, and what clients have used counts towards it', async () => {
    const app = await startAdmin({ adapter });
    const { id, version } = await tryOut(app, { limit: 4 });
    expect(await statuses(app, 3)).toEqual([200, 200, 200]);
    const input = { patch: { limit: 4, mode: 'enforce' }, reason: 'looks right' };
    expect((await app.ask('PUT', `api/overrides/${id}`, input, version)).status).toBe(200);
    expect((await app.visit('search')).headers.get('ratelimit-policy')).toBe('"search";q=4;w=60');
    expect(await statuses(app, 1)).toEqual([429]);
  });
});

describe('a limit tried out in shadow', () => {
  test('is shown beside the one in force', async () => {
    const app = await startAdmin();
    await tryOut(app, { limit: 2 });
    const { effective, trial } = await policyOf(app, 'search');
    expect([effective.mode, effective.limit, trial?.mode, trial?.limit]).toEqual(['enforce', 5, 'shadow', 2]);
  });

  test('is shown with what a key would have used of it', async () => {
    const app = await startAdmin();
    const wide = await tryOut(app, { limit: 2 });
    const ofKey = async () =>
      (await app.ask<KeyInspection>('GET', 'api/keys/inspect?key=header%20x-user:ann')).body.policies;
    expect(await ofKey()).toMatchObject([
      { used: 0, trial: { limit: 2, used: 0, state: 'unused', overrideId: wide.id } },
    ]);
    const own = await tryOut(app, { limit: 3 }, ANN);
    await app.visit('search');
    const inForce = { mode: 'enforce', limit: 5, state: 'ok', limitFrom: 'policy', overrideId: null };
    const trial = { limit: 3, overrideId: own.id };
    expect(await ofKey()).toMatchObject([
      { ...inForce, used: 1, trial: { ...trial, used: 1, remaining: 2, state: 'ok' } },
    ]);
    await statuses(app, 3);
    expect(await ofKey()).toMatchObject([{ ...inForce, used: 4, trial: { ...trial, used: 3, state: 'blocked' } }]);
    for (const { id, version } of [own, wide]) {
      expect((await app.ask('DELETE', `api/overrides/${id}`, { reason: 'seen' }, version)).status).toBe(204);
    }
    expect(await ofKey()).toMatchObject([{ ...inForce, used: 4, trial: null }]);
  });

  test('is not charged for what another policy refuses', async () => {
    const app = await startAdmin({ options: { everyRoute: ['login'] } });
    await tryOut(app, { limit: 3 });
    expect(await statuses(app, 6)).toEqual([200, 200, 429, 429, 429, 429]);
    expect((await countsOf(app)).shadowDenied).toBe(0);
  });

  test('is reset with the key', async () => {
    const app = await startAdmin();
    await tryOut(app, { limit: 2 });
    const reset = async () => app.ask('POST', 'api/keys/reset', { keys: [ANN.key], reason: 'a test' });
    for (let i = 0; i < 3; i++) {
      await statuses(app, 2);
      expect((await reset()).status).toBe(200);
    }
    await statuses(app, 2);
    await app.app.get(RateLimiter).reset('search', 'ann');
    await statuses(app, 2);
    expect((await countsOf(app)).shadowDenied).toBe(0);
  });

  test('gets back what a refund gives back, also of policies in shadow mode, and once', async () => {
    const policies = {
      ...POLICIES,
      watched: { limit: 2, per: '1m', key: byHeader('x-user'), mode: 'shadow' },
    } as const;
    const app = await startAdmin({ options: { policies } });
    await tryOut(app, { limit: 2 });
    const limiter = app.app.get(RateLimiter);
    const shadowDenied = async () =>
      Promise.all(['search', 'watched'].map(async (name) => (await policyOf(app, name)).traffic.totals.shadowDenied));
    for (let i = 0; i < 4; i++) {
      const decision = await limiter.consume(['search', 'watched'], 'ann');
      expect(await limiter.refund(decision)).toBe(1);
      expect(await limiter.refund(decision)).toBe(0);
      await limiter.refund(await limiter.consume('search', 'ann'));
    }
    expect(await shadowDenied()).toEqual([0, 0]);
    for (let i = 0; i < 3; i++) await limiter.consume(['search', 'watched'], 'ann');
    expect(await shadowDenied()).toEqual([1, 1]);
  });

  test('counts calls by code, and of those who wait the try that ends it', async () => {
    const policies = { ...POLICIES, search: { limit: 4, per: '1s', algorithm: 'token-bucket' } } as const;
    const app = await startAdmin({ options: { policies } });
    await tryOut(app, { limit: 1 });
    const limiter = app.app.get(RateLimiter);
    for (let i = 0; i < 4; i++) await limiter.consume('search', 'ann');
    const before = (await countsOf(app)).shadowDenied;
    expect(before).toBeGreaterThan(0);
    expect((await limiter.wait('search', 'ann')).allowed).toBe(true);
    expect((await countsOf(app)).shadowDenied).toBeLessThanOrEqual(before + 1);
  });

  test('is recorded once, as the limit in force saw it', async () => {
    const app = await startAdmin();
    await tryOut(app, { limit: 2 });
    await app.ask('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'a test' });
    await statuses(app, 7);
    const simulate = async () => {
      const { body } = await app.ask<{ events: number; before: { denied: number }; after: { denied: number } }>(
        ...(['POST', 'api/simulate', { policy: 'search', patch: { limit: 2 } }] as const),
      );
      return [body.events, body.before.denied, body.after.denied];
    };
    await until('all of it to be recorded', async () => (await simulate())[0] === 7);
    expect(await simulate()).toEqual([7, 2, 5]);
  });
});

describe('on Redis', () => {
  let server: RedisServer;
  let tries = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server.stop();
  });

  test('the trial goes along with the call that it is about', async () => {
    // Of its own at every try: an override of the first would be in the way of the second.
    const prefix = `t${String(++tries)}`;
    const store = { type: 'redis', url: server.url, prefix, deadlineMs: 5_000, failBootWithoutStore: true } as const;
    const policies = { ...POLICIES, search: { limit: 100, per: '1h' } } as const;
    const app = await startAdmin({ options: { store, policies } });
    await tryOut(app, { limit: 38 });
    await app.visit('search', 'warm');
    const scripts = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.cli('INFO', 'commandstats'))?.[1]);
    const before = await scripts();
    expect(await statuses(app, 40)).toEqual(Array(40).fill(200));
    // One for each call, and what instances tell each other meanwhile; apart, both would be 80.
    expect((await scripts()) - before).toBeLessThan(60);
    await until('the trial to be counted', async () => (await countsOf(app)).shadowDenied === 3);
  });
});
