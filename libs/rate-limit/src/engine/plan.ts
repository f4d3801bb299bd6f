import { show } from '../core/errors';
import type { KeyResolver } from '../core/identity';
import type { Policy, PolicyOptions } from '../core/policy';
import type { Problems } from '../core/problems';
import { bucketIdOf } from './bucket-id';
import type { PolicyRegistry } from './policy-registry';

/**
 * A policy written where it is used. With the name of a registered policy it changes some of its options for this
 * route; the rest stays.
 */
export type InlinePolicy<Context> = Partial<PolicyOptions<Context>> & { readonly name?: string };

/** A policy as a route names it. */
export type PolicyReference<Context> = string | InlinePolicy<Context>;

/** What is written on a handler or on its controller. */
export interface Declarations<Context> {
  readonly policies: readonly PolicyReference<Context>[];
  /** `all`: everything that comes from outside; else the names. */
  readonly skips: 'all' | readonly string[];
}

/** Where a plan applies. The ids are the same on every instance and after every deploy of the same code. */
export interface RouteIdentity {
  readonly controllerId: string;
  readonly routeId: string;
}

/** One policy of a plan, with the bucket it is counted in on this route. */
export interface PlanEntry<Context> {
  readonly policy: Policy<Context>;
  readonly key: KeyResolver<Context>;
  readonly bucketId: string;
}

/** Everything a request to one handler is checked against, in order. */
export interface Plan<Context> {
  readonly entries: readonly PlanEntry<Context>[];
  /** Of the registry it was made from. */
  readonly version: number;
}

export interface PlanInput<Context> {
  readonly everyRoute: readonly string[];
  readonly controller: Declarations<Context>;
  readonly handler: Declarations<Context>;
  readonly route: RouteIdentity;
  /** Who is limited where a policy does not say. */
  readonly defaultKey: KeyResolver<Context>;
}

/** One mention of a policy. */
interface Use<Context> {
  readonly name: string;
  /** Stands for the policy in the id of its bucket. One without a name is known by the place where it is written. */
  readonly bucketName: string;
  readonly inline: InlinePolicy<Context> | undefined;
}

/**
 * Works out the plan of one handler. The policies are those of `everyRoute` and, of handler or else controller, the
 * `@RateLimit`s; a skip takes away what comes from outside the thing it stands on: on a controller `everyRoute`, on a
 * handler its controller's as well. A policy counts once, however often it is named.
 */
export function buildPlan<Context>(
  input: PlanInput<Context>,
  registry: PolicyRegistry<Context>,
  problems: Problems,
): Plan<Context> {
  const { controller, handler, route } = input;
  const { controllerId, routeId } = route;
  checkSkips(`@SkipRateLimit of ${controllerId}`, controller, [], registry, problems);
  checkSkips(`@SkipRateLimit of ${routeId}`, handler, controller.policies, registry, problems);
  const isReplaced = handler.policies.length > 0;
  const fromController = isReplaced ? [] : without(handler, usesOf(controller.policies, controllerId, routeId));
  const everyRoute = without(handler, without(controller, usesOf(input.everyRoute, routeId, routeId)));
  const chosen = new Map<string, PlanEntry<Context>>();
  const written = new Map<string, InlinePolicy<Context> | undefined>();
  for (const use of [...everyRoute, ...fromController, ...usesOf(handler.policies, routeId, routeId)]) {
    const policy =
      use.inline === undefined
        ? findNamed(use.name, routeId, registry, problems)
        : compileInline(use, use.inline, routeId, registry, problems);
    if (policy === undefined) continue;
    if (policy.skip === true || policy.mode === 'off') chosen.delete(policy.name);
    else chosen.set(policy.name, entryOf(policy, use, input));
    written.set(policy.name, use.inline);
  }
  for (const [name, { bucketId }] of chosen)
    registry.noteBucket(name, bucketId, ownOptions(written.get(name), registry));
  return { entries: [...chosen.values()], version: registry.version };
}

/** The policies that a list names or defines. Numbered before any is skipped, so that the others keep their names. */
function usesOf<Context>(
  references: readonly PolicyReference<Context>[],
  place: string,
  routeId: string,
): readonly Use<Context>[] {
  let count = 0;
  return references.map((reference) => {
    if (typeof reference === 'string') return { name: reference, bucketName: reference, inline: undefined };
    const ordinal = `#${String(++count)}`;
    const { name = `${routeId}${ordinal}`, name: bucketName = `${place}${ordinal}` } = reference;
    return { name, bucketName, inline: reference };
  });
}

function without<Context>({ skips }: Declarations<Context>, uses: readonly Use<Context>[]): readonly Use<Context>[] {
  return skips === 'all' ? [] : uses.filter(({ name }) => !skips.includes(name));
}

function checkSkips<Context>(
  path: string,
  { skips, policies }: Declarations<Context>,
  outside: readonly PolicyReference<Context>[],
  registry: PolicyRegistry<Context>,
  problems: Problems,
): void {
  if (skips === 'all') return;
  const isIn = (references: readonly PolicyReference<Context>[], name: string): boolean =>
    references.some((reference) => (typeof reference === 'string' ? reference : reference.name) === name);
  for (const name of skips) {
    if (isIn(policies, name)) {
      problems.add(path, `skips ${show(name)}, which @RateLimit beside it asks for.`, 'Remove one of the two.');
    } else if (registry.find(name) === undefined && !isIn(outside, name)) {
      problems.add(path, `names ${show(name)}, which is no policy.`, registry.knownPolicies());
    }
  }
}

function findNamed<Context>(
  name: string,
  routeId: string,
  registry: PolicyRegistry<Context>,
  problems: Problems,
): Policy<Context> | undefined {
  const policy = registry.find(name);
  if (policy !== undefined) return policy;
  problems.add(`@RateLimit of ${routeId}`, `names ${show(name)}, which is no policy.`, registry.knownPolicies());
  return undefined;
}

function compileInline<Context>(
  { name, bucketName }: Use<Context>,
  { name: givenName, ...options }: InlinePolicy<Context>,
  routeId: string,
  registry: PolicyRegistry<Context>,
  problems: Problems,
): Policy<Context> | undefined {
  const path = `@RateLimit of ${routeId}`;
  const base = givenName === undefined ? undefined : registry.optionsOf(givenName);
  // Where a registered policy says how widely its bucket is shared, that is not meant for one that differs.
  const merged = { ...base, scope: 'route', ...options } as PolicyOptions<Context>;
  const ownScopes = bucketName === name ? ['route'] : ['route', 'controller'];
  if (givenName === undefined && !ownScopes.includes(merged.scope ?? 'route')) {
    const remedy = 'Give it a name as well: policies of one name and scope share a bucket.';
    problems.add(`${path}.scope`, `is ${show(merged.scope)}, but nothing else can name this policy.`, remedy);
  }
  return givenName !== undefined && base !== undefined
    ? registry.compileVariant(name, path, { scope: 'route', ...options }, problems)
    : registry.compileInline(name, path, merged, problems);
}

/** What a route changes of a registered policy; `undefined` where it changes nothing, or writes all of it. */
function ownOptions<Context>(
  inline: InlinePolicy<Context> | undefined,
  registry: PolicyRegistry<Context>,
): Partial<PolicyOptions<Context>> | undefined {
  const { name, ...options } = inline ?? {};
  if (name === undefined || registry.optionsOf(name) === undefined) return undefined;
  return { scope: 'route', ...options };
}

function entryOf<Context>(
  policy: Policy<Context>,
  { bucketName, inline }: Use<Context>,
  { route, defaultKey }: PlanInput<Context>,
): PlanEntry<Context> {
  const scope = policy.scope ?? (inline === undefined ? 'policy' : 'route');
  return {
    policy,
    key: policy.key ?? defaultKey,
    bucketId: bucketIdOf(bucketName, policy.algorithm, scopeText(scope, route)),
  };
}

function scopeText(scope: string, route: RouteIdentity): string {
  switch (scope) {
    case 'policy':
      return '';
    case 'route':
      return `route ${route.routeId}`;
    case 'controller':
      return `controller ${route.controllerId}`;
    default:
      return `group ${scope}`;
  }
}
