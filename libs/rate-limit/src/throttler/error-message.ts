import {
  type ThrottlerLimitDetail,
  throttlerMessage,
  type ThrottlerModuleOptions,
  type ThrottlerOptions,
} from '@nestjs/throttler';
import type { Decision } from '../core/decision';
import type { RateLimitContext } from '../nest/rate-limit-context';
import { executionOf } from '../nest/throttle-keys';
import { throttleOverrides } from '../nest/throttle-metadata';
import { nameOf } from './route-throttlers';
import { parseNumber } from './throttler-numbers';

type CommonModuleOptions = Exclude<ThrottlerModuleOptions, readonly unknown[]>;

/** What `errorMessage` says of a refusal by RateLimitGuard, or the text of @nestjs/throttler. */
export function messageFor(
  { errorMessage, throttlers }: CommonModuleOptions,
  decision: Decision,
  context: RateLimitContext,
): string {
  if (!errorMessage) return throttlerMessage;
  if (typeof errorMessage === 'string') return errorMessage;
  const ttl = ttlOf(decision, context, throttlers);
  // A limit of 0 has room never, of which @nestjs/throttler tells a window anew each time.
  const isNever = decision.outcome === 'impossible';
  const detail: ThrottlerLimitDetail = {
    limit: decision.limit,
    ttl,
    key: decision.policy,
    tracker: context.clientAddress,
    totalHits: decision.limit + 1,
    timeToExpire: seconds(isNever ? ttl : decision.resetAfterMs),
    isBlocked: true,
    timeToBlockExpire: seconds(isNever ? ttl : decision.retryAfterMs),
  };
  return errorMessage(executionOf(context), detail);
}

/** The time that a throttler says; where another is in force, that one as decisions tell it, in whole seconds. */
function ttlOf(
  { policy, windowSeconds = 0 }: Decision,
  context: RateLimitContext,
  throttlers: readonly ThrottlerOptions[],
): number {
  const execution = executionOf(context);
  const said =
    throttleOverrides(execution.getHandler(), policy).ttl ??
    throttleOverrides(execution.getClass(), policy).ttl ??
    throttlers.find((throttler) => nameOf(throttler) === policy)?.ttl;
  const ttl = parseNumber(said) ?? 0;
  return windowSeconds === 0 || seconds(ttl) === windowSeconds ? ttl : windowSeconds * 1000;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
