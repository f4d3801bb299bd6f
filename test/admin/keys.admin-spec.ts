import { byHeader, Operations, RateLimiter, type RateLimitModuleOptions } from 'nest-floodgate';
import type {
  AuditPage,
  BlockedList,
  KeyList,
  ListEntry,
  Override,
  Overview,
  PolicyDetail,
  ResetResult,
} from 'nest-floodgate/admin';
import { startRedis } from '../support/redis/index.mjs';
import { POLICIES, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const visits = async (count: number, visit: () => Promise<{ readonly status: number }>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await visit()).status);
  return statuses;
};

test('a key is let go of one policy, with a reason in the trail', async () => {
  const app = await startAdmin();
  await visits(6, () => app.visit('search'));
  const input = { keys: ['header x-user:ann'], policy: 'search', reason: 'called us' };
  const { body } = await app.ask<ResetResult>('POST', 'api/keys/reset', input);
  expect(body.results).toMatchObject([{ policies: ['search'], problem: null }]);
  expect((await app.visit('search')).status).toBe(200);
  const { entries } = (await app.ask<AuditPage>('GET', 'api/audit')).body;
  expect(entries).toMatchObject([{ action: 'key.reset', reason: 'called us', target: 'header x-user:ann' }]);
});

test('a reset of several keys checks all of them, and the policy, before it lets one go', async () => {
  const app = await startAdmin();
  await visits(6, () => app.visit('search'));
  const reset = async (input: object) =>
    app.ask('POST', 'api/keys/reset', { keys: ['header x-user:ann'], reason: 'called us', ...input });
  const refused = [await reset({ keys: ['header x-user:ann', 'bad'] }), await reset({ policy: 'none' })];
  expect(refused).toMatchObject([
    { status: 400, body: { fields: [{ path: 'keys.1', message: expect.stringMatching(/.{10}/) }] } },
    { status: 400, body: { fields: [{ path: 'policy', message: 'There is no such policy.' }] } },
  ]);
  expect((await app.visit('search')).status).toBe(429);
  expect((await app.ask<AuditPage>('GET', 'api/audit?action=key.reset&outcome=done')).body.entries).toEqual([]);
});

test('a reset that fails for one key says so of that one, and does the others', async () => {
  const redis = await startRedis();
  try {
    const app = await startAdmin({ options: { store: { type: 'redis', url: redis.url, deadlineMs: 5_000 } } });
    const buckets = async () => new Set((await redis.cli('KEYS', '*')).trim().split('\n'));
    const reset = (...keys: string[]) =>
      app.ask<ResetResult & { detail?: string }>('POST', 'api/keys/reset', { keys, reason: 'called us' });
    const [ann, bob, cid] = ['ann', 'bob', 'cid'].map((user) => `header x-user:${user}`) as [string, string, string];
    await visits(6, () => app.visit('search', 'ann'));
    const before = await buckets();
    await app.visit('search', 'bob');
    // What another program has written over.
    const [written = ''] = [...(await buckets())].filter((name) => !before.has(name) && name.includes('{'));
    await redis.cli('DEL', written);
    await redis.cli('SET', written, 'something else');
    const { status, body } = await reset(bob, ann, cid);
    expect([status, body.results.map(({ key, problem }) => [key.text, problem !== null])]).toEqual([
      200,
      [
        [bob, true],
        [ann, false],
        [cid, false],
      ],
    ]);
    expect((await app.visit('search', 'ann')).status).toBe(200);
    expect(await reset(bob)).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
  } finally {
    await redis.stop();
  }
});

test('a reset names the policies that a key was in use of, and none for a key that was never seen', async () => {
  const byPlan = { limit: () => 5, per: '1m', key: byHeader('x-user') } as const;
  const app = await startAdmin({ options: { policies: { ...POLICIES, search: byPlan } } });
  await app.visit('search');
  const { body } = await app.ask<ResetResult>('POST', 'api/keys/reset', {
    keys: ['header x-user:ann', 'header x-user:nobody'],
    reason: 'called us',
  });
  expect(body.results.map(({ policies }) => policies)).toEqual([['search'], []]);
});

test('known keys are found by how they begin, and by how their value begins', async () => {
  const app = await startAdmin();
  await visits(6, () => app.visit('search'));
  const found = async (search: string) =>
    (await app.ask<KeyList>('GET', `api/keys?search=${encodeURIComponent(search)}`)).body.keys.map(
      ({ key }) => key.text,
    );
  expect(await found('header x-u')).toEqual(['header x-user:ann']);
  expect(await found('an')).toEqual(['header x-user:ann']);
  expect(await found('nn')).toEqual([]);
  expect((await app.ask<BlockedList>('GET', `api/blocked?search=an`)).body.blocked).toHaveLength(1);
});

test('a key is not blocked by a call that could never be allowed, unless none could', async () => {
  const app = await startAdmin({ options: { policies: { ...POLICIES, none: { limit: 0, per: '1m' } } } });
  const limiter = app.app.get(RateLimiter);
  expect((await limiter.consume('search', 'ann', { cost: 6 })).outcome).toBe('impossible');
  expect((await limiter.consume('none', '192.0.2.7')).outcome).toBe('impossible');
  const { blocked } = (await app.ask<BlockedList>('GET', 'api/blocked')).body;
  expect(blocked.map(({ policy }) => policy)).toEqual(['none']);
  expect((await app.visit('search')).status).toBe(200);
  const { policies } = app.app.get(Operations).statistics.snapshot();
  expect([policies['search']?.blocked.count, policies['none']?.blocked.count]).toEqual([0, 1]);
});

test('a key that code resets is blocked no longer, before it is refused again', async () => {
  const app = await startAdmin();
  const limiter = app.app.get(RateLimiter);
  const blocked = async (): Promise<readonly unknown[]> => {
    const listed = (await app.ask<BlockedList>('GET', 'api/blocked')).body.blocked.map(({ key }) => key.text);
    return [listed, app.app.get(Operations).statistics.snapshot().policies['search']?.blocked.count];
  };
  await visits(6, () => app.visit('search'));
  expect(await blocked()).toEqual([['header x-user:ann'], 1]);
  await limiter.reset('search', 'ann');
  expect(await blocked()).toEqual([[], 0]);
  await visits(6, () => app.visit('search'));
  await limiter.reset('search', 'ann');
  await visits(6, () => app.visit('search'));
  expect(await blocked()).toEqual([['header x-user:ann'], 1]);
});

test('who was let go is counted as blocked no longer', async () => {
  const app = await startAdmin();
  await visits(6, () => app.visit('search'));
  const blocked = async () => (await app.ask<PolicyDetail>('GET', 'api/policies/search')).body.traffic.blocked.count;
  expect(await blocked()).toBe(1);
  await app.ask('POST', 'api/keys/reset', { keys: ['header x-user:ann'], reason: 'called us' });
  expect(await blocked()).toBe(0);
  expect((await app.ask<BlockedList>('GET', 'api/blocked')).body.blocked).toEqual([]);
});

test('keys that stand out are those of entries and overrides in force', async () => {
  const app = await startAdmin();
  const ban = { list: 'ban', match: { kind: 'key', key: 'header x-user:ann' }, reason: 'a test' };
  const scope = { kind: 'key', key: 'header x-user:bob' };
  const override = { policy: 'search', scope, patch: { limit: 9 }, reason: 'a test' };
  const entry = (await app.ask<ListEntry>('POST', 'api/entries', ban)).body;
  const { id, version } = (await app.ask<Override>('POST', 'api/overrides', override)).body;
  const known = async () =>
    (await app.ask<KeyList>('GET', 'api/keys')).body.keys.map(({ key, known: why }) => [key.text, why]);
  expect(await known()).toEqual([
    ['header x-user:ann', ['listed']],
    ['header x-user:bob', ['overridden']],
  ]);
  await app.ask('DELETE', `api/entries/${entry.id}`, { reason: 'a mistake' }, entry.version);
  await app.ask('DELETE', `api/overrides/${id}`, { reason: 'a mistake' }, version);
  expect(await known()).toEqual([]);
});

test('keys are redacted before they leave, and can be acted on all the same', async () => {
  const redactKey = () => '(hidden)';
  const app = await startAdmin({}, { token: 'x'.repeat(40), redactKey, guards: [], authorize: () => 'configure' });
  expect((await app.ask('GET', 'api/blocked')).status).toBe(401);
  const open = await startAdmin({}, { redactKey });
  await visits(6, () => open.visit('search', '<script>alert(1)</script>'));
  const { body } = await open.ask<BlockedList>('GET', 'api/blocked');
  expect(JSON.stringify(body)).not.toContain('script');
  const { key } = body.blocked[0]!;
  expect(key.text).toBe('(hidden)');
  await open.ask('POST', 'api/keys/reset', { keys: [key.ref], reason: 'called us' });
  expect((await open.visit('search', '<script>alert(1)</script>')).status).toBe(200);
});

test('a client that names itself like a digest is redacted as any other', async () => {
  const redactKey = () => '(hidden)';
  const names = ['mail:#1', 'carl:#deadbeef', '#deadbeef'];
  const tops = async (operations: RateLimitModuleOptions['operations']) => {
    const app = await startAdmin({ options: { operations } }, { redactKey });
    for (const name of names) await app.visit('search', name);
    const { topRequests } = (await app.ask<Overview>('GET', 'api/overview')).body;
    return topRequests.map(({ key }) => [key.text, key.ref?.slice(0, 7)]);
  };
  expect(await tops({ keyText: (identity) => identity })).toEqual(names.map(() => ['(hidden)', 'sealed.']));
  // What the statistics have hidden is told apart by its digest, and nobody can act on it.
  const digest: unknown[] = [expect.stringMatching(/^header x-user:#[0-9a-f]{8}$/), undefined];
  expect(await tops({})).toEqual(names.map(() => digest));
});
