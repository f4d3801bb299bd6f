/** The only entry that needs @nestjs/throttler. */
export { FloodgateThrottlerGuard, FloodgateThrottlerGuard as ThrottlerGuard } from './throttler.guard';
export { fromThrottlerOptions } from './from-throttler-options';
export { RedisThrottlerStorage } from './redis-throttler-storage';
export { MemoryThrottlerStorage } from './memory-throttler-storage';
export type { RedisThrottlerStorageOptions } from './redis-arguments';
export type { MemoryThrottlerStorageOptions } from './memory-throttler-storage';
export type { GroupThrottlerStorage, ThrottlerStorageRecord } from './throttler-storage';
export type { ThrottleHit, ThrottleTerms } from './throttle-hit';
