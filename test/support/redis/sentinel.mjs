import { randomBytes } from 'node:crypto';
import { removeDirectory, temporaryDirectory } from './processes.mjs';
import { roleOf, untilInStep } from './replication.mjs';
import { startRedis } from './server.mjs';
import { makeCertificates } from './tls.mjs';
import { until } from './until.mjs';
import { freePort, onFreePorts } from './ports.mjs';

const defaults = { masterName: 'floodgate', replicas: 2, sentinels: 3, downAfterMs: 1_000, failoverTimeoutMs: 5_000 };

class SentinelGroup {
  constructor({ masterName, password, sentinelPassword, tls, nodes, sentinels, close }) {
    Object.assign(this, { masterName, password, sentinelPassword, tls, nodes, sentinels });
    this.sentinelPorts = sentinels.map(({ port }) => port);
    this.close = close;
  }

  /** The server that the sentinels name as master. */
  async master() {
    for (const sentinel of this.sentinels.filter(({ isRunning }) => isRunning)) {
      const [, port] = await addressOfMaster(sentinel, this.masterName).catch(() => []);
      const node = this.nodes.find((candidate) => candidate.port === Number(port));
      if (node !== undefined) return node;
    }
    throw new Error(`No sentinel names a master of ${this.masterName}`);
  }

  async replicas() {
    const master = await this.master();
    return this.nodes.filter((node) => node !== master && node.isRunning);
  }

  async nextMaster(previous, timeoutMs = 40_000) {
    return until(
      'another master',
      async () => {
        const master = await this.master();
        return master !== previous && (await roleOf(master)) === 'master' && master;
      },
      { timeoutMs },
    );
  }

  async failover() {
    const previous = await this.master();
    // It is refused while no replica has been heard of lately; and where it has begun, a second time.
    await until('a failover to begin', () =>
      this.sentinels[0].cli('SENTINEL', 'FAILOVER', this.masterName).catch((error) => {
        if (!`${error.stdout}${error.stderr}`.includes('INPROG')) throw error;
        return 'OK';
      }),
    );
    return this.nextMaster(previous);
  }

  async stop() {
    await Promise.all([...this.sentinels, ...this.nodes].map((server) => server.stop()));
    this.close();
  }
}

const addressOfMaster = async (sentinel, name) =>
  (await sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)).split('\n');

async function startNodes({ replicas, password, tls, args = [] }) {
  const master = await startRedis({ password, tls, args });
  const replicaArgs = ['--replicaof', `127.0.0.1 ${master.port}`, ...args];
  const starts = Array.from({ length: replicas }, () => startRedis({ password, tls, args: replicaArgs }));
  const followers = await Promise.all(starts);
  await untilInStep(master, followers);
  return [master, ...followers];
}

/** The sentinels know one another from the start, instead of after some seconds of greetings. */
async function startSentinels(options, nodes) {
  const { masterName, sentinels: count, downAfterMs, failoverTimeoutMs, password, sentinelPassword, tls } = options;
  const [master, ...replicas] = nodes;
  const quorum = Math.floor(count / 2) + 1;
  const planned = [];
  for (let i = 0; i < count; i += 1) planned.push({ port: await freePort(), id: randomBytes(20).toString('hex') });
  const common = [
    `sentinel monitor ${masterName} 127.0.0.1 ${master.port} ${quorum}`,
    `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
    `sentinel failover-timeout ${masterName} ${failoverTimeoutMs}`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${masterName} ${password}`]),
    ...(sentinelPassword === undefined ? [] : [`sentinel sentinel-pass ${sentinelPassword}`]),
    ...replicas.map(({ port }) => `sentinel known-replica ${masterName} 127.0.0.1 ${port}`),
  ];
  const starts = planned.map(({ port, id }) => {
    const others = planned.filter((other) => other.id !== id);
    const known = others.map((other) => `sentinel known-sentinel ${masterName} 127.0.0.1 ${other.port} ${other.id}`);
    return startRedis({
      port,
      password: sentinelPassword,
      tls,
      sentinelOf: [`sentinel myid ${id}`, ...common, ...known],
    });
  });
  const started = await Promise.allSettled(starts);
  const failed = started.find(({ status }) => status === 'rejected');
  if (failed === undefined) return started.map(({ value }) => value);
  await Promise.all(started.map(({ value }) => value?.stop()));
  throw failed.reason;
}

/**
 * By default an old master is made a replica some ten seconds after a failover, and a sentinel that stood still for two
 * seconds does nothing for thirty; tests would wait for both.
 */
const hurry = (sentinel) =>
  sentinel.cli('SENTINEL', 'DEBUG', 'INFO-PERIOD', 1_000, 'PUBLISH-PERIOD', 500, 'TILT-PERIOD', 2_000);

/** See index.d.mts. */
export async function startSentinel(options = {}) {
  const settings = { ...defaults, ...options };
  const directory = temporaryDirectory();
  const close = () => removeDirectory(directory);
  if (settings.tls) settings.tls = { ...settings.tls, certificates: makeCertificates(directory) };
  const nodes = await startNodes(settings);
  const sentinels = await onFreePorts(() => startSentinels(settings, nodes));
  await Promise.all(sentinels.map(hurry));
  const isAgreed = async (sentinel) =>
    (await sentinel.cli('SENTINEL', 'CKQUORUM', settings.masterName)).startsWith('OK');
  await until('the sentinels to agree', async () => (await Promise.all(sentinels.map(isAgreed))).every(Boolean));
  return new SentinelGroup({ ...settings, tls: settings.tls?.certificates, nodes, sentinels, close });
}
