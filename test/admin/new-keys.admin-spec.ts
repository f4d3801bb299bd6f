import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

let server: RedisServer;
let app: AdminApp;
let prefixes = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

const keysInRedis = async (prefix: string): Promise<number> =>
  (await server.cli('KEYS', `${prefix}:*`)).split('\n').filter((key) => key !== '' && !key.includes('{control}'))
    .length;

test('a client that makes up keys fills neither Redis nor the lists of operators, and gets no further', async () => {
  const prefix = `keys-${String(++prefixes)}`;
  const store = { type: 'redis', url: server.url, prefix, deadlineMs: 5_000, failBootWithoutStore: true } as const;
  app = await startAdmin({ options: { store, newKeys: { perNetwork: 20 } } }, { token: TOKEN });
  const known = await app.visit('search', 'ann', '198.51.100.200');
  expect(known.status).toBe(200);
  const before = await keysInRedis(prefix);
  const statuses: number[] = [];
  for (let i = 0; i < 100; i++)
    statuses.push((await app.visit('search', `made-up-${String(i)}`, `198.51.100.${String(i)}`)).status);
  // 19 more of their own, and five for all the others together.
  expect(statuses.filter((status) => status === 200).length).toBe(19 + 5);
  expect((await keysInRedis(prefix)) - before).toBeLessThanOrEqual(20 + 8);
  expect((await app.visit('search', 'ann', '198.51.100.200')).status).toBe(200);
  expect((await app.visit('search', 'bob', '203.0.113.1')).status).toBe(200);
  const { body } = await app.ask<{ blocked: { key: { text: string }; denied: number }[] }>('GET', 'api/blocked');
  expect(body.blocked).toMatchObject([{ key: { text: 'crowd:198.51.100.0/24' }, denied: 76 }]);
});
