import { startRedis } from '../test/support/redis/index.mjs';
import { measureApps } from './http-load.mjs';

const SECONDS = 1;

const NEST = {
  'redis, default headers': 'nest-floodgate, 3 policies on Redis',
  'default headers': 'nest-floodgate, 3 policies in memory',
  'nest-lab': '@nestjs/throttler, 3 throttlers on nest-lab storage',
};

/** One entry for each application that is there without a limiter too: platform, file, and what limits it. */
const APPLICATIONS = [
  { title: 'HTTP, Nest on Express', platform: 'express', file: 'http-app.mjs', labels: NEST },
  { title: 'HTTP, Nest on Fastify', platform: 'fastify', file: 'http-app.mjs', labels: NEST },
  {
    title: 'HTTP, Express',
    platform: 'express',
    file: 'plain-app.mjs',
    labels: {
      'one limit': 'express-rate-limit, one limit on rate-limit-redis',
      'three limits': 'express-rate-limit, 3 limits on rate-limit-redis',
    },
  },
  {
    title: 'HTTP, Fastify',
    platform: 'fastify',
    file: 'plain-app.mjs',
    labels: { 'one limit': '@fastify/rate-limit, one limit on Redis' },
  },
];

/** What limiting costs an application, beside what the limiters of other applications cost theirs. */
export async function measurePeersHttp() {
  const redis = await startRedis();
  try {
    const rows = [];
    for (const { labels, ...application } of APPLICATIONS) {
      rows.push(...(await measureApps(labels, { ...application, redis, seconds: SECONDS })));
    }
    return rows;
  } finally {
    await redis.stop();
  }
}
