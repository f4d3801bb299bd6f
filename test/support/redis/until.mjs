import { setTimeout as pause } from 'node:timers/promises';

/** Waits until a look at something gives neither a falsy value nor an error, and returns what it gave. */
export async function until(what, look, { timeoutMs = 10_000, everyMs = 20 } = {}) {
  const end = performance.now() + timeoutMs;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}${last === undefined ? '' : `: ${last.message}`}`);
    }
    await pause(everyMs);
  }
}
