import type { AuditPage, KeyInspection, ListEntry, Overview, PolicyList, SystemStatus } from 'nest-floodgate/admin';
import { byHeader, RateLimiter } from 'nest-floodgate';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, HOUR_MS, msUntil, POLICIES, startAdmin, startShop, TOKEN } from './admin-app';

jest.setTimeout(60_000);

let server: RedisServer;
let prefix = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

const shared = () =>
  ({
    type: 'redis',
    url: server.url,
    prefix: `o${String(++prefix)}`,
    deadlineMs: 5_000,
    failBootWithoutStore: true,
  }) as const;
const trail = async (app: AdminApp, query: string) =>
  (await app.ask<AuditPage>('GET', `api/audit?${query}`)).body.entries;

describe('the trail', () => {
  test('has an override that ended by itself, once for all instances', async () => {
    const store = shared();
    const apps = await Promise.all([0, 1, 2].map(() => startAdmin({ options: { store } })));
    const input = { policy: 'search', scope: { kind: 'policy' }, patch: { limit: 9 }, reason: 'a short one' };
    await apps[0]!.ask('POST', 'api/overrides', { ...input, expiresInMs: 1_000 });
    const expired = () => trail(apps[1]!, 'action=override.expire');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await msUntil(async () => (await expired()).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await expired()).toMatchObject([
      { actor: { id: 'system' }, policy: 'search', changes: [{ field: 'limit', before: '9', after: null }] },
    ]);
  });

  test('has refused logins, and no more than a few of them', async () => {
    const app = await startAdmin();
    const guess = (i: number) =>
      fetch(`${app.url}/_rate-limit/api/overview`, {
        headers: { authorization: `Bearer wrong-${String(i)}`, 'x-forwarded-for': `203.0.113.${String(i)}` },
      });
    await guess(1);
    await msUntil(async () => (await trail(app, 'action=session.refused')).length === 1);
    expect(await trail(app, 'outcome=refused')).toMatchObject([
      { action: 'session.refused', actor: { id: 'unknown' }, target: expect.stringContaining('ip:') },
    ]);
    expect(JSON.stringify(await trail(app, ''))).not.toContain('wrong-1');
  });

  test('has logins, and few enough of a minute that they push nothing out', async () => {
    const app = await startAdmin();
    const login = () => app.ask('POST', 'api/session', { token: TOKEN });
    for (let i = 0; i < 25; i++) expect((await login()).status).toBe(200);
    expect(await trail(app, 'action=session.login&limit=100')).toHaveLength(20);
  });
});

test('Redis says how it is', async () => {
  const app = await startAdmin({ options: { store: shared() } });
  const { redis } = (await app.ask<SystemStatus>('GET', 'api/system')).body;
  expect(redis).toMatchObject({
    connected: true,
    topology: 'standalone',
    role: 'master',
    notPermitted: [],
    replicas: 0,
  });
  expect(redis!.version).toMatch(/^\d+\./);
  expect(redis!.usedMemoryBytes).toBeGreaterThan(100_000);
  expect(redis!.roundTripMs).toBeGreaterThan(0);
  expect(redis!.connectedClients).toBeGreaterThan(0);
});

describe('an instance without the admin module', () => {
  test('holds to what operators decide elsewhere, and tells them whom it refuses', async () => {
    const store = shared();
    const admin = await startAdmin({ options: { store } });
    const shop = await startShop({ options: { store } });
    await admin.ask('POST', 'api/entries', {
      list: 'ban',
      match: { kind: 'key', key: 'header x-user:mallory' },
      reason: 'guesses passwords',
      expiresInMs: HOUR_MS,
    });
    expect(await msUntil(async () => (await shop.visit('search', 'mallory')).status === 429)).toBeLessThan(1_000);
    for (let i = 0; i < 6; i++) await shop.visit('search', 'ann');
    await msUntil(async () => {
      const { blocked } = (await admin.ask<{ blocked: { key: { text: string } }[] }>('GET', 'api/blocked')).body;
      return blocked.some(({ key }) => key.text === 'header x-user:ann');
    });
    await msUntil(async () => (await admin.ask<SystemStatus>('GET', 'api/system')).body.instances.length === 2);
  });

  test('bans by itself where a policy says so, in memory too', async () => {
    const shop = await startShop();
    for (let i = 0; i < 7; i++) await shop.visit('login', 'x', '192.0.2.50');
    await msUntil(async () => /abnormal/.test(JSON.stringify((await shop.visit('login', 'x', '192.0.2.50')).body)));
  });
});

describe('counted once', () => {
  const counts = async (app: AdminApp, policy: string) => {
    const { policies } = (await app.ask<PolicyList>('GET', 'api/policies')).body;
    return policies.find(({ name }) => name === policy)!.traffic.totals;
  };
  const NONE = { allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 };

  test('are refusals by a ban, and what an allow lets pass', async () => {
    const app = await startAdmin({ options: { everyRoute: ['login'] } });
    const match = { kind: 'key', key: 'header x-user:mallory' };
    const ban = { list: 'ban', match, reason: 'guesses passwords' };
    await app.ask<ListEntry>('POST', 'api/entries', ban);
    for (let i = 0; i < 3; i++) expect((await app.visit('search', 'mallory')).status).toBe(429);
    expect(await counts(app, 'search')).toEqual({ ...NONE, denied: 3 });
    expect(await counts(app, 'login')).toEqual(NONE);
    const { totals } = (await app.ask<Overview>('GET', 'api/overview')).body;
    expect(totals).toEqual({ ...NONE, denied: 3 });
    await app.ask('POST', 'api/entries', { ...ban, list: 'allow' });
    expect((await app.visit('search', 'mallory')).status).toBe(200);
    expect(await counts(app, 'search')).toEqual({ ...NONE, denied: 3, bypassed: 1 });
    const { recent } = (await app.ask<KeyInspection>('GET', 'api/keys/inspect?key=header%20x-user:mallory')).body;
    expect(recent.every(({ outcome }) => outcome === 'banned')).toBe(true);
  });

  test.each([
    ['a policy', { kind: 'policy' }],
    ['one key', { kind: 'key', key: 'header x-user:ann' }],
  ])('is what shadow mode of %s would have refused', async (_, scope) => {
    const app = await startAdmin();
    const input = { policy: 'search', scope, patch: { mode: 'shadow' }, reason: 'a try' };
    expect((await app.ask('POST', 'api/overrides', input)).status).toBe(201);
    for (let i = 0; i < 7; i++) expect((await app.visit('search', 'ann')).status).toBe(200);
    expect(await counts(app, 'search')).toEqual({ ...NONE, allowed: 5, shadowDenied: 2 });
    const { totals } = (await app.ask<Overview>('GET', 'api/overview')).body;
    expect(totals).toMatchObject({ allowed: 7, denied: 0, bypassed: 0 });
  });

  test('is what shadow mode would have refused to calls by code', async () => {
    const policies = { ...POLICIES, search: { limit: 2, per: '1m', key: byHeader('x-user'), mode: 'shadow' } } as const;
    const app = await startAdmin({ options: { policies } });
    const limiter = app.app.get(RateLimiter);
    for (let i = 0; i < 3; i++) expect((await limiter.consume('search', 'ann')).allowed).toBe(true);
    expect(await counts(app, 'search')).toEqual({ ...NONE, allowed: 2, shadowDenied: 1 });
  });
});
