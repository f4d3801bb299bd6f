import type { Decision, PolicyDecision } from '../core/decision';
import type { KeyResolver } from '../core/identity';
import { policyDecision } from '../core/policy-decision';
import { type Charge, isPromiseLike, type MaybePromise, type RateLimitStore, type Verdict } from '../core/store';
import { type ControlledCall, controlled } from './controlled-call';
import { mapMaybe } from './maybe-promise';
import { PerRequestCharges } from './per-request-charges';
import type { PlanEntry } from './plan';
import type { PolicyRegistry } from './policy-registry';
import { AccountedDecision, type ShadowReceipt } from './receipt';
import { RuntimeControl } from './runtime-control';
import { type ShadowCharge, takeShadows, trialsOf } from './shadow-charges';
import type { DecisionObserver, ObservedRequest } from './statistics/decision-observer';
import { RequestIdentity, type RequestIdentityOptions } from './request-identity';

export interface RequestLimiterOptions<Context> extends RequestIdentityOptions<Context> {
  readonly store: RateLimitStore;
  /** Whose policies they are, for what operators change at run time. */
  readonly registry?: PolicyRegistry<Context>;
  /** Told of policies in shadow mode, which nobody else sees. */
  readonly observer?: DecisionObserver;
}

type Observed = Pick<ObservedRequest, 'shadowed'>;

/** Decides requests by their plans. Whatever a function of the user's configuration does, the request is answered. */
export class RequestLimiter<Context> {
  private readonly identities: RequestIdentity<Context>;
  private readonly perRequest: PerRequestCharges<Context>;
  private readonly control: RuntimeControl;

  constructor(private readonly options: RequestLimiterOptions<Context>) {
    this.identities = new RequestIdentity(options);
    this.control = options.registry?.control ?? new RuntimeControl();
    this.perRequest = new PerRequestCharges(options, this.identities);
  }

  /**
   * Charges a request to every entry, or to none. `undefined` where nothing applies to it. Answers without a promise
   * when the store and all functions of the policies do. `observed` is told which policies only watched.
   */
  decide(
    entries: readonly PlanEntry<Context>[],
    context: Context,
    observed?: Observed,
  ): MaybePromise<Decision | undefined> {
    const charges = this.chargesOf(entries, context);
    return charges instanceof Promise
      ? charges.then((settled) => this.settle(entries, settled, context, observed))
      : this.settle(entries, charges, context, observed);
  }

  private settle(
    entries: readonly PlanEntry<Context>[],
    resolved: readonly (Charge | undefined)[],
    context: Context,
    observed: Observed | undefined,
  ): MaybePromise<Decision | undefined> {
    if (resolved.includes(undefined)) {
      const kept = entries.filter((_, i) => resolved[i] !== undefined);
      return kept.length === 0
        ? undefined
        : this.settle(
            kept,
            resolved.filter((charge) => charge !== undefined),
            context,
            observed,
          );
    }
    const charges = resolved as readonly Charge[];
    const { rules } = this.control;
    if (rules === undefined && enforcesAll(entries)) return this.consume(entries, charges, context);
    const call = controlled(rules, entries, charges, () => this.addressOf(context));
    if (observed !== undefined && call.shadows.length > 0) observed.shadowed = call.shadows.map(({ policy }) => policy);
    return this.consumeControlled(entries, call, context);
  }

  private consumeControlled(
    entries: readonly PlanEntry<Context>[],
    call: ControlledCall,
    context: Context,
  ): MaybePromise<Decision | undefined> {
    if (call.banned !== undefined) {
      this.control.tap?.decided(call.banned.policies, call.charges);
      return call.banned;
    }
    const { charges, shadows, trials } = call;
    if (charges.length === 0) {
      void this.watch(shadows, context);
      return undefined;
    }
    const isAlone = charges.length === 1;
    // Whatever the limit in force says, nobody else can refuse: so both go to a shared store together.
    const tried = isAlone ? this.watch(trials, context) : undefined;
    const enforced = call.indexes.map((index) => entries[index] as PlanEntry<Context>);
    return mapMaybe(this.consume(enforced, charges, context), (decision) => {
      const watched = decision.allowed ? this.watch(shadows, context) : [];
      const beside = tried ?? this.watch(trialsOf(trials, decision.policies), context);
      if (decision.allowed) AccountedDecision.addShadows(decision, [...watched, ...beside]);
      return decision;
    });
  }

  private watch(shadows: readonly ShadowCharge[], context: Context): readonly ShadowReceipt[] {
    if (shadows.length === 0) return [];
    const charges = this.admitted(
      shadows.map(({ charge }) => charge),
      context,
    );
    const watched = shadows.map((shadow, i) => ({ ...shadow, charge: charges[i] as Charge }));
    return takeShadows(watched, this.options.store, [this.control.tap, this.options.observer]);
  }

  /** With another identity where too many new keys came. */
  private admitted(charges: readonly Charge[], context: Context): readonly Charge[] {
    return this.control.newcomers?.admit(charges, () => this.addressOf(context)) ?? charges;
  }

  /** As a list knows it; `undefined` where the request's own function fails, which its identity has told already. */
  private addressOf(context: Context): string | undefined {
    try {
      const address = this.options.fallbackKey.resolve(context);
      return typeof address === 'string' ? address : undefined;
    } catch {
      return undefined;
    }
  }

  private consume(
    entries: readonly PlanEntry<Context>[],
    wanted: readonly Charge[],
    context: Context,
  ): MaybePromise<Decision> {
    const charges = this.control.newcomers === undefined ? wanted : this.admitted(wanted, context);
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
    const policies = new Array<PolicyDecision>(verdicts.length);
    for (let i = 0; i < verdicts.length; i++) {
      const { name } = (entries[i] as PlanEntry<Context>).policy;
      policies[i] = policyDecision(name, charges[i] as Charge, verdicts[i] as Verdict, source);
    }
    const decision = new AccountedDecision(policies, charges, verdicts);
    this.control.tap?.decided(policies, charges);
    return decision;
  }

  private chargesOf(
    entries: readonly PlanEntry<Context>[],
    context: Context,
  ): MaybePromise<readonly (Charge | undefined)[]> {
    const charges = new Array<MaybePromise<Charge | undefined>>(entries.length);
    let isAsync = false;
    let lastKey: KeyResolver<Context> | undefined;
    let identity: MaybePromise<string> = '';
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as PlanEntry<Context>;
      const { bucketId, key, policy } = entry;
      const { quota, skip, cost, onStoreFailure, lease, ban } = policy;
      let charge: MaybePromise<Charge | undefined>;
      if (quota !== undefined && skip === false && typeof cost === 'number') {
        if (key !== lastKey) {
          lastKey = key;
          identity = this.identities.of(entry, context);
        }
        charge =
          typeof identity === 'string'
            ? { bucketId, identity, quota, cost, onStoreFailure, lease, ban }
            : identity.then((found) => ({ bucketId, identity: found, quota, cost, onStoreFailure, lease, ban }));
      } else {
        charge = this.perRequest.chargeOf(entry, context);
      }
      isAsync ||= charge instanceof Promise;
      charges[i] = charge;
    }
    return isAsync ? Promise.all(charges.map(async (charge) => charge)) : (charges as (Charge | undefined)[]);
  }
}

function enforcesAll(entries: readonly PlanEntry<never>[]): boolean {
  for (const { policy } of entries) if (policy.mode !== 'enforce' || policy.trial !== undefined) return false;
  return true;
}
