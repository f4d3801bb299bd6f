import type { BanRule } from './ban';
import type { DecisionSource, Outcome } from './decision';
import type { LeaseGrant, LeaseReturn, LeaseTerms } from './lease/lease';
import type { LeaseBounds } from './lease/lease-options';
import type { Quota } from './quota';

/** One bucket of a call: which it is, by what quota it is judged, and how many units are asked of it. */
export interface Charge {
  /**
   * Which requests share the bucket: policy, scope and algorithm in one text, the same on every instance and deploy.
   * The same id always comes with the same algorithm; the numbers of its quota may change from call to call.
   */
  readonly bucketId: string;
  /** Who is limited: kind and value, such as `ip:192.0.2.1`. */
  readonly identity: string;
  readonly quota: Quota;
  /** Whole units asked for, 0 or more; where they are more than any quota admits, 1,000,000,001. */
  readonly cost: number;
  /** How the call is answered when the store cannot. Stores themselves do not look at it. Default `local`. */
  readonly onStoreFailure?: StoreFailureMode;
  /**
   * Units taken where this store could not see it, oldest first. Charged before the call is decided, whether or not
   * they fit and whatever becomes of the call. Only a shared store is ever handed any.
   */
  readonly owed?: readonly OwedUnits[];
  /** How calls like this may be leased; not at all where left out. Only a shared store leases any. */
  readonly lease?: LeaseBounds | undefined;
  /** When refusals of calls like this become a ban; never where left out. Stores do not look at it. */
  readonly ban?: BanRule | undefined;
}

/** Whole units (more than 0) taken `agoTicks` before now. */
export interface OwedUnits {
  readonly units: number;
  readonly agoTicks: number;
}

/**
 * What answers a call when the store cannot: `local`, the same algorithm in this process with a share of the limit;
 * `open`, everything is allowed; `closed`, nothing is.
 */
export type StoreFailureMode = 'local' | 'open' | 'closed';

export const STORE_FAILURE_MODES: readonly StoreFailureMode[] = ['local', 'open', 'closed'];

/** What a store found and did for one charge. All times are ticks (see ticks.ts) from the moment of the decision. */
export interface Verdict {
  readonly outcome: Outcome;
  /** Units charged. */
  readonly granted: number;
  /** Whole units left after the call. */
  readonly remaining: number;
  /** Until the cost fits; 0 when it does now; `Infinity` when it never can. */
  readonly retryTicks: number;
  /** Until one unit more than `remaining` is there; 0 when the bucket is full. */
  readonly nextUnitTicks: number;
  /** Until the bucket is full. */
  readonly resetTicks: number;
  /** Hand back to `refund` to find the units charged here. */
  readonly mark: number;
  /** Where the verdict came from, where that is not the store's own `source`. */
  readonly source?: DecisionSource;
}

/** A value, or the promise of one. A store that can answer at once does. */
export type MaybePromise<T> = T | Promise<T>;

/** Whether a value has to be waited for: a promise of any realm, or something else with a `then`. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<T>>).then === 'function';
}

/**
 * Keeps the state of buckets. The contract, checked for every store by `describeStoreContract` of
 * `nest-floodgate/testing`:
 *
 * - `consume` is atomic: over all of its charges, either every one is taken or none is, and no two calls interleave.
 * - A call that is refused changes no bucket, but for what is `owed`, which is charged whatever becomes of the call.
 * - A store that cannot answer throws or rejects; a refusal is an answer.
 * - The charges of one call name different buckets or identities.
 */
export interface RateLimitStore {
  /** What decisions of this store say as their `source`. */
  readonly source: DecisionSource;

  /** Takes every charge, or none. The verdicts come in the order of the charges. */
  consume(charges: readonly Charge[]): MaybePromise<readonly Verdict[]>;

  /**
   * `consume` for a caller who waits for room and comes at the instant it is told. Only a store that tells others to
   * wait longer than they need to has one.
   */
  attempt?(charges: readonly Charge[]): MaybePromise<readonly Verdict[]>;

  /** Takes as many units as are there, up to the cost, 0 included. Never refuses, but can be impossible with limit 0. */
  consumeUpTo(charge: Charge): MaybePromise<Verdict>;

  /** What `consume` would say, taking nothing. */
  peek(charges: readonly Charge[]): MaybePromise<readonly Verdict[]>;

  /** Gives back up to `units` of the charge that a verdict's mark names. Returns the units given back. */
  refund(charge: Charge, units: number, mark: number): MaybePromise<number>;

  /** Forgets the bucket of an identity: it is full again. */
  reset(bucketId: string, identity: string): MaybePromise<void>;

  /**
   * Leases calls of these charges, at most as many as the terms say: charges them, although they are yet to be made.
   * Whoever holds the lease makes them by itself, until it is over. Only a store that others share has one.
   */
  lease?(charges: readonly Charge[], terms: LeaseTerms): MaybePromise<LeaseGrant>;

  /** Takes back a lease of these charges, before it is over; later it changes nothing. */
  giveBack?(charges: readonly Charge[], lease: LeaseReturn): MaybePromise<void>;

  /**
   * What `consume` of these charges would be rejected with now, if the store knows that without asking anybody; else
   * `undefined`. Where it is told, nobody has to hand over what would come back at once.
   */
  refusal?(charges: readonly Charge[]): Error | undefined;

  /** Lets go of everything the store holds. Called once, last. */
  close?(): MaybePromise<void>;
}
