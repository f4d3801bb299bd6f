/**
 * How a limiter's client must behave: a command fails at once or is never sent, nothing is sent twice, and the
 * connection comes back by itself.
 *
 * ioredis' own `socketTimeout` is left off: in version 5 its timer outlives a connection that closed with a command
 * under way, and ends the next one. The pulse (pulse.ts) notices silence, also on an idle connection.
 */

const CONNECT_TIMEOUT_MS = 2_000;
/** How long a connection may take to say goodbye before it is cut. */
const DISCONNECT_TIMEOUT_MS = 100;
const KEEP_ALIVE_MS = 5_000;
const LONGEST_RETRY_MS = 1_000;
const SHORTEST_RETRY_MS = 50;

/** Milliseconds before the next attempt, for ever: doubling up to a second, spread so that processes do not meet. */
export function retryDelayMs(attempt: number): number {
  const fullMs = Math.min(LONGEST_RETRY_MS, SHORTEST_RETRY_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(fullMs * (0.5 + Math.random() / 2));
}

interface OwnOptions {
  readonly connectionName: string;
  /** Sees every error reply; says whether to reconnect. */
  readonly reconnectOnError: (error: Error) => boolean;
}

/** For a connection to one server, be it alone or in a Cluster. They also override those of a client that is duplicated. */
export function nodeOptions({ connectionName, reconnectOnError }: OwnOptions): object {
  return {
    connectionName,
    reconnectOnError,
    autoResendUnfulfilledCommands: false,
    // With `null` a command that was under way when the connection broke would never be answered.
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    noDelay: true,
    enableReadyCheck: true,
    maxLoadingRetryTime: 500,
    disableClientInfo: true,
    socketTimeout: undefined,
    // The deadline of a decision is kept elsewhere; a timer for each command would only cost.
    commandTimeout: undefined,
    // What follows keeps replies as the scripts give them, and commands unbundled. Version 6 speaks RESP 3 otherwise.
    protocol: 2,
    replyMapping: 'legacy',
    stringNumbers: false,
    enableAutoPipelining: false,
    readOnly: false,
    monitor: false,
  };
}

export function singleOptions(own: OwnOptions): object {
  return {
    ...nodeOptions(own),
    enableOfflineQueue: false,
    lazyConnect: false,
    retryStrategy: retryDelayMs,
    sentinelRetryStrategy: retryDelayMs,
    // A Sentinel that is frozen must not keep us from asking the next.
    sentinelCommandTimeout: 1_000,
    updateSentinels: true,
  };
}

export function clusterOptions(own: OwnOptions, redisOptions: object): object {
  return {
    // Nodes connect when they are asked to. While one of them is connecting, ioredis could not ask whether the Cluster is
    // ready, and would start again.
    redisOptions: { ...redisOptions, ...nodeOptions(own), lazyConnect: true },
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelayMs,
    // A lost node leaves the pool and returns by a refresh. One that retries by itself would keep the pool from being
    // empty, and only then are the addresses looked up again.
    clusterNodeRetryStrategy: null,
    enableReadyCheck: true,
    scaleReads: 'master',
    maxRedirections: 4,
    retryDelayOnMoved: 0,
    // A command that was under way when its node broke may have run: it must not be sent again.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 20,
    slotsRefreshTimeout: 1_000,
    slotsRefreshInterval: 5_000,
    enableAutoPipelining: false,
    lazyConnect: false,
    shardedSubscribers: false,
  };
}

/** Which options of a client that is used as it is make it unsafe here, in words. */
export function unsafeOptionsOf(options: Readonly<Record<string, unknown>>): readonly string[] {
  const node = { ...options, ...(options['redisOptions'] as object | undefined) };
  const retries = node['maxRetriesPerRequest'];
  return [
    options['enableOfflineQueue'] !== false && 'enableOfflineQueue (commands wait while Redis is gone)',
    node['autoResendUnfulfilledCommands'] !== false && 'autoResendUnfulfilledCommands (a call can be charged twice)',
    retries !== 0 && 'maxRetriesPerRequest (commands outlive their connection)',
    node['socketTimeout'] === undefined && 'no socketTimeout (a connection that falls silent is not noticed)',
    node['stringNumbers'] === true && 'stringNumbers (replies cannot be read)',
    node['replyMapping'] === 'resp3' && 'replyMapping: "resp3" (replies cannot be read)',
    typeof options['retryDelayOnFailover'] === 'number' &&
      options['retryDelayOnFailover'] > 0 &&
      'retryDelayOnFailover (a call can be charged twice)',
  ].filter((line) => line !== false);
}
