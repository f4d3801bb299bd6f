import { show } from '../core/errors';
import type { PerRequest, Policy } from '../core/policy';
import { MAX_LIMIT } from '../core/compile-quota';
import { isNumberAbove, parseWholeNumber } from '../core/problems';
import type { Quota } from '../core/quota';
import type { Charge, MaybePromise } from '../core/store';
import { type CalmLog, messageOf } from './log';
import { mapMaybe, tryMaybe } from './maybe-promise';
import type { PlanEntry } from './plan';
import type { RequestIdentity } from './request-identity';
import { quotaOfReturned } from './returned-limit';

/**
 * The charges of policies that depend on the request. A function that fails is logged and replaced: a skip by none, a
 * cost by 1, a limit by the lowest of 1 or more it ever returned; before any, the request passes uncounted.
 */
export class PerRequestCharges<Context> {
  /**
   * By the function itself: policies are prepared anew whenever any of them changes. Never 0: that is meant for somebody
   * whom nothing is admitted of, and would refuse everybody.
   */
  private readonly lowestLimits = new WeakMap<object, number>();

  constructor(
    private readonly options: { readonly log: CalmLog },
    private readonly identities: RequestIdentity<Context>,
  ) {}

  /** `undefined` where the policy does not count the request. Its key is asked for only where it does. */
  chargeOf(entry: PlanEntry<Context>, context: Context): MaybePromise<Charge | undefined> {
    const { policy } = entry;
    return mapMaybe(this.isSkipped(policy, context), (isSkipped) =>
      isSkipped
        ? undefined
        : mapMaybe(policy.quota ?? this.quotaOf(policy, context), (quota) =>
            quota === undefined ? undefined : this.withQuota(entry, quota, context),
          ),
    );
  }

  private withQuota(entry: PlanEntry<Context>, quota: Quota, context: Context): MaybePromise<Charge> {
    const { bucketId, policy } = entry;
    const { onStoreFailure, lease, ban } = policy;
    return mapMaybe(this.costOf(policy, context), (cost) =>
      mapMaybe(this.identities.of(entry, context), (identity) => ({
        bucketId,
        identity,
        quota,
        cost,
        onStoreFailure,
        lease,
        ban,
      })),
    );
  }

  private isSkipped(policy: Policy<Context>, context: Context): MaybePromise<boolean> {
    return tryMaybe(
      () => mapMaybe(valueFor(policy.skip, context), saysSkip),
      (error) => {
        this.complain(policy, 'skip', error, 'The request is counted.');
        return false;
      },
    );
  }

  private costOf(policy: Policy<Context>, context: Context): MaybePromise<number> {
    return tryMaybe(
      () => mapMaybe(valueFor(policy.cost, context), wholeCost),
      (error) => {
        this.complain(policy, 'cost', error, 'The request costs 1.');
        return 1;
      },
    );
  }

  private quotaOf(policy: Policy<Context>, context: Context): MaybePromise<Quota | undefined> {
    const limitOf = policy.limitOf as NonNullable<Policy<Context>['limitOf']>;
    return tryMaybe<Quota | undefined>(
      () =>
        mapMaybe(limitOf(context), (limit) => {
          const quota = quotaOfReturned(policy, limit);
          if (quota.limit > 0) {
            this.lowestLimits.set(limitOf, Math.min(quota.limit, this.lowestLimits.get(limitOf) ?? Infinity));
          }
          return quota;
        }),
      (error) => {
        const quota = quotaOfLowest(policy, this.lowestLimits.get(limitOf));
        const instead = quota === undefined ? 'The request passes uncounted' : `The limit is ${quota.limit}`;
        this.complain(policy, 'limit', error, `${instead} until it returns one.`);
        return quota;
      },
    );
  }

  private complain(policy: Policy<Context>, option: string, error: unknown, consequence: string): void {
    this.options.log.error(
      `${option} of ${policy.name}`,
      () => `The ${option} function of policy "${policy.name}" failed: ${messageOf(error)} ${consequence}`,
    );
  }
}

function quotaOfLowest(policy: Policy<never>, lowest: number | undefined): Quota | undefined {
  if (lowest === undefined) return undefined;
  try {
    return policy.quotaFor(lowest);
  } catch {
    // The function returned it for another policy, or before this one was changed.
    return undefined;
  }
}

/** Only `true` skips: text such as "false" would let everybody pass. */
function saysSkip(returned: unknown): boolean {
  if (typeof returned === 'boolean') return returned;
  if (returned === undefined || returned === null) return false;
  throw new TypeError(`It returned ${show(returned)}, which is neither true nor false.`);
}

/** More than any policy admits at once, so that it is refused whatever the limit is. */
const TOO_LARGE = MAX_LIMIT + 1;

function wholeCost(returned: unknown): number {
  return parseWholeNumber(returned, 0, MAX_LIMIT) ?? unusualCost(returned);
}

function unusualCost(returned: unknown): number {
  if (isNumberAbove(returned, MAX_LIMIT)) return TOO_LARGE;
  if (typeof returned === 'number' && returned >= 0) return Math.ceil(returned);
  throw new TypeError(`It returned ${show(returned)}, which is no number from 0 to ${String(MAX_LIMIT)}.`);
}

function valueFor<Value, Context>(value: PerRequest<Value, Context>, context: Context): MaybePromise<Value> {
  return typeof value === 'function' ? (value as (context: Context) => MaybePromise<Value>)(context) : value;
}
