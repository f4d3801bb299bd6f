/** The part of the library under test. It is not published on its own, so it is named here and nowhere else. */
export { connectRedis } from '../../../libs/rate-limit/src/stores/redis/connection/connect-redis';
export type { RedisConnection } from '../../../libs/rate-limit/src/stores/redis/connection/redis-connection';
export { checkRedisOptions } from '../../../libs/rate-limit/src/stores/redis/redis-options-check';
export type { RedisStoreConfig } from '../../../libs/rate-limit/src/stores/redis/redis-options';
export { Problems } from '../../../libs/rate-limit/src/core/problems';
