import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { Scene, until } from './scene';

const scene = new Scene();
let server: RedisServer;

jest.setTimeout(20_000);

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

it('leaves an idle connection alone', async () => {
  const connection = scene.connect({ url: server.url });
  await connection.waitUntilReady(2_000);
  const before = await server.cli('INFO', 'stats');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(scene.lines).toHaveLength(1);
  const received = (text: string) => Number(/total_connections_received:(\d+)/.exec(text)?.[1]);
  // The second look is a connection of its own.
  expect(received(await server.cli('INFO', 'stats')) - received(before)).toBe(1);
});

it('looks for another master when Redis has become a replica, but not at every command', async () => {
  const connection = scene.connect({ url: server.url });
  await connection.waitUntilReady(2_000);
  await server.cli('REPLICAOF', '127.0.0.1', '1');
  for (let i = 0; i < 20; i++) {
    await connection.client.hdel('rl:{a}', 'f').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await until(() => connection.isReady);
  expect(scene.lines.slice(1)).toEqual([lost("READONLY You can't write against a read only replica"), recovered]);
});
