import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CalmLog } from '../engine/log';
import { Deadlines } from '../engine/failure/deadlines';
import type { StoreFailure } from '../engine/failure/store-failure';
import { systemTimers } from '../engine/failure/timers';
import type { StoreFailureMode } from '../core/store';
import { connectRedis } from '../stores/redis/connection/connect-redis';
import type { RedisConnection } from '../stores/redis/connection/redis-connection';
import { RedisKeys } from '../stores/redis/keys';
import type { ExistingRedisClient, RedisStoreConfig } from '../stores/redis/redis-options';
import { ThrottleLanes } from '../stores/redis/throttle-lanes';
import { OutageThrottler } from './outage-throttler';
import { readArguments, type RedisThrottlerStorageOptions } from './redis-arguments';
import { checkedHit, type ThrottleHit } from './throttle-hit';
import type { GroupThrottlerStorage, ThrottlerStorageRecord } from './throttler-storage';

type Records = readonly ThrottlerStorageRecord[];

/** How long `untilReady` waits, in milliseconds. */
const READY_TIMEOUT_MS = 10_000;

/**
 * Keeps throttlers in Redis, for `storage` of ThrottlerModule: what the memory storage of @nestjs/throttler 6.7 does,
 * shared by all instances, in one round trip. A hit that Redis does not decide within the deadline is decided here, as
 * `onStoreFailure` says. Takes what `ThrottlerStorageRedisService` takes: a client of ioredis (duplicated), a Cluster,
 * options, or a URL with options.
 */
export class RedisThrottlerStorage implements GroupThrottlerStorage, OnApplicationShutdown {
  /** What `store` of RateLimitModule needs to use the same Redis. */
  readonly storeConfig: RedisStoreConfig;
  readonly onStoreFailure: StoreFailureMode;
  private readonly connection: RedisConnection;
  private readonly keys: RedisKeys;
  private readonly lanes: ThrottleLanes;
  private readonly outage: OutageThrottler;
  private readonly deadlines: Deadlines<undefined>;

  constructor(options?: RedisThrottlerStorageOptions);
  constructor(clientOrUrl?: ExistingRedisClient | string, options?: RedisThrottlerStorageOptions);
  constructor(
    first?: ExistingRedisClient | RedisThrottlerStorageOptions | string,
    options?: RedisThrottlerStorageOptions,
  ) {
    const { redis, store, onStoreFailure, nowMs } = readArguments(first, options);
    const log = new CalmLog(new Logger('RedisThrottlerStorage'));
    this.storeConfig = store;
    this.onStoreFailure = onStoreFailure;
    this.keys = new RedisKeys(redis);
    this.connection = connectRedis(redis, log.logger);
    this.lanes = new ThrottleLanes({
      connection: this.connection,
      deadlineMs: redis.deadlineMs,
      nowMs,
      onStateChange: (node, state, reason) => {
        // A connection that is lost says so itself.
        if (!this.connection.isReady) return;
        if (state === 'open') log.tell('error', `[Redis] ${node} is not asked for now: ${reason}`);
        else log.tell('warn', `[Redis] ${node} is asked again: ${reason}`);
      },
    });
    this.outage = new OutageThrottler(onStoreFailure, redis.instances);
    this.deadlines = new Deadlines(redis.deadlineMs, systemTimers, {
      onAnswer: () => undefined,
      onNeverSent: () => undefined,
    });
  }

  /** The client in use. */
  get redis(): ExistingRedisClient {
    return this.connection.client as unknown as ExistingRedisClient;
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

  /**
   * Decides the hits of one request in one step: all are counted, or only those that refuse. In a Cluster that holds of
   * keys in one slot; those of different slots are asked in their order, and what comes after one that refuses has no
   * record.
   */
  async incrementAll(given: readonly ThrottleHit[]): Promise<Records> {
    const hits = given.map(checkedHit);
    const rescue = (failure: StoreFailure): Records => this.outage.decide(hits, failure);
    return this.deadlines.bound(this.ask(hits), rescue, undefined);
  }

  /** Resolves when Redis is there; rejects where it is not within ten seconds. */
  untilReady(): Promise<void> {
    return this.connection.waitUntilReady(READY_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    await this.lanes.close();
    await this.connection.close();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async ask(hits: readonly ThrottleHit[]): Promise<Records> {
    const group = hits.map((hit) => ({ ...hit, redisKey: this.keys.keyOf(hit.key) }));
    const slots = group.map(({ redisKey }) => this.lanes.slotOf(redisKey));
    const [first = 0] = slots;
    if (slots.every((slot) => slot === first)) return this.lanes.decide(group, first);
    const records: ThrottlerStorageRecord[] = [];
    for (const [i, hit] of group.entries()) {
      const [record] = await this.lanes.decide([hit], slots[i] as number);
      records.push(record as ThrottlerStorageRecord);
      if (record?.isBlocked === true) break;
    }
    return records;
  }
}
