import type { ClusterClient, ManagedClient, SingleClient } from './redis-client';

const guarded = new WeakSet<SingleClient>();

/**
 * To be called where a client tells an error. ioredis listens to each socket for one; a TLS socket can tell a second,
 * such as the alert of a server after its certificate was refused, and one that nobody hears would end the process.
 */
export function hearLateErrors({ stream }: ManagedClient): void {
  if (stream?.listenerCount?.('error') === 0) stream.on?.('error', () => undefined);
}

/** Does so with every error of a node of a Cluster. */
export function watchLateErrors(node: SingleClient): void {
  if (guarded.has(node)) return;
  guarded.add(node);
  node.on('error', () => {
    hearLateErrors(node);
  });
}

/** And of the client with which ioredis listens for news of a Cluster: it has made it when this turn is over. */
export function watchLateErrorsOfSubscriber({ subscriber }: ClusterClient): void {
  process.nextTick(() => {
    const client = subscriber?.getInstance?.();
    if (client) watchLateErrors(client);
  });
}
