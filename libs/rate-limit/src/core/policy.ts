import type { Duration } from './duration';
import type { BanOptions, BanRule } from './ban';
import type { KeyFunction, KeyResolver } from './identity';
import type { LeaseBounds, LeaseOption } from './lease/lease-options';
import type { AlgorithmName, Quota } from './quota';
import type { MaybePromise, StoreFailureMode } from './store';

/** A value, or a function of the request that returns it. */
export type PerRequest<Value, Context> = Value | ((context: Context) => MaybePromise<Value>);

/**
 * Which requests share one bucket of an identity: all that use the policy (`policy`), those of one handler (`route`),
 * those of one controller (`controller`), or, with any other name, all whose policy of that name says the same.
 */
export type PolicyScope = 'policy' | 'route' | 'controller' | (string & {});

/** `shadow`: evaluated and counted, never refuses, not in headers. `off`: not looked at. */
export type PolicyMode = 'enforce' | 'shadow' | 'off';

export const POLICY_MODES: readonly PolicyMode[] = ['enforce', 'shadow', 'off'];

/** A quota under a name, as it is configured. Numbers may be text, as they come from the environment. */
export interface PolicyOptions<Context> {
  /**
   * Units that a window admits: a whole number from 0 to 1,000,000,000; 0 refuses everything. A number above that, which
   * a function returns, means the highest limit that the policy can have.
   */
  readonly limit: PerRequest<number | string, Context>;
  /** The window: a length of time, or `'day'`, `'week'`, `'month'` of the calendar (fixed windows only). */
  readonly per: Duration;
  /** Default `sliding-window`. */
  readonly algorithm?: AlgorithmName | undefined;
  /** Token bucket only: units that may be taken at once. Default: the limit. */
  readonly burst?: number | string | undefined;
  /** Sliding window only: distinct instants a window keeps exactly, 1 to 128. Default 10. */
  readonly precision?: number | string | undefined;
  /** Calendar windows only: an IANA time zone. Default `UTC`. */
  readonly timeZone?: string | undefined;
  /** Who is limited. Default: the client's address. */
  readonly key?: KeyResolver<Context> | KeyFunction<Context> | undefined;
  /** Which requests share a bucket. Default: `policy` for a registered policy, `route` for an inline one. */
  readonly scope?: PolicyScope | undefined;
  /**
   * Units that one request takes: a whole number from 0 to 1,000,000,000. Of what a function returns for a request, a
   * fraction is rounded up, and a number that is larger is refused as `impossible`. Default 1.
   */
  readonly cost?: PerRequest<number | string, Context> | undefined;
  /** Requests that this policy lets pass uncounted: those for which it is `true`. Default: none. */
  readonly skip?: PerRequest<boolean, Context> | undefined;
  /**
   * What answers while the shared store cannot: `local`, the same algorithm in each instance with its share of the
   * limit; `open`, everything passes; `closed`, nothing does (503). Default: the module's.
   */
  readonly onStoreFailure?: StoreFailureMode | undefined;
  /** Whether the policy refuses, only counts, or does nothing. Default `enforce`. */
  readonly mode?: PolicyMode | undefined;
  /** Turns repeated denials of a key into a ban for all instances; `false` for none, as on a route. Default: none. */
  readonly ban?: BanOptions | false | undefined;
  /**
   * Whether each instance takes calls of hot keys from Redis in advance and decides them by itself. Never admits more;
   * near the limit an instance may refuse what another still holds, for a lease's length at most. Default: the module's.
   */
  readonly lease?: LeaseOption | undefined;
}

/** A policy after its options were checked: frozen, with its arithmetic prepared. */
export interface Policy<Context> {
  readonly name: string;
  /** The quota of a limit; one object for equal limits. Throws where the limit cannot be used. */
  quotaFor(limit: number | string): Quota;
  /** The quota where the limit is the same for every request. */
  readonly quota: Quota | undefined;
  /** The limit where it depends on the request. */
  readonly limitOf: ((context: Context) => MaybePromise<number | string>) | undefined;
  readonly algorithm: AlgorithmName;
  readonly key: KeyResolver<Context> | undefined;
  readonly scope: PolicyScope | undefined;
  readonly cost: PerRequest<number | string, Context>;
  readonly skip: PerRequest<boolean, Context>;
  readonly onStoreFailure: StoreFailureMode;
  readonly mode: PolicyMode;
  /** Another limit for the same requests, tried out beside this one: counted, and refuses nobody. */
  readonly trial?: Policy<Context>;
  readonly ban: BanRule | undefined;
  /** `undefined` where nothing is leased. */
  readonly lease: LeaseBounds | undefined;
}
