import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors';

/** What a failed call means for the node's breaker: nothing, one failure, or that the connection is gone. */
export type FailureWeight = 'none' | 'one' | 'lost';

export interface CallFailure {
  readonly error: StoreUnavailableError;
  readonly weight: FailureWeight;
}

/**
 * Errors by which Redis refuses a whole script before it runs, by the first word of their message.
 *
 * Those that a `PING` would meet as well count for the breaker. The others must not: Redis answers them at once, so
 * that no call waits, and a breaker that a `PING` closes again would only flap. Any error not listed here may be about
 * one key, and may come after a part of the script has run.
 */
const REFUSALS: Readonly<Record<string, { readonly weight: FailureWeight; readonly remedy: string }>> = {
  LOADING: { weight: 'one', remedy: 'It is still loading its data; this passes by itself.' },
  MASTERDOWN: { weight: 'one', remedy: 'It is a replica cut off from its master: connect to the master.' },
  BUSY: { weight: 'one', remedy: 'Another script has been running for too long: end it with SCRIPT KILL.' },
  MISCONF: { weight: 'one', remedy: 'It cannot write to its disk: free space, or set stop-writes-on-bgsave-error no.' },
  NOAUTH: { weight: 'one', remedy: 'It asks for a password: set the user and password of the store.' },
  WRONGPASS: { weight: 'one', remedy: 'It does not take the password: check the user and password of the store.' },
  NOPERM: { weight: 'none', remedy: 'The user lacks a right: docs/redis.md lists the commands and keys it needs.' },
  READONLY: { weight: 'none', remedy: 'It is a replica: connect to the master, or wait for the failover to end.' },
  OOM: { weight: 'none', remedy: 'Its memory is full: raise maxmemory, or set maxmemory-policy volatile-ttl.' },
  NOREPLICAS: { weight: 'none', remedy: 'It has fewer replicas than min-replicas-to-write: start them again.' },
  CLUSTERDOWN: { weight: 'none', remedy: 'No node serves this slot: wait for the failover, or repair the cluster.' },
  CROSSSLOT: { weight: 'none', remedy: 'It is a cluster: list its nodes under store.nodes instead of one url.' },
  MOVED: {
    weight: 'none',
    remedy: 'It is a cluster: list its nodes under store.nodes, or wait until its slots settle.',
  },
  ASK: { weight: 'none', remedy: 'The slot keeps moving: wait until the cluster has settled.' },
  TRYAGAIN: { weight: 'none', remedy: 'The slot is moving: this passes by itself.' },
  // The script reads every key before it writes the first.
  WRONGTYPE: {
    weight: 'none',
    remedy: 'Something else keeps a value under a key of the store: give the store a prefix of its own.',
  },
  NOSCRIPT: { weight: 'none', remedy: 'Scripts vanish as fast as they are loaded: find out who calls SCRIPT FLUSH.' },
};

/** What ioredis says where a connection was not there or went away. It has no codes for these. */
const CONNECTION_LOST =
  /^(?:Connection is closed|Stream isn't writeable|Reached the max retries|Cluster isn't ready|None of startup nodes)/;
/** Of these, the ones that say that nothing was written. */
const NEVER_WRITTEN = /^(?:Stream isn't writeable|Cluster isn't ready)/;
/** What the script says before it decides anything. */
const NEVER_BEGUN = /the clocks of Redis and of its client differ/;
const SOCKET_ERRORS = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Reads an error of the driver on a call to `node`. */
export function readCallFailure(node: string, cause: unknown): CallFailure {
  if (cause instanceof StoreUnavailableError) return { error: cause, weight: 'none' };
  const message = (cause instanceof Error ? cause.message : String(cause)).replace(/\.+$/, '');
  const options = { cause };
  if (isConnectionLost(cause, message)) {
    const text = `The connection to Redis at ${node} was lost (${message}). It is made again by itself.`;
    return { error: new StoreUnavailableError(text, !NEVER_WRITTEN.test(message), options), weight: 'lost' };
  }
  const refusal = REFUSALS[errorCode(message)];
  if (refusal !== undefined) {
    const text = `Redis at ${node} refused the call: ${message}. ${refusal.remedy}`;
    return { error: new StoreUnavailableError(text, false, options), weight: refusal.weight };
  }
  const text = `Redis at ${node} failed: ${message}. Look it up in the log of Redis.`;
  return { error: new StoreUnavailableError(text, !NEVER_BEGUN.test(message), options), weight: 'none' };
}

export function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

export function neverSent(node: string, why: string): StoreUnavailableError {
  return new StoreUnavailableError(`Redis at ${node} was not asked: ${why}.`, false);
}

/** Its turn to be sent did not come in time. */
export function neverHadTurn(node: string, deadlineMs: number): StoreTimeoutError {
  const message = `Redis at ${node} was not asked: it was still at earlier decisions after ${deadlineMs} ms.`;
  return new StoreTimeoutError(message, false);
}

export function unanswered(node: string, deadlineMs: number): StoreTimeoutError {
  return new StoreTimeoutError(
    `Redis at ${node} did not answer within ${deadlineMs} ms. Check its load and the network, or raise deadlineMs.`,
    true,
  );
}

/** The first word, also where a cluster client puts the error of Redis behind a sentence of its own. */
function errorCode(message: string): string {
  const error = message.slice(message.lastIndexOf('Error: ') < 0 ? 0 : message.lastIndexOf('Error: ') + 7);
  return error.slice(0, error.search(/[^A-Z]|$/));
}

function isConnectionLost(cause: unknown, message: string): boolean {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return CONNECTION_LOST.test(message) || (typeof code === 'string' && SOCKET_ERRORS.has(code));
}
