import { startRedis } from '../test/support/redis/index.mjs';
import { loadApps } from './http-load.mjs';
import { medianRatio } from './stats.mjs';

const STOCK = 'stock and nest-lab';
const STEPS = ['step 1', 'step 2'];

/** Requests per second with three named throttlers on Redis: ours ÷ the guard of @nestjs/throttler on nest-lab storage. */
export async function measureThrottler() {
  const redis = await startRedis();
  try {
    const { of, perSecond, micros } = await loadApps([STOCK, ...STEPS, 'none'], {
      file: 'throttler-app.mjs',
      redis,
    });
    return STEPS.map((name) => ({
      name: `HTTP, 3 throttlers on Redis, ${name} ÷ @nestjs/throttler on nest-lab storage`,
      ratio: medianRatio(of(name, 'requestsPerSecond'), of(STOCK, 'requestsPerSecond')),
      requestsPerSecond: perSecond(name),
      peerRequestsPerSecond: perSecond(STOCK),
      requestsPerSecondWithoutLimiter: perSecond('none'),
      cpuMicrosPerRequest: micros(name, 'cpuMicros'),
      peerCpuMicrosPerRequest: micros(STOCK, 'cpuMicros'),
      cpuMicrosWithoutLimiter: micros('none', 'cpuMicros'),
      redisMicrosPerRequest: micros(name, 'redisMicros'),
      peerRedisMicrosPerRequest: micros(STOCK, 'redisMicros'),
    }));
  } finally {
    await redis.stop();
  }
}
