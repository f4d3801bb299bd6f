import type { Problems } from '../core/problems';
import type { Declarations, InlinePolicy } from '../engine/plan';
import type { RateLimitContext } from './rate-limit-context';
import { type GenerateKey, type GetTracker, keyOfTracker, perRequest } from './throttle-keys';
import { type ThrottleOption, throttleOverrides, throttleSkip } from './throttle-metadata';

type Declared = Declarations<RateLimitContext>;

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
