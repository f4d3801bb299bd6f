import Redis, { Cluster } from 'ioredis';
import { type RedisCluster, startCluster, startSentinel } from '../support/redis/index.mjs';

jest.setTimeout(90_000);

const clients: (Redis | Cluster)[] = [];
const groups: { stop(): Promise<void> }[] = [];
const kept = <Group extends { stop(): Promise<void> }>(group: Group) => {
  groups.push(group);
  return group;
};
const clientOf = (client: Redis | Cluster) => {
  client.on('error', () => undefined);
  clients.push(client);
  return client;
};

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(groups.splice(0).map((group) => group.stop()));
});

describe('startSentinel', () => {
  it('promotes a replica when asked, and when the master falls silent', async () => {
    const group = kept(await startSentinel({ password: 'data', sentinelPassword: 'sentinel' }));
    const first = await group.master();
    const sentinels = group.sentinelPorts.map((port) => ({ host: '127.0.0.1', port }));
    const client = clientOf(
      new Redis({ sentinels, name: group.masterName, password: 'data', sentinelPassword: 'sentinel' }),
    );
    expect(await client.set('key', 'value')).toBe('OK');
    expect(await group.replicas()).toHaveLength(2);
    const second = await group.failover();
    expect(second).not.toBe(first);
    await eventually(async () => (await first.cli('ROLE')).startsWith('slave'));
    // A replica that has not caught up yet may be promoted too, without the key.
    await eventually(async () => {
      const replicas = await group.replicas();
      const values = await Promise.all(replicas.map((replica) => replica.cli('GET', 'key')));
      return values.length === 2 && values.every((value) => value === 'value');
    });
    second.pause();
    const third = await group.nextMaster(second);
    expect(third).not.toBe(second);
    expect(await third.cli('GET', 'key')).toBe('value');
  });

  it('works with TLS', async () => {
    const group = kept(await startSentinel({ tls: {}, replicas: 1, sentinels: 1 }));
    expect(group.tls?.ca).toContain('BEGIN CERTIFICATE');
    const first = await group.master();
    expect(await group.failover()).not.toBe(first);
  });
});

describe('startCluster', () => {
  it('serves, moves slots under a client, and replaces a master', async () => {
    const cluster = kept(await startCluster({ replicas: 1, password: 'data' }));
    const nodes = cluster.ports.map((port) => ({ host: '127.0.0.1', port }));
    const client = clientOf(new Cluster(nodes, { redisOptions: { password: 'data' } }));
    expect(await client.set('key', 'value')).toBe('OK');

    const slot = await cluster.slotOf('key');
    const [from, to] = await ownerAndOther(cluster, slot);
    await cluster.reshard([slot, slot + 2], from, to);
    expect(await cluster.ownerOf(slot + 2)).toBe(to);
    expect(await client.get('key')).toBe('value');

    await to.kill();
    await eventually(async () => (await cluster.ownerOf(slot)) !== to && (await cluster.isWhole()));
    expect(await client.get('key')).toBe('value');
  });

  it('works with TLS', async () => {
    const cluster = kept(await startCluster({ tls: {} }));
    expect(await cluster.masters()).toHaveLength(3);
  });
});

async function ownerAndOther(cluster: RedisCluster, slot: number) {
  const owner = await cluster.ownerOf(slot);
  const other = (await cluster.masters()).find((node) => node !== owner);
  return [owner!, other!] as const;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await wait(50)) if (await holds()) return;
  throw new Error('It never came to be.');
}
