import { type RedisCluster, startCluster } from '../../support/redis/index.mjs';
import { READY_MS, RECOVERY_MS, Scene, until } from './scene';

const scene = new Scene();
let cluster: RedisCluster;

jest.setTimeout(60_000);

beforeAll(async () => {
  cluster = await startCluster({ password: 'hidden', masters: 3 });
});

afterEach(async () => {
  await scene.end();
  // Whatever a test that failed left behind.
  for (const node of cluster.nodes) node.resume();
  await until(() => cluster.isWhole());
});

afterAll(async () => {
  await cluster.stop();
});

const connect = () => scene.connect({ nodes: [`127.0.0.1:${cluster.ports[0]}`], password: 'hidden', prefix: 'shop' });

const ourConnections = async () => {
  const lists = await Promise.all(cluster.nodes.map((node) => node.cli('CLIENT', 'LIST')));
  return lists.map((list) => list.split('\n').filter((line) => line.includes('name=floodgate:shop:')).length);
};

it('holds one named connection to each node from the start, and closes all of them', async () => {
  const connection = connect();
  await connection.waitUntilReady(READY_MS);
  expect(connection.isCluster).toBe(true);
  await until(async () => (await ourConnections()).every((count) => count === 1));
  const nodes = new Set([0, 6_000, 12_000].map((slot) => connection.nodeOf(slot)));
  expect(nodes.size).toBe(3);
  for (const node of nodes) expect(await connection.clientOf(node)?.ping()).toBe('PONG');
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => connection.client.hdel(`shop:{${key}}`, 'f')))).toEqual([
    0, 0, 0, 0,
  ]);
  expect(scene.lines).toEqual([`[Redis] Connected to redis://127.0.0.1:${cluster.ports[0]} (Cluster)`]);
  await connection.close();
  await until(async () => (await ourConnections()).every((count) => count === 0));
  expect(scene.lines.slice(1)).toEqual(['[Redis] Closing connection…', '[Redis] Connection closed']);
});

it('loses one node, serves the others meanwhile, and has it back soon', async () => {
  const connection = connect();
  await connection.waitUntilReady(READY_MS);
  const owner = (await cluster.ownerOf(6_000))!;
  const key = connection.nodeOf(6_000);
  expect(key).toBe(`127.0.0.1:${owner.port}`);
  owner.pause();
  await until(() => scene.linesWith('lost').length > 0);
  expect(scene.linesWith('lost')).toEqual([
    expect.stringContaining(`Cluster node ${key} lost: it has stopped answering`),
  ]);
  owner.resume();
  await until(() => scene.linesWith('recovered').length > 0);
  await until(() => cluster.isWhole());
  await until(
    async () =>
      (await connection
        .clientOf(key)
        ?.ping()
        .catch(() => 'none')) === 'PONG',
  );
  expect(scene.lines).toHaveLength(3);
});

it('recovers when every node was gone', async () => {
  const connection = connect();
  await connection.waitUntilReady(READY_MS);
  for (const node of cluster.nodes) node.pause();
  await until(() => !connection.isReady);
  for (const node of cluster.nodes) node.resume();
  expect(await until(() => connection.isReady)).toBeLessThan(RECOVERY_MS);
  await until(async () => (await connection.client.hdel('shop:{a}', 'f').catch(() => -1)) === 0);
  expect(scene.linesWith('(Cluster) lost')).toHaveLength(1);
  expect(scene.linesWith('(Cluster) recovered')).toHaveLength(1);
});

it('boots without a Cluster, and says so once', async () => {
  const connection = scene.connect({ nodes: ['127.0.0.1:1', '127.0.0.1:2'] });
  await expect(connection.waitUntilReady(1_500)).rejects.toThrow('No connection to');
  expect(scene.lines).toHaveLength(1);
  await connection.close();
});
