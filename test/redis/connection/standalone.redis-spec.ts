import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

const PASSWORD = 'a pass/word#1';
const scene = new Scene();
let server: RedisServer;

jest.setTimeout(60_000);

beforeEach(async () => {
  server = scene.keep(await startRedis({ password: PASSWORD }));
});

afterEach(async () => {
  await scene.end();
});

const here = () => `redis://127.0.0.1:${server.port} (standalone)`;

it('connects by URL, once and by name, and says so without the password', async () => {
  const connection = scene.connect({ url: `${server.url}/3`, prefix: 'shop' });
  await connection.waitUntilReady(READY_MS);
  expect(await connection.client.ping()).toBe('PONG');
  const clients = (await server.cli('CLIENT', 'LIST'))
    .split('\n')
    .filter((line) => line.includes('name=floodgate:shop:'));
  expect(clients).toEqual([expect.stringContaining(' db=3 ')]);
  expect(scene.lines).toEqual([`[Redis] Connected to ${here()}`]);
});

it('says once that the database is refused, and which one is used then', async () => {
  const connection = scene.connect({ url: `${server.url}/99` });
  await connection.waitUntilReady(READY_MS);
  expect(scene.lines).toEqual([
    `[Redis] ${here()} refuses the database: ERR DB index is out of range. Limits are kept in its database 0.`,
    `[Redis] Connected to ${here()}`,
  ]);
});

it('connects as a user of its own, who has all the rights that the documentation names and no more', async () => {
  const rights = '~rl:* resetchannels -@all +evalsha +script|load +hgetall +hset +hdel +pexpire +time +ping +info';
  await server.cli('ACL', 'SETUSER', 'limiter', 'on', '>hidden', ...rights.split(' '), '+client|setname', '+select');
  const connection = scene.connect({
    host: '127.0.0.1',
    port: String(server.port),
    username: 'limiter',
    password: 'hidden',
  });
  await connection.waitUntilReady(READY_MS);
  await until(async () => (await server.cli('INFO', 'commandstats')).includes('cmdstat_evalsha'));
  await connection.client.ping();
  expect(await server.cli('CLIENT', 'LIST')).toContain('name=floodgate:rl:');
  expect(scene.lines).toEqual([`[Redis] Connected to ${here()}`]);
  expect(await server.cli('ACL', 'LOG')).toBe('');
});

it('names the rights that are missing, once', async () => {
  // ioredis itself prints that it may not ask INFO.
  jest.spyOn(console, 'warn').mockReturnValue();
  await server.cli('ACL', 'SETUSER', 'limiter', 'on', '>hidden', '~other:*', '+@all', '-hset', '-pexpire', '-info');
  const connection = scene.connect({ host: '127.0.0.1', port: server.port, username: 'limiter', password: 'hidden' });
  await connection.waitUntilReady(READY_MS);
  await until(() => scene.lines.length >= 2);
  expect(scene.lines).toEqual([
    `[Redis] Connected to ${here()}`,
    expect.stringContaining('denies access to rl:{floodgate}'),
  ]);
  expect(scene.lines[1]).toContain('HSET');
  expect(scene.lines[1]).toContain('PEXPIRE');
});

it('names a right that is taken away while it runs, and works again when it is given back', async () => {
  await server.cli('ACL', 'SETUSER', 'limiter', 'on', '>hidden', '~*', '+@all');
  const connection = scene.connect({ host: '127.0.0.1', port: server.port, username: 'limiter', password: 'hidden' });
  await connection.waitUntilReady(READY_MS);
  await server.cli('ACL', 'SETUSER', 'limiter', '-hdel');
  for (let i = 0; i < 5; i++) await expect(connection.client.hdel('rl:{a}', 'f')).rejects.toThrow('NOPERM');
  expect(scene.linesWith('denies HDEL')).toHaveLength(1);
  await server.cli('ACL', 'SETUSER', 'limiter', '+hdel');
  expect(await connection.client.hdel('rl:{a}', 'f')).toBe(0);
});

it('warns once of a memory policy that drops limits', async () => {
  await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  const connection = scene.connect({ url: server.url });
  await connection.waitUntilReady(READY_MS);
  await until(() => scene.linesWith('allkeys-lru').length > 0);
  await server.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until(() => scene.linesWith('recovered').length > 0);
  await connection.client.ping();
  expect(scene.linesWith('allkeys-lru')).toHaveLength(1);
});

it('says once that the password is wrong, goes on trying, and connects when it is right', async () => {
  const connection = scene.connect({ host: '127.0.0.1', port: server.port, password: 'another' });
  await expect(connection.waitUntilReady(2_500)).rejects.toThrow('WRONGPASS');
  expect(scene.lines).toEqual([
    expect.stringMatching(/^\[Redis\] Cannot connect to .*: WRONGPASS .* until it is there\.$/),
  ]);
  await server.cli('CONFIG', 'SET', 'requirepass', 'another');
  await connection.waitUntilReady(READY_MS);
  expect(scene.lines.slice(1)).toEqual([`[Redis] Connected to ${here()}`]);
  expect(scene.lines.join()).not.toContain('another');
  expect(scene.lines.join()).not.toContain(PASSWORD);
  await server.cli('-a', 'another', 'CONFIG', 'SET', 'requirepass', PASSWORD).catch(() => undefined);
});

it('boots without Redis, and says once that it is not there', async () => {
  await server.kill();
  const connection = scene.connect({ url: server.url });
  await expect(connection.waitUntilReady(2_500)).rejects.toThrow('ECONNREFUSED');
  expect(connection.isReady).toBe(false);
  await expect(connection.client.ping()).rejects.toThrow();
  expect(scene.lines).toEqual([
    `[Redis] Cannot connect to ${here()}: connect ECONNREFUSED 127.0.0.1:${server.port}. ` +
      "Rate limits are answered by each policy's onStoreFailure until it is there.",
  ]);
});
