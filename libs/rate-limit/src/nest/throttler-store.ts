import { FloodgateError, show } from '../core/errors';
import type { Policy } from '../core/policy';
import type { Charge, MaybePromise, RateLimitStore, Verdict } from '../core/store';
import { ticksFromMs, TICKS_PER_MS } from '../core/ticks';
import { untouchedVerdict } from '../core/verdict';
import { policyNameOf } from '../engine/bucket-id';

/** The storage interface of @nestjs/throttler: times in are milliseconds, times out are seconds. */
export interface AnyThrottlerStorage {
  increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<{
    readonly totalHits: number;
    readonly timeToExpire: number;
    readonly isBlocked: boolean;
    readonly timeToBlockExpire: number;
  }>;
}

/** Counts kept by a storage written for @nestjs/throttler. */
export interface ThrottlerStoreConfig {
  readonly type: 'throttler';
  readonly storage: AnyThrottlerStorage;
}

const SOURCE = 'redis';

/**
 * Runs policies of the window kind on any storage of @nestjs/throttler, by what that storage does: how it counts, and
 * that it blocks a client who is over a limit for the length of the window. Policies of one request are asked one after
 * the other, up to the first that refuses.
 */
export class ThrottlerStorageStore implements RateLimitStore {
  readonly source = SOURCE;

  constructor(private readonly storage: AnyThrottlerStorage) {}

  async consume(charges: readonly Charge[]): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    let isRefused = false;
    for (const charge of charges) {
      const verdict: Verdict = isRefused ? untouchedVerdict(charge.quota) : await this.increment(charge);
      isRefused ||= verdict.outcome !== 'allowed';
      verdicts.push(verdict);
    }
    return verdicts;
  }

  consumeUpTo(): Promise<Verdict> {
    return Promise.reject(cannot('take a part of a cost'));
  }

  peek(): Promise<readonly Verdict[]> {
    return Promise.reject(cannot('look without counting'));
  }

  refund(): Promise<number> {
    return Promise.reject(cannot('give units back'));
  }

  reset(): Promise<void> {
    return Promise.reject(cannot('reset a bucket'));
  }

  private async increment({ bucketId, identity, quota }: Charge): Promise<Verdict> {
    const ttl = Math.ceil(quota.perTicks / TICKS_PER_MS);
    const key = `${bucketId}\n${identity}`;
    const record = await this.storage.increment(key, ttl, quota.limit, ttl, policyNameOf(bucketId));
    const resetTicks = ticksFromMs(Math.max(0, record.timeToExpire) * 1000);
    const remaining = Math.max(0, quota.limit - record.totalHits);
    const told = { remaining, nextUnitTicks: resetTicks, resetTicks, mark: 0 };
    return record.isBlocked
      ? {
          ...told,
          outcome: 'denied',
          granted: 0,
          retryTicks: ticksFromMs(Math.max(1, record.timeToBlockExpire) * 1000),
        }
      : { ...told, outcome: 'allowed', granted: 1, retryTicks: 0 };
  }
}

/** Passes on what a storage can do; what it cannot is refused here, where no failure mode takes it for an outage. */
export class ThrottlerStoreGate implements RateLimitStore {
  readonly source = SOURCE;
  private readonly refusals: ThrottlerStorageStore;

  constructor(
    private readonly behind: RateLimitStore,
    private readonly onSeveral: () => void,
    storage: AnyThrottlerStorage,
  ) {
    this.refusals = new ThrottlerStorageStore(storage);
  }

  consume(charges: readonly Charge[]): MaybePromise<readonly Verdict[]> {
    const odd = charges.find(({ cost }) => cost !== 1);
    if (odd !== undefined) throw cannot(`take a cost of ${odd.cost}; it counts requests`);
    if (charges.length > 1) this.onSeveral();
    return this.behind.consume(charges);
  }

  consumeUpTo(): MaybePromise<Verdict> {
    return this.refusals.consumeUpTo();
  }

  peek(): MaybePromise<readonly Verdict[]> {
    return this.refusals.peek();
  }

  refund(): MaybePromise<number> {
    return this.refusals.refund();
  }

  reset(): MaybePromise<void> {
    return this.refusals.reset();
  }

  close(): MaybePromise<void> {
    return this.behind.close?.();
  }
}

/** Why a policy cannot run on such a storage; `undefined` where it can. */
export function objectionTo({ algorithm, quota, cost }: Policy<never>): string | undefined {
  if (algorithm === 'token-bucket') return 'is a token bucket, and a throttler storage knows windows only.';
  if (quota?.algorithm === 'fixed-window' && quota.calendar !== undefined) {
    return 'has a window of the calendar, and a throttler storage knows lengths of time only.';
  }
  if (typeof cost === 'number' && cost !== 1) return `has a cost of ${cost}, and a throttler storage counts requests.`;
  return undefined;
}

function cannot(what: string): FloodgateError {
  const remedy = `Use the store ${show('redis')} or ${show('memory')} for that.`;
  return new FloodgateError('CALL_INVALID', `A throttler storage cannot ${what}. ${remedy}`);
}
