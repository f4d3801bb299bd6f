import type {
  AuditPage,
  EntryList,
  ListEntry,
  OverrideDetail,
  OverrideList,
  RecordingStatus,
  SystemStatus,
} from 'nest-floodgate/admin';
import { type RateLimitModuleOptions } from 'nest-floodgate';
import { until } from '../support/load-until';
import { type RedisServer, startCluster, startRedis, startSentinel } from '../support/redis/index.mjs';
import { type AdminApp, HOUR_MS, msUntil, startAdmin } from './admin-app';

jest.setTimeout(120_000);

type RedisStore = Extract<NonNullable<RateLimitModuleOptions['store']>, { readonly type: 'redis' }>;

const stopping: { stop(): Promise<void> }[] = [];
function kept<Group extends { stop(): Promise<void> }>(group: Group): Group {
  stopping.push(group);
  return group;
}
afterEach(async () => {
  await Promise.all(stopping.splice(0).map((group) => group.stop()));
});

const limitAt = async (app: AdminApp): Promise<string> =>
  (await app.visit('search', `of ${Math.random()}`)).headers.get('ratelimit-policy') ?? '';
const override = (app: AdminApp, limit: number) =>
  app.ask<OverrideDetail>('POST', 'api/overrides', {
    policy: 'search',
    scope: { kind: 'policy' },
    patch: { limit },
    reason: 'a busy day',
    expiresInMs: HOUR_MS,
  });
const ban = (app: AdminApp, user: string) =>
  app.ask<ListEntry>('POST', 'api/entries', {
    list: 'ban',
    match: { kind: 'key', key: `header x-user:${user}` },
    reason: 'guesses passwords',
  });
const isBanned = async (app: AdminApp, user: string): Promise<boolean> =>
  JSON.stringify((await app.visit('search', user)).body).includes('abnormal');
const start = (store: RedisStore): Promise<AdminApp> =>
  startAdmin({ options: { store: { failBootWithoutStore: true, ...store } } });

test('in a Cluster everything that operators decide holds on other instances within a second, and lies in one slot', async () => {
  const cluster = kept(await startCluster());
  const store: RedisStore = { type: 'redis', nodes: cluster.ports.map((port) => ({ host: '127.0.0.1', port })) };
  const [one, two] = [await start(store), await start(store)];
  const made = await override(one, 9);
  expect(made.status).toBe(201);
  expect(await msUntil(async () => (await limitAt(two)).includes('q=9;'))).toBeLessThan(1_000);
  expect((await ban(two, 'mallory')).status).toBe(201);
  expect(await msUntil(() => isBanned(one, 'mallory'))).toBeLessThan(1_000);
  const { id, version } = made.body;
  const change = { patch: { limit: 7 }, reason: 'less of it' };
  expect((await two.ask('PUT', `api/overrides/${id}`, change, version)).status).toBe(200);
  expect((await one.ask('PUT', `api/overrides/${id}`, change, version)).status).toBe(412);
  expect(await msUntil(async () => (await limitAt(one)).includes('q=7;'))).toBeLessThan(1_000);

  // What instances tell each other: who is refused, what is recorded, what was done.
  await one.ask('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'a test' });
  await msUntil(async () => (await two.ask<RecordingStatus>('GET', 'api/recording')).body.enabled);
  for (let i = 0; i < 9; i++) await one.visit('search', 'ann');
  await msUntil(async () => {
    const { body } = await two.ask<{ blocked: { key: { text: string }; denied: number }[] }>('GET', 'api/blocked');
    return body.blocked.some(({ key, denied }) => key.text === 'header x-user:ann' && denied === 2);
  });
  await msUntil(async () => (await two.ask<RecordingStatus>('GET', 'api/recording')).body.events >= 9);
  const simulated = await two.ask<{ events: number }>('POST', 'api/simulate', {
    policy: 'search',
    patch: { limit: 2 },
  });
  expect([simulated.status, simulated.body.events >= 9]).toEqual([200, true]);
  expect((await two.ask('POST', 'api/keys/reset', { keys: ['header x-user:ann'], reason: 'called us' })).status).toBe(
    200,
  );
  const { entries } = (await two.ask<AuditPage>('GET', 'api/audit')).body;
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['override.create', 'override.change', 'entry.create', 'recording.change', 'key.reset']),
  );
  const { redis, instances, degraded } = (await two.ask<SystemStatus>('GET', 'api/system')).body;
  expect([redis?.topology, instances.length, degraded]).toEqual(['cluster', 2, []]);

  const keys = await Promise.all(cluster.nodes.map(async (node) => keysOf(node)));
  const control = keys.flat().filter((key) => key.includes('{control}'));
  expect(control.length).toBeGreaterThan(5);
  expect(keys.filter((own) => own.some((key) => key.includes('{control}')))).toHaveLength(1);
});

test('after a failover of Sentinels everything is still there, or was written back', async () => {
  const group = kept(await startSentinel());
  const sentinels = group.sentinelPorts.map((port) => ({ host: '127.0.0.1', port }));
  const store: RedisStore = { type: 'redis', sentinels, name: group.masterName };
  const [one, two] = [await start(store), await start(store)];
  expect((await override(one, 9)).status).toBe(201);
  await ban(two, 'mallory');
  await msUntil(async () => (await isBanned(one, 'mallory')) && (await limitAt(two)).includes('q=9;'));
  const master = await group.master();
  await master.kill();
  // All the while it holds.
  expect(await limitAt(two)).toContain('q=9;');
  await group.nextMaster(master);
  await until('the admin API to write again', async () => (await ban(one, 'mona')).status === 201);
  expect(await msUntil(() => isBanned(two, 'mona'))).toBeLessThan(2_000);
  const late = await start(store);
  expect(await limitAt(late)).toContain('q=9;');
  expect([await isBanned(late, 'mallory'), await isBanned(late, 'mona')]).toEqual([true, true]);
  expect((await late.ask<OverrideList>('GET', 'api/overrides')).body.overrides).toHaveLength(1);
  expect((await late.ask<EntryList>('GET', 'api/entries')).body.entries).toHaveLength(2);
  const { redis } = (await late.ask<SystemStatus>('GET', 'api/system')).body;
  expect(redis).toMatchObject({ connected: true, role: 'master' });
});

test('what a replica had missed when it became the master is written back, though others have written since', async () => {
  const server = kept(await startRedis());
  const store: RedisStore = { type: 'redis', url: server.url, prefix: 'lag' };
  const one = await start(store);
  const { id } = (await override(one, 9)).body;
  // What such a master would have: not this one, but another that was written in its place.
  const state = await server.cli('HGET', 'lag:{control}:meta', 'state');
  await server.cli('HDEL', 'lag:{control}:documents', id);
  await server.cli('ZREM', 'lag:{control}:changes', id);
  await server.cli('CLIENT', 'KILL', 'TYPE', 'normal');
  await until('the override to be there again', async () =>
    (await server.cli('HEXISTS', 'lag:{control}:documents', id)).includes('1'),
  );
  expect(Number(await server.cli('HGET', 'lag:{control}:meta', 'state'))).toBe(Number(state) + 1);
  const late = await start(store);
  expect(await limitAt(late)).toContain('q=9;');
});

async function keysOf(node: RedisServer): Promise<readonly string[]> {
  return (await node.cli('KEYS', '*')).split('\n').filter((key) => key !== '');
}
