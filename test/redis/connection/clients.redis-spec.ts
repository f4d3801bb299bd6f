import Redis6, { Cluster as Cluster6 } from 'ioredis';
import Redis5, { Cluster as Cluster5 } from 'ioredis-5';
import { type RedisCluster, type RedisServer, startCluster, startRedis } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

const scene = new Scene();
let server: RedisServer;
let cluster: RedisCluster;

jest.setTimeout(60_000);

beforeAll(async () => {
  [server, cluster] = await Promise.all([startRedis({ password: 'hidden' }), startCluster({ masters: 3 })]);
});

afterEach(async () => {
  await scene.end();
});

afterAll(async () => {
  await Promise.all([server.stop(), cluster.stop()]);
});

/** What the tests do with a client themselves. */
interface Client {
  readonly status: string;
  readonly isCluster: boolean;
  connect(): Promise<void>;
  ping(): Promise<string>;
  hset(key: string, field: string, value: string): Promise<number>;
  hdel(key: string, field: string): Promise<number>;
  listenerCount(event: string): number;
  on(event: 'error', listener: () => void): unknown;
  disconnect(): void;
}

const ending = (client: Client): Client => {
  client.on('error', () => undefined);
  scene.after(() => {
    client.disconnect();
  });
  return client;
};

const named = async () =>
  (await server.cli('CLIENT', 'LIST')).split('\n').filter((line) => line.includes('name=floodgate:'));

describe.each([
  {
    version: 6,
    single: (options: object): Client => new Redis6(server.port, { password: 'hidden', ...options }),
    clustered: (nodes: { host: string; port: number }[]): Client => new Cluster6(nodes, { keyPrefix: 'app:' }),
  },
  {
    version: 5,
    single: (options: object): Client => new Redis5(server.port, { password: 'hidden', ...options }),
    clustered: (nodes: { host: string; port: number }[]): Client => new Cluster5(nodes, { keyPrefix: 'app:' }),
  },
])('a client of ioredis $version', ({ single, clustered }) => {
  it('is duplicated with safe options, keeps its login, database and key prefix, and is left alone', async () => {
    const client = ending(single({ db: 2, keyPrefix: 'app:', stringNumbers: true }));
    const connection = scene.connect({ client });
    await connection.waitUntilReady(READY_MS);
    await until(async () => (await named()).length === 1);
    expect(await named()).toEqual([expect.stringContaining(' db=2 ')]);
    expect(connection.keyPrefix).toBe('app:');
    await client.hset('rl:{a}', 'f', '1');
    expect(await connection.client.hdel('rl:{a}', 'f')).toBe(1);
    await connection.close();
    await until(async () => (await named()).length === 0);
    expect(await client.ping()).toBe('PONG');
    expect(scene.linesWith('unsafe')).toEqual([]);
  });

  it('is shared as it is after one warning, and not closed', async () => {
    const client = ending(single({}));
    const before = client.listenerCount('error');
    const connection = scene.connect({ client, share: true });
    await connection.waitUntilReady(READY_MS);
    expect(connection.client).toBe(client);
    expect(scene.linesWith('unsafe')).toEqual([
      expect.stringMatching(
        /shared client\) has options .*enableOfflineQueue .*autoResend.*maxRetriesPerRequest.*no socketTimeout/,
      ),
    ]);
    await connection.close();
    expect(client.listenerCount('error')).toBe(before);
    expect(await client.ping()).toBe('PONG');
    expect(scene.linesWith('Closing')).toEqual([]);
  });

  it('is shared without a warning where its options are safe, and connected where it waits to be', async () => {
    const safe = {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      socketTimeout: 1_000,
    };
    const client = ending(single({ lazyConnect: true, ...safe }));
    const connection = scene.connect({ client, share: true });
    await connection.waitUntilReady(READY_MS);
    expect(scene.lines).toEqual([`[Redis] Connected to redis://localhost:${server.port} (shared client)`]);
  });

  it('that was closed before it is shared is told of, and used once somebody connects it', async () => {
    const client = ending(single({}));
    await client.ping();
    client.disconnect();
    await until(() => client.status === 'end');
    const connection = scene.connect({ client, share: true });
    expect(scene.linesWith('Cannot connect')).toEqual([expect.stringContaining('the client was closed before')]);
    await client.connect();
    await connection.waitUntilReady(READY_MS);
  });

  it('for a Cluster is duplicated or shared', async () => {
    const nodes = [{ host: '127.0.0.1', port: cluster.ports[0]! }];
    const client = ending(clustered(nodes));
    const connection = scene.connect({ client });
    await connection.waitUntilReady(READY_MS);
    expect(connection.client).not.toBe(client);
    expect(connection.keyPrefix).toBe('app:');
    expect(await connection.client.hdel('rl:{a}', 'f')).toBe(0);
    const shared = scene.connect({ client, share: true });
    await shared.waitUntilReady(READY_MS);
    expect(shared.nodeOf(0)).toBe(connection.nodeOf(0));
    await shared.close();
    await connection.close();
    expect(await client.hdel('rl:{a}', 'f')).toBe(0);
  });
});
