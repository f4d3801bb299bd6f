export { RateLimitHealthModule } from './rate-limit-health.module';
export { RateLimitHealthIndicator } from './rate-limit.health';
export { RedisHealthIndicator } from './redis.health';

export type { RateLimitHealthModuleOptions } from './health.options';
export type { HealthCheck, HealthReport, HealthResult, HealthStatus } from './health-report';
export type { RateLimitHealthOptions } from './rate-limit.health';
export type { RedisHealthOptions } from './redis.health';
export type { SelfTestReport, SelfTestStep } from './self-test';
export type { LatencyView, StatisticsView } from './statistics-view';
