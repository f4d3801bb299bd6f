import { removeDirectory, temporaryDirectory } from './processes.mjs';
import { untilInStep } from './replication.mjs';
import { moveSlots } from './reshard.mjs';
import { startRedis } from './server.mjs';
import { makeCertificates } from './tls.mjs';
import { until } from './until.mjs';

const SLOTS = 16_384;

const defaults = { masters: 3, replicas: 0, nodeTimeoutMs: 1_000 };

class RedisCluster {
  constructor({ password, tls, nodes, close }) {
    Object.assign(this, { password, tls, nodes });
    this.ports = nodes.map(({ port }) => port);
    this.close = close;
  }

  /** The nodes that own slots now, as one that runs sees it. */
  async masters() {
    const owners = await ownersOf(await this.#anyNode());
    return owners.map((port) => this.nodes.find((node) => node.port === port));
  }

  async ownerOf(slot) {
    const lines = (await (await this.#anyNode()).cli('CLUSTER', 'NODES')).split('\n');
    const owner = lines.find((line) => slotsOf(line).some(([first, last]) => first <= slot && slot <= last));
    return this.nodes.find((node) => node.port === portOf(owner ?? ''));
  }

  async slotOf(key) {
    return Number(await (await this.#anyNode()).cli('CLUSTER', 'KEYSLOT', key));
  }

  async reshard([first, last], from, to, options = {}) {
    const others = (await this.masters()).filter((node) => node !== from && node !== to && node.isRunning);
    await moveSlots({ first, last, from, to, others, ...options });
  }

  async isWhole() {
    const states = await Promise.all(
      this.nodes.filter(({ isRunning }) => isRunning).map((node) => node.cli('CLUSTER', 'INFO')),
    );
    return states.every((state) => state.includes('cluster_state:ok'));
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
    this.close();
  }

  async #anyNode() {
    for (const node of this.nodes.filter(({ isRunning }) => isRunning)) {
      if (await node.cli('PING').catch(() => false)) return node;
    }
    throw new Error('No node of the cluster answers');
  }
}

const portOf = (line) => Number(/^\S+ [^ :]+:(\d+)@/.exec(line)?.[1]);

/** The ranges of slots in a line of CLUSTER NODES; slots that are on their way, in brackets, are not among them. */
const slotsOf = (line) =>
  line
    .trim()
    .split(' ')
    .slice(8)
    .filter((range) => /^\d/.test(range))
    .map((range) => range.split('-').map(Number))
    .map(([first, last = first]) => [first, last]);

const ownersOf = async (node) =>
  (await node.cli('CLUSTER', 'NODES'))
    .split('\n')
    .filter((line) => slotsOf(line).length > 0)
    .map(portOf);

async function join(masters, replicas) {
  const [first] = masters;
  await Promise.all(
    masters.map(async (node, index) => {
      const from = Math.round((index * SLOTS) / masters.length);
      const to = Math.round(((index + 1) * SLOTS) / masters.length);
      const slots = Array.from({ length: to - from }, (_, offset) => from + offset);
      await node.cli('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      await node.cli('CLUSTER', 'ADDSLOTS', ...slots);
    }),
  );
  const all = [...masters, ...replicas];
  // Everybody meets everybody, so that nobody waits for gossip.
  for (const node of all) {
    for (const other of all) if (other !== node) await node.cli('CLUSTER', 'MEET', '127.0.0.1', other.port);
  }
  await until('the nodes to know one another', async () => {
    const known = await Promise.all(all.map((node) => node.cli('CLUSTER', 'NODES')));
    return known.every((text) => !text.includes('handshake') && text.split('\n').length === all.length);
  });
  const ids = await Promise.all(masters.map((node) => node.cli('CLUSTER', 'MYID')));
  await Promise.all(
    replicas.map((node, index) =>
      until('a replica to know its master', () => node.cli('CLUSTER', 'REPLICATE', ids[index % ids.length])),
    ),
  );
  return first;
}

/** See index.d.mts. */
export async function startCluster(options = {}) {
  const { masters, replicas, nodeTimeoutMs, password, tls, args = [] } = { ...defaults, ...options };
  const directory = temporaryDirectory();
  const certificates = tls ? makeCertificates(directory) : undefined;
  const nodeArgs = [
    ...[
      '--cluster-enabled',
      'yes',
      '--cluster-node-timeout',
      `${nodeTimeoutMs}`,
      '--cluster-config-file',
      'nodes.conf',
    ],
    ...(tls ? ['--tls-cluster', 'yes'] : []),
    ...args,
  ];
  const settings = { password, args: nodeArgs, ...(tls ? { tls: { ...tls, certificates } } : {}) };
  const starts = Array.from({ length: masters * (1 + replicas) }, () => startRedis(settings));
  const nodes = await Promise.all(starts);
  await join(nodes.slice(0, masters), nodes.slice(masters));
  const cluster = new RedisCluster({ password, tls: certificates, nodes, close: () => removeDirectory(directory) });
  await until('the cluster to be whole', () => cluster.isWhole());
  const followersOf = (index) => nodes.slice(masters).filter((_, follower) => follower % masters === index);
  await Promise.all(nodes.slice(0, masters).map((master, index) => untilInStep(master, followersOf(index))));
  return cluster;
}
