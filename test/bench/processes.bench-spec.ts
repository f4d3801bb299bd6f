import type { ChildProcess, ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { ask, startProcess } from '../../bench/own-process.mjs';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

let redis: RedisServer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
});
afterEach(async () => {
  // Each ends with its parent, as it sees it.
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  }
});

async function start(file: string, args: readonly string[], options?: ForkOptions): Promise<[ChildProcess, unknown]> {
  const { child, answer } = await startProcess(file, args, options);
  children.push(child);
  return [child, answer];
}

test.each([
  ['store', 'sliding-window', false],
  ['RateLimiter', 'token-bucket', true],
  ['peer', 'rate-limiter-flexible', true],
  ['peer', '@nestjs/throttler', true],
])('a process of decisions in memory tells how many it makes a second: %s %s', async (...setup) => {
  const [child, answer] = await start('decisions-child.mjs', [JSON.stringify(setup)]);
  expect(answer).toBe('ready');
  expect(await ask(child, 'go')).toBeGreaterThan(0);
});

test('a process of clients of Redis tells the CPU time of its decisions', async () => {
  const quota = { algorithm: 'sliding-window', limit: 1_000_000, windowMs: 3_600_000 };
  const [child] = await start('growth-child.mjs', [JSON.stringify({ url: redis.url, clients: 2, inFlight: 4, quota })]);
  const { cpuMicros } = (await ask(child, 200)) as { cpuMicros: number };
  expect(cpuMicros).toBeGreaterThan(0);
  const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await redis.cli('info', 'commandstats'))?.[1];
  expect(Number(calls)).toBeGreaterThan(0);
});

test.each([
  ['http-app.mjs', 'none', 'fastify'],
  ['http-app.mjs', 'default headers', 'express'],
  ['http-app.mjs', 'redis, leased', 'fastify'],
  ['http-app.mjs', 'redis, watched', 'fastify'],
  ['http-app.mjs', 'redis, default headers, admin', 'fastify'],
  ['http-app.mjs', 'nest-lab', 'fastify'],
  ['throttler-app.mjs', 'stock and nest-lab', 'fastify'],
  ['throttler-app.mjs', 'step 2', 'fastify'],
  ['plain-app.mjs', 'three limits', 'express'],
  ['plain-app.mjs', 'one limit', 'fastify'],
])('an application to be loaded answers: %s, %s, on %s', async (file, variant, platform) => {
  const [child, answer] = await start(file, [variant, platform], { env: { ...process.env, REDIS_URL: redis.url } });
  const response = await fetch(`http://127.0.0.1:${(answer as { port: number }).port}/`);
  expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { hello: 'world' } });
  expect(await ask(child, 'cpu')).toEqual({ cpuMicros: expect.any(Number) as number });
});
