export { RateLimitModule } from './nest/rate-limit.module';
export { RateLimit, SkipRateLimit } from './nest/rate-limit.decorators';
export { AfterAuthRateLimitGuard, RateLimitGuard } from './nest/rate-limit.guard';
export { RateLimiter } from './nest/rate-limiter';
export { RateLimitExceededException, RateLimitUnavailableException } from './nest/rate-limit.exception';
export { RateLimitContext } from './nest/rate-limit-context';
export { decisionOf } from './nest/request-gate';
export {
  byApiKey,
  byBody,
  byCookie,
  byHeader,
  byIp,
  byParam,
  byQuery,
  byTenant,
  byUser,
  compose,
} from './nest/key-resolvers';
export { MemoryStore } from './stores/memory/memory-store';
export { OnRateLimit } from './events/on-rate-limit';
export { RateLimitEvents } from './events/rate-limit-events';
export { Operations } from './statistics/operations';
export { rateLimitOptionsFromEnv } from './environment/rate-limit-options-from-env';
export { ConfigurationError, FloodgateError, StoreUnavailableError } from './core/errors';

export type { HttpRequest } from './nest/rate-limit-context';
export type { RateLimitKey } from './nest/key-resolvers';
export type {
  MemoryStoreConfig,
  RateLimitFeatureOptions,
  RateLimitModuleOptions,
  RateLimitPolicies,
  RefusalBody,
} from './nest/rate-limit.options';
export type { ConsumeOptions, WaitOptions } from './engine/key-limiter';
export type { CallOptions, PolicyCall } from './engine/calls';
export type { InlinePolicy, PolicyReference } from './engine/policy-use';
export type { RateLimitLogger } from './engine/log';
export type { OperationsOptions } from './statistics/operations';
export type { KeyText } from './statistics/key-text';
export type { RefusalLine } from './events/refusal-log';
export type {
  BreakerEvent,
  FallbackEvent,
  LimitedEvent,
  NearLimitEvent,
  PolicyChangedEvent,
  RateLimitEvent,
  RateLimitEventOf,
  RateLimitEventType,
  StoreEvent,
} from './events/rate-limit-event';
export type { NewKeysOptions } from './control/new-keys-options';
export type { ThrottlerStoreConfig } from './nest/throttler-store';
export type { EnvironmentOptions } from './environment/rate-limit-options-from-env';
export type {
  ExistingRedisClient,
  RedisAddress,
  RedisNatMap,
  RedisStoreConfig,
  RedisTls,
} from './stores/redis/redis-options';
export type { MemoryStoreOptions } from './stores/memory/memory-store';
export type { HeaderFormat, HeadersOption } from './http/headers/compile-headers';
export type { ProblemDetails } from './http/problem';
export type { TrustedProxies } from './http/trusted-proxies';
export type { Clock } from './core/clock';
export type { Decision, DecisionSource, Outcome, PolicyDecision } from './core/decision';
export type { ConfigurationProblem, FloodgateErrorCode } from './core/errors';
export type { Duration } from './core/duration';
export type { KeyFunction, KeyResolver } from './core/identity';
export type { PerRequest, PolicyMode, PolicyOptions, PolicyScope } from './core/policy';
export type { BanOptions, BanRule } from './core/ban';
export type { LeaseGrant, LeaseReturn, LeaseTerms } from './core/lease/lease';
export type { LeaseBounds, LeaseOption, LeaseOptions } from './core/lease/lease-options';
export type { AlgorithmName, Quota } from './core/quota';
export type { Charge, MaybePromise, OwedUnits, RateLimitStore, StoreFailureMode, Verdict } from './core/store';
