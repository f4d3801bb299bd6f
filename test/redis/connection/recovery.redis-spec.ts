import Redis5 from 'ioredis-5';
import { type RedisServer, startRedis, startTcpProxy } from '../../support/redis/index.mjs';
import { NOTICED_MS, READY_MS, RECOVERY_MS, Scene, until } from './scene';

const scene = new Scene();
let server: RedisServer;

jest.setTimeout(60_000);

beforeEach(async () => {
  server = scene.keep(await startRedis());
});

afterEach(async () => {
  await scene.end();
});

const lost = (reason: string): unknown =>
  expect.stringMatching(
    new RegExp(
      `^\\[Redis\\] Connection to redis://.* lost: ${reason}\\. Rate limits are answered by .* until it is back\\.$`,
    ),
  );
const recovered: unknown = expect.stringMatching(/^\[Redis\] Connection to redis:\/\/.* recovered after \d+\.\d s$/);

/** With ioredis 6, and with a duplicate of a client of ioredis 5. */
const versions = [
  { version: 6, connect: (port: number) => scene.connect({ host: '127.0.0.1', port }) },
  {
    version: 5,
    connect(port: number) {
      const client = new Redis5(port, '127.0.0.1', { lazyConnect: true });
      scene.after(() => {
        client.disconnect();
      });
      return scene.connect({ client });
    },
  },
];

describe.each(versions)('with ioredis $version', ({ connect }) => {
  it('recovers from a Redis that was killed, with commands under way, and says so once', async () => {
    const connection = connect(server.port);
    const states: string[] = [];
    connection.onStateChange((state) => states.push(state));
    await connection.waitUntilReady(READY_MS);
    server.pause();
    const underWay = connection.client.evalsha('0'.repeat(40), 0).catch((error: unknown) => String(error));
    await server.kill();
    expect(await underWay).toMatch(/max retries per request|Connection is closed/);
    await until(() => !connection.isReady);
    await expect(connection.client.ping()).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.restart();
    expect(await until(() => connection.isReady)).toBeLessThan(RECOVERY_MS);
    // A timer of the old connection must not end the new one.
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(scene.lines.slice(1)).toEqual([
      lost('((read|write) (ECONNRESET|EPIPE)|the connection was closed)'),
      recovered,
    ]);
    expect(states).toEqual(['ready', 'lost', 'ready']);
  });

  it('notices that Redis is frozen, and recovers when it is not', async () => {
    const connection = connect(server.port);
    await connection.waitUntilReady(READY_MS);
    server.pause();
    expect(await until(() => !connection.isReady)).toBeLessThan(NOTICED_MS);
    await new Promise((resolve) => setTimeout(resolve, 500));
    server.resume();
    expect(await until(() => connection.isReady)).toBeLessThan(RECOVERY_MS);
    expect(scene.lines.slice(1)).toEqual([lost('it has stopped answering'), recovered]);
  });

  it('notices a network that swallows everything, idle or not, and opens another connection', async () => {
    const proxy = scene.keep(await startTcpProxy(server.port));
    const connection = connect(proxy.port);
    await connection.waitUntilReady(READY_MS);
    await proxy.set('blackhole');
    expect(await until(() => !connection.isReady)).toBeLessThan(NOTICED_MS);
    await proxy.set('pass');
    expect(await until(() => connection.isReady)).toBeLessThan(RECOVERY_MS);
    expect(await connection.client.ping()).toBe('PONG');
    expect(scene.lines.slice(1)).toEqual([lost('it has stopped answering'), recovered]);
  });
});
