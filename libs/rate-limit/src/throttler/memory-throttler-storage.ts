import type { OnApplicationShutdown } from '@nestjs/common';
import { AgingMap } from '../core/aging-map';
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

/**
 * Keeps what the memory storage of @nestjs/throttler keeps, in logs that are bounded, and decides all throttlers of a
 * request together.
 */
export class MemoryThrottlerStorage implements GroupThrottlerStorage, OnApplicationShutdown {
  private readonly records = new AgingMap<ThrottleRecord>();
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
    this.records.dropOver((record) => record.overAtMs <= nowMs);
    this.records.dropOldest(this.maxKeys);
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
    this.records.put(key, record);
    return record;
  }
}
