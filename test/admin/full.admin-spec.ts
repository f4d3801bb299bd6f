import type { Override } from 'nest-floodgate/admin';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { startAdmin } from './admin-app';

jest.setTimeout(30_000);

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

test('beside 5,000 documents none is added, with what can be done about it; one that is there can be changed', async () => {
  const store = {
    type: 'redis',
    url: server.url,
    prefix: 'full',
    deadlineMs: 5_000,
    failBootWithoutStore: true,
  } as const;
  const app = await startAdmin({ options: { store } });
  const input = { policy: 'search', scope: { kind: 'policy' }, patch: { limit: 9 }, reason: 'a test' };
  const { id, version } = (await app.ask<Override>('POST', 'api/overrides', input)).body;
  const others = Array.from({ length: 4_999 }, (_, i) => [`other-${String(i)}`, '1']).flat();
  await server.cli('HSET', 'full:{control}:documents', ...others);

  const entry = { list: 'ban', match: { kind: 'cidr', cidr: '203.0.113.0/24' }, reason: 'a test' };
  const { status, body } = await app.ask<{ code: string; detail: string }>('POST', 'api/entries', entry);
  expect([status, body.code]).toEqual([429, 'too-many']);
  expect(body.detail).toMatch(/^There are 5000 .* Change one that is there, or wait\.$/);
  const changed = await app.ask<Override>(
    'PUT',
    `api/overrides/${id}`,
    { patch: { limit: 8 }, reason: 'a test' },
    version,
  );
  expect(changed.status).toBe(200);
});
