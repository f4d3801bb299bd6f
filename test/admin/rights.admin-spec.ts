import { readFileSync } from 'node:fs';
import type { AuditPage, ListEntry, Override, SystemStatus } from 'nest-floodgate/admin';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, msUntil, startAdmin } from './admin-app';

jest.setTimeout(60_000);

let server: RedisServer;

beforeEach(async () => {
  server = await startRedis();
});
afterEach(async () => {
  await server.stop();
});

/** An app whose user has the rights that docs/redis.md grants, but for these. */
async function startLimited(...without: readonly string[]): Promise<AdminApp> {
  const [line = ''] = /^ACL SETUSER .*$/m.exec(readFileSync('docs/redis.md', 'utf8')) ?? [];
  await server.cli(...line.replace('PASSWORD', 'secret').split(' '), ...without);
  const url = server.url.replace('redis://', 'redis://limiter:secret@');
  const store = { type: 'redis', url, prefix: 'rl', deadlineMs: 5_000, failBootWithoutStore: true } as const;
  return startAdmin({ options: { store } });
}

test('everything works with the rights that docs/redis.md grants, and nothing is refused', async () => {
  const app = await startLimited();
  await app.ask('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'a test' });
  const override = await app.ask<Override>('POST', 'api/overrides', {
    policy: 'search',
    scope: { kind: 'policy' },
    patch: { limit: 3 },
    reason: 'a test',
    expiresInMs: 1_000,
  });
  expect(override.status).toBe(201);
  const match = { kind: 'cidr', cidr: '203.0.113.0/24' };
  const entry = await app.ask<ListEntry>('POST', 'api/entries', { list: 'ban', match, reason: 'a test' });
  for (let i = 0; i < 7; i++) await app.visit(i % 2 === 0 ? 'search' : 'login');
  const simulation = { policy: 'search', patch: { limit: 1 } };
  const simulated = async () => (await app.ask<{ events: number }>('POST', 'api/simulate', simulation)).body.events;
  await msUntil(async () => (await simulated()) === 4);
  const expired = async () => (await app.ask<AuditPage>('GET', 'api/audit?action=override.expire')).body.entries;
  await msUntil(async () => (await expired()).length > 0);
  for (const path of [
    'blocked',
    'recording',
    'keys',
    'overview',
    'system',
    'traffic',
    'audit',
    'keys/inspect?key=ip:192.0.2.7',
  ]) {
    expect([path, (await app.ask('GET', `api/${path}`)).status]).toEqual([path, 200]);
  }
  expect(await simulated()).toBe(4);
  expect((await app.ask('POST', 'api/keys/reset', { keys: ['ip:192.0.2.7'], reason: 'a test' })).status).toBe(200);
  const { id, version } = entry.body;
  expect((await app.ask('DELETE', `api/entries/${id}`, { reason: 'a test' }, version)).status).toBe(204);
  await app.ask('PUT', 'api/recording', { enabled: false, forget: true, reason: 'a test' });
  await server.cli('DEL', 'rl:{control}:meta', 'rl:{control}:documents', 'rl:{control}:changes');
  await msUntil(async () => (await app.ask<SystemStatus>('GET', 'api/system')).body.control.restored > 0);
  await app.close();
  expect((await server.cli('ACL', 'LOG')).trim()).toBe('');
});

test('an instance that refuses somebody, and may not tell the others, still does what operators decide', async () => {
  const app = await startLimited('-hsetnx');
  const operator = await startAdmin({ options: { store: { type: 'redis', url: server.url, prefix: 'rl' } } });
  const refuses = async () => (await app.visit('search', 'noisy')).status === 429;
  await msUntil(refuses);
  const override = { policy: 'search', scope: { kind: 'policy' }, patch: { limit: 3 }, reason: 'an attack' };
  expect((await operator.ask('POST', 'api/overrides', override)).status).toBe(201);
  // Somebody is refused meanwhile, so that there is something to be told with each poll.
  await msUntil(async () => {
    expect(await refuses()).toBe(true);
    return (await app.visit('search', `of ${Math.random()}`)).headers.get('ratelimit-policy')!.includes('q=3;');
  });
  const { control, degraded } = (await app.ask<SystemStatus>('GET', 'api/system')).body;
  expect([control.overrides, degraded]).toEqual([1, []]);
});
