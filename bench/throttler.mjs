import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { startRedis } from '../test/support/redis/index.mjs';
import { cpuMicros } from './http-load.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const STOCK = 'stock and nest-lab';
const STEPS = ['step 1', 'step 2'];
const CONNECTIONS = 64;
const SECONDS = 2;
const ROUNDS = 5;

/** Requests per second with three named throttlers on Redis: ours ÷ the guard of @nestjs/throttler on nest-lab storage. */
export async function measureThrottler() {
  const redis = await startRedis();
  const apps = {};
  try {
    for (const name of [STOCK, ...STEPS, 'none']) apps[name] = await startApp(name, redis.url);
    const figures = await interleaved(apps, ROUNDS, load);
    const of = (name, figure) => figures[name].map((round) => round[figure]);
    const perSecond = (name) => Math.round(median(of(name, 'requestsPerSecond')));
    const cpuOf = (name) => Number(median(of(name, 'cpuMicros')).toFixed(1));
    return STEPS.map((name) => ({
      name: `HTTP, 3 throttlers on Redis, ${name} ÷ @nestjs/throttler on nest-lab storage`,
      ratio: medianRatio(of(name, 'requestsPerSecond'), of(STOCK, 'requestsPerSecond')),
      requestsPerSecond: perSecond(name),
      peerRequestsPerSecond: perSecond(STOCK),
      requestsPerSecondWithoutLimiter: perSecond('none'),
      cpuMicrosPerRequest: cpuOf(name),
      peerCpuMicrosPerRequest: cpuOf(STOCK),
      cpuMicrosWithoutLimiter: cpuOf('none'),
    }));
  } finally {
    for (const { child } of Object.values(apps)) child.kill();
    await redis.stop();
  }
}

async function startApp(name, redisUrl) {
  // stdout belongs to the results.
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(fileURLToPath(new URL('throttler-app.mjs', import.meta.url)), [name, redisUrl], { stdio });
  const answer = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (answer[0]?.port === undefined) throw new Error(`The application with ${name} did not start.`);
  return { child, url: `http://127.0.0.1:${answer[0].port}/` };
}

async function load({ child, url }) {
  const before = await cpuMicros(child);
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  const after = await cpuMicros(child);
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} failed.`);
  }
  const requests = result.requests.total;
  return { requestsPerSecond: requests / result.duration, cpuMicros: (after - before) / requests };
}
