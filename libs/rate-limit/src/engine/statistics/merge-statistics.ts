import type { InstanceStatistics, PolicyStatistics, SourceCounts } from './instance-statistics';
import { addLatency, type LatencyCounts } from './latency-histogram';
import { addOutcomes, noOutcomes, OUTCOMES, type OutcomeCounts } from './outcome-counts';
import { mergeHitters } from './recent-hitters';

type BlockedKeys = PolicyStatistics['blocked'];

const MOST_KEYS = 50;

export const NO_STATISTICS: InstanceStatistics = {
  requests: noOutcomes(),
  calls: noOutcomes(),
  policies: {},
  decisionLatency: {},
  storeLatency: {},
  storeErrors: {},
};

/** The statistics of several processes as those of one. */
export function mergeStatistics(all: readonly InstanceStatistics[]): InstanceStatistics {
  // The list is cut last: whom several refuse is found while all are on it.
  return withPolicies(all.reduce(addStatistics, NO_STATISTICS), (policy) => ({
    ...policy,
    blocked: { ...policy.blocked, keys: policy.blocked.keys.slice(0, MOST_KEYS) },
  }));
}

function addStatistics(a: InstanceStatistics, b: InstanceStatistics): InstanceStatistics {
  return {
    requests: sumOutcomes(a.requests, b.requests),
    calls: sumOutcomes(a.calls, b.calls),
    policies: mergeRecords(a.policies, b.policies, addPolicies),
    decisionLatency: mergeRecords(a.decisionLatency, b.decisionLatency, addLatencies),
    storeLatency: mergeRecords(a.storeLatency, b.storeLatency, addLatencies),
    storeErrors: mergeRecords(a.storeErrors, b.storeErrors, add),
  };
}

/** What is left of the statistics of a process that is gone: the counts, and nobody's keys. */
export function withoutKeys(statistics: InstanceStatistics): InstanceStatistics {
  const blocked = { count: 0, atLeast: false, keys: [] };
  return withPolicies(statistics, (policy) => ({ ...policy, blocked, topRequests: [], topDenials: [] }));
}

function withPolicies(
  statistics: InstanceStatistics,
  change: (policy: PolicyStatistics) => PolicyStatistics,
): InstanceStatistics {
  const policies = Object.entries(statistics.policies).map(([name, policy]) => [name, change(policy)] as const);
  return { ...statistics, policies: Object.fromEntries(policies) };
}

/** What was counted since an earlier snapshot of the same process; keys as they are now. */
export function subtractCounts(later: OutcomeCounts, earlier: OutcomeCounts | undefined): OutcomeCounts {
  if (earlier === undefined) return later;
  const difference = noOutcomes();
  for (const outcome of OUTCOMES) difference[outcome] = later[outcome] - earlier[outcome];
  return difference;
}

function addPolicies(a: PolicyStatistics, b: PolicyStatistics): PolicyStatistics {
  const cost =
    a.cost === undefined && b.cost === undefined
      ? undefined
      : {
          allowed: (a.cost?.allowed ?? a.allowed) + (b.cost?.allowed ?? b.allowed),
          denied: (a.cost?.denied ?? a.denied) + (b.cost?.denied ?? b.denied),
        };
  return {
    ...sumOutcomes(a, b),
    bySource: {
      allowed: addSources(a.bySource.allowed, b.bySource.allowed),
      denied: addSources(a.bySource.denied, b.bySource.denied),
      shadowDenied: addSources(a.bySource.shadowDenied, b.bySource.shadowDenied),
    },
    nearLimit: a.nearLimit + b.nearLimit,
    cost,
    facts: b.facts,
    blocked: addBlocked(a.blocked, b.blocked),
    topRequests: mergeHitters([a.topRequests, b.topRequests], MOST_KEYS),
    topDenials: mergeHitters([a.topDenials, b.topDenials], MOST_KEYS),
  };
}

/**
 * A key that several refuse is one. Of keys beyond those that an instance lists nobody knows whether another one refuses
 * them too: then it is told how many there are at least.
 */
function addBlocked(a: BlockedKeys, b: BlockedKeys): BlockedKeys {
  const longest = new Map<string, number>();
  for (const { key, retryAfterMs } of [...a.keys, ...b.keys]) {
    longest.set(key, Math.max(longest.get(key) ?? 0, retryAfterMs));
  }
  const keys = [...longest].map(([key, retryAfterMs]) => ({ key, retryAfterMs }));
  keys.sort((left, right) => right.retryAfterMs - left.retryAfterMs);
  const isPartial = a.count > a.keys.length || b.count > b.keys.length;
  // Where only one of them refuses any, there is nothing to be compared.
  const mayBeMore = isPartial && a.count > 0 && b.count > 0;
  const count = Math.max(a.count, b.count, keys.length);
  return { count, atLeast: a.atLeast || b.atLeast || mayBeMore, keys };
}

function sumOutcomes(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  const sum = noOutcomes();
  addOutcomes(sum, a);
  addOutcomes(sum, b);
  return sum;
}

function addSources(a: SourceCounts, b: SourceCounts): SourceCounts {
  return mergeRecords(a, b, add);
}

function addLatencies(a: LatencyCounts, b: LatencyCounts): LatencyCounts {
  return addLatency(a, b);
}

function add(a: number, b: number): number {
  return a + b;
}

function mergeRecords<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
  merge: (a: Value, b: Value) => Value,
): Readonly<Record<string, Value>> {
  const merged: Record<string, Value> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const before = merged[name];
    merged[name] = before === undefined ? value : merge(before, value);
  }
  return merged;
}
