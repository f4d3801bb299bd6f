import type { Decision, DecisionSource, PolicyDecision } from '../../core/decision';
import type { Charge } from '../../core/store';
import type { DecisionObserver, ObservedPolicy, ObservedRequest } from './decision-observer';
import { SOURCES, sourceIndex } from './decision-sources';
import type { InstanceStatistics } from './instance-statistics';
import { LatencyHistogram } from './latency-histogram';
import { noOutcomes } from './outcome-counts';
import { Pace, SAMPLED_ONE_IN } from './pace';
import { PolicyCounters, type PolicyFacts } from './policy-counters';
import { StoreCounters } from './store-counters';

/** Told of decisions beside the counting. Called on the hot path. */
export interface DecisionListener {
  refused(policy: PolicyDecision, identity: string): void;
  allowed(policy: PolicyDecision, identity: string): void;
}

export interface StatisticsOptions {
  /** What is known of a policy; asked when it is first counted and once a second. */
  readonly factsOf: (policy: string) => PolicyFacts;
  readonly listener?: DecisionListener;
  /** The most policies counted apart; the rest are counted together as `_other`. Default 200. */
  readonly maxPolicies?: number;
  /** Monotonic milliseconds. Default: `performance.now`. */
  readonly nowMs?: () => number;
}

/** What stands for policies beyond the most that are counted apart. */
export const OTHER_POLICIES = '_other';
const DEFAULT_MAX_POLICIES = 200;
/** Heavy hitters are those of the present span and the one before. */
const SPAN_SECONDS = 300;
const MOST_KEYS = 20;

/** Counts every decision of this process. Nothing in it grows with the number of keys. */
export class Statistics implements DecisionObserver {
  readonly store = new StoreCounters();
  /** Called with every decision that is timed. */
  onLatency: ((source: DecisionSource, ms: number) => void) | undefined;
  private readonly requests = noOutcomes();
  private readonly calls = noOutcomes();
  private readonly policies = new Map<string, PolicyCounters>();
  private readonly latencies = SOURCES.map(() => new LatencyHistogram());
  private readonly pace = new Pace();
  private readonly nowMs: () => number;
  private seconds = 0;

  constructor(private readonly options: StatisticsOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
  }

  /** Negative where the decision stands for more than itself. */
  begin(): number {
    const weight = this.pace.weight();
    if (weight === 0) return 0;
    return weight === 1 ? this.nowMs() : -this.nowMs();
  }

  decidedCall(decision: Decision, charges: readonly Charge[], startedMs: number): void {
    if (decision.allowed) this.calls.allowed++;
    else this.calls.denied++;
    this.decided(decision, charges, startedMs);
  }

  failedCall(policies: readonly string[]): void {
    this.calls.errors++;
    for (const policy of policies) this.of(policy).errors++;
  }

  decidedRequest(request: ObservedRequest, decision: Decision, charges: readonly Charge[], startedMs: number): void {
    this.recount(request.earlier, decision.allowed ? 'allowed' : 'denied');
    this.decided(decision, charges, startedMs);
    // A ban is told of one policy, and the others did not let the request pass.
    const isBan = decision.policies[0]?.banId !== undefined;
    if (decision.policies.length < request.entries.length && !isBan) this.countSkipped(request, decision);
  }

  shadowDecided(decision: PolicyDecision): void {
    this.of(decision.policy).shadowDecided(decision);
  }

  /** A request that only met policies in shadow mode was let through by them, not past them. */
  bypassedRequest({ entries, earlier, shadowed = [] }: ObservedRequest): void {
    const isWatched = shadowed.length > 0 || entries.some(({ policy }) => policy.mode === 'shadow');
    this.recount(earlier, isWatched ? 'allowed' : 'bypassed');
    for (const { policy } of entries) {
      if (isEnforced(policy) && !shadowed.includes(policy.name)) this.of(policy.name).bypassed++;
    }
  }

  failedRequest({ entries, earlier }: ObservedRequest): void {
    this.recount(earlier, 'errors');
    for (const { policy } of entries) this.of(policy.name).errors++;
  }

  /** To be called when what a key has used of a policy was reset. Policies that are counted together stay as they are. */
  letGo(policy: string, identity: string): void {
    this.policies.get(policy)?.letGo(identity);
  }

  /** To be called once a second. */
  nextSecond(): void {
    this.pace.nextSecond();
    const isNewSpan = ++this.seconds % SPAN_SECONDS === 0;
    const nowMs = this.nowMs();
    for (const counters of this.policies.values()) {
      counters.facts = this.options.factsOf(counters.name);
      counters.nextSecond(nowMs);
      if (isNewSpan) counters.nextSpan();
    }
  }

  snapshot(): InstanceStatistics {
    const nowMs = this.nowMs();
    const policies = [...this.policies.values()].map((counters) => [
      counters.name,
      counters.snapshot(nowMs, MOST_KEYS),
    ]);
    const latencies = SOURCES.map((source, i) => [source, this.latencies[i]?.snapshot()] as const);
    return {
      requests: { ...this.requests },
      calls: { ...this.calls },
      policies: Object.fromEntries(policies) as InstanceStatistics['policies'],
      decisionLatency: Object.fromEntries(latencies.filter(([, counts]) => counts?.count !== 0)),
      ...this.store.snapshot(),
    };
  }

  private decided({ policies, source }: Decision, charges: readonly Charge[], startedMs: number): void {
    const { listener } = this.options;
    const weight = startedMs === 0 ? 0 : startedMs > 0 ? 1 : SAMPLED_ONE_IN;
    const endedMs = weight === 0 ? 0 : this.nowMs();
    for (let i = 0; i < policies.length; i++) {
      const policy = policies[i] as PolicyDecision;
      const counters = this.of(policy.policy);
      counters.decided(policy);
      const charge = charges[i];
      if (charge === undefined) continue;
      const { identity, bucketId } = charge;
      if (weight > 0) counters.decidedFor(identity, policy, weight, endedMs, bucketId);
      // Of a flood it is enough to know who is refused: to look at the clock for each denial made it a fifth slower.
      else if (policy.outcome !== 'allowed' && !counters.holds(identity)) {
        counters.decidedFor(identity, policy, 0, this.nowMs(), bucketId);
      }
      if (policy.outcome === 'allowed') {
        counters.allowedFor(identity, policy, bucketId);
        listener?.allowed(policy, identity);
      } else {
        listener?.refused(policy, identity);
      }
    }
    if (weight > 0) this.timed(source, endedMs - Math.abs(startedMs), weight);
  }

  private timed(source: DecisionSource, ms: number, weight: number): void {
    (this.latencies[sourceIndex(source)] as LatencyHistogram).record(ms, weight);
    this.onLatency?.(source, ms);
  }

  /** A request is counted once, by its end: the strictest of what its guards made of it. */
  private recount(earlier: ObservedRequest['earlier'], now: 'allowed' | 'denied' | 'bypassed' | 'errors'): void {
    if (earlier === 'none') {
      this.requests[now]++;
      return;
    }
    if (now === 'bypassed' || (now === 'allowed' && earlier !== 'bypassed')) return;
    this.requests[earlier]--;
    this.requests[now]++;
  }

  private countSkipped({ entries, shadowed = [] }: ObservedRequest, { policies }: Decision): void {
    for (const { policy } of entries) {
      const isDecided = policies.some((decided) => decided.policy === policy.name) || shadowed.includes(policy.name);
      if (isEnforced(policy) && !isDecided) this.of(policy.name).bypassed++;
    }
  }

  private of(name: string): PolicyCounters {
    return this.policies.get(name) ?? this.add(name);
  }

  private add(name: string): PolicyCounters {
    const { maxPolicies = DEFAULT_MAX_POLICIES, factsOf } = this.options;
    const known = this.policies.size < maxPolicies || name === OTHER_POLICIES;
    if (!known) return this.of(OTHER_POLICIES);
    const counters = new PolicyCounters(name, factsOf(name));
    this.policies.set(name, counters);
    return counters;
  }
}

/** Policies in another mode are missing from a decision without having been skipped. */
function isEnforced({ mode = 'enforce' }: ObservedPolicy): boolean {
  return mode === 'enforce';
}
