import type { ConnectionOptions } from 'node:tls';

/** How to speak TLS: `true`, or what is not the usual. `rediss://` needs no more than that. */
export type RedisTls = boolean | Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** An address: `host:port`, `host`, or both apart. Port 6379 where none is given, 26379 for a Sentinel. */
export type RedisAddress = string | { readonly host: string; readonly port?: number | string | undefined };

/** Other addresses for those that Sentinel or Cluster tell: from `host:port` to where that is reached from here. */
export type RedisNatMap = Readonly<Record<string, { readonly host: string; readonly port: number }>>;

/** An ioredis `Redis` or `Cluster`, of version 5 or 6. */
export interface ExistingRedisClient {
  readonly status: string;
  readonly isCluster: boolean;
}

/** Buckets in Redis, shared by every process that uses the same Redis and prefix. Numbers can be text. */
export interface RedisStoreConfig {
  readonly type: 'redis';
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. */
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  /** Default 6379. */
  readonly port?: number | string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Default 0. Not in a Cluster, which has one database only. */
  readonly db?: number | string | undefined;
  readonly tls?: RedisTls | undefined;
  /** The Sentinels to ask where the master is. */
  readonly sentinels?: readonly RedisAddress[] | undefined;
  /** What the Sentinels call the master. */
  readonly name?: string | undefined;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  /** TLS to the Sentinels. Default: as `tls`. */
  readonly sentinelTls?: RedisTls | undefined;
  /** Some nodes of a Cluster; the others are found. */
  readonly nodes?: readonly RedisAddress[] | undefined;
  readonly natMap?: RedisNatMap | undefined;
  /** A client of yours. It is duplicated, and left alone. */
  readonly client?: ExistingRedisClient | undefined;
  /** Uses `client` itself instead of a duplicate. It is not closed. Default false. */
  readonly share?: boolean | undefined;
  /** Every key starts with it. Give each service its own. Default `rl`. */
  readonly prefix?: string | undefined;
  /** Keys the hash that identities are hidden behind. The same in every process. */
  readonly secret?: string | undefined;
  /** Writes identities into key names as they are. Default false. */
  readonly readableKeys?: boolean | undefined;
  /** The most milliseconds a decision waits for Redis, 5 to 10000. Default 100. */
  readonly deadlineMs?: number | string | undefined;
  /** How many processes share the limits, as far as known: while Redis is gone, each has its share. Default 1. */
  readonly instances?: number | string | undefined;
  /** Whether the app does not start without Redis. Default false. */
  readonly failBootWithoutStore?: boolean | undefined;
  /** What the connection is called in `CLIENT LIST`. Default `floodgate:<prefix>:<host name>`. */
  readonly connectionName?: string | undefined;
}

export const REDIS_STORE_OPTIONS = [
  'type',
  'url',
  'host',
  'port',
  'username',
  'password',
  'db',
  'tls',
  'sentinels',
  'name',
  'sentinelUsername',
  'sentinelPassword',
  'sentinelTls',
  'nodes',
  'natMap',
  'client',
  'share',
  'prefix',
  'secret',
  'readableKeys',
  'deadlineMs',
  'instances',
  'failBootWithoutStore',
  'connectionName',
] as const satisfies readonly (keyof RedisStoreConfig)[];
