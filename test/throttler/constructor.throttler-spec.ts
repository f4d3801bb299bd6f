import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import { RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

let server: RedisServer;
let socketDirectory: string;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  socketDirectory = await mkdtemp(join(tmpdir(), 'floodgate-socket-'));
  server = await startRedis({ args: ['--unixsocket', join(socketDirectory, 'redis.sock')] });
});
afterAll(async () => {
  await server.stop();
  await rm(socketDirectory, { recursive: true });
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Counts one hit and tells under which key. */
async function keyOfHit(storage: RedisThrottlerStorage): Promise<string> {
  open.push(storage);
  await server.cli('flushall');
  await storage.untilReady();
  const { totalHits } = await storage.increment('client', 60_000, 3, 60_000, 'default');
  expect(totalHits).toBe(1);
  return server.cli('keys', '*');
}

function closing<Client extends { disconnect(): void }>(client: Client): Client {
  open.push({
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  });
  return client;
}

const STRICT = { deadlineMs: 5_000, onStoreFailure: 'closed' } as const;

test('a URL', async () => {
  expect(await keyOfHit(new RedisThrottlerStorage(server.url))).toMatch(/^throttler:\{.{11}\}$/);
});

test('options twice, of which those that are undefined say nothing', async () => {
  const given = { port: Number(new URL(server.url).port), prefix: 'own' };
  const unsaid = { port: undefined, prefix: undefined };
  expect(await keyOfHit(new RedisThrottlerStorage(given as never, unsaid as never))).toMatch(/^own:/);
});

test('a URL with options, ours and those of ioredis', async () => {
  const storage = new RedisThrottlerStorage(server.url, { ...STRICT, prefix: 'own', db: 3, keepAlive: 5_000 });
  open.push(storage);
  await storage.untilReady();
  await storage.increment('client', 60_000, 3, 60_000, 'default');
  expect(await server.cli('-n', 3, 'keys', '*')).toMatch(/^own:/);
  expect(storage.redis).toMatchObject({ options: { keepAlive: 5_000 } });
});

test.each<[form: string, argument: () => unknown]>([
  ['host:port', () => `${server.host}:${server.port}`],
  ['a port', () => server.port],
  ['a port in a text', () => `${server.port}`],
  ['the path of a socket', () => join(socketDirectory, 'redis.sock')],
  ['a URL with a query', () => `${server.url}?family=4`],
  ['{ url } in such a form', () => ({ url: `${server.host}:${server.port}` })],
])('what else ioredis takes: %s', async (_form, argument) => {
  expect(await keyOfHit(new RedisThrottlerStorage(argument() as string))).toMatch(/^throttler:/);
});

test.each<[text: string | number, store: object]>([
  ['redis', { url: 'redis://redis' }],
  ['127.0.0.1', { url: 'redis://127.0.0.1' }],
  ['[::1]:6380/2', { url: 'redis://[::1]:6380/2' }],
  [6380, { client: { options: { host: 'localhost', port: 6380 } } }],
  ['6380', { client: { options: { host: 'localhost', port: 6380 } } }],
  ['/run/redis.sock?db=2', { client: { options: { path: '/run/redis.sock', db: 2 } } }],
  ['redis://redis:6380?family=6', { client: { options: { host: 'redis', port: 6380, family: 6 } } }],
])('%p leads where it leads in ioredis', (text, store) => {
  const storage = new RedisThrottlerStorage(text as string);
  open.push(storage);
  expect(storage.storeConfig).toMatchObject(store);
});

test.each<[first: unknown, second: unknown, problem: RegExp]>([
  ['', undefined, /\n {2}RedisThrottlerStorage\(url\): is empty/],
  ['http://localhost:6379', undefined, /\(url\): does not start with redis:\/\//],
  ['unix:///tmp/redis.sock', undefined, /\(url\): does not start with redis:\/\//],
  ['::1', undefined, /\(url\): cannot be read as a URL/],
  ['redis://u:p#w@h', { keepAlive: 1 }, /\(url\): cannot be read as a URL/],
  ['redis://u?x@h', undefined, /\(url\): has a #, or a \?/],
  [70_000, undefined, /RedisThrottlerStorage\(port\): is 70000/],
  ['0', undefined, /RedisThrottlerStorage\(port\): is "0"/],
  [true, undefined, /RedisThrottlerStorage: was given true/],
  [['localhost'], undefined, /RedisThrottlerStorage: was given a list/],
  ['localhost', 6380, /RedisThrottlerStorage: was given 6380/],
  ['redis://h', { nodes: ['a'] }, /RedisThrottlerStorage: has url and nodes/],
  [{ prefix: 'a b' }, undefined, /\n {2}RedisThrottlerStorage\.prefix: is "a b"/],
])('refuses %p, %p', (first, second, problem) => {
  expect(() => new RedisThrottlerStorage(first as string, second as object)).toThrow(problem);
});

test('refuses options that a client has already', () => {
  const client = closing(new Redis({ lazyConnect: true }));
  expect(() => new RedisThrottlerStorage(client, { db: 3 })).toThrow(
    'RedisThrottlerStorage.db: does not go with client',
  );
});

test('options of ioredis alone, whose keyPrefix comes in front', async () => {
  const { host, port } = server;
  expect(await keyOfHit(new RedisThrottlerStorage({ host, port, keyPrefix: 'app:' }))).toMatch(/^app:throttler:/);
});

test.each([
  ['6', () => new Redis(server.url)],
  ['5', () => new Redis5(server.url)],
] as const)('a client of ioredis %s, which is duplicated and stays open', async (_version, makeClient) => {
  const client = closing(makeClient() as Redis);
  const storage = new RedisThrottlerStorage(client, STRICT);
  expect(await keyOfHit(storage)).toMatch(/^throttler:/);
  expect(storage.redis).not.toBe(client);
  await storage.close();
  expect(await client.ping()).toBe('PONG');
});

test('a client that is used as it is', async () => {
  const client = closing(new Redis(server.url));
  const storage = new RedisThrottlerStorage(client, { ...STRICT, share: true });
  await keyOfHit(storage);
  expect(storage.redis).toBe(client);
  await storage.close();
  expect(await client.ping()).toBe('PONG');
});

test.each([
  ['arguments', () => new RedisThrottlerStorage()],
  ['any that says something', () => new RedisThrottlerStorage({ url: undefined, onStoreFailure: undefined })],
])('without %s: Redis on this machine at its usual port', (_what, make) => {
  const storage = make();
  open.push(storage);
  expect(storage.storeConfig).toEqual({ type: 'redis', url: 'redis://localhost:6379', prefix: 'throttler' });
});

test('refuses a client of another library, and options that cannot be', () => {
  const foreign = { sendCommand: () => undefined, quit: () => undefined, connect: () => undefined };
  expect(() => new RedisThrottlerStorage(foreign as never)).toThrow(
    'that is no ioredis client. Pass a Redis or Cluster',
  );
  expect(() => new RedisThrottlerStorage(server.url, { prefix: 'a b' })).toThrow('prefix');
  expect(() => new RedisThrottlerStorage(server.url, { deadlineMs: 0 })).toThrow('deadlineMs');
  expect(() => new RedisThrottlerStorage(server.url, { onStoreFailure: 'shut' as never })).toThrow('onStoreFailure');
});

test.each([{ ttl: NaN }, { limit: NaN }, { blockDuration: NaN }])('refuses hits with %p', async (odd) => {
  const storage = new RedisThrottlerStorage(server.url, STRICT);
  open.push(storage);
  const hit = { key: 'client', ttl: 1_000, limit: 1, blockDuration: 1_000, throttlerName: 'default', ...odd };
  await expect(storage.incrementAll([hit])).rejects.toMatchObject({ code: 'CALL_INVALID' });
  await expect(storage.incrementOwner('client', [hit])).rejects.toMatchObject({ code: 'CALL_INVALID' });
});
