import { startCluster, startSentinel } from '../../support/redis/index.mjs';
import { READY_MS, Scene, until } from './scene';

const scene = new Scene();

jest.setTimeout(60_000);

afterEach(async () => {
  await scene.end();
});

/** As documented for a Cluster. */
const RIGHTS =
  '~rl:* resetchannels -@all +evalsha +script|load +hgetall +hset +hdel +pexpire +time +ping +info +client|setname ' +
  '+cluster|slots +cluster|info +asking +readwrite';

it('connects to a Cluster with TLS, a client certificate, and a user with the documented rights only', async () => {
  const cluster = scene.keep(await startCluster({ tls: { clients: 'required' } }));
  for (const node of cluster.nodes) await node.cli('ACL', 'SETUSER', 'limiter', 'on', '>hidden', ...RIGHTS.split(' '));
  const { ca, cert, key } = cluster.tls!;
  const connection = scene.connect({
    nodes: cluster.ports.map((port) => ({ host: 'localhost', port })),
    tls: { ca, cert, key },
    username: 'limiter',
    password: 'hidden',
  });
  await connection.waitUntilReady(READY_MS);
  expect(await connection.client.hdel('rl:{a}', 'f')).toBe(0);
  await until(async () => (await cluster.nodes[0]!.cli('INFO', 'commandstats')).includes('cmdstat_evalsha'));
  for (const node of cluster.nodes) expect(await node.cli('ACL', 'LOG')).toBe('');
  expect(scene.lines).toEqual([expect.stringMatching(/^\[Redis\] Connected to rediss:\/\/localhost:.* \(Cluster\)$/)]);
});

it('connects to a master that Sentinels name, with TLS to both', async () => {
  const group = scene.keep(await startSentinel({ tls: {}, replicas: 1, sentinels: 1 }));
  const connection = scene.connect({
    sentinels: group.sentinelPorts.map((port) => `127.0.0.1:${port}`),
    name: group.masterName,
    tls: { ca: group.tls!.ca },
  });
  await connection.waitUntilReady(READY_MS);
  expect(await connection.client.hdel('rl:{a}', 'f')).toBe(0);
  expect(scene.lines).toEqual([expect.stringMatching(/^\[Redis\] Connected to rediss:\/\/127.0.0.1:/)]);
});
