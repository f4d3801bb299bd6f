import { watchLateErrors } from './late-errors';
import type { SingleClient } from './redis-client';

/** ioredis' `SentinelConnector`, as far as it is built upon here. */
export type SentinelConnector = new (options: object) => {
  connectToSentinel(...args: unknown[]): SingleClient;
};

/**
 * A way to ask Sentinels that survives whatever their sockets tell: ioredis makes a client for each question, of which
 * nobody else hears.
 */
export function hearingConnector(Asking: SentinelConnector): SentinelConnector {
  return class extends Asking {
    override connectToSentinel(...args: unknown[]): SingleClient {
      const client = super.connectToSentinel(...args);
      watchLateErrors(client);
      return client;
    }
  };
}

/** The same for a duplicate of a client, whose ioredis may be another copy; `undefined` where it asks no Sentinels. */
export function hearingConnectorOf({ connector }: SingleClient): SentinelConnector | undefined {
  return connector !== undefined && 'connectToSentinel' in connector
    ? hearingConnector(connector.constructor as SentinelConnector)
    : undefined;
}
