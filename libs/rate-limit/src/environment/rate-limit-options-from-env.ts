import { Problems } from '../core/problems';
import type { StoreFailureMode } from '../core/store';
import type { RedisStoreConfig } from '../stores/redis/redis-options';
import { ADDRESS_VARIABLES, redisFromVariables } from './redis-from-variables';
import { type Environment, readVariables, type Variables } from './variables';
import { warningsOf } from './warnings';

/** The options of the module that the environment decides. */
export interface EnvironmentOptions {
  readonly store: { readonly type: 'memory' } | RedisStoreConfig;
  /** Left out where RATE_LIMIT_FALLBACK_MEMORY is not set. */
  readonly onStoreFailure?: StoreFailureMode;
}

/**
 * Reads where buckets are kept: `RateLimitModule.forRoot({ ...rateLimitOptionsFromEnv(), policies })`. Redis is used as
 * soon as a variable names one; `RATE_LIMIT_USE_REDIS=false`, and in an emergency `USE_REDIS_RATE_LIMIT=false`, switch to
 * memory. The variables are in `.env.example`. Throws a ConfigurationError that names all that cannot be used.
 */
export function rateLimitOptionsFromEnv(
  environment: Environment = process.env,
  logger: { warn(message: string): void } = console,
): EnvironmentOptions {
  const problems = new Problems();
  const variables = readVariables(environment, problems);
  problems.throwIfAny();
  const store = storeOf(variables, problems);
  problems.throwIfAny();
  for (const warning of warningsOf(environment, variables, store.type)) logger.warn(`[RateLimit] ${warning}`);
  const fallback = variables.RATE_LIMIT_FALLBACK_MEMORY;
  return { store, ...(fallback === undefined ? {} : { onStoreFailure: fallback ? 'local' : 'closed' }) };
}

function storeOf(variables: Variables, problems: Problems): EnvironmentOptions['store'] {
  const memory = { type: 'memory' } as const;
  const { USE_REDIS_RATE_LIMIT: emergency, RATE_LIMIT_USE_REDIS: wanted } = variables;
  // What is wrong with the other variables must not keep an app down that is meant to go on without Redis.
  if (emergency === false || wanted === false) return memory;
  const before = problems.found.length;
  const redis = redisFromVariables(variables, problems);
  if (redis === undefined && problems.found.length === before && (emergency ?? wanted) === true) {
    const name = wanted === true ? 'RATE_LIMIT_USE_REDIS' : 'USE_REDIS_RATE_LIMIT';
    problems.add(name, 'is true, but no variable names a Redis.', `Set one of ${ADDRESS_VARIABLES.join(', ')}.`);
  }
  return redis ?? memory;
}
