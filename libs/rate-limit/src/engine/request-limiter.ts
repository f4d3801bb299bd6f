import type { Decision, PolicyDecision } from '../core/decision';
import type { KeyResolver } from '../core/identity';
import { policyDecision } from '../core/policy-decision';
import { type Charge, isPromiseLike, type MaybePromise, type RateLimitStore, type Verdict } from '../core/store';
import { mapMaybe } from './maybe-promise';
import { PerRequestCharges } from './per-request-charges';
import type { PlanEntry } from './plan';
import { AccountedDecision } from './receipt';
import { RequestIdentity, type RequestIdentityOptions } from './request-identity';

export interface RequestLimiterOptions<Context> extends RequestIdentityOptions<Context> {
  readonly store: RateLimitStore;
}

/** Decides requests by their plans. Whatever a function of the user's configuration does, the request is answered. */
export class RequestLimiter<Context> {
  private readonly identities: RequestIdentity<Context>;
  private readonly perRequest: PerRequestCharges<Context>;

  constructor(private readonly options: RequestLimiterOptions<Context>) {
    this.identities = new RequestIdentity(options);
    this.perRequest = new PerRequestCharges(options, this.identities);
  }

  /**
   * Charges a request to every entry, or to none. `undefined` where nothing applies to it. Answers without a promise
   * when the store and all functions of the policies do.
   */
  decide(entries: readonly PlanEntry<Context>[], context: Context): MaybePromise<Decision | undefined> {
    const charges = this.chargesOf(entries, context);
    return charges instanceof Promise
      ? charges.then((settled) => this.consume(entries, settled))
      : this.consume(entries, charges);
  }

  private consume(
    entries: readonly PlanEntry<Context>[],
    resolved: readonly (Charge | undefined)[],
  ): MaybePromise<Decision | undefined> {
    if (resolved.includes(undefined)) {
      const kept = entries.filter((_, i) => resolved[i] !== undefined);
      return kept.length === 0
        ? undefined
        : this.consume(
            kept,
            resolved.filter((charge) => charge !== undefined),
          );
    }
    const charges = resolved as readonly Charge[];
    const verdicts = this.options.store.consume(charges);
    return isPromiseLike(verdicts)
      ? Promise.resolve(verdicts).then((settled) => this.fold(entries, charges, settled))
      : this.fold(entries, charges, verdicts);
  }

  private fold(
    entries: readonly PlanEntry<Context>[],
    charges: readonly Charge[],
    verdicts: readonly Verdict[],
  ): Decision {
    const { source } = this.options.store;
    const policies: PolicyDecision[] = [];
    for (let i = 0; i < verdicts.length; i++) {
      const { name } = (entries[i] as PlanEntry<Context>).policy;
      policies.push(policyDecision(name, charges[i] as Charge, verdicts[i] as Verdict, source));
    }
    return new AccountedDecision(policies, charges, verdicts);
  }

  private chargesOf(
    entries: readonly PlanEntry<Context>[],
    context: Context,
  ): MaybePromise<readonly (Charge | undefined)[]> {
    const charges: MaybePromise<Charge | undefined>[] = [];
    let isAsync = false;
    let lastKey: KeyResolver<Context> | undefined;
    let identity: MaybePromise<string> = '';
    for (const entry of entries) {
      const { bucketId, key, policy } = entry;
      const { quota, skip, cost, onStoreFailure } = policy;
      let charge: MaybePromise<Charge | undefined>;
      if (quota !== undefined && skip === false && typeof cost === 'number') {
        if (key !== lastKey) {
          lastKey = key;
          identity = this.identities.of(entry, context);
        }
        charge = mapMaybe(identity, (found) => ({ bucketId, identity: found, quota, cost, onStoreFailure }));
      } else {
        charge = this.perRequest.chargeOf(entry, context);
      }
      isAsync ||= charge instanceof Promise;
      charges.push(charge);
    }
    return isAsync ? Promise.all(charges.map(async (charge) => charge)) : (charges as (Charge | undefined)[]);
  }
}
