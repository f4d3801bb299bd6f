import { type SentinelGroup, startSentinel } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

const scene = new Scene();
let group: SentinelGroup;

jest.setTimeout(90_000);

beforeEach(async () => {
  group = scene.keep(
    await startSentinel({
      password: 'hidden',
      sentinelPassword: 'secret',
      replicas: 1,
      sentinels: 3,
    }),
  );
});

afterEach(async () => {
  await scene.end();
});

const connect = () =>
  scene.connect({
    sentinels: group.sentinelPorts.map((port) => `127.0.0.1:${port}`),
    name: group.masterName,
    password: 'hidden',
    sentinelPassword: 'secret',
  });

it('follows an orderly failover', async () => {
  const connection = connect();
  await connection.waitUntilReady(READY_MS);
  const before = await group.master();
  expect(scene.lines).toEqual([
    expect.stringMatching(
      `^\\[Redis\\] Connected to redis://127.0.0.1:${before.port} \\(Sentinel ${group.masterName} at `,
    ),
  ]);
  const after = await group.failover();
  await until(async () => {
    const info = await connection.client.info().catch(() => '');
    return info.includes(`tcp_port:${after.port}`) && info.includes('role:master');
  });
  // The server answers before its version and rights are checked, which the line waits for.
  await until(() => scene.linesWith('recovered').length > 0);
  expect(scene.linesWith('lost')).toHaveLength(1);
  expect(scene.linesWith('recovered')).toEqual([expect.stringContaining(`redis://127.0.0.1:${after.port}`)]);
  expect(scene.lines.join()).not.toMatch(/hidden|secret/);
});

it('leaves a master that is frozen for the one that is promoted', async () => {
  const connection = connect();
  await connection.waitUntilReady(READY_MS);
  const before = await group.master();
  before.pause();
  const after = await group.nextMaster(before);
  await until(async () => (await connection.client.info().catch(() => '')).includes(`tcp_port:${after.port}`));
  await until(() => scene.linesWith('recovered').length > 0);
  expect(scene.linesWith('lost')).toEqual([expect.stringContaining('it has stopped answering')]);
  expect(scene.linesWith('recovered')).toHaveLength(1);
  expect(scene.lines).toHaveLength(3);
});

it('closes without leaving anything open, also where no Sentinel is there', async () => {
  const connection = connect();
  await connection.waitUntilReady(READY_MS);
  await connection.close();
  const master = await group.master();
  expect(await master.cli('CLIENT', 'LIST')).not.toContain('floodgate:');

  const nowhere = scene.connect({ sentinels: ['127.0.0.1:1'], name: 'nobody' });
  await expect(nowhere.waitUntilReady(1_500)).rejects.toThrow('No connection to');
  await nowhere.close();
  expect(scene.linesWith('Cannot connect to Sentinel nobody at 127.0.0.1:1')).toHaveLength(1);
});
