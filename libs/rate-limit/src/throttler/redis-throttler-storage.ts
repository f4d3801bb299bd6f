import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { CalmLog } from '../engine/log';
import { failureOf } from '../engine/failure/store-failure';
import type { StoreFailureMode } from '../core/store';
import { RedisKeys } from '../stores/redis/keys';
import type { ExistingRedisClient, RedisStoreConfig } from '../stores/redis/redis-options';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import type { ThrottleGroup, ThrottlePart } from '../stores/redis/throttle-wire';
import { OutageThrottler } from './outage-throttler';
import { RedisLink } from './redis-link';
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
  private readonly redisOptions: CheckedRedisOptions;
  private readonly nowMs: (() => number) | undefined;
  private readonly keys: RedisKeys;
  private readonly log = new CalmLog(new Logger('RedisThrottlerStorage'));
  private readonly outage: OutageThrottler;
  private readonly plans = new ThrottlePlans();
  private opened: RedisLink | undefined;
  private readonly opening: NodeJS.Immediate;

  constructor(options?: RedisThrottlerStorageOptions);
  constructor(clientOrUrl?: ExistingRedisClient | string, options?: RedisThrottlerStorageOptions);
  constructor(
    first?: ExistingRedisClient | RedisThrottlerStorageOptions | string,
    options?: RedisThrottlerStorageOptions,
  ) {
    const { redis, store, onStoreFailure, nowMs } = readArguments(first, options);
    this.redisOptions = redis;
    this.nowMs = nowMs;
    this.storeConfig = store;
    this.onStoreFailure = onStoreFailure;
    this.keys = new RedisKeys(redis);
    this.outage = new OutageThrottler(onStoreFailure, redis.instances);
    // Before anybody asks, and not for a storage that is handed over as soon as it is made.
    this.opening = setImmediate(() => this.link);
  }

  /** The client in use. */
  get redis(): ExistingRedisClient {
    return this.link.connection.client as unknown as ExistingRedisClient;
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
    return this.ask(group).catch((error: unknown) => this.decideHere(checkedHits(hits, group), error));
  }

  /** The same for throttlers that each have a bucket of one owner. These live in one key, and so in one slot. */
  incrementOwner(owner: string, terms: readonly ThrottleTerms[]): Promise<Records> {
    try {
      const plan = this.plans.forList(terms);
      const redisKey = this.keys.keyOf(`${OWNER}${owner}`);
      const { lanes } = this.link;
      return lanes.decide([{ redisKey, plan }], lanes.slotOf(redisKey), (error) =>
        this.decideHere(hitsOfOwner(owner, plan.hits), error),
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return Promise.reject(error);
    }
  }

  /** Resolves when Redis is there; rejects where it is not within ten seconds. */
  untilReady(): Promise<void> {
    return this.link.connection.waitUntilReady(READY_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    clearImmediate(this.opening);
    await this.opened?.close();
  }

  /**
   * What `store` of RateLimitModule needs to use the same Redis, by a connection of its own: the one of this storage is
   * closed, and made again should the storage be asked.
   */
  handOver(): RedisStoreConfig {
    void this.close();
    this.opened = undefined;
    return this.storeConfig;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private get link(): RedisLink {
    return (this.opened ??= new RedisLink(this.redisOptions, this.nowMs, this.log));
  }

  private decideHere(hits: readonly ThrottleHit[], error: unknown): Records {
    const failure = failureOf(error);
    this.opened?.failed(failure);
    return this.outage.decide(hits, failure);
  }

  private ask(group: ThrottleGroup): Promise<Records> {
    const { connection, lanes } = this.link;
    if (group.length === 1 || !connection.isCluster) return lanes.decide(group, this.slotOf(group[0]));
    return this.askSlots(group);
  }

  private async askSlots(group: ThrottleGroup): Promise<Records> {
    const { lanes } = this.link;
    const first = this.slotOf(group[0]);
    if (group.every((part) => this.slotOf(part) === first)) return lanes.decide(group, first);
    const records: ThrottlerStorageRecord[] = [];
    for (const part of group) {
      const [record] = await lanes.decide([part], this.slotOf(part));
      records.push(record as ThrottlerStorageRecord);
      if (record?.isBlocked === true) break;
    }
    return records;
  }

  private slotOf(part: ThrottlePart | undefined): number {
    return part === undefined ? 0 : this.link.lanes.slotOf(part.redisKey);
  }
}

function onlyOne([record]: Records): ThrottlerStorageRecord {
  return record as ThrottlerStorageRecord;
}

/** With the numbers that the plans have. */
function checkedHits(hits: readonly ThrottleHit[], group: ThrottleGroup): readonly ThrottleHit[] {
  return hits.map(({ key }, i) => ({ key, ...(group[i]?.plan.hits[0] as ThrottleTerms) }));
}
