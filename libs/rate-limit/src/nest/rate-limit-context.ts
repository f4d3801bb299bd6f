import type { ExecutionContext } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import type { Client } from '../http/client';
import type { RequestLike } from '../http/client-address';

/** What Express' and Fastify's requests have in common, as far as the limiter looks. */
export interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly url: string;
  /** Whoever authentication found, where it ran before. */
  readonly user?: unknown;
  readonly body?: unknown;
  readonly query?: unknown;
  readonly params?: unknown;
  readonly cookies?: unknown;
  readonly [property: string]: unknown;
}

/**
 * One request, as the functions of a policy see it: the same on Express and Fastify. The guards make it, and
 * `RateLimiter.contextOf` for calls by code.
 */
export class RateLimitContext {
  private client: Client | undefined = undefined;

  constructor(
    /** The framework's own request. */
    readonly request: HttpRequest,
    /** The framework's own response (Express) or reply (Fastify). */
    readonly response: unknown,
    /** Nest's context; `undefined` where no handler matched the request. */
    readonly execution: ExecutionContext | undefined,
    private readonly clientOf: (request: RequestLike) => Client,
  ) {}

  /** The identity that `byIp()` makes of the client's address. */
  static addressIdentity(context: RateLimitContext): string {
    return context.found.identity;
  }

  /** The client's address behind the trusted proxies, IPv6 by its network. */
  get clientAddress(): string {
    return this.found.address;
  }

  private get found(): Client {
    return (this.client ??= this.clientOf(rawRequest(this.request)));
  }
}

/** Node's own request, which Fastify wraps and Express extends. Some middleware keeps a raw body under that name. */
export function rawRequest(request: HttpRequest): RequestLike {
  const raw = request['raw'];
  return isRequest(raw) ? raw : request;
}

function isRequest(value: unknown): value is RequestLike {
  return typeof value === 'object' && value !== null && 'headers' in value && 'socket' in value;
}
