import type { RedisClient } from './redis-client';

/** What the store knows of its connection, whichever kind of Redis there is behind it. */
export interface RedisConnection {
  /** Keyed commands go through this one: it follows a Cluster's redirections, and applies `keyPrefix`. */
  readonly client: RedisClient;
  readonly isCluster: boolean;
  /** What ioredis itself puts in front of each key. Part of the key when its slot is computed, else not to be added. */
  readonly keyPrefix: string;
  /** The address of the node that serves a slot; where there is one Redis only, always the same text. */
  nodeOf(slot: number): string;
  /** That node's own connection, for commands without keys. Without `keyPrefix`, and it follows no redirection. */
  clientOf(node: string): RedisClient | undefined;
  readonly isReady: boolean;
  onStateChange(listener: (state: ConnectionState) => void): void;
  /** Resolves when Redis is there; rejects with a StoreUnavailableError where it is not in time. */
  waitUntilReady(timeoutMs: number): Promise<void>;
  /** Ends what was opened here, after what is in flight. Can be called again, and at any time. */
  close(): Promise<void>;
}

export type ConnectionState = 'ready' | 'lost';
