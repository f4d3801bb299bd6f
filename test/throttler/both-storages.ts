import { MemoryThrottlerStorage, RedisThrottlerStorage } from 'nest-floodgate/throttler';
import type { RedisServer } from '../support/redis/index.mjs';

export interface BothStorages {
  /** Whoever made it closes it. */
  readonly redis: RedisThrottlerStorage;
  readonly memory: MemoryThrottlerStorage;
}

/** A storage on Redis and one in memory, both empty, that go by one clock of the test's. */
export async function openBoth(server: RedisServer, prefix: string, nowMs: () => number): Promise<BothStorages> {
  const options = { prefix, deadlineMs: 5_000, onStoreFailure: 'closed', nowMs } as const;
  const redis = new RedisThrottlerStorage(server.url, options);
  await redis.untilReady();
  return { redis, memory: new MemoryThrottlerStorage({ nowMs }) };
}
