import { systemClock } from '../core/clock';
import { ResilientStore } from '../engine/failure/resilient-store';
import type { CalmLog } from '../engine/log';
import { MemoryStore } from '../stores/memory/memory-store';
import { connectRedis } from '../stores/redis/connection/connect-redis';
import { RedisKeys } from '../stores/redis/keys';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import { RedisStore } from '../stores/redis/redis-store';
import type { OpenedStore } from './open-store';
import { SilentNodes } from './silent-nodes';

/** How long a boot waits for Redis where it is not to go on without. */
const BOOT_TIMEOUT_MS = 10_000;

/** Buckets in Redis, with this process to decide in its place while it cannot. */
export function openRedisStore(options: CheckedRedisOptions, log: CalmLog): OpenedStore {
  const { deadlineMs, instances, failBootWithoutStore } = options;
  const connection = connectRedis(options, log.logger);
  const silent = new SilentNodes(log, connection);
  const remote = new RedisStore({
    connection,
    keys: new RedisKeys(options),
    deadlineMs,
    onStateChange: (node, state, reason) => {
      if (state === 'open') silent.opened(node, reason);
      else silent.closed(node);
    },
  });
  const clock = systemClock();
  const store = new ResilientStore({
    remote,
    local: new MemoryStore({ clock }),
    clock,
    // The Redis store keeps it for each of its calls; only a Cluster may need several for one decision.
    deadlineMs: connection.isCluster ? deadlineMs : undefined,
    instances: () => instances,
  });
  return {
    store,
    description: 'Redis store (distributed mode)',
    untilReady: () => (failBootWithoutStore ? connection.waitUntilReady(BOOT_TIMEOUT_MS) : Promise.resolve()),
    close: async () => {
      await store.close();
      await connection.close();
    },
  };
}
