import type { Decision } from '../core/decision';
import type { NewKeysOptions } from '../control/new-keys-options';
import type { LeaseOption } from '../core/lease/lease-options';
import type { PolicyOptions } from '../core/policy';
import type { RateLimitStore, StoreFailureMode } from '../core/store';
import type { RedisStoreConfig } from '../stores/redis/redis-options';
import type { RateLimitLogger } from '../engine/log';
import type { TrustedProxies } from '../http/trusted-proxies';
import type { HeadersOption } from '../http/headers/compile-headers';
import type { RateLimitContext } from './rate-limit-context';
import type { ThrottlerStoreConfig } from './throttler-store';
import type { OperationsOptions } from '../statistics/operations';

/** Buckets in this process alone. */
export interface MemoryStoreConfig {
  readonly type: 'memory';
  /** The most buckets kept at once. Default 1,000,000. */
  readonly maxKeys?: number | undefined;
}

export type RateLimitPolicies = Readonly<Record<string, PolicyOptions<RateLimitContext>>>;

/** What a module that brings policies of its own passes to `forFeature`. */
export interface RateLimitFeatureOptions {
  readonly policies: RateLimitPolicies;
}

/**
 * The body of a refusal: `problem` (RFC 9457), `nest` (the shape of Nest's own errors), or what a function returns.
 */
export type RefusalBody = 'problem' | 'nest' | ((decision: Decision, context: RateLimitContext) => string | object);

export interface RateLimitModuleOptions {
  /** Where buckets are kept: in memory (default), in Redis, or in a store of your own. */
  readonly store?: MemoryStoreConfig | RedisStoreConfig | ThrottlerStoreConfig | RateLimitStore | undefined;
  /** What answers while the store cannot, for policies that do not say. Default `local`. */
  readonly onStoreFailure?: StoreFailureMode | undefined;
  /** How policies that do not say are leased, see there. Default `false`. */
  readonly lease?: LeaseOption | undefined;
  /** The named policies. */
  readonly policies?: RateLimitPolicies | undefined;
  /** Names of the policies that every handler is checked against, unless it skips them. Default: none. */
  readonly everyRoute?: readonly string[] | undefined;
  /** Names of the policies for requests that no handler matches. Default: none. */
  readonly unmatched?: readonly string[] | undefined;
  /** The response fields. Default `draft-11`. */
  readonly headers?: HeadersOption | undefined;
  /** The body of a refusal. Default `problem`. */
  readonly response?: RefusalBody | undefined;
  /** Proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: TrustedProxies | undefined;
  /** How many leading bits of an IPv6 address make a client, 32 to 128. Default 64. */
  readonly ipv6Prefix?: number | undefined;
  /** How many new keys may get buckets of their own, so that made-up keys cannot fill the store. Default: any number. */
  readonly newKeys?: NewKeysOptions | undefined;
  /** Called for every request that is refused, before the answer. What it throws is logged. */
  readonly onLimited?: ((decision: Decision, context: RateLimitContext) => void) | undefined;
  /** How the limiter reports what it does. */
  readonly operations?: OperationsOptions | undefined;
  /** Default: Nest's logger. */
  readonly logger?: RateLimitLogger | undefined;
}

export const MODULE_OPTIONS = [
  'store',
  'onStoreFailure',
  'lease',
  'policies',
  'everyRoute',
  'unmatched',
  'headers',
  'response',
  'trustedProxies',
  'ipv6Prefix',
  'newKeys',
  'onLimited',
  'operations',
  'logger',
] as const satisfies readonly (keyof RateLimitModuleOptions)[];
