import type { RedisConnection } from './connection/redis-connection';
import { Lane } from './lane';
import type { CommandObserver } from './lane-options';
import { ScriptLoader } from './script-loader';

/** A node that a cluster has not known for so long will not come back under its address. */
const FORGET_AFTER_MS = 60_000;

export interface RedisStoreLanesOptions {
  readonly connection: RedisConnection;
  readonly keyOf: (identity: string) => string;
  readonly deadlineMs: number;
  readonly onStateChange: (node: string, state: 'open' | 'closed', reason: string) => void;
  readonly nowMs: () => number;
  readonly nowTicks: (() => number) | undefined;
  readonly onCommand?: CommandObserver | undefined;
}

/** The lanes of a store, one for each node it has called. */
export class RedisStoreLanes {
  private readonly lanes = new Map<string, Lane>();
  private readonly loader: ScriptLoader;
  private isClosed = false;

  constructor(private readonly options: RedisStoreLanesOptions) {
    const { connection } = options;
    this.loader = new ScriptLoader(connection, options.onCommand);
    connection.onStateChange((state) => {
      for (const lane of this.lanes.values()) {
        if (state === 'ready') lane.ready();
        else lane.lost('the connection was lost');
      }
    });
  }

  /** The lane to the node that serves a slot. */
  of(slot: number): Lane {
    const node = this.options.connection.nodeOf(slot);
    return this.lanes.get(node) ?? this.open(node);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.lanes.values()].map((lane) => lane.close()));
  }

  private open(node: string): Lane {
    const { connection, onStateChange } = this.options;
    const lane = new Lane({
      ...this.options,
      node,
      isCluster: connection.isCluster,
      send: (call, caller) => this.loader.run(node, call, caller),
      ping: this.pingOf(node),
      onStateChange: (state, reason) => {
        onStateChange(node, state, reason);
      },
    });
    this.lanes.set(node, lane);
    if (this.isClosed) void lane.close();
    else if (!connection.isReady) lane.lost('it is not connected yet');
    return lane;
  }

  /** Probes go to the very node. Every probe also asks a cluster who serves its slots now: that may be another node. */
  private pingOf(node: string): () => Promise<unknown> | undefined {
    const { connection, nowMs } = this.options;
    let knownAtMs = nowMs();
    return () => {
      const client = connection.isCluster ? connection.clientOf(node) : connection.client;
      if (connection.isCluster) refreshSlots(connection);
      if (client !== undefined) {
        knownAtMs = nowMs();
        // `wait`: a connection that the first command makes.
        return client.status === 'ready' || client.status === 'wait' ? client.ping() : undefined;
      }
      // Without a connection nobody can say who has left.
      if (!connection.isReady) knownAtMs = nowMs();
      if (nowMs() - knownAtMs > FORGET_AFTER_MS) this.forget(node);
      return undefined;
    };
  }

  private forget(node: string): void {
    const lane = this.lanes.get(node);
    this.lanes.delete(node);
    void lane?.close();
    // A closed lane says nothing more itself, and only one whose breaker is open probes, and so comes to be forgotten.
    this.options.onStateChange(node, 'closed', 'it has left the cluster');
  }
}

function refreshSlots({ client }: RedisConnection): void {
  (client as { refreshSlotsCache?: () => void }).refreshSlotsCache?.();
}
