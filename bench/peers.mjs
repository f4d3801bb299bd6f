import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ThrottlerStorageService } from '@nestjs/throttler';
import { MemoryStore, RateLimiter, RateLimitModule } from 'nest-floodgate';
import { quotaOf } from 'nest-floodgate/testing';
import { RateLimiterMemory } from 'rate-limiter-flexible';

export const ALGORITHMS = ['sliding-window', 'token-bucket', 'fixed-window'];
export const FLEXIBLE = 'rate-limiter-flexible';
export const THROTTLER = '@nestjs/throttler';

/** `decide(ip)` of the memory store, handed the identity as the engine hands it: as finished text. It answers without a promise. */
export function makeStore(algorithm, { limit, windowMs }) {
  const store = new MemoryStore();
  const quota = quotaOf({ algorithm, limit, per: windowMs });
  return {
    decide: (ip) => store.consume([{ bucketId: algorithm, identity: ip, quota, cost: 1 }]),
    close: () => store.close(),
  };
}

/** `decide(ip)` of the whole library, as application code calls it. */
export async function makeRateLimiter(algorithm, { limit, windowMs }) {
  const policies = { policy: { algorithm, limit, per: windowMs } };
  const app = await NestFactory.createApplicationContext(RateLimitModule.forRoot({ policies }), { logger: ['error'] });
  const limiter = app.get(RateLimiter);
  return { decide: (ip) => limiter.consume('policy', ip), close: () => app.close() };
}

/** `decide(ip)` of another library, as its users call it. Its timers keep the process alive. */
export function makePeer(name, { limit, windowMs }) {
  if (name === FLEXIBLE) {
    const limiter = new RateLimiterMemory({ points: limit, duration: windowMs / 1000 });
    return { decide: (ip) => limiter.consume(ip) };
  }
  const storage = new ThrottlerStorageService();
  return { decide: (ip) => storage.increment(ip, windowMs, limit, 0, 'default') };
}

/** A different address for each number below 2^24. */
export function addressOf(i) {
  return `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}
