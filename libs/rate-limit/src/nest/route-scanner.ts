import { Injectable, type Type } from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ControllerIds, isRouteHandler } from './controller-ids';
import type { Handler } from './plans';
import { AfterAuthRateLimitGuard } from './rate-limit.guard';

/** Metadata that Nest's @UseGuards writes. */
const GUARDS = '__guards__';

export interface Route {
  readonly controller: Type;
  readonly handler: Handler;
}

/** Knows the routes and guards of the application. Answers once all modules are loaded. */
@Injectable()
export class RouteScanner {
  private ids: ControllerIds | undefined;
  private afterAuthIsGlobal: boolean | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metadata: MetadataScanner,
    private readonly config: ApplicationConfig,
  ) {}

  get controllerIds(): ControllerIds {
    this.ids ??= new ControllerIds(this.controllers());
    return this.ids;
  }

  /** Every handler that Nest routes requests to. */
  *routes(): Generator<Route> {
    for (const controller of new Set(this.controllers())) {
      const prototype = controller.prototype as Record<string, Handler>;
      for (const name of this.metadata.getAllMethodNames(prototype)) {
        const handler = prototype[name] as Handler;
        if (isRouteHandler(handler)) yield { controller, handler };
      }
    }
  }

  /** Whether AfterAuthRateLimitGuard stands on the handler, its controller, or before every route. */
  hasAfterAuthGuard(controller: Type, handler: Handler): boolean {
    this.afterAuthIsGlobal ??= this.globalGuards().some(isAfterAuthGuard);
    return this.afterAuthIsGlobal || [handler, controller].some((target) => guardsOf(target).some(isAfterAuthGuard));
  }

  /** Whether any guard stands before one of these routes, be it one that knows nothing of limits. */
  hasGuard(routes: readonly Route[]): boolean {
    if (this.globalGuards().length > 0) return true;
    return routes.some(({ controller, handler }) => guardsOf(handler).length + guardsOf(controller).length > 0);
  }

  /** Those of `APP_GUARD` and of `app.useGlobalGuards`, which is called before the app is initialised. */
  private globalGuards(): readonly unknown[] {
    const provided = this.discovery.getProviders().filter(({ token }) => isAppGuard(token));
    return [...provided.map(({ instance }) => instance as unknown), ...this.config.getGlobalGuards()];
  }

  private controllers(): Type[] {
    return this.discovery
      .getControllers()
      .map(({ metatype }) => metatype)
      .filter((metatype): metatype is Type => typeof metatype === 'function');
  }
}

/** Nest keeps each APP_GUARD provider under a token of its own that begins with that name. */
function isAppGuard(token: unknown): boolean {
  return typeof token === 'string' && token.startsWith(APP_GUARD);
}

function guardsOf(target: object): readonly unknown[] {
  return (Reflect.getMetadata(GUARDS, target) ?? []) as readonly unknown[];
}

function isAfterAuthGuard(guard: unknown): boolean {
  const base = AfterAuthRateLimitGuard;
  return guard instanceof base || guard === base || (typeof guard === 'function' && guard.prototype instanceof base);
}
