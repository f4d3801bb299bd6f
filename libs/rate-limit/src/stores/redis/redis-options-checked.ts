import type { ConnectionOptions } from 'node:tls';
import type { ClusterClient, SingleClient } from './connection/redis-client';
import type { RedisNatMap } from './redis-options';

/** Options that make sense, with every default filled in. */
export interface CheckedRedisOptions {
  readonly target: RedisTarget;
  readonly prefix: string;
  readonly secret: string | undefined;
  readonly readableKeys: boolean;
  readonly deadlineMs: number;
  readonly instances: number;
  readonly failBootWithoutStore: boolean;
  readonly connectionName: string;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** `undefined`: no TLS. */
export type TlsOptions = ConnectionOptions | undefined;

/** Which Redis to connect to, and how. */
export type RedisTarget = StandaloneTarget | SentinelTarget | ClusterTarget | ClientTarget;

export interface StandaloneTarget extends HostAndPort {
  readonly kind: 'standalone';
  readonly login: Login;
  readonly db: number;
  readonly tls: TlsOptions;
}

export interface SentinelTarget {
  readonly kind: 'sentinel';
  readonly sentinels: readonly HostAndPort[];
  readonly name: string;
  readonly login: Login;
  readonly db: number;
  readonly tls: TlsOptions;
  readonly sentinelLogin: Login;
  readonly sentinelTls: TlsOptions;
  readonly natMap: RedisNatMap | undefined;
}

export interface ClusterTarget {
  readonly kind: 'cluster';
  readonly nodes: readonly HostAndPort[];
  readonly login: Login;
  readonly tls: TlsOptions;
  readonly natMap: RedisNatMap | undefined;
}

export interface ClientTarget {
  readonly kind: 'client';
  readonly client: SingleClient | ClusterClient;
  readonly share: boolean;
}
