import { startRedis } from '../test/support/redis/index.mjs';
import { measureApps } from './http-load.mjs';

/** A flood that is refused, from one address: three policies of which each has been used up. */
export async function measureRefusedHttp() {
  const redis = await startRedis();
  try {
    return await measureApps(
      {
        refusing: '3 policies in memory',
        'redis, refusing': '3 policies on Redis',
        'nest-lab, refusing': '3 throttlers of @nestjs/throttler on nest-lab storage',
      },
      { redis, title: 'HTTP refusals' },
    );
  } finally {
    await redis.stop();
  }
}
