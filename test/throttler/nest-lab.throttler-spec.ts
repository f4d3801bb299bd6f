import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { type ThrottlerStorage, ThrottlerStorageService } from '@nestjs/throttler';
import { RedisThrottlerStorage } from 'nest-floodgate/throttler';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import type { Hit } from './memory-model';

let server: RedisServer;
let nestLab: ThrottlerStorageRedisService;
let ours: RedisThrottlerStorage;
let reference: ThrottlerStorageService;
let key = 0;

beforeAll(async () => {
  Logger.overrideLogger(['error']);
  server = await startRedis();
  nestLab = new ThrottlerStorageRedisService(server.url);
  ours = new RedisThrottlerStorage(server.url, { deadlineMs: 5_000, onStoreFailure: 'closed' });
  reference = new ThrottlerStorageService();
  await ours.untilReady();
});
afterAll(async () => {
  nestLab.onModuleDestroy();
  reference.onApplicationShutdown();
  await ours.close();
  await server.stop();
});

interface Step {
  readonly afterMs?: number;
  readonly hits: number;
}

/** How many of the hits of each step pass. */
async function admitted(
  storage: ThrottlerStorage,
  options: readonly number[],
  steps: readonly Step[],
): Promise<number[]> {
  const hit = [`key ${++key}`, ...options, 'default'] as unknown as Hit;
  const passed: number[] = [];
  for (const { afterMs = 0, hits } of steps) {
    await sleep(afterMs);
    let count = 0;
    for (let i = 0; i < hits; i++) if (!(await storage.increment(...hit)).isBlocked) count++;
    passed.push(count);
  }
  return passed;
}

/**
 * Fixes of what nest-lab's storage does otherwise than the reference: [ttl, limit, blockDuration], and the steps. All run
 * on real time, each step some 300 ms from where it would come out otherwise, so that a machine may stand still so long.
 */
const fixes = [
  {
    name: 'a client that asks while it is blocked is let in again when the block ends',
    options: [2_000, 2, 900],
    steps: [{ hits: 3 }, { afterMs: 500, hits: 1 }, { afterMs: 800, hits: 1 }],
    asReference: [2, 0, 1],
    nestLab: [2, 0, 0],
  },
  {
    name: 'a block that is shorter than the window is followed by a new window',
    options: [4_000, 2, 500],
    steps: [{ hits: 3 }, { afterMs: 900, hits: 1 }],
    asReference: [2, 1],
    nestLab: [2, 0],
  },
  {
    name: 'no two windows are admitted around a boundary',
    options: [1_500, 3, 1_500],
    steps: [{ hits: 1 }, { afterMs: 1_100, hits: 2 }, { afterMs: 700, hits: 3 }],
    asReference: [1, 2, 1],
    nestLab: [1, 2, 3],
  },
] as const;

test(`fixed: ${fixes.map(({ name }) => name).join('; ')}`, async () => {
  // Side by side: most of it is waiting.
  const results = fixes.map(async ({ name, options, steps }) => [
    name,
    ...(await Promise.all([ours, reference, nestLab].map((storage) => admitted(storage, options, steps)))),
  ]);
  const expected = fixes.map((fix) => [fix.name, fix.asReference, fix.asReference, fix.nestLab]);
  expect(await Promise.all(results)).toEqual(expected);
});

test('fixed: a blockDuration of 0 limits without a block; nest-lab fails', async () => {
  const steps = [{ hits: 3 }, { afterMs: 800, hits: 1 }];
  const both = [ours, reference].map((storage) => admitted(storage, [700, 2, 0], steps));
  expect(await Promise.all(both)).toEqual([
    [2, 1],
    [2, 1],
  ]);
  await expect(admitted(nestLab, [700, 2, 0], steps)).rejects.toThrow('invalid expire time');
});

test('fixed: lengths of time may have fractions; nest-lab fails and leaves a key for ever', async () => {
  await expect(admitted(ours, [300.5, 2, 300.5], [{ hits: 3 }])).resolves.toEqual([2]);
  await expect(admitted(reference, [300.5, 2, 300.5], [{ hits: 3 }])).resolves.toEqual([2]);
  await expect(admitted(nestLab, [300.5, 2, 300.5], [{ hits: 3 }])).rejects.toThrow('not an integer');
});

test('fixed: a flood does not count on while it is blocked', async () => {
  const flooded = `flood ${++key}`;
  const flood = async (storage: ThrottlerStorage): Promise<number> => {
    let totalHits = 0;
    for (let i = 0; i < 10; i++) ({ totalHits } = await storage.increment(flooded, 60_000, 2, 60_000, 'default'));
    return totalHits;
  };
  expect([await flood(ours), await flood(reference), await flood(nestLab)]).toEqual([3, 3, 10]);
});

test('a client that polls every 100 ms with 3 a second gets through as on the reference; on nest-lab never again', async () => {
  const polled = `poll ${++key}`;
  const poll = async (storage: ThrottlerStorage): Promise<number> => {
    let passed = 0;
    for (let i = 0; i < 60; i++) {
      const next = sleep(100);
      if (!(await storage.increment(polled, 1_000, 3, 1_000, 'default')).isBlocked) passed++;
      await next;
    }
    return passed;
  };
  const [own, memory, peer] = await Promise.all([poll(ours), poll(reference), poll(nestLab)]);
  expect(own).toBeGreaterThanOrEqual(13);
  expect(own).toBeLessThanOrEqual(18);
  expect(Math.abs(own - memory)).toBeLessThanOrEqual(2);
  // Three, unless the machine stands still for so long that a window ends in between.
  expect(peer).toBeLessThan(own / 2);
}, 30_000);
