import type { Decision, PolicyDecision } from '../core/decision';
import { StoreUnavailableError } from '../core/errors';
import { policyDecision } from '../core/policy-decision';
import { type Charge, isPromiseLike, type MaybePromise, type RateLimitStore, type Verdict } from '../core/store';
import { invalid } from './calls';
import { untouchedVerdict } from '../core/verdict';
import { controlled } from './controlled-call';
import type { ResolvedCall } from './known-calls';
import { mapMaybe, tryMaybe } from './maybe-promise';
import type { PolicyRegistry } from './policy-registry';
import { AccountedDecision, type ShadowReceipt } from './receipt';
import { type ShadowCharge, takeShadows, trialsOf } from './shadow-charges';
import type { DecisionObserver } from './statistics/decision-observer';

/** An attempt is one try of somebody who waits. */
type How = 'take' | 'attempt' | 'peek';
type Ask = (enforced: readonly Charge[]) => MaybePromise<readonly Verdict[]>;

/** Takes the charges of calls by code from the store, as far as lists and modes leave them. */
export class CallTaker<Context> {
  constructor(
    private readonly store: RateLimitStore,
    private readonly registry: PolicyRegistry<Context>,
    private readonly observer: DecisionObserver | undefined,
  ) {}

  take(call: ResolvedCall, isPartial: boolean): MaybePromise<Decision> {
    if (isPartial && call.charges.length > 1) {
      throw invalid('It asks for a partial grant of several policies.', 'Name one policy, or leave out "partial".');
    }
    return this.ask(call, isPartial ? this.consumeUpTo : this.consume, 'take');
  }

  /** One try of somebody who waits: that it is refused now says nothing of how it ends. */
  attempt(call: ResolvedCall): MaybePromise<Decision> {
    return this.ask(call, this.consumeWaiting, 'attempt');
  }

  peek(call: ResolvedCall): MaybePromise<Decision> {
    return this.ask(call, (enforced) => this.store.peek(enforced), 'peek');
  }

  private readonly consume: Ask = (enforced) => this.store.consume(enforced);

  private readonly consumeWaiting: Ask = (enforced) => this.store.attempt?.(enforced) ?? this.store.consume(enforced);

  private readonly consumeUpTo: Ask = ([enforced]) =>
    mapMaybe(this.store.consumeUpTo(enforced as Charge), (verdict) => [verdict]);

  private ask(call: ResolvedCall, ask: Ask, how: How): MaybePromise<Decision> {
    const { control, enforcesAll } = this.registry;
    if (control.rules !== undefined || !enforcesAll) return this.askControlled(call, ask, how);
    const startedMs = this.begin(how);
    const verdicts = this.asked(call.policies, call.charges, ask, how);
    return isPromiseLike(verdicts)
      ? verdicts.then((settled) => this.decided(call, settled, how, startedMs))
      : this.decided(call, verdicts, how, startedMs);
  }

  /** Under lists, or with policies in other modes. */
  private askControlled({ policies, charges }: ResolvedCall, ask: Ask, how: How): MaybePromise<Decision> {
    const { control } = this.registry;
    const startedMs = this.begin(how);
    const uses = policies.map((policy) => this.registry.get(policy));
    const call = controlled(control.rules, uses, charges, noAddress);
    if (call.banned !== undefined) {
      this.tell(call.banned, call.charges, how, startedMs);
      return call.banned;
    }
    // What lists or modes take out of the call is told as if nobody had touched it.
    const places = charges.map((_, i) => call.indexes.indexOf(i));
    const merged = charges.map((charge, i) => call.charges[places[i] as number] ?? charge);
    const isPartial = ask === this.consumeUpTo;
    const watch = (shadows: readonly ShadowCharge[]): readonly ShadowReceipt[] =>
      takeShadows(shadows, this.store, [control.tap, this.observer], isPartial);
    const isAlone = how === 'take' && call.charges.length === 1;
    const tried = isAlone ? watch(call.trials) : [];
    const names = call.indexes.map((index) => policies[index] as string);
    return mapMaybe(call.charges.length === 0 ? [] : this.asked(names, call.charges, ask, how), (verdicts) => {
      const whole = merged.map((charge, i) => verdicts[places[i] as number] ?? untouched(charge));
      const isFree = isPartial && call.charges.length === 0;
      const decision = this.decision({ policies, charges: merged }, whole, isFree);
      // Counted is what was asked: of policies in shadow mode their own decisions tell.
      const asked = call.indexes.map((index) => decision.policies[index] as PolicyDecision);
      this.tell({ ...decision, policies: asked }, call.charges, how, startedMs);
      const watched = how !== 'peek' && decision.allowed ? watch(call.shadows) : [];
      // Who waits will try again: only the try that ends it counts.
      const isTried = how === 'attempt' ? decision.allowed : how === 'take' && !isAlone;
      const beside = isTried ? watch(trialsOf(call.trials, asked)) : tried;
      if (decision.allowed) AccountedDecision.addShadows(decision, [...watched, ...beside]);
      return decision;
    });
  }

  /** What the store says. Where a policy is `closed` it may say nothing, and the call fails: then that is what is told. */
  private asked(
    policies: readonly string[],
    charges: readonly Charge[],
    ask: Ask,
    how: How,
  ): MaybePromise<readonly Verdict[]> {
    if (how === 'peek' || !charges.some(isClosed)) return ask(charges);
    return tryMaybe(
      () => ask(charges),
      (error) => {
        if (error instanceof StoreUnavailableError) this.observer?.failedCall(policies);
        throw error;
      },
    );
  }

  /** Of a look nobody is told. */
  private begin(how: How): number {
    return how === 'peek' ? 0 : (this.observer?.begin() ?? 0);
  }

  private decided(call: ResolvedCall, verdicts: readonly Verdict[], how: How, startedMs: number): Decision {
    const decision = this.decision(call, verdicts);
    this.tell(decision, call.charges, how, startedMs);
    return decision;
  }

  private tell(decision: Decision, charges: readonly Charge[], how: How, startedMs: number): void {
    if (how === 'peek') return;
    this.observer?.decidedCall(decision, charges, startedMs);
    if (how === 'take') this.registry.control.tap?.decided(decision.policies, charges);
  }

  /** `isFree`: of a partial grant that nothing limits, all is granted, and nothing of it is there to be given back. */
  private decision({ policies, charges }: ResolvedCall, verdicts: readonly Verdict[], isFree = false): Decision {
    const { length } = verdicts;
    const told = new Array<PolicyDecision>(length);
    const { source } = this.store;
    for (let i = 0; i < length; i++) {
      const charge = charges[i] as Charge;
      const verdict = verdicts[i] as Verdict;
      const granted = isFree ? { ...verdict, granted: charge.cost } : verdict;
      told[i] = policyDecision(policies[i] as string, charge, granted, source);
    }
    return new AccountedDecision(told, charges, verdicts);
  }
}

function isClosed({ onStoreFailure }: Charge): boolean {
  return onStoreFailure === 'closed';
}

/** A call by code comes from nowhere. */
function noAddress(): undefined {
  return undefined;
}

function untouched({ quota }: Charge): Verdict {
  return { ...untouchedVerdict(quota), source: 'memory' };
}
