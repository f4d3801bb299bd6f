import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import { addLatency, quantileMs } from '../engine/statistics/latency-histogram';
import type * as api from './api';

export const NO_COUNTS: api.Counts = { allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 };

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
  const at = (share: number): number | null => quantileMs(all, share) ?? null;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}
