import { systemClock } from '../core/clock';
import { DenialCache } from '../engine/denial-cache/denial-cache';
import { ResilientStore } from '../engine/failure/resilient-store';
import { LeasedStore } from '../engine/lease/leased-store';
import { type CalmLog, messageOf } from '../engine/log';
import type { OperatedRedis, Operations } from '../statistics/operations';
import { MemoryStore } from '../stores/memory/memory-store';
import { connectRedis } from '../stores/redis/connection/connect-redis';
import { deniedCommand } from '../stores/redis/connection/rights';
import { RedisKeys } from '../stores/redis/keys';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import { RedisStore } from '../stores/redis/redis-store';
import type { OpenedStore } from './open-store';
import { SecondLook } from './second-look';
import { SilentNodes } from './silent-nodes';
import { StoreLog } from './store-log';

/** How long a boot waits for Redis where it is not to go on without. */
const BOOT_TIMEOUT_MS = 10_000;
/** After that, a Redis that nothing was heard of counts as gone, for whoever watches. */
const FIRST_WORD_MS = 2_000;

/** Buckets in Redis, with this process to decide in its place while it cannot. */
export function openRedisStore(options: CheckedRedisOptions, log: CalmLog, operations: Operations): OpenedStore {
  const { status, statistics } = operations;
  const { deadlineMs, instances, failBootWithoutStore } = options;
  const connection = connectRedis(options, log.logger);
  const silent = new SilentNodes(log, connection);
  const remote = new RedisStore({
    connection,
    keys: new RedisKeys(options),
    deadlineMs,
    onCommand: statistics.store,
    onStateChange: (node, state, reason) => {
      status.breakerChanged(node, state, reason);
      if (state === 'open') silent.opened(node, reason);
      else {
        silent.closed(node, reason);
        if (status.snapshot().state === 'up') answered.wellAgain();
      }
    },
  });
  const storeLog = new StoreLog(log, {
    subject: '[Redis] It',
    isToldElsewhere: (reason) =>
      !connection.isReady || status.snapshot().breakersOpen.length > 0 || deniedCommand(reason) !== undefined,
  });
  const clock = systemClock();
  const sharers = (): number => Math.max(instances, operations.fleet.live);
  const answered = new ResilientStore({
    remote,
    local: new MemoryStore({ clock }),
    clock,
    // The Redis store keeps it for each of its calls; only a Cluster may need several for one decision.
    deadlineMs: connection.isCluster ? deadlineMs : undefined,
    instances: sharers,
    onModeChange: (mode, reason) => {
      status.changed(mode === 'healthy' ? 'up' : 'degraded', reason);
      storeLog.changed(mode, reason);
      if (mode === 'degraded') secondLook.begin();
    },
  });
  const secondLook = new SecondLook(
    answered,
    async () => (await operations.redis?.ping(deadlineMs))?.isUp === true,
    remote,
  );
  // Around the fallback: what is known from memory says nothing of how the store is, and debts wait for one that is asked.
  const denials = new DenialCache({ store: answered });
  // Outermost: what a lease covers asks nobody. Leases are no decisions, so that nothing stands in for them.
  const store = new LeasedStore({
    store: denials,
    centre: remote,
    instances: sharers,
    owes: (charges) => answered.owes(charges),
  });
  connection.onStateChange((state) => {
    status.changed(state === 'ready' ? 'up' : 'degraded', `the connection is ${state}`);
    if (state === 'ready') answered.wellAgain();
  });
  // Who never connects is never lost, and a client of the user's may have been ready before.
  connection.waitUntilReady(FIRST_WORD_MS).then(
    () => {
      status.changed('up', 'it is connected');
    },
    (error: unknown) => {
      status.changed('degraded', messageOf(error));
    },
  );
  return {
    store,
    description: 'Redis store (distributed mode)',
    redis: { client: connection.client as unknown as OperatedRedis['client'], prefix: options.prefix },
    untilReady: () => (failBootWithoutStore ? connection.waitUntilReady(BOOT_TIMEOUT_MS) : Promise.resolve()),
    close: async () => {
      secondLook.end();
      storeLog.end();
      await store.close();
      await connection.close();
    },
  };
}
