import type { RedisOptions } from 'ioredis';
import { ConfigurationError, show } from '../core/errors';
import { checkStoreFailureMode } from '../core/compile-policy';
import { Problems } from '../core/problems';
import type { StoreFailureMode } from '../core/store';
import { loadIoredis } from '../stores/redis/connection/load-ioredis';
import { isIoredisClient } from '../stores/redis/connection/redis-client';
import { checkRedisOptions } from '../stores/redis/redis-options-check';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import type { ExistingRedisClient, RedisStoreConfig } from '../stores/redis/redis-options';

const OWN = [
  'prefix',
  'secret',
  'readableKeys',
  'deadlineMs',
  'instances',
  'connectionName',
  'share',
  'nodes',
  'natMap',
] as const satisfies readonly (keyof RedisStoreConfig)[];

type OwnOptions = Pick<RedisStoreConfig, (typeof OWN)[number]>;

/** What can be said of the storage, beside what ioredis takes. The names mean what they mean at `store`. */
export interface RedisThrottlerStorageOptions extends OwnOptions, Omit<RedisOptions, keyof OwnOptions> {
  readonly url?: string;
  /**
   * What answers while Redis does not: `local` (default), the same in this process with its share of the limit; `open`,
   * everything passes; `closed`, nothing does (503).
   */
  readonly onStoreFailure?: StoreFailureMode;
  /** Only for tests: milliseconds since 1970. Default: the clock of Redis. */
  readonly nowMs?: () => number;
}

export interface StorageArguments {
  readonly redis: CheckedRedisOptions;
  /** The same as `store` of RateLimitModule takes it. */
  readonly store: RedisStoreConfig;
  readonly onStoreFailure: StoreFailureMode;
  readonly nowMs: (() => number) | undefined;
}

const DEFAULT_PREFIX = 'throttler';

/** Reads the arguments of the constructor: those of `ThrottlerStorageRedisService`, and ours. */
export function readArguments(
  first: ExistingRedisClient | RedisThrottlerStorageOptions | string | undefined,
  second: RedisThrottlerStorageOptions = {},
): StorageArguments {
  const problems = new Problems();
  if (isForeignClient(first)) throw foreignClient(first);
  const client = isClient(first) ? first : undefined;
  const options =
    typeof first === 'string' || isClient(first) ? {} : (first as RedisThrottlerStorageOptions | undefined);
  const given: RedisThrottlerStorageOptions = { ...options, ...second };
  const { url = typeof first === 'string' ? first : undefined, onStoreFailure = 'local', nowMs, ...rest } = given;
  const { own, driver } = split(rest);
  const { keyPrefix } = driver;
  delete driver.keyPrefix;
  const store: RedisStoreConfig = {
    ...own,
    type: 'redis',
    prefix: own.prefix ?? `${keyPrefix ?? ''}${DEFAULT_PREFIX}`,
    ...targetOf(client, url, own, driver),
  };
  const redis = checkRedisOptions(store, problems);
  checkStoreFailureMode('onStoreFailure', onStoreFailure, problems);
  problems.throwIfAny();
  // Complained of here, and not when the connection is made.
  if (client === undefined) loadIoredis();
  return { redis: redis as CheckedRedisOptions, store, onStoreFailure, nowMs };
}

function isClient(value: unknown): value is ExistingRedisClient {
  return isIoredisClient(value);
}

/**
 * Options that only ioredis knows are handed to it in a client that never connects, of which a duplicate is made, with
 * those options on top that a limiter needs.
 */
function targetOf(
  client: ExistingRedisClient | undefined,
  url: string | undefined,
  { nodes }: OwnOptions,
  driver: RedisOptions,
): Partial<RedisStoreConfig> {
  if (client !== undefined) return { client };
  if (nodes !== undefined) return driver as Partial<RedisStoreConfig>;
  if (Object.keys(driver).length === 0) return { url: url ?? 'redis://localhost:6379' };
  const { Redis } = loadIoredis() as unknown as { Redis: new (...args: unknown[]) => ExistingRedisClient };
  const options = { ...driver, lazyConnect: true };
  return { client: url === undefined ? new Redis(options) : new Redis(url, options) };
}

function split(options: object): { own: OwnOptions; driver: RedisOptions } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const isOwn = ([name]: [string, unknown]): boolean => (OWN as readonly string[]).includes(name);
  return {
    own: Object.fromEntries(entries.filter(isOwn)),
    driver: Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  };
}

/** A client of another library has functions that no options have. */
function isForeignClient(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isIoredisClient(value)) return false;
  return ['sendCommand', 'quit', 'connect'].some((name) => typeof Reflect.get(value, name) === 'function');
}

function foreignClient(value: unknown): ConfigurationError {
  const remedy = 'Pass a Redis or Cluster of ioredis 5 or 6, its options, or a URL.';
  return new ConfigurationError([
    { path: 'RedisThrottlerStorage', problem: `was given ${show(value)} that is no ioredis client.`, remedy },
  ]);
}
