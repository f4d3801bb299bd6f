import type { DecisionSource } from '../core/decision';

/** `local`: decided in this process; `redis`: by the shared store; `fallback`: here, because the store did not answer. */
export type MetricSource = 'redis' | 'local' | 'fallback';

export function metricSource(source: DecisionSource): MetricSource {
  return source === 'redis' || source === 'fallback' ? source : 'local';
}
