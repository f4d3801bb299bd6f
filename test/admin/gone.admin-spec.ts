import type { AuditPage, ListEntry, Override, OverrideDetail } from 'nest-floodgate/admin';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, HOUR_MS, msUntil, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const reason = 'a test';
const over = { reason: 'over' };
const ban = { list: 'ban', match: { kind: 'key', key: 'user:42' }, reason };
const override = { policy: 'search', scope: { kind: 'policy' }, patch: { limit: 7 }, reason };

const hoursOf = ({ expiresAtMs, changedAtMs }: Override): number => (expiresAtMs! - changedAtMs) / HOUR_MS;

async function expired(app: AdminApp): Promise<Override> {
  const { body } = await app.ask<Override>('POST', 'api/overrides', { ...override, expiresInMs: 1_000 });
  const path = `api/overrides/${body.id}`;
  await msUntil(async () => (await app.ask<Override>('GET', path)).body.state === 'expired');
  return body;
}

test('what is taken back is not there to be changed or taken back again', async () => {
  const app = await startAdmin();
  const entry = (await app.ask<ListEntry>('POST', 'api/entries', ban)).body;
  const path = `api/entries/${entry.id}`;
  expect((await app.ask('DELETE', path, over, 1)).status).toBe(204);
  const change = { reason, expiresInMs: HOUR_MS };
  expect(await app.ask('PATCH', path, change, 2)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  expect((await app.ask('DELETE', path, over, 2)).status).toBe(404);
  // Who has not seen yet that it is gone is told who did it.
  expect(await app.ask('PATCH', path, change, 1)).toMatchObject({ status: 412, body: { conflict: { version: 2 } } });
  expect((await app.ask<ListEntry>('GET', path)).body).toMatchObject({ state: 'removed', version: 2 });
  expect((await app.ask('POST', 'api/entries', ban)).status).toBe(201);

  const { id } = (await app.ask<Override>('POST', 'api/overrides', override)).body;
  expect((await app.ask('DELETE', `api/overrides/${id}`, over, 1)).status).toBe(204);
  expect((await app.ask('DELETE', `api/overrides/${id}`, over, 2)).status).toBe(404);
});

test('an override that expired is changed for four hours, and one in force keeps its end', async () => {
  const app = await startAdmin();
  const { id } = await expired(app);
  const path = `api/overrides/${id}`;
  const again = (await app.ask<OverrideDetail>('PUT', path, { patch: { limit: 8 }, reason }, 1)).body;
  expect([again.state, hoursOf(again)]).toEqual(['active', expect.closeTo(4, 3)]);
  const kept = (await app.ask<OverrideDetail>('PUT', path, { patch: { limit: 9 }, reason }, 2)).body;
  expect(kept.expiresAtMs).toBe(again.expiresAtMs);
});

describe('the trail', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server.stop();
  });

  test('is exported as far as asked', async () => {
    const app = await startAdmin();
    for (const key of ['user:1', 'user:2']) {
      await app.ask('POST', 'api/entries', { ...ban, match: { kind: 'key', key } });
    }
    expect((await app.ask<AuditPage>('GET', 'api/audit/export?limit=1')).body.entries).toHaveLength(1);
    expect((await app.ask<AuditPage>('GET', 'api/audit/export')).body.entries).toHaveLength(2);
    const csv = (await app.ask<string>('GET', 'api/audit/export?format=csv&limit=1')).body;
    expect(csv.trim().split('\r\n')).toHaveLength(2);
  });

  test('is exported with the unit of a window: in a table as text, in JSON as it was sent', async () => {
    const app = await startAdmin();
    const confirm = 'search';
    const { id } = (await app.ask<Override>('POST', 'api/overrides', { ...override, patch: { per: 90_000 } })).body;
    const path = `api/overrides/${id}`;
    await app.ask('PUT', path, { patch: { per: '60' }, reason, confirm }, 1);
    await app.ask('PUT', path, { patch: { per: '2m', limit: 9 }, reason }, 2);
    const csv = (await app.ask<string>('GET', 'api/audit/export?format=csv')).body;
    expect(csv.match(/(?:per|limit): [^;"]+/g)).toEqual([
      ...['per: 60 ms > 2m', 'limit: - > 9'],
      ...['per: 90000 ms > 60 ms', 'per: - > 90000 ms'],
    ]);
    const { entries } = (await app.ask<AuditPage>('GET', 'api/audit/export?format=json')).body;
    expect(entries.map(({ changes }) => changes[0])).toEqual([
      { field: 'per', before: '60', after: '2m' },
      { field: 'per', before: '90000', after: '60' },
      { field: 'per', before: null, after: '90000' },
    ]);
  });

  test('is read before an entry, and before nothing else', async () => {
    const app = await startAdmin({
      options: { store: { type: 'redis', url: server.url, failBootWithoutStore: true } },
    });
    for (const before of ['abc', '0-0', '5', '+', '99999999999999999999-1']) {
      for (const path of ['api/audit', 'api/audit/export']) {
        const answer = await app.ask('GET', `${path}?before=${encodeURIComponent(before)}`);
        expect([before, answer]).toMatchObject([before, { status: 400, body: { fields: [{ path: 'before' }] } }]);
      }
    }
    await app.ask('POST', 'api/entries', { ...ban, match: { kind: 'key', key: 'user:1' } });
    await app.ask('POST', 'api/entries', { ...ban, match: { kind: 'key', key: 'user:2' } });
    const newest = (await app.ask<AuditPage>('GET', 'api/audit?limit=1')).body;
    const older = await app.ask<AuditPage>('GET', `api/audit?limit=1&before=${String(newest.next)}`);
    expect(older.body.entries).toHaveLength(1);
    expect(older.body.entries[0]!.id).not.toBe(newest.entries[0]!.id);
  });
});
