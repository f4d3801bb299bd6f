import 'reflect-metadata';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { RateLimiter, RateLimitModule } from 'nest-floodgate';
import { quotaOf } from 'nest-floodgate/testing';
import { RateLimiterRedis } from 'rate-limiter-flexible';
// Not public: an application is handed the whole library.
import { Problems } from '../libs/rate-limit/dist/core/problems.js';
import { RATE_LIMIT_RUNTIME } from '../libs/rate-limit/dist/nest/rate-limit.tokens.js';
import { connectRedis } from '../libs/rate-limit/dist/stores/redis/connection/connect-redis.js';
import { RedisKeys } from '../libs/rate-limit/dist/stores/redis/keys.js';
import { checkRedisOptions } from '../libs/rate-limit/dist/stores/redis/redis-options-check.js';
import { RedisStore } from '../libs/rate-limit/dist/stores/redis/redis-store.js';

export const NEST_LAB = 'nest-lab storage';
export const FLEXIBLE_REDIS = 'rate-limiter-flexible on Redis';

/** Who a client is to the store, by its address. */
export const identityOf = (address) => `ip:${address}`;
const namesOf = (policies) => Array.from({ length: policies }, (_, i) => `policy-${i + 1}`);

/**
 * `decide(key)` of the whole library on Redis, as application code calls it, and `decideInStore(identity)` of its store,
 * as the guard calls that: handed who it is, as a storage is handed its key, and without a promise where the answer is
 * known. `policy` and `store` are options beside.
 */
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
  const { opened, registry } = app.get(RATE_LIMIT_RUNTIME);
  const uses = names.map((name) => registry.get(name));
  const chargesOf = (identity) => {
    const charges = new Array(uses.length);
    for (let i = 0; i < uses.length; i++) {
      const { bucketId, policy } = uses[i];
      const { quota, cost, onStoreFailure, lease } = policy;
      charges[i] = { bucketId, identity, quota, cost, onStoreFailure, lease };
    }
    return charges;
  };
  return {
    decide: (key) => limiter.consume(asked, key),
    decideInStore: (identity) => opened.store.consume(chargesOf(identity)),
    close: () => app.close(),
  };
}

/** `decide(key)` of our store alone, handed identities and quotas as the engine hands them: what stands beside a storage. */
export async function makeStoreOnRedis(url, { algorithm, policies = 1, limit, windowMs }) {
  const options = checkRedisOptions({ type: 'redis', url, prefix: 'store', deadlineMs: 10_000 }, new Problems());
  const connection = connectRedis(options, { log() {}, warn: console.warn, error: console.error });
  await connection.waitUntilReady(5_000);
  const store = new RedisStore({ connection, keys: new RedisKeys(options), deadlineMs: options.deadlineMs });
  const quotas = namesOf(policies).map((name) => [
    `${name}:${algorithm}`,
    quotaOf({ algorithm, limit, per: windowMs }),
  ]);
  return {
    decide: (identity) => store.consume(quotas.map(([bucketId, quota]) => ({ bucketId, identity, quota, cost: 1 }))),
    close: async () => {
      await store.close();
      await connection.close();
    },
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
