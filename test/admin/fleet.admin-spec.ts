import type {
  Override,
  ListEntry,
  OverrideDetail,
  AdminProblem,
  AuditPage,
  SystemStatus,
  BlockedList,
  Overview,
  PolicyDetail,
  KeyInspection,
} from 'nest-floodgate/admin';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, HOUR_MS, msUntil, startAdmin } from './admin-app';

jest.setTimeout(60_000);

let server: RedisServer;
let apps: AdminApp[];
/** So long that a busy machine sends no decision to the fallback. */
const DEADLINE_MS = 5_000;
let prefix = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  const store = {
    type: 'redis',
    url: server.url,
    prefix: `t${++prefix}`,
    deadlineMs: DEADLINE_MS,
    failBootWithoutStore: true,
  } as const;
  apps = await Promise.all([0, 1, 2].map(() => startAdmin({ options: { store } })));
});

const app = (index: number): AdminApp => apps[index]!;
const policyHeader = async (index: number): Promise<string> =>
  (await app(index).visit('search', `of ${Math.random()}`)).headers.get('ratelimit-policy') ?? '';
const onAll = async (isSo: (index: number) => Promise<boolean>): Promise<number> =>
  msUntil(async () => (await Promise.all([0, 1, 2].map(isSo))).every(Boolean));
const create = (patch: object, expiresInMs: unknown = HOUR_MS) =>
  app(0).ask<OverrideDetail>('POST', 'api/overrides', {
    policy: 'search',
    scope: { kind: 'policy' },
    patch,
    reason: 'a busy day',
    expiresInMs,
  });

describe('an override made on one instance', () => {
  test('is enforced by all within a second, is seen in headers, and ends when it expires', async () => {
    const { status, body } = await create({ limit: 9 }, 4_000);
    expect([status, body.state, body.policy]).toEqual([201, 'active', 'search']);
    expect(await onAll(async (i) => (await policyHeader(i)).includes('q=9;'))).toBeLessThan(1_000);
    await msUntil(async () => {
      const { applied } = (await app(1).ask<Override>('GET', `api/overrides/${body.id}`)).body;
      return applied.applied === 3 && applied.instances === 3;
    });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, body.expiresAtMs! - Date.now())));
    expect(await onAll(async (i) => (await policyHeader(i)).includes('q=5;'))).toBeLessThan(1_000);
  });

  test('is changed by the first of two operators; the second is told what changed, and may roll back', async () => {
    const { id, version } = (await create({ limit: 9 })).body;
    const change = (limit: number) => ({ patch: { limit }, reason: 'more of it' });
    const first = await app(1).ask<Override>('PUT', `api/overrides/${id}`, change(12), version);
    expect([first.status, first.body.version]).toEqual([200, 2]);
    const second = await app(2).ask<AdminProblem>('PUT', `api/overrides/${id}`, change(14), version);
    expect(second.status).toBe(412);
    expect(second.body.conflict).toMatchObject({
      version: 2,
      changes: [{ field: 'limit', before: '9', after: '12' }],
    });
    const rollback = { toVersion: 1, reason: 'too much' };
    const third = await app(2).ask<OverrideDetail>('POST', `api/overrides/${id}/rollback`, rollback, 2);
    expect(third.body.revisions.map(({ change }) => change)).toEqual(['rolled-back', 'changed', 'created']);
    expect(await onAll(async (i) => (await policyHeader(i)).includes('q=9;'))).toBeLessThan(1_000);
    const { entries } = (await app(0).ask<AuditPage>('GET', 'api/audit')).body;
    expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'override.rollback done',
      'override.change refused',
      'override.change done',
      'override.create done',
    ]);
  });

  test('stays when the instance that made it ends, and when Redis forgets everything', async () => {
    const { id } = (await create({ limit: 9 })).body;
    await onAll(async (i) => (await policyHeader(i)).includes('q=9;'));
    await app(0).close();
    await server.cli('FLUSHALL');
    await msUntil(
      async () =>
        (await app(1).ask<SystemStatus>('GET', 'api/system')).body.control.restored > 0 ||
        (await app(2).ask<SystemStatus>('GET', 'api/system')).body.control.restored > 0,
    );
    const store = { type: 'redis', url: server.url, prefix: `t${prefix}`, failBootWithoutStore: true } as const;
    const late = await startAdmin({ options: { store } });
    expect((await late.visit('search', 'somebody')).headers.get('ratelimit-policy')).toContain('q=9;');
    expect((await late.ask('GET', `api/overrides/${id}`)).status).toBe(200);
    const { entries } = (await late.ask<AuditPage>('GET', 'api/audit')).body;
    expect(entries.map(({ action }) => action)).toContain('control.restored');
  });

  test('of one key or a pattern concerns nobody else', async () => {
    const scopes = [
      { kind: 'key', key: 'header x-user:bob' },
      { kind: 'pattern', pattern: 'header x-user:acme-*' },
    ];
    for (const [i, scope] of scopes.entries()) {
      const body = { policy: 'search', scope, patch: { limit: 7 + i }, reason: 'a good customer' };
      expect((await app(0).ask('POST', 'api/overrides', body)).status).toBe(201);
    }
    const limitOf = async (index: number, user: string) =>
      /q=(\d+)/.exec((await app(index).visit('search', user)).headers.get('ratelimit-policy') ?? '')?.[1];
    expect(await onAll(async (i) => (await limitOf(i, 'bob')) === '7')).toBeLessThan(1_000);
    expect(await limitOf(1, 'acme-shop')).toBe('8');
    expect(await limitOf(2, 'carl')).toBe('5');
  });
});

describe('a ban made on one instance', () => {
  test.each([
    ['a key', { kind: 'key', key: 'header x-user:mallory' }],
    ['an address', { kind: 'address', address: '192.0.2.99' }],
    ['a range', { kind: 'cidr', cidr: '192.0.2.96/29' }],
  ])('of %s refuses on all within a second, until it is removed', async (_, match) => {
    const input = { list: 'ban', match, reason: 'guesses passwords', expiresInMs: HOUR_MS };
    const { status, body } = await app(1).ask<ListEntry>('POST', 'api/entries', input);
    expect(status).toBe(201);
    const visit = (index: number) => app(index).visit('search', 'mallory', '192.0.2.99');
    expect(await onAll(async (i) => JSON.stringify((await visit(i)).body).includes('abnormal'))).toBeLessThan(1_000);
    const refused = await visit(2);
    expect(refused.body).toMatchObject({ type: expect.stringContaining('abnormal-usage-detected') });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_590);
    expect((await app(0).visit('search', 'ann', '192.0.2.104')).status).toBe(200);
    await app(0).ask('POST', 'api/entries', { ...input, list: 'allow' });
    expect(await onAll(async (i) => (await visit(i)).status === 200)).toBeLessThan(1_000);
    expect((await app(2).ask('DELETE', `api/entries/${body.id}`, { reason: 'a mistake' }, body.version)).status).toBe(
      204,
    );
  });

  test('comes by itself after repeated denials, and is lifted with the key', async () => {
    for (let i = 0; i < 7; i++) await app(i % 2).visit('login', 'x', '192.0.2.50');
    expect(
      await onAll(async (i) => /abnormal/.test(JSON.stringify((await app(i).visit('login', 'x', '192.0.2.50')).body))),
    ).toBeLessThan(2_000);
    expect((await app(2).visit('login', 'x', '192.0.2.51')).status).toBe(200);
    const { blocked } = (await app(2).ask<BlockedList>('GET', 'api/blocked')).body;
    expect(blocked.map(({ key, policy }) => [key.text, policy])).toContainEqual(['ip:192.0.2.50', 'login']);
    const reset = { keys: ['ip:192.0.2.50'], reason: 'was our own test' };
    expect((await app(2).ask('POST', 'api/keys/reset', reset)).status).toBe(200);
    const isBanned = async (index: number) =>
      (await app(index).ask<KeyInspection>('GET', 'api/keys/inspect?key=192.0.2.50')).body.decidedBy !== null;
    expect(await onAll(async (i) => !(await isBanned(i)))).toBeLessThan(1_000);
    // A refusal is remembered for a second at most.
    const isIn = async () => (await app(0).visit('login', 'x', '192.0.2.50')).body === 'in';
    expect(await msUntil(isIn)).toBeLessThan(1_500);
  });
});

test('keys that every instance refuses are counted once, as many as are listed', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `user-${i}`);
  for (const name of names) for (let i = 0; i < 8; i++) await app(i % 3).visit('search', name);
  const overview = async (index: number) => (await app(index).ask<Overview>('GET', 'api/overview')).body;
  await onAll(async (i) => (await overview(i)).totals.denied === 3 * names.length);
  for (const index of [0, 1, 2]) {
    const { blocked, policies } = await overview(index);
    const search = policies.find(({ policy }) => policy === 'search')!;
    const listed = (await app(index).ask<BlockedList>('GET', 'api/blocked')).body.count;
    expect(listed).toBe(names.length);
    expect([blocked, search.blocked]).toEqual(Array(2).fill({ count: listed, atLeast: false }));
    const { traffic } = (await app(index).ask<PolicyDetail>('GET', 'api/policies/search')).body;
    expect(traffic.blocked.count).toBe(names.length);
  }
});
