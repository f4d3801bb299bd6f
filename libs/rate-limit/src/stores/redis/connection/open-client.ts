import type { ClientTarget, HostAndPort, Login, RedisTarget, TlsOptions } from '../redis-options-checked';
import { hearingConnector, hearingConnectorOf } from './hearing-connector';
import { loadIoredis } from './load-ioredis';
import { type ClusterClient, isClusterClient, type SingleClient } from './redis-client';
import { clusterOptions, singleOptions } from './safe-options';

interface OwnOptions {
  readonly connectionName: string;
  readonly reconnectOnError: (error: Error) => boolean;
}

/** Opens what the target names; a client that is shared is returned as it is. Connecting goes on after the return. */
export function openClient(target: RedisTarget, own: OwnOptions): SingleClient | ClusterClient {
  if (target.kind === 'client') return target.share ? target.client : duplicate(target, own);
  const { Redis, Cluster, SentinelConnector } = loadIoredis();
  const { login, tls, ...rest } = target;
  const common = { ...defined(login), ...defined({ tls }) };
  switch (rest.kind) {
    case 'standalone':
      return single(new Redis({ host: rest.host, port: rest.port, db: rest.db, ...common, ...singleOptions(own) }));
    case 'sentinel': {
      const { sentinels, name, db, sentinelLogin, sentinelTls, natMap } = rest;
      const asking = defined({
        sentinelUsername: sentinelLogin.username,
        sentinelPassword: sentinelLogin.password,
        sentinelTLS: sentinelTls,
        natMap,
      });
      const Connector = hearingConnector(SentinelConnector);
      // ioredis reads the Sentinels' list, and adds to it what they tell.
      const options = { sentinels: copy(sentinels), name, db, enableTLSForSentinelMode: tls !== undefined, Connector };
      return single(new Redis({ ...options, ...asking, ...common, ...singleOptions(own) }));
    }
    case 'cluster': {
      const options = { ...defined({ natMap: rest.natMap }), ...keepNames(tls), ...clusterOptions(own, common) };
      return new Cluster(copy(rest.nodes), options) as unknown as ClusterClient;
    }
  }
}

function single(client: object): SingleClient {
  return client as SingleClient;
}

function duplicate({ client }: ClientTarget, own: OwnOptions): SingleClient | ClusterClient {
  if (!isClusterClient(client)) {
    return client.duplicate({ ...singleOptions(own), ...defined({ Connector: hearingConnectorOf(client) }) });
  }
  const { redisOptions = {} } = client.options;
  return client.duplicate([], clusterOptions(own, redisOptions));
}

/** ioredis looks host names up itself in a Cluster, and certificates are seldom for addresses: with TLS names stay. */
function keepNames(tls: TlsOptions): object {
  if (tls === undefined) return {};
  return {
    dnsLookup: (host: string, done: (error: null, address: string) => void) => {
      done(null, host);
    },
  };
}

function copy(addresses: readonly HostAndPort[]): HostAndPort[] {
  return addresses.map((address) => ({ ...address }));
}

/** Leaves out what is undefined: ioredis would take it for a value. */
function defined(options: Login | Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
