import type { DecisionSource } from '../core/decision';
import type { InstanceStatistics, PolicyStatistics } from '../engine/statistics/instance-statistics';
import { addLatency, cumulative, type LatencyCounts, LatencyHistogram } from '../engine/statistics/latency-histogram';
import type { ExpectedLabels, ExpectedPolicy } from './expected-labels';
import { BUCKETS_SECONDS, type HistogramSample, type MetricFamily, type Sample } from './metric-family';
import { metricSource, type MetricSource } from './metric-source';
import { type PolicyLabels, Sums } from './policy-labels';

const NO_LATENCY = new LatencyHistogram().snapshot();

/** What is counted of decisions. What can be expected begins at 0: a first event would be no rise otherwise. */
export function decisionFamilies(
  read: () => InstanceStatistics,
  labels: PolicyLabels,
  expected: ExpectedLabels,
): readonly MetricFamily[] {
  const eachPolicy = (
    add: (sums: Sums, policy: string, statistics: PolicyStatistics) => void,
    begin: (sums: Sums, policy: ExpectedPolicy) => void,
  ): readonly Sample[] => {
    const sums = new Sums();
    // First what was counted: where there are too many policies for labels, those that are used have them.
    for (const [name, statistics] of Object.entries(read().policies)) add(sums, labels.of(name), statistics);
    for (const policy of expected.policies()) begin(sums, { ...policy, name: labels.of(policy.name) });
    return sums.samples;
  };
  const beginPolicy = (sums: Sums, { name }: ExpectedPolicy): void => {
    sums.add({ policy: name }, 0);
  };
  return [
    {
      name: 'rate_limit_requests_total',
      help: 'Decisions, counted by each policy of a request; denied with mode="shadow" would have been denied.',
      type: 'counter',
      read: () =>
        eachPolicy(addRequests, (sums, policy) => {
          beginRequests(sums, policy, expected.sources());
        }),
    },
    {
      name: 'rate_limit_cost_total',
      help: 'Units asked for, of policies whose calls cost other than one.',
      type: 'counter',
      read: () =>
        eachPolicy(
          (sums, policy, { cost }) => {
            if (cost === undefined) return;
            sums.add({ policy, result: 'allowed' }, cost.allowed);
            sums.add({ policy, result: 'denied' }, cost.denied);
          },
          () => undefined,
        ),
    },
    {
      name: 'rate_limit_near_limit_total',
      help: 'Allowed calls after which at least 80 % of the limit was used.',
      type: 'counter',
      read: () =>
        eachPolicy((sums, policy, { nearLimit }) => {
          sums.add({ policy }, nearLimit);
        }, beginPolicy),
    },
    {
      name: 'rate_limit_decision_duration_seconds',
      help: 'How long decisions took, the way to the store included; above 1000 a second estimated from one in 16.',
      type: 'histogram',
      bounds: BUCKETS_SECONDS,
      read: () => bySource(read().decisionLatency, expected.sources()),
    },
    {
      name: 'rate_limit_blocked_keys',
      help: 'Keys that this process refuses now; 1000 a policy stand for 1000 or more.',
      type: 'gauge',
      read: () =>
        eachPolicy((sums, policy, { blocked }) => {
          sums.add({ policy }, blocked.count);
        }, beginPolicy),
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

/** Only where the store is not in this process can it fail. */
function beginRequests(sums: Sums, { name: policy, mode }: ExpectedPolicy, sources: readonly MetricSource[]): void {
  for (const result of ['allowed', 'denied']) {
    for (const source of sources) sums.add({ policy, result, mode, source }, 0);
  }
  sums.add({ policy, result: 'bypassed', mode, source: 'local' }, 0);
  if (sources.includes('redis')) sums.add({ policy, result: 'error', mode, source: 'redis' }, 0);
}

function bySource(
  latencies: InstanceStatistics['decisionLatency'],
  sources: readonly MetricSource[],
): readonly HistogramSample[] {
  const merged = new Map<string, LatencyCounts>(sources.map((source) => [source, NO_LATENCY]));
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
