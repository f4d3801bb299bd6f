import { startRedis } from '../test/support/redis/index.mjs';
import { measureApps } from './http-load.mjs';

/** Three policies on Redis on every request; load, application and Redis on the same machine. */
export async function measureRedisHttp() {
  const redis = await startRedis();
  try {
    return await measureApps(
      {
        'redis, default headers': '3 policies on Redis, default headers',
        'redis, headers: false': '3 policies on Redis, headers: false',
        'redis, leased': '3 policies on Redis, leased, default headers',
        'redis, leased, headers: false': '3 policies on Redis, leased, headers: false',
        'nest-lab': '3 throttlers of @nestjs/throttler on nest-lab storage',
      },
      { redis },
    );
  } finally {
    await redis.stop();
  }
}
