import { show } from '../core/errors';
import type { KeyResolver } from '../core/identity';
import type { Policy } from '../core/policy';
import type { Problems } from '../core/problems';
import { bucketIdOf } from './bucket-id';
import type { PolicyRegistry } from './policy-registry';
import { changedBy, policyOf, type PolicyReference, type PolicyUse, usesOf } from './policy-use';

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
  const path = `@RateLimit of ${routeId}`;
  const ofController = usesOf(controller.policies, path, controllerId, routeId);
  const fromController = isReplaced ? [] : without(handler, ofController);
  const everyRoute = without(handler, without(controller, usesOf(input.everyRoute, 'everyRoute', routeId, routeId)));
  const ofHandler = usesOf(handler.policies, path, routeId, routeId);
  const chosen = new Map<string, { readonly entry: PlanEntry<Context>; readonly use: PolicyUse<Context> }>();
  for (const use of [...everyRoute, ...fromController, ...ofHandler]) {
    const policy = policyOf(use, registry, problems);
    if (policy === undefined) continue;
    if (policy.skip === true || policy.mode === 'off') chosen.delete(policy.name);
    else chosen.set(policy.name, { entry: entryOf(policy, use, input), use });
  }
  for (const [name, { entry, use }] of chosen) registry.noteBucket(name, entry.bucketId, changedBy(use, registry));
  return { entries: [...chosen.values()].map(({ entry }) => entry), version: registry.version };
}

function without<Context>(
  { skips }: Declarations<Context>,
  uses: readonly PolicyUse<Context>[],
): readonly PolicyUse<Context>[] {
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

function entryOf<Context>(
  policy: Policy<Context>,
  { bucketName, inline }: PolicyUse<Context>,
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
