import { type ThrottlerStorage, ThrottlerStorageService } from '@nestjs/throttler';
import { MemoryThrottlerStorage } from './memory-throttler-storage';
import type { ThrottleHit } from './throttle-hit';
import { decidesGroups, type ThrottlerStorageRecord } from './throttler-storage';

/** What stands in for the memory storage that ThrottlerModule makes, for all guards that were handed the same one. */
const standIns = new WeakMap<ThrottlerStorage, MemoryThrottlerStorage>();

/** The storage to ask in place of the one that a guard was handed. */
export function storageBehind(given: ThrottlerStorage): ThrottlerStorage {
  if (given.constructor !== ThrottlerStorageService) return given;
  const known = standIns.get(given) ?? new MemoryThrottlerStorage();
  standIns.set(given, known);
  return known;
}

/**
 * Decides the hits of a request together where the storage can. Another one is asked for one hit after the other, up to
 * the first that it refuses: what comes after has no record.
 */
export async function decide(
  storage: ThrottlerStorage,
  hits: readonly ThrottleHit[],
): Promise<readonly ThrottlerStorageRecord[]> {
  if (decidesGroups(storage)) return storage.incrementAll(hits);
  const records: ThrottlerStorageRecord[] = [];
  for (const { key, ttl, limit, blockDuration, throttlerName } of hits) {
    const record = await storage.increment(key, ttl, limit, blockDuration, throttlerName);
    records.push(record);
    if (record.isBlocked) break;
  }
  return records;
}
