import {
  applyDecorators,
  type CanActivate,
  Controller,
  Get,
  Param,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { SkipRateLimit } from '../../nest/rate-limit.decorators';
import { markForFastify } from '../http/fastify-routes';
import { leaveOut } from '../openapi/describe-endpoint';
import type { AdminPage } from './admin-page';
import { pageRequestOf, sendPage, type AnyRequest, type AnyResponse } from './send-page';

/**
 * The controller of the page, beside that of the API and under the same guards. It holds no data, so that with a token
 * instead of guards it may be fetched by anybody: a browser cannot send a token with the address it opens.
 */
export function createPageController(
  page: AdminPage,
  path: string,
  guards: readonly Type<CanActivate>[],
  decorators: readonly ClassDecorator[],
): Type {
  class RateLimitAdminPageController {
    shell(request: AnyRequest, response: AnyResponse): void {
      sendPage(response, page.page(pageRequestOf(request)), methodOf(request) !== 'HEAD');
    }

    file(name: string, request: AnyRequest, response: AnyResponse): void {
      sendPage(response, page.file(name, pageRequestOf(request)), methodOf(request) !== 'HEAD');
    }
  }
  const { prototype } = RateLimitAdminPageController;
  Req()(prototype, 'shell', 0);
  Res()(prototype, 'shell', 1);
  Get()(prototype, 'shell', descriptorOf(prototype, 'shell'));
  Param('file')(prototype, 'file', 0);
  Req()(prototype, 'file', 1);
  Res()(prototype, 'file', 2);
  Get('assets/:file')(prototype, 'file', descriptorOf(prototype, 'file'));
  for (const name of ['shell', 'file']) {
    const handler = descriptorOf(prototype, name).value as object;
    leaveOut(handler);
    markForFastify(handler, 'one');
  }
  applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    SkipRateLimit() as ClassDecorator,
    ...(guards.length > 0 ? [UseGuards(...guards)] : []),
    ...decorators,
  )(RateLimitAdminPageController);
  return RateLimitAdminPageController;
}

const methodOf = (request: AnyRequest): string => (request.raw ?? request).method ?? 'GET';

const descriptorOf = (prototype: object, name: string): PropertyDescriptor =>
  Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
