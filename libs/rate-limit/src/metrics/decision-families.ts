import type { DecisionSource } from '../core/decision';
import type { InstanceStatistics, PolicyStatistics } from '../engine/statistics/instance-statistics';
import { addLatency, cumulative, type LatencyCounts } from '../engine/statistics/latency-histogram';
import { BUCKETS_SECONDS, type HistogramSample, type MetricFamily, type Sample } from './metric-family';
import { type PolicyLabels, Sums } from './policy-labels';

/** `local`: decided in this process; `redis`: by the shared store; `fallback`: here, because the store did not answer. */
export type MetricSource = 'redis' | 'local' | 'fallback';

export function metricSource(source: DecisionSource): MetricSource {
  return source === 'redis' || source === 'fallback' ? source : 'local';
}

/** What is counted of decisions. */
export function decisionFamilies(read: () => InstanceStatistics, labels: PolicyLabels): readonly MetricFamily[] {
  const eachPolicy = (add: (sums: Sums, policy: string, statistics: PolicyStatistics) => void): readonly Sample[] => {
    const sums = new Sums();
    for (const [name, statistics] of Object.entries(read().policies)) add(sums, labels.of(name), statistics);
    return sums.samples;
  };
  return [
    {
      name: 'rate_limit_requests_total',
      help: 'Decisions, counted by each policy of a request; denied with mode="shadow" would have been denied.',
      type: 'counter',
      read: () => eachPolicy(addRequests),
    },
    {
      name: 'rate_limit_cost_total',
      help: 'Units asked for, of policies whose calls cost other than one.',
      type: 'counter',
      read: () =>
        eachPolicy((sums, policy, { cost }) => {
          if (cost === undefined) return;
          sums.add({ policy, result: 'allowed' }, cost.allowed);
          sums.add({ policy, result: 'denied' }, cost.denied);
        }),
    },
    {
      name: 'rate_limit_near_limit_total',
      help: 'Allowed calls after which at least 80 % of the limit was used.',
      type: 'counter',
      read: () =>
        eachPolicy((sums, policy, { nearLimit }) => {
          sums.add({ policy }, nearLimit);
        }),
    },
    {
      name: 'rate_limit_decision_duration_seconds',
      help: 'How long decisions took, the way to the store included; above 1000 a second estimated from one in 16.',
      type: 'histogram',
      bounds: BUCKETS_SECONDS,
      read: () => bySource(read().decisionLatency),
    },
    {
      name: 'rate_limit_blocked_keys',
      help: 'Keys that this process refuses now; 1000 a policy stand for 1000 or more.',
      type: 'gauge',
      read: () =>
        eachPolicy((sums, policy, { blocked }) => {
          sums.add({ policy }, blocked.count);
        }),
    },
  ];
}

function addRequests(sums: Sums, policy: string, statistics: PolicyStatistics): void {
  const { bySource: counts, facts, bypassed, errors } = statistics;
  const add = (result: string, mode: string, bySources: PolicyStatistics['bySource']['allowed']): void => {
    for (const [source, count] of Object.entries(bySources)) {
      sums.add({ policy, result, mode, source: metricSource(source as DecisionSource) }, count);
    }
  };
  const mode = facts.shadow ? 'shadow' : 'enforce';
  add('allowed', mode, counts.allowed);
  add('denied', 'enforce', counts.denied);
  add('denied', 'shadow', counts.shadowDenied);
  if (bypassed > 0) sums.add({ policy, result: 'bypassed', mode, source: 'local' }, bypassed);
  if (errors > 0) sums.add({ policy, result: 'error', mode, source: 'redis' }, errors);
}

function bySource(latencies: InstanceStatistics['decisionLatency']): readonly HistogramSample[] {
  const merged = new Map<string, LatencyCounts>();
  for (const [source, counts] of Object.entries(latencies)) {
    const label = metricSource(source as DecisionSource);
    const before = merged.get(label);
    merged.set(label, before === undefined ? counts : addLatency(before, counts));
  }
  return [...merged].map(([source, counts]) => histogram({ source }, counts));
}

export function histogram(labels: Readonly<Record<string, string>>, counts: LatencyCounts): HistogramSample {
  return { labels, buckets: cumulative(counts, BUCKETS_SECONDS), count: counts.count, sum: counts.sumSeconds };
}
