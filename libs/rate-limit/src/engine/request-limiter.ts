import { type Decision, foldDecisions } from '../core/decision';
import type { KeyResolver } from '../core/identity';
import { policyDecision } from '../core/policy-decision';
import type { PerRequest, Policy } from '../core/policy';
import type { Quota } from '../core/quota';
import type { Charge, MaybePromise, RateLimitStore, Verdict } from '../core/store';
import { messageOf } from './log';
import type { PlanEntry } from './plan';
import { keepReceipt } from './receipt';
import { RequestIdentity, type RequestIdentityOptions } from './request-identity';

export interface RequestLimiterOptions<Context> extends RequestIdentityOptions<Context> {
  readonly store: RateLimitStore;
}

/**
 * Decides requests by their plans. Whatever a function of the user's configuration does, the request is answered: a
 * key falls back to the address, a cost to 1, a skip to none, a limit to the lowest it ever returned.
 */
export class RequestLimiter<Context> {
  private readonly lowestLimits = new WeakMap<Policy<Context>, number>();

  private readonly identities: RequestIdentity<Context>;

  constructor(private readonly options: RequestLimiterOptions<Context>) {
    this.identities = new RequestIdentity(options);
  }

  /**
   * Charges a request to every entry, or to none. `undefined` where nothing applies to it. Answers without a promise
   * when the store and all functions of the policies do.
   */
  decide(entries: readonly PlanEntry<Context>[], context: Context): MaybePromise<Decision | undefined> {
    const charges = this.resolveAll(entries, context);
    return charges instanceof Promise
      ? charges.then((resolved) => this.consume(entries, resolved))
      : this.consume(entries, charges);
  }

  private consume(
    entries: readonly PlanEntry<Context>[],
    resolved: readonly (Charge | undefined)[],
  ): MaybePromise<Decision | undefined> {
    const names: string[] = [];
    const charges: Charge[] = [];
    for (let i = 0; i < resolved.length; i++) {
      const charge = resolved[i];
      if (charge === undefined) continue;
      charges.push(charge);
      names.push((entries[i] as PlanEntry<Context>).policy.name);
    }
    if (charges.length === 0) return undefined;
    const verdicts = this.options.store.consume(charges);
    return verdicts instanceof Promise
      ? verdicts.then((settled) => this.fold(names, charges, settled))
      : this.fold(names, charges, verdicts);
  }

  private fold(names: readonly string[], charges: readonly Charge[], verdicts: readonly Verdict[]): Decision {
    const { source } = this.options.store;
    const policies = verdicts.map((verdict, i) =>
      policyDecision(names[i] as string, charges[i] as Charge, verdict, source),
    );
    return keepReceipt(foldDecisions(policies), charges, verdicts);
  }

  private resolveAll(
    entries: readonly PlanEntry<Context>[],
    context: Context,
  ): MaybePromise<readonly (Charge | undefined)[]> {
    const charges: MaybePromise<Charge | undefined>[] = [];
    let isAsync = false;
    let lastKey: KeyResolver<Context> | undefined;
    let lastIdentity: MaybePromise<string> = '';
    for (const entry of entries) {
      if (entry.key !== lastKey) {
        lastKey = entry.key;
        lastIdentity = this.identities.of(entry, context);
      }
      const charge = this.resolve(entry, lastIdentity, context);
      isAsync ||= charge instanceof Promise;
      charges.push(charge);
    }
    return isAsync ? Promise.all(charges.map(promised)) : (charges as (Charge | undefined)[]);
  }

  private resolve(
    { policy, bucketId }: PlanEntry<Context>,
    identity: MaybePromise<string>,
    context: Context,
  ): MaybePromise<Charge | undefined> {
    const { quota, skip, cost } = policy;
    if (quota !== undefined && skip === false && typeof cost === 'number' && typeof identity === 'string') {
      return { bucketId, identity, quota, cost };
    }
    return this.resolveSlowly(policy, bucketId, identity, context);
  }

  private async resolveSlowly(
    policy: Policy<Context>,
    bucketId: string,
    identity: MaybePromise<string>,
    context: Context,
  ): Promise<Charge | undefined> {
    if (await this.isSkipped(policy, context)) return undefined;
    const quota = policy.quota ?? (await this.quotaOf(policy, context));
    if (quota === undefined) return undefined;
    return { bucketId, identity: await identity, quota, cost: await this.costOf(policy, context) };
  }

  private async isSkipped(policy: Policy<Context>, context: Context): Promise<boolean> {
    try {
      return await perRequest(policy.skip, context);
    } catch (error) {
      this.complain(policy, 'skip', error, 'The request is counted.');
      return false;
    }
  }

  private async costOf(policy: Policy<Context>, context: Context): Promise<number> {
    try {
      const cost = await perRequest(policy.cost, context);
      if (Number.isSafeInteger(cost) && cost >= 0) return cost;
      throw new TypeError(`It returned ${String(cost)}, which is no whole number from 0.`);
    } catch (error) {
      this.complain(policy, 'cost', error, 'The request costs 1.');
      return 1;
    }
  }

  private async quotaOf(policy: Policy<Context>, context: Context): Promise<Quota | undefined> {
    const lowest = this.lowestLimits.get(policy);
    try {
      // Not converted here: Number('') and Number(null) are 0, which would refuse everything.
      const quota = policy.quotaFor((await policy.limitOf?.(context)) as number);
      if (lowest === undefined || quota.limit < lowest) this.lowestLimits.set(policy, quota.limit);
      return quota;
    } catch (error) {
      const instead = lowest === undefined ? 'The request passes uncounted' : `The limit is ${String(lowest)}`;
      this.complain(policy, 'limit', error, `${instead} until it returns one.`);
      return lowest === undefined ? undefined : policy.quotaFor(lowest);
    }
  }

  private complain(policy: Policy<Context>, option: string, error: unknown, consequence: string): void {
    this.options.log.error(
      `${option} of ${policy.name}`,
      () => `The ${option} function of policy "${policy.name}" failed: ${messageOf(error)} ${consequence}`,
    );
  }
}

async function promised<Value>(value: MaybePromise<Value>): Promise<Value> {
  return value;
}

function perRequest<Value, Context>(value: PerRequest<Value, Context>, context: Context): MaybePromise<Value> {
  return typeof value === 'function' ? (value as (context: Context) => MaybePromise<Value>)(context) : value;
}
