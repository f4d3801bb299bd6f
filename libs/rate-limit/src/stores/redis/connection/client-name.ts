import type { HostAndPort, RedisTarget } from '../redis-options-checked';
import { type ClientOptions, type ClusterClient, isClusterClient, type SingleClient } from './redis-client';

/** What the log calls the other side: kind and addresses, nothing secret. */
export function nameOf(target: RedisTarget, clientNow: () => SingleClient | ClusterClient | undefined): string {
  const client = clientNow();
  switch (target.kind) {
    case 'standalone':
      return `${address(target, target.tls !== undefined)} (standalone)`;
    case 'sentinel': {
      const master = client?.status === 'ready' ? remoteAddress(client) : undefined;
      const asked = `Sentinel ${target.name} at ${target.sentinels.map(plain).join(', ')}`;
      return master === undefined ? asked : `${scheme(target.tls !== undefined)}${master} (${asked})`;
    }
    case 'cluster':
      return `${scheme(target.tls !== undefined)}${target.nodes.map(plain).join(',')} (Cluster)`;
    case 'client':
      return nameOfClient(target.client, target.share);
  }
}

/** What messages about a call name: the one Redis that a client leads to. The same after a failover. */
export function nodeNameOf(options: ClientOptions): string {
  if (typeof options.path === 'string') return options.path;
  return Array.isArray(options.sentinels) ? `${options.name ?? ''} (Sentinel)` : plain(hostAndPort(options));
}

function nameOfClient(client: SingleClient | ClusterClient, share: boolean): string {
  const how = share ? 'shared client' : 'client';
  if (isClusterClient(client)) {
    const nodes = client.nodes().map(({ options }) => plain(hostAndPort(options)));
    return `redis://${nodes.join(',')} (${how}, Cluster)`;
  }
  const { options } = client;
  if (typeof options.path === 'string') return `${options.path} (${how})`;
  if (Array.isArray(options.sentinels)) return `Sentinel ${options.name ?? ''} (${how})`;
  return `${address(hostAndPort(options), Boolean(options.tls))} (${how})`;
}

export function hostAndPort({ host, port }: ClientOptions): HostAndPort {
  return { host: host ?? 'localhost', port: Number(port ?? 6379) };
}

/** `host:port`, with brackets around what has colons of its own. */
export function plain({ host, port }: HostAndPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function address(at: HostAndPort, isTls: boolean): string {
  return `${scheme(isTls)}${plain(at)}`;
}

function scheme(isTls: boolean): string {
  return isTls ? 'rediss://' : 'redis://';
}

function remoteAddress({ stream }: SingleClient | ClusterClient): string | undefined {
  const { remoteAddress: host, remotePort: port } = stream ?? {};
  return host === undefined || port === undefined ? undefined : plain({ host, port });
}
