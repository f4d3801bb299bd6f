import { Logger } from '@nestjs/common';
import type { ThrottlerModuleOptions, ThrottlerOptions } from '@nestjs/throttler';
import { show } from '../core/errors';
import type { PolicyOptions } from '../core/policy';
import { Problems } from '../core/problems';
import type { RateLimitContext } from '../nest/rate-limit-context';
import type { RateLimitModuleOptions } from '../nest/rate-limit.options';
import { NO_BLOCK } from '../nest/throttle-declarations';
import { executionOf, type GetTracker, keyOfTracker, perRequest } from '../nest/throttle-keys';
import { checkThrottlers } from './check-throttlers';
import { messageFor } from './error-message';
import { userAgentIsIgnored } from './ignored-user-agents';
import { RedisThrottlerStorage } from './redis-throttler-storage';
import { nameOf, type CommonOptions } from './route-throttlers';
import { parseNumber } from './throttler-numbers';

type CommonModuleOptions = Exclude<ThrottlerModuleOptions, readonly unknown[]>;

/**
 * The options of ThrottlerModule as those of RateLimitModule: a policy for each throttler, on every route, with a bucket
 * of its own for each route, the `X-RateLimit-*` fields and the texts of before. Throws a ConfigurationError for what
 * has no counterpart; a block after a limit has none either, and is left out with a warning. The module makes a
 * connection of its own to the Redis of a RedisThrottlerStorage.
 */
export function fromThrottlerOptions(options: ThrottlerModuleOptions): RateLimitModuleOptions {
  const common: CommonModuleOptions = Array.isArray(options) ? { throttlers: options } : options;
  const { throttlers, storage, ipv6SubnetPrefix, setHeaders } = common;
  const problems = new Problems();
  checkThrottlers(throttlers, problems);
  const names = throttlers.map(nameOf);
  for (const [i, { ttl }] of throttlers.entries()) {
    const name = names[i] as string;
    const first = names.indexOf(name);
    if (first < i) {
      const remedy = 'Each is a policy of its name: write another.';
      problems.add(`throttlers[${i}].name`, `is ${show(name)}, as that of throttlers[${first}].`, remedy);
    }
    if (typeof ttl !== 'function') continue;
    const remedy = 'A policy has one window: write a number, or use the guard of nest-floodgate/throttler.';
    problems.add(`throttlers[${i}].ttl`, 'is a function.', remedy);
  }
  problems.throwIfAny();
  const headers = throttlers.some((throttler) => throttler.setHeaders ?? setHeaders ?? true);
  return {
    policies: Object.fromEntries(throttlers.map((throttler) => [nameOf(throttler), policyOf(throttler, common)])),
    everyRoute: names,
    headers: headers ? 'x-ratelimit' : false,
    response: (decision, context) => ({ statusCode: 429, message: messageFor(common, decision, context) }),
    ...(ipv6SubnetPrefix === undefined ? {} : { ipv6Prefix: ipv6SubnetPrefix }),
    ...storeOf(storage),
  };
}

function policyOf(throttler: ThrottlerOptions, common: CommonOptions): PolicyOptions<RateLimitContext> {
  const { limit, ttl, blockDuration } = throttler;
  const name = nameOf(throttler);
  if ((blockDuration ?? undefined) !== undefined && parseNumber(blockDuration) !== 0) {
    const message = `The blockDuration of throttler ${show(name)} is left out: ${NO_BLOCK}`;
    new Logger('fromThrottlerOptions').warn(message);
  }
  const generateKey = throttler.generateKey ?? common.generateKey;
  const key = keyOfTracker(name, (throttler.getTracker ?? common.getTracker) as GetTracker | undefined, generateKey);
  const skipIf = throttler.skipIf ?? common.skipIf;
  const agents = throttler.ignoreUserAgents ?? common.ignoreUserAgents;
  return {
    limit: perRequest<number>(limit),
    per: ttl as number,
    scope: generateKey === undefined ? 'route' : 'policy',
    ...(key === undefined ? {} : { key }),
    ...(skipIf === undefined && agents === undefined
      ? {}
      : {
          // Declared as synchronous, it may be async; and whatever counts as true skips, as it does there.
          skip: async (context: RateLimitContext) =>
            userAgentIsIgnored(agents, context.request) ||
            Boolean(await (skipIf?.(executionOf(context)) as boolean | Promise<boolean> | undefined)),
        }),
  };
}

function storeOf(storage: CommonModuleOptions['storage']): Pick<RateLimitModuleOptions, 'store' | 'onStoreFailure'> {
  if (storage === undefined) return {};
  if (storage instanceof RedisThrottlerStorage) {
    return { store: storage.handOver(), onStoreFailure: storage.onStoreFailure };
  }
  return { store: { type: 'throttler', storage } };
}
