import type { CheckedRedisOptions } from '../redis-options-checked';
import { BaseConnection } from './base-connection';
import { hostAndPort, plain } from './client-name';
import { watchLateErrors, watchLateErrorsOfSubscriber } from './late-errors';
import { LinkState } from './link-state';
import { Pulse } from './pulse';
import type { ClusterClient, SingleClient } from './redis-client';
import { type RedisLog, say } from './redis-log';
import type { ScriptUse } from './server-check';

const REFRESH_GAP_MS = 1_000;

/** Connections to the masters of a Cluster, one each. */
export class ClusterConnection extends BaseConnection<ClusterClient> {
  readonly isCluster = true;
  private readonly clients = new Map<string, SingleClient>();
  /** How each master is that has been there, by address. */
  private readonly masters = new Map<string, LinkState>();
  private readonly pulse: Pulse | undefined;
  private lastRefreshMs = -Infinity;

  constructor(options: CheckedRedisOptions, log: RedisLog, use: ScriptUse) {
    super(options, log, use);
    this.listen('+node', (node: SingleClient) => {
      this.added(node);
    });
    this.listen('-node', (node: SingleClient) => {
      watchLateErrorsOfSubscriber(this.client);
      const key = keyOf(node);
      if (this.clients.get(key) === node) this.clients.delete(key);
    });
    this.listen('node error', (error: unknown, key: string) => {
      this.masters.get(key)?.failed(error);
      if (!this.state.isUp) this.state.failed(error);
    });
    this.listen('refresh', () => {
      this.forgetFormerMasters();
    });
    this.listen('ready', () => {
      void this.arrived();
    });
    for (const node of this.client.nodes()) this.added(node);
    if (this.isOurs) this.pulse = new Pulse(() => this.lookAfter(), silent(this.masters));
    if (!this.isOurs && this.client.status === 'ready') void this.arrived();
    if (!this.isOurs && this.client.status === 'wait') this.client.connect().catch(() => undefined);
  }

  nodeOf(slot: number): string {
    return this.client.slots[slot]?.[0] ?? 'unknown';
  }

  clientOf(node: string): SingleClient | undefined {
    return this.clients.get(node);
  }

  protected stop(): void {
    this.pulse?.stop();
  }

  /** Every master is connected to before the first decision needs it. */
  private async arrived(): Promise<void> {
    this.rights.forget();
    const connecting = this.client.nodes('master').map((node) => connect(node));
    await Promise.all(connecting);
    if (this.client.status === 'ready') this.ready();
  }

  private added(node: SingleClient): void {
    const key = keyOf(node);
    this.clients.set(key, node);
    watchLateErrors(node);
    watchLateErrorsOfSubscriber(this.client);
    node.on('ready', () => {
      if (this.isClosing || node.options.readOnly === true || this.clients.get(key) !== node) return;
      let master = this.masters.get(key);
      if (master === undefined) {
        master = new LinkState(() => `Cluster node ${plain(hostAndPort(node.options))}`, this.log, false);
        this.masters.set(key, master);
      }
      master.up();
      void this.check.run(node);
    });
    node.on('close', () => {
      // A node that was taken out of the Cluster is no longer in the pool when its connection ends.
      if (this.isReady && this.client.status === 'ready' && this.isInPool(node)) this.masters.get(key)?.down();
    });
  }

  private isInPool(node: SingleClient): boolean {
    return this.client.nodes().includes(node);
  }

  /** Those whose pulse is to be felt. Also brings back what is lost: a node only returns by a refresh. */
  private lookAfter(): readonly SingleClient[] {
    if (this.client.status !== 'ready') return [];
    const nodes = this.client.nodes('master');
    for (const node of nodes) if (node.status === 'wait') node.connect().catch(() => undefined);
    const nowMs = performance.now();
    const isOneDown = [...this.masters.values()].some((master) => !master.isUp);
    if (isOneDown && nowMs - this.lastRefreshMs >= REFRESH_GAP_MS) {
      this.lastRefreshMs = nowMs;
      this.client.refreshSlotsCache?.();
    }
    return nodes;
  }

  private forgetFormerMasters(): void {
    const now = new Set(this.client.nodes('master').map(keyOf));
    for (const [key, master] of this.masters) {
      if (now.has(key)) continue;
      this.masters.delete(key);
      if (!master.isUp) say(this.log, 'log', `Cluster node ${key} no longer has keys; others have taken them over`);
    }
  }
}

/** Connects a node that has not been used yet, and waits. Never rejects: how it went is seen by its events. */
async function connect(node: SingleClient): Promise<void> {
  if (node.status === 'wait') await node.connect().catch(() => undefined);
  if (node.status === 'ready' || node.status === 'end') return;
  await new Promise<void>((resolve) => {
    for (const event of ['ready', 'end']) node.on(event, resolve);
  });
}

function silent(masters: ReadonlyMap<string, LinkState>): (node: SingleClient) => void {
  return (node) => {
    masters.get(keyOf(node))?.failed(new Error('it has stopped answering'));
    node.disconnect(true);
  };
}

/** The address as ioredis writes it in its table of slots. */
function keyOf({ options }: SingleClient): string {
  const { host, port } = hostAndPort(options);
  return `${host}:${port}`;
}
