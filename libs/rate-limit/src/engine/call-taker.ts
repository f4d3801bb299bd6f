import type { Decision, PolicyDecision } from '../core/decision';
import { policyDecision } from '../core/policy-decision';
import type { Charge, MaybePromise, RateLimitStore, Verdict } from '../core/store';
import { invalid, type PolicyCall } from './calls';
import { controlled } from './controlled-call';
import { untouchedVerdict } from './listed-decision';
import { mapMaybe } from './maybe-promise';
import type { PolicyRegistry } from './policy-registry';
import { AccountedDecision } from './receipt';
import { takeShadows } from './shadow-charges';
import type { DecisionObserver } from './statistics/decision-observer';

type Ask = (enforced: readonly Charge[]) => MaybePromise<readonly Verdict[]>;

/** Takes the charges of calls by code from the store, as far as lists and modes leave them. */
export class CallTaker<Context> {
  constructor(
    private readonly store: RateLimitStore,
    private readonly registry: PolicyRegistry<Context>,
    private readonly observer: DecisionObserver | undefined,
  ) {}

  take(calls: readonly PolicyCall<Context>[], charges: readonly Charge[], isPartial: boolean): MaybePromise<Decision> {
    if (isPartial && charges.length > 1) {
      throw invalid('It asks for a partial grant of several policies.', 'Name one policy, or leave out "partial".');
    }
    return this.ask(calls, charges, isPartial ? this.consumeUpTo : this.consume, 'take');
  }

  /** One try of somebody who waits: that it is refused now says nothing of how it ends. */
  attempt(calls: readonly PolicyCall<Context>[], charges: readonly Charge[]): MaybePromise<Decision> {
    return this.ask(calls, charges, this.consumeWaiting, 'attempt');
  }

  peek(calls: readonly PolicyCall<Context>[], charges: readonly Charge[]): MaybePromise<Decision> {
    return this.ask(calls, charges, (enforced) => this.store.peek(enforced), 'peek');
  }

  private readonly consume: Ask = (enforced) => this.store.consume(enforced);

  private readonly consumeWaiting: Ask = (enforced) => this.store.attempt?.(enforced) ?? this.store.consume(enforced);

  private readonly consumeUpTo: Ask = ([enforced]) =>
    mapMaybe(this.store.consumeUpTo(enforced as Charge), (verdict) => [verdict]);

  private ask(
    calls: readonly PolicyCall<Context>[],
    charges: readonly Charge[],
    ask: Ask,
    how: 'take' | 'attempt' | 'peek',
  ): MaybePromise<Decision> {
    const { control } = this.registry;
    const { rules } = control;
    const observer = how === 'peek' ? undefined : this.observer;
    const startedMs = observer?.begin() ?? 0;
    if (rules === undefined && this.registry.enforcesAll) {
      return mapMaybe(ask(charges), (verdicts) => {
        const decision = this.decision(calls, charges, verdicts);
        observer?.decidedCall(decision, charges, startedMs);
        if (how === 'take') control.tap?.decided(decision.policies, charges);
        return decision;
      });
    }
    const uses = calls.map(({ policy }) => this.registry.get(policy));
    const call = controlled(rules, uses, charges, noAddress);
    if (call.banned !== undefined) {
      observer?.decidedCall(call.banned, call.charges, startedMs);
      if (how === 'take') control.tap?.decided(call.banned.policies, call.charges);
      return call.banned;
    }
    // What lists or modes take out of the call is told as if nobody had touched it.
    const places = charges.map((_, i) => call.indexes.indexOf(i));
    const merged = charges.map((charge, i) => call.charges[places[i] as number] ?? charge);
    return mapMaybe(call.charges.length === 0 ? [] : ask(call.charges), (verdicts) => {
      const whole = merged.map((charge, i) => verdicts[places[i] as number] ?? untouchedVerdict(charge));
      const decision = this.decision(calls, merged, whole);
      const asked = call.indexes.map((index) => decision.policies[index] as PolicyDecision);
      // Counted is what was asked: of policies in shadow mode their own decisions tell.
      observer?.decidedCall({ ...decision, policies: asked }, call.charges, startedMs);
      if (how === 'take') control.tap?.decided(asked, call.charges);
      if (how !== 'peek' && decision.allowed) takeShadows(call.shadows, this.store, [control.tap, observer]);
      return decision;
    });
  }

  private decision(
    calls: readonly PolicyCall<Context>[],
    charges: readonly Charge[],
    verdicts: readonly Verdict[],
  ): Decision {
    const policies = verdicts.map((verdict, i) =>
      policyDecision(calls[i]?.policy ?? '', charges[i] as Charge, verdict, this.store.source),
    );
    return new AccountedDecision(policies, charges, verdicts);
  }
}

/** A call by code comes from nowhere. */
function noAddress(): undefined {
  return undefined;
}
