import { Logger } from '@nestjs/common';
import { RedisThrottlerStorage, type RedisThrottlerStorageOptions } from 'nest-floodgate/throttler';
import { Stalls } from '../support/load-stalls';
import { until } from '../support/load-until';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

const DEADLINE_MS = 60;
/** Of the slowest, beside what this process stood still: what the timers of a busy machine add. */
const SLACK_MS = 50;

let server: RedisServer;
const open: RedisThrottlerStorage[] = [];

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(async () => {
  server = await startRedis();
});
afterEach(async () => {
  server.resume();
  for (const storage of open.splice(0)) await storage.close();
  await server.stop();
});

async function storageWith(options: RedisThrottlerStorageOptions = {}): Promise<RedisThrottlerStorage> {
  const storage = new RedisThrottlerStorage(server.url, { deadlineMs: DEADLINE_MS, ...options });
  open.push(storage);
  await storage.untilReady();
  await storage.increment('warm', 60_000, 3, 60_000, 'default');
  return storage;
}

const hit = (storage: RedisThrottlerStorage) => storage.increment('client', 60_000, 4, 60_000, 'default');

async function slowestOf(count: number, storage: RedisThrottlerStorage): Promise<{ ms: number; admitted: number }> {
  let [ms, admitted] = [0, 0];
  for (let i = 0; i < count; i++) {
    const one = async () => {
      if (!(await hit(storage)).isBlocked) admitted++;
    };
    ms = Math.max(ms, await Stalls.msWithout(one));
  }
  return { ms, admitted };
}

test.each(['paused', 'killed'])('decides within the deadline by itself while Redis is %s', async (how) => {
  const storage = await storageWith();
  if (how === 'paused') server.pause();
  else await server.kill();
  const { ms, admitted } = await slowestOf(10, storage);
  expect(admitted).toBe(4);
  expect(ms).toBeLessThan(DEADLINE_MS + SLACK_MS);
});

test('says once why a Redis that is reached does not decide, and once that it does again', async () => {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  Logger.overrideLogger({ log: note, warn: note, error: note });
  try {
    const storage = await storageWith({ deadlineMs: 5_000 });
    const linesOf = (what: RegExp): readonly string[] => lines.filter((line) => what.test(line));
    await server.cli('config', 'set', 'maxmemory', '1');
    await until('a complaint', async () => {
      await hit(storage);
      return linesOf(/does not decide: .*OOM.*raise maxmemory/).length > 0;
    });
    await server.cli('config', 'set', 'maxmemory', '0');
    await until('the end of it', async () => {
      await hit(storage);
      return linesOf(/decides again/).length > 0;
    });
    expect([linesOf(/does not decide/).length, linesOf(/decides again/).length]).toEqual([1, 1]);
  } finally {
    Logger.overrideLogger(false);
  }
});

test('gives each of the instances its share of a limit', async () => {
  const storage = await storageWith({ instances: 2 });
  await server.kill();
  expect((await slowestOf(10, storage)).admitted).toBe(2);
});

test('lets everything pass with "open", and nothing with "closed", as a 503', async () => {
  const [lenient, strict] = [
    await storageWith({ onStoreFailure: 'open' }),
    await storageWith({ onStoreFailure: 'closed' }),
  ];
  await server.kill();
  expect((await slowestOf(10, lenient)).admitted).toBe(10);
  await expect(hit(strict)).rejects.toMatchObject({ status: 503 });
});

test('goes on with Redis when it is back, and when it has forgotten the script', async () => {
  const storage = await storageWith({ onStoreFailure: 'closed', deadlineMs: 5_000 });
  await server.cli('script', 'flush');
  expect((await hit(storage)).totalHits).toBe(1);
  await server.restart();
  await storage.untilReady();
  expect((await hit(storage)).totalHits).toBe(1);
});

test('decides a hundred requests raised at once in a few calls, each group all or none', async () => {
  const storage = await storageWith({ deadlineMs: 5_000 });
  const calls = async () =>
    Number(/calls=(\d+)/.exec(/cmdstat_evalsha:.*/.exec(await server.cli('info', 'commandstats'))?.[0] ?? '')?.[1]);
  const before = await calls();
  const group = [
    { key: 'a', ttl: 60_000, limit: 100, blockDuration: 60_000, throttlerName: 'wide' },
    { key: 'b', ttl: 60_000, limit: 10, blockDuration: 60_000, throttlerName: 'narrow' },
  ];
  const answers = await Promise.all(Array.from({ length: 100 }, () => storage.incrementAll(group)));
  expect(answers.filter((records) => records.every(({ isBlocked }) => !isBlocked))).toHaveLength(10);
  expect(answers.at(-1)?.[0]?.totalHits).toBe(10);
  expect((await calls()) - before).toBeLessThanOrEqual(4);
});
