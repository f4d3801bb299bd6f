import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CalmLog } from '../engine/log';
import { failureOf } from '../engine/failure/store-failure';
import type { StoreFailureMode } from '../core/store';
import { connectRedis } from '../stores/redis/connection/connect-redis';
import type { RedisConnection } from '../stores/redis/connection/redis-connection';
import { RedisKeys } from '../stores/redis/keys';
import type { ExistingRedisClient, RedisStoreConfig } from '../stores/redis/redis-options';
import { ThrottleLanes } from '../stores/redis/throttle-lanes';
import type { ThrottleGroup, ThrottlePart } from '../stores/redis/throttle-wire';
import { OutageThrottler } from './outage-throttler';
import { readArguments, type RedisThrottlerStorageOptions } from './redis-arguments';
import type { ThrottleHit, ThrottleTerms } from './throttle-hit';
import { ThrottlePlans } from './throttle-plans';
import { type GroupThrottlerStorage, hitsOfOwner, type ThrottlerStorageRecord } from './throttler-storage';

type Records = readonly ThrottlerStorageRecord[];

/** What identities begin with, so that no key a client may choose is that of an owner. */
const KEY = 'key ';
const OWNER = 'owner ';

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
  private readonly plans = new ThrottlePlans();

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
  }

  /** The client in use. */
  get redis(): ExistingRedisClient {
    return this.connection.client as unknown as ExistingRedisClient;
  }

  increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerStorageRecord> {
    return this.incrementAll([{ key, ttl, limit, blockDuration, throttlerName }]).then(onlyOne);
  }

  /**
   * Decides the hits of one request in one step: all are counted, or only those that refuse. In a Cluster that holds of
   * keys in one slot; those of different slots are asked in their order, and what comes after one that refuses has no
   * record.
   */
  async incrementAll(hits: readonly ThrottleHit[]): Promise<Records> {
    const group = hits.map((hit) => ({ redisKey: this.keys.keyOf(`${KEY}${hit.key}`), plan: this.plans.forHit(hit) }));
    return this.ask(group).catch((error: unknown) => this.outage.decide(checkedHits(hits, group), failureOf(error)));
  }

  /** The same for throttlers that each have a bucket of one owner. These live in one key, and so in one slot. */
  incrementOwner(owner: string, terms: readonly ThrottleTerms[]): Promise<Records> {
    try {
      const plan = this.plans.forList(terms);
      const redisKey = this.keys.keyOf(`${OWNER}${owner}`);
      return this.lanes.decide([{ redisKey, plan }], this.lanes.slotOf(redisKey), (error) =>
        this.outage.decide(hitsOfOwner(owner, plan.hits), failureOf(error)),
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return Promise.reject(error);
    }
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

  private ask(group: ThrottleGroup): Promise<Records> {
    if (group.length === 1 || !this.connection.isCluster) return this.lanes.decide(group, this.slotOf(group[0]));
    return this.askSlots(group);
  }

  private async askSlots(group: ThrottleGroup): Promise<Records> {
    const first = this.slotOf(group[0]);
    if (group.every((part) => this.slotOf(part) === first)) return this.lanes.decide(group, first);
    const records: ThrottlerStorageRecord[] = [];
    for (const part of group) {
      const [record] = await this.lanes.decide([part], this.slotOf(part));
      records.push(record as ThrottlerStorageRecord);
      if (record?.isBlocked === true) break;
    }
    return records;
  }

  private slotOf(part: ThrottlePart | undefined): number {
    return part === undefined ? 0 : this.lanes.slotOf(part.redisKey);
  }
}

function onlyOne([record]: Records): ThrottlerStorageRecord {
  return record as ThrottlerStorageRecord;
}

/** With the numbers that the plans have. */
function checkedHits(hits: readonly ThrottleHit[], group: ThrottleGroup): readonly ThrottleHit[] {
  return hits.map(({ key }, i) => ({ key, ...(group[i]?.plan.hits[0] as ThrottleTerms) }));
}
