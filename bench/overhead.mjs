import { startRedis } from '../test/support/redis/index.mjs';
import { load, startApp } from './http-load.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const ROUNDS = 40;
const SECONDS = 1;
const SCRAPE_EVERY_MS = 600;
const STORES = { memory: 'in memory', redis: 'on Redis' };

/**
 * What statistics and metrics cost a request: CPU time of the same application with them, scraped once a second, ÷
 * without. Many short rounds, because the answer is smaller than what a machine does beside.
 */
export async function measureOverhead() {
  const redis = await startRedis();
  try {
    const rows = [];
    for (const [store, label] of Object.entries(STORES)) rows.push(await overheadOn(store, label, redis));
    return rows;
  } finally {
    await redis.stop();
  }
}

async function overheadOn(store, label, redis) {
  const prefix = store === 'redis' ? 'redis, ' : '';
  const apps = {};
  try {
    for (const name of ['watched', 'unwatched']) {
      apps[name] = await startApp(`${prefix}${name}`, { redis });
    }
    const figures = await interleaved(apps, ROUNDS, measure);
    const { watched, unwatched } = figures;
    const ratio = medianRatio(watched, unwatched);
    return {
      name: `HTTP, 3 policies ${label}, with statistics and metrics ÷ without`,
      ratio,
      percent: percent(ratio),
      percentAtBest: percent(Math.min(...watched) / Math.min(...unwatched)),
      cpuMicrosWith: Number(median(watched).toFixed(1)),
      cpuMicrosWithout: Number(median(unwatched).toFixed(1)),
    };
  } finally {
    for (const { child } of Object.values(apps)) child.kill();
  }
}

function percent(ratio) {
  return Number((100 * (ratio - 1)).toFixed(1));
}

async function measure(app) {
  let scraping = Promise.resolve();
  const timer = setInterval(() => {
    scraping = fetch(`${app.url}metrics`).then((response) => response.arrayBuffer());
  }, SCRAPE_EVERY_MS);
  try {
    return (await load(app, undefined, SECONDS)).cpuMicros;
  } finally {
    clearInterval(timer);
    await scraping;
  }
}
