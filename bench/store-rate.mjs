import { setImmediate } from 'node:timers/promises';
import { cpuOf, ownCpu, scriptsOf } from './redis-stats.mjs';

/** Decisions between two turns of the event loop, in which what arrives from Redis is read. */
const AT_ONCE = 512;

/** How fast a store decides that is called directly, as the guard calls it: waited for is only what it promises. */
export async function storeRateOf(redis, decide, keyAt, decisions) {
  const cpuBefore = await cpuOf(redis);
  const { calls: callsBefore } = await scriptsOf(redis);
  const ownBefore = ownCpu();
  const start = performance.now();
  for (let next = 0; next < decisions;) {
    const promised = [];
    for (const end = Math.min(decisions, next + AT_ONCE); next < end; next++) {
      const verdicts = decide(keyAt(next));
      if (!Array.isArray(verdicts)) promised.push(verdicts);
    }
    await Promise.all(promised);
    await setImmediate();
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    perSecond: decisions / seconds,
    nodeMicros: (ownCpu() - ownBefore) / decisions,
    redisMicros: ((await cpuOf(redis)) - cpuBefore) / decisions,
    callsPerThousand: ((await scriptsOf(redis)).calls - callsBefore) / (decisions / 1000),
  };
}
