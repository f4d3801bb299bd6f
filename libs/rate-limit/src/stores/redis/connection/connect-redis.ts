import type { CheckedRedisOptions } from '../redis-options-checked';
import { ClusterConnection } from './cluster-connection';
import { isClusterClient } from './redis-client';
import type { RedisConnection } from './redis-connection';
import type { RedisLog } from './redis-log';
import { SingleConnection } from './single-connection';

/**
 * Opens the connection and returns without waiting for it: it comes, and comes back, by itself.
 * @throws ConfigurationError where ioredis is needed and not installed.
 */
export function connectRedis(options: CheckedRedisOptions, log: RedisLog): RedisConnection {
  const { target } = options;
  const isCluster = target.kind === 'cluster' || (target.kind === 'client' && isClusterClient(target.client));
  return isCluster ? new ClusterConnection(options, log) : new SingleConnection(options, log);
}
