import {
  All,
  applyDecorators,
  type CanActivate,
  Controller,
  Inject,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { SkipRateLimit } from '../../nest/rate-limit.decorators';
import { ADMIN_PATHS } from '../api';
import { AdminApi } from './admin-api';
import type { AdminRequest } from './exchange';

/** Fixed paths before those with parameters, which would take them for one. */
const PATHS = Object.entries(ADMIN_PATHS).sort(([, a], [, b]) => Number(a.includes(':')) - Number(b.includes(':')));

/**
 * The controller of the API: an ordinary one, so that the app's prefix, versioning and guards hold. One handler a path,
 * since which methods it takes is known elsewhere. Never limited by the policies it manages.
 */
export function createAdminController(
  path: string,
  guards: readonly Type<CanActivate>[],
  decorators: readonly ClassDecorator[],
): Type {
  class RateLimitAdminController {
    constructor(readonly api: AdminApi) {}
  }
  const prototype = RateLimitAdminController.prototype as unknown as Record<string, unknown>;
  for (const [name, handlerPath] of PATHS) {
    prototype[name] = function (this: RateLimitAdminController, request: AdminRequest, response: unknown) {
      return this.api.handle(handlerPath, request, response);
    };
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    Req()(prototype, name, 0);
    Res()(prototype, name, 1);
    All(handlerPath)(prototype, name, descriptor);
  }
  Inject(AdminApi)(RateLimitAdminController, undefined, 0);
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    SkipRateLimit() as ClassDecorator,
    ...(guards.length > 0 ? [UseGuards(...guards)] : []),
    ...decorators,
  )(RateLimitAdminController);
  return RateLimitAdminController;
}
