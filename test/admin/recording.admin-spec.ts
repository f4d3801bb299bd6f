import { byHeader, RateLimiter, type RateLimitModuleOptions } from 'nest-floodgate';
import {
  type AuditPage,
  type Bootstrap,
  RateLimitAdmin,
  type RecordingStatus,
  type SimulationResult,
} from 'nest-floodgate/admin';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, HOUR_MS, msUntil, startAdmin } from './admin-app';

jest.setTimeout(60_000);

let server: RedisServer;
let prefix = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

const stores: Readonly<Record<string, () => NonNullable<RateLimitModuleOptions['store']>>> = {
  memory: () => ({ type: 'memory' }),
  Redis: () => ({
    type: 'redis',
    url: server.url,
    prefix: `r${String(++prefix)}`,
    deadlineMs: 5_000,
    failBootWithoutStore: true,
  }),
};

const status = async (app: AdminApp) => (await app.ask<RecordingStatus>('GET', 'api/recording')).body;
const record = (app: AdminApp, change: object = {}) =>
  app.ask<RecordingStatus>('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'to try out', ...change });
const simulate = async (app: AdminApp, patch: object, policy = 'search') =>
  (await app.ask<SimulationResult>('POST', 'api/simulate', { policy, patch })).body;
const untilRecorded = async (app: AdminApp, events: number) => {
  await msUntil(async () => (await status(app)).events === events);
};
/** How many of so many visits were refused. */
const visit = async (app: AdminApp, user: string, times: number) => {
  let refused = 0;
  for (let i = 0; i < times; i++) if ((await app.visit('search', user)).status === 429) refused++;
  return refused;
};

describe.each(Object.keys(stores))('recorded traffic, in %s', (kind) => {
  let app: AdminApp;
  beforeEach(async () => {
    app = await startAdmin({ options: { store: stores[kind]!() } });
  });

  test('is none until somebody asks for it', async () => {
    expect((await app.ask<Bootstrap>('GET', 'api/bootstrap')).body.features).toMatchObject({ recording: true });
    await visit(app, 'ann', 3);
    expect(await status(app)).toMatchObject({
      enabled: false,
      events: 0,
      fromMs: null,
      dropped: 0,
      maxEvents: 100_000,
    });
    expect(await simulate(app, { limit: 1 })).toMatchObject({ events: 0, before: { denied: 0 }, newlyBlocked: [] });
  });

  test('decided again says what clients were told, and what another limit would have told them', async () => {
    const { body } = await record(app);
    expect(body).toMatchObject({ enabled: true, oneIn: 1, retentionMs: HOUR_MS });
    expect(body.untilMs! - Date.now()).toBeGreaterThan(23 * HOUR_MS);
    const refused = [await visit(app, 'ann', 8), await visit(app, 'bob', 4), await visit(app, 'carl', 1)];
    expect(refused).toEqual([3, 0, 0]);
    await untilRecorded(app, 13);
    expect(await simulate(app, { limit: 3 })).toMatchObject({
      events: 13,
      keys: 3,
      oneIn: 1,
      truncated: false,
      before: { allowed: 10, denied: 3, blockedKeys: 1 },
      after: { allowed: 7, denied: 6, blockedKeys: 2 },
      newlyBlocked: [{ key: { text: 'header x-user:bob' }, events: 4, deniedBefore: 0, deniedAfter: 1 }],
      released: [],
    });
    const looser = await simulate(app, { limit: 20, algorithm: 'token-bucket', burst: 10 });
    expect(looser).toMatchObject({ after: { denied: 0 }, released: [{ key: { text: 'header x-user:ann' } }] });
    const sum = looser.series.reduce((total, { before, after }) => [total[0]! + before, total[1]! + after], [0, 0]);
    expect(sum).toEqual([3, 0]);
    expect(await simulate(app, { mode: 'off' })).toMatchObject({ before: { denied: 3 }, after: { denied: 0 } });
    expect(await simulate(app, { limit: 1 }, 'login')).toMatchObject({ events: 0 });
  });

  test('is decided again as code asks: what is undefined of another limit says nothing', async () => {
    const limiter = app.app.get(RateLimiter);
    limiter.addPolicy('bursts', { limit: 20, per: '1h', algorithm: 'token-bucket', burst: 2, key: byHeader('x-user') });
    await record(app);
    for (let i = 0; i < 5; i++) await limiter.consume('bursts', 'ann');
    await untilRecorded(app, 5);
    const request = { policy: 'bursts', patch: { limit: 10, burst: undefined } };
    const { simulation } = app.app.get(RateLimitAdmin);
    expect(await simulation.run(request as never)).toMatchObject({
      before: { denied: 3 },
      after: { denied: 3 },
    });
  });

  test('ends when it is turned off, is forgotten on demand, and every change is in the trail', async () => {
    await record(app);
    await visit(app, 'ann', 2);
    await untilRecorded(app, 2);
    await record(app, { enabled: false });
    await visit(app, 'ann', 2);
    expect(await status(app)).toMatchObject({ enabled: false, events: 2, untilMs: null });
    expect((await record(app, { enabled: false, forget: true })).body).toMatchObject({ events: 0 });
    const { entries } = (await app.ask<AuditPage>('GET', 'api/audit?action=recording.change')).body;
    expect(entries.map(({ changes }) => changes.find(({ field }) => field === 'recording')?.after)).toEqual([
      undefined,
      'off',
      'on',
    ]);
  });

  test('has all of some keys and nothing of the others', async () => {
    await record(app, { oneIn: 4 });
    for (let i = 0; i < 60; i++) await visit(app, `u${String(i)}`, 2);
    // What is recorded comes in parts.
    let [events, keys] = [0, 0];
    await msUntil(async () => {
      ({ events, keys } = await simulate(app, { limit: 1 }));
      return keys > 4 && events === 2 * keys;
    });
    expect(keys).toBeGreaterThan(4);
    expect(keys).toBeLessThan(30);
    expect(events).toBe(2 * keys);
  });

  test.each([
    ['a share that is no power of two', { oneIn: 3 }, 'oneIn'],
    ['too long', { retentionMs: 25 * HOUR_MS }, 'retentionMs'],
    ['no reason', { reason: '' }, 'reason'],
  ])('is refused with a message beside the field: %s', async (_, wrong, field) => {
    const { status: code, body } = await app.ask('PUT', 'api/recording', { enabled: true, reason: 'a test', ...wrong });
    expect([code, body]).toMatchObject([400, { fields: [{ path: field }] }]);
  });
});

test('instances record together, and each can try limits out on all of it', async () => {
  const store = stores['Redis']!();
  const [one, two] = await Promise.all([startAdmin({ options: { store } }), startAdmin({ options: { store } })]);
  await record(one);
  await msUntil(async () => (await status(two)).enabled);
  for (let i = 0; i < 4; i++) {
    await visit(one, 'ann', 1);
    await visit(two, 'ann', 1);
  }
  await untilRecorded(two, 8);
  expect(await simulate(one, { limit: 2 })).toMatchObject({ before: { denied: 3 }, after: { denied: 6 } });
  expect(await simulate(two, { limit: 8 })).toMatchObject({ before: { denied: 3 }, after: { denied: 0 } });
});

test('recording is changed right after another instance changed it: it asks for no version', async () => {
  const store = stores['Redis']!();
  const apps = [await startAdmin({ options: { store } }), await startAdmin({ options: { store } })];
  for (let i = 0; i < 6; i++) {
    const { status: code, body } = await record(apps[i % 2]!, { retentionMs: 60_000 * (i + 1) });
    expect([code, body]).toMatchObject([200, { enabled: true, retentionMs: 60_000 * (i + 1) }]);
  }
  const { entries } = (await apps[0]!.ask<AuditPage>('GET', 'api/audit?action=recording.change')).body;
  expect(entries.map(({ outcome }) => outcome)).toEqual(Array(6).fill('done'));
});
