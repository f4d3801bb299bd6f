import { show } from '../core/errors';
import type { Problems } from '../core/problems';
import type { Declarations } from '../engine/plan';
import type { InlinePolicy } from '../engine/policy-use';
import type { RateLimitContext } from './rate-limit-context';
import { type GenerateKey, type GetTracker, keyOfTracker, perRequest } from './throttle-keys';
import {
  DEFAULT_THROTTLER,
  type ThrottleOption,
  throttleOverrides,
  throttlersNamedBy,
  throttleSkip,
} from './throttle-metadata';

type Declared = Declarations<RateLimitContext>;

/** Why a policy has no block. */
export const NO_BLOCK = 'a policy refuses a client until its oldest request leaves the window, and no longer.';

interface Route {
  readonly controller: object;
  readonly handler: object;
  /** For messages. */
  readonly routeId: string;
}

/**
 * What `@Throttle()` and `@SkipThrottle()` say of the policies of every route, in the words of `@RateLimit` and
 * `@SkipRateLimit`: the method's options before those of its class, each by itself.
 */
export function throttleDeclarations(
  { controller, handler, routeId }: Route,
  everyRoute: readonly string[],
  problems: Problems,
): { readonly policies: readonly InlinePolicy<RateLimitContext>[]; readonly skips: readonly string[] } {
  const policies: InlinePolicy<RateLimitContext>[] = [];
  const skips: string[] = [];
  for (const name of everyRoute) {
    if (throttleSkip(handler, name, everyRoute) ?? throttleSkip(controller, name, everyRoute) ?? false) {
      skips.push(name);
      continue;
    }
    const own = throttleOverrides(handler, name);
    const outer = throttleOverrides(controller, name);
    const option = (of: ThrottleOption): unknown => own[of] ?? outer[of];
    const policy = policyFrom(name, option, `@Throttle() of ${routeId}`, problems);
    if (policy !== undefined) policies.push(policy);
  }
  return { policies, skips };
}

/** Tells, once for each name, of what the decorators of a route say that RateLimitGuard takes no notice of. */
export function tellUnheeded(
  { controller, handler, routeId }: Route,
  everyRoute: readonly string[],
  warnOnce: (subject: string, message: string) => void,
): void {
  const isKnown = (name: string): boolean => everyRoute.includes(name);
  const known = everyRoute.length === 0 ? 'It is empty.' : `It has ${everyRoute.map(show).join(', ')}.`;
  const unknown = (decorator: string, name: string): void => {
    const place = `${decorator} of ${routeId} names ${show(name)}, which is not in everyRoute`;
    warnOnce(`${decorator} ${name}`, `${place}: RateLimitGuard takes no notice of it, nor on other routes. ${known}`);
  };
  for (const target of [handler, controller]) {
    const { throttled, skipped } = throttlersNamedBy(target);
    for (const name of throttled) {
      if (!isKnown(name)) unknown('@Throttle()', name);
      else if (throttleOverrides(target, name).blockDuration !== undefined) {
        const message = `The blockDuration of ${show(name)} in @Throttle() of ${routeId} is left out: ${NO_BLOCK}`;
        warnOnce(`blockDuration ${name}`, message);
      }
    }
    // A bare one names `default`, and means all policies where none has that name.
    for (const name of skipped) if (!isKnown(name) && name !== DEFAULT_THROTTLER) unknown('@SkipThrottle()', name);
  }
}

/** Both kinds of declarations together. Options of `@Throttle` do not replace a `@RateLimit` of the class. */
export function joinThrottle(
  declared: { readonly controller: Declared; readonly handler: Declared },
  throttle: ReturnType<typeof throttleDeclarations>,
): { readonly controller: Declared; readonly handler: Declared } {
  const { controller, handler } = declared;
  if (throttle.policies.length === 0 && throttle.skips.length === 0) return declared;
  const skips = handler.skips === 'all' ? handler.skips : [...handler.skips, ...throttle.skips];
  const add = ({ policies }: Declared): Declared['policies'] => [...throttle.policies, ...policies];
  return handler.policies.length > 0
    ? { controller, handler: { policies: add(handler), skips } }
    : { controller: { ...controller, policies: add(controller) }, handler: { ...handler, skips } };
}

function policyFrom(
  name: string,
  option: (of: ThrottleOption) => unknown,
  path: string,
  problems: Problems,
): InlinePolicy<RateLimitContext> | undefined {
  const [limit, ttl] = [option('limit'), option('ttl')];
  const key = keyOfTracker(name, option('getTracker') as GetTracker, option('generateKey') as GenerateKey);
  if (typeof ttl === 'function') {
    const remedy = 'A policy has one window: write a number, or use the guard of nest-floodgate/throttler.';
    problems.add(`${path}, ${name}.ttl`, 'is a function.', remedy);
    return undefined;
  }
  if (limit === undefined && ttl === undefined && key === undefined) return undefined;
  return {
    name,
    ...(limit === undefined ? {} : { limit: perRequest<number>(limit) }),
    ...(ttl === undefined ? {} : { per: ttl as number }),
    ...(key === undefined ? {} : { key }),
    ...(option('generateKey') === undefined ? {} : { scope: 'policy' }),
  };
}
