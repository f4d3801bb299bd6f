import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

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

it('leaves an idle connection alone', async () => {
  const connection = scene.connect({ url: server.url });
  await connection.waitUntilReady(READY_MS);
  const before = await server.cli('INFO', 'stats');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(scene.lines).toHaveLength(1);
  const received = (text: string) => Number(/total_connections_received:(\d+)/.exec(text)?.[1]);
  // The second look is a connection of its own.
  expect(received(await server.cli('INFO', 'stats')) - received(before)).toBe(1);
});

it('looks for another master when Redis has become a replica, but not at every command', async () => {
  const connection = scene.connect({ url: server.url });
  await connection.waitUntilReady(READY_MS);
  await server.cli('REPLICAOF', '127.0.0.1', '1');
  // A second after the first time it would look again: so long must the calls not take.
  const endMs = performance.now() + 500;
  while (performance.now() < endMs) {
    await connection.client.hdel('rl:{a}', 'f').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await until(() => connection.isReady && scene.linesWith('recovered').length > 0);
  expect(scene.lines.slice(1)).toEqual([lost("READONLY You can't write against a read only replica"), recovered]);
});
