import type { Type } from '@nestjs/common';
import type { PlanEntry, RouteIdentity } from '../engine/plan';
import { buildPlan } from '../engine/plan';
import type { PolicyRegistry } from '../engine/policy-registry';
import type { CalmLog } from '../engine/log';
import type { KeyResolver } from '../core/identity';
import { Problems } from '../core/problems';
import type { ControllerIds } from './controller-ids';
import type { RateLimitContext } from './rate-limit-context';
import { declarationsOf } from './rate-limit.decorators';
import { joinThrottle, tellUnheeded, throttleDeclarations } from './throttle-declarations';

type Entries = readonly PlanEntry<RateLimitContext>[];
export type Handler = (...args: never[]) => unknown;

/** When a guard runs: before authentication, or after it, where the user is known. */
export type GuardStage = 'first' | 'after-auth';

type RoutePlan = Readonly<Record<GuardStage, Entries>> & { readonly version: number };

export interface PlansOptions {
  readonly registry: PolicyRegistry<RateLimitContext>;
  readonly everyRoute: readonly string[];
  readonly defaultKey: KeyResolver<RateLimitContext>;
  readonly routes: {
    /** Known once all modules are loaded. */
    readonly controllerIds: ControllerIds;
    /** Whether a guard after authentication follows on this route, which then takes the policies that need a user. */
    hasAfterAuthGuard(controller: Type, handler: Handler): boolean;
  };
  readonly log: CalmLog;
}

/** The plan of every handler: worked out once from its decorators, then looked up. */
export class Plans {
  private readonly plans = new Map<Type, Map<Handler, RoutePlan>>();

  constructor(private readonly options: PlansOptions) {}

  /** The policies that a guard at this stage checks. Handlers unknown until now are worked out; so are old plans. */
  entries(controller: Type, handler: Handler, stage: GuardStage): Entries {
    const known = this.plans.get(controller)?.get(handler);
    if (known?.version === this.options.registry.version) return known[stage];
    const problems = new Problems();
    const plan = this.compile(controller, handler, problems);
    for (const { path, problem, remedy } of problems.found) {
      this.options.log.error(
        `plan ${path} ${problem}`,
        () => `${path}: ${problem} The route goes on without it. ${remedy}`,
      );
    }
    return plan[stage];
  }

  /** Works out a handler's plan and keeps it. */
  compile(controller: Type, handler: Handler, problems: Problems): RoutePlan {
    const { registry, everyRoute, defaultKey, routes, log } = this.options;
    const route = this.routeOf(controller, handler);
    const declared = { controller: declarationsOf(controller), handler: declarationsOf(handler) };
    const place = { controller, handler, routeId: route.routeId };
    const throttle = throttleDeclarations(place, everyRoute, problems);
    tellUnheeded(place, everyRoute, (subject, message) => {
      log.warnOnce(subject, message);
    });
    const { entries, version } = buildPlan(
      { everyRoute, defaultKey, ...joinThrottle(declared, throttle), route },
      registry,
      problems,
    );
    const waits = routes.hasAfterAuthGuard(controller, handler);
    const plan: RoutePlan = {
      first: waits ? entries.filter(({ key }) => key.needsUser !== true) : entries,
      'after-auth': entries,
      version,
    };
    const ofController = this.plans.get(controller) ?? new Map<Handler, RoutePlan>();
    this.plans.set(controller, ofController.set(handler, plan));
    return plan;
  }

  private routeOf(controller: Type, handler: Handler): RouteIdentity {
    const controllerId = this.options.routes.controllerIds.idOf(controller);
    return { controllerId, routeId: `${controllerId}.${methodName(controller, handler)}` };
  }
}

/** The name of the property, since a decorator that wraps a method may leave the function another name or none. */
function methodName(controller: Type, handler: Handler): string {
  for (
    let proto = controller.prototype as object | null;
    proto !== null;
    proto = Object.getPrototypeOf(proto) as object
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (value === handler) return name;
    }
  }
  return handler.name;
}
