import { startOperated } from '../../operating/operated-app';
import { until } from '../../support/load-until';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';

jest.setTimeout(60_000);

let server: RedisServer;

beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.stop());

test.each([
  ['full memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
  ['a right that is missing', ['ACL', 'SETUSER', 'default', '-evalsha'], ['ACL', 'SETUSER', 'default', '+evalsha']],
  ['a write that is denied', ['ACL', 'SETUSER', 'default', '-hset'], ['ACL', 'SETUSER', 'default', '+hset']],
  ['the role of a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
])('an instance that nobody asks again finds out that %s is over', async (_refusal, refuse, mend) => {
  const app = await startOperated({ redisUrl: server.url });
  const status = async () => (await app.get('/readyz')).json['status'];
  await until('a Redis that is known to be well', async () => (await status()) === 'ok');
  await server.cli(...refuse);
  await app.get('/work');
  expect(await status()).toBe('degraded');
  await server.cli(...mend);
  await until('the end of it', async () => (await status()) === 'ok');
});

test('an instance that is refused says still that it lives', async () => {
  const app = await startOperated({ redisUrl: server.url });
  const alive = async () => (await server.cli('KEYS', '*{stats}:alive:*')).trim();
  await until('its first word', async () => (await alive()) !== '');
  await server.cli('ACL', 'SETUSER', 'default', '-evalsha');
  await app.get('/work');
  const key = await alive();
  await server.cli('DEL', key);
  await until('another word', async () => (await alive()) === key);
  expect((await app.get('/readyz')).json).toMatchObject({ status: 'degraded' });
});
