import { randomBytes } from 'node:crypto';
import { startRedis } from '../../test/support/redis/index.mjs';
import { startSample } from '../drill/sample.mjs';
import { Clients } from './clients.mjs';
import { decide } from './operators.mjs';

const INSTANCES = 2;

/** When in each round Redis stands still, and for how long. */
const HICCUP = { roundMs: 60_000, firstMs: 12_000, forMs: 6_000 };

/** The hiccup, again and again; returns what ends it. */
function hiccups(redis) {
  const { roundMs, firstMs, forMs } = HICCUP;
  let timer = setTimeout(freeze, firstMs);
  function freeze() {
    redis.pause();
    timer = setTimeout(thaw, forMs);
  }
  function thaw() {
    redis.resume();
    timer = setTimeout(freeze, roundMs - forMs);
  }
  return () => clearTimeout(timer);
}

/**
 * The sample twice, on one Redis, with clients, a flood, somebody who guesses passwords, what operators decide, and a
 * Redis that stands still for a moment every minute. The sample must be built.
 * @param port Where the first instance listens; 0 for any.
 * @param steady Redis does not stand still.
 */
export async function startDemo({ port = 0, steady = false } = {}) {
  const token = randomBytes(24).toString('hex');
  const parts = [];
  const stop = async () => {
    for (const part of parts.reverse()) await part.stop();
  };
  try {
    const redis = await startRedis();
    parts.push(redis);
    const environment = {
      NODE_ENV: 'development',
      LOG_LEVEL: 'fatal',
      ADMIN_TOKEN: token,
      REDIS_URL: redis.url,
      RATE_LIMIT_INSTANCES: String(INSTANCES),
      RATE_LIMIT_FALLBACK_MEMORY: 'true',
      RATE_LIMIT_REQUESTS: '300',
      TRUSTED_PROXIES: 'loopback',
    };
    for (let index = 1; index <= INSTANCES; index += 1) {
      parts.push(await startSample(`sample ${index}`, { ...environment, PORT: index === 1 ? String(port) : '0' }));
    }
    const urls = parts.slice(1).map(({ url }) => url);
    const admin = `${urls[0]}/admin`;
    await decide(admin, token);
    parts.push(new Clients(urls));
    if (!steady) parts.push({ stop: hiccups(redis) });
    return { url: admin, token, redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
