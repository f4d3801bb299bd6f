import { Scene } from '../redis/failures/scene';
import { startRedis } from '../support/redis/index.mjs';

jest.setTimeout(30_000);

const scene = new Scene('Without Redis at the start');
afterEach(() => scene.end());

test('an app that must have its store does not start without, and says why', async () => {
  const server = scene.keep(await startRedis());
  const { host, port } = server;
  await server.kill();
  const start = scene.fleet({ host, port, failBootWithoutStore: true });
  await expect(start).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(new RegExp(`^No connection to redis://${host}:${port} .*ECONNREFUSED`)),
  });
});
