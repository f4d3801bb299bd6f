import { ConfigurationError, show } from '../core/errors';
import type { Declarations } from '../engine/plan';
import type { PolicyReference } from '../engine/policy-use';
import type { RateLimitContext } from './rate-limit-context';

type References = readonly PolicyReference<RateLimitContext>[];

const POLICIES = 'floodgate:policies';
const SKIPS = 'floodgate:skips';

/**
 * Limits the handler, or every handler of the controller, by the named policies and by those written in place. They
 * are decided together: every one is charged, or none. A handler's replace its controller's; stacked ones add up.
 */
export function RateLimit(...policies: References): ClassDecorator & MethodDecorator {
  if (policies.length === 0) throw misused('names no policy.');
  for (const policy of policies as readonly unknown[])
    if (!isReference(policy)) throw misused(`names ${show(policy)}.`);
  // Decorators run from the lowest up; what stands above is to come first.
  return annotate((target) => {
    const below = (Reflect.getOwnMetadata(POLICIES, target) ?? []) as References;
    Reflect.defineMetadata(POLICIES, [...policies, ...below], target);
  });
}

/**
 * Frees the handler or controller from policies that come from outside it: on a controller those of `everyRoute`, on
 * a handler its controller's as well. Without names from all of them; `@RateLimit` beside it stays.
 */
export function SkipRateLimit(...names: readonly string[]): ClassDecorator & MethodDecorator {
  return annotate((target) => {
    const below = Reflect.getOwnMetadata(SKIPS, target) as Declarations<never>['skips'] | undefined;
    const skips = names.length === 0 || below === 'all' ? 'all' : [...names, ...(below ?? [])];
    Reflect.defineMetadata(SKIPS, skips, target);
  });
}

/** What the decorators left on a handler or controller; a controller inherits them from the class it extends. */
export function declarationsOf(target: object): Declarations<RateLimitContext> {
  return {
    policies: (Reflect.getMetadata(POLICIES, target) ?? []) as References,
    skips: (Reflect.getMetadata(SKIPS, target) ?? []) as Declarations<RateLimitContext>['skips'],
  };
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function misused(problem: string): ConfigurationError {
  const remedy = 'Write the name of a policy, or one in place: { limit: 10, per: "1m" }.';
  return new ConfigurationError([{ path: '@RateLimit()', problem, remedy }]);
}

function annotate(write: (target: object) => void): ClassDecorator & MethodDecorator {
  return (target: object, _property?: string | symbol, descriptor?: PropertyDescriptor) => {
    write((descriptor?.value as object | undefined) ?? target);
  };
}
