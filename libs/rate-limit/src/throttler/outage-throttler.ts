import type { StoreFailureMode } from '../core/store';
import type { StoreFailure } from '../engine/failure/store-failure';
import { uncountableProblem } from '../http/problem';
import { RateLimitUnavailableException } from '../nest/rate-limit.exception';
import { MemoryThrottlerStorage } from './memory-throttler-storage';
import type { ThrottleHit } from './throttle-hit';
import type { ThrottlerStorageRecord } from './throttler-storage';

/** Decides hits that Redis did not decide. */
export class OutageThrottler {
  private readonly memory = new MemoryThrottlerStorage();

  constructor(
    private readonly mode: StoreFailureMode,
    private readonly instances: number,
  ) {}

  /** Throws a RateLimitUnavailableException (503) in mode `closed`. */
  decide(hits: readonly ThrottleHit[], failure: StoreFailure): readonly ThrottlerStorageRecord[] {
    switch (this.mode) {
      case 'open':
        return hits.map(admitted);
      case 'closed': {
        const names = hits.map(({ throttlerName }) => throttlerName);
        throw new RateLimitUnavailableException(uncountableProblem(names), { cause: failure.cause });
      }
      case 'local':
        return this.memory.decide(hits.map((hit) => ({ ...hit, limit: this.shareOf(hit.limit) })));
    }
  }

  /** The part of a limit that one of the instances may admit by itself: at least one, where there is any. */
  private shareOf(limit: number): number {
    return limit < 1 ? limit : Math.max(1, Math.floor(limit / this.instances));
  }
}

function admitted({ ttl }: ThrottleHit): ThrottlerStorageRecord {
  return { totalHits: 0, timeToExpire: Math.ceil(ttl / 1000), isBlocked: false, timeToBlockExpire: 0 };
}
