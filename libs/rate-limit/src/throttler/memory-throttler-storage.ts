import type { OnApplicationShutdown } from '@nestjs/common';
import { checkedHit, type ThrottleHit, type ThrottleTerms } from './throttle-hit';
import { ThrottleRecord } from './throttle-record';
import { type GroupThrottlerStorage, hitsOfOwner, type ThrottlerStorageRecord } from './throttler-storage';

export interface MemoryThrottlerStorageOptions {
  /** The most keys kept at once; above, those that were used longest ago are forgotten. Default 1,000,000. */
  readonly maxKeys?: number | undefined;
  /** Milliseconds since 1970. Default: the clock of this process. */
  readonly nowMs?: (() => number) | undefined;
}

const DEFAULT_MAX_KEYS = 1_000_000;
/** Keys looked at with each hit, to find those that are over. */
const SWEPT_PER_HIT = 2;

/**
 * Keeps what the memory storage of @nestjs/throttler keeps, in logs that are bounded, and decides all throttlers of a
 * request together.
 */
export class MemoryThrottlerStorage implements GroupThrottlerStorage, OnApplicationShutdown {
  /** The key that was used longest ago comes first. */
  private readonly records = new Map<string, ThrottleRecord>();
  private sweep = this.records.entries();
  /** Goes from the oldest to the next. One that began anew would first pass all places that have been left. */
  private oldest = this.records.keys();
  private readonly maxKeys: number;
  private readonly nowMs: () => number;

  constructor({ maxKeys = DEFAULT_MAX_KEYS, nowMs = Date.now }: MemoryThrottlerStorageOptions = {}) {
    this.maxKeys = maxKeys;
    this.nowMs = nowMs;
  }

  /** Keys that are kept. */
  get size(): number {
    return this.records.size;
  }

  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerStorageRecord> {
    const [record] = await this.incrementAll([{ key, ttl, limit, blockDuration, throttlerName }]);
    return record as ThrottlerStorageRecord;
  }

  incrementAll(hits: readonly ThrottleHit[]): Promise<readonly ThrottlerStorageRecord[]> {
    return new Promise((resolve) => {
      resolve(this.decide(hits.map(checkedHit)));
    });
  }

  incrementOwner(owner: string, terms: readonly ThrottleTerms[]): Promise<readonly ThrottlerStorageRecord[]> {
    return this.incrementAll(hitsOfOwner(owner, terms));
  }

  /** Decides hits whose numbers were checked. */
  decide(hits: readonly ThrottleHit[]): readonly ThrottlerStorageRecord[] {
    const nowMs = this.nowMs();
    this.forgetSome(nowMs);
    const asked = hits.map((hit) => {
      const record = this.recordOf(hit.key, nowMs);
      return { hit, record, isRefused: record.refuses(hit, nowMs) };
    });
    const isRefused = asked.some((one) => one.isRefused);
    return asked.map(({ hit, record, ...one }) =>
      isRefused && !one.isRefused ? record.uncounted(hit, nowMs) : record.count(hit, nowMs),
    );
  }

  onApplicationShutdown(): void {
    this.records.clear();
  }

  private recordOf(key: string, nowMs: number): ThrottleRecord {
    const record = this.records.get(key) ?? new ThrottleRecord(nowMs);
    record.renewIfOver(nowMs);
    this.records.delete(key);
    this.records.set(key, record);
    return record;
  }

  private forgetSome(nowMs: number): void {
    for (let looked = 0; looked < SWEPT_PER_HIT; looked++) {
      const next = this.sweep.next();
      if (next.done === true) {
        this.sweep = this.records.entries();
        break;
      }
      const [key, record] = next.value;
      if (record.overAtMs <= nowMs) this.records.delete(key);
    }
    while (this.records.size > this.maxKeys) this.forgetOldest();
  }

  private forgetOldest(): void {
    const { done, value } = this.oldest.next();
    if (done === true) this.oldest = this.records.keys();
    else this.records.delete(value);
  }
}
