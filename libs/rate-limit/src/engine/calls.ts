import { MAX_LIMIT } from '../core/compile-quota';
import { FloodgateError, show } from '../core/errors';
import { identityOf, type KeyResolver } from '../core/identity';
import type { Policy } from '../core/policy';
import { parseWholeNumber } from '../core/problems';
import type { Quota } from '../core/quota';
import { type Charge, isPromiseLike, type MaybePromise } from '../core/store';
import { mapMaybe } from './maybe-promise';
import { policyNameOf } from './bucket-id';
import { KnownCalls, type ResolvedCall } from './known-calls';
import type { PolicyRegistry } from './policy-registry';
import { quotaOfReturned } from './returned-limit';

/** What a call without a request has to pass, where a policy needs it. */
export interface CallOptions<Context> {
  /** Units the call takes: a whole number from 0 to 1,000,000,000. Default: the policy's cost. */
  readonly cost?: number | undefined;
  /** The limit for this call. Default: the policy's. Needed where that is a function and no `context` is passed. */
  readonly limit?: number | undefined;
  /** What the policy's functions of a request are called with: what `RateLimiter.contextOf` makes of one. */
  readonly context?: Context | undefined;
}

/** One policy of a call of several, with its own key. */
export interface PolicyCall<Context> extends CallOptions<Context> {
  readonly policy: string;
  readonly key: string;
}

/** Whom a call by code asks: one policy, several for the same key, or several each with its own key. */
export type CallTarget<Context> = string | readonly string[] | readonly PolicyCall<Context>[];

/** Turns calls by code into charges. Unlike requests, calls with something wrong throw: a programmer reads it. */
export class CallResolver<Context> {
  private readonly known = new KnownCalls();

  constructor(
    private readonly registry: PolicyRegistry<Context>,
    private readonly defaultKey: KeyResolver<Context>,
    private readonly digest: (value: string) => string,
  ) {}

  /**
   * The charge of each policy, in order; without a promise unless a function of a policy returns one. Throws or rejects
   * with POLICY_UNKNOWN, CALL_INVALID or CONTEXT_MISSING.
   */
  resolve(
    target: CallTarget<Context>,
    key: string,
    options: CallOptions<Context> | undefined,
  ): MaybePromise<ResolvedCall> {
    if (typeof target !== 'string' && !Array.isArray(target)) throw unnamed(target);
    if (options !== undefined) {
      checkOptions(options);
      return this.resolveAll(callsOf(target, key, options));
    }
    const known = this.known.find(target, key, this.registry.version);
    if (known !== undefined) return known;
    const call = this.resolveAll(callsOf(target, key, undefined));
    // Nothing but names and a key: whatever it charges, no function of a policy was asked.
    if (!isPromiseLike(call) && isNames(target)) this.known.remember(key, call);
    return call;
  }

  private resolveAll(calls: readonly PolicyCall<Context>[]): MaybePromise<ResolvedCall> {
    const policies = calls.map(({ policy }) => policy);
    return mapMaybe(this.charges(calls), (charges) => ({ policies, charges }));
  }

  private charges(calls: readonly PolicyCall<Context>[]): MaybePromise<readonly Charge[]> {
    if (calls.length === 0) throw invalid('It names no policy.', NAME_ONE);
    const [only] = calls;
    if (only !== undefined && calls.length === 1) return mapMaybe(this.charge(only), (charge) => [charge]);
    const charges: MaybePromise<Charge>[] = [];
    try {
      for (const call of calls) charges.push(this.charge(call));
    } catch (error) {
      // What was asked for the calls before may still reject, and nobody would hear it.
      for (const charge of charges) if (isPromiseLike(charge)) charge.then(undefined, () => undefined);
      throw error;
    }
    return charges.some(isPromiseLike)
      ? Promise.all(charges.map(async (charge) => charge)).then(distinct)
      : distinct(charges as Charge[]);
  }

  /** The identity of a key that code passes: of the kind that the policy's own resolver makes. */
  identity(policy: Policy<Context>, key: string): string {
    if (typeof key !== 'string' || key === '') {
      throw invalid(`The key for policy ${show(policy.name)} is ${show(key)}.`, 'Pass who is limited, as text.');
    }
    // How addresses are written is set for the whole module, so every key of the default's kind follows the default.
    const own = policy.key ?? this.defaultKey;
    const resolver = own.kind === this.defaultKey.kind ? this.defaultKey : own;
    return identityOf(resolver.kind, resolver.normalize?.(key) ?? key, this.digest);
  }

  private charge(call: PolicyCall<Context>): MaybePromise<Charge> {
    const { policy, bucketId } = this.registry.get(call.policy);
    const identity = this.identity(policy, call.key);
    const { quota, cost, onStoreFailure, lease, ban } = policy;
    if (quota !== undefined && typeof cost === 'number' && call.limit === undefined && call.cost === undefined) {
      return { bucketId, identity, quota, cost, onStoreFailure, lease, ban };
    }
    return mapMaybe(quotaOf(policy, call), (found) =>
      mapMaybe(costOf(policy, call), (units) => ({
        bucketId,
        identity,
        quota: found,
        cost: units,
        onStoreFailure,
        ban,
      })),
    );
  }
}

function callsOf<Context>(
  target: CallTarget<Context>,
  key: string,
  options: CallOptions<Context> | undefined,
): readonly PolicyCall<Context>[] {
  const callOf = (policy: string): PolicyCall<Context> =>
    options === undefined ? { policy, key } : { ...options, policy, key };
  if (typeof target === 'string') return [callOf(target)];
  return target.map((policy: string | PolicyCall<Context>) => {
    if (typeof policy === 'string') return callOf(policy);
    if (typeof policy !== 'object' || (policy as unknown) === null) throw unnamed(policy);
    return policy;
  });
}

function isNames(target: string | readonly unknown[]): boolean {
  return typeof target === 'string' || target.every((policy) => typeof policy === 'string');
}

/** A store takes no two charges of one bucket in one call. */
function distinct(charges: readonly Charge[]): readonly Charge[] {
  const seen = new Set<string>();
  for (const { bucketId, identity } of charges) {
    const bucket = `${bucketId}\n${identity}`;
    if (seen.has(bucket)) {
      const policy = show(policyNameOf(bucketId));
      throw invalid(`It names policy ${policy} twice for one key.`, 'Name it once, with the sum as cost.');
    }
    seen.add(bucket);
  }
  return charges;
}

function quotaOf<Context>(policy: Policy<Context>, { limit, context }: CallOptions<Context>): MaybePromise<Quota> {
  if (limit !== undefined) return policy.quotaFor(limit);
  const { quota, limitOf } = policy;
  if (quota !== undefined) return quota;
  if (context === undefined || limitOf === undefined) throw contextMissing(policy.name, 'limit');
  return mapMaybe(limitOf(context), (returned) => quotaOfReturned(policy, returned));
}

function costOf<Context>(policy: Policy<Context>, { cost, context }: CallOptions<Context>): MaybePromise<number> {
  const given = cost ?? policy.cost;
  if (typeof given !== 'function') return wholeCost(policy.name, given);
  if (context === undefined) throw contextMissing(policy.name, 'cost');
  return mapMaybe(given(context), (returned) => wholeCost(policy.name, returned));
}

function wholeCost(policy: string, cost: unknown): number {
  const parsed = parseWholeNumber(cost, 0, MAX_LIMIT);
  if (parsed !== undefined) return parsed;
  const remedy = `Pass a whole number from 0 to ${String(MAX_LIMIT)}.`;
  throw invalid(`The cost for policy ${show(policy)} is ${show(cost)}.`, remedy);
}

const NAME_ONE = 'Pass a policy name, or a list of at least one.';

function unnamed(target: unknown): FloodgateError {
  return invalid(`It names ${show(target)}.`, NAME_ONE);
}

/** A number in place of options, be it meant as a cost or a time, would not be heard. */
export function checkOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw invalid(`Its options are ${show(options)}.`, 'Pass an object such as { cost: 2 }.');
}

export function invalid(problem: string, remedy: string): FloodgateError {
  return new FloodgateError('CALL_INVALID', `The call cannot be decided. ${problem} ${remedy}`);
}

function contextMissing(policy: string, option: 'limit' | 'cost'): FloodgateError {
  const message = `The ${option} of policy ${show(policy)} depends on the request, and this call has none.`;
  return new FloodgateError('CONTEXT_MISSING', `${message} Pass { ${option} } or { context }.`);
}
