import type { ExecutionContext } from '@nestjs/common';
import type { MaybePromise } from '../core/store';
import type { RateLimitKey } from './key-resolvers';
import type { RateLimitContext } from './rate-limit-context';

/** `getTracker` of @nestjs/throttler: who is limited. */
export type GetTracker = (request: Record<string, unknown>, context: ExecutionContext) => MaybePromise<string>;
/** `generateKey` of @nestjs/throttler: which requests share a bucket. */
export type GenerateKey = (context: ExecutionContext, tracker: string, throttler: string) => string;

/**
 * The key that a tracker is: one bucket a route for each client, as in @nestjs/throttler. With a function that makes
 * keys, the key alone says which requests share a bucket. `undefined`: the client's address.
 */
export function keyOfTracker(
  throttler: string,
  getTracker: GetTracker | undefined,
  generateKey: GenerateKey | undefined,
): RateLimitKey | undefined {
  if (getTracker === undefined && generateKey === undefined) return undefined;
  const trackerOf = (context: RateLimitContext): MaybePromise<string> =>
    getTracker?.(context.request, executionOf(context)) ?? context.clientAddress;
  if (generateKey === undefined) return { kind: 'tracker', resolve: trackerOf };
  return {
    kind: 'throttler-key',
    resolve: async (context) => generateKey(executionOf(context), await trackerOf(context), throttler),
  };
}

/** Nest's context, which functions written for @nestjs/throttler take. */
export function executionOf({ execution }: RateLimitContext): ExecutionContext {
  if (execution !== undefined) return execution;
  throw new TypeError('There is no handler, and so no context for a function of @nestjs/throttler.');
}

/** One for each function, so that what is known of it holds however often its route is looked at. */
const ours = new WeakMap<object, (context: RateLimitContext) => unknown>();

/** A value, or a function of Nest's context as one of ours. */
export function perRequest<Value>(value: unknown): Value | ((context: RateLimitContext) => MaybePromise<Value>) {
  if (typeof value !== 'function') return value as Value;
  const resolve = value as (context: ExecutionContext) => MaybePromise<Value>;
  const known = ours.get(resolve) ?? ((context) => resolve(executionOf(context)));
  ours.set(resolve, known);
  return known as (context: RateLimitContext) => MaybePromise<Value>;
}
