import { startRedis } from '../support/redis/index.mjs';
import { until } from '../support/load-until';
import { type AdminApp, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const BAN = { list: 'ban', match: { kind: 'key', key: 'user:42' }, reason: 'a test' };

const detailOf = async ({ ask }: AdminApp, method: string, path: string, body?: object): Promise<string> =>
  (await ask<{ detail: string }>(method, path, body)).body.detail;

test('what cannot be read says nothing of changes', async () => {
  const redis = await startRedis();
  const app = await startAdmin({ options: { store: { type: 'redis', url: redis.url } } });
  await redis.stop();
  expect(await detailOf(app, 'GET', 'api/blocked')).toMatch(/^The shared store does not answer\./);
  const nothing = /^Nothing was changed: the shared store does not answer\./;
  expect(await detailOf(app, 'POST', 'api/entries', BAN)).toMatch(nothing);
});

test('a change that Redis is late to answer may be made all the same, and is not called undone', async () => {
  const redis = await startRedis();
  const app = await startAdmin({ options: { store: { type: 'redis', url: redis.url } } });
  // Right after the boot, and from now on Redis knows the script.
  const match = { kind: 'key', key: 'user:7' };
  expect((await app.ask('POST', 'api/entries', { ...BAN, match })).status).toBe(201);
  redis.pause();
  const detail = await detailOf(app, 'POST', 'api/entries', BAN);
  redis.resume();
  expect(detail).toMatch(/^It may have been changed, or not: the shared store does not answer\./);
  const kept = async () => (await app.ask<{ entries: unknown[] }>('GET', 'api/entries')).body.entries;
  await until('the ban', async () => (await kept()).length === 2);
  await redis.stop();
});
