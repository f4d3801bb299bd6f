import { byHeader, type RateLimitModuleOptions } from 'nest-floodgate';
import type { BlockedList, KeyInspection, Override, Overview, PolicyDetail } from 'nest-floodgate/admin';
import { adapters } from '../support/apps';
import { HOUR_MS, POLICIES, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const visits = async (count: number, visit: () => Promise<{ readonly status: number }>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await visit()).status);
  return statuses;
};

test.each(adapters)('on %s: a policy in shadow mode counts, refuses nobody and is in no header', async (adapter) => {
  const policies: RateLimitModuleOptions['policies'] = {
    ...POLICIES,
    search: { limit: 2, per: '1m', key: byHeader('x-user'), mode: 'shadow' },
  };
  const app = await startAdmin({ adapter, options: { policies } });
  expect(await visits(4, () => app.visit('search'))).toEqual([200, 200, 200, 200]);
  expect((await app.visit('search')).headers.has('ratelimit')).toBe(false);
  const { policies: states } = (await app.ask<KeyInspection>('GET', 'api/keys/inspect?key=header%20x-user:ann')).body;
  expect(states).toMatchObject([{ policy: 'search', mode: 'shadow', state: 'blocked', used: 2, limit: 2 }]);
});

test('modes by override: off lets everybody pass, shadow too, and code holds again when it is removed', async () => {
  const app = await startAdmin();
  await visits(5, () => app.visit('search'));
  expect((await app.visit('search')).status).toBe(429);
  let { body } = await app.ask<Override>('POST', 'api/overrides', {
    policy: 'search',
    scope: { kind: 'policy' },
    patch: { mode: 'shadow' },
    reason: 'a try',
  });
  expect([body.state, body.expiresAtMs! - body.createdAtMs]).toEqual(['shadow', 4 * HOUR_MS]);
  expect((await app.visit('search')).status).toBe(200);
  const off = { patch: { mode: 'off' }, reason: 'a try' };
  ({ body } = await app.ask<Override>('PUT', `api/overrides/${body.id}`, off, body.version));
  expect((await app.visit('search')).headers.has('ratelimit')).toBe(false);
  expect((await app.ask('DELETE', `api/overrides/${body.id}`, { reason: 'enough' }, body.version)).status).toBe(204);
  expect((await app.visit('search')).status).toBe(429);
  const { overrides } = (await app.ask<PolicyDetail>('GET', 'api/policies/search')).body;
  expect(overrides).toMatchObject([{ state: 'removed', version: 3 }]);
});

test('blocked now, until when, and totals are what clients were told', async () => {
  const app = await startAdmin();
  const answers = [];
  for (const user of ['ann', 'bob']) for (let i = 0; i < 8; i++) answers.push(await app.visit('search', user));
  const denied = answers.filter(({ status }) => status === 429);
  const { body } = await app.ask<BlockedList>('GET', 'api/blocked');
  expect(body.blocked.map(({ key, policy, denied: count }) => [key.text, policy, count]).sort()).toEqual([
    ['header x-user:ann', 'search', 3],
    ['header x-user:bob', 'search', 3],
  ]);
  for (const { untilMs, sinceMs } of body.blocked) {
    expect(Math.abs((untilMs - sinceMs) / 1_000 - Number(denied[0]!.headers.get('retry-after')))).toBeLessThan(1);
  }
  const overview = (await app.ask<Overview>('GET', 'api/overview')).body;
  expect(overview.totals).toMatchObject({ allowed: answers.length - denied.length, denied: denied.length });
});

test.each([
  ['the policy', { policy: 'none' }, 'policy'],
  ['nothing to change', { patch: {} }, 'patch'],
  ['a burst that the algorithm has not', { patch: { burst: 3 } }, 'patch'],
  ['no reason', { reason: ' ' }, 'reason'],
  ['a change of more than tenfold', { patch: { limit: 500 } }, 'confirm'],
  ['a window of milliseconds in place of a minute', { patch: { per: 60 } }, 'confirm'],
  ['an expiry that is none', { expiresInMs: 'soon' }, 'expiresInMs'],
  ['a pattern for everybody', { scope: { kind: 'pattern', pattern: '**' } }, 'scope.pattern'],
])('an override is refused with a message beside the field: %s', async (_, wrong, field) => {
  const app = await startAdmin();
  const input = { policy: 'search', scope: { kind: 'policy' }, patch: { limit: 6 }, reason: 'a test', ...wrong };
  const { status, body } = await app.ask<{ fields: { path: string; message: string }[] }>(
    'POST',
    'api/overrides',
    input,
  );
  expect(status).toBe(400);
  expect(body.fields).toMatchObject([{ path: field, message: expect.stringMatching(/.{10}/) }]);
});

test.each([
  '\t=1+1',
  '\r\n@SUM',
  'a\u0000\u001b[31m',
  '=1+1',
  '+1',
  '-1',
  '@SUM',
  '<b>x</b>',
  'ü/%:"',
  'x'.repeat(300),
])('a hostile key is data: %s', async (value) => {
  const app = await startAdmin();
  const key = `header x-user:${value}`;
  const input = { list: 'ban', match: { kind: 'key', key }, reason: value.slice(0, 100).padEnd(3) };
  expect((await app.ask('POST', 'api/entries', { ...input, reason: `${value.slice(0, 90)} ...` })).status).toBe(201);
  const inspected = await app.ask<KeyInspection>('GET', `api/keys/inspect?key=${encodeURIComponent(key)}`);
  expect(inspected.body.decidedBy).toMatchObject({ list: 'ban' });
  const { body } = await app.ask<string>('GET', 'api/audit/export?format=csv');
  for (const cell of body.split(/","|\r\n"/)) expect(cell).not.toMatch(/^[=+\-@]/);
});
