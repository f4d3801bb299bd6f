import type { CheckedRedisOptions } from '../redis-options-checked';
import { ClusterConnection } from './cluster-connection';
import { isClusterClient } from './redis-client';
import type { RedisConnection } from './redis-connection';
import type { RedisLog } from './redis-log';
import type { ScriptUse } from './server-check';
import { SingleConnection } from './single-connection';

/**
 * Opens the connection for scripts of that use, and returns without waiting for it: it comes, and comes back, by itself.
 * @throws ConfigurationError where ioredis is needed and not installed.
 */
export function connectRedis(options: CheckedRedisOptions, log: RedisLog, use: ScriptUse = 'buckets'): RedisConnection {
  const { target } = options;
  const isCluster = target.kind === 'cluster' || (target.kind === 'client' && isClusterClient(target.client));
  return isCluster ? new ClusterConnection(options, log, use) : new SingleConnection(options, log, use);
}
