import { DECISION_SOURCES } from '../core/decision';
import { show } from '../core/errors';
import type { Problems } from '../core/problems';
import type { RateLimitStore } from '../core/store';

const METHODS = ['consume', 'consumeUpTo', 'peek', 'refund', 'reset'] as const satisfies (keyof RateLimitStore)[];

/** Checks a store of the user's own, as far as it can be seen without asking it: some are not written in TypeScript. */
export function checkStore(store: RateLimitStore, problems: Problems): void {
  if (!DECISION_SOURCES.includes(store.source)) {
    const remedy = 'Write "memory" where its buckets are in this process, else "redis".';
    problems.add('store.source', `is ${show(store.source)}, which is no source of decisions.`, remedy);
  }
  const given = store as Readonly<Record<(typeof METHODS)[number], unknown>>;
  for (const method of METHODS) {
    if (typeof given[method] === 'function') continue;
    const remedy = 'Pass an object with every method of RateLimitStore.';
    problems.add(`store.${method}`, `is ${show(given[method])}, which is no function.`, remedy);
  }
}
