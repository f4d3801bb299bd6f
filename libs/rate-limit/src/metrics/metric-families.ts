import type { InstanceStatistics } from '../engine/statistics/instance-statistics';
import type { Operations } from '../statistics/operations';
import { controlFamilies } from './control-families';
import { decisionFamilies } from './decision-families';
import { expectedLabels } from './expected-labels';
import { instanceFamilies } from './instance-families';
import type { MetricFamily } from './metric-family';
import { PolicyLabels } from './policy-labels';
import { storeFamilies } from './store-families';

export interface MetricFamilyOptions {
  /** Names of policies that get a label of their own though they are not registered, such as named inline ones. */
  readonly policies?: readonly string[] | undefined;
}

/** One look serves all metrics of one scrape. */
const LOOK_KEPT_MS = 50;

/** Every metric of the limiter. */
export function metricFamilies(
  operations: Operations,
  { policies = [] }: MetricFamilyOptions,
): readonly MetricFamily[] {
  const labels = new PolicyLabels({
    registered: () => operations.policies.names,
    more: policies,
    warnOnce: (subject, message) => {
      operations.warnOnce(subject, message);
    },
  });
  let latest: { readonly atMs: number; readonly statistics: InstanceStatistics } | undefined;
  const read = (): InstanceStatistics => {
    const atMs = performance.now();
    if (latest === undefined || atMs - latest.atMs > LOOK_KEPT_MS) {
      latest = { atMs, statistics: operations.statistics.snapshot() };
    }
    return latest.statistics;
  };
  return [
    ...decisionFamilies(read, labels, expectedLabels(operations, policies)),
    ...storeFamilies(operations, read),
    ...instanceFamilies(operations, labels),
    ...controlFamilies(operations),
  ];
}
