import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { show } from '../core/errors';
import { invalid } from '../engine/calls';
import { KeyLimiter, type KeyLimiterOptions } from '../engine/key-limiter';
import type { Client } from '../http/client';
import type { RequestLike } from '../http/client-address';
import { type HttpRequest, RateLimitContext } from './rate-limit-context';

interface RateLimiterOptions extends KeyLimiterOptions<RateLimitContext> {
  readonly clientOf: (request: RequestLike) => Client;
}

/** The limiter for code: inject it to limit anything, with or without a request. */
export class RateLimiter extends KeyLimiter<RateLimitContext> {
  private readonly clientOf: RateLimiterOptions['clientOf'];

  constructor(options: RateLimiterOptions) {
    super(options);
    this.clientOf = options.clientOf;
  }

  /**
   * The `context` for calls of policies whose limit or cost is a function, where no guard made one: in a resolver of
   * GraphQL, a gateway or a message handler. The functions see what is passed here, as it is; `clientAddress` is found
   * behind the trusted proxies as the guards find it, and is `unknown` where there is no connection.
   *
   * @param request That of Express, Fastify or Node, or an object made for this, with `headers` and whatever else the
   * functions look at. Throws CALL_INVALID where it has no headers.
   * @param response The response or reply that belongs to it.
   * @param execution Nest's context, for functions that look at the handler.
   */
  contextOf(
    request: HttpRequest | { readonly headers: IncomingHttpHeaders },
    response?: unknown,
    execution?: ExecutionContext,
  ): RateLimitContext {
    if (!hasHeaders(request)) {
      throw invalid(
        `The request of its context is ${show(request)}.`,
        'Pass the request of Express or Fastify, or an object with headers.',
      );
    }
    return new RateLimitContext(request as HttpRequest, response, execution, this.clientOf);
  }
}

/** In code without types it may be anything, such as what GraphQL has where its `context` was not set. */
function hasHeaders(request: unknown): boolean {
  const { headers } = Object(request) as { readonly headers?: unknown };
  return typeof headers === 'object' && headers !== null;
}
