import { type InstanceStatistics, STORE_ERROR_KINDS } from '../engine/statistics/instance-statistics';
import type { Operations } from '../statistics/operations';
import type { RedisFacts } from '../statistics/redis-probe';
import { histogram } from './decision-families';
import { EvictedKeys } from './evicted-keys';
import { BUCKETS_SECONDS, type MetricFamily, type Sample } from './metric-family';

/** The longest that a scrape waits for Redis. */
const TIMEOUT_MS = 500;

/** What is known of the store, and of the Redis behind it. */
export function storeFamilies(operations: Operations, read: () => InstanceStatistics): readonly MetricFamily[] {
  const evicted = new EvictedKeys();
  const isUp = (): boolean => operations.status.snapshot().state === 'up';
  return [
    {
      name: 'rate_limit_store_command_duration_seconds',
      help: 'Round trips to the store, by command; one may carry many decisions.',
      type: 'histogram',
      bounds: BUCKETS_SECONDS,
      read: () => Object.entries(read().storeLatency).map(([command, counts]) => histogram({ command }, counts)),
    },
    {
      name: 'rate_limit_store_errors_total',
      help: 'Commands to the store that failed, by kind.',
      type: 'counter',
      read: () => {
        // Only commands to Redis are counted. There, all kinds begin at 0, so that the first of each is seen as a rise.
        if (operations.redis === undefined) return [];
        const { storeErrors } = read();
        return STORE_ERROR_KINDS.map((kind) => ({ labels: { kind }, value: storeErrors[kind] ?? 0 }));
      },
    },
    {
      name: 'rate_limit_store_up',
      help: 'Whether the store answers: 1 or 0.',
      type: 'gauge',
      together: 'min',
      read: () => [{ labels: { store: operations.status.snapshot().kind }, value: isUp() ? 1 : 0 }],
    },
    {
      name: 'rate_limit_fallback_active',
      help: 'Whether decisions are made without the store: 1 or 0.',
      type: 'gauge',
      together: 'max',
      read: () => [{ labels: {}, value: operations.status.snapshot().state === 'degraded' ? 1 : 0 }],
    },
    {
      name: 'rate_limit_redis_connections',
      help: 'Connections of this process to Redis that are up.',
      type: 'gauge',
      read: () => (operations.redis === undefined ? [] : [{ labels: {}, value: operations.redis.connections }]),
    },
    redisFamily(operations, 'rate_limit_redis_memory_used_bytes', 'Memory that Redis uses.', 'memoryUsedBytes'),
    redisFamily(
      operations,
      'rate_limit_redis_memory_max_bytes',
      'maxmemory of Redis; 0 where there is none.',
      'memoryMaxBytes',
    ),
    {
      name: 'rate_limit_redis_evicted_keys_total',
      help: 'Keys that Redis dropped for lack of memory: rate limits among them were lost.',
      type: 'counter',
      together: 'max',
      read: async () => {
        const value = evicted.sum((await operations.redis?.facts(TIMEOUT_MS)) ?? []);
        return value === undefined ? [] : [{ labels: {}, value }];
      },
    },
  ];
}

/** The sum over the nodes that say it; nothing where none does. */
function redisFamily(
  operations: Operations,
  name: string,
  help: string,
  field: 'memoryUsedBytes' | 'memoryMaxBytes',
): MetricFamily {
  const sumOf = (facts: readonly RedisFacts[]): readonly Sample[] => {
    const told = facts.flatMap((node) => node[field] ?? []);
    return told.length === 0 ? [] : [{ labels: {}, value: told.reduce((sum, value) => sum + value, 0) }];
  };
  return {
    name,
    help,
    type: 'gauge',
    together: 'max',
    read: async () => sumOf((await operations.redis?.facts(TIMEOUT_MS)) ?? []),
  };
}
