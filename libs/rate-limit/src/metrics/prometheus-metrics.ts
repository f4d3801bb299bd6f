import type { OnApplicationShutdown } from '@nestjs/common';
import type { Metric, Registry } from 'prom-client';
import { ConfigurationError } from '../core/errors';
import type { Operations } from '../statistics/operations';
import { metricFamilies, type MetricFamilyOptions } from './metric-families';
import type { MetricFamily } from './metric-family';

/** A value as a registry of prom-client writes it. */
interface PromValue {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Puts the metrics of the limiter into a registry of prom-client. They are read from the statistics when the registry
 * is, so a request pays nothing for them, and they cannot differ from the statistics.
 */
export class RateLimitMetrics implements OnApplicationShutdown {
  private readonly names: readonly string[];

  constructor(
    operations: Operations,
    readonly registry: Registry,
    options: MetricFamilyOptions = {},
  ) {
    const families = metricFamilies(operations, options);
    refuseTaken(registry, families);
    for (const family of families) registry.registerMetric(asMetric(family));
    this.names = families.map(({ name }) => name);
  }

  /** A registry may outlive the application, and takes no name twice. */
  onApplicationShutdown(): void {
    this.remove();
  }

  /** Takes the metrics out of the registry again. */
  remove(): void {
    for (const name of this.names) this.registry.removeSingleMetric(name);
  }
}

/** Two applications of one process are the usual reason. */
function refuseTaken(registry: Registry, families: readonly MetricFamily[]): void {
  const taken = families.find(({ name }) => registry.getSingleMetric(name) !== undefined);
  if (taken === undefined) return;
  const problem = `has the metric ${taken.name} already, of another application in this process.`;
  const remedy = 'Give each its own: RateLimitMetricsModule.forRoot({ registry: new Registry() }).';
  throw new ConfigurationError([{ path: 'registry', problem, remedy }]);
}

/** What a registry asks of a metric. prom-client's own classes count by themselves, and cannot be told a count. */
function asMetric(family: MetricFamily): Metric {
  const { name, help, type } = family;
  const aggregator = family.type === 'histogram' ? 'sum' : (family.together ?? 'sum');
  const about = { name, help, type, aggregator };
  const metric = {
    ...about,
    get: async () => ({ ...about, values: await valuesOf(family) }),
    // The counts are those of the statistics: only a new process begins anew.
    reset: () => undefined,
  };
  return metric as unknown as Metric;
}

async function valuesOf(family: MetricFamily): Promise<readonly PromValue[]> {
  if (family.type !== 'histogram') return family.read();
  const { name, bounds } = family;
  return family
    .read()
    .flatMap(({ labels, buckets, count, sum }): readonly PromValue[] => [
      ...bounds.map((le, i) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: buckets[i] ?? 0 })),
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ]);
}
