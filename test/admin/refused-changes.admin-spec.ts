import type { AuditPage } from 'nest-floodgate/admin';
import { ADMIN_HEADER } from 'nest-floodgate/admin';
import { type AdminApp, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

const READER = 'a-token-that-may-only-read-and-is-long-enough';
const RANGE = 'ip:192.0.2.0/24';
const ANN = 'header x-user:ann';
const ACME = 'header x-user:acme-shop';

async function start(): Promise<AdminApp & { tryAs(token: string, path: string, body: unknown): Promise<number> }> {
  // Of policies that there are, and of none: as everywhere else.
  const redactKey = (key: string, policy: string | undefined) =>
    policy === undefined || policy === 'search' ? key.replace(/acme-\w+/, 'acme-…') : 'unheard of';
  const app = await startAdmin({}, { token: [TOKEN, { token: READER, role: 'read', name: 'Rita' }], redactKey });
  const tryAs = async (token: string, path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}`, [ADMIN_HEADER]: '1', 'content-type': 'application/json' };
    const url = `${app.url}/_rate-limit/api/${path}`;
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };
  return { ...app, tryAs };
}

async function trailOf(app: AdminApp, action: string) {
  const { entries } = (await app.ask<AuditPage>('GET', `api/audit?action=${action}`)).body;
  return entries.map(({ target, policy, outcome }) => [target, policy, outcome]).reverse();
}

test('of an override that was refused the trail has the policy and for whom it was, as far as that is known', async () => {
  const app = await start();
  const reason = 'a test';
  const patch = { limit: 6 };
  const scopes = [
    { kind: 'policy' },
    { kind: 'key', key: ACME },
    { kind: 'pattern', pattern: 'header x-user:a*' },
    { kind: 'key', key: RANGE },
    { kind: 'everybody' },
  ];
  for (const scope of scopes) {
    expect(await app.tryAs(READER, 'overrides', { policy: 'search', scope, patch, reason })).toBe(403);
  }
  expect(await app.tryAs(READER, 'overrides', { policy: 'none', scope: scopes[1], patch, reason })).toBe(403);
  expect(await app.tryAs(READER, 'overrides', { scope: scopes[0], patch, reason })).toBe(403);
  expect(await app.tryAs(READER, 'overrides', ['search'])).toBe(403);
  expect(await app.tryAs(TOKEN, 'overrides', { policy: 'search', scope: scopes[1], patch })).toBe(400);
  const large = { policy: 'search', scope: scopes[0], patch: { limit: 500 }, reason };
  expect(await app.tryAs(TOKEN, 'overrides', large)).toBe(400);
  expect(await trailOf(app, 'override.create')).toEqual([
    ['search', 'search', 'refused'],
    ['search for header x-user:acme-…', 'search', 'refused'],
    ['search for header x-user:a*', 'search', 'refused'],
    ['search for …', 'search', 'refused'],
    ['search for …', 'search', 'refused'],
    ['none for header x-user:acme-…', null, 'refused'],
    ['', null, 'refused'],
    ['', null, 'refused'],
    ['search for header x-user:acme-…', 'search', 'refused'],
    ['search', 'search', 'refused'],
  ]);
});

test('of a reset that was refused the trail has the keys and the policy, as far as they are known', async () => {
  const app = await start();
  const reason = 'a test';
  const attempts = [
    { keys: [ANN], reason },
    { keys: [ACME, 'ip:2001:db8::7'], policy: 'search', reason },
    { keys: [RANGE, 5, ANN], reason },
    { keys: [ACME], policy: 'none', reason },
    { keys: 'all', policy: 'search', reason },
    { keys: [], policy: 5, reason },
  ];
  for (const attempt of attempts) expect(await app.tryAs(READER, 'keys/reset', attempt)).toBe(403);
  expect(await app.tryAs(TOKEN, 'keys/reset', { keys: [ANN] })).toBe(400);
  expect(await app.tryAs(TOKEN, 'keys/reset', { keys: [ANN, RANGE], reason })).toBe(400);
  const many = Array.from({ length: 100 }, (_, i) => `header x-user:of-many-${String(i)}`);
  expect(await app.tryAs(READER, 'keys/reset', { keys: many, reason })).toBe(403);
  const trail = await trailOf(app, 'key.reset');
  expect(trail.slice(0, -1)).toEqual([
    [ANN, null, 'refused'],
    ['header x-user:acme-…, ip:2001:db8::', 'search', 'refused'],
    [ANN, null, 'refused'],
    ['header x-user:acme-…', null, 'refused'],
    ['', 'search', 'refused'],
    ['', null, 'refused'],
    [ANN, null, 'refused'],
    [ANN, null, 'refused'],
  ]);
  expect(trail.at(-1)![0]).toMatch(/^header x-user:of-many-0, header x-user:of-many-1, .*…$/);
  expect(trail.at(-1)![0]).toHaveLength(500);
});
