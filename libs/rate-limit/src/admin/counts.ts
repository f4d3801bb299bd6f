import { MOST_BLOCKED } from '../control/control-store';
import type { InstanceStatistics, PolicyStatistics } from '../engine/statistics/instance-statistics';
import { addLatency, LATENCY_BOUNDS_US, quantileMs } from '../engine/statistics/latency-histogram';
import type * as api from './api';

export const NO_COUNTS: api.Counts = { allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 };

/** What is longer is not told apart. */
const LONGEST_MS = (LATENCY_BOUNDS_US.at(-1) as number) / 1_000;

export function countsOf({ allowed, denied, shadowDenied, bypassed, errors }: api.Counts): api.Counts {
  return { allowed, denied, shadowDenied, bypassed, errors };
}

export function add(a: api.Counts, b: api.Counts): api.Counts {
  return map((outcome) => a[outcome] + b[outcome]);
}

export function map(value: (outcome: keyof api.Counts) => number): api.Counts {
  const [allowed, denied, shadowDenied] = [value('allowed'), value('denied'), value('shadowDenied')];
  return { allowed, denied, shadowDenied, bypassed: value('bypassed'), errors: value('errors') };
}

export function latencyOf(total: InstanceStatistics | undefined): api.Latency {
  const all = Object.values(total?.decisionLatency ?? {}).reduce(addLatency, { count: 0, sumSeconds: 0, buckets: [] });
  const at = (share: number): number | null => {
    const ms = quantileMs(all, share);
    return ms === undefined ? null : Math.min(ms, LONGEST_MS);
  };
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/**
 * As many as are listed of all instances, so that the figure and the list agree. While that list cannot be read, what
 * the instances know of themselves, who may refuse the same keys.
 */
export function blockedIn(
  policy: string,
  statistics: PolicyStatistics | undefined,
  counts: ReadonlyMap<string, number> | undefined,
): api.PolicyTraffic['blocked'] {
  if (counts === undefined) {
    return { count: statistics?.blocked.count ?? 0, atLeast: statistics?.blocked.atLeast ?? false };
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { count: counts.get(policy) ?? 0, atLeast: all >= MOST_BLOCKED };
}
