import type { Decision } from '../core/decision';
import { show } from '../core/errors';
import type { KeyResolver } from '../core/identity';
import type { PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import { isPromiseLike, type RateLimitStore } from '../core/store';
import { trialBucketId } from './bucket-id';
import { CallTaker } from './call-taker';
import { type CallOptions, CallResolver, type CallTarget, checkOptions, invalid, type PolicyCall } from './calls';
import type { ResolvedCall } from './known-calls';
import type { PolicyRegistry } from './policy-registry';
import { AccountedDecision, type Receipt } from './receipt';
import type { DecisionObserver } from './statistics/decision-observer';
import type { WaitingLines } from './waiting-lines';

export interface ConsumeOptions<Context> extends CallOptions<Context> {
  /** Take as many units as are there, down to none, instead of refusing. For one policy only. Default `false`. */
  readonly partial?: boolean | undefined;
}

export interface WaitOptions<Context> extends CallOptions<Context> {
  /** The longest to wait, in milliseconds. Default: for ever. */
  readonly maxWaitMs?: number | undefined;
  /** Ends the wait: the promise rejects with the signal's reason, and nothing is charged. */
  readonly signal?: AbortSignal | undefined;
}

export interface KeyLimiterOptions<Context> {
  readonly store: RateLimitStore;
  readonly registry: PolicyRegistry<Context>;
  /** Who is limited where a policy does not say. */
  readonly defaultKey: KeyResolver<Context>;
  readonly digest: (value: string) => string;
  readonly observer?: DecisionObserver;
  /** Who waits. Whoever made them closes them. */
  readonly lines: WaitingLines;
}

/**
 * Limits anything, with or without a request. Keys are values of the policy's own kind of key: with `key: byUser()` a
 * user's id, so that a call and that user's requests are counted together.
 *
 * Methods reject with a FloodgateError where the call itself is wrong: POLICY_UNKNOWN, CALL_INVALID, CONTEXT_MISSING,
 * or CONFIGURATION_INVALID for a limit that does not fit the policy. A refusal is a decision, not an error.
 */
export class KeyLimiter<Context> {
  private readonly store: RateLimitStore;
  private readonly registry: PolicyRegistry<Context>;
  private readonly calls: CallResolver<Context>;
  private readonly taker: CallTaker<Context>;
  private readonly lines: WaitingLines;
  private readonly observer: DecisionObserver | undefined;

  constructor({ store, registry, defaultKey, digest, observer, lines }: KeyLimiterOptions<Context>) {
    this.store = store;
    this.registry = registry;
    this.lines = lines;
    this.observer = observer;
    this.taker = new CallTaker(store, registry, observer);
    this.calls = new CallResolver(registry, defaultKey, digest);
  }

  /** Charges every policy, or none: one policy, several for the same key, or several each with its own key. */
  consume(policy: string | readonly string[], key: string, options?: ConsumeOptions<Context>): Promise<Decision>;
  consume(calls: readonly PolicyCall<Context>[]): Promise<Decision>;
  consume(target: CallTarget<Context>, key = '', options?: ConsumeOptions<Context>): Promise<Decision> {
    // No async function: each of those, and each await, costs about as much as a decision in memory.
    try {
      const call = this.calls.resolve(target, key, options);
      const isPartial = options?.partial === true;
      return Promise.resolve(
        isPromiseLike(call)
          ? call.then((resolved) => this.taker.take(resolved, isPartial))
          : this.taker.take(call, isPartial),
      );
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new TypeError(show(error)));
    }
  }

  /** `consume`, reduced to whether it was allowed. */
  async allow(policy: string | readonly string[], key: string, options?: CallOptions<Context>): Promise<boolean> {
    return (await this.consume(policy, key, options)).allowed;
  }

  /** What `consume` would decide, taking nothing. */
  async peek(policy: string | readonly string[], key: string, options?: CallOptions<Context>): Promise<Decision> {
    return this.taker.peek(await this.calls.resolve(policy, key, options));
  }

  /**
   * Waits until the call is allowed, first come first served among the waiters of this process for the same policy and
   * key. Resolves with the refusal, at once where that is certain, when it cannot be allowed within `maxWaitMs`. Other
   * limits, a reset and refunds are seen within a second. Rejects with STORE_UNAVAILABLE when the application shuts down.
   */
  async wait(policy: string, key: string, waitOptions: WaitOptions<Context> = {}): Promise<Decision> {
    checkOptions(waitOptions);
    const { maxWaitMs = Infinity, signal, ...options } = waitOptions;
    if (typeof maxWaitMs !== 'number' || !(maxWaitMs >= 0)) {
      throw invalid(`maxWaitMs is ${show(maxWaitMs)}.`, 'Pass milliseconds, 0 or more.');
    }
    if (signal !== undefined && !isSignal(signal)) {
      throw invalid(`signal is ${show(signal)}.`, 'Pass the signal of an AbortController.');
    }
    const { policy: first, bucketId } = this.registry.get(oneName(policy));
    // Asked anew each time: meanwhile the policy may have changed, or be gone.
    const resolve = async (): Promise<ResolvedCall> => this.calls.resolve(policy, key, options);
    return this.lines.wait(
      lineOf(bucketId, this.calls.identity(first, key)),
      { maxWaitMs, signal },
      {
        attempt: async () => this.taker.attempt(await resolve()),
        peek: async () => this.taker.peek(await resolve()),
      },
    );
  }

  /**
   * Gives back what a decision charged, or up to `units` of it for each policy: a request that failed, a job that used
   * less. Never more than that decision took and than is still held of it: what time has given back already is not
   * given twice. What policies in shadow mode and limits that are tried out counted of it is given back with it. Takes the
   * decision object itself, of this process, and no copy. To be called before a `reset`, if at all. Returns the units
   * given back by the policy that gave back most; of a token bucket they may have a fraction.
   */
  async refund(decision: Decision, units = Infinity): Promise<number> {
    if (units !== Infinity && !(Number.isSafeInteger(units) && units >= 0)) {
      throw invalid(`The refund is of ${show(units)} units.`, 'Pass a whole number, 0 or more.');
    }
    if (typeof decision !== 'object' || (decision as unknown) === null) {
      throw invalid(
        `What is to be given back is ${show(decision)}.`,
        'Pass a decision: where nothing applies there is none.',
      );
    }
    const refunds = AccountedDecision.receiptsOf(decision).map(async (receipt) => this.giveBack(receipt, units));
    const shadows = AccountedDecision.shadowsOf(decision).map(async (found) => {
      const receipt = await found;
      if (receipt !== undefined) await this.giveBack(receipt, units);
    });
    const [returned] = await Promise.all([Promise.all(refunds), Promise.allSettled(shadows)]);
    return Math.max(0, ...returned);
  }

  /**
   * Forgets what a key has used of a policy, in every scope in which this process counts the policy. Ends no ban, and
   * forgets no denial that counts towards one: RateLimitAdmin does.
   */
  async reset(policy: string, key: string): Promise<void> {
    const found = this.registry.get(oneName(policy));
    const identity = this.calls.identity(found.policy, key);
    const buckets = new Set([...this.registry.bucketsOf(policy), found.bucketId]);
    const trials = this.registry.isTried(policy) ? [...buckets].map(trialBucketId) : [];
    await Promise.all([...buckets, ...trials].map(async (bucketId) => this.store.reset(bucketId, identity)));
    for (const bucketId of buckets) this.lines.wake(lineOf(bucketId, identity));
    for (const listener of [this.registry.control.tap, this.observer]) listener?.letGo(policy, identity);
  }

  /** Adds a policy, for calls and for routes added later. Throws CONFIGURATION_INVALID. */
  addPolicy(name: string, options: PolicyOptions<Context>): void {
    const problems = new Problems();
    this.registry.add(name, `policies.${name}`, options, problems);
    problems.throwIfAny();
  }

  /** Takes a policy away; routes that name it go on without it. `false` where there was none. */
  removePolicy(name: string): boolean {
    return this.registry.remove(name);
  }

  private async giveBack(receipt: Receipt, units: number): Promise<number> {
    const returned = Math.min(receipt.left, units);
    receipt.left -= returned;
    if (returned === 0) return 0;
    const { charge, mark } = receipt;
    const held = await this.store.refund(charge, returned, mark);
    this.lines.wake(lineOf(charge.bucketId, charge.identity));
    return held;
  }
}

function oneName(policy: unknown): string {
  if (typeof policy === 'string') return policy;
  throw invalid(`It names ${show(policy)}.`, 'Pass the name of one policy.');
}

function isSignal(value: unknown): boolean {
  return typeof (value as Partial<AbortSignal> | null)?.throwIfAborted === 'function';
}

/** Who waits for the same bucket stands in the same line. */
function lineOf(bucketId: string, identity: string): string {
  return `${bucketId}\n${identity}`;
}
