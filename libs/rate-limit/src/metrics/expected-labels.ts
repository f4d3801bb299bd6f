import type { Operations } from '../statistics/operations';
import type { MetricSource } from './metric-source';

export interface ExpectedPolicy {
  readonly name: string;
  readonly mode: 'enforce' | 'shadow';
}

/**
 * What this process can come to count, as far as it is known before. Prometheus takes the first value of a series for
 * where it stands, not for a rise: a counter that appears with its first event hides that event from `rate`.
 */
export interface ExpectedLabels {
  /** Those that are registered now, those that are written on routes, and those that were asked for. */
  policies(): readonly ExpectedPolicy[];
  sources(): readonly MetricSource[];
}

export function expectedLabels({ policies, status }: Operations, more: readonly string[]): ExpectedLabels {
  return {
    policies: () =>
      [...new Set([...policies.names, ...more, ...policies.inlineNames])].map((name) => ({
        name,
        mode: policies.factsOf(name)?.shadow === true ? 'shadow' : 'enforce',
      })),
    sources: () => (status.snapshot().kind === 'memory' ? ['local'] : ['redis', 'local', 'fallback']),
  };
}
