import { startRedis } from '../test/support/redis/index.mjs';
import { startApp } from './http-load.mjs';

const STOCK = 'stock and nest-lab';
const STEPS = { 'step 1': 'step 1, default deadline', 'step 2': 'step 2, default deadline' };

const OUTAGES = { frozen: (redis) => redis.pause(), killed: (redis) => redis.kill() };

const WARM_UP = 200;
/** After the first, which may wait for what was in flight. */
const LATER = 10;
/** The stock stack may never answer. */
const PATIENCE_MS = 15_000;

/**
 * How long a request with three named throttlers takes while Redis is frozen or gone: ours ÷ the guard of
 * @nestjs/throttler on nest-lab storage. A peer that has not answered within 15 s counts as those.
 */
export async function measureThrottlerOutage() {
  const rows = [];
  for (const [outage, begin] of Object.entries(OUTAGES)) {
    const redis = await startRedis();
    const apps = [];
    try {
      for (const variant of [STOCK, ...Object.values(STEPS)]) {
        apps.push(await startApp(variant, { file: 'throttler-app.mjs', redis }));
      }
      for (const { url } of apps) for (let i = 0; i < WARM_UP; i++) await ask(url);
      await begin(redis);
      const [peer, ...ours] = apps;
      const answers = [];
      for (const app of ours) answers.push(await askOften(app));
      const stock = await ask(peer.url);
      for (const [i, step] of Object.keys(STEPS).entries()) {
        rows.push({
          name: `HTTP, 3 throttlers, Redis ${outage}, first request, ${step} ÷ @nestjs/throttler on nest-lab storage`,
          ratio: answers[i].firstMs / stock.ms,
          ...answers[i],
          peerMs: Math.round(stock.ms),
          peerStatus: stock.status,
        });
      }
    } finally {
      for (const { child } of apps) child.kill();
      redis.resume();
      await redis.stop();
    }
  }
  return rows;
}

async function askOften({ url }) {
  const first = await ask(url);
  const later = [];
  for (let i = 0; i < LATER; i++) later.push((await ask(url)).ms);
  return { status: first.status, firstMs: Math.round(first.ms), slowestLaterMs: Math.round(Math.max(...later)) };
}

/** Status 0 is no answer. */
async function ask(url) {
  const startedMs = performance.now();
  const status = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
  return { status, ms: performance.now() - startedMs };
}
