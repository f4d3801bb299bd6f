import type { RedisOptions } from 'ioredis';
import { show } from '../core/errors';
import { checkStoreFailureMode } from '../core/compile-policy';
import { Problems } from '../core/problems';
import { saidOf } from '../core/said-options';
import type { StoreFailureMode } from '../core/store';
import { loadIoredis } from '../stores/redis/connection/load-ioredis';
import { isIoredisClient } from '../stores/redis/connection/redis-client';
import { checkRedisOptions } from '../stores/redis/redis-options-check';
import type { CheckedRedisOptions } from '../stores/redis/redis-options-checked';
import type { ExistingRedisClient, RedisStoreConfig } from '../stores/redis/redis-options';
import { placeOf, type RedisPlace } from './redis-place';

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
  readonly url?: string | undefined;
  /**
   * What answers while Redis does not: `local` (default), the same in this process with its share of the limit; `open`,
   * everything passes; `closed`, nothing does (503).
   */
  readonly onStoreFailure?: StoreFailureMode | undefined;
  /** Only for tests: milliseconds since 1970. Default: the clock of Redis. */
  readonly nowMs?: (() => number) | undefined;
}

export interface StorageArguments {
  readonly redis: CheckedRedisOptions;
  /** The same as `store` of RateLimitModule takes it. */
  readonly store: RedisStoreConfig;
  readonly onStoreFailure: StoreFailureMode;
  readonly nowMs: (() => number) | undefined;
}

const DEFAULT_PREFIX = 'throttler';

/** What is complained of as `RedisThrottlerStorage.prefix`, say. */
const NAME = 'RedisThrottlerStorage';

/** Reads the arguments of the constructor: those of `ThrottlerStorageRedisService`, and ours. */
export function readArguments(first: unknown, second: unknown): StorageArguments {
  const problems = new Problems();
  const client = isClient(first) ? first : undefined;
  const isPlace = typeof first === 'string' || typeof first === 'number';
  const firstOptions = client !== undefined || isPlace ? {} : optionsOf(first, problems);
  const given: RedisThrottlerStorageOptions = { ...saidOf(firstOptions), ...saidOf(optionsOf(second, problems)) };
  const { url = isPlace ? first : undefined, onStoreFailure = 'local', nowMs, ...rest } = given;
  const place = url === undefined ? undefined : placeOf(url, problems);
  const { own, driver } = split(rest);
  const { keyPrefix } = driver;
  delete driver.keyPrefix;
  const store: RedisStoreConfig = {
    ...own,
    type: 'redis',
    prefix: own.prefix ?? `${keyPrefix ?? ''}${DEFAULT_PREFIX}`,
    ...targetOf(client, place, own, driver),
  };
  const redis = checkUnder(NAME, store, problems);
  checkStoreFailureMode(`${NAME}.onStoreFailure`, onStoreFailure, problems);
  problems.throwIfAny();
  // Complained of here, and not when the connection is made.
  if (client === undefined) loadIoredis();
  return { redis: redis as CheckedRedisOptions, store, onStoreFailure, nowMs };
}

/** Nobody who makes a storage has written `store`. */
function checkUnder(name: string, store: RedisStoreConfig, problems: Problems): CheckedRedisOptions | undefined {
  const inStore = new Problems();
  const checked = checkRedisOptions(store, inStore);
  for (const { path, problem, remedy } of inStore.found) problems.add(path.replace(/^store/, name), problem, remedy);
  return checked;
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
  place: RedisPlace | undefined,
  { nodes }: OwnOptions,
  driver: RedisOptions,
): Partial<RedisStoreConfig> {
  // What does not go with these is a problem, and never left out.
  if (client !== undefined) return { ...(driver as Partial<RedisStoreConfig>), client };
  if (nodes !== undefined)
    return { ...(driver as Partial<RedisStoreConfig>), ...(place && { url: String(place.place) }) };
  const hasOptions = Object.keys(driver).length > 0;
  if (!hasOptions && place === undefined) return { url: 'redis://localhost:6379' };
  if (!hasOptions && place?.isUrl === true) return { url: String(place.place) };
  const { Redis } = loadIoredis() as unknown as { Redis: new (...args: unknown[]) => ExistingRedisClient };
  const options = { ...driver, lazyConnect: true };
  return { client: place === undefined ? new Redis(options) : new Redis(place.place, options) };
}

function split(options: object): { own: OwnOptions; driver: RedisOptions } {
  const entries = Object.entries(options);
  const isOwn = ([name]: [string, unknown]): boolean => (OWN as readonly string[]).includes(name);
  return {
    own: Object.fromEntries(entries.filter(isOwn)),
    driver: Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  };
}

function optionsOf(value: unknown, problems: Problems): RedisThrottlerStorageOptions {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value) && !isForeignClient(value)) return value;
  const remedy = 'Pass a Redis or Cluster of ioredis 5 or 6, its options, or a URL and options.';
  problems.add(NAME, `was given ${show(value)} that is no ioredis client.`, remedy);
  return {};
}

/** A client of another library has functions that no options have. */
function isForeignClient(value: object): boolean {
  return ['sendCommand', 'quit', 'connect'].some((name) => typeof Reflect.get(value, name) === 'function');
}
