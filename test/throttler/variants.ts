import { ThrottlerGuard as StockGuard, type ThrottlerStorage } from '@nestjs/throttler';
import { RedisThrottlerStorage, ThrottlerGuard as OurGuard } from 'nest-floodgate/throttler';
import type { RedisServer } from '../support/redis/index.mjs';

/** One way to run an app that was written for @nestjs/throttler. */
export interface Variant {
  readonly label: string;
  /** The one thing that an app changes: where the guard is imported from. */
  readonly Guard: typeof StockGuard;
  readonly isStockGuard: boolean;
  readonly isOnRedis: boolean;
}

const Ours = OurGuard as unknown as typeof StockGuard;

export const variants: readonly Variant[] = [
  { label: 'stock in memory', Guard: StockGuard, isStockGuard: true, isOnRedis: false },
  { label: 'step 1 on Redis', Guard: StockGuard, isStockGuard: true, isOnRedis: true },
  { label: 'step 2 in memory', Guard: Ours, isStockGuard: false, isOnRedis: false },
  { label: 'step 2 on Redis', Guard: Ours, isStockGuard: false, isOnRedis: true },
];

let apps = 0;

/** What a variant keeps its hits in; each app has keys of its own. */
export async function storageFor({ isOnRedis }: Variant, server: RedisServer): Promise<{ storage?: ThrottlerStorage }> {
  if (!isOnRedis) return {};
  const storage = new RedisThrottlerStorage(server.url, { prefix: `app-${++apps}`, deadlineMs: 5_000 });
  await storage.untilReady();
  return { storage };
}
