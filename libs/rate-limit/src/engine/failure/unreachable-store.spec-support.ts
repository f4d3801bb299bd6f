import { StoreUnavailableError } from '../../core/errors';
import type { RateLimitStore } from '../../core/store';

function unreachable(): never {
  throw new StoreUnavailableError('The breaker is open.', false);
}

/** A store that cannot be reached, and knows it at once. */
export const unreachableStore: RateLimitStore = {
  source: 'redis',
  consume: unreachable,
  consumeUpTo: unreachable,
  peek: unreachable,
  refund: unreachable,
  reset: unreachable,
};
