import { setImmediate } from 'node:timers/promises';
import { rateOfRun } from './redis-stats.mjs';

/** Decisions between two turns of the event loop, in which what arrives from Redis is read. */
const AT_ONCE = 512;

/** How fast a store decides that is called directly, as the guard calls it: waited for is only what it promises. */
export function storeRateOf(redis, decide, keyAt, decisions) {
  return rateOfRun(redis, decisions, async () => {
    for (let next = 0; next < decisions;) {
      const promised = [];
      for (const end = Math.min(decisions, next + AT_ONCE); next < end; next++) {
        const verdicts = decide(keyAt(next));
        if (!Array.isArray(verdicts)) promised.push(verdicts);
      }
      await Promise.all(promised);
      await setImmediate();
    }
  });
}
