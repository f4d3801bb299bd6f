// Some clients of one Redis in a process of their own. Told a number, it makes so many decisions and tells the CPU time.
import { addressOf } from './peers.mjs';
import { makeRateLimiterOnRedis } from './redis-limiters.mjs';
import { ownCpu } from './redis-stats.mjs';

const KEYS = 10_000;
const { url, clients, inFlight, quota } = JSON.parse(process.argv[2]);
const limiters = [];
for (let i = 0; i < clients; i++) limiters.push(await makeRateLimiterOnRedis(url, quota));

process.on('message', async (decisions) => {
  const before = ownCpu();
  let made = 0;
  const worker = async ({ decide }) => {
    while (made++ < decisions) await decide(addressOf(Math.floor(Math.random() * KEYS)));
  };
  await Promise.all(limiters.flatMap((limiter) => Array.from({ length: inFlight }, () => worker(limiter))));
  process.send({ cpuMicros: ownCpu() - before });
});
// Its connections would keep it alive.
process.on('disconnect', () => process.exit());
process.send('ready');
