import { Operations } from 'nest-floodgate';
import type { BlockedList, KeyInspection, ListEntry, Override } from 'nest-floodgate/admin';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, HOUR_MS, msUntil, startAdmin } from './admin-app';

jest.setTimeout(60_000);

const REASON = 'called us';
const ANN = 'header x-user:ann';

async function blockedBy(app: AdminApp): Promise<readonly string[]> {
  const { body } = await app.ask<BlockedList>('GET', 'api/blocked');
  return body.blocked.map(({ key }) => key.text);
}

const countedBy = ({ app }: AdminApp): number =>
  app.get(Operations).statistics.snapshot().policies['search']?.blocked.count ?? 0;

const post = async <Body>(app: AdminApp, path: string, body: object): Promise<Body> => {
  const answer = await app.ask<Body>('POST', path, { reason: REASON, ...body });
  expect(answer.status).toBe(201);
  return answer.body;
};

const override = (app: AdminApp, patch: object, scope: object = { kind: 'policy' }): Promise<Override> =>
  post(app, 'api/overrides', { policy: 'search', scope, patch });

const overdraw = async (app: AdminApp, user: string): Promise<void> => {
  for (let i = 0; i < 7; i++) await app.visit('search', user);
};

describe('on one instance', () => {
  test.each([
    ['a higher limit', (app: AdminApp) => override(app, { limit: 9 })],
    ['mode off', (app: AdminApp) => override(app, { mode: 'off' })],
    ['mode shadow', (app: AdminApp) => override(app, { mode: 'shadow' })],
    ['a higher limit for the key', (app: AdminApp) => override(app, { limit: 9 }, { kind: 'key', key: ANN })],
    [
      'an allow entry',
      (app: AdminApp) => post(app, 'api/entries', { list: 'allow', match: { kind: 'key', key: ANN } }),
    ],
  ])('%s takes those off the list whom it concerns, before they ask again', async (_, act) => {
    const app = await startAdmin();
    await overdraw(app, 'ann');
    expect([await blockedBy(app), countedBy(app)]).toEqual([[ANN], 1]);
    await act(app);
    expect([await blockedBy(app), countedBy(app)]).toEqual([[], 0]);
  });

  test('others stay, and who is still refused comes back', async () => {
    const app = await startAdmin();
    for (const user of ['ann', 'bob']) await overdraw(app, user);
    const { id, version } = await override(app, { limit: 2 }, { kind: 'key', key: ANN });
    expect(await blockedBy(app)).toEqual(['header x-user:bob']);
    await app.visit('search', 'ann');
    expect((await blockedBy(app)).length).toBe(2);
    await app.ask('DELETE', `api/overrides/${id}`, { reason: REASON }, version);
    expect(await blockedBy(app)).toEqual(['header x-user:bob']);
  });

  test('a ban that was made shorter or removed keeps nobody on the list', async () => {
    const app = await startAdmin();
    const ban = { list: 'ban', match: { kind: 'address', address: '192.0.2.7' }, expiresInMs: HOUR_MS };
    const { id, version } = await post<ListEntry>(app, 'api/entries', ban);
    await app.visit('search');
    expect(await blockedBy(app)).toEqual([ANN]);
    const shorter = { reason: REASON, expiresInMs: 60_000 };
    expect((await app.ask('PATCH', `api/entries/${id}`, shorter, version)).status).toBe(200);
    expect(await blockedBy(app)).toEqual([]);
    await app.visit('search');
    const [again] = (await app.ask<BlockedList>('GET', 'api/blocked')).body.blocked;
    expect(again!.untilMs - Date.now()).toBeLessThanOrEqual(60_000);
    expect((await app.ask('DELETE', `api/entries/${id}`, { reason: REASON }, version + 1)).status).toBe(204);
    expect([await blockedBy(app), countedBy(app)]).toEqual([[], 0]);
  });

  test('who is allowed before his time is over is no longer listed', async () => {
    const app = await startAdmin();
    await overdraw(app, 'ann');
    expect(await blockedBy(app)).toEqual([ANN]);
    const limiter = app.app.get(Operations).store!;
    const [charged] = (await app.ask<KeyInspection>('GET', `api/keys/inspect?key=${encodeURIComponent(ANN)}`)).body
      .policies;
    await limiter.reset(`${charged!.policy}\n${charged!.algorithm}\n${charged!.scope}`, ANN);
    await msUntil(async () => (await app.visit('search')).status === 200);
    expect([await blockedBy(app), countedBy(app)]).toEqual([[], 0]);
  });

  test('a key that nothing refuses is not called blocked', async () => {
    const app = await startAdmin();
    await overdraw(app, 'ann');
    const inspected = async () => {
      const path = `api/keys/inspect?key=${encodeURIComponent(ANN)}`;
      return (await app.ask<KeyInspection>('GET', path)).body.policies;
    };
    expect(await inspected()).toMatchObject([{ state: 'blocked', unblocksAtMs: expect.any(Number) }]);
    const { id, version } = await override(app, { mode: 'off' });
    expect(await inspected()).toMatchObject([{ mode: 'off', state: 'ok', used: 5, unblocksAtMs: null }]);
    await app.ask('DELETE', `api/overrides/${id}`, { reason: REASON }, version);
    expect(await inspected()).toMatchObject([{ state: 'blocked' }]);
    await post(app, 'api/entries', { list: 'allow', match: { kind: 'key', key: ANN } });
    expect(await inspected()).toMatchObject([{ mode: 'enforce', state: 'ok', used: 5, unblocksAtMs: null }]);
  });
});

describe('in a fleet', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server.stop();
  });

  let prefix = 0;
  const startTwo = async (): Promise<readonly [AdminApp, AdminApp]> => {
    const store = { type: 'redis', url: server.url, prefix: `t${++prefix}`, deadlineMs: 5_000 } as const;
    return [await startAdmin({ options: { store } }), await startAdmin({ options: { store } })];
  };

  test('what an operator does on one instance takes off the list whom another one refused', async () => {
    const [here, there] = await startTwo();
    await overdraw(there, 'ann');
    expect(await blockedBy(there)).toEqual([ANN]);
    await override(here, { limit: 9 });
    expect(await blockedBy(here)).toEqual([]);
    await msUntil(() => Promise.resolve(countedBy(there) === 0));
    expect(await blockedBy(there)).toEqual([]);
  });

  test('denials that another instance has not told of yet put nobody on the list again', async () => {
    const [here, there] = await startTwo();
    const ban = { list: 'ban', match: { kind: 'key', key: ANN }, expiresInMs: HOUR_MS };
    const { id, version } = await post<ListEntry>(here, 'api/entries', ban);
    const isEverywhere = async () => {
      const { applied } = (await here.ask<ListEntry>('GET', `api/entries/${id}`)).body;
      return applied.applied === 2 && applied.instances === 2;
    };
    await msUntil(isEverywhere);
    expect((await there.visit('search')).status).toBe(429);
    expect((await here.ask('DELETE', `api/entries/${id}`, { reason: REASON }, version)).status).toBe(204);
    await msUntil(isEverywhere);
    expect(await blockedBy(here)).toEqual([]);
    expect((await there.visit('search')).status).toBe(200);
  });
});
