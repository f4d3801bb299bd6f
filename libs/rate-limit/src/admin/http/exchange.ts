import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** What Express' and Fastify's requests have in common, as far as the admin API looks. */
export interface AdminRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly ip?: string;
  readonly protocol?: string;
  readonly user?: unknown;
  readonly [property: string]: unknown;
}

interface EitherResponse {
  status(code: number): unknown;
  send(body: string): unknown;
  setHeader?(name: string, value: string): void;
  header?(name: string, value: string): void;
  hijack?(): void;
  readonly raw?: ServerResponse;
}

const ALWAYS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** One answer, the same on Express and Fastify, out of reach of the app's interceptors and filters. */
export class AdminResponse {
  private readonly response: EitherResponse;

  constructor(response: unknown) {
    this.response = response as EitherResponse;
  }

  send(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    const isText = typeof body === 'string';
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    this.response.status(status);
    const own = body === undefined ? {} : { 'Content-Type': `${type}; charset=utf-8` };
    for (const [name, value] of Object.entries({ ...ALWAYS, ...own, ...headers })) this.set(name, value);
    this.response.send(body === undefined ? '' : isText ? body : JSON.stringify(body));
  }

  /** Node's own response, which the framework lets go of. */
  takeOver(): ServerResponse {
    this.response.hijack?.();
    return this.response.raw ?? (this.response as unknown as ServerResponse);
  }

  private set(name: string, value: string): void {
    if (this.response.setHeader !== undefined) this.response.setHeader(name, value);
    else this.response.header?.(name, value);
  }
}
