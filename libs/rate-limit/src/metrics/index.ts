export { RateLimitMetricsModule } from './rate-limit-metrics.module';
export { RateLimitMetrics } from './prometheus-metrics';
export { RateLimitOpenTelemetry } from './opentelemetry-metrics';
export { BUCKETS_SECONDS } from './metric-family';

export type { RateLimitMetricsModuleOptions } from './rate-limit-metrics.module';
export type { MetricFamilyOptions } from './metric-families';
