/**
 * Real Redis processes for tests and scripts: on loopback, on free ports, in directories of their own, ended with us.
 * Each rejects with one clear message where redis-server cannot be found or does not start.
 */

/** What a client that speaks TLS is given, as PEM text. */
export interface Certificates {
  readonly directory: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** `clients: 'required'` turns away a client without a certificate; without it the server asks for none. */
export interface TlsOptions {
  readonly clients?: 'required';
}

export interface ServerOptions {
  readonly password?: string;
  readonly tls?: TlsOptions;
  /** More arguments of redis-server, which win over ours: `['--maxmemory', '2mb']`. */
  readonly args?: readonly (string | number)[];
}

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** With the password, and `rediss:` for TLS. */
  readonly url: string;
  readonly pid: number;
  readonly password: string | undefined;
  readonly tls: Certificates | undefined;
  readonly isRunning: boolean;
  /** Runs redis-cli. Lists come one item a line. Rejects on an error reply, and after 5 s without any. */
  cli(...args: (string | number)[]): Promise<string>;
  /** SIGKILL; also works while paused. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Kills it where it still runs, and starts it on the same port; it is empty unless `args` asked for persistence. */
  restart(): Promise<void>;
  /** Kills it and removes its files. */
  stop(): Promise<void>;
  /** What it has logged so far. */
  log(): string;
}

export function startRedis(options?: ServerOptions & { readonly port?: number }): Promise<RedisServer>;

export interface SentinelOptions extends ServerOptions {
  /** Default `floodgate`. */
  readonly masterName?: string;
  /** Default 2. */
  readonly replicas?: number;
  /** Default 3; more than half of them must agree. */
  readonly sentinels?: number;
  /** How long a master must be silent to count as down; default 1000. */
  readonly downAfterMs?: number;
  /** Default 5000. */
  readonly failoverTimeoutMs?: number;
  /** Password of the sentinels themselves. */
  readonly sentinelPassword?: string;
}

export interface SentinelGroup {
  readonly masterName: string;
  readonly password: string | undefined;
  readonly sentinelPassword: string | undefined;
  readonly tls: Certificates | undefined;
  readonly sentinelPorts: readonly number[];
  readonly sentinels: readonly RedisServer[];
  /** All servers of data, whatever their role now; the first began as master. */
  readonly nodes: readonly RedisServer[];
  /** The server that the sentinels name as master now. */
  master(): Promise<RedisServer>;
  /** The others that run. */
  replicas(): Promise<RedisServer[]>;
  /** Waits until a master other than `previous` is named and knows its role; default 40 s. */
  nextMaster(previous: RedisServer, timeoutMs?: number): Promise<RedisServer>;
  /** An orderly failover; resolves with the new master. */
  failover(): Promise<RedisServer>;
  stop(): Promise<void>;
}

export function startSentinel(options?: SentinelOptions): Promise<SentinelGroup>;

export interface ClusterOptions extends ServerOptions {
  /** Default 3, which is also the least that can elect. */
  readonly masters?: number;
  /** Replicas of each master; default 0. */
  readonly replicas?: number;
  /** How long a node must be silent to count as down; default 1000. */
  readonly nodeTimeoutMs?: number;
}

export interface RedisCluster {
  readonly password: string | undefined;
  readonly tls: Certificates | undefined;
  readonly ports: readonly number[];
  /** All nodes, whatever their role now; the masters of the start come first. */
  readonly nodes: readonly RedisServer[];
  /** The nodes that own slots now. */
  masters(): Promise<RedisServer[]>;
  ownerOf(slot: number): Promise<RedisServer | undefined>;
  slotOf(key: string): Promise<number>;
  /** Whether every node that runs finds all slots covered. */
  isWhole(): Promise<boolean>;
  /** Moves slots (both ends included) and their keys; `pauseMs` holds each slot half-moved for so long per step. */
  reshard(
    slots: readonly [first: number, last: number],
    from: RedisServer,
    to: RedisServer,
    options?: { readonly pauseMs?: number },
  ): Promise<void>;
  stop(): Promise<void>;
}

export function startCluster(options?: ClusterOptions): Promise<RedisCluster>;

/**
 * What a proxy does with connections, also those that exist: `pass` them on; `blackhole`, which accepts and swallows
 * silently (a connection that lost bytes stays dead until it is closed); `reset` (RST); `refuse`, which also closes the
 * port; or pass with what goes to the server held back for `delayMs`.
 */
export type ProxyMode = 'pass' | 'blackhole' | 'reset' | 'refuse' | { readonly delayMs: number };

export interface TcpProxy {
  readonly port: number;
  readonly mode: ProxyMode;
  /** How many clients are connected now. */
  readonly connections: number;
  set(mode: ProxyMode): Promise<void>;
  close(): Promise<void>;
}

export function startTcpProxy(targetPort: number): Promise<TcpProxy>;

/**
 * A port of the loopback address that nothing listens on, and that systems give to no outgoing connection. Given once a
 * process.
 */
export function freePort(): Promise<number>;

/** Starts something, and again where what it rejects with says that a port was taken. `start` looks for other ports then. */
export function onFreePorts<Started>(start: () => Promise<Started>): Promise<Started>;
