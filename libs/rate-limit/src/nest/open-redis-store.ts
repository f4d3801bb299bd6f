import { systemClock } from '../core/clock';
import { ResilientStore } from '../engine/failure/resilient-store';
import type { CalmLog } from '../engine/log';
import { MemoryStore } from '../stores/memory/memory-store';
import { connectRedis } from '../stores/redis/connection/connect-redis';
import { RedisKeys } from '../stores/redis/keys';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import { RedisStore } from '../stores/redis/redis-store';
import type { OpenedStore } from './open-store';

/** How long a boot waits for Redis where it is not to go on without. */
const BOOT_TIMEOUT_MS = 10_000;

/** Buckets in Redis, with this process to decide in its place while it cannot. */
export function openRedisStore(options: CheckedRedisOptions, log: CalmLog): OpenedStore {
  const { deadlineMs, instances, failBootWithoutStore } = options;
  const connection = connectRedis(options, log.logger);
  // A connection that is lost says so itself; what is left to tell are nodes that are connected and do not answer.
  const silent = new Set<string>();
  const remote = new RedisStore({
    connection,
    keys: new RedisKeys(options),
    deadlineMs,
    onStateChange: (node, state, reason) => {
      if (state === 'open' && connection.isReady) {
        silent.add(node);
        log.tell('error', `[Redis] ${node} is not asked for now: ${reason}`);
      } else if (state === 'closed' && silent.delete(node)) {
        log.tell('warn', `[Redis] ${node} is asked again: ${reason}`);
      }
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
