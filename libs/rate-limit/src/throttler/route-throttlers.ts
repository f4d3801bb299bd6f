import type { ExecutionContext } from '@nestjs/common';
import type {
  ThrottlerGenerateKeyFunction,
  ThrottlerGetTrackerFunction,
  ThrottlerOptions,
  ThrottlerRequest,
} from '@nestjs/throttler';
import { type ThrottleOption, throttleOverrides, throttleSkip } from '../nest/throttle-metadata';
import type { ThrottleTerms } from './throttle-hit';
import { numberOf, parseNumber } from './throttler-numbers';

/** What holds of a throttler where it and the decorators say nothing. */
export type CommonOptions = Pick<
  ThrottlerOptions,
  'skipIf' | 'ignoreUserAgents' | 'getTracker' | 'generateKey' | 'setHeaders'
>;

type Target = (abstract new (...args: never[]) => unknown) | ((...args: never[]) => unknown);

/** A handler whose throttlers ask nothing of the request but who its client is, in the same way. */
export interface FixedRoute {
  /** What the owners of its buckets begin with. */
  readonly prefix: string;
  /** In the order of the throttlers. */
  readonly throttlers: readonly ThrottlerOptions[];
  readonly names: readonly string[];
  readonly terms: readonly ThrottleTerms[];
  readonly getTracker: ThrottlerGetTrackerFunction;
}

interface Route {
  readonly throttlers: readonly RouteThrottler[];
  readonly fixed: FixedRoute | undefined;
}

/** A throttler as one handler meets it. */
interface RouteThrottler {
  readonly throttler: ThrottlerOptions;
  readonly name: string;
  readonly limit: unknown;
  readonly ttl: unknown;
  readonly blockDuration: unknown;
  readonly getTracker: ThrottlerGetTrackerFunction;
  readonly generateKey: ThrottlerGenerateKeyFunction;
}

/** The throttlers of every handler: worked out once from its decorators, then looked up. */
export class RouteThrottlers {
  private readonly routes = new WeakMap<Target, WeakMap<Target, Route>>();
  private readonly names: readonly string[];

  constructor(
    private readonly throttlers: readonly ThrottlerOptions[],
    private readonly common: CommonOptions,
  ) {
    this.names = throttlers.map(nameOf);
  }

  /** What a request is checked against, in the order of the throttlers; those that it skips are left out. */
  async requestsOf(context: ExecutionContext): Promise<readonly ThrottlerRequest[]> {
    const requests: ThrottlerRequest[] = [];
    for (const route of this.routeOf(context.getClass(), context.getHandler() as Target).throttlers) {
      const skipIf = route.throttler.skipIf ?? this.common.skipIf;
      // Declared as synchronous, it may be async: a promise that is not awaited would always be true.
      if (skipIf !== undefined && (await (skipIf(context) as boolean | Promise<boolean>))) continue;
      requests.push(await resolved(route, context));
    }
    return requests;
  }

  /** The throttlers of a handler, where only the client remains to be told. */
  fixedRouteOf(context: ExecutionContext): FixedRoute | undefined {
    return this.routeOf(context.getClass(), context.getHandler() as Target).fixed;
  }

  private routeOf(controller: Target, handler: Target): Route {
    let ofHandler = this.routes.get(handler);
    if (ofHandler === undefined) this.routes.set(handler, (ofHandler = new WeakMap<Target, Route>()));
    const known = ofHandler.get(controller);
    if (known !== undefined) return known;
    const throttlers = this.throttlers
      .filter((throttler) => !this.isSkipped(nameOf(throttler), controller, handler))
      .map((throttler) => this.forRoute(throttler, controller, handler));
    const route = { throttlers, fixed: this.fixed(throttlers, `${controller.name}-${handler.name}-`) };
    ofHandler.set(controller, route);
    return route;
  }

  private fixed(throttlers: readonly RouteThrottler[], prefix: string): FixedRoute | undefined {
    const [first] = throttlers;
    if (first === undefined) return undefined;
    const { getTracker } = first;
    const terms: ThrottleTerms[] = [];
    for (const route of throttlers) {
      const { throttler, name: throttlerName } = route;
      const [limit, ttl] = [parseNumber(route.limit), parseNumber(route.ttl)];
      const blockDuration = parseNumber(route.blockDuration ?? ttl);
      if (limit === undefined || ttl === undefined || blockDuration === undefined) return undefined;
      if ((throttler.skipIf ?? this.common.skipIf) !== undefined) return undefined;
      if ((throttler.ignoreUserAgents ?? this.common.ignoreUserAgents) !== undefined) return undefined;
      if (route.getTracker !== getTracker || route.generateKey !== this.common.generateKey) return undefined;
      terms.push({ throttlerName, ttl, limit, blockDuration });
    }
    const names = terms.map(({ throttlerName }) => throttlerName);
    // Two throttlers of one name share a bucket, and count twice.
    if (new Set(names).size < names.length) return undefined;
    return { prefix, throttlers: throttlers.map(({ throttler }) => throttler), names, terms, getTracker };
  }

  private isSkipped(name: string, controller: Target, handler: Target): boolean {
    return throttleSkip(handler, name, this.names) ?? throttleSkip(controller, name, this.names) ?? false;
  }

  private forRoute(throttler: ThrottlerOptions, controller: Target, handler: Target): RouteThrottler {
    const name = nameOf(throttler);
    const ofHandler = throttleOverrides(handler, name);
    const ofController = throttleOverrides(controller, name);
    const override = (option: ThrottleOption): unknown => ofHandler[option] ?? ofController[option];
    const ttl = override('ttl') ?? throttler.ttl;
    return {
      throttler,
      name,
      limit: override('limit') ?? throttler.limit,
      ttl,
      blockDuration: override('blockDuration') ?? throttler.blockDuration,
      getTracker: (override('getTracker') ??
        throttler.getTracker ??
        this.common.getTracker) as ThrottlerGetTrackerFunction,
      generateKey: (override('generateKey') ??
        throttler.generateKey ??
        this.common.generateKey) as ThrottlerGenerateKeyFunction,
    };
  }
}

export function nameOf({ name }: ThrottlerOptions): string {
  return name ?? 'default';
}

async function resolved(route: RouteThrottler, context: ExecutionContext): Promise<ThrottlerRequest> {
  const { throttler, name, getTracker, generateKey } = route;
  const limit = numberOf(await valueFor(route.limit, context), 'limit', name);
  const ttl = numberOf(await valueFor(route.ttl, context), 'ttl', name);
  const blockDuration = numberOf((await valueFor(route.blockDuration, context)) ?? ttl, 'blockDuration', name);
  return { context, limit, ttl, throttler, blockDuration, getTracker, generateKey };
}

function valueFor(value: unknown, context: ExecutionContext): unknown {
  return typeof value === 'function' ? (value as (context: ExecutionContext) => unknown)(context) : value;
}

/** A route with those of its throttlers alone. */
export function only(
  names: readonly string[],
  { throttlers, terms }: FixedRoute,
): Pick<FixedRoute, 'throttlers' | 'terms'> {
  const isLeft = (name: string): boolean => names.includes(name);
  return {
    throttlers: throttlers.filter((throttler) => isLeft(nameOf(throttler))),
    terms: terms.filter(({ throttlerName }) => isLeft(throttlerName)),
  };
}
