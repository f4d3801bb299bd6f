import { startRedis } from '../test/support/redis/index.mjs';
import { measureCpuPair } from './cpu-pair.mjs';

const STORES = [
  { label: 'in memory', prefix: '', plain: 'default headers' },
  { label: 'on Redis', prefix: 'redis, ', plain: 'redis, default headers' },
];

/**
 * What a request pays for being watched: statistics and metrics, scraped twice a second; and what the admin module writes
 * down of it, while operators have decided nothing and nothing is recorded.
 */
export async function measureOverhead() {
  const redis = await startRedis();
  try {
    const rows = [];
    for (const { label, prefix, plain } of STORES) {
      rows.push(
        await measureCpuPair(
          `CPU of a request, 3 policies ${label}, with statistics and metrics ÷ without`,
          `${prefix}watched`,
          redis,
          scraped,
        ),
        await measureCpuPair(
          `CPU of a request, 3 policies ${label}, with the admin module ÷ without`,
          `${plain}, admin`,
          redis,
        ),
      );
    }
    return rows;
  } finally {
    await redis.stop();
  }
}

function scraped({ url }) {
  const scraping = setInterval(() => {
    void fetch(`${url}metrics`).then((response) => response.arrayBuffer());
  }, 500);
  return () => clearInterval(scraping);
}
