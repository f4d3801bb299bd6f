import type { ThrottlerStorage } from '@nestjs/throttler';
import type { ThrottleHit } from './throttle-hit';

/** What `ThrottlerStorage.increment` returns; @nestjs/throttler does not export its name. */
export type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** A storage that decides all throttlers of a request in one step: every hit is counted, or only those that refuse. */
export interface GroupThrottlerStorage extends ThrottlerStorage {
  /** The records come in the order of the hits. */
  incrementAll(hits: readonly ThrottleHit[]): Promise<readonly ThrottlerStorageRecord[]>;
}

export function decidesGroups(storage: ThrottlerStorage): storage is GroupThrottlerStorage {
  return typeof (storage as Partial<GroupThrottlerStorage>).incrementAll === 'function';
}
