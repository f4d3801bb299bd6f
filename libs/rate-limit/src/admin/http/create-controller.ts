import {
  All,
  applyDecorators,
  type CanActivate,
  Controller,
  Delete,
  Get,
  Inject,
  Patch,
  Post,
  Put,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { SkipRateLimit } from '../../nest/rate-limit.decorators';
import { ADMIN_PATHS } from '../api';
import { describeController, describeEndpoint, leaveOut } from '../openapi/describe-endpoint';
import { AdminApi } from './admin-api';
import type { AdminRequest } from './exchange';
import { markForFastify } from './fastify-routes';
import { ADMIN_ENDPOINTS, type AdminEndpoint } from './routes';

const DECORATORS: Readonly<Record<AdminEndpoint['method'], (path: string) => MethodDecorator>> = {
  GET: Get,
  POST: Post,
  PUT: Put,
  PATCH: Patch,
  DELETE: Delete,
};

/** Fixed paths before those with parameters, which would take them for one. */
const PATHS = Object.entries(ADMIN_PATHS).sort(([, a], [, b]) => Number(a.includes(':')) - Number(b.includes(':')));

export interface ControllerOptions {
  readonly path: string;
  readonly guards: readonly Type<CanActivate>[];
  readonly decorators: readonly ClassDecorator[];
  /** Whether callers send a token: documents say so. */
  readonly byToken: boolean;
}

/**
 * The controller of the API: an ordinary one, so that the app's prefix, versioning and guards hold. A handler for each
 * endpoint, and one for the other methods of its path, which are refused in the same way wherever they are asked. Never
 * limited by the policies it manages.
 */
export function createAdminController({ path, guards, decorators, byToken }: ControllerOptions): Type {
  class RateLimitAdminController {
    constructor(readonly api: AdminApi) {}
  }
  const prototype = RateLimitAdminController.prototype as unknown as Record<string, object>;
  const add = (name: string, handlerPath: string, decorator: MethodDecorator): object => {
    const { [name]: handler } = {
      [name](this: RateLimitAdminController, request: AdminRequest, response: unknown): Promise<void> {
        return this.api.handle(handlerPath, request, response);
      },
    };
    prototype[name] = handler as object;
    Req()(prototype, name, 0);
    Res()(prototype, name, 1);
    decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor);
    return handler as object;
  };
  for (const [name, handlerPath] of PATHS) {
    for (const endpoint of ADMIN_ENDPOINTS.filter((found) => found.path === handlerPath)) {
      const decorator = DECORATORS[endpoint.method](handlerPath);
      const handler = add(`${endpoint.method.toLowerCase()}${capital(name)}`, handlerPath, decorator);
      describeEndpoint(handler, endpoint, byToken);
      markForFastify(handler, 'one');
    }
    const rest = add(`other${capital(name)}`, handlerPath, All(handlerPath));
    leaveOut(rest);
    markForFastify(rest, 'rest');
  }
  describeController(RateLimitAdminController);
  Inject(AdminApi)(RateLimitAdminController, undefined, 0);
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    SkipRateLimit() as ClassDecorator,
    ...(guards.length > 0 ? [UseGuards(...guards)] : []),
    ...decorators,
  )(RateLimitAdminController);
  return RateLimitAdminController;
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
