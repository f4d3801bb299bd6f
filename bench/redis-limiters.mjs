import 'reflect-metadata';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { RateLimiter, RateLimitModule } from 'nest-floodgate';
import { RateLimiterRedis } from 'rate-limiter-flexible';

export const NEST_LAB = 'nest-lab storage';
export const FLEXIBLE_REDIS = 'rate-limiter-flexible on Redis';

const namesOf = (policies) => Array.from({ length: policies }, (_, i) => `policy-${i + 1}`);

/** `decide(key)` of the whole library on Redis, as application code calls it. `policy` and `store` are options beside. */
export async function makeRateLimiterOnRedis(url, { algorithm, policies = 1, limit, windowMs, policy, store }) {
  const names = namesOf(policies);
  const app = await NestFactory.createApplicationContext(
    RateLimitModule.forRoot({
      // Under a load beyond what two cores can do, answers late rather than from memory: that is not what is measured.
      store: { type: 'redis', ...(store ?? { url }), deadlineMs: 10_000, failBootWithoutStore: true },
      policies: Object.fromEntries(names.map((name) => [name, { algorithm, limit, per: windowMs, ...policy }])),
    }),
    { logger: ['error'] },
  );
  const limiter = app.get(RateLimiter);
  const asked = names.length === 1 ? names[0] : names;
  return {
    decide: (key) => limiter.consume(asked, key),
    close: () => app.close(),
  };
}

/** `decide(key)` of nest-lab's storage: one call after another for several limits, as the guard that uses it does. */
export function makeNestLab(url, { policies = 1, limit, windowMs, blockMs = 0 }) {
  const redis = new Redis(url);
  const storage = new ThrottlerStorageRedisService(redis);
  const names = namesOf(policies);
  const one = (key) => storage.increment(key, windowMs, limit, blockMs, names[0]);
  const several = async (key) => {
    for (const name of names) await storage.increment(key, windowMs, limit, blockMs, name);
  };
  return { decide: policies === 1 ? one : several, close: () => redis.quit() };
}

/** `decide(key)` of rate-limiter-flexible: one limiter for each limit. */
export async function makeFlexible(url, { policies = 1, limit, windowMs }) {
  const redis = new Redis(url, { lazyConnect: true });
  await redis.connect();
  const setup = { storeClient: redis, points: limit, duration: windowMs / 1000 };
  const limiters = namesOf(policies).map((keyPrefix) => new RateLimiterRedis({ ...setup, keyPrefix }));
  const several = async (key) => {
    for (const limiter of limiters) await limiter.consume(key);
  };
  return { decide: policies === 1 ? (key) => limiters[0].consume(key) : several, close: () => redis.quit() };
}
