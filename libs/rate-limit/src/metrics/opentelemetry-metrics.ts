import type { Attributes, Meter, Observable } from '@opentelemetry/api';
import type { Operations } from '../statistics/operations';
import { metricFamilies, type MetricFamilyOptions } from './metric-families';
import { BUCKETS_SECONDS, type MetricFamily } from './metric-family';
import { metricSource } from './metric-source';

/**
 * Gives the metrics of the limiter to a meter of OpenTelemetry. Counters and gauges are read when they are collected;
 * its API has no histograms that are read, so the length of each decision that is timed is recorded as it is made.
 *
 * Names are those of Prometheus with dots: `rate_limit.requests`, exported to Prometheus as `rate_limit_requests_total`.
 */
export class RateLimitOpenTelemetry {
  private readonly ends: (() => void)[] = [];

  constructor(operations: Operations, meter: Meter, options: MetricFamilyOptions = {}) {
    for (const family of metricFamilies(operations, options)) this.observe(meter, family);
    const seconds = { unit: 's', advice: { explicitBucketBoundaries: [...BUCKETS_SECONDS] } };
    const decisions = meter.createHistogram('rate_limit.decision.duration', {
      ...seconds,
      description: 'How long decisions took; above 1000 a second of one in 16.',
    });
    operations.statistics.onLatency = (source, ms) => {
      decisions.record(ms / 1_000, { 'rate_limit.source': metricSource(source) });
    };
    const commands = meter.createHistogram('rate_limit.store.command.duration', {
      ...seconds,
      description: 'Round trips to the store, by command.',
    });
    operations.statistics.store.onLatency = (command, ms) => {
      commands.record(ms / 1_000, { 'rate_limit.command': command });
    };
    this.ends.push(() => {
      operations.statistics.onLatency = undefined;
      operations.statistics.store.onLatency = undefined;
    });
  }

  /** Ends the observing. */
  remove(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private observe(meter: Meter, family: MetricFamily): void {
    if (family.type === 'histogram') return;
    const options = { description: family.help };
    const name = openTelemetryName(family.name);
    const instrument: Observable =
      family.type === 'counter'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options);
    const report = async (result: { observe(value: number, attributes: Attributes): void }): Promise<void> => {
      for (const { labels, value } of await family.read()) result.observe(value, attributesOf(labels));
    };
    instrument.addCallback(report);
    this.ends.push(() => {
      instrument.removeCallback(report);
    });
  }
}

/** The exporters add `_total` to counters by themselves. */
export function openTelemetryName(name: string): string {
  return `rate_limit.${name.slice('rate_limit_'.length).replace(/_total$/, '')}`;
}

function attributesOf(labels: Readonly<Record<string, string>>): Attributes {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`rate_limit.${name}`, value]));
}
