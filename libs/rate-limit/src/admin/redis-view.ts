import type { RedisFacts, RedisProbe } from '../statistics/redis-probe';
import type * as api from './api';

const TIMEOUT_MS = 1_000;

/** What the Redis behind the store says of itself; of a Cluster, of its masters together. Never rejects. */
export async function redisView(probe: RedisProbe): Promise<api.RedisView> {
  const [ping, facts] = await Promise.all([probe.ping(TIMEOUT_MS), probe.facts(TIMEOUT_MS)]);
  const [first] = facts;
  const sum = (of: (node: RedisFacts) => number | undefined): number | null => {
    const known = facts.map(of).filter((value) => value !== undefined);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  return {
    connected: ping.isUp,
    topology: probe.hasSentinels ? 'sentinel' : topologyOf(first),
    version: first?.version ?? null,
    role: first?.role ?? null,
    roundTripMs: ping.latencyMs ?? null,
    usedMemoryBytes: sum(({ memoryUsedBytes }) => memoryUsedBytes),
    maxMemoryBytes: sum(({ memoryMaxBytes }) => memoryMaxBytes),
    evictionPolicy: first?.memoryPolicy ?? null,
    evictedKeys: sum(({ evictedKeys }) => evictedKeys),
    connectedClients: sum(({ connectedClients }) => connectedClients),
    replicas: sum(({ connectedReplicas }) => connectedReplicas),
    notPermitted: ping.isUp && facts.length === 0 ? ['INFO'] : [],
  };
}

function topologyOf(facts: RedisFacts | undefined): api.RedisView['topology'] {
  if (facts?.isCluster === undefined) return 'unknown';
  return facts.isCluster ? 'cluster' : 'standalone';
}
