/** What the store asks of a client: a structural part of ioredis' `Redis` and `Cluster`, the same in versions 5 and 6. */
export interface RedisClient {
  /** ioredis' own word for its state; `ready` when commands can be sent. */
  readonly status: string;
  evalsha(sha: string, numkeys: number, ...args: (string | number | Buffer)[]): Promise<unknown>;
  /** Any command; what it replies is bytes in place of texts. */
  callBuffer(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
  script(subcommand: 'LOAD', body: string): Promise<unknown>;
  hdel(key: string, ...fields: string[]): Promise<number>;
  ping(): Promise<string>;
  info(): Promise<string>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
}

/** A part of `net.Socket`. */
interface ClientSocket {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  listenerCount?(event: string): number;
  on?(event: string, listener: () => void): unknown;
}

/** What the connection itself asks of a client besides. */
export interface ManagedClient extends RedisClient {
  readonly options: ClientOptions;
  readonly stream?: ClientSocket | null;
  connect(): Promise<unknown>;
  quit(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}

/** ioredis' `Redis`. */
export interface SingleClient extends ManagedClient {
  /** What finds the server. Not part of its types. */
  readonly connector?: object;
  duplicate(override: object): SingleClient;
}

/** ioredis' `Cluster`. */
export interface ClusterClient extends ManagedClient {
  /** For each slot the addresses (`host:port`) of its master and replicas. */
  readonly slots: readonly (readonly string[] | undefined)[];
  nodes(role?: 'all' | 'master' | 'slave'): SingleClient[];
  duplicate(nodes: readonly unknown[], override: object): ClusterClient;
  refreshSlotsCache?(): void;
  /** Not part of its types. */
  readonly subscriber?: { getInstance?(): SingleClient | null | undefined };
}

/** The options of a client that matter here. */
export interface ClientOptions {
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly path?: string | null;
  readonly db?: number | null;
  readonly name?: string | null;
  readonly sentinels?: readonly unknown[] | null;
  readonly tls?: unknown;
  readonly keyPrefix?: string | null;
  readonly readOnly?: boolean;
  readonly redisOptions?: Readonly<Record<string, unknown>>;
  readonly [option: string]: unknown;
}

const NEEDED = [
  'evalsha',
  'callBuffer',
  'script',
  'hdel',
  'ping',
  'info',
  'duplicate',
  'quit',
  'disconnect',
  'on',
  'off',
];

/**
 * Whether something is an ioredis client, by what it can do: `instanceof` would refuse the client of another copy of
 * ioredis.
 */
export function isIoredisClient(value: unknown): value is SingleClient | ClusterClient {
  if (typeof value !== 'object' || value === null) return false;
  const client = value as Readonly<Record<string, unknown>>;
  return typeof client['status'] === 'string' && NEEDED.every((method) => typeof client[method] === 'function');
}

export function isClusterClient(client: SingleClient | ClusterClient): client is ClusterClient {
  return (client as { isCluster?: unknown }).isCluster === true;
}
